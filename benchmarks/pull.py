"""Orders per second through connector, ledger and rollups, against a plain loop over the same server.

    python benchmarks/pull.py [ORDERS] [RUNS] [postgresql://user@computer/name]

The server is KiotViet's practice server in a process of its own, whose answers are kept after the first asking so that
its own work does not hide ours. The baseline reads the same pages with requests and pydantic and upserts the same
documents and lines with SQLAlchemy Core (on PostgreSQL by COPY into a table for the time being and one upsert from there), a
commit every 20 pages, no mapping, no sum checks, no totals by day. Prints medians and the ratio (baseline = 1; target of the
first version: at least 0.5).

With an address, both work in databases of their own on that server, which are made and removed; the user must be allowed to.
"""

import gc
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from sqlalchemy import BigInteger, Column, Connection, DateTime, Float, MetaData, String, Table, create_engine, event, text
from sqlalchemy.dialects.sqlite import insert

NOW = datetime(2026, 11, 1, tzinfo=UTC)
FIRST_DAY = date(2025, 11, 1)


class Memo:
    """Keeps the answers to GET requests."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.kept: dict[str, tuple[str, list[tuple[str, str]], bytes]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        from werkzeug.test import run_wsgi_app

        key = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']}"
        if environ["REQUEST_METHOD"] != "GET" or key not in self.kept:
            chunks, status, headers = run_wsgi_app(self.app, environ, buffered=True)
            answer = status, list(headers.items()), b"".join(chunks)
            if environ["REQUEST_METHOD"] != "GET":
                start_response(answer[0], answer[1])
                return [answer[2]]
            self.kept[key] = answer
        status, pairs, body = self.kept[key]
        start_response(status, pairs)
        return [body]


def history(orders: int) -> Any:
    from ocop_market.sandbox.buyers import Good, History

    goods = [Good(f"SP{i:05d}", f"Đặc sản thử {i}", 20_000 + 1_000 * (i % 90)) for i in range(200)]
    return History(goods, seed="benchmark", first_day=FIRST_DAY, per_day=orders / 365, growth=0.0, till=True, branches=3)


def serve(orders: int, pipe: Any) -> None:
    from connectors.kiotviet.sandbox import KiotVietSandbox
    from ocop_market.sandbox.server import Server

    sandbox = KiotVietSandbox(clock=lambda: NOW, history=history(orders), hourly_limit=10**9)
    server = Server(Memo(sandbox))
    pipe.send((server.url, sandbox.settings(server.url)))
    server.run()


class Wire(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class Line(Wire):
    product_id: int
    product_code: str
    product_name: str
    quantity: Decimal
    price: Decimal
    discount: Decimal | None = None
    allocation_discount: Decimal | None = None
    sub_total: Decimal | None = None


class Document(Wire):
    id: int
    code: str
    branch_id: int
    status: int
    status_value: str
    purchase_date: datetime | None = None
    return_date: datetime | None = None
    modified_date: datetime | None = None
    created_date: datetime | None = None
    invoice_id: int | None = None
    total: Decimal | None = None
    discount: Decimal | None = None
    return_total: Decimal | None = None
    invoice_details: list[Line] = []
    return_details: list[Line] = []


class Page(Wire):
    total: int
    data: list[Document]


TABLES = MetaData()
DOCUMENTS = Table(
    "document", TABLES, Column("kind", String, primary_key=True), Column("id", BigInteger, primary_key=True), Column("code", String),
    Column("branch", BigInteger), Column("status", BigInteger), Column("status_value", String), Column("at", DateTime),
    Column("modified", DateTime), Column("invoice", BigInteger), Column("total", BigInteger), Column("discount", BigInteger))
LINES = Table(
    "line", TABLES, Column("kind", String, primary_key=True), Column("document", BigInteger, primary_key=True),
    Column("n", BigInteger, primary_key=True), Column("product", BigInteger), Column("sku", String), Column("name", String),
    Column("quantity", Float), Column("price", BigInteger), Column("discount", BigInteger))


def plain_loop(settings: dict[str, str], address: str) -> int:
    """Keeps the same documents and lines with the same facts, as they came."""
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _wal)
    TABLES.create_all(engine)
    session = requests.Session()
    token = session.post(f"{settings['id_url']}/connect/token", data={
        "scopes": "PublicApi.Access", "grant_type": "client_credentials", "client_id": settings["client_id"],
        "client_secret": settings["client_secret"]}).json()["access_token"]
    headers = {"Retailer": settings["retailer"], "Authorization": f"Bearer {token}"}
    seen, connection = 0, engine.connect()
    for kind in ("invoices", "returns"):
        for n, page in enumerate(_pages(session, f"{settings['api_url']}/{kind}", headers)):
            seen += len(page.data)
            _upsert(connection, DOCUMENTS, [_document(kind, d) for d in page.data])
            _upsert(connection, LINES, [
                _line(kind, d.id, i, line) for d in page.data for i, line in enumerate(d.invoice_details or d.return_details)])
            if n % 20 == 19:
                connection.commit()
    connection.commit()
    connection.close()
    return seen


def _wal(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _upsert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(_on_conflict(insert(table)), rows)
    elif rows:
        names, staging = ", ".join(f'"{name}"' for name in rows[0]), f"{table.name}_page"
        connection.exec_driver_sql(f"CREATE TEMP TABLE IF NOT EXISTS {staging} (LIKE {table.name}); TRUNCATE {staging}")
        with connection.connection.cursor() as cursor, cursor.copy(f"COPY {staging} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(tuple(row.values()))
        keys = [column.name for column in table.primary_key]
        others = ", ".join(f'"{name}" = EXCLUDED."{name}"' for name in rows[0] if name not in keys)
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {staging} "
                                   f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {others}")


def _on_conflict(statement: Any) -> Any:
    keys = [column.name for column in statement.table.primary_key]
    return statement.on_conflict_do_update(index_elements=keys, set_={
        column.name: statement.excluded[column.name] for column in statement.table.c if column.name not in keys})


def _document(kind: str, d: Document) -> dict[str, Any]:
    return {"kind": kind, "id": d.id, "code": d.code, "branch": d.branch_id, "status": d.status, "status_value": d.status_value,
            "at": d.purchase_date or d.return_date, "modified": d.modified_date or d.created_date, "invoice": d.invoice_id,
            "total": int(d.total or d.return_total or 0), "discount": int(d.discount or 0)}


def _line(kind: str, document: int, n: int, line: Line) -> dict[str, Any]:
    return {"kind": kind, "document": document, "n": n, "product": line.product_id, "sku": line.product_code, "name": line.product_name,
            "quantity": float(line.quantity), "price": int(line.price),
            "discount": int((line.discount or 0) * line.quantity + (line.allocation_discount or 0))}


def _pages(session: requests.Session, url: str, headers: dict[str, str]) -> Iterator[Page]:
    offset = 0
    while True:
        answer = session.get(url, headers=headers, params={
            "currentItem": offset, "pageSize": 100, "orderBy": "createdDate", "orderDirection": "Asc",
            "lastModifiedFrom": f"{FIRST_DAY}T00:00:00"})
        page = Page.model_validate_json(answer.content)
        if not page.data:
            return
        yield page
        offset += len(page.data)
        if offset >= page.total:
            return


class Ours:
    """A market on the same server; pulled once, then once more with nothing new."""

    def __init__(self, settings: dict[str, str], folder: Path, database: str) -> None:
        from ocop_market.market import new_market, open_market
        from ocop_market.settings import add_account

        new_market(folder, database=database)
        add_account(folder, "till", "kiotviet", {"start": FIRST_DAY, "practice": True, **settings})
        self.market = open_market(folder, clock=lambda: NOW)

    def pull(self) -> int:
        saved = self.market.pull_sales("till").orders
        return saved.new + saved.changed + saved.unchanged


@contextmanager
def databases(server: str | None, folder: Path) -> Iterator[tuple[str, str]]:
    """Two empty databases, for the plain loop and for us: files, or on the server."""
    if server is None:
        yield f"sqlite:///{folder / 'plain.db'}", "market.db"
        return
    admin = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    names = "ocop_benchmark_plain", "ocop_benchmark_ours"
    with admin.connect() as connection:
        for name in names:
            connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield tuple(admin.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False) for name in names)
        finally:
            for name in names:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def timed(work: Callable[[], int]) -> tuple[float, float, int]:
    """Wall seconds, processor seconds of this process, and how many orders came."""
    gc.collect()  # nobody clears away what another left
    wall, cpu = time.perf_counter(), time.process_time()
    count = work()
    return time.perf_counter() - wall, time.process_time() - cpu, count


def main() -> None:
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    server_address = sys.argv[3] if len(sys.argv) > 3 else None
    ours_end, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(orders, theirs), daemon=True)
    server.start()
    _, settings = ours_end.recv()
    rows: dict[str, list[tuple[float, float, int]]] = {"plain loop": [], "ours, first pull": [], "ours, second pull": []}
    for run in range(runs + 1):
        with (tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
              databases(server_address, Path(folder)) as (theirs_in, ours_in)):
            plain = timed(lambda address=theirs_in: plain_loop(settings, address))
            ours = Ours(settings, Path(folder) / "market", ours_in)
            first, second = timed(ours.pull), timed(ours.pull)
            ours.market.close()
        if run:
            for name, figure in zip(rows, (plain, first, second), strict=True):
                rows[name].append(figure)
    baseline = _per_second(rows["plain loop"])
    print(f"{'':20} {'orders':>8} {'orders/s':>10} {'cpu s':>7} {'ratio':>6}")
    for name, figures in rows.items():
        rate = _per_second(figures)
        cpu = statistics.median(figure[1] for figure in figures)
        print(f"{name:20} {figures[0][2]:8d} {rate:10.0f} {cpu:7.2f} {rate / baseline:6.2f}")
    server.terminate()


def _per_second(figures: list[tuple[float, float, int]]) -> float:
    return statistics.median(count / wall for wall, _, count in figures)


if __name__ == "__main__":
    main()
