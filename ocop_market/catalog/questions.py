"""What a list leaves open: questions with the answers to choose from, and the answers that were given before.

An answer comes from the column of decisions in a workbook that was handed back, or from `reviews.toml` in the market
folder, which a person may edit. A question has a key of its own, so the same doubt is not asked twice.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from ocop_market.errors import Problem, SettingsError
from ocop_market.language import LANGUAGES, N_, say
from ocop_market.model.text import fold, tidy
from ocop_market.settings import place_of

FILE_NAME = "reviews.toml"
UNREADABLE = N_("The file of answers {path} cannot be read: {reason}. Put that line right, or delete the file to be asked again.")
NO_SUCH_QUESTION = N_("There is no question {key}. See the open ones with: ocop-market review")
NO_SUCH_ANSWER = N_("“{answer}” is no answer to that question. Choose one of: {choices}")
HEADER = """# Câu hỏi khi nhập danh sách và câu trả lời của anh chị: chọn một mã trong "choices", ghi vào "answer", rồi nhập lại danh sách.
# Questions about imported lists: put one of the codes under "choices" into "answer", then import the list again.
"""
KEEP_APART = N_("Keep apart: a product of its own")
SAME_AS = N_("Is the product {sku}: {name} ({producer})")
ONE_PRODUCT = N_("Keep as one product")
IN_PACKINGS = N_("One product in several packings: {packings}")
MOVED_HERE = N_("It belongs here now")
SPLIT_INTO = N_("Split: {names}")
LEAVE_OUT = N_("Leave this row out")
AS_LISTED = N_("As in this list: {value}")
AS_KNOWN = N_("As known before: {value}")
VALUE_IS = N_("Is: {value!t}")

LEFT_OUT = "skip"
APART = "apart"
WHOLE = "whole"
PACKINGS = "packings"
MOVED = "moved"
TOLD = "told"
KNOWN = "known"
_SPLIT, _SAME, _VALUE = "split:", "same:", "is:"
_BETWEEN_NAMES = ";"
_SPLIT_WORDS = {"split", "tach"}


class Doubt(StrEnum):
    """What a question is about."""

    SIMILAR = "similar"
    SEVERAL = "several-goods"
    PACKINGS = "packings"
    GROUP = "group"
    KIND = "kind"
    STARS = "stars"
    DATE = "date"
    ROW = "row"


@dataclass(frozen=True)
class Choice:
    """One answer: `code` for files and scripts, a template for people."""

    code: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, language: str | None = None) -> str:
        """The answer in the language in use or the one named."""
        return tidy(say(self.message, language, **self.values))


@dataclass(frozen=True)
class Question:
    """An open doubt about rows of a list; the likeliest answer stands first, leaving the row out always last."""

    key: str
    doubt: Doubt
    rows: tuple[int, ...]
    column: str
    name: str
    problem: Problem
    choices: tuple[Choice, ...]


def question(doubt: Doubt, parts: Iterable[str], *, row: int, column: str, name: str, problem: Problem,
             choices: Iterable[Choice]) -> Question:
    """A question whose key follows from what it is about; leaving the row out can be chosen always."""
    return Question(key_of(doubt, *parts), doubt, (row,), column, name, problem, (*choices, Choice(LEFT_OUT, LEAVE_OUT)))


def key_of(*parts: str) -> str:
    """Twelve letters and digits that stand for a doubt."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return base64.b32encode(digest)[:12].decode().lower()


def apart() -> Choice:
    """The goods are no product that is known."""
    return Choice(APART, KEEP_APART)


def whole() -> Choice:
    """A row that looks like several goods is one product."""
    return Choice(WHOLE, ONE_PRODUCT)


def packings_are(packings: str) -> Choice:
    """The goods are one product in these packings."""
    return Choice(PACKINGS, IN_PACKINGS, {"packings": packings})


def moved() -> Choice:
    """A packing belongs to this product now, and no longer to another."""
    return Choice(MOVED, MOVED_HERE)


def same_as(sku: str, name: str, producer: str) -> Choice:
    """The goods are a known product."""
    return Choice(_SAME + sku, SAME_AS, {"sku": sku, "name": name, "producer": producer or "?"})


def split_into(names: Iterable[str]) -> Choice:
    """The row stands for several products."""
    told = [tidy(name.replace(_BETWEEN_NAMES, ",")) for name in names]
    return Choice(_SPLIT + _BETWEEN_NAMES.join(told), SPLIT_INTO, {"names": f"{_BETWEEN_NAMES} ".join(told)})


def value_is(value: str, shown: str = "") -> Choice:
    """The doubtful cell means this value."""
    return Choice(_VALUE + value, VALUE_IS, {"value": shown or value})


def as_listed(value: str) -> Choice:
    """The list is right."""
    return Choice(TOLD, AS_LISTED, {"value": value})


def as_known(value: str) -> Choice:
    """What was known before is right."""
    return Choice(KNOWN, AS_KNOWN, {"value": value})


def day_is(day: date) -> Choice:
    """The doubtful date is this day."""
    return value_is(day.isoformat(), f"{day:%d/%m/%Y}")


def meant_product(code: str) -> str:
    """The SKU in the answer that the goods are a known product; empty for another answer."""
    return code.removeprefix(_SAME) if code.startswith(_SAME) else ""


