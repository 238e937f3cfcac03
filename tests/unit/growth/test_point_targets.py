"""Targets of points of sale: counted from the register as on a day, in the units that the plan names, with the arithmetic."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.errors import SettingsError
from ocop_market.growth.basis import Basis
from ocop_market.growth.point_targets import count_points
from ocop_market.growth.target_standing import Course, stand
from ocop_market.growth.targets import EXAMPLES, Measure, Target, read_targets
from ocop_market.language import use_language
from ocop_market.model.clock import utc_now
from ocop_market.model.point import PointKind, PointOfSale, Tier
from ocop_market.model.product import Place
from ocop_market.reports.official.growth_told import target_lines
from ocop_market.store.points import save_points
from tests.databases import ON_BOTH
from tests.examples import examples

PLAN = {"name": "x", "province": "Quảng Bình", "geography": "old", "begins": date(2021, 1, 1), "ends": date(2025, 12, 31), "source": "KH"}
END = date(2025, 12, 31)
DISTRICTS = ("Thành phố Đồng Hới", "Huyện Minh Hóa", "Huyện Tuyên Hóa", "Huyện Quảng Trạch", "Huyện Bố Trạch", "Huyện Quảng Ninh",
             "Huyện Lệ Thủy", "Thị xã Ba Đồn")
EACH = Target(measure=Measure.POINTS_PER_UNIT, unit="district", at_least=1, **PLAN)


def point(code: str, district: str = "Huyện Lệ Thủy", opened: date | None = date(2022, 3, 1), **more) -> PointOfSale:
    return PointOfSale(code, code, Place("Quảng Bình", district), opened_on=opened, **more)


def judged(store, target: Target, *register: PointOfSale, on: date = END):
    with store.writing() as connection:
        save_points(connection, register, utc_now(), origin="x")
        return stand(connection, {}, [target], on, on)[0]


@pytest.mark.parametrize(("how", "on", "reached"), [
    ({"measure": "points"}, END, 2), ({"measure": "points"}, date(2024, 5, 31), 3), ({"measure": "points"}, date(2022, 2, 28), 1),
    ({"measure": "points", "tier": "province"}, END, 1), ({"measure": "points", "place_kind": "market"}, END, 1),
    ({"measure": "new-points"}, END, 2), ({"measure": "new-points"}, date(2022, 2, 28), 0),
    ({"measure": "points-per-unit", "unit": "district"}, END, 2), ({"measure": "points-per-unit", "unit": "district"}, date(2024, 5, 1), 2),
    ({"measure": "points-per-unit", "unit": "province"}, END, 1)])
def test_points_are_counted_as_on_the_day(store, how, on, reached):
    register = (point("A", kind=PointKind.MARKET), point("B", "Huyện Bố Trạch", date(2020, 1, 1), tier=Tier.PROVINCE),
                point("C", "Huyện Lệ Thủy", date(2023, 1, 1), closed_on=date(2024, 6, 1)),
                PointOfSale("D", "D", Place("Ninh Bình", "Huyện Kim Sơn"), opened_on=date(2022, 1, 1)))
    assert judged(store, Target(at_least=1, **PLAN, **how), *register, on=on).reached == reached


def test_a_point_in_each_district_is_held_against_all_districts_of_the_old_province(store):
    found = judged(store, EACH, point("A"), point("B"), point("C", "Huyện Bố Trạch"))
    assert (found.course, found.reached, found.needed) == (Course.BEHIND, 2, 8)
    told = found.arithmetic[1].sentence("en")
    assert told.startswith("2 of 8 units of the level district (units of 30/6/2025) have 1 points of sale or more; not yet: ")
    assert "Huyện Minh Hóa" in told and "Lệ Thủy" not in told
    whole = judged(store, EACH, *(point(f"P{number}", district) for number, district in enumerate(DISTRICTS)))
    assert (whole.course, whole.reached) == (Course.REACHED, 8) and "all have them" in whole.arithmetic[1].sentence("en")


def test_two_points_in_each_commune_of_today_count_places_named_by_either_geography(store):
    target = Target(measure="points-per-unit", unit="commune", at_least=2, **{**PLAN, "province": "Quảng Trị", "geography": "present"})
    old = PointOfSale("A", "A", Place("Quảng Bình", "Huyện Lệ Thủy", "Xã Phong Thủy"), opened_on=date(2022, 1, 1))
    new = PointOfSale("B", "B", Place("Quảng Trị", "", "Xã Lệ Thủy"), opened_on=date(2025, 8, 1))
    found = judged(store, target, old, new)
    assert (found.reached, found.needed) == (1, 78), "78 communes of today's Quảng Trị"
    assert judged(store, target.model_copy(update={"geography": "old", "province": "Quảng Bình"}), on=END).reached == 0


def test_the_line_of_units_runs_to_all_of_them(store):
    found = judged(store, EACH, *(point(f"P{number}", district) for number, district in enumerate(DISTRICTS[:4])), on=date(2023, 7, 2))
    assert (found.course, round(found.expected)) == (Course.ON_COURSE, 4)
    begun_with = EACH.model_copy(update={"base": 4})
    assert judged(store, begun_with, on=date(2023, 7, 2)).course is Course.BEHIND, "from 4 to 8 half of the time makes 6"


@pytest.mark.parametrize("lacking", [
    point("Z", "Huyện Minh Hóa", None), PointOfSale("Z", "Z", Place(""), opened_on=date(2022, 1, 1)),
    PointOfSale("Z", "Z", Place("Quảng Bình"), opened_on=date(2022, 1, 1))])
def test_what_might_be_reached_with_points_of_which_too_little_is_known_gets_no_verdict(store, lacking):
    seven = [point(f"P{number}", district) for number, district in enumerate(DISTRICTS) if district != "Huyện Minh Hóa"]
    assert judged(store, EACH, *seven).course is Course.BEHIND
    found = judged(store, EACH, *seven, lacking)
    assert (found.course, found.reached) == (Course.NOT_KNOWN, 7)
    assert [problem.code for problem in found.arithmetic] == ["target-over", "target-units", "target-points-left-out", "target-may-be"]


def test_an_empty_register_tells_nothing(store):
    found = judged(store, EACH)
    assert (found.course, found.reached, found.expected) == (Course.NOT_KNOWN, None, None)
    assert "points import" in found.arithmetic[0].sentence("en")


@ON_BOTH
def test_a_list_before_the_period_proves_that_a_point_is_not_new(store):
    target = Target(measure="new-points", at_least=1, **PLAN)
    assert judged(store, target, point("A", opened=None)).course is Course.NOT_KNOWN
    assert judged(store, target, point("A", opened=None, listed_on=date(2020, 6, 1))).course is Course.BEHIND
    assert judged(store, target, point("A", opened=None, closed_on=date(2020, 6, 1))).course is Course.BEHIND


@pytest.mark.parametrize(("row", "words"), [
    ('measure = "points-per-unit"\nprovince = "Quảng Bình"\n', "cần ghi đơn vị"),
    ('measure = "points-per-unit"\nunit = "commune"\n', "và tỉnh"),
    ('measure = "points-per-unit"\nunit = "district"\nprovince = "Quảng Trị"\n', "không còn cấp huyện"),
    ('measure = "points"\ntier = "x"\n', "tier")])
def test_a_target_that_cannot_be_counted_is_a_sentence(tmp_path, row, words):
    use_language("vi")  # the reason is told in the language in use
    path = tmp_path / "targets.toml"
    path.write_text(f'[[target]]\nname = "x"\nat_least = 1\nbegins = 2026-01-01\nends = 2026-12-31\nsource = "s"\n{row}', encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read_targets(path)
    assert refused.value.code == "setting-wrong" and words in refused.value.sentence("vi")


def test_a_row_of_a_list_tells_the_unit(tmp_path):
    path = tmp_path / "chi_tieu.csv"
    path.write_text("Chỉ tiêu,Cách tính,Tối thiểu,Mỗi đơn vị,Cấp điểm bán,Tỉnh,Địa giới,Từ ngày,Đến ngày,Nguồn\n"
                    "x,points-per-unit,1,district,,Quảng Bình,old,1/1/2021,31/12/2025,KH\n", encoding="utf-8")
    assert read_targets(path) == (EACH,)


def test_the_examples_of_quang_binh_and_ninh_binh_ask_the_register():
    of_points = {row.name: (row.measure.value, row.unit) for row in read_targets(EXAMPLES) if "điểm" in row.name}
    assert of_points == {
        "Quảng Bình: điểm bán hàng cấp tỉnh": ("points", None), "Quảng Bình: mỗi huyện một điểm bán hàng": ("points-per-unit", "district"),
        "Ninh Bình: mỗi huyện một điểm giới thiệu sản phẩm": ("points-per-unit", "district"),
        "Ninh Bình: điểm giới thiệu sản phẩm xây trong năm 2022": ("new-points", None)}


def test_the_official_report_says_districts_of_districts(store):
    with store.writing() as connection:
        save_points(connection, [point("A")], utc_now(), origin="x")
        line = target_lines(connection, {}, [EACH], END, Basis.NET)[0]
    assert (line.unit, line.wanted, line.reached, line.verdict) == ("huyện", 8, 1, "Chậm tiến độ")


DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))


@examples(40)
@given(st.lists(st.tuples(st.sampled_from(DISTRICTS), DAYS, st.integers(0, 900) | st.none()), max_size=12), DAYS, st.integers(1, 3))
def test_districts_with_enough_points_are_those_that_a_plain_count_finds(lives, day, least):
    register = [point(f"P{number}", district, opened, closed_on=None if days is None else opened + timedelta(days=days))
                for number, (district, opened, days) in enumerate(lives)]
    open_in = [district for district, opened, days in lives if opened <= day and (days is None or day < opened + timedelta(days=days))]
    found = count_points(register, EACH.model_copy(update={"at_least": Decimal(least)}), day)
    assert found.reached == sum(open_in.count(district) >= least for district in DISTRICTS)
    assert count_points(register, Target(measure="points", at_least=1, **PLAN), day).reached == len(open_in)
