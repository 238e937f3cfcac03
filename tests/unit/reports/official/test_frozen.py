"""A frozen report: made again byte for byte, never silently replaced, and told apart from what the market says today."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from ocop_market.errors import SettingsError
from ocop_market.growth.basis import Basis
from ocop_market.growth.restated import mark_reported, restated_rows
from ocop_market.model.product import Certificate, Place
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.reports.official.differences import causes, differences
from ocop_market.reports.official.frozen import Format, freeze, make_again, read_frozen
from ocop_market.reports.official.letterhead import FOLDER, WORD, write_forms
from ocop_market.sales.pull import roll_up
from ocop_market.store.catalog import save_products
from ocop_market.store.goods import SoldGood, save_link
from ocop_market.store.leases import holding
from ocop_market.store.ledger import save_orders
from ocop_market.store.mirrors import Mirror, keep_mirrors
from ocop_market.store.restatements import NOT_THERE, SUMS, Change, Standing
from tests.databases import ON_BOTH
from tests.unit.reports.official.conftest import ASKED, PRODUCTS, TARGETS, figures_of, sell

QUICK = [Format.XLSX, Format.HTML]


@pytest.fixture
def sent(province, letterhead, tmp_path, clock, request):
    """A report that was written and frozen; its paths, that of the frozen one the last. In all formats where a test asks for it."""
    clock.forward(minutes=1)
    formats = getattr(request, "param", QUICK)
    with province.store.writing() as connection:
        mark_reported(connection, ASKED.period, ASKED.basis, province.clock())
    frozen, paths = freeze(province.folder, figures_of(province), letterhead, formats, tmp_path / "sent", province.clock())
    return frozen, paths


@pytest.mark.parametrize("sent", [list(Format)], indirect=True, ids=["all"])
def test_a_frozen_report_is_made_again_byte_for_byte_without_the_ledger(province, sent, tmp_path):
    _, paths = sent
    again = make_again(province.folder, read_frozen(paths[-1]), tmp_path / "again")
    assert [path.name for path in again] == [path.name for path in paths[:-1]]
    assert all(one.read_bytes() == other.read_bytes() for one, other in zip(again, paths, strict=False))


def test_the_same_report_written_later_changes_no_byte_of_any_file(province, sent, letterhead, tmp_path, clock):
    _, paths = sent
    before = {path: path.read_bytes() for path in paths}
    clock.forward(hours=2)
    freeze(province.folder, figures_of(province), letterhead, QUICK, tmp_path / "sent", clock())
    assert {path: path.read_bytes() for path in paths} == before


def test_other_figures_never_take_the_place_of_a_report_that_was_sent(province, sent, letterhead, tmp_path):
    _, paths = sent
    sell(province, "san", "MOI", date(2026, 10, 1), 5)
    _, others = freeze(province.folder, figures_of(province), letterhead, QUICK, tmp_path / "sent", province.clock())
    assert not {*paths} & {*others}


def test_figures_that_were_altered_by_hand_are_refused(sent):
    _, paths = sent
    paths[-1].write_text(paths[-1].read_text(encoding="utf-8").replace("2000000", "2000001"), encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read_frozen(paths[-1])
    assert refused.value.code == "report-altered"


@pytest.mark.parametrize("sent", [[Format.PDF]], indirect=True, ids=["pdf"])
def test_another_template_is_named_instead_of_writing_another_file(province, sent, tmp_path):
    _, paths = sent
    write_forms(province.folder)
    own = province.folder / FOLDER / "report.typ"
    own.write_text(own.read_text(encoding="utf-8").replace("VI. KHÓ KHĂN", "VI. KHÓ"), encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        make_again(province.folder, read_frozen(paths[-1]), tmp_path / "again")
    assert refused.value.code == "made-otherwise"
    assert refused.value.values["causes"] == str(own)
    assert not (tmp_path / "again").exists()
    assert (province.folder / FOLDER / WORD).exists()


def test_nothing_differs_while_nothing_changed(province, sent):
    frozen, _ = sent
    assert differences(frozen.figures, figures_of(province)) == []


@ON_BOTH
def test_what_was_restated_is_told_with_its_cause(province, sent, clock):
    frozen, _ = sent
    clock.forward(hours=1)
    sell(province, "san", "MOI", date(2026, 10, 1), 50_000)
    sell(province, "san", "SAP", date(2026, 11, 21), 1)
    withdrawn = replace(PRODUCTS["SAP"].certificates[0], withdrawn_on=date(2026, 10, 1))
    with province.store.writing() as connection:
        save_products(connection, [replace(PRODUCTS["SAP"], certificates=(withdrawn,), price=9)], clock(), origin="x")
    new = figures_of(province)
    found = {(one.table, one.row, one.column): (one.before, one.after) for one in differences(frozen.figures, new)}
    assert found["Các chỉ tiêu chính", "Doanh thu trong kỳ", "Giá trị"] == ("2.000.000\u00a0₫", "2.050.000\u00a0₫")
    assert found["Các chỉ tiêu chính", "Thu hồi", "Giá trị"] == ("1", "2")
    assert found["Giấy chứng nhận hết hạn trong 180 ngày tới", "SAP", ""][1] == ""
    with province.store.reading() as connection:
        why = causes(connection, frozen.figures, new, frozen.made_at)
    assert [(one.order_id, one.reason.value, one.change) for one in why.orders] == [("sanMOI2026-10-01", "came-late", 50_000)]
    assert why.catalog == {"certificates": 1}
    assert why.rules is None


def sold_again(province, **changes):
    """The order of 1 June once more, otherwise than it was."""
    at = datetime(2026, 6, 1, 5, tzinfo=UTC)
    state = changes.pop("state", OrderState.DELIVERED)
    line = SalesLine("1", "MOI", "MOI", Decimal(1), 700_000, **changes)
    order = SalesOrder("sanMOI2026-06-01", at, at + timedelta(days=1), state, "x", (line,))
    with province.store.writing() as connection:
        save_orders(connection, "san", [order], now=province.clock())


def linked(province):
    with province.store.writing() as connection:
        save_link(connection, SoldGood("san", "SAP", "", "SAP", 1, Decimal(1), 300_000, date(2026, 2, 1)), "MOI", province.clock())


def mirrored(province):
    with province.store.writing() as connection:
        keep_mirrors(connection, [Mirror("quay", "quayLAI2026-07-01", "same", "san", "x")], province.clock())


def corrected(province, **changes):
    with province.store.writing() as connection:
        save_products(connection, [replace(PRODUCTS["MOI"], **changes)], province.clock(), origin="x")


@pytest.mark.parametrize(("happens", "why"), [
    (lambda market: sell(market, "san", "MOI", date(2026, 10, 1), 50_000), "came-late"),
    (partial(sold_again, refund=100_000), "returned"), (partial(sold_again, state=OrderState.CANCELLED), "cancelled"),
    (partial(sold_again, seller_discount=5_000), "changed"), (mirrored, "counted-elsewhere"), (linked, "linked"),
    (partial(corrected, certificates=(Certificate(4, "1/QĐ", date(2026, 3, 1)),)), "certificates"),
    (partial(corrected, place=Place("Cao Bằng")), "place"), (partial(corrected, name="Tên mới"), "name")])
def test_whatever_is_restated_is_told_with_its_own_reason(province, sent, clock, happens, why):
    frozen, _ = sent
    clock.forward(hours=1)
    happens(province)
    for account in ("san", "quay"):
        with holding(province.store, "t", clock) as turn:
            roll_up(province.store, account, turn)
    new = figures_of(province)
    with province.store.reading() as connection:
        found = causes(connection, frozen.figures, new, frozen.made_at)
    told = {one.reason.value for one in found.orders} | set(found.catalog) | ({"linked"} if found.moved else set())
    assert told == {why}
    assert differences(frozen.figures, new)


@pytest.mark.parametrize(("before", "after", "basis", "why"), [
    ({"state": "cancelled"}, {}, Basis.NET, "not-cancelled"), ({"state": "accepted"}, {}, Basis.DELIVERED, "other-state"),
    ({"day": date(2026, 6, 2)}, {}, Basis.NET, "other-day"), ({"fees": 0}, {"fees": 7}, Basis.IN_HAND, "fees"),
    ({"state": NOT_THERE}, {}, Basis.NET, "came-late"), ({}, {"list_amount": 11}, Basis.NET, "changed")])
def test_orders_that_went_another_way_are_told_apart(before, after, basis, why):
    standings = []
    for changes in (before, after):
        sums = dict.fromkeys(SUMS, 0) | {"list_amount": 10} | {name: changes[name] for name in changes if name in SUMS}
        standings.append(Standing(changes.get("day", date(2026, 6, 1)), changes.get("state", "delivered"), sums))
    found = restated_rows(Change("san", "1", "1", *standings, is_slip=False, mirrored=False), basis)
    assert {one.reason.value for one in found} == {why}


def test_other_targets_and_other_listings_are_told_as_such(province, sent):
    frozen, _ = sent
    new = figures_of(province, targets=TARGETS[:1])
    with province.store.reading() as connection:
        found = causes(connection, frozen.figures, new, frozen.made_at)
    assert (found.targets, found.listings, found.orders) == (True, False, ())