def meant_names(code: str) -> list[str]:
    """The names in the answer that a row is to be split; empty for another answer."""
    return [name for part in code.removeprefix(_SPLIT).split(_BETWEEN_NAMES) if (name := tidy(part))] if code.startswith(_SPLIT) else []


def meant_value(code: str) -> str:
    """The value in an answer that names one; empty for another answer."""
    return code.removeprefix(_VALUE) if code.startswith(_VALUE) else ""


@dataclass
class Answers:
    """Answers by key of the question (`kept`), and what stands in the column of decisions by row of the file (`in_rows`).

    `asked` collects every question that came up with its answer, empty where it is open.
    """

    kept: Mapping[str, str] = field(default_factory=dict)
    in_rows: Mapping[int, str] = field(default_factory=dict)
    asked: dict[str, tuple[Question, str]] = field(default_factory=dict)

    def to(self, put: Question) -> str:
        """The code of the answer, empty when the question is open."""
        told = [code for row in put.rows if (code := chosen(self.in_rows.get(row, ""), put))]
        _, earlier = self.asked.get(put.key, (put, ""))
        answer = told[0] if told else earlier or chosen(self.kept.get(put.key, ""), put)
        self.asked[put.key] = (put, answer)
        return answer


def chosen(text: str, asked: Question) -> str:
    """The answer that a text means, by its code or its words in any language; names of a split may have been put right."""
    plain = fold(text)
    if not plain:
        return ""
    for choice in asked.choices:
        if text == choice.code or any(plain == fold(choice.sentence(language)) for language in LANGUAGES):
            return choice.code
    if any(choice.code.startswith(_SPLIT) for choice in asked.choices):
        head, colon, names = text.partition(":")
        if colon and fold(head) in _SPLIT_WORDS and len(meant_names(_SPLIT + names)) > 1:
            return _SPLIT + _BETWEEN_NAMES.join(meant_names(_SPLIT + names))
    return ""


def says_leave_out(text: str) -> bool:
    """Whether a decision is that the row be left out."""
    plain = fold(text)
    return bool(plain) and (plain == LEFT_OUT or plain in {fold(say(LEAVE_OUT, language)) for language in LANGUAGES})


@dataclass(frozen=True)
class Kept:
    """A question as `reviews.toml` keeps it; `answer` is empty while it is open."""

    key: str
    list: str
    row: int
    name: str
    text: str
    choices: Mapping[str, str]
    answer: str = ""


def read_reviews(folder: Path) -> list[Kept]:
    """The questions and answers of a market; none without a file. SettingsError (`reviews-unreadable`) when it is damaged."""
    path = folder / FILE_NAME
    if not path.is_file():
        return []
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("question", [])
        return [Kept(str(t["key"]), str(t.get("list", "")), int(t.get("row", 0)), str(t.get("name", "")), str(t.get("text", "")),
                     {str(code): str(text) for code, text in dict(t.get("choices", {})).items()}, str(t.get("answer", "")))
                for t in tables]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingsError(UNREADABLE, code="reviews-unreadable", path=str(path), reason=place_of(error)) from None


def write_reviews(folder: Path, kept: Iterable[Kept]) -> None:
    """Keeps the questions and answers of a market, the file whole or not at all."""
    blocks = (f"[[question]]\nkey = {quoted(one.key)}\nlist = {quoted(one.list)}\nrow = {one.row}\nname = {quoted(one.name)}\n"
              f"text = {quoted(one.text)}\nanswer = {quoted(one.answer)}\n[question.choices]\n"
              + "".join(f"{quoted(code)} = {quoted(text)}\n" for code, text in one.choices.items()) for one in kept)
    temporary = (folder / FILE_NAME).with_suffix(".part")
    temporary.write_text("\n".join((HEADER, *blocks)), encoding="utf-8", newline="\n")
    temporary.replace(folder / FILE_NAME)


def reviewed(before: Iterable[Kept], name: str, asked: Mapping[str, tuple[Question, str]]) -> list[Kept]:
    """The file after an import of the list `name`: its questions of today, and every answer ever given."""
    fresh = [Kept(key, name, put.rows[0], put.name, put.problem.sentence(), {c.code: c.sentence() for c in put.choices}, answer)
             for key, (put, answer) in asked.items()]
    stays = [one for one in before if one.key not in asked and (one.answer or one.list != name)]
    return sorted([*stays, *fresh], key=lambda one: (one.list, one.row, one.key))


def answered(kept: Iterable[Kept], answers: Mapping[str, str]) -> list[Kept]:
    """The questions with these answers by key. SettingsError (`answer-unknown`) for a key or an answer that there is not."""
    by_key = {one.key: one for one in kept}
    for key, answer in answers.items():
        one = by_key.get(key)
        if one is None:
            raise SettingsError(NO_SUCH_QUESTION, code="answer-unknown", key=key)
        split = any(code.startswith(_SPLIT) for code in one.choices) and len(meant_names(answer)) > 1
        if answer and answer not in one.choices and not split:
            raise SettingsError(NO_SUCH_ANSWER, code="answer-unknown", answer=answer, choices="; ".join(one.choices))
        by_key[key] = replace(one, answer=answer)
    return list(by_key.values())


def quoted(text: str) -> str:
    """A text as TOML wants it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
