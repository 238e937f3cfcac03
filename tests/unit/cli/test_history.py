"""`ocop-market history`: every change of a product can be shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocop_market.cli.frame import Exit


@pytest.fixture
def imported(run, market, tmp_path):
    def go(**prices: int) -> Path:
        path = tmp_path / "list.csv"
        rows = [f"{sku},Chè thử {sku},HTX Thử,Thái Nguyên,{price}" for sku, price in prices.items()]
        path.write_text("\n".join(["Mã SKU,Tên sản phẩm,Chủ thể,Tỉnh,Giá bán", *rows]), encoding="utf-8")
        assert run("import", path, "--market", market).code == Exit.DONE
        return market

    return go


def test_a_changed_price_is_shown_with_its_file_and_both_values(run, imported):
    imported(A1=50_000)
    market = imported(A1=60_000)
    came, changed = run("history", "A1", "--market", market, "--json").json["changes"]
    assert (came["field"], came["before"], came["after"]["price"]) == ("product", None, 50_000)
    assert (changed["field"], changed["before"], changed["after"], changed["origin"]) == ("price", 50_000, 60_000, "list.csv")
    told = run("history", "A1", "--market", market)
    assert told.code == Exit.DONE and "50000" in told.out and "60000" in told.out and "list.csv" in told.out


def test_the_same_list_again_leaves_no_trace(run, imported):
    imported(A1=50_000)
    assert len(run("history", "A1", "--market", imported(A1=50_000), "--json").json["changes"]) == 1


def test_a_part_of_the_name_is_enough_when_one_product_has_it(run, imported):
    market = imported(A1=50_000, B2=70_000)
    assert run("history", "thu b2", "--market", market, "--json").json["sku"] == "B2"


def test_a_name_that_fits_several_products_asks_for_an_sku(run, imported):
    ran = run("history", "chè", "--market", imported(A1=50_000, B2=70_000))
    assert ran.code == Exit.INPUT
    assert "A1" in ran.err and "B2" in ran.err


def test_an_unknown_product_is_a_sentence(run, imported):
    ran = run("history", "không có", "--market", imported(A1=50_000))
    assert ran.code == Exit.INPUT and "không có" in ran.err

def test_packings_wholesale_and_parcel_are_told_in_words(run, market, tmp_path):
    (tmp_path / "a.csv").write_text("Mã nhóm;Mã hàng;Tên sản phẩm;Phân loại;Giá;Kích thước kiện;Giá sỉ\n"
                                    "MO;MO-5;Mật ong;500 g;1000;;\nMO;MO-1;Mật ong;1 kg;2000;;\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("Mã nhóm;Mã hàng;Tên sản phẩm;Phân loại;Giá;Kích thước kiện;Giá sỉ\n"
                                    "MO;MO-5;Mật ong;500 g;1500;20x10x5;từ 10: 900\n", encoding="utf-8")
    for name in ("a.csv", "b.csv"):
        run("import", tmp_path / name, "--market", market)
    told = run("history", "MO", "--market", market)
    changed = {change["field"] for change in run("history", "MO", "--market", market, "--json").json["changes"]}
    assert changed == {"product", "variants", "parcel_cm", "wholesale"}
    assert "900" in told.out and "packings" in told.out
