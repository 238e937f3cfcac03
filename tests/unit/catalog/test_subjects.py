"""Subjects: their kinds, their names for comparing, and what others may see of households."""

import csv
from dataclasses import asdict, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.catalog.subjects import counts_by_kind, kind_of_subject, matching_name, pseudonym, shown_outside
from ocop_market.demo.stage import demo_list
from ocop_market.model.product import Certificate, LabelField, Paper, PaperKind, Picture, Place, ProducerKind, Product
from ocop_market.model.text import fold

KEY = b"a key of one market only, 32 byt"
HOUSEHOLD = Product(
    "HO-01", "Nem nướng Thu Quế", "Hộ kinh doanh Nguyễn Thị Thu Quế", ProducerKind.HOUSEHOLD, place=Place("Thanh Hóa", "", "Quảng Phú"),
    certificates=(Certificate(3, "12/QĐ-UBND", date(2025, 3, 1), source="Danh sách hộ Thu Quế"),), tax_number="0100109106",
    description="Nem của bà Nguyễn Thị Thu Quế, làm từ 1990", owner="Hộ kinh doanh Nguyễn Thị Thu Quế",
    papers=(Paper(PaperKind.BUSINESS_REGISTRATION, "26A8001234", "UBND huyện"),),
    pictures=(Picture("https://example.vn/nem.jpg"), Picture(path="C:/Users/ThuQue/nem.jpg")),
    label={LabelField.ADDRESS: "Thôn 3, xã Quảng Phú", LabelField.USE: "Nướng chín trước khi ăn"})


@pytest.mark.parametrize(("name", "kind"), [
    ("HTX Chè Xanh", ProducerKind.COOPERATIVE), ("HTXNN Tam Ngãi", ProducerKind.COOPERATIVE),
    ("Hợp tác xã Nông nghiệp Mộc Sơn", ProducerKind.COOPERATIVE), ("Liên hiệp Hợp tác xã Tây Bắc", ProducerKind.COOPERATIVE),
    ("Tổ hợp tác nhãn Rạch Đùi", ProducerKind.COOPERATIVE_GROUP), ("THT Quân Hà", ProducerKind.COOPERATIVE_GROUP),
    ("Công ty TNHH MTV Từ Phong", ProducerKind.COMPANY), ("CTCP Dược liệu Pù Mát", ProducerKind.COMPANY),
    ("Cty Cổ phần Nước mắm Phan Thiết", ProducerKind.COMPANY), ("DNTN Thanh Tâm", ProducerKind.COMPANY),
    ("Chi nhánh Công ty TNHH Ceres", ProducerKind.COMPANY), ("Doanh nghiệp giống thủy sản Minh Nhựt", ProducerKind.COMPANY),
    ("Traphaco Sapa - Công ty TNHH MTV", ProducerKind.COMPANY),
    ("Hộ kinh doanh Nguyễn Văn An", ProducerKind.HOUSEHOLD), ("HKD Lê Thị Bình", ProducerKind.HOUSEHOLD),
    ("Hộ ông Trần Văn Cường", ProducerKind.HOUSEHOLD), ("Hộ SXKD Nguyễn Thị Hoa", ProducerKind.HOUSEHOLD),
    ("Trang trại Đồi Xanh", ProducerKind.HOUSEHOLD),
    ("Cơ sở mật ong Quân Phát", ProducerKind.UNKNOWN), ("Nhà hàng Tám Cương", ProducerKind.UNKNOWN), ("", ProducerKind.UNKNOWN),
    ("Hồ Chí Minh Food", ProducerKind.UNKNOWN)])
def test_the_legal_form_tells_the_kind(name, kind):
    assert kind_of_subject(name) is kind


