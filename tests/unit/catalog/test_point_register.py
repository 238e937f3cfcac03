"""The register of points of sale: rows find their point, nothing is linked twice, and every day's state follows from the days told."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.catalog.point_list import ListedPoint, PointList
from ocop_market.catalog.point_register import Tills, bring_in_points, closed, linked, unlinked
from ocop_market.errors import SettingsError
from ocop_market.model.point import PointKind, PointOfSale, PointState
from ocop_market.model.product import Place
from tests.examples import examples

OLD = Place("Quảng Bình", "Huyện Lệ Thủy", "Xã Phong Thủy")
TODAY = Place("Quảng Trị", "", "Xã Lệ Thủy")
TILLS = Tills({"quay", "san"}, {("quay", "1"), ("quay", "2"), ("san", "")})
DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))


def point(name: str = "Chợ Tréo", place: Place = OLD, code: str = "", **more) -> PointOfSale:
    return PointOfSale(code, name, place, **{"opened_on": date(2022, 3, 1), **more})


def bring(*told: PointOfSale, known: dict[str, PointOfSale] | None = None, tills: Tills = TILLS):
    listed = PointList(len(told), tuple(ListedPoint(row, one) for row, one in enumerate(told, start=2)), (), {})
    return bring_in_points(listed, known or {}, tills, "diem.xlsx")


def register(*told: PointOfSale) -> dict[str, PointOfSale]:
    return {one.code: one for one in bring(*told).points}


def codes(intake) -> list[tuple[int, str, bool]]:
    return [(note.row, note.problem.code, note.refused) for note in intake.notes]


def test_new_points_get_codes_and_the_file_as_their_source():
    assert [(one.code, one.source) for one in bring(point("A"), point("B", source="QĐ 12")).points] == [
        ("DB-1", "diem.xlsx"), ("DB-2", "QĐ 12")]


def test_the_same_list_again_changes_nothing():
    told = (point("A"), point("B", kind=PointKind.MARKET, account="quay", location="1"), point("C", code="QB-7"))
    first = register(*told)
    assert {one.code: one for one in bring(*told, known=first).points} == first


def test_what_a_row_does_not_tell_stays_and_what_it_tells_changes():
    known = register(point("A", kind=PointKind.MARKET, operator="HTX Một", closed_on=None))
    after = bring(point("A", opened_on=None, address="12 Hùng Vương", closed_on=date(2026, 1, 1)), known=known).points[0]
    assert (after.kind, after.operator, after.opened_on) == (PointKind.MARKET, "HTX Một", date(2022, 3, 1))
    assert (after.address, after.closed_on, after.source) == ("12 Hùng Vương", date(2026, 1, 1), "diem.xlsx")


def test_a_commune_that_is_no_more_and_its_successor_are_the_same_place():
    """Phong Thủy went to Lệ Thủy of Quảng Trị; the place stays as it was published first, for it tells more."""
    known = register(point())
    after = bring(point(place=TODAY, listed_on=date(2026, 6, 1)), known=known).points
    assert [(one.code, one.place, one.listed_on) for one in after] == [("DB-1", OLD, None)]


@pytest.mark.parametrize("place", [Place(""), Place("Quảng Bình"), Place("Quảng Trị"), Place("Quảng Bình", "huyện Lệ Thuỷ"),
                                   Place("Quảng Bình", "Lệ Thủy")])
def test_a_row_that_tells_less_of_the_place_means_the_point_that_is_known(place):
    after = bring(point(place=place), known=register(point())).points
    assert [(one.code, one.place) for one in after] == [("DB-1", OLD)]


def test_points_of_one_name_in_two_communes_are_two():
    assert len(register(point(), point(place=Place("Quảng Bình", "Huyện Bố Trạch", "Xã Sơn Trạch")))) == 2


def test_two_rows_of_one_name_and_place_are_refused_unless_their_codes_tell_them_apart():
    intake = bring(point(), point(address="nhà khác"))
    assert (intake.rows, intake.accepted, intake.refused, codes(intake)) == (2, 1, 1, [(3, "point-twice", True)])
    apart = bring(point(code="A"), point(code="B"))
    assert (apart.refused, [one.code for one in apart.points]) == (0, ["A", "B"])
    ambiguous = bring(point(), known={one.code: one for one in apart.points})
    assert codes(ambiguous) == [(2, "point-ambiguous", True)]


def test_a_new_code_for_a_point_that_is_known_is_refused():
    assert codes(bring(point(code="QB-1"), known=register(point()))) == [(2, "point-known", True)]


def test_a_code_leads_to_its_point_whatever_it_is_called_now():
    after = bring(point("Chợ Tréo mới", code="DB-1"), known=register(point())).points
    assert [(one.code, one.name) for one in after] == [("DB-1", "Chợ Tréo mới")]


def test_a_point_closed_before_it_opened_is_refused():
    assert codes(bring(point(closed_on=date(2022, 2, 28)))) == [(2, "point-closed-before-opened", True)]
    known = register(point())
    with pytest.raises(SettingsError) as refused:
        closed(known["DB-1"], date(2022, 2, 28))
    assert refused.value.code == "point-closed-before-opened" and "28/02/2022" in refused.value.sentence("en")
    assert closed(closed(known["DB-1"], date(2026, 1, 1)), None) == known["DB-1"]


def test_a_place_that_opens_again_is_another_point_and_both_are_found_again():
    first = point(closed_on=date(2024, 1, 1))
    again = point(opened_on=date(2025, 1, 1))
    both = register(first, again)
    assert len(both) == 2
    assert {one.code: one for one in bring(first, again, known=both).points} == both


@pytest.mark.parametrize(("told", "code"), [
    ({"account": "khac", "location": "1"}, "unknown-account"), ({"account": "quay", "location": "1"}, "till-taken"),
    ({"account": "quay", "location": "9"}, "till-without-sales"), ({"location": "2"}, "branch-without-account")])
def test_a_till_that_cannot_be_linked_is_told_and_the_row_is_taken(told, code):
    known = register(point("A", account="quay", location="1"))
    intake = bring(point("B", **told), known=known)
    assert (codes(intake), intake.accepted) == ([(2, code, False)], 1)
    assert intake.points[0].till == (("quay", "9") if code == "till-without-sales" else None)


def test_a_point_is_linked_to_one_till_and_a_till_to_one_point():
    known = register(point("A"), point("B"))
    a = linked(known["DB-1"], ("quay", "1"), known, TILLS)
    known["DB-1"] = a
    assert linked(a, ("quay", "1"), known, TILLS) == a, "said again"
    for one, till, code in ((known["DB-2"], ("quay", "1"), "till-taken"), (a, ("quay", "2"), "point-linked"),
                            (known["DB-2"], ("khac", ""), "unknown-account")):
        with pytest.raises(SettingsError) as refused:
            linked(one, till, known, TILLS)
        assert refused.value.code == code and refused.value.sentence("en")
    assert linked(unlinked(a), ("quay", "2"), known, TILLS).till == ("quay", "2")


@pytest.mark.parametrize(("place", "more", "code"), [
    (Place("Quảng Bình", "Huyện Lệ Thủy", "Xã Không Có"), {}, "place-not-found"), (Place(""), {}, "place-no-province"),
    (Place("Ninh Bình"), {}, "place-of-both-times"), (OLD, {"opened_on": None}, "point-undated")])
def test_what_keeps_a_point_out_of_counts_is_told(place, more, code):
    intake = bring(point(place=place, **more))
    assert code in [note.problem.code for note in intake.notes] and intake.refused == 0


def test_the_day_of_the_list_dates_its_points_and_their_places():
    told = point(place=Place("Ninh Bình"), opened_on=None, listed_on=date(2024, 6, 1))
    intake = bring(told)
    assert intake.notes == ()
    later = bring(replace(told, listed_on=date(2026, 6, 1)), known={one.code: one for one in intake.points}).points[0]
    assert later.listed_on == date(2024, 6, 1), "the first list that names it tells most"


LIVES = st.tuples(st.none() | DAYS, st.none() | DAYS, st.none() | DAYS).filter(
    lambda life: life[0] is None or life[1] is None or life[0] <= life[1]).map(
    lambda life: PointOfSale("x", "x", OLD, opened_on=life[0], closed_on=life[1], listed_on=life[2]))


@examples(60)
@given(st.lists(LIVES, max_size=8), DAYS, st.integers(0, 800))
def test_open_at_the_end_is_open_at_the_beginning_and_opened_less_closed(lives, start, days):
    end, eve = start + timedelta(days=days), start - timedelta(days=1)
    dated = [one for one in lives if one.opened_on is not None]

    def open_on(day):
        return sum(one.state_on(day) is PointState.OPEN for one in dated)

    opened = sum(start <= one.opened_on <= end for one in dated)
    went = sum(one.closed_on is not None and start <= one.closed_on <= end for one in dated)
    assert open_on(end) == open_on(eve) + opened - went
    assert all(one.state_on(end) is not PointState.UNDATED for one in dated)


@examples(60)
@given(LIVES, DAYS, DAYS)
def test_states_follow_one_another_and_never_go_back(life, one, other):
    order = [PointState.NOT_YET, PointState.UNDATED, PointState.OPEN, PointState.CLOSED]
    earlier, later = life.state_on(min(one, other)), life.state_on(max(one, other))
    assert order.index(earlier) <= order.index(later)
    assert (earlier is PointState.UNDATED) <= (life.opened_on is None)


PLACES = st.sampled_from([OLD, TODAY, Place("Quảng Bình"), Place("Quảng Bình", "Huyện Bố Trạch", "Xã Sơn Trạch"), Place("")])
TOLD = st.builds(
    lambda name, place, life, code, till: replace(life, code=code, name=name, place=place, account=till and "quay", location=till),
    st.sampled_from(["Chợ Tréo", "chợ tréo", "Siêu thị"]), PLACES, LIVES, st.sampled_from(["", "", "A", "DB-2"]),
    st.sampled_from(["", "1", "2"]))


@examples(60)
@given(st.lists(TOLD, max_size=6))
def test_any_list_taken_again_changes_nothing_and_links_nothing_twice(told):
    first = bring(*told)
    kept = {one.code: one for one in first.points}
    assert first.accepted == len(kept) and first.rows == len(told)
    tills = [one.till for one in kept.values() if one.till]
    assert len(tills) == len(set(tills))
    again = bring(*told, known=kept)
    assert {**kept, **{one.code: one for one in again.points}} == kept
