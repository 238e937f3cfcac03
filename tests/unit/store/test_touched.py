"""Only what was touched is made anew, and whatever was touched, totals are what a plain count of the lines finds."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import select, update

from ocop_market.channels.api import SalesPage
from ocop_market.model.clock import business_day
from ocop_market.model.sales import Fee, FeeKind, OrderState, SalesLine, SalesOrder
from ocop_market.sales.pull import keep_page, roll_up
from ocop_market.store.engine import Store
from ocop_market.store.goods import NOT_OURS, SoldGood, forget_link, save_link
from ocop_market.store.leases import holding
from ocop_market.store.ledger import FEW, load_refusals, save_orders
from ocop_market.store.mirrors import Mirror, keep_mirrors
from ocop_market.store.tables.ledger import NOT_COUNTED
from ocop_market.store.tables.totals import sales_day, sales_fee_day, sales_month
from ocop_market.store.touched import accounts_with_touched_days, touched_days
from tests.databases import ON_BOTH, empty
from tests.examples import examples

pytestmark = ON_BOTH

MORNING = datetime(2026, 1, 28, 2, tzinfo=UTC)
SKUS = ("TRA", "MAT", "")


def line(number: int, sku: str, amount: int) -> SalesLine:
    return SalesLine(str(number), sku, sku or "không mã", Decimal(1), amount, remote_id="" if sku else "77",
                     charged=(Fee(FeeKind.COMMISSION, amount // 10),))


def order(number: str, day: int = 0, *, version: int = 0, state: OrderState = OrderState.DELIVERED, location: str = "",
          returns: str | None = None, sold: tuple[tuple[str, int], ...] = (("TRA", 50_000),)) -> SalesOrder:
    at = MORNING + timedelta(days=day)
    return SalesOrder(number, at, at + timedelta(hours=version), state, state.value, tuple(line(n, *one) for n, one in enumerate(sold)),
                      location=location, returns=returns)


def keep(store: Store, *orders: SalesOrder) -> None:
    with store.writing() as connection:
        save_orders(connection, "shop", orders)


def rolled_up(store: Store, clock) -> int:
    with holding(store, "test", clock) as turn:
        return roll_up(store, "shop", turn)


def good(sku: str) -> SoldGood:
    return SoldGood("shop", sku, "" if sku else "77", "", 1, Decimal(1), 1, date(2026, 1, 28))


def totals(store: Store) -> tuple[dict, dict, dict]:
    """Quantity and amount by day and by month, fees by day."""
    day, month, fee = sales_day.c, sales_month.c, sales_fee_day.c
    with store.reading() as connection:
        return tuple({tuple(row[:keys]): tuple(row[keys:]) for row in connection.execute(select(*columns))} for keys, columns in (
            (4, (day.day, day.sku, day.location, day.state, day.quantity, day.list_amount, day.fees)),
            (4, (month.month, month.sku, month.location, month.state, month.quantity, month.list_amount, month.fees)),
            (2, (fee.day, fee.state, fee.amount))))


def plainly(newest: dict[str, SalesOrder], links: dict[str, str], copies: set[str]) -> tuple[dict, dict, dict]:
    days, months, fees = defaultdict(lambda: (0, 0, 0)), defaultdict(lambda: (0, 0, 0)), defaultdict(lambda: (0,))
    for one in newest.values():
        if one.order_id in copies:
            continue
        on = business_day(newest.get(one.returns or "", one).placed_at)
        for sold in one.lines:
            fee = sold.list_amount // 10
            for sums, when in ((days, on), (months, on.replace(day=1))):
                key = when, links.get(sold.sku) or sold.sku, one.location, one.state.value
                sums[key] = tuple(map(sum, zip(sums[key], (sold.quantity, sold.list_amount, fee), strict=True)))
            if fee:
                fees[on, one.state.value] = (fees[on, one.state.value][0] + fee,)
    return dict(days), dict(months), dict(fees)


numbers = st.sampled_from(["A1", "A2", "A3", "A4"])
changes = st.one_of(
    st.tuples(st.just("order"), numbers, st.integers(0, 40), st.sampled_from([OrderState.DELIVERED, OrderState.CANCELLED]),
              st.sampled_from(["", "kho"]), st.lists(st.tuples(st.sampled_from(SKUS), st.integers(0, 10**6)), max_size=3)),
    st.tuples(st.just("slip"), numbers, st.integers(0, 40)),
    st.tuples(st.just("link"), st.sampled_from(SKUS), st.sampled_from(["OCOP-1", "TRA", NOT_OURS, None])),
    st.tuples(st.just("copy"), st.sets(numbers, max_size=2)),
    st.tuples(st.just("many"), st.integers(0, 40)),
    st.just(("roll up",)))


@examples(12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(changes, min_size=3, max_size=14))
def test_whatever_changes_and_whenever_totals_are_made_they_are_what_a_plain_count_finds(store, clock, changes):
    empty(store)
    newest: dict[str, SalesOrder] = {}
    links: dict[str, str] = {}
    copies: set[str] = set()
    for version, (what, *how) in enumerate(changes):
        coming: list[SalesOrder] = []
        match what:
            case "order":
                number, day, state, location, sold = how
                coming = [order(number, day, version=version, state=state, location=location, sold=tuple(sold))]
            case "slip":
                coming = [order(f"R{how[0]}", how[1], version=version, returns=how[0], sold=(("TRA", 0),))]
            case "many":
                coming = [order(f"M{version}-{n}", how[0], version=version) for n in range(FEW + 1)]
            case "copy":
                copies = {number for number in how[0] if number in newest}
                with store.writing() as connection:
                    keep_mirrors(connection, [Mirror("shop", number, NOT_COUNTED[0], "other") for number in copies])
            case "link":
                with store.writing() as connection:
                    if how[1] is None:
                        forget_link(connection, good(how[0]), MORNING)
                        links.pop(how[0], None)
                    else:
                        save_link(connection, good(how[0]), how[1], MORNING)
                        links[how[0]] = how[1]
            case "roll up":
                rolled_up(store, clock)
        # as a platform does: what comes later is a later version, whatever day it was placed on
        coming = [one.but(updated_at=MORNING + timedelta(days=60, hours=version)) for one in coming]
        keep(store, *coming)
        newest |= {one.order_id: one for one in coming}
    rolled_up(store, clock)
    assert totals(store) == plainly(newest, links, copies)
    with store.reading() as connection:
        assert touched_days(connection, "shop") == [] and accounts_with_touched_days(connection) == set()


def test_a_changed_order_leaves_the_other_cells_of_its_day_as_they_are(store, clock):
    keep(store, order("A1"), order("A2", sold=(("MAT", 7),)))
    rolled_up(store, clock)
    with store.writing() as connection:
        for table in (sales_day, sales_month):  # a mark that any making anew would wipe out
            connection.execute(update(table).where(table.c.sku == "MAT").values(platform_discount=1))
    keep(store, order("A1", version=1, sold=(("TRA", 60_000),)))
    assert rolled_up(store, clock) == 1
    for table in (sales_day, sales_month):
        with store.reading() as connection:
            found = {row.sku: (row.list_amount, row.platform_discount) for row in connection.execute(select(table))}
        assert found == {"TRA": (60_000, 0), "MAT": (7, 1)}


def test_a_wrong_digit_in_a_single_order_is_seen_against_the_months_before(store, clock):
    for day in range(5):
        keep(store, order(f"A{day}", day))
        rolled_up(store, clock)
    keep_page(store, "shop", SalesPage([order("ODD", 5, sold=(("TRA", 500_000),))], {}), clock())
    rolled_up(store, clock)
    with store.reading() as connection:
        assert [(one.order_id, one.problem.code) for _, one in load_refusals(connection, "shop")] == [("ODD", "price-odd")]
