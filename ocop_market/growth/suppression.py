"""Which cells of published tables must stay blank, so that no amount of one or two subjects is told: neither by a cell nor by subtraction.

Every published amount is a sum over contributions, and so is all that can be worked out from published amounts by adding and
subtracting them, over all tables together. A result that is made of the contributions of fewer than three subjects discloses them:
with two in it, each of the two could tell the other's amount. Cells are left out until no such result is left. Who contributes to
which cell is taken to be known to the reader; only the amounts are not.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

FEWEST = 3
"""Subjects that an amount must be made of at least (OCOP tables: fewer than three would tell of one firm)."""
_PRIME = (1 << 61) - 1
"""Sums are compared modulo this prime: a combination that is no disclosure over whole numbers is one here by chance of 2⁻⁶¹."""

Cell = Hashable
Subject = Hashable
Vector = dict[int, int]
"""Amounts by position, zeros left out, modulo the prime."""


@dataclass(frozen=True)
class Contribution:
    """What one subject adds to the tables: the cells that its amount is a part of, the same whatever the amount is."""

    subject: Subject
    cells: frozenset[Cell]


def suppressed(contributions: Iterable[Contribution], worth: Mapping[Cell, int], *, fewest: int = FEWEST,
               kept_back: Collection[Cell] = ()) -> frozenset[Cell]:
    """The cells that must not be published, from those in `worth`; of several that would do, the ones of least worth.

    `kept_back` stay blank whatever they are. A cell to which nobody contributes is zero for all to see, and is published.
    """
    atoms = list(dict.fromkeys(contributions))
    blank = {cell for cell in worth if cell in kept_back} | _small(atoms, worth, fewest)
    # in an order of our own, so that the same tables are published alike by every process; with the largest first, fewer go blank
    cells = sorted(worth, key=lambda cell: (-abs(worth[cell]), str(cell)))
    while (revealing := disclosed(atoms, [cell for cell in cells if cell not in blank], fewest=fewest)) is not None:
        blank.add(min(revealing, key=lambda cell: (abs(worth[cell]), str(cell))))
    return frozenset(blank)


def disclosed(contributions: Iterable[Contribution], published: Sequence[Cell], *, fewest: int = FEWEST) -> frozenset[Cell] | None:
    """Published cells of which adding and subtracting leaves the amounts of fewer than `fewest` subjects; None when there are none."""
    place = {cell: i for i, cell in enumerate(published)}
    columns = sorted(_columns(contributions, place).items(), key=lambda column: sorted(column[0]))
    safe = _Span()
    for cells, subjects in columns:
        if len(subjects) >= fewest:
            safe.add(dict.fromkeys(cells, 1))
    rest = [(vector, frozenset(subjects)) for cells, subjects in columns
            if len(subjects) < fewest and (vector := safe.reduced(dict.fromkeys(cells, 1)))]
    rank = _Span.of(vector for vector, _ in rest).rank
    group = _disclosing(rest, rank, frozenset(), fewest - 1)
    if group is None:
        return None
    others = _Span.of(dict.fromkeys(cells, 1) for cells, subjects in columns if not subjects <= group)
    own = next(left for vector, subjects in rest if subjects <= group and (left := others.reduced(vector)))
    return frozenset(published[i] for i in others.vanishing(min(own)))


def _disclosing(rest: Sequence[tuple[Vector, frozenset[Subject]]], rank: int, group: frozenset[Subject], size: int,
                ) -> frozenset[Subject] | None:
    """A group of at most `size` subjects with `group` in it, without whom the vectors span less: that is told of them alone.

    Where the others' vectors span all, some of those that were needed for it must be of the group that is looked for.
    """
    others, needed = _Span(), []
    for vector, subjects in rest:
        if not subjects <= group and others.add(vector):
            needed.append(subjects)
    if others.rank < rank:
        return group
    for subjects in dict.fromkeys(needed):
        if len(group | subjects) <= size and (found := _disclosing(rest, rank, group | subjects, size)) is not None:
            return found
    return None


def _small(atoms: Sequence[Contribution], worth: Mapping[Cell, int], fewest: int) -> set[Cell]:
    """Cells that have a subject, but too few."""
    subjects: dict[Cell, set[Subject]] = {}
    for atom in atoms:
        for cell in atom.cells & worth.keys():
            subjects.setdefault(cell, set()).add(atom.subject)
    return {cell for cell, found in subjects.items() if len(found) < fewest}


def _columns(contributions: Iterable[Contribution], place: Mapping[Cell, int]) -> dict[frozenset[int], set[Subject]]:
    """The subjects behind each set of published cells that somebody's amount is a part of."""
    columns: dict[frozenset[int], set[Subject]] = {}
    for one in contributions:
        cells = frozenset(place[cell] for cell in one.cells if cell in place)
        if cells:
            columns.setdefault(cells, set()).add(one.subject)
    return columns


class _Span:
    """The span of vectors, kept in echelon form."""

    def __init__(self) -> None:
        self._rows: dict[int, Vector] = {}

    @classmethod
    def of(cls, vectors: Iterable[Vector]) -> _Span:
        """The span of vectors."""
        span = cls()
        for vector in vectors:
            span.add(vector)
        return span

    @property
    def rank(self) -> int:
        """How many of the vectors are independent."""
        return len(self._rows)

    def add(self, vector: Vector) -> bool:
        """Adds a vector; False when it lay in the span already."""
        rest = self.reduced(vector)
        if not rest:
            return False
        pivot = min(rest)
        inverse = pow(rest[pivot], -1, _PRIME)
        self._rows[pivot] = {place: value * inverse % _PRIME for place, value in rest.items()}
        return True

    def reduced(self, vector: Vector) -> Vector:
        """What is left of a vector beyond the span."""
        rest = dict(vector)
        while open_places := rest.keys() & self._rows.keys():
            pivot = min(open_places)
            factor = rest[pivot]
            for place, value in self._rows[pivot].items():
                changed = (rest.get(place, 0) - factor * value) % _PRIME
                if changed:
                    rest[place] = changed
                else:
                    rest.pop(place, None)
        return rest

    def vanishing(self, free: int) -> list[int]:
        """The places of a combination that is 1 at `free`, a place that no row begins with, and 0 on every vector of the span."""
        weights: Vector = {free: 1}
        for pivot in sorted(self._rows, reverse=True):
            weight = -sum(value * weights.get(place, 0) for place, value in self._rows[pivot].items() if place != pivot) % _PRIME
            if weight:
                weights[pivot] = weight
        return sorted(weights)
