"""The tables of the package: whole, cleared of namesakes, and refused when they have another form."""

import importlib.util
from importlib.machinery import ModuleSpec

import pytest

from ocop_market.places import package_tables
from ocop_market.places.gazetteer import gazetteer
from ocop_market.places.package_tables import read_package, true_targets
from ocop_market.places.provinces import old_provinces, present_provinces

TAN_AN = ("tinhlongan", "thanhphotanan", "phuong4")
TAY_NINH = ("tinhtayninh", "thanhphotayninh", "phuong4")
LONG_AN_NOW, TAN_NINH_NOW = ("tinhtayninh", "phuonglongan"), ("tinhtayninh", "phuongtanninh")
WHOLE = {("tinhlongan", "thanhphotanan", "phuong1"): (LONG_AN_NOW,), ("tinhtayninh", "thanhphotayninh", "phuong1"): (TAN_NINH_NOW,)}


def test_namesakes_in_merged_provinces_lose_each_others_targets():
    both = (LONG_AN_NOW, TAN_NINH_NOW)
    true = true_targets({TAN_AN: both, TAY_NINH: both, **WHOLE})
    assert (true[TAN_AN], true[TAY_NINH]) == ((LONG_AN_NOW,), (TAN_NINH_NOW,))


def test_a_namesake_of_another_district_loses_too():
    home, away = ("p", "newhome"), ("p", "newaway")
    true = true_targets({("p", "d1", "x"): (home, away), ("p", "d2", "x"): (away,), ("p", "d2", "y"): (away,), ("p", "d1", "z"): (home,)})
    assert true["p", "d1", "x"] == (home,)


def test_a_division_without_a_namesake_is_believed_even_across_a_border():
    parts = (LONG_AN_NOW, TAN_NINH_NOW)
    assert true_targets({TAN_AN: parts, **WHOLE})[TAN_AN] == parts


def test_the_package_has_all_units_and_each_old_one_leads_somewhere(full):
    assert (len(full.districts), len(full.present), len(full.became)) == (696, 3_321, 10_040)  # five islands without communes
    assert all(full.became.values())
    assert {target for targets in full.became.values() for target in targets} == set(full.present)


def test_our_own_table_has_the_same_numbers_of_units(full):
    for code, province in old_provinces().items():
        named = [unit for unit in full.old_of(code) if unit.name]
        assert (len(full.districts_of(code)), len(named)) == (province.districts, province.communes)
    for code, province in present_provinces().items():
        assert len(full.present_of(code)) == province.communes


def test_no_commune_leaves_the_present_province_of_its_old_one(full):
    for code, targets in full.became.items():
        home = old_provinces()[full.old[code].province_code].became
        assert {full.present[target].province_code for target in targets} == {home}


def test_no_present_commune_is_formed_across_old_provinces(full):
    assert all(len({parent.province_code for parent in full.came_from(code)}) == 1 for code in full.present)


def test_471_divided_communes_are_442_without_namesakes(full):
    assert sum(len(targets) > 1 for targets in full.became.values()) == 442


@pytest.mark.parametrize(("province", "district", "commune", "became"), [
    ("93", "Thị xã Long Mỹ", "Xã Long Phú", "Phường Long Phú 1"), ("94", "Huyện Long Phú", "Xã Long Phú", "Xã Long Phú"),
    ("92", "Huyện Thới Lai", "Xã Tân Thạnh", "Xã Trường Thành"), ("92", "Huyện Vĩnh Thạnh", "Xã Thạnh Quới", "Xã Thạnh Quới"),
    ("94", "Huyện Mỹ Xuyên", "Xã Thạnh Quới", "Xã Gia Hòa"), ("80", "Thành phố Tân An", "Phường 4", "Phường Long An"),
    ("72", "Thành phố Tây Ninh", "Phường 4", "Phường Tân Ninh"), ("82", "Thành phố Mỹ Tho", "Phường 6", "Phường Thới Sơn"),
    ("20", "Huyện Bình Gia", "Xã Hồng Phong", "Xã Hồng Phong")])
def test_false_divisions_are_whole_again(full, province, district, commune, became):
    (unit,) = (u for u in full.old_of(province) if u.name == commune and full.districts[u.district_code].name == district)
    assert [full.present[target].name for target in full.became[unit.code]] == [became]


def test_without_the_package_the_small_list_is_used(monkeypatch):
    monkeypatch.setattr(package_tables, "find_spec", lambda name: None)
    assert read_package() is None
    gazetteer.cache_clear()
    try:
        assert not gazetteer().complete
    finally:
        gazetteer.cache_clear()


def test_tables_of_another_form_are_left_alone_with_a_warning(monkeypatch, tmp_path, caplog):
    spec = ModuleSpec("vietnamadminunits", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "dataset.db").write_bytes(b"no database")
    monkeypatch.setattr(package_tables, "find_spec", lambda name: spec)
    assert read_package() is None
    assert "vietnamadminunits" in caplog.text


def test_reading_the_tables_imports_nothing_heavy(full):
    import subprocess
    import sys

    code = ("import sys; from ocop_market.places.gazetteer import gazetteer; assert gazetteer().complete;"
            "print([m for m in ('shapely', 'geopy', 'numpy', 'vietnamadminunits') if m in sys.modules])")
    assert importlib.util.find_spec("vietnamadminunits") is not None
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert ran.stdout.strip() == "[]"
