"""Cells left blank so that no subject's amount can be worked out: proved against an independent check with fractions."""

from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from ocop_market.growth.suppression import Contribution, disclosed, suppressed

TOTAL = "total"


def at(subject, *cells):
    return Contribution(subject, frozenset({TOTAL, *cells}))


def worth_of(atoms, amounts):
    found = {}
    for atom, amount in zip(atoms, amounts, strict=True):
        for cell in atom.cells:
            found[cell] = found.get(cell, 0) + amount
    return found


def rank_of(rows):
    """Gauss over fractions, dense and by columns from the left: nothing of the module's way of doing it."""
    matrix, rank = [[Fraction(value) for value in row] for row in rows], 0
    for column in range(len(matrix[0]) if matrix else 0):
        pivot = next((i for i in range(rank, len(matrix)) if matrix[i][column]), None)
        if pivot is None:
            continue
        matrix[rank], matrix[pivot] = matrix[pivot], matrix[rank]
        for i in range(rank + 1, len(matrix)):
            factor = matrix[i][column] / matrix[rank][column]
            matrix[i] = [a - factor * b for a, b in zip(matrix[i], matrix[rank], strict=True)]
        rank += 1
    return rank


def recovered(atoms, published, hidden):
    """Whether a hidden cell is a combination of published ones."""
    columns = list(range(len(atoms)))
    vector = {cell: [int(cell in atoms[i].cells) for i in columns] for cell in (*published, hidden)}
    rows = [vector[cell] for cell in published]
    return rank_of([*rows, vector[hidden]]) == rank_of(rows)


def told_of(atoms, published, group):
    """Whether some combination of published cells has amounts of the group's subjects in it, and of nobody else.

    Amounts of one group in equal cells cannot be told apart, so each is its own column here.
    """
    rows = [[int(cell in atom.cells) for atom in atoms] for cell in published]
    others = [[value for value, atom in zip(row, atoms, strict=True) if atom.subject not in group] for row in rows]
    return rank_of(rows) > rank_of(others)


def test_a_cell_of_two_subjects_is_blank_and_so_is_what_it_could_be_subtracted_from():
    atoms = [*(at(s, "tea") for s in "ABC"), *(at(s, "rice") for s in "DEFG"), *(at(s, "honey") for s in "HI")]
    worth = {TOTAL: 900, "tea": 300, "rice": 500, "honey": 100}
    assert suppressed(atoms, worth) == {"honey", "tea"}


def test_two_blank_cells_that_have_two_subjects_together_need_a_third():
    atoms = [at("A", "one"), at("B", "two"), *(at(s, "three") for s in "CDE"), *(at(s, "four") for s in "FGH")]
    assert suppressed(atoms, {TOTAL: 10, "one": 1, "two": 2, "three": 3, "four": 4}) == {"one", "two", "three"}


def test_what_one_table_hides_another_does_not_tell():
    # by channel: shop (A B C), till (D); by province: north (A B C D) and south (E F G), who sell at the fair
    atoms = [*(at(s, "shop", "north") for s in "ABC"), at("D", "till", "north"), *(at(s, "fair", "south") for s in "EFG")]
    worth = {TOTAL: 70, "shop": 30, "till": 10, "fair": 30, "north": 40, "south": 30}
    blank = suppressed(atoms, worth)
    assert "till" in blank
    assert not recovered(atoms, [cell for cell in worth if cell not in blank], "till")
    assert not {"shop", "north"}.isdisjoint(blank)  # else north - shop = till


def test_enough_subjects_everywhere_leave_every_cell_open():
    atoms = [at(subject, table) for subject in "ABCD" for table in ("tea", "rice")]
    assert suppressed(atoms, {TOTAL: 8, "tea": 4, "rice": 4}) == frozenset()


def test_a_market_of_two_subjects_publishes_nothing_but_zeros():
    atoms = [at("A", "tea"), at("B", "rice")]
    assert suppressed(atoms, {TOTAL: 2, "tea": 1, "rice": 1, "honey": 0}) == {TOTAL, "tea", "rice"}


def test_what_is_kept_back_stays_blank_and_counts_for_the_others():
    atoms = [at(subject, table) for subject in "ABC" for table in ("tea", "rice")]
    assert suppressed(atoms, {TOTAL: 6, "tea": 3, "rice": 3}, kept_back={"tea"}) == {"tea"}


CELLS = {"channel": ["shop", "till", "fair"], "star": ["3", "4", "5"], "place": ["north", "south"]}


@st.composite
def provinces(draw):
    """Sales of a few subjects: each in one cell of every table, as in the reports."""
    subjects = draw(st.integers(1, 7))
    sales = draw(st.lists(st.tuples(st.integers(0, subjects - 1), *(st.sampled_from(rows) for rows in CELLS.values()), st.integers(1, 99)),
                          min_size=1, max_size=14))
    atoms = [Contribution(f"S{subject}", frozenset({TOTAL, *cells})) for subject, *cells, _ in sales]
    return atoms, worth_of(atoms, [amount for *_, amount in sales])


@given(provinces())
@settings(max_examples=60, deadline=None)
def test_nothing_that_is_published_tells_of_fewer_than_three_subjects(province):
    atoms, worth = province
    blank = suppressed(atoms, worth)
    published = [cell for cell in worth if cell not in blank]
    subjects = sorted({atom.subject for atom in atoms})
    for group in (set(pair) for size in (1, 2) for pair in combinations(subjects, size)):
        assert not told_of(atoms, published, group)
    for cell in blank:
        if len({atom.subject for atom in atoms if cell in atom.cells}) < 3:
            assert not published or not recovered(atoms, published, cell)


@given(provinces())
@settings(max_examples=40, deadline=None)
def test_a_disclosure_is_found_exactly_when_there_is_one(province):
    atoms, worth = province
    published, subjects = sorted(worth), sorted({atom.subject for atom in atoms})
    groups = [set(pair) for size in (1, 2) for pair in combinations(subjects, size)]
    found = disclosed(atoms, published)
    assert (found is not None) == any(told_of(atoms, published, group) for group in groups)
    if found is not None:
        assert any(told_of(atoms, sorted(found), group) for group in groups)


@given(provinces(), st.randoms())
@settings(max_examples=20, deadline=None)
def test_the_order_of_contributions_changes_nothing(province, random):
    atoms, worth = province
    blank = suppressed(atoms, worth)
    random.shuffle(atoms)
    assert suppressed(atoms, worth) == blank
