"""The catalogue of sentences for people: complete, fillable, and compiled from what is kept."""

from __future__ import annotations

import ast
import gettext
import importlib.util
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import click
import pytest
from babel.messages.catalog import Catalog

from ocop_market.channels.registry import connector_names
from ocop_market.cli.main import main, root
from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import By
from ocop_market.language import current_language, say, use_language
from ocop_market.model.listing import FieldGroup

ROOT = Path(__file__).parents[2]


def load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages_tool", ROOT / "tools" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


messages = load_tool()


@cache
def calls_in(source: str) -> tuple[ast.Module, list[ast.Call]]:
    """A parsed source, and all calls in it; several tests look through the whole program."""
    tree = ast.parse(source)
    return tree, [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


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
              for call in calls_in(path.read_text(encoding="utf-8"))[1] if isinstance(call.func, ast.Name) and call.func.id == "N_"]
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


SHOWN = {"print", "echo", "prompt", "confirm", "table", "bar", "fail", "UsageError", "Problem", "MarketError", "SettingsError",
         "NotSupported", "RetryLater", "NeedsLogin", "TokenRejected", "Refused", "Uncertain", "UnexpectedAnswer", "PlanError",
         "LeaseError"}
"""Calls whose texts people read; of `option`, `command` and `group` they read `help`."""
MARKED = {"N_", "say", "translate"}
SENTENCE = re.compile(r"[^\W\d_]{2,},? [^\W\d_]{2,}")
BOTH_LANGUAGES = "Ngôn ngữ / language."


def called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else call.func.attr if isinstance(call.func, ast.Attribute) else ""


def unmarked(node: ast.AST, constants: dict[str, str]) -> Iterator[str]:
    """The sentences below a node that are not marked for the catalogue."""
    if isinstance(node, ast.Call) and called(node) in MARKED:
        return
    text = node.value if isinstance(node, ast.Constant) else constants.get(node.id) if isinstance(node, ast.Name) else None
    if isinstance(text, str) and text != BOTH_LANGUAGES and SENTENCE.search(re.sub(r"\[[^]]*\]|ocop-market [\w -]+", "", text)):
        yield text
    for child in ast.iter_child_nodes(node):
        yield from unmarked(child, constants)


def unmarked_in(source: str) -> list[str]:
    tree, calls = calls_in(source)
    constants = {target.id: node.value.value for node in tree.body if isinstance(node, ast.Assign)
                 and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
                 for target in node.targets if isinstance(target, ast.Name)}
    found = []
    for call in calls:
        read = [*call.args, *(word.value for word in call.keywords)] if called(call) in SHOWN else [
            word.value for word in call.keywords if word.arg == "help"]
        found += [f"{call.lineno}: {text}" for node in read for text in unmarked(node, constants)]
    return found


