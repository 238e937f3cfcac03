"""From a co-operative's ledger to the office's: the same figures, each day once, and taken back when the co-operative says so."""

import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pytest

from ocop_market.errors import SettingsError
from ocop_market.growth.basis import Basis
from ocop_market.growth.breakdown import breakdown
from ocop_market.growth.compare import By, Period
from ocop_market.growth.quantities import quantities
from ocop_market.sharing.bundle import Level, read_bundle
from ocop_market.sharing.counted import Standing
from ocop_market.store.restatements import Mark, changes_since, save_mark
from tests.databases import ON_BOTH
from tests.unit.sharing.conftest import COST, TEA, TODAY, keep, sale

YEAR = Period(date(2026, 1, 1), TODAY)
LEVELS = pytest.mark.parametrize("level", list(Level))


def revenue(market, basis=Basis.NET, by=By.CHANNEL):
    return {row.key: row.now for row in market.growth(YEAR, basis=basis, by=by).rows}


@LEVELS
@ON_BOTH
def test_the_office_has_the_figures_of_the_co_operative_on_every_basis(pair, level):
    path = pair.bundle(level=level)
    pair.register(path)
    assert [(one.producer, one.again) for one in pair.take(path)] == [("HTX Trà", False)]
    for basis in Basis:
        assert revenue(pair.office_market, basis) == {"htx-tra.shop": revenue(pair.coop, basis)["shop"]}
    steps = []
    for market in (pair.coop, pair.office_market):
        with market.store.reading() as connection:
            steps.append(breakdown(connection, YEAR))
            sold = {one.product.sku: one.sold for one in quantities(connection, market.products(), YEAR) if one.product}
            assert sold["TRA"] == Decimal(4)
    assert steps[0] == steps[1]


@LEVELS
def test_taking_a_bundle_again_changes_nothing(pair, level):
    path = pair.bundle(level=level)
    pair.register(path)
    pair.take(path)
    with pair.office_market.store.reading() as connection:
        before = connection.exec_driver_sql("SELECT * FROM sales_order ORDER BY order_id").all()
    pair.coop.clock.forward(hours=5)
    assert [one.again for one in pair.take(path)] == [True]
    with pair.office_market.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT * FROM sales_order ORDER BY order_id").all() == before


def test_a_producers_goods_count_for_the_offices_products_and_others_wait_for_a_word(pair):
    path = pair.bundle()
    pair.register(path)
    pair.take(path)
    found = revenue(pair.office_market, by=By.PRODUCT)
    assert set(found) == {"TRA", "not-attributed"}  # a household is under a pseudonym, and 'LA' is in nobody's catalog
    assert [one.good.sku for one in pair.office_market.unknown_goods()] == ["htx-tra:LA", "htx-tra:MAT"]
    pair.office_market.link_good(pair.office_market.unknown_goods()[1].good, "MAT")
    assert set(revenue(pair.office_market, by=By.PRODUCT)) == {"TRA", "MAT", "not-attributed"}
    pair.settle()
    assert set(revenue(pair.office_market, by=By.PRODUCT)) == {"TRA", "MAT", "not-attributed"}


def test_a_code_that_means_other_goods_at_the_office_is_not_taken_for_them(pair):
    path = pair.bundle()
    pair.register(path)
    with pair.office_market.store.writing() as connection:
        connection.exec_driver_sql("UPDATE product SET name = 'Thứ khác', producer = 'HTX Khác'")
    pair.take(path)
    assert set(revenue(pair.office_market, by=By.PRODUCT)) == {"not-attributed"}


@LEVELS
def test_a_bundle_has_no_buyer_no_order_number_no_cost_and_no_household(pair, level):
    keep(pair.coop, "shop", sale("SO-CHUNG-TU", date(2026, 7, 1)))
    path = pair.bundle(level=level)
    with zipfile.ZipFile(path) as archive:
        content = "\n".join(archive.read(name).decode() for name in ("sales.csv", "products.csv"))
    for word in ("DOC-", "SO-CHUNG-TU", "Hà Giang", "Canh", str(COST), "commission_fee"):
        assert word not in content
    assert "Hộ sản xuất" in content


def test_the_same_sales_give_the_same_bytes(pair):
    clock = pair.coop.clock
    first, at = pair.bundle().read_bytes(), clock.now
    clock.now = at - timedelta(minutes=1)
    assert pair.bundle().read_bytes() == first