@pytest.mark.parametrize("same", [
    ("HTX Nông nghiệp Mộc Sơn", "HTXNN Mộc Sơn", "HTX NN Mộc Sơn", "Hợp tác xã nông nghiệp Mộc Sơn", "HỢP TÁC XÃ NÔNG NGHIỆP MỘC SƠN",
     "HTX Mộc Sơn"),
    ("HTX Dịch vụ Nông nghiệp Hằng Hiếu", "HTX DV NN Hằng Hiếu", "HTX DVNN Hằng Hiếu"),
    ("CTCP Nông sản Bắc Kạn", "Công ty CP Nông sản Bắc Kạn", "Công ty cổ phần nông sản Bắc Kạn", "Cty CP nông sản Bắc Kạn"),
    ("Công ty TNHH MTV Từ Phong", "Công ty TNHH một thành viên Từ Phong", "Cty TNHH 1TV Từ Phong", "Công ty TNHH Từ Phong",
     "Công ty trách nhiệm hữu hạn Từ Phong"),
    ("DNTN Thanh Tâm", "Doanh nghiệp tư nhân Thanh Tâm", "DN tư nhân Thanh Tâm"),
    ("Tổ hợp tác Quân Hà", "THT Quân Hà"),
    ("Hộ kinh doanh Nguyễn Văn An", "HKD Nguyễn Văn An", "Hộ ông Nguyễn Văn An", "Hộ SXKD Nguyễn Văn An", "Hộ Nguyễn Văn An",
     "Hộ sản xuất kinh doanh Nguyễn Văn An"),
    ("Công ty TNHH Sản xuất Thương mại Ánh Dương", "Công ty TNHH SX TM Ánh Dương", "Công ty TNHH SXTM Ánh Dương"),
    ("HTX Thúy Hòa", "HTX Thuý Hoà", "HTX  THÚY  HÒA")])
def test_one_subject_has_one_name_for_comparing(same):
    assert {matching_name(name) for name in same} == {matching_name(same[0])}
    assert matching_name(same[0])


def test_different_subjects_keep_different_names():
    names = ["HTX Mộc Sơn", "HTX Mộc Châu", "Công ty TNHH Mộc Sơn", "CTCP Mộc Sơn", "Hộ Mộc Sơn", "THT Mộc Sơn", "DNTN Mộc Sơn",
             "Liên hiệp HTX Mộc Sơn", "HTX Chè Mộc Sơn", "Cơ sở Mộc Sơn"]
    assert len({matching_name(name) for name in names}) == len(names)


@pytest.mark.parametrize("nobody", ["", "Hộ sản xuất", "Hộ kinh doanh", "HKD", "Hộ SXKD", "Cơ sở sản xuất", "Hộ gia đình"])
def test_a_form_alone_names_nobody(nobody):
    assert matching_name(nobody) == ""
    assert pseudonym(nobody, ProducerKind.HOUSEHOLD, KEY) == nobody


def test_a_pseudonym_is_the_same_for_every_spelling_and_another_in_another_market():
    name = pseudonym("Hộ kinh doanh Nguyễn Văn An", ProducerKind.HOUSEHOLD, KEY)
    assert name == pseudonym("HKD NGUYỄN VĂN AN", ProducerKind.HOUSEHOLD, KEY)
    assert name.startswith("Hộ sản xuất ") and len(name.split()[-1]) == 6
    assert name != pseudonym("Hộ kinh doanh Nguyễn Văn An", ProducerKind.HOUSEHOLD, KEY[::-1])
    assert name != pseudonym("Hộ kinh doanh Nguyễn Văn An", ProducerKind.HOUSEHOLD, KEY, apart="Xã Quảng Phú")
    assert pseudonym("Cơ sở Quân Phát", ProducerKind.UNKNOWN, KEY).startswith("Cơ sở ")


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="16 bytes"):
        pseudonym("Hộ Nguyễn Văn An", ProducerKind.HOUSEHOLD, b"short")


syllables = st.sampled_from(["Nguyễn", "Trần", "Lê", "Phạm", "Thị", "Văn", "Thu", "Hà", "Hoa", "An", "Bình", "Cường", "Dung",
                             "Quế", "Hồng", "Sâm", "Lài", "Mai", "Đức"])


