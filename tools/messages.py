"""Keeps the catalogue of sentences for people: `python tools/messages.py extract|compile|check`.

Messages are English text inside `N_(…)`, `say(…)` or `translate(…)`, the descriptions of the connectors' settings, and the
words of click that users meet (`click_words.txt`; click looks them up in our catalogue). `extract` writes them to the
template and takes over new ones into the Vietnamese catalogue, where a translator fills them in; `compile` makes the file
that the program reads; `check` tells what is missing. The files carry no dates, so the same messages always give the same
bytes.
"""

from __future__ import annotations

import ast
import io
import string
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from ocop_market.channels.registry import connector_names, load_connector

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("ocop_market", "connectors", "sync_jobs")
MARKERS = {"N_", "say", "translate"}
TEMPLATE = ROOT / "ocop_market" / "locale" / "ocop_market.pot"
VIETNAMESE = ROOT / "ocop_market" / "locale" / "vi" / "LC_MESSAGES" / "ocop_market.po"
CLICK = ROOT / "tools" / "click_words.txt"
"""One message a line; singular and plural with a bar between."""
COMPILED = VIETNAMESE.with_suffix(".mo")


class PlainCatalog(Catalog):
    """A catalogue whose header has neither dates nor the name of the tool that wrote it."""

    def _get_mime_headers(self) -> list[tuple[str, str]]:
        language = [("Language", str(self.locale)), ("Plural-Forms", self.plural_forms)] if self.locale else []
        return [("Project-Id-Version", "ocop_market"), *language, ("MIME-Version", "1.0"),
                ("Content-Type", "text/plain; charset=utf-8"), ("Content-Transfer-Encoding", "8bit")]

    mime_headers = property(_get_mime_headers, Catalog._set_mime_headers)


def source_files() -> Iterator[Path]:
    """All modules in which a message may stand, in a fixed order."""
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def messages_in_code() -> Catalog:
    """The messages that the code holds now, each with the files that use it."""
    found = PlainCatalog(header_comment="# Messages of ocop_market.", fuzzy=False)
    for path in source_files():
        name = path.relative_to(ROOT).as_posix()
        for line, message in marked(path.read_text(encoding="utf-8")):
            found.add(message, locations=[(name, line)])
    for name, text in setting_descriptions():
        found.add(text, locations=[(name, 0)])
    for word in click_words():
        found.add(word, locations=[(CLICK.name, 0)])
    return found


def marked(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every marked message. Read from the syntax tree, for no tokenizer sees into f-strings alike."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
             and node.func.id in MARKERS]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        first = call.args[0] if call.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value:
            yield call.lineno, first.value


def setting_descriptions() -> Iterator[tuple[str, str]]:
    """The module and the description of every setting; `accounts add` asks for a setting with it."""
    for channel in connector_names():
        settings = load_connector(channel).Settings
        for field in settings.model_fields.values():
            if field.description:
                yield settings.__module__.replace(".", "/") + ".py", field.description


def click_words() -> Iterator[str | tuple[str, str]]:
    """The words of click that users meet."""
    for line in CLICK.read_text(encoding="utf-8").splitlines():
        single, bar, plural = line.replace("\\n", "\n").replace("\\t", "\t").partition(" | ")
        yield (single, plural) if bar else single


def translations() -> Catalog:
    """The Vietnamese catalogue as it is kept; empty before the first `extract`."""
    kept = PlainCatalog("vi", header_comment="# Vietnamese messages of ocop_market.", fuzzy=False)
    if VIETNAMESE.exists():
        for message in read_po(io.BytesIO(VIETNAMESE.read_bytes()), locale="vi"):
            if message.id:
                kept[message.id] = message
    return kept


def compiled(catalogue: Catalog) -> bytes:
    """The bytes of the file that the program reads: the translated messages only."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def places(text: str) -> set[str]:
    """The names of the `{places}` of a message; ValueError when its braces do not pair."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def faults(code: Catalog, kept: Catalog) -> list[str]:
    """What a translator must still do, one sentence for each message concerned."""
    found = []
    for message in code:
        translated = kept.get(message.id) if message.id else None
        if message.id and translated is None:
            found.append(f"not in the catalogue, run extract: {message.id}")
        elif translated is not None and not text_of(translated):
            found.append(f"not translated: {message.id}")
        elif translated is not None and translated.fuzzy:
            found.append(f"translation not confirmed (fuzzy): {message.id}")
        elif translated is not None and not same_places(message, text_of(translated)):
            found.append(f"other places than in the message: {message.id}")
    return found


def text_of(translated: Message) -> str:
    """The translation; Vietnamese has one form for any number."""
    kept = translated.string or ""
    return kept if isinstance(kept, str) else kept[0]


def same_places(message: Message, translation: str) -> bool:
    """True when the translation can be filled with the same values; it may leave out some of those that click gives."""
    forms = [message.id] if isinstance(message.id, str) else message.id
    try:
        known, used = set().union(*map(places, forms)), places(translation)
    except ValueError:
        return False
    return used <= known if any(name == CLICK.name for name, _ in message.locations) else used == known


def written(catalogue: Catalog) -> bytes:
    """A catalogue as text: messages in the order of their files, without line numbers, which change daily."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=120, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    return buffer.getvalue()


@click.group()
def main() -> None:
    """The messages of the program and their translation."""


@main.command()
def extract() -> None:
    """Writes the template and takes over new messages into the Vietnamese catalogue."""
    code, kept = messages_in_code(), translations()
    VIETNAMESE.parent.mkdir(parents=True, exist_ok=True)
    TEMPLATE.write_bytes(written(code))
    kept.update(code, update_header_comment=False)
    VIETNAMESE.write_bytes(written(kept))
    click.echo(f"{len(code)} messages, {sum(1 for message in kept if message.id and not text_of(message))} to be translated")


@main.command("compile")
def compile_() -> None:
    """Makes the file that the program reads."""
    COMPILED.write_bytes(compiled(translations()))
    click.echo(f"wrote {COMPILED.relative_to(ROOT).as_posix()}")


@main.command()
def check() -> None:
    """Tells what is missing; ends with an error when something is."""
    found = faults(messages_in_code(), translations())
    if not COMPILED.exists() or COMPILED.read_bytes() != compiled(translations()):
        found.append("the compiled file is older than the catalogue, run compile")
    for line in found:
        click.echo(line)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
