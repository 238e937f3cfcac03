"""What columns mean: told, confirmed and kept for the form; and the columns about papers, labels and numbers."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ocop_market.catalog.forms import KnownForms, fingerprint, read_columns
from ocop_market.catalog.intake import read_products
from ocop_market.errors import SettingsError
from ocop_market.market import new_market, open_market
from ocop_market.model.product import Evidence, Group, LabelField, Paper, PaperKind, Product
from tests.unit.sheets.workbooks import workbook

TODAY = date(2026, 11, 20)


def only(head: str, row: str, **told) -> Product:
    intake = read_products("a.csv", f"{head}\n{row}\n".encode(), today=TODAY, **told)
    (product,) = intake.products
    assert intake.notes == ()
    return product


def test_papers_are_read_with_number_issuer_and_dates() -> None:
    product = only("Tên sản phẩm;Số GCN ATTP;Ngày cấp ATTP;Ngày hết hạn ATTP;Nơi cấp ATTP;Số tự công bố;VietGAP;Hạn VietGAP",
                   "Mật;12/2025;01/02/2025;01/02/2028;Chi cục A;01/CB/2025;VG-1;30/06/2027")
    assert product.papers == (
        Paper(PaperKind.FOOD_SAFETY, "12/2025", "Chi cục A", date(2025, 2, 1), date(2028, 2, 1)),
        Paper(PaperKind.SELF_DECLARATION, "01/CB/2025"), Paper(PaperKind.VIETGAP, "VG-1", expires_on=date(2027, 6, 30)))


def test_papers_under_an_upper_heading_are_read() -> None:
    content = workbook([["Tên sản phẩm", "Chủ thể", "GCN ATTP", None], [None, None, "Số", "Ngày hết hạn"],
                        ["Mật", "HTX A", "7/2025", "01/02/2028"]])
    assert read_products("a.xlsx", content, today=TODAY).products[0].papers == (
        Paper(PaperKind.FOOD_SAFETY, "7/2025", expires_on=date(2028, 2, 1)),)


def test_label_alcohol_set_and_level_of_evidence_are_read() -> None:
    product = only("Tên sản phẩm;Thành phần;Hướng dẫn sử dụng;Bảo quản;Cảnh báo;Độ cồn;Phân nhóm;Mức chứng cứ",
                   "Rượu nếp;Gạo nếp;Uống vừa;Nơi mát;Không dùng cho người dưới 18 tuổi;29,5% vol;Bộ 14;B1")
    assert product.label == {LabelField.INGREDIENTS: "Gạo nếp", LabelField.USE: "Uống vừa", LabelField.STORAGE: "Nơi mát",
                             LabelField.WARNING: "Không dùng cho người dưới 18 tuổi"}
    assert (product.alcohol_percent, product.group, product.product_set) == (Decimal("29.5"), Group.DRINKS, 14)
    assert set(product.evidence.values()) == {Evidence.PUBLISHED}


def test_a_tax_number_is_kept_and_a_personal_number_is_not_even_shown() -> None:
    assert only("Tên sản phẩm;Mã số thuế", "Mật;0100109106").tax_number == "0100109106"
    intake = read_products("a.csv", "Tên sản phẩm;MST\nMật;001090001234\n".encode(), today=TODAY)
    assert (intake.accepted, intake.products[0].tax_number, [n.problem.code for n in intake.notes]) == (1, "", ["tax-number-personal"])
    assert "001090001234" not in repr(intake)


@pytest.mark.parametrize(("head", "row", "code"), [
    ("Độ cồn", "mạnh", "alcohol-unreadable"), ("Mức chứng cứ", "tốt", "evidence-unknown"),
    ("Số quyết định;Loại đánh giá", "1/QĐ;lạ", "rating-unknown"), ("Số quyết định;Thu hồi", "1/QĐ;đã thu hồi", "withdrawn-without-day"),
    ("Số quyết định;Ngày cấp", "1/QĐ ngày 01/02/2024;03/02/2024", "date-differs")])
def test_what_such_columns_say_unclearly_is_told(head: str, row: str, code: str) -> None:
    intake = read_products("a.csv", f"Tên sản phẩm;{head}\nMật;{row}\n".encode(), today=TODAY)
    assert [note.problem.code for note in intake.notes] == [code]


def test_what_a_heading_means_may_be_told() -> None:
    product = only("Hàng;Ai làm;Giá vốn", "Mật;HTX A;1", columns=read_columns("Hàng=name,Ai làm=producer,Giá vốn=ignored"))
    assert (product.name, product.producer, product.price) == ("Mật", "HTX A", None)
    assert read_columns("Số, ngày QĐ=decision") == {"Số, ngày QĐ": "decision"}


@pytest.mark.parametrize("text", ["Hàng", "Hàng=ten", "=name", "Hàng=name,Giá"])
def test_a_meaning_that_there_is_not_is_refused(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_columns(text)
    assert caught.value.code == "column-meaning"


@pytest.mark.parametrize(("answer", "producer"), [(True, "HTX A"), (False, "")])
def test_a_heading_that_only_resembles_is_asked_about_once_for_its_form(tmp_path: Path, answer: bool, producer: str) -> None:
    new_market(tmp_path / "m")
    (tmp_path / "a.csv").write_text("Tên sản phẩm;Chủ thể sản xuát hàng;Cơ sở sản xuấtt;Giá\nMật;;HTX A;1000\n", encoding="utf-8")
    asked: list[str] = []

    def says(heading: str, _meaning: str) -> bool:
        asked.append(heading)
        return answer

    with open_market(tmp_path / "m") as market:
        for _ in range(2):
            intake, _, _ = market.import_catalog(tmp_path / "a.csv", ask_heading=says)
            assert intake.products[0].producer == producer
            assert "heading-close" not in [note.problem.code for note in intake.notes]
    assert asked == ["Cơ sở sản xuấtt"]


def test_a_form_is_known_again_whatever_its_spelling(tmp_path: Path) -> None:
    KnownForms(tmp_path).keep("a.csv", ("Tên hàng", None, "GIÁ"), {"Tên hàng": "name"})
    assert fingerprint(("ten hàng ", "Giá")) == fingerprint(("Tên hàng", None, "GIÁ"))
    (tmp_path / "lists.toml").write_text("[form", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        KnownForms(tmp_path)
    assert caught.value.code == "lists-unreadable"
