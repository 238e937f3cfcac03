"""Every figure that `growth` and the page of a co-operative print has an address, and leads to what it is."""

from datetime import date

import pytest

from ocop_market.cli.change_shown import before_after_json, change_json, years_json
from ocop_market.cli.coop import known_of
from ocop_market.growth.address import OF_LISTINGS, Measure, parse
from ocop_market.growth.basis import Basis
from ocop_market.growth.before_after import Event
from ocop_market.growth.breakdown import breakdown
from ocop_market.growth.compare import By, Period
from ocop_market.growth.explain import explain, lines
from ocop_market.growth.periods import Against, pair
from ocop_market.places.units import Geography
from ocop_market.reports.coop.addresses import addressed
from ocop_market.reports.coop.collect import collect
from ocop_market.reports.coop.page import to_html
from ocop_market.reports.coop.printed import printed
from ocop_market.reports.explained import MEASURES, figure_name, figure_text
from ocop_market.reports.growth_figures import of_change, of_comparison, of_event, of_steps, of_years
from tests.unit.reports.official.conftest import sell

WHOLE = Period(date(2026, 1, 1), date(2026, 11, 20))
COUNTS = {"articles", "months", "confidence", "interval", "left_out"}
"""Numbers that are no figures of sales: how many articles are compared, what was asked for, how sure an interval is."""


def numbers(told, inside: str = ""):
    """All numbers of a printed structure but those of `COUNTS`."""
    if isinstance(told, dict):
        return {one for name, value in told.items() if name not in COUNTS for one in numbers(value, name)}
    if isinstance(told, list):
        return {one for value in told for one in numbers(value, inside)}
    return {round(float(told), 6)} if isinstance(told, int | float) and not isinstance(told, bool) else set()


@pytest.mark.parametrize(("against", "basis"), [(Against.YEAR_BEFORE, Basis.NET), (Against.PERIOD_BEFORE, Basis.IN_HAND)])
def test_every_figure_of_growth_leads_to_what_it_is(finished, against, basis):
    periods = pair(WHOLE, against, WHOLE.end)
    tables = [finished.growth(periods.now, by=by, basis=basis, geography=Geography.OLD, before=periods.before)
              for by in (By.CHANNEL, By.STAR)]
    change, past = finished.account_of_change(periods, basis), finished.years(periods.now, 2, basis)
    products, told = finished.products(), finished.before_after(Event.RECOGNITION, months=3, basis=basis)
    with finished.store.reading() as connection:
        steps = breakdown(connection, periods.now, periods.before)
        found = [*(one for table in tables for one in of_comparison(table)), *of_change(change),
                 *of_steps(steps, periods.now, periods.before), *of_years(past, basis), *of_event(told, basis)]
        for one in found:
            assert parse(str(one.address)) == one.address
            shown = explain(connection, products, one.address)
            assert figure_text(one.address, shown.value) == figure_text(one.address, one.value), str(one.address)
            assert figure_name(one.address)
            assert sum(line.amount for line in lines(connection, products, shown)) == shown.lines_amount
    printed_numbers = numbers([change_json(change, None), years_json(past), before_after_json(told), [
        [row.now, row.before, row.growth] for table in tables for row in (*table.rows, table.total)]])
    printed_numbers |= {float(abs(amount)) for step in steps.steps for amount in (step.now, step.before)}
    assert printed_numbers <= {round(float(one.value), 6) for one in found if one.value is not None}


def test_every_figure_of_a_cooperatives_page_leads_to_what_it_is(finished):
    with finished.store.reading() as connection:
        figures = collect(connection, known_of(finished), WHOLE, date(2026, 11, 22), finished.clock())
        found = list(addressed(figures))
        texts, products = printed(figures), finished.products()
        for one in found:
            assert parse(str(one.address)) == one.address
            if one.address.measure in OF_LISTINGS:
                continue
            part = texts[one.part]
            value = part[one.column][1] if one.part == "boxes" else (
                part["rows"][one.row] if one.row < len(part["rows"]) else part["foot"])[one.column]
            address = one.address
            shown = figure_text(address, explain(connection, products, address).value)
            assert value.lstrip("−") == shown.lstrip("−"), str(address)
    parts = {"boxes": [[value for _, value in texts["boxes"]]], **{
        key: [*texts[key]["rows"], *([texts[key]["foot"]] if texts[key]["foot"] else [])] for key in ("channels", "products")}}
    printed_cells = {(part, row, column) for part, rows in parts.items() for row, cells in enumerate(rows)
                     for column, cell in enumerate(cells) if cell.endswith(("₫", "%")) and (part, column) != ("products", 3)}
    assert printed_cells <= {(one.part, one.row, one.column) for one in found}
    page = to_html(texts, found)
    assert all(f'href="#g{one.number}"' in page and f'id="g{one.number}"' in page for one in found)


def test_goods_that_the_catalog_does_not_know_are_asked_for_by_their_code(province):
    sell(province, "san", "LẠ", date(2026, 6, 2), 50_000)
    with province.store.reading() as connection:
        figures = collect(connection, known_of(province), WHOLE, date(2026, 11, 22), province.clock())
        addresses = [str(one.address) for one in addressed(figures)]
        assert "revenue/code=LẠ/2026-01-01..2026-11-20" in addresses
        assert explain(connection, province.products(), parse("revenue/code=LẠ/2026-01-01..2026-11-20")).value == 50_000


def test_every_measure_has_a_name():
    assert set(MEASURES) == set(Measure)
