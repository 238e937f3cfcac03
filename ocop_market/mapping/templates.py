"""Texts with named places in braces, from which what is not known goes cleanly: with its label, its comma, its brackets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_PLACE = re.compile(r"( ?)\{([^{}]*)\}(\.?)")
_BRACKETS = re.compile(r"( ?)([(\[])([^()\[\]]*)([)\]])")
_SEPARATOR = re.compile(r"(\s+[-–—|/·•]\s+|[,;]\s+|\.\s+)")


@dataclass(frozen=True)
class _Place:
    """A named place, the space in front of it and the full stop behind it; `inside` is what stands in a pair of brackets."""

    space: str
    name: str
    full_stop: str = ""
    inside: tuple[_Part, ...] = ()


@dataclass(frozen=True)
class _Part:
    """What stands between two separators: places and plain text."""

    separator: str
    pieces: tuple[_Place | str, ...]
    has_places: bool


@lru_cache(maxsize=4096)
def places_in(template: str) -> tuple[str, ...]:
    """The names in braces, in their order."""
    return tuple(name for _, name, _ in _PLACE.findall(template))


@dataclass(frozen=True)
class Row:
    """A line of a template: whether it names the stars, and the places without which nothing of it is left (empty: it has plain words)."""

    parts: tuple[_Part, ...]
    starred: bool
    needs: tuple[str, ...]

    def filled(self, values: Mapping[str, str]) -> str:
        """As the function `filled`, sooner where nothing is known."""
        for name in self.needs:
            if values.get(name):
                break
        else:
            if self.needs:
                return ""
        return _joined(self.parts, values)


@lru_cache(maxsize=256)
def rows_of(template: str) -> tuple[Row, ...]:
    """The lines of a template."""
    rows = [(_parsed(line), places_in(line)) for line in template.splitlines()]
    return tuple(Row(parts, "stars" in names, names if all(part.has_places for part in parts) else ()) for parts, names in rows)


def filled(line: str, values: Mapping[str, str]) -> str:
    """One line of a template with its places filled; empty when it has places and nothing is known for any.

    A part between commas, dashes, strokes, full stops or brackets goes whole when nothing in it is known; so does one place
    among others that are. Braces around an unknown name count as nothing known; values are taken as they are, braces too.
    """
    return _joined(_parsed(line), values)


@lru_cache(maxsize=4096)
def _parsed(line: str) -> tuple[_Part, ...]:
    brackets: dict[str, _Place] = {}

    def closed(found: re.Match[str]) -> str:
        space, opening, inside, closing = found.groups()
        if not places_in(inside):
            return found[0]
        name = f"{opening}{len(brackets)}{closing}"
        brackets[name] = _Place(space, name, inside=_parsed(inside))
        return f"{space}{{{name}}}"

    split = _SEPARATOR.split(_BRACKETS.sub(closed, line))
    return tuple(_part(split[place], split[place - 1] if place else "", brackets) for place in range(0, len(split), 2))


def _part(text: str, separator: str, brackets: Mapping[str, _Place]) -> _Part:
    pieces: list[_Place | str] = []
    end = 0
    for found in _PLACE.finditer(text):
        bracket = brackets.get(found[2])
        pieces += [text[end:found.start()], bracket or _Place(found[1], found[2], found[3])]
        if bracket is not None:
            pieces.append(found[3])
        end = found.end()
    return _Part(separator, tuple(piece for piece in (*pieces, text[end:]) if piece), bool(pieces))


def _joined(parts: tuple[_Part, ...], values: Mapping[str, str]) -> str:
    """The parts of which something is known, each with the separator in front of it."""
    made = ""
    for part in parts:
        text, known = "", not part.has_places
        for piece in part.pieces:
            if isinstance(piece, str):
                text += piece
            elif told := _told(piece, values):
                text += told
                known = True
            else:
                text += piece.full_stop
        if known and (text := text.strip(" ")):
            made = f"{made}{part.separator}{text}" if made else text
    return made


def _told(place: _Place, values: Mapping[str, str]) -> str:
    """A value with the space in front of it, and no second full stop behind a sentence that has its own; empty when not known."""
    if place.inside:
        inside = _joined(place.inside, values)
        return f"{place.space}{place.name[0]}{inside}{place.name[-1]}" if inside else ""
    value = values.get(place.name, "")
    return f"{place.space}{value}{'' if value.endswith(('.', '!', '?', '…')) else place.full_stop}" if value else ""