def test_no_sentence_for_people_is_left_unmarked() -> None:
    inside = ("ocop_market/testing/", "ocop_market/store/migrations/")  # what these say is for developers, in English
    names = {path.relative_to(ROOT).as_posix(): path for path in messages.source_files()}
    assert {name: found for name, path in names.items() if not name.startswith(inside) and "sandbox_" not in name
            and (found := unmarked_in(path.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize("source", [
    'console.print("Nothing to do.")', 'click.echo(f"{count} orders were read")', 'raise SettingsError("The file is empty.")',
    'TEXT = "The file is empty."\nraise SettingsError(TEXT, code="empty-file")', 'option("--all", help="Show all of it.")',
    'table("", ["SKU", "Which product"], rows)', 'Problem("no-title", "{sku} has no title.")',
])
def test_an_unmarked_sentence_is_found(source: str) -> None:
    assert len(unmarked_in(source)) == 1


@pytest.mark.parametrize("source", [
    'console.print(say("Nothing to do."))', 'TEXT = N_("The file is empty.")\nraise SettingsError(TEXT, code="empty-file")',
    'click.echo(json.dumps(body))', 'console.print(f"[bold red]✗[/] {sentence}")', 'log.debug("not for people at all")',
])
def test_marked_sentences_and_other_texts_are_let_through(source: str) -> None:
    assert unmarked_in(source) == []


def commands(command: click.Command = root, *way: str) -> Iterator[tuple[str, ...]]:
    """The ways to every command and group, the program itself first."""
    yield way
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            inner = command.get_command(click.Context(command), name)
            assert inner is not None
            yield from commands(inner, *way, name)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Runs the program and gives what it printed; the language and click's catalogue are as before afterwards."""
    monkeypatch.setenv("LANGUAGE", "")
    domain, language = gettext.textdomain(), current_language()

    def run(*arguments: str) -> str:
        with pytest.raises(SystemExit):
            main([*arguments])
        captured = capsys.readouterr()
        return captured.out + captured.err

    yield run
    gettext.textdomain(domain)
    use_language(language)


def words(text: str) -> set[str]:
    """The words of a help text without names: options, choices, commands, examples, files."""
    plain = re.sub(r"'[^']*'|--?[\w-]+|\[[^]\s]*\|[^]]*\]|`[^`]*`|\w+[-.:@/][\w.:@/-]+|\.\w+|ocop-market [a-z -]*", " ", text)
    return {word.lower() for word in re.findall(r"[^\W\d_]{3,}", plain)}


NAMES = {part for way in commands() for name in way for part in name.split("-")}
EXAMPLES = {"tên", "hàng", "giá", "vốn", "name", "ignored"}
SAME_IN_BOTH = {"file", "keyring", "windows", "systemd", "system", "container", "scheduler", "worker",  # places of the key, of services
                "ocop", "json", "shop", "reports", "language", "ngôn", "ngữ", "ctrl", "excel", "sku", "web", "digital", *EXAMPLES,
                "daily", "weekly", "monthly", "mon", "last", "off", "default", "việt", "nam",
                "postgresql", "prometheus", "health", "alerts", "backups", "byte", "tết", "quảng", "bình", "bắc", "kạn", "giang", "ninh",
                *connector_names(), *Basis, *By, *FieldGroup} | NAMES


@pytest.mark.parametrize("way", list(commands()), ids=" ".join)
def test_help_in_vietnamese_has_no_english_word(said: Callable[..., str], way: tuple[str, ...]) -> None:
    english, vietnamese = said("--lang", "en", *way, "--help"), said("--lang", "vi", *way, "--help")
    assert "Cách dùng:" in vietnamese
    assert words(vietnamese) & words(english) <= SAME_IN_BOTH


@pytest.mark.parametrize("call", [
    ("nope",), ("plan",), ("plan", "x", "--nope"), ("plan", "x", "y"), ("plan", "x", "--out"), ("report", "--from", "2026-33-44"),
    ("sandbox", "--port", "abc"), ("sandbox", "--port", "99999"), ("growth", "--by", "x"), ("accounts", "add", "x"),
    ("accounts",), ("status", "--json=x"),
])
def test_a_wrong_call_is_answered_without_an_english_word(said: Callable[..., str], call: tuple[str, ...]) -> None:
    english, vietnamese = said("--lang", "en", *call), said("--lang", "vi", *call)
    assert re.search("Lỗi:|Cách dùng:", vietnamese)
    assert words(vietnamese) & words(english) <= SAME_IN_BOTH | {"nope", "abc"}


def test_value_of_a_place_that_is_a_word_is_translated_when_shown() -> None:
    assert say("{what!t} changed", "en", what=["catalog", "listings"]) == "catalog, listings changed"
    assert say("{what!t} changed", "vi", what=["catalog", "listings"]) == "danh mục sản phẩm, bài đăng bán changed"
    assert say("{why!t} Approve it.", "en", why=["Too dear.", "No star."]) == "Too dear. No star. Approve it.", "Sentences need no commas."
    assert say("{path}: {reason!t}", "vi", path="a", reason="Permission denied") == "a: không có quyền"
    assert say("{reason!t}", "vi", reason="a word of no catalogue") == "a word of no catalogue"


@pytest.mark.parametrize(("line", "said_of_it"), [
    ("x =\ny = 1", "dòng 1, cột"), ("undated = 5", "không có thiết lập nào"),
    ("accounts.a = {channel = 'x', brakes = {most_creates = 'many'}}", "số nguyên"),
    ("[publishing]\nlapsed = 'maybe'", "'withhold', 'without-stars'"), ("[accounts.a]\nchannel = 'tiki'\nstart = 5.5", "cần một ngày"),
    ("accounts.a = {channel = 'x', brakes = {most_creates = -1}}", "từ 0 trở lên"), ("[accounts.a]\npractice = false", "chưa được ghi"),
])
def test_fault_of_the_settings_is_told_in_vietnamese(said: Callable[..., str], tmp_path: Path, line: str, said_of_it: str) -> None:
    (tmp_path / "market.toml").write_text(line, encoding="utf-8")
    answer = said("--lang", "vi", "status", "--market", str(tmp_path))
    assert said_of_it in " ".join(answer.split())
