"""Connectors are found through entry points, and a sentence says so when they are not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from types import ModuleType

import pytest

from ocop_market.channels import registry
from ocop_market.channels.api import Connector
from ocop_market.errors import SettingsError

from . import practice_plugins

HERE = practice_plugins.__name__
Install = Callable[..., None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Makes the given `name=module:attribute` the only ones installed."""
    def put(**targets: str) -> None:
        def installed(group: str) -> EntryPoints:
            return EntryPoints(EntryPoint(name, target, group) for name, target in targets.items())
        monkeypatch.setattr(registry, "installed", installed)
    return put


def refusal(load: Callable[[str], object], name: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        load(name)
    return caught.value


def test_names_are_sorted_and_nothing_is_imported_for_them(install: Install) -> None:
    install(b="no.such.module:B", a="no.such.module:A")
    assert registry.connector_names() == registry.sandbox_names() == ["a", "b"]


def test_a_connector_is_loaded_by_its_name(install: Install) -> None:
    install(quay=f"{HERE}:PlainConnector")
    assert registry.load_connector("quay") is practice_plugins.PlainConnector
    assert issubclass(registry.load_connector("quay"), Connector)


def test_a_practice_server_is_loaded_by_its_name(install: Install) -> None:
    install(quay=f"{HERE}:PlainSandbox")
    assert registry.load_sandbox("quay") is practice_plugins.PlainSandbox


def test_an_unknown_channel_is_told_with_those_that_are_known(install: Install) -> None:
    install(shopee="x:Y", tiki="x:Z")
    error = refusal(registry.load_connector, "shoppee")
    assert error.code == "unknown-channel"
    assert "shoppee" in error.sentence("en")
    assert "shopee, tiki" in error.sentence("en")


def test_a_channel_without_a_practice_server_is_told_with_those_that_have_one(install: Install) -> None:
    install(tiki="x:Z")
    error = refusal(registry.load_sandbox, "spreadsheet")
    assert "spreadsheet" in error.sentence("en")
    assert "tiki" in error.sentence("en")


def test_nothing_installed_says_how_to_install(install: Install) -> None:
    install()
    error = refusal(registry.load_connector, "tiki")
    assert error.code == "no-connectors"
    assert "pip install" in error.sentence("en")


@pytest.mark.parametrize("target", ["no.such.module:A", f"{HERE}:Missing", f"{HERE}_broken:A"])
def test_a_connector_that_does_not_load_is_named_with_the_reason(install: Install, target: str) -> None:
    install(hong=target)
    error = refusal(registry.load_connector, "hong")
    assert error.code == "connector-broken"
    assert target in error.sentence("en")


@pytest.mark.parametrize("attribute", ["NOT_A_CLASS", "PlainSandbox"])
def test_what_is_no_connector_is_refused(install: Install, attribute: str) -> None:
    install(la=f"{HERE}:{attribute}")
    assert refusal(registry.load_connector, "la").code == "connector-broken"


def test_what_is_no_practice_server_is_refused(install: Install) -> None:
    install(la=f"{HERE}:PlainConnector")
    assert refusal(registry.load_sandbox, "la").code == "connector-broken"


@pytest.mark.parametrize("how", ["package", "folder"])
def test_a_folder_that_hides_our_connectors_is_named(
        install: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str) -> None:
    other = ModuleType("connectors")
    other.__path__ = [str(tmp_path)]
    if how == "package":
        other.__file__ = str(tmp_path / "__init__.py")
    for name in [name for name in sys.modules if name.partition(".")[0] == "connectors"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "connectors", other)
    install(shopee="connectors.shopee.connector:ShopeeConnector")
    error = refusal(registry.load_connector, "shopee")
    assert error.code == "connectors-hidden"
    assert str(tmp_path) in error.sentence("en")


def test_a_file_that_hides_our_connectors_and_fails_is_told_too(
        install: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "connectors.py").write_text("raise RuntimeError('mine')", encoding="utf-8")
    for name in [name for name in sys.modules if name.partition(".")[0] == "connectors"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(tmp_path))
    install(shopee="connectors.shopee.connector:ShopeeConnector")
    error = refusal(registry.load_connector, "shopee")
    assert error.code == "connectors-hidden"
    assert str(tmp_path) in error.sentence("en")


def test_a_fault_inside_our_own_connector_is_not_blamed_on_a_folder(install: Install) -> None:
    install(shopee="connectors.no_such_channel:Nothing")
    assert refusal(registry.load_connector, "shopee").code == "connector-broken"


def test_packages_are_looked_for_once_and_again_when_the_search_path_changes(
        monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    looked: list[str] = []

    def entry_points(*, group: str) -> EntryPoints:
        looked.append(group)
        return EntryPoints([EntryPoint(f"shop-{len(looked)}", "x:Y", group)])

    monkeypatch.setattr(registry, "entry_points", entry_points)
    for folder, found in (("first", ["shop-1"]), ("second", ["shop-2"])):
        monkeypatch.syspath_prepend(str(tmp_path / folder))
        assert registry.connector_names() == found
        assert registry.connector_names() == found
    assert looked == [registry.CONNECTORS] * 2


def test_every_built_in_connector_that_is_installed_can_be_named() -> None:
    assert {"shopee", "tiki", "kiotviet", "spreadsheet"} <= set(registry.connector_names())
    assert {"shopee", "tiki", "kiotviet"} <= set(registry.sandbox_names())
