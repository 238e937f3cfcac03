"""A connector that is nobody's but its author's: installed beside our wheel in an environment of its own, away from the checkout.

The environment borrows what is installed here (requests, pydantic …) through a `.pth` file, so that no network is needed;
ours and the connector's packages are built and installed for real.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from ocop_market.cli.connector import connector

pytestmark = pytest.mark.long

CHECKOUT = Path(__file__).parents[2]
ACME = Path(__file__).parents[1] / "third_party" / "acme_ocop"
INSTALL = ("-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--no-compile",
           "--disable-pip-version-check")

PUBLISH = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from ocop_market.accounts import keep_secrets
from ocop_market.channels.registry import load_sandbox
from ocop_market.market import new_market, open_market
from ocop_market.sandbox.transport import WsgiAdapter
from ocop_market.settings import add_account
from ocop_market.store.catalog import save_products
from ocop_market.testing.goods import PRODUCTS, with_pictures

now, folder = datetime(2026, 9, 20, 3, tzinfo=UTC), Path(sys.argv[1])
shop = load_sandbox("acme")(clock=lambda: now)
settings = shop.settings("http://practice.invalid")
new_market(folder)
add_account(folder, "a", "acme", {"practice": True, "base_url": settings["base_url"]})
with open_market(folder, clock=lambda: now, adapter=lambda account: WsgiAdapter(shop)) as market:
    keep_secrets(market.vault, "a", {"api_key": settings["api_key"]}, now)
    with market.store.writing() as connection:
        save_products(connection, with_pictures(PRODUCTS, folder / "pictures"), now, origin="test")
    outcomes = market.apply(market.plan("a")).outcomes
    print(json.dumps({"outcomes": outcomes, "listings": [shop.count_listings(p.sku) for p in PRODUCTS],
                      "left": len(market.plan("a").changes)}))
"""


@dataclass(frozen=True)
class Elsewhere:
    """An environment of its own, and a folder to work in."""

    python: Path
    folder: Path

    def run(self, *arguments: str | Path, succeeds: bool = True) -> str:
        """Runs Python there; what it printed."""
        # a width at which pytest's summary shows whole sentences
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "COV"))}
        done = subprocess.run([self.python, *arguments], cwd=self.folder, env={**environment, "PYTHONUTF8": "1", "COLUMNS": "300"},
                              capture_output=True, text=True, encoding="utf-8", timeout=600, check=False)
        assert (done.returncode == 0) == succeeds, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def ask(self, expression: str, *imports: str) -> object:
        """The value of an expression there, as JSON."""
        return json.loads(self.run("-c", f"import json, {', '.join(imports)}; print(json.dumps({expression}))"))


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    root = tmp_path_factory.mktemp("elsewhere")
    venv.create(root / "venv", with_pip=importlib.util.find_spec("pip") is None)  # else pip is borrowed as well
    python = root / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    (root / "work").mkdir()
    made = Elsewhere(python, root / "work")
    own = Path(str(made.ask("sysconfig.get_paths()['purelib']", "sysconfig")))
    here = dict.fromkeys(sysconfig.get_paths()[name] for name in ("purelib", "platlib"))
    (own / "borrowed.pth").write_text("\n".join(here) + "\n", encoding="utf-8")
    shutil.copytree(ACME, made.folder / "acme-ocop")
    made.run(*INSTALL, CHECKOUT)
    made.run(*INSTALL, made.folder / "acme-ocop")
    return made


def test_everything_comes_from_the_installed_wheel(elsewhere: Elsewhere) -> None:
    places = elsewhere.ask("[m.__file__ for m in (ocop_market, connectors, sync_jobs, acme_ocop)]",
                           "ocop_market", "connectors", "sync_jobs", "acme_ocop")
    assert isinstance(places, list)
    home = elsewhere.python.parents[1].resolve()
    assert all(Path(place).resolve().is_relative_to(home) for place in places), places


def test_acme_is_found_beside_the_built_in_connectors(elsewhere: Elsewhere) -> None:
    names = elsewhere.ask("[r.connector_names(), r.sandbox_names(), r.load_connector('acme').profile.title]",
                          "ocop_market.channels.registry as r")
    assert isinstance(names, list)
    assert {"acme", "shopee", "tiki", "kiotviet", "spreadsheet"} <= set(names[0])
    assert "acme" in names[1]
    assert names[2] == "Acme"


def test_acme_passes_the_contract_that_ships_with_the_wheel(elsewhere: Elsewhere) -> None:
    told = elsewhere.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "acme-ocop/tests")
    assert re.search(r"\d\d passed", told), told


def test_acme_publishes_through_the_facade(elsewhere: Elsewhere) -> None:
    done = json.loads(elsewhere.run("-c", PUBLISH, elsewhere.folder / "market"))
    assert done == {"outcomes": {"live": 6}, "listings": [1] * 6, "left": 0}


def test_a_new_connector_installs_runs_and_says_what_is_missing(elsewhere: Elsewhere) -> None:
    elsewhere.run("-m", "ocop_market.cli.main", "connector", "new", "my_shop")
    elsewhere.run(*INSTALL, "-e", "my-shop-ocop")
    told = elsewhere.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "my-shop-ocop/tests", succeeds=False)
    for part in ("guard()", "problems()", "create()", "update()", "withdraw()", "find()", "pull_sales()"):
        assert re.search(rf"Still to be written: {re.escape(part)} in my_shop_ocop/\w+\.py: ", told), f"{part}\n{told}"
    assert "facts.py: name the pages that the facts were read on" in told
    failed = [line for line in told.splitlines() if line.startswith(("FAILED", "ERROR"))]
    silent = [line for line in failed if not re.search("Still to be written: |[.]py: |[(][)][: ]", line)]
    assert failed
    assert silent == []


@pytest.mark.parametrize("name", ["My-Shop", "2shops", "class", "a" * 60, "", "../up", "tiki"])
def test_a_bad_name_is_refused_and_nothing_written(name: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(connector, ["new", name, "--into", str(tmp_path)])
    assert done.exit_code == 3
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "my-shop-ocop").mkdir()
    (tmp_path / "my-shop-ocop" / "mine.txt").write_text("mine", encoding="utf-8")
    done = CliRunner().invoke(connector, ["new", "my_shop", "--into", str(tmp_path)])
    assert done.exit_code == 3
    assert [path.name for path in (tmp_path / "my-shop-ocop").iterdir()] == ["mine.txt"]
