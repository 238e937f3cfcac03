# ruff: noqa: DTZ001  (cells hold naive times)
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.errors import Problem
from ocop_market.sheets.dates import DayOrder, day_order, order_is_proved, read_day, read_moment
from ocop_market.sheets.sheet import Cell

AFTERNOON = datetime(2026, 5, 21, 15, 58, 5)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)).map(lambda moment: moment.replace(microsecond=0))


def code(found: object) -> object:
    return found.code if isinstance(found, Problem) else found


@pytest.mark.parametrize("cell", [
    "21/05/2026 15:58:05", "21/5/2026 15:58:05", "15:58:05 21/5/2026", "21-05-2026 15:58:05", "21.5.2026 15:58:05",
    "2026-05-21 15:58:05", "2026-05-21T15:58:05", "2026-05-21T15:58:05.123", "2026-05-21T15:58:05+07:00", "2026-05-21T08:58:05Z",
    "21/05/2026 3:58:05 CH", "21/05/2026 3:58:05 PM", "thứ năm, 21/5/2026 15:58:05", "Ngày 21 tháng 5 năm 2026 15:58:05",
    datetime(2026, 5, 21, 15, 58, 4, 900_000), Decimal("46163.6653356481"),
])
def test_one_moment_in_many_writings(cell: Cell) -> None:
    assert read_moment(cell) == AFTERNOON


@pytest.mark.parametrize(("cell", "day"), [
    ("5/8/2021", date(2021, 8, 5)), ("05/08/21", date(2021, 8, 5)), ("44561", date(2021, 12, 31)), (44561, date(2021, 12, 31)),
    ("20210805", date(2021, 8, 5)), (date(2021, 8, 5), date(2021, 8, 5)), ("ngày 5 tháng 8 năm 2021", date(2021, 8, 5)),
    ("21/05/2026 12:30 SA", date(2026, 5, 21)), ("2021", "date-year-only"), (2021, "date-year-only"),
    ("31/02/2021", "date-unreadable"),
    ("12/2021", "date-unreadable"), ("quý 3", "date-unreadable"), ("5/8/2021 và 6/9/2022", "date-unreadable"), ("", None),
    ("--", None),
])
def test_days(cell: Cell, day: object) -> None:
    assert code(read_day(cell)) == day


def test_midnight_and_noon_in_twelve_hours() -> None:
    assert read_moment("21/05/2026 12:01 SA") == datetime(2026, 5, 21, 0, 1)
    assert read_moment("21/05/2026 12:01 CH") == datetime(2026, 5, 21, 12, 1)


def test_one_american_date_turns_its_column() -> None:
    assert day_order(["5/6/2026", "5/21/2026"]) is DayOrder.MONTH_FIRST
    assert read_day("5/6/2026", DayOrder.MONTH_FIRST) == date(2026, 5, 6)


def test_column_without_proof_is_day_first_and_says_so() -> None:
    assert day_order(["5/6/2026", "1/2/2026"]) is DayOrder.DAY_FIRST
    assert not order_is_proved(["5/6/2026", "1/2/2026"])
    assert order_is_proved(["5/6/2026", "13/2/2026"])
    assert order_is_proved([datetime(2026, 5, 6)])


def test_column_with_both_orders_cannot_be_trusted() -> None:
    assert code(day_order(["13/5/2026", "5/13/2026"])) == "dates-both-orders"


def test_dates_that_excel_swapped_are_noticed() -> None:
    assert code(day_order([datetime(2026, 12, 5), "13/05/2026", datetime(2026, 1, 5)])) == "dates-swapped"
    assert day_order([datetime(2026, 12, 25), "13/05/2026", "14/05/2026"]) is DayOrder.DAY_FIRST


@given(MOMENTS, st.sampled_from(["%d/%m/%Y %H:%M:%S", "%H:%M:%S %d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
    "%d-%m-%Y %H:%M:%S"]))
def test_every_moment_is_read_back(moment: datetime, form: str) -> None:
    assert read_moment(moment.strftime(form)) == moment


@given(MOMENTS)
def test_excel_serials_are_read_to_the_second(moment: datetime) -> None:
    serial = Decimal((moment - datetime(1899, 12, 30)) / timedelta(days=1))
    if 20_000 <= serial < 80_000:
        assert read_moment(serial) == moment


@given(DAYS)
def test_month_first_columns_are_read_back(day: date) -> None:
    assert read_day(f"{day.month}/{day.day}/{day.year}", DayOrder.MONTH_FIRST) == day


@given(st.text(alphabet="0123456789/-.: TZSACHPMngàythán", max_size=30))
def test_no_text_raises(text: str) -> None:
    found = read_moment(text)
    assert found is None or isinstance(found, datetime | Problem)
