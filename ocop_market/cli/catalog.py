"""`init`, `import` and `review`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from ocop_market.catalog.forms import read_columns
from ocop_market.catalog.intake import Intake
from ocop_market.catalog.questions import Kept
from ocop_market.catalog.row_facts import Beside
from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.errors import SettingsError
from ocop_market.language import N_, say, translate
from ocop_market.market import new_market, open_market
from ocop_market.model.product import Evidence
from ocop_market.model.text import tidy
from ocop_market.store.market_key import KeyPlace, refuse_without_keyring

THERE = N_("There is a market in {folder} already. It was not touched.")
MADE = N_("A new market is in {folder}. Next: ocop-market --help, or put your list in with: ocop-market import FILE")
READ = N_("{rows} rows: {accepted} accepted, {review} to review, {refused} refused. {products} products: {new} new, {changed} changed.")
MEANS = N_("Does the column “{heading}” mean “{meaning}”?")
UNDERSTOOD = N_("Columns as they were read: {columns}. To say otherwise: --columns \"heading=meaning\"")
PASSED_OVER = N_("Columns that were passed over: {columns}")
WRITTEN = N_("The list with the state of each row is in {path}. Mend the coloured cells, then: ocop-market import {path}")
MAY_HAND_BACK = N_("To mend them in the list itself: ocop-market import {path} --hand-back OUT.xlsx; to answer here: ocop-market review")
NOTHING_OPEN = N_("No question about a list is open.")
ANSWERED = N_("{count} answers are kept. They count when the list is imported again: ocop-market import {list}")
NOT_A_PAIR = N_("“{text}” is no answer. Write --answer KEY=CODE, as the table shows them.")
WHICH = N_("Number of the answer (Enter: later)")
MOST_SHOWN = 20


@click.command("init", cls=SpeakingCommand, help=N_("Makes a new market in FOLDER: settings, database, key. Never touches one "
                                                    "that is there."))
@argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
@option("--name", default="OCOP", help=N_("Name of the co-operative or office."))
@option("--key", "key_place", type=click.Choice([KeyPlace.FILE.value, KeyPlace.KEYRING.value]), default=KeyPlace.FILE.value, help=N_(
    "Where the key for secrets is kept: a file in the folder, or the keyring of the operating system."))
@shared_options
@speaks_plainly
def init(folder: Path | None, name: str, key_place: str, market_folder: Path, as_json: bool) -> Exit:
    """Makes a market."""
    place = market_folder if folder is None else folder
    if key_place == KeyPlace.KEYRING:
        refuse_without_keyring()
    try:
        path = new_market(place, name)
    except FileExistsError:
        raise SettingsError(THERE, code="market-there", folder=str(place.resolve())) from None
    with open_market(place) as market:
        if key_place == KeyPlace.KEYRING:
            market.vault.key.make_in_keyring()
    if as_json:
        emit({"settings": str(path.resolve())})
    else:
        tell(say(MADE, folder=str(place.resolve())))
    return Exit.DONE


@click.command("import", cls=SpeakingCommand, help=N_(
    "Reads FILE (.xlsx, .xls, .csv) into the catalog. Every row is accounted for; the same list again changes nothing."))
@argument("file", type=click.Path(path_type=Path))
@option("--hand-back", "hand_back", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
        help=N_("Write the list with the state of each row, and what may be chosen, to this new workbook."))
@option("--columns", "columns", metavar="TEXT", multiple=True,
        help=N_("What headings mean: \"Tên hàng=name,Giá vốn=ignored\". Kept for lists of the same form."))
@option("--evidence", type=click.Choice([level.value for level in Evidence if level]),
        help=N_("How well the list proves what it says: A signed, B1 published, B2 proposed, C a shop's page."))
@option("--owner", default="", metavar="NAME", help=N_("Whose part of the catalog the products are."))
@option("--sku-prefix", default="", metavar="TEXT", help=N_("Beginning of all SKUs of the list, to tell owners apart."))
@option("--all", "show_all", is_flag=True, help=N_("Show every remark, not the first twenty."))
@shared_options
@speaks_plainly
def import_list(file: Path, hand_back: Path | None, columns: tuple[str, ...], evidence: str | None, owner: str, sku_prefix: str,
                show_all: bool, market_folder: Path, as_json: bool) -> Exit:
    """Imports a product list."""
    told = {heading: target for text in columns for heading, target in read_columns(text).items()}
    asks = None if as_json or not sys.stdin.isatty() else _means
    with open_market(market_folder) as market:
        market.refuse_to_overwrite(hand_back)
        read, new, changed = market.import_catalog(
            file, beside=Beside(tidy(owner), sku_prefix.strip(), Evidence(evidence or "")), columns=told, ask_heading=asks)
        if hand_back:
            market.hand_back(file, read, hand_back)
    code = Exit.PARTLY if read.refused or read.review else Exit.DONE
    if as_json:
        emit(_as_json(read, new, changed))
        return code
    tell(say(READ, rows=number(read.rows), accepted=number(read.accepted), review=number(read.review), refused=number(read.refused),
             products=number(len(read.products)), new=number(new), changed=number(changed)))
    _show_columns(read)
    _show_remarks(read, show_all=show_all)
    if hand_back:
        tell(say(WRITTEN, path=str(hand_back)))
    elif code is Exit.PARTLY:
        tell(say(MAY_HAND_BACK, path=str(file)))
    return code


@click.command("review", cls=SpeakingCommand, help=N_("Shows the open questions about imported lists, and takes the answers."))
@option("--answer", "answers", metavar="TEXT", multiple=True, help=N_("KEY=CODE: the answer to a question. May be given several times."))
@option("--all", "show_all", is_flag=True, help=N_("Show the answered questions too."))
@shared_options
@speaks_plainly
def review(answers: tuple[str, ...], show_all: bool, market_folder: Path, as_json: bool) -> Exit:
    """Shows and answers questions."""
    with open_market(market_folder) as market:
        told = dict(_pair(text) for text in answers)
        shown = [one for one in market.reviews() if show_all or not one.answer]
        if not told and shown and not as_json and not show_all and sys.stdin.isatty():
            told = _asked(shown)
        if told:
            market.answer_reviews(told)
        kept = market.reviews()
    left = [one for one in kept if show_all or not one.answer]
    if as_json:
        emit([{"key": one.key, "list": one.list, "row": one.row, "name": one.name, "question": one.text, "choices": dict(one.choices),
               "answer": one.answer} for one in left])
    elif told:
        lists = {one.list for one in kept if one.key in told}
        tell(say(ANSWERED, count=len(told), list=min(lists)))
    elif left:
        table(translate(N_("Questions")), [translate(word) for word in (N_("Key"), N_("List"), N_("Row"), N_("Question"), N_("Answers"))],
              [(one.key, one.list, one.row, one.text, "\n".join(f"{code}: {text}" for code, text in one.choices.items())
                + (f"\n→ {one.answer}" if one.answer else "")) for one in left], right=[2])
    else:
        tell(say(NOTHING_OPEN))
    return Exit.PARTLY if any(not one.answer for one in kept) else Exit.DONE


def _means(heading: str, meaning: str) -> bool:
    return click.confirm(say(MEANS, heading=heading, meaning=meaning), default=True)


def _pair(text: str) -> tuple[str, str]:
    key, sign, code = text.partition("=")
    if not sign:
        raise SettingsError(NOT_A_PAIR, code="answer-unknown", text=text)
    return key.strip(), code.strip()


def _asked(questions: Sequence[Kept]) -> dict[str, str]:
    """The answers that a person gives at the keyboard; a question may be passed over."""
    told = {}
    for one in questions:
        tell(f"{one.list} · {one.row} · {one.text}")
        for place, text in enumerate(one.choices.values(), 1):
            tell(f"  {place}  {text}")
        chosen = click.prompt(say(WHICH), default=0, show_default=False, type=click.IntRange(0, len(one.choices)))
        if chosen:
            told[one.key] = list(one.choices)[chosen - 1]
    return told


def _as_json(read: Intake, new: int, changed: int) -> dict[str, object]:
    return {
        "rows": read.rows, "accepted": read.accepted, "review": read.review, "refused": read.refused, "products": len(read.products),
        "new": new, "changed": changed, "columns": dict(read.columns), "unused": list(read.headings.unused) if read.headings else [],
        "questions": [{"key": put.key, "doubt": put.doubt, "rows": list(put.rows), "column": put.column, "code": put.problem.code,
                       "message": put.problem.sentence(), "choices": {c.code: c.sentence() for c in put.choices}}
                      for put in read.questions],
        "notes": [{"row": n.row, "column": n.column, "code": n.problem.code, "message": n.problem.sentence(), "refused": n.refused}
                  for n in read.notes]}


def _show_columns(read: Intake) -> None:
    tell(say(UNDERSTOOD, columns=", ".join(f"{heading} = {target}" for target, heading in read.columns.items())))
    if read.headings and read.headings.unused:
        tell(say(PASSED_OVER, columns=", ".join(read.headings.unused)))


def _show_remarks(read: Intake, *, show_all: bool) -> None:
    remarks = sorted([*((row, put.column, put.problem) for put in read.questions for row in put.rows),
                      *((note.row, note.column, note.problem) for note in read.notes)], key=lambda remark: remark[0])
    shown = remarks if show_all else remarks[:MOST_SHOWN]
    if shown:
        table(translate("Remarks"), [translate("Row"), translate("Column"), translate("Remark")],
              [(row, column, problem.sentence()) for row, column, problem in shown], right=[0])
    if len(remarks) > len(shown):
        counts = Counter(problem.code for _, _, problem in remarks)
        tell(say(N_("… and {count} more (--all shows them): {codes}"), count=len(remarks) - len(shown),
                 codes=", ".join(f"{code} {count}" for code, count in counts.most_common())))
