"""The catalogue of sentences for people: complete, fillable, and compiled from what is kept."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog

ROOT = Path(__file__).parents[2]


def load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages_tool", ROOT / "tools" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


messages = load_tool()


def catalogue(*pairs: tuple[str, str], fuzzy: bool = False) -> Catalog:
    made = Catalog("vi")
    for message, translation in pairs:
        made.add(message, translation, flags=["fuzzy"] if fuzzy else [])
    return made


def test_every_message_in_the_code_is_translated_with_its_places() -> None:
    assert messages.faults(messages.messages_in_code(), messages.translations()) == []


def test_compiled_catalogue_is_that_of_the_translations() -> None:
    assert messages.COMPILED.read_bytes() == messages.compiled(messages.translations())


def test_every_marked_message_is_plain_text() -> None:
    """`N_` of a name or an f-string would be passed over by the extractor without a word."""
    marked = [(path.relative_to(ROOT).as_posix(), call) for path in messages.source_files()
              for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
              if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "N_"]
    assert marked
    assert [f"{name}:{call.lineno}" for name, call in marked
            if not (isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str))] == []


@pytest.mark.parametrize(("kept", "said"), [
    pytest.param(catalogue(), "not in the catalogue", id="absent"),
    pytest.param(catalogue(("Order {order}", "")), "not translated", id="empty"),
    pytest.param(catalogue(("Order {order}", "Đơn {order}"), fuzzy=True), "fuzzy", id="fuzzy"),
    pytest.param(catalogue(("Order {order}", "Đơn {don}")), "other places", id="renamed place"),
    pytest.param(catalogue(("Order {order}", "Đơn {order")), "other places", id="broken brace"),
])
def test_each_fault_of_a_translation_is_told(kept: Catalog, said: str) -> None:
    [line] = messages.faults(catalogue(("Order {order}", "")), kept)
    assert said in line
    assert "Order {order}" in line


def test_good_translation_is_no_fault_even_in_another_order() -> None:
    message = "{count} orders of {day}"
    assert messages.faults(catalogue((message, "")), catalogue((message, "Ngày {day}: {count} đơn"))) == []