@given(st.lists(syllables, min_size=2, max_size=4), st.sampled_from(["Hộ ", "HKD ", "Hộ kinh doanh ", "Hộ ông ", "Hộ bà "]))
def test_nothing_of_a_household_name_is_in_what_others_see(name, form):
    own = " ".join(name)
    product = replace(HOUSEHOLD, producer=form + own, owner=form + own, name=f"Giò lụa {own}", description=f"Của {own.upper()} làm",
                      certificates=(Certificate(3, source=f"{own} gửi"),))
    assert fold(own) not in fold(str(asdict(shown_outside(product, "Sở Công Thương", KEY))))


def test_others_see_a_household_without_name_number_address_and_files():
    seen = shown_outside(HOUSEHOLD, "Sở Công Thương", KEY)
    instead = pseudonym(HOUSEHOLD.producer, ProducerKind.HOUSEHOLD, KEY)
    assert (seen.producer, seen.owner, seen.name, seen.tax_number) == (instead, instead, "Nem nướng", "")
    assert seen.description == "Nem của bà làm từ 1990"
    assert seen.papers == (Paper(PaperKind.BUSINESS_REGISTRATION),)
    assert seen.pictures == HOUSEHOLD.pictures[:1]
    assert seen.label == {LabelField.USE: "Nướng chín trước khi ăn"}
    assert seen.certificates[0].decision == "12/QĐ-UBND"


def test_a_product_named_only_after_the_household_is_named_after_the_pseudonym():
    seen = shown_outside(replace(HOUSEHOLD, name="Thu Quế"), "Sở Công Thương", KEY)
    assert seen.name == f"Sản phẩm của {seen.producer}"


def test_the_goods_in_a_workshop_name_stay_in_the_product_name():
    product = Product("CS-01", "Mật ong Quân Phát", "Cơ sở mật ong Quân Phát", owner="Cơ sở mật ong Quân Phát")
    assert shown_outside(product, "", KEY).name == "Mật ong"


def test_the_owner_sees_the_own_file_as_it_is():
    assert shown_outside(HOUSEHOLD, HOUSEHOLD.owner, KEY) is HOUSEHOLD


@pytest.mark.parametrize("kind", [ProducerKind.COOPERATIVE, ProducerKind.COMPANY, ProducerKind.COOPERATIVE_GROUP])
def test_other_subjects_are_shown_as_published(kind):
    product = replace(HOUSEHOLD, producer="HTX Mộc Sơn", producer_kind=kind, owner="HTX Mộc Sơn")
    assert shown_outside(product, "Sở Công Thương", KEY) is product


def test_a_name_that_says_household_counts_more_than_a_column_that_says_company():
    product = replace(HOUSEHOLD, producer_kind=ProducerKind.COMPANY)
    assert shown_outside(product, "Sở Công Thương", KEY).producer != HOUSEHOLD.producer


def test_each_subject_is_counted_once_in_its_province_and_the_unnamed_apart():
    def made_by(producer: str, province: str = "Bắc Giang", kind: ProducerKind = ProducerKind.UNKNOWN) -> Product:
        return Product("X", "Mật ong", producer, kind, place=Place(province))

    counts = counts_by_kind([
        made_by("HTX Nông nghiệp Mộc Sơn"), made_by("HTXNN Mộc Sơn"), made_by("HTX Mộc Sơn", "Sơn La"), made_by("Cơ sở Hoàng Hằng"),
        made_by("Cơ sở Hoàng Hằng", kind=ProducerKind.HOUSEHOLD), made_by("Hộ sản xuất"), made_by("Hộ sản xuất"), made_by("")])
    assert counts.by_kind == {ProducerKind.COOPERATIVE: 2, ProducerKind.HOUSEHOLD: 1}
    assert counts.unnamed == {ProducerKind.HOUSEHOLD: 2, ProducerKind.UNKNOWN: 1}


def test_the_demo_list_has_subjects_of_every_kind():
    rows = csv.DictReader(demo_list().decode("utf-8").splitlines())
    counts = counts_by_kind(Product("", row["product_name"], row["producer_name"], place=Place(row["province"])) for row in rows)
    assert set(counts.by_kind) >= {ProducerKind.COOPERATIVE, ProducerKind.COMPANY, ProducerKind.COOPERATIVE_GROUP}
    assert counts.by_kind[ProducerKind.COOPERATIVE] > 60
