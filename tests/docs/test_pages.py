"""The pages hold together: links lead somewhere, lists are whole, generated pages are up to date."""

from __future__ import annotations

import importlib.util
import tomllib
from contextvars import copy_context
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

import ocop_market
from ocop_market.catalog.intake import read_products
from ocop_market.channels.registry import connector_names, load_connector
from ocop_market.cli.frame import Exit
from ocop_market.growth.basis import Basis
from ocop_market.sandbox.faults import FaultKind
from ocop_market.settings import MarketSettings
from tests.docs.pages import DOCS, PAGES, ROOT, Block, anchors, blocks, first_cells, inline_code, links, name_of


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def local_links(page: Path) -> list[tuple[Path, str]]:
    """Where the links of a page lead inside the repository, each with what stands behind `#`."""
    inside = [link for link in links(page) if "://" not in link]
    return [((page.parent / path).resolve() if path else page, anchor)
            for path, _, anchor in (link.partition("#") for link in inside)]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    dead = [name_of(target) for target, _ in local_links(page) if not target.is_file()]
    assert not dead
    assert [f"{name_of(target)}#{anchor}" for target, anchor in local_links(page)
            if anchor and anchor not in anchors(target)] == []


def test_every_page_can_be_reached_from_the_index() -> None:
    seen, ahead = set(), [DOCS / "index.md"]
    while ahead:
        page = ahead.pop()
        if page not in seen:
            seen.add(page)
            ahead += [target for target, _ in local_links(page) if target.suffix == ".md" and DOCS in target.parents]
    assert [name_of(page) for page in PAGES if DOCS in page.parents and page not in seen] == []


@pytest.mark.parametrize("name", ["commands_page", "connectors_page", "picture"])
def test_generated_pages_are_up_to_date(name: str) -> None:
    reference = tool("reference")
    path = {"commands_page": reference.COMMANDS_PAGE, "connectors_page": reference.CONNECTORS_PAGE,
            "picture": reference.PICTURE}[name]
    written = copy_context().run(reference.pages)[path]
    assert path.read_text(encoding="utf-8") == written, "run: make reference"


def test_the_sample_list_is_taken_without_a_remark_and_is_the_one_that_the_tool_writes(tmp_path: Path) -> None:
    sample = tool("sample_list")
    sample.write(tmp_path / "fresh.xlsx")
    kept, fresh = (read_products("list.xlsx", path.read_bytes(), today=date(2026, 11, 1))
                   for path in (sample.SAMPLE, tmp_path / "fresh.xlsx"))
    assert kept == fresh
    assert (kept.accepted, kept.notes) == (len(sample.ROWS), ())
    assert all(product.price and product.stock and product.weight_g and product.pictures for product in kept.products)


@pytest.mark.parametrize("channel", connector_names())
def test_every_connector_has_a_page_that_names_its_settings(channel: str) -> None:
    page = DOCS / "connectors" / f"{channel}.md"
    assert page.is_file()
    assert set(load_connector(channel).Settings.model_fields) <= set(inline_code(page))


def test_the_library_page_names_what_is_promised() -> None:
    assert sorted(first_cells(DOCS / "reference" / "library.md", "name")) == sorted(ocop_market.__all__)


def test_exit_codes_are_told() -> None:
    rows = (DOCS / "guides" / "scripts.md").read_text(encoding="utf-8")
    assert [f"| {code.value} | `{code.name}` |" for code in Exit if f"| {code.value} | `{code.name}` |" not in rows] == []


def test_bases_of_revenue_are_told() -> None:
    assert first_cells(DOCS / "concepts" / "two_paths.md", "basis") == [basis.value for basis in Basis]


def test_faults_are_told() -> None:
    assert first_cells(DOCS / "guides" / "practice_servers.md", "kind") == [kind.value for kind in FaultKind]


@pytest.mark.parametrize("block", [block for page in PAGES for block in blocks(page, "toml") if "[accounts." in block.text],
                         ids=lambda block: name_of(block.page))
def test_settings_shown_are_taken(block: Block) -> None:
    settings = MarketSettings.model_validate(tomllib.loads(block.text))
    for account in settings.accounts.values():
        assert set(account.own) <= load_connector(account.channel).Settings.model_fields.keys()
