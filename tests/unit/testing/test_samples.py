"""The reader of samples, and the comparison of shapes."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from ocop_market.channels.registry import CONNECTORS
from ocop_market.errors import SettingsError
from ocop_market.testing import samples
from ocop_market.testing.samples import Sample, differences_in_shape, load_samples, load_signatures


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / f"market_of_{tmp_path.name}"
    (package / "samples").mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    point = EntryPoint("sample", f"{package.name}.connector:Connector", CONNECTORS)
    monkeypatch.setattr(samples, "installed", lambda group: EntryPoints([point]))
    return package / "samples"


def put(folder: Path, name: str, content: object) -> None:
    (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


def test_samples_are_read_by_name_from_beside_the_connector(shelf: Path) -> None:
    put(shelf, "orders", {"endpoint": "GET /orders", "source": "Orders, 2026-08 [H]", "response": {"status": 200, "body": []}})
    put(shelf, "busy", {"endpoint": "GET /orders", "source": "Errors, 2026-08 [M]", "refused": "429",
                        "request": {"query": {"page": 1}},
                        "response": {"status": 429, "headers": {"Retry-After": "9"}, "body": {}}})
    assert load_samples("sample") == [
        Sample("sample", "busy", "GET /orders", "Errors, 2026-08 [M]", 429, {}, "429",
               {"query": {"page": 1}}, {"Retry-After": "9"}),
        Sample("sample", "orders", "GET /orders", "Orders, 2026-08 [H]", 200, []),
    ]


def test_signature_examples_are_no_samples(shelf: Path) -> None:
    put(shelf, "signatures", {"source": "API calls, 2026-08 [H]", "calls": [{"key": "k", "text": "t", "sign": "s"}]})
    assert load_samples("sample") == []
    assert load_signatures("sample") == {"calls": [{"key": "k", "text": "t", "sign": "s"}]}


def test_channel_without_samples_has_none(shelf: Path) -> None:
    shelf.rmdir()
    assert load_samples("sample") == []
    assert load_signatures("sample") == {}


def test_unknown_channel_is_named(shelf: Path) -> None:
    with pytest.raises(SettingsError, match="no-such-market"):
        load_samples("no-such-market")


@pytest.mark.parametrize(("status", "refused", "answered"), [(200, "", True), (200, "error_param", False), (429, "429", False)])
def test_refusals_are_no_answers_whatever_their_status(status: int, refused: str, answered: bool) -> None:
    assert Sample("sample", "x", "GET /x", "X", status, {}, refused).answered is answered


@pytest.mark.parametrize(("sample", "actual"), [
    pytest.param({"price": 1}, {"price": 1.5}, id="whole and broken numbers are alike"),
    pytest.param({"note": None}, {"note": "x"}, id="null in the sample fits anything"),
    pytest.param({"note": None}, {}, id="a key that is null in the sample may be left out"),
    pytest.param({"note": {"text": "x"}}, {"note": None}, id="null in the answer fits anything"),
    pytest.param({"a": 1}, {"a": 1, "b": 2}, id="further keys are fine"),
    pytest.param([{"a": 1}], [], id="an empty list fits"),
    pytest.param([], [{"a": 1}], id="an empty sample list asks for nothing"),
    pytest.param([{"a": 1}, {"b": "x"}], [{"a": 1, "b": None}, {"b": "y"}], id="rows are merged before comparing"),
    pytest.param({"rows": [{"inner": []}, {"inner": [{"a": 1}]}]}, {"rows": [{"inner": [{"a": 2}]}]}, id="lists within rows too"),
])
def test_same_shapes_have_no_difference(sample: object, actual: object) -> None:
    assert differences_in_shape(sample, actual) == []


@pytest.mark.parametrize(("sample", "actual", "lines"), [
    pytest.param({"a": {"b": 1}}, {"a": {}}, ["a.b: missing"], id="missing key"),
    pytest.param({"weight": "0.5"}, {"weight": 0.5}, ["weight: number, not text"], id="another type"),
    pytest.param({"cod": True}, {"cod": 1}, ["cod: number, not true or false"], id="a number is no boolean"),
    pytest.param({"rows": [{"a": 1, "b": 1}]}, {"rows": [{"a": 1}, {"a": "x"}]}, ["rows[].b: missing"], id="in rows"),
    pytest.param({"price": [{"now": 1}]}, {"price": {"now": 1}}, ["price: object, not list"], id="object for list"),
    pytest.param([1], {}, ["answer: object, not list"], id="the answer itself"),
    pytest.param({"x": [[{"a": 1}]]}, {"x": [[{"a": "1"}]]}, ["x[][].a: text, not number"], id="list in list"),
])
def test_each_difference_is_told_by_its_place(sample: object, actual: object, lines: list[str]) -> None:
    assert differences_in_shape(sample, actual) == lines