@ON_BOTH
def test_days_in_two_bundles_count_once_from_the_one_made_last(pair):
    first = pair.bundle(last=date(2026, 3, 31))
    pair.register(first)
    keep(pair.coop, "shop", sale("A7", date(2026, 3, 1), amount=7_000_000))
    second = pair.bundle(first=date(2026, 3, 1), level=Level.LINES)
    for order in ((second, first), (first, second)):
        pair.take(*order)
        assert revenue(pair.office_market)["htx-tra.shop"] == revenue(pair.coop)["shop"]
    counted = {one.known.made_at: one.days["htx-tra.shop"] for one in pair.office.bundles({})}
    older, newer = (counted[key] for key in sorted(counted))
    assert (min(older.newer), max(older.newer)) == (date(2026, 3, 1), date(2026, 3, 31))
    assert newer.newer == set()
    assert not older.counted & newer.counted


def test_days_of_a_shop_that_the_office_pulls_itself_count_from_its_own_ledger(pair):
    keep(pair.office_market, "own", sale("O1", date(2026, 3, 1)), sale("O2", date(2026, 4, 1)))
    path = pair.bundle(shop="f00d")
    pair.register(path)
    pair.own = {"own": "f00d"}
    pair.take(path)
    mine, theirs = revenue(pair.office_market), revenue(pair.coop)["shop"]
    assert mine == {"own": 190_000, "htx-tra.shop": theirs - 95_000 - 245_000}
    assert pair.settle()[0].days["htx-tra.shop"].own == {date(2026, 3, 1) + timedelta(days=n) for n in range(32)}


def test_a_persons_word_that_two_accounts_are_one_shop_counts_as_much(pair):
    keep(pair.office_market, "own", sale("O1", date(2026, 3, 1)))
    path = pair.bundle()
    pair.register(path)
    pair.take(path)
    before = revenue(pair.office_market)["htx-tra.shop"]
    pair.office.say_same("htx-tra.shop", "own")
    pair.settle()
    assert revenue(pair.office_market)["htx-tra.shop"] == before - 95_000 - 245_000


@ON_BOTH
def test_a_bundle_that_was_taken_back_counts_no_more_and_the_one_before_counts_again(pair):
    first = pair.bundle(last=date(2026, 3, 31))
    pair.register(first)
    pair.take(first)
    alone = revenue(pair.office_market)
    keep(pair.coop, "shop", sale("A7", date(2026, 3, 1), amount=7_000_000))
    second = pair.bundle()
    pair.take(second)
    assert revenue(pair.office_market) != alone
    notice = pair.folder / "n.json"
    notice.write_bytes(pair.sharer.revoke(second.name, read_bundle(second.name, second.read_bytes())))
    assert [one.revoked for one in pair.take(notice)] == [1]
    assert revenue(pair.office_market) == alone
    with pytest.raises(SettingsError) as refused:
        pair.office.take(second)
    assert refused.value.code == "bundle-revoked"


def test_a_notice_that_comes_before_its_bundle_holds(pair):
    path = pair.bundle()
    pair.register(path)
    notice = pair.folder / "n.json"
    notice.write_bytes(pair.sharer.revoke(path.name, read_bundle(path.name, path.read_bytes())))
    pair.take(notice)
    with pytest.raises(SettingsError) as refused:
        pair.office.take(path)
    assert refused.value.code == "bundle-revoked"


def test_a_bundle_whose_time_is_over_leaves_the_figures_with_the_next_taking(pair):
    path = pair.bundle(valid_until=date(2026, 12, 1))
    pair.register(path)
    pair.take(path)
    pair.coop.clock.forward(days=30)
    assert pair.settle()[0].standing is Standing.EXPIRED
    assert revenue(pair.office_market) == {}
    with pytest.raises(SettingsError) as refused:
        pair.office.take(path)
    assert refused.value.code == "bundle-expired"


def test_a_forgotten_producer_leaves_the_figures_and_its_key_is_unknown_again(pair):
    path = pair.bundle()
    pair.register(path)
    pair.take(path)
    assert pair.office.forget("htx-tra", pair.office_market.products(), {}).name == "HTX Trà"
    assert revenue(pair.office_market) == {}
    with pytest.raises(SettingsError) as refused:
        pair.office.take(path)
    assert refused.value.code == "signer-unknown"


def test_what_is_taken_back_is_told_as_restated_since_a_report(pair):
    path = pair.bundle()
    pair.register(path)
    pair.take(path)
    at = pair.coop.clock()
    with pair.office_market.store.writing() as connection:
        save_mark(connection, Mark(at, "net", YEAR.start, YEAR.end, date(2025, 1, 1), date(2025, 12, 31)))
    pair.office.forget("htx-tra", {TEA.sku: TEA}, {})
    with pair.office_market.store.reading() as connection:
        changes = changes_since(connection, at)
    assert {one.after.state for one in changes} == {"cancelled"}
    assert sum(one.before.sums["list_amount"] for one in changes) == 650_000
