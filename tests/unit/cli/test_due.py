"""`due`: what it tells, writes and finds on the shelves."""

import io
from datetime import UTC, datetime

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from ocop_market.cli.frame import Exit
from ocop_market.market import open_market
from ocop_market.model.change import Change, ChangeKind, Outcome, RemoteListing, Result
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.settings import add_account
from ocop_market.store.outbox import Entry, enqueue, open_rows, settle

LIST = ("Mã SKU;Tên sản phẩm;Chủ thể;Tỉnh;Hạng sao;Số quyết định;Ngày cấp\n"
        "TRA;Trà Tân Cương;HTX Chè Xanh;Thái Nguyên;4 sao;12/QĐ-UBND;10/06/2026\n"
        "MAT;Mật ong hoa nhãn;HTX Ong Vàng;Hưng Yên;3 sao;3/QĐ-UBND;10/06/2021\n"
        "GAO;Gạo nếp;HTX Lúa;Hưng Yên;3 sao;4/QĐ-UBND;\n")
WINDOW = ("--on", "12/12/2028")
"""180 days before the tea's certificate ends."""


@pytest.fixture
def filled(run, market, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(LIST, encoding="utf-8-sig")
    assert run("import", file, "--market", market).code == Exit.DONE
    return market


def put_on_sale(folder, sku: str, title: str, *, visible: bool = True) -> None:
    add_account(folder, "shop", "spreadsheet", {})
    now = datetime(2026, 11, 22, tzinfo=UTC)
    listing = ListingDraft(sku, title, "Ngon", "1", 1000, 1, 100, visible=visible)
    with open_market(folder) as market, market.store.writing() as connection:
        enqueue(connection, "shop", "p", [Entry(Change(ChangeKind.CREATE, sku, listing, groups=frozenset(FieldGroup)))], now)
        [row] = open_rows(connection, "shop")
        settle(connection, "shop", row, Result(sku, Outcome.LIVE, RemoteListing("1", sku)), now)


def test_everything_due_is_told_with_its_day_and_what_to_do(run, filled):
    body = run("due", "--market", filled, *WINDOW, "--json").json
    assert [(entry["day"], entry["kind"], entry["sku"]) for entry in body["due"]] == [
        ("2024-06-10", "lapsed", "MAT"), ("2029-02-10", "window-closes", "TRA"), ("2029-06-10", "certificate-ends", "TRA")]
    assert body["due"][1]["days_left"] == 60
    assert (body["day"], body["within"], body["undated"]) == ("2028-12-12", 180, 1)


def test_the_table_groups_by_what_to_do_and_says_which_certificates_have_no_dates(run, filled):
    told = " ".join(run("due", "--market", filled, *WINDOW).out.split())
    assert "10/02/2029" in told
    assert told.index("To come") < told.index("Past") < told.index("1 products have a certificate without dates")


def test_a_shorter_time_shows_less(run, filled):
    kinds = [entry["kind"] for entry in run("due", "--market", filled, *WINDOW, "--within", "60", "--json").json["due"]]
    assert kinds == ["lapsed", "window-closes"]


@pytest.mark.parametrize(("title", "sku", "kinds"), [
    ("Trà 4 sao", "TRA", []), ("Trà 5 sao", "TRA", ["untrue-stars"]), ("Mật ong OCOP", "MAT", ["untrue-stars"])])
def test_listings_on_sale_that_show_a_star_not_in_force_come_first(run, filled, title, sku, kinds):
    put_on_sale(filled, sku, title)
    arguments = ("due", "--market", filled, "--on", "22/11/2026", "--within", "0")
    assert [entry["kind"] for entry in run(*arguments, "--json").json["due"]] == ["lapsed", *kinds]
    told = run(*arguments).out
    assert ("Now" in told) is bool(kinds)
    assert not kinds or told.index("Now") < told.index("Past")


def test_a_listing_that_is_off_sale_is_left_alone(run, filled):
    put_on_sale(filled, "TRA", "Trà 5 sao", visible=False)
    assert [entry["kind"] for entry in run("due", "--market", filled, "--on", "22/11/2026", "--json").json["due"]] == ["lapsed"]


def test_both_files_are_written_and_the_calendar_leaves_out_what_is_past(run, filled, tmp_path):
    xlsx, ics = tmp_path / "due.xlsx", tmp_path / "due.ics"
    ran = run("due", "--market", filled, *WINDOW, "--xlsx", xlsx, "--ics", ics)
    assert ran.code == Exit.DONE
    assert load_workbook(io.BytesIO(xlsx.read_bytes())).active.max_row == 4
    assert len(Calendar.from_ical(ics.read_bytes()).walk("VEVENT")) == 2


def test_only_the_products_of_one_owner(run, filled):
    assert run("due", "--market", filled, *WINDOW, "--owner", "somebody", "--json").json["due"] == []


def test_an_empty_catalog_says_how_to_fill_it(run, market):
    assert "ocop-market import FILE" in run("due", "--market", market).out


def test_nothing_due_is_said(run, market, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(LIST.splitlines()[0] + "\n" + LIST.splitlines()[1] + "\n", encoding="utf-8-sig")
    run("import", file, "--market", market)
    assert "Nothing is due within 180 days." in run("due", "--market", market, "--on", "22/11/2026").out
