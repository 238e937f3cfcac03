"""What is due, to the day, and the files made of it."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from openpyxl import load_workbook

from ocop_market.catalog.due import Due, DueKind, due
from ocop_market.language import use_language
from ocop_market.model.product import Certificate, Paper, PaperKind, ProducerKind, Product
from ocop_market.reports.due_files import HEADINGS, KINDS, to_ics, to_xlsx

ENDS = date(2029, 6, 10)
CERTIFICATE = Certificate(4, "12/QĐ-UBND", date(2026, 6, 10), ENDS)
TEA = Product("OC-1", "Trà Tân Cương", "HTX Chè Xanh", ProducerKind.COOPERATIVE, certificates=(CERTIFICATE,))
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_english():
    use_language("en")
    yield
    use_language("vi")


def before(days: int) -> date:
    return ENDS - timedelta(days=days)


def listed(day: date, *products: Product, within: int = 180, **shown: dict[str, set[int]]) -> list[tuple[date, str]]:
    return [(entry.day, entry.kind.value) for entry in due(products or (TEA,), day, within=within, shown=shown)]


@pytest.mark.parametrize(("days", "within", "expected"), [
    (361, 180, []),
    (360, 180, [(180, "window-opens")]),
    (181, 180, [(180, "window-opens"), (120, "window-closes")]),
    (180, 180, [(120, "window-closes"), (0, "certificate-ends")]),
    (120, 180, [(120, "window-closes"), (0, "certificate-ends")]),
    (119, 180, [(0, "late")]),
    (1, 0, []), (1, 1, [(0, "late")]),
    (0, 180, [(0, "lapsed")]), (-900, 0, [(0, "lapsed")])])
def test_a_certificate_is_due_from_its_window_to_its_end_and_stays_listed_when_it_has_lapsed(days, within, expected):
    assert listed(before(days), within=within) == [(before(n), kind) for n, kind in expected]


def test_a_pending_application_replaces_the_call_to_apply_and_its_extension_has_an_end():
    pending = replace(TEA, certificates=(replace(CERTIFICATE, reapplied_on=before(130)),))
    assert listed(before(131), pending) == [(before(120), "window-closes"), (ENDS, "certificate-ends")]
    [waiting] = due([pending], before(130))
    assert (waiting.day, waiting.kind) == (ENDS, DueKind.CERTIFICATE_ENDS)
    assert "06/12/2029 at most" in waiting.told.sentence()
    assert listed(ENDS, pending) == [(before(-180), "extension-ends")]
    assert listed(before(-179), pending, within=0) == []
    assert listed(before(-180), pending, within=0) == [(before(-180), "lapsed")]


def test_before_the_rule_of_windows_only_the_end_is_told():
    old = replace(TEA, certificates=(Certificate(4, "1/QĐ", date(2023, 6, 1), date(2026, 6, 1)),))
    assert listed(date(2026, 5, 1), old) == [(date(2026, 6, 1), "certificate-ends")]


def test_only_the_last_certificate_of_a_product_is_due():
    older = Certificate(3, "1/QĐ", date(2023, 5, 1), date(2026, 5, 1))
    assert listed(before(119), replace(TEA, certificates=(older, CERTIFICATE))) == [(ENDS, "late")]


def test_withdrawn_undated_and_hoped_for_certificates_are_never_due():
    nothing = [replace(CERTIFICATE, withdrawn_on=date(2027, 1, 1)), Certificate(5), replace(CERTIFICATE, stars=5, potential=True)]
    assert listed(before(1), *(replace(TEA, sku=str(i), certificates=(one,)) for i, one in enumerate(nothing))) == []


@pytest.mark.parametrize(("days", "kind"), [(1, "certificate-ends"), (0, "lapsed")])
def test_an_end_is_told_even_when_the_day_of_issue_is_not_known(days, kind):
    assert listed(before(days), replace(TEA, certificates=(Certificate(4, "1/QĐ", None, ENDS),))) == [(ENDS, kind)]


def test_of_each_kind_of_paper_the_one_that_lasts_longest_is_due():
    day = date(2026, 11, 22)
    papers = (Paper(PaperKind.FOOD_SAFETY, "1", expires_on=day - timedelta(days=5)),
              Paper(PaperKind.FOOD_SAFETY, "2", expires_on=day + timedelta(days=9)), Paper(PaperKind.VIETGAP, expires_on=day),
              Paper(PaperKind.ORGANIC, expires_on=day - timedelta(days=1)), Paper(PaperKind.ORGANIC),
              Paper(PaperKind.TRADEMARK, expires_on=day + timedelta(days=400)))
    for order in (papers, papers[::-1]):
        assert listed(day, replace(TEA, papers=order)) == [(day, "paper-ended"), (day + timedelta(days=9), "paper-ends")]


@pytest.mark.parametrize(("named", "day", "untrue"), [
    ({4}, before(200), False), ({0}, before(200), False), ({0, 4}, before(200), False), ({5}, before(200), True),
    ({4, 5}, before(200), True), ({4}, ENDS, True), ({0}, ENDS, True), (set(), ENDS, False)])
def test_listings_that_show_what_no_certificate_gives_are_told_with_their_account(named, day, untrue):
    found = due([TEA], day, within=0, shown={"shop": {"OC-1": named}})
    told = [entry for entry in found if entry.kind is DueKind.UNTRUE_STARS]
    assert bool(told) is untrue
    assert all(entry.day == day and "ocop-market apply shop" in entry.told.sentence() for entry in told)


def test_a_listing_of_goods_that_the_catalog_does_not_know_may_show_no_star():
    assert listed(before(200), TEA, within=0, shop={"GONE": {3}}) == [(before(200), "untrue-stars")]


@given(st.dates(date(2026, 1, 1), date(2031, 1, 1)), st.integers(0, 400), st.none() | st.integers(-30, 400))
def test_entries_come_by_date_within_the_time_asked_for_and_a_longer_time_only_adds(day, within, applied):
    one = replace(TEA, certificates=(replace(CERTIFICATE, reapplied_on=None if applied is None else before(applied)),))
    found = due([one], day, within=within)
    assert [entry.day for entry in found] == sorted(entry.day for entry in found)
    assert all(entry.day <= day + timedelta(days=within) for entry in found)
    assert found == due([one], day, within=within + 30)[:len(found)]


NASTY = ("=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "{=1+1}", "http://example.vn")


def entries() -> list[Due]:
    products = [replace(TEA, sku=f"OC-{i}", name=name, producer=name, owner=name, certificates=(replace(CERTIFICATE, decision=name),))
                for i, name in enumerate(NASTY)]
    return due(products, before(119))


def test_the_workbook_holds_every_entry_and_no_text_of_it_becomes_a_formula():
    book = load_workbook(io.BytesIO(to_xlsx(entries(), before(119))))
    rows = list(book.active.iter_rows())
    assert len(rows) == 1 + len(NASTY)
    assert [cell.value for cell in rows[0]] == list(HEADINGS)
    texts = [str(row[column].value) for row in rows[1:] for column in (3, 5, 6, 7)]
    assert {text.removeprefix("'") for text in texts} == set(NASTY)
    assert not any(text.startswith(("=", "+", "-", "@")) for text in texts)
    assert {cell.data_type for row in rows[1:] for cell in row} == {"s", "n", "d"}
    assert not any(cell.hyperlink for row in rows for cell in row)
    assert (rows[1][0].value, rows[1][1].value) == (datetime(ENDS.year, ENDS.month, ENDS.day), 119)  # noqa: DTZ001 (a cell)


def test_an_empty_list_makes_a_workbook_with_headings():
    assert load_workbook(io.BytesIO(to_xlsx([], ENDS))).active.max_row == 1


@pytest.mark.parametrize(("kind", "shown"), [
    (ProducerKind.HOUSEHOLD, False), (ProducerKind.UNKNOWN, False), (ProducerKind.COOPERATIVE, True), (ProducerKind.COMPANY, True)])
def test_names_of_households_stay_out_of_files(kind, shown):
    made = due([replace(TEA, producer="Người Làm Thử", producer_kind=kind)], before(1))
    book = load_workbook(io.BytesIO(to_xlsx(made, before(1))))
    assert ("Người Làm Thử" in {cell.value for row in book.active.iter_rows() for cell in row}) is shown
    assert "Người Làm Thử" not in str(Calendar.from_ical(to_ics(made, NOW)).to_ical(), "utf-8")


def test_the_calendar_has_whole_days_with_reminders():
    [event] = Calendar.from_ical(to_ics(due([TEA], before(1)), NOW)).walk("VEVENT")
    assert event["DTSTART"].dt == ENDS
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["DTEND"].dt == ENDS + timedelta(days=1)
    assert "Trà Tân Cương" in event["SUMMARY"]
    assert "OC-1" in event["DESCRIPTION"]
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [timedelta(days=-7, hours=9), timedelta(hours=9)]


def test_the_same_thing_keeps_its_identity_over_days_and_languages_and_no_two_share_one():
    def identities(day: date, made_at: datetime) -> list[str]:
        found = [*entries(), *due([replace(TEA, sku="OC-9")], day)]
        return [str(event["UID"]) for event in Calendar.from_ical(to_ics(found, made_at)).walk("VEVENT")]

    first = identities(before(100), NOW)
    use_language("vi")
    assert identities(before(99), NOW + timedelta(days=1)) == first
    assert len(set(first)) == len(first)


def test_every_kind_has_a_name():
    assert set(KINDS) == set(DueKind)
