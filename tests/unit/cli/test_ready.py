"""`ocop-market ready`: which products may be listed where, without any network."""

import openpyxl
import pytest

from ocop_market.cli.frame import Exit
from ocop_market.model.change import RemoteListing
from ocop_market.settings import add_account
from ocop_market.store.publications import Publication

ROWS = (
    "Mã SKU,Tên sản phẩm,Chủ thể,Nhóm sản phẩm,Tỉnh,Hạng sao,Số quyết định,Ngày cấp,Ngày hết hạn,Giá bán,Tồn kho,Khối lượng tịnh (g)",
    "T1,Chè xanh thử,HTX Thử,Thực phẩm,Thái Nguyên,4,12/QĐ-UBND,10/01/2025,10/01/2028,50000,5,200",
    "T2,Chè lá thử,HTX Thử,Thực phẩm,Thái Nguyên,4,13/QĐ-UBND,10/01/2021,10/01/2024,50000,5,200",
    "R1,Rượu nếp thử,HTX Thử,Đồ uống,Thái Nguyên,4,14/QĐ-UBND,10/01/2025,10/01/2028,90000,5,500")


@pytest.fixture
def stocked(run, market, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("\n".join(ROWS), encoding="utf-8")
    assert run("import", path, "--market", market).code == Exit.DONE
    return market


def states(body) -> dict[str, dict[str, str]]:
    return {one["sku"]: {name: cell["state"] for name, cell in one["outlets"].items()} for one in body["products"]}


def test_a_channel_without_an_account_can_be_asked_for(run, stocked):
    body = run("ready", "--channel", "spreadsheet", "--on", "2026-11-22", "--market", stocked, "--json").json
    assert states(body) == {"T1": {"spreadsheet": "remarks"}, "T2": {"spreadsheet": "forbidden"}, "R1": {"spreadsheet": "forbidden"}}
    assert {task["reason"] for task in body["tasks"] if task["severity"] == "forbidden"} == {"alcohol", "certificate-lapsed"}


def test_without_accounts_every_channel_that_takes_listings_is_shown(run, stocked):
    body = run("ready", "--market", stocked, "--json").json
    names = {outlet["name"] for outlet in body["outlets"]}
    assert {"shopee", "tiki", "spreadsheet"} <= names
    assert "kiotviet" not in names


def test_accounts_are_shown_by_their_names_and_only_what_is_asked_for(run, stocked):
    add_account(stocked, "quay", "spreadsheet", {"practice": True})
    add_account(stocked, "shop", "tiki", {})
    everything = run("ready", "--market", stocked, "--json").json
    assert [(outlet["name"], outlet["channel"]) for outlet in everything["outlets"]] == [("quay", "spreadsheet"), ("shop", "tiki")]
    one = run("ready", "--account", "quay", "--only", "remarks", "--on", "22/11/2026", "--market", stocked, "--json").json
    assert states(one) == {"T1": {"quay": "remarks"}}
    assert [outlet["name"] for outlet in run("ready", "--channel", "tiki", "--market", stocked, "--json").json["outlets"]] == ["shop"]


def test_the_day_decides(run, stocked):
    body = run("ready", "--channel", "spreadsheet", "--on", "2023-05-01", "--market", stocked, "--json").json
    assert states(body)["T2"] == {"spreadsheet": "remarks"}
    assert states(body)["T1"] == {"spreadsheet": "missing"}


def test_the_screen_tells_counts_reasons_and_next_steps(run, stocked):
    ran = run("ready", "--channel", "spreadsheet", "--on", "2026-11-22", "--market", stocked)
    assert ran.code == Exit.DONE
    for words in ("3 products on 22/11/2026", "OCOP certificate lapsed: 1 products", "Alcohol, where no age is checked", "without-stars",
    "█"):
        assert words in ran.out


def test_the_workbook_is_written(run, stocked, tmp_path):
    path = tmp_path / "ready.xlsx"
    ran = run("ready", "--channel", "spreadsheet", "--xlsx", path, "--market", stocked)
    assert ran.code == Exit.DONE
    assert str(path.name) in ran.out
    assert openpyxl.load_workbook(path).worksheets[1]["A2"].value in ("R1", "T1", "T2")


@pytest.mark.parametrize("arguments", [["--channel", "no-such"], ["--account", "no-such"]])
def test_an_unknown_channel_or_account_is_a_sentence(run, stocked, arguments):
    ran = run("ready", *arguments, "--market", stocked)
    assert ran.code == Exit.INPUT
    assert "no-such" in ran.err


def test_an_empty_catalog_says_what_to_do(run, market):
    assert "ocop-market import" in run("ready", "--market", market).out


def test_words_of_listings_that_are_on_sale_are_told_with_the_command_that_takes_them_off(run, stocked, monkeypatch):
    add_account(stocked, "quay", "spreadsheet", {})
    content = {"content": {"title": "Chè xanh thử", "description": "Chữa bệnh dạ dày"}}
    listing = Publication("quay", "T1", "live", RemoteListing("T1", "1"), content)
    monkeypatch.setattr("ocop_market.cli.ready.load_publications", lambda _, account: {"T1": listing} if account == "quay" else {})
    body = run("ready", "--market", stocked, "--json").json
    assert [problem["code"] for problem in body["on_sale"]["quay"]["T1"]] == ["cure-claim"]
    assert "ocop-market apply quay" in run("ready", "--market", stocked).out
