"""Goods that the catalog does not know are asked about, never guessed; what is said of them reaches back."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from ocop_market.cli.frame import Exit
from ocop_market.growth.compare import NOT_ATTRIBUTED, By, Period
from ocop_market.market import open_market
from ocop_market.model.clock import VIETNAM
from ocop_market.model.product import Place, Product
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.sales.pull import roll_up
from ocop_market.settings import add_account
from ocop_market.store.catalog import save_products
from ocop_market.store.goods import NOT_OURS
from ocop_market.store.ledger import save_orders
from ocop_market.store.tables.totals import sales_day

AT = datetime(2026, 9, 5, 9, tzinfo=VIETNAM)
TEA = Product("TRA-01", "Trà shan tuyết Thử", producer="HTX Thử", place=Place("Lào Cai"), gtin="08930000000005", owner="HTX Thử")
HONEY = Product("MAT-01", "Mật ong hoa rừng Thử", producer="HTX Hai", place=Place("Nghệ An"), owner="HTX Hai")


def sold(number: str, sku: str, name: str, amount: int, *, remote_id: str = "", days: int = 0) -> SalesOrder:
    at = AT + timedelta(days=days)
    return SalesOrder(number, at, at, OrderState.DELIVERED, "done", (
        SalesLine("1", sku, name, Decimal(1), amount, remote_id=remote_id),))


@pytest.fixture
def market(tmp_path, clock, run_init):
    folder = run_init(tmp_path / "m")
    for account in ("till", "other"):
        add_account(folder, account, "spreadsheet", {})
    with open_market(folder, clock=clock) as opened:
        with opened.store.writing() as connection:
            save_products(connection, [TEA, HONEY], clock(), origin="test")
        yield opened


@pytest.fixture
def run_init(database):
    from ocop_market.market import new_market

    def go(folder):
        new_market(folder, database=database)
        return folder

    return go


def keep(market, *orders: SalesOrder, account: str = "till") -> None:
    with market.store.writing() as connection:
        save_orders(connection, account, orders)
    with market.turn(account) as turn:
        roll_up(market.store, account, turn)


def days(market) -> dict[tuple[str, str], int]:
    with market.store.reading() as connection:
        rows = connection.execute(select(sales_day).where(sales_day.c.list_amount > 0))
        return {(str(row.day), row.sku): row.list_amount for row in rows}


def by_province(market) -> dict[str, int]:
    found = market.growth(Period(AT.date(), (AT + timedelta(days=30)).date()), by=By.PROVINCE)
    return {row.key: row.now for row in found.rows if row.now}


def test_an_unknown_code_is_asked_about_with_its_worth(market):
    keep(market, sold("1", "XYZ", "Trà shan tuyết gói", 100), sold("2", "XYZ", "Trà shan tuyết gói", 50, days=3))
    keep(market, sold("3", "TRA-01", "t", 9))
    (one,) = market.unknown_goods()
    assert (one.good.sku, one.good.orders, one.good.amount) == ("XYZ", 2, 150)
    assert [(s.product.sku, s.because) for s in one.suggestions] == [("TRA-01", "name")]
    assert NOT_ATTRIBUTED in by_province(market)


def test_a_barcode_proves_what_a_name_only_resembles(market):
    keep(market, sold("1", "8930000000005", "hàng lạ", 100))
    assert [(s.product.sku, s.because) for s in market.unknown_goods()[0].suggestions] == [("TRA-01", "barcode")]


def test_a_suggestion_is_never_taken_by_itself(market):
    keep(market, sold("1", "8930000000005", "Trà shan tuyết Thử", 100))
    market.unknown_goods()
    assert days(market) == {("2026-09-05", "8930000000005"): 100}


def test_linking_attributes_all_history_and_what_comes_later(market):
    keep(market, sold("1", "XYZ", "Trà", 100), sold("2", "XYZ", "Trà", 50, days=3))
    market.link_good(market.unknown_goods()[0].good, "TRA-01")
    assert days(market) == {("2026-09-05", "TRA-01"): 100, ("2026-09-08", "TRA-01"): 50}
    assert by_province(market) == {"Lào Cai": 150}
    keep(market, sold("3", "XYZ", "Trà", 7, days=5))
    assert days(market)["2026-09-10", "TRA-01"] == 7
    assert market.unknown_goods() == []


def test_a_link_joins_what_was_sold_under_the_products_own_code(market):
    keep(market, sold("1", "XYZ", "Trà", 100), sold("2", "TRA-01", "Trà", 50))
    market.link_good(market.unknown_goods()[0].good, "TRA-01")
    assert days(market) == {("2026-09-05", "TRA-01"): 150}


def test_goods_without_a_code_are_told_apart_by_the_platforms_number(market):
    keep(market, sold("1", "", "Trà", 100, remote_id="11"), sold("2", "", "Mật ong", 50, remote_id="22"))
    first = next(one.good for one in market.unknown_goods() if one.good.remote_id == "11")
    market.link_good(first, "TRA-01")
    assert days(market) == {("2026-09-05", "TRA-01"): 100, ("2026-09-05", ""): 50}
    assert [one.good.remote_id for one in market.unknown_goods()] == ["22"]


def test_an_account_speaks_for_itself_only(market):
    keep(market, sold("1", "XYZ", "Trà", 100))
    keep(market, sold("1", "XYZ", "Mật ong", 50), account="other")
    market.link_good(next(one.good for one in market.unknown_goods() if one.good.account == "till"), "TRA-01")
    assert days(market) == {("2026-09-05", "TRA-01"): 100, ("2026-09-05", "XYZ"): 50}


def test_none_of_ours_is_not_asked_again_and_stays_unattributed(market):
    keep(market, sold("1", "XYZ", "Nước ngọt", 100))
    market.link_good(market.unknown_goods()[0].good, NOT_OURS)
    assert market.unknown_goods() == []
    assert by_province(market) == {NOT_ATTRIBUTED: 100}


def test_what_was_said_can_be_taken_back(market):
    keep(market, sold("1", "XYZ", "Trà", 100))
    good = market.unknown_goods()[0].good
    market.link_good(good, "TRA-01")
    market.link_good(good, None)
    assert days(market) == {("2026-09-05", "XYZ"): 100}
    assert len(market.unknown_goods()) == 1


def test_only_the_owners_products_are_suggested(market, tmp_path):
    add_account(market.folder, "hai", "spreadsheet", {"owner": "HTX Hai"})
    with open_market(market.folder, clock=market.clock) as opened:
        keep(opened, sold("1", "XYZ", "Trà shan tuyết Thử", 100), account="hai")
        assert opened.unknown_goods()[0].suggestions == ()


def test_the_command_shows_links_and_ends_with_nothing_to_ask(market, capsys, monkeypatch):
    from ocop_market.cli.main import main

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--lang", "en", *arguments, "--market", str(market.folder)])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    keep(market, sold("1", "XYZ", "Trà shan tuyết gói", 100))
    code, said = run("goods")
    assert code == Exit.PARTLY
    assert "XYZ" in said and "TRA-01" in said
    assert run("goods", "till", "XYZ", "--is", "NO-SUCH")[0] == Exit.INPUT
    assert run("goods", "till", "ABC", "--not-ours")[0] == Exit.INPUT
    assert run("goods", "--not-ours")[0] == Exit.USAGE
    code, said = run("goods", "till", "XYZ", "--is", "TRA-01")
    assert (code, "Trà shan tuyết Thử" in said) == (Exit.DONE, True)
    assert days(market) == {("2026-09-05", "TRA-01"): 100}
