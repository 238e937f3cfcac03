"""Which row holds the headings, and which column means what. Names decide, never positions; doubt stops the reading."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.model.text import fold, tidy
from ocop_market.sheets.sheet import Cell, Sheet

TWO_COLUMNS = N_("The file {name} has two columns for the same thing: {headings}. Rename or remove one of them.")
NO_HEADINGS = N_("In {name} no row of headings was found. Expected among others: {expected}. Put the headings in one row.")

_SEARCHED_ROWS = 30
_FILLERS = {"ocop", "duoc", "cua", "cac", "theo", "hien", "nay", "tai"}
_UNIT = re.compile(r"\([^)]*\)")
_PARTS = re.compile(r"[/,\n;]| - ")
_RESEMBLANCE = 3
_SHORTEST_TYPO, _SHORTEST_DOUBLE_TYPO, _MOST_SLIPS = 8, 14, 2
_SHORTEST_WORD, _LONG_NAME = 4, 12


@dataclass(frozen=True)
class Vocabulary:
    """What is looked for: folded names by target, the better name first.

    `required` targets make a heading row; `least` is how many targets it must have. `repeatable` targets may have
    several columns. Where one name means two things, the side of the `pivot` column decides: `left` and `right` are
    the targets that are only valid there.
    """

    aliases: Mapping[str, Sequence[str]]
    required: frozenset[str]
    least: int = 2
    repeatable: frozenset[str] = frozenset()
    pivot: str = ""
    left: frozenset[str] = frozenset()
    right: frozenset[str] = frozenset()

    @cached_property
    def by_name(self) -> dict[str, list[tuple[str, int]]]:
        """Folded name → targets, each with the name's rank."""
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for target, names in self.aliases.items():
            for rank, name in enumerate(names):
                found[name].append((target, rank))
        return dict(found)

    @cached_property
    def by_length(self) -> dict[int, list[str]]:
        """Names that are long enough for a slip of the keyboard, by their length."""
        found: dict[int, list[str]] = defaultdict(list)
        for name in self.by_name:
            if len(name) >= _SHORTEST_TYPO:
                found[len(name)].append(name)
        return dict(found)

    @cached_property
    def without_spaces(self) -> dict[str, list[str]]:
        """The same names, by what is left of them without spaces."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in chain.from_iterable(self.by_length.values()):
            found[name.replace(" ", "")].append(name)
        return dict(found)


@dataclass(frozen=True)
class Column:
    """A column that was understood: `close` when its heading only resembles a known name; `group` is the upper heading."""

    target: str
    position: int
    heading: str
    group: str = ""
    close: bool = False

    @property
    def label(self) -> str:
        """The heading as a person would name it, with the upper one where there are two."""
        return f"{self.group} – {self.heading}" if self.group else self.heading


@dataclass(frozen=True)
class Headings:
    """The heading rows (positions `top` to `bottom`) and their columns, left to right."""

    top: int
    bottom: int
    columns: tuple[Column, ...]
    doubles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unused: tuple[str, ...] = ()

    def of(self, target: str) -> Column | None:
        """The column of a target, the first when there are several."""
        return self._first.get(target)

    @cached_property
    def _first(self) -> dict[str, Column]:
        return {column.target: column for column in reversed(self.columns)}

    def all_of(self, target: str) -> list[Column]:
        """All columns of a repeatable target."""
        return [column for column in self.columns if column.target == target]

    @property
    def score(self) -> float:
        """How well this row is understood: one per target, half for a resemblance."""
        return sum(0.5 if all(c.close for c in self.all_of(t)) else 1.0 for t in {c.target for c in self.columns})


def find_headings(sheet: Sheet, vocabulary: Vocabulary) -> Headings | None:
    """The best heading row among the first thirty, or two rows where they say more than one; None when none has what is required."""
    best: Headings | None = None
    best_fit = (0.0, False)
    for position in range(min(_SEARCHED_ROWS, len(sheet.rows))):
        for found in _candidates(sheet, position, vocabulary):
            targets = {column.target for column in found.columns}
            fit = (found.score, not any(column.group for column in found.columns))
            if vocabulary.required <= targets and len(targets) >= vocabulary.least and fit > best_fit:
                best, best_fit = found, fit
    return best


def require_headings(name: str, sheets: Sequence[Sheet], vocabulary: Vocabulary) -> tuple[Sheet, Headings]:
    """The visible sheet whose headings are understood best.

    Raises SettingsError: `headings-missing`, or `headings-double` when two columns claim the same target.
    """
    visible = [sheet for sheet in sheets if not sheet.hidden] or list(sheets)
    found = [(sheet, headings) for sheet in visible if (headings := find_headings(sheet, vocabulary)) is not None]
    if not found:
        expected = ", ".join(vocabulary.aliases[target][0] for target in sorted(vocabulary.required))
        raise SettingsError(NO_HEADINGS, code="headings-missing", name=name, expected=expected)
    sheet, headings = max(found, key=lambda pair: pair[1].score)
    refuse_doubles(name, headings)
    return sheet, headings


def refuse_doubles(name: str, headings: Headings) -> None:
    """Raises SettingsError (`headings-double`) when two columns claim the same target."""
    if headings.doubles:
        shown = "; ".join(", ".join(f"“{text}”" for text in texts) for texts in headings.doubles.values())
        raise SettingsError(TWO_COLUMNS, code="headings-double", name=name, headings=shown)


@lru_cache(maxsize=1024)
def unit_in(heading: str) -> str:
    """What a heading says in brackets or behind a comma, folded: `Khối lượng (g)` → `g`."""
    found = _UNIT.search(heading)
    return fold(found.group()) if found else fold(heading.partition(",")[2])


def plain_name(heading: str) -> str:
    """A heading folded, without its unit in brackets, its numbering and words that say nothing."""
    words = re.sub(r"^\d+ | \d$", "", fold(_UNIT.sub(" ", heading))).split()
    kept = [word for word in words if word not in _FILLERS]
    return " ".join(kept or words)


def _candidates(sheet: Sheet, position: int, vocabulary: Vocabulary) -> Iterator[Headings]:
    lower = [_text(cell) for cell in sheet.rows[position]]
    if any(lower):
        yield _understand(position, _merged_down(sheet, position), lower, [""] * len(lower), vocabulary)
    if position + 1 < len(sheet.rows) and any(lower):
        below = [_text(cell) for cell in sheet.rows[position + 1]]
        width = max(len(lower), len(below))
        upper, below = _padded(lower, width), _padded(below, width)
        yield _understand(position, position + 1, [b or u for u, b in zip(upper, below, strict=True)],
                          [_group_of(upper, column) if below[column] else "" for column in range(width)], vocabulary)


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) and len(cell) <= 200 else ""


def _spelled(text: str) -> str:
    """`Giảm giá %` is another thing than `Giảm giá`."""
    return text.replace("%", " phần trăm ")


def _padded(texts: list[str], width: int) -> list[str]:
    return texts + [""] * (width - len(texts))


def _group_of(upper: list[str], column: int) -> str:
    return next((upper[c] for c in range(column, -1, -1) if upper[c]), "")


def _merged_down(sheet: Sheet, position: int) -> int:
    """The last row of a heading whose cells are merged downwards."""
    return max((area.bottom for area in sheet.merged if area.top == position and area.bottom - area.top <= 3), default=position)


def _understand(top: int, bottom: int, texts: list[str], groups: list[str], vocabulary: Vocabulary) -> Headings:
    claims: dict[int, list[tuple[int, int, str]]] = {}
    for position, (text, group) in enumerate(zip(texts, groups, strict=True)):
        if text and (found := _claims(text, group, vocabulary)):
            claims[position] = found
    pivot = next((p for p, found in claims.items() if any(target == vocabulary.pivot for _, _, target in found)), None)
    taken: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for position, found in claims.items():
        allowed = [claim for claim in found if _on_its_side(claim[2], position, pivot, vocabulary)]
        if allowed:
            kind, rank, target = min(allowed)
            taken[target].append((kind, rank, position))
    columns, doubles = [], {}
    for target, rivals in taken.items():
        kind, rank, _ = best = min(rivals)
        chosen = rivals if target in vocabulary.repeatable else [best]
        equal = [position for k, r, position in rivals if (k, r) == (kind, rank)]
        if len(equal) > 1 and target not in vocabulary.repeatable:
            doubles[target] = tuple(tidy(texts[position]) for position in equal)
        columns += [Column(target, p, tidy(texts[p]), tidy(groups[p]), close=k == _RESEMBLANCE) for k, _, p in chosen]
    columns.sort(key=lambda column: column.position)
    used = {column.position for column in columns}
    unused = tuple(tidy(text) for position, text in enumerate(texts) if text and position not in used)
    return Headings(top, bottom, tuple(columns), doubles, unused)


def _on_its_side(target: str, position: int, pivot: int | None, vocabulary: Vocabulary) -> bool:
    if pivot is None:
        return target not in vocabulary.right
    return not (target in vocabulary.left and position > pivot) and not (target in vocabulary.right and position < pivot)


def _claims(text: str, group: str, vocabulary: Vocabulary) -> list[tuple[int, int, str]]:
    """`(kind, rank, target)` for each meaning: 0 the whole heading, 1 without idle words, 2 a part of it, 3 a resemblance."""
    text = _spelled(text)
    wholes = [f"{text} {group}", f"{group} {text}", text] if group else [text]
    for whole in wholes:
        for kind, name in ((0, fold(whole)), (0, fold(_UNIT.sub(" ", whole))), (1, plain_name(whole))):
            if meanings := vocabulary.by_name.get(name):
                return [(kind, rank, target) for target, rank in meanings]
    parts = [vocabulary.by_name[name] for part in _PARTS.split(_UNIT.sub(" ", text))
             if (name := plain_name(part)) in vocabulary.by_name]
    if len({target for meanings in parts for target, _ in meanings}) == 1:
        return [(2, rank, target) for target, rank in parts[0][:1]]
    plain = plain_name(text)
    close = {meaning for name in _resembling(plain, vocabulary) for meaning in vocabulary.by_name[name]}
    return [(3, rank, target) for target, rank in close] if len({target for target, _ in close}) == 1 else []


def _resembling(heading: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Names with a slip of the keyboard in a long word, or missing spaces; never another short word (`ngày lập`, `ngày cấp`)."""
    yield from (name for name in vocabulary.without_spaces.get(heading.replace(" ", ""), ())
                if abs(len(name) - len(heading)) <= len(name) // 4)
    for length in range(len(heading) - _MOST_SLIPS, len(heading) + _MOST_SLIPS + 1):
        allowed = _MOST_SLIPS if length >= _SHORTEST_DOUBLE_TYPO else 1
        names = vocabulary.by_length.get(length, [])
        for name, _, _ in process.extract(heading, names, scorer=OSA.distance, score_cutoff=allowed, limit=None):
            if _same_words(heading.split(), name.split(), _SHORTEST_WORD - 1 if length >= _LONG_NAME else _SHORTEST_WORD):
                yield name


def _same_words(ours: list[str], theirs: list[str], shortest: int) -> bool:
    return len(ours) == len(theirs) and all(a == b or (min(len(a), len(b)) >= shortest and OSA.distance(a, b) == 1)
                                            for a, b in zip(ours, theirs, strict=True))
