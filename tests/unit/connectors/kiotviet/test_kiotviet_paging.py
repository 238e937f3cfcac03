"""Walking a list by record offset loses no row, whatever the shop does meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as some

from connectors.kiotviet.paging import Listed, Malformed, Walk
from connectors.kiotviet.wire_base import Record

SIZE = 4


def row(number: int) -> Record:
    return Record.model_validate({"id": number})


def walked(pages: Callable[[int, int], Listed[Record]], limit: int = 200) -> list[str]:
    """Ids in the order met; `pages` gets the offset and the number of the call."""
    walk, met = Walk(), list[str]()
    for call in range(limit):
        if walk.over:
            return met
        met += [one.id for one in walk.take(pages(walk.offset, call))]
    raise AssertionError("the walk does not end")


def page(numbers: list[int], offset: int, total: int | None = None) -> Listed[Record]:
    return Listed([row(n) for n in numbers[offset:offset + SIZE]], len(numbers) if total is None else total)


def test_the_offset_counts_records_not_pages() -> None:
    asked = []

    def pages(offset: int, call: int) -> Listed[Record]:
        asked.append(offset)
        return page(list(range(10)), offset)

    assert walked(pages) == [str(n) for n in range(10)]
    assert asked == [0, 4, 8]


def test_a_full_last_page_needs_no_further_call() -> None:
    calls = []

    def pages(offset: int, call: int) -> Listed[Record]:
        calls.append(call)
        return page(list(range(8)), offset)

    walked(pages)
    assert len(calls) == 2


def test_a_row_that_leaves_the_list_hides_no_other() -> None:
    def pages(offset: int, call: int) -> Listed[Record]:
        return page([n for n in range(12) if call == 0 or n != 1], offset)

    assert set(walked(pages)) == {str(n) for n in range(12)}


def test_rows_that_come_in_before_us_cost_no_further_call() -> None:
    asked = []

    def pages(offset: int, call: int) -> Listed[Record]:
        asked.append(offset)
        return page(list(range(12)) if call == 0 else [100, *range(12)], offset)

    assert walked(pages) == [str(n) for n in range(12)]
    assert asked == [0, 4, 8, 12]


def test_a_total_that_goes_up_and_down_cannot_hold_the_walk() -> None:
    def pages(offset: int, call: int) -> Listed[Record]:
        return page(list(range(12)), offset, 12 if call % 2 else 30)

    assert walked(pages, 1_000) == [str(n) for n in range(12)]


def test_a_page_that_repeats_rows_of_the_one_before_loses_none() -> None:
    def pages(offset: int, call: int) -> Listed[Record]:
        return page(list(range(12)), offset - 2 if call == 1 else offset, 12)

    assert walked(pages) == [str(n) for n in range(12)]


def test_a_page_that_is_the_one_before_again_is_asked_for_again() -> None:
    def pages(offset: int, call: int) -> Listed[Record]:
        return page(list(range(12)), 0 if call == 1 else offset, 12)

    assert walked(pages) == [str(n) for n in range(12)]


def test_an_empty_page_ends_the_walk_whatever_the_total_says() -> None:
    assert walked(lambda offset, call: page(list(range(5)), offset, 99)) == [str(n) for n in range(5)]


def test_a_list_without_a_total_that_never_moves_on_ends_too() -> None:
    assert walked(lambda offset, call: Listed([row(n) for n in range(4)], None)) == ["0", "1", "2", "3"]


def test_unreadable_rows_without_an_id_count_as_rows() -> None:
    walk = Walk()
    walk.take(Listed([Malformed("", ("id",)), Malformed("", ("id",)), row(3)], 9))
    assert walk.offset == 3


@given(some.integers(0, 30), some.dictionaries(some.integers(0, 12), some.sets(some.integers(0, 30), max_size=3), max_size=4))
def test_whenever_rows_leave_those_that_stay_are_all_met(count: int, leaving: dict[int, set[int]]) -> None:
    def pages(offset: int, call: int) -> Listed[Record]:
        gone = set().union(*(rows for at, rows in leaving.items() if at <= call))
        return page([n for n in range(count) if n not in gone], offset)

    stay = set(range(count)) - set().union(*leaving.values())
    assert {str(n) for n in stay} <= set(walked(pages))
