"""`explain`: from a figure of `growth` or of an official report to what it was made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from ocop_market.cli.coop import known_of
from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.official import report_channels
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.errors import SettingsError
from ocop_market.growth.address import OF_LISTINGS, OF_POINTS, Address, Measure, Slice, parse
from ocop_market.growth.basis import Basis
from ocop_market.growth.behind_target import behind_target
from ocop_market.growth.compare import By
from ocop_market.growth.explain import Explained, Line, explain, lines
from ocop_market.growth.targets import FILE_NAME, read_targets
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.reports.coop.collect import price_line
from ocop_market.reports.coop.printed import arithmetic as arithmetic_of_price
from ocop_market.reports.explained import (
    HEADINGS,
    MEASURES,
    POINT_HEADINGS,
    PRODUCT_HEADINGS,
    WORKING_HEADINGS,
    Surroundings,
    arithmetic,
    counted_rows,
    figure_name,
    figure_text,
    line_row,
    remarks,
    scope_rows,
    slice_text,
    working_rows,
)
from ocop_market.reports.lines_file import Value, write_lines
from ocop_market.reports.numbers import day, dong, per_cent
from ocop_market.reports.official.addresses import Figure, addressed
from ocop_market.reports.official.behind import Behind, behind, outlets_behind
from ocop_market.reports.official.frozen import Frozen, read_frozen
from ocop_market.reports.official.points import Placed, points_behind
from ocop_market.store.catalog import load_products
from ocop_market.store.shares import load_accounts

PAGE = 50
RECKONED = N_("What it is reckoned from")
NO_PRICE = N_("No lowest price can be told of {sku} on {account}: it is not on sale there, has no cost (ocop-market costs), or too little "
              "was sold there.")
RATES_ARE = N_("{name} is offered at {price} on {account} and costs {cost}. There the seller's own discounts took {discount} of the list "
               "price, fees and tax by value {by_value} of what was left, and fees by order and carriage {by_unit} a unit.")
OUTLET_HEADINGS = (N_("Point of sale"), N_("Now"), N_("Before"), N_("Address"))
MADE_OF_HEADINGS = (N_("Made of"), N_("Address"))
NOTHING_ASKED = N_("Say which figure: an address like revenue/by=province/Bắc Ninh/2026-H1, or --report FILE for a list of those of a "
                   "report.")
NOT_IN_REPORT = N_("The report has no figure with the address {address}. Its figures: ocop-market explain --report {path}")
PRINTED = N_("In the report: {printed}, {where}.")
SAME_NOW = N_("It would be the same today.")
OTHER_NOW = N_("Today it would be {now}. Why: ocop-market report diff {path}")
NO_LINES = N_("No lines stand behind it.")
PAGE_OF = N_("Lines {first} to {last} of {count}. The next: --page {following}; all in a file: --out lines.xlsx")
LAST_PAGE = N_("Lines {first} to {last} of {count}.")
WRITTEN = N_("Written to {path}: {count} lines.")
FIGURES = N_("{count} figures with an address; ask for one with: ocop-market explain \"ADDRESS\"")


@click.command("explain", cls=SpeakingCommand, help=N_(
    "Leads from a figure to what it was made from: scope, basis, days, units of places, rules, what counts and what does not, and the "
    "order lines (or products) behind it. FIGURE is an address like revenue/by=province/Bắc Ninh/2026-H1."))
@argument("figure", metavar="FIGURE", required=False)
@option("--report", "path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
        help=N_("A frozen report (.json): lists its figures with their addresses, or holds the one asked for against it."))
@option("--page", metavar="NUMBER", type=click.IntRange(1), default=1, help=N_("Which page of lines (default: the first)."))
@option("--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help=N_("Writes all lines to a file (.xlsx or .csv)."))
@shared_options
@speaks_plainly
def explain_figure(figure: str | None, path: Path | None, page: int, out: Path | None, market_folder: Path, as_json: bool) -> Exit:
    """Explains a figure, or lists those of a report."""
    frozen = read_frozen(path) if path else None
    if figure is None:
        if frozen is None:
            raise click.UsageError(translate(NOTHING_ASKED))
        _list(list(addressed(frozen.figures)), as_json=as_json)
        return Exit.DONE
    address = parse(figure)
    printed = _printed(frozen, address, path) if frozen else None
    with open_market(market_folder) as market:
        around = Surroundings(market.settings.name, market.clock(), market.complete_to(),
                              market.coverage(address.period, address.before) if address.of_sales else None)
        told = _teller(address)(market, address, around, page, out)
    if printed:
        told["report"] = {"printed": printed.printed, "same": printed.printed == told["value_text"], "table": printed.table_number,
                          "row": printed.row_name, "column": printed.heading}
    if as_json:
        emit(told)
    else:
        _show(told, printed, path, out)
    return Exit.DONE


def _list(found: Sequence[Figure], *, as_json: bool) -> None:
    if as_json:
        emit([{"address": str(one.address), "table": one.table_number, "row": one.row_name, "column": one.heading, "printed": one.printed}
              for one in found])
        return
    for one in found:
        tell(f"Biểu {one.table_number} · {one.row_name} · {one.heading}: {one.printed}\n    {one.address}")
    tell(say(FIGURES, count=number(len(found))))


def _printed(frozen: Frozen, address: Address, path: Path | None) -> Figure:
    """Where the report shows the figure; SettingsError when it does not."""
    for one in addressed(frozen.figures):
        if one.address == address:
            return one
    raise SettingsError(NOT_IN_REPORT, code="not-in-report", address=str(address), path=str(path))


def _teller(address: Address) -> Callable[[Market, Address, Surroundings, int, Path | None], dict[str, Any]]:
    """What finds the ground of such a figure."""
    if address.of_sales:
        return _of_sales
    if address.measure in OF_LISTINGS:
        return _of_listing
    if address.measure in OF_POINTS:
        return _of_points
    return {Measure.TARGET: _of_target, Measure.OUTLETS: _of_outlets}.get(address.measure, _of_catalog)


def _of_sales(market: Market, address: Address, around: Surroundings, page: int, out: Path | None) -> dict[str, Any]:
    shown = market.shown_products()
    with market.store.reading() as connection:
        products = {product.sku: product for product in load_products(connection)}
        found = explain(connection, products, address, shown=shown)
        some = list(lines(connection, products, found, start=(page - 1) * PAGE, count=PAGE))
        if out:
            _write(out, address, found.value, scope_rows(address, around, found), HEADINGS,
                   (line_row(line) for line in lines(connection, products, found)), counted_rows(found))
    return {**_head(address, found.value, around, found, page, found.lines), **_counted(found, some, around),
            "arithmetic": arithmetic(found), "workings": [list(row) for row in working_rows(found)]}


def _counted(found: Explained, some: Sequence[Line], around: Surroundings) -> dict[str, Any]:
    return {"counted": [list(row) for row in counted_rows(found)], "lines_amount": _plain(found.lines_amount), "agrees": found.agrees,
            "remarks": remarks(found, around), "sides": _sides(found), "lines": [_line_json(line) for line in some],
            "rows": [_text_row(line_row(line)) for line in some]}


def _of_target(market: Market, address: Address, around: Surroundings, page: int, out: Path | None) -> dict[str, Any]:
    path = market.folder / FILE_NAME
    targets, products = read_targets(path), market.shown_products()
    with market.store.reading() as connection:
        found = behind_target(connection, products, targets, address, str(path))
        sales, value = found.sales, found.standing.reached
        told = [problem.sentence() for problem in found.standing.arithmetic]
        if sales:
            some = list(lines(connection, products, sales, start=(page - 1) * PAGE, count=PAGE))
            if out:
                _write(out, address, value, scope_rows(address, around, sales), HEADINGS,
                       (line_row(line) for line in lines(connection, products, sales)), counted_rows(sales))
            return {**_head(address, value, around, sales, page, sales.lines), **_counted(sales, some, around), "arithmetic": told}
    rows = [(product.sku, product.name, product.producer, product.place.province, term.certificate.stars, term.certificate.decision,
             term.certificate.issued_on, None) for product, term in found.products]
    return {**_listed(market, address, around, page, out, value, PRODUCT_HEADINGS, rows), "arithmetic": told}


def _of_outlets(market: Market, address: Address, around: Surroundings, page: int, out: Path | None) -> dict[str, Any]:
    with market.store.reading() as connection:
        found = outlets_behind(connection, market.products(), report_channels(market, load_accounts(connection)), address)
    rows = [(f"{one.name} · {one.account}", one.now, one.before, str(one.address)) for one in found]
    return _listed(market, address, around, page, out, len(rows), OUTLET_HEADINGS, rows)


def _of_listing(market: Market, address: Address, around: Surroundings, page: int, out: Path | None) -> dict[str, Any]:
    """Its price against the rates of the channel; these come from all that was sold there, each figure with an address of its own."""
    with market.store.reading() as connection:
        line = price_line(connection, known_of(market), address.period, address.account, address.key)
    if line is None:
        raise SettingsError(NO_PRICE, code="no-price", sku=address.key, account=address.account)
    value = line.break_even if address.measure is Measure.BREAK_EVEN else round(line.left)
    rates = line.rates
    told = [say(RATES_ARE, name=line.name, price=dong(line.price), cost=dong(line.cost), account=line.account,
                discount=_part(rates.discount), by_value=_part(rates.by_value), by_unit=dong(round(rates.by_unit))),
            arithmetic_of_price(line)]
    channel = Address(Measure.REVENUE, line.rated or address.period, Slice.BY, By.CHANNEL, line.account)
    made_of = [replace(channel, basis=Basis.GROSS), *(replace(channel, measure=one) for one in (
        Measure.DISCOUNT, Measure.FEES, Measure.CARRIAGE, Measure.TAX, Measure.UNITS))]
    rows = [(figure_name(one), str(one)) for one in made_of]
    return {**_listed(market, address, around, page, out, value, MADE_OF_HEADINGS, rows), "arithmetic": told}


def _listed(market: Market, address: Address, around: Surroundings, page: int, out: Path | None, value: float | Decimal | None,
            headings: Sequence[str], rows: Sequence[Sequence[Value]], names: Sequence[str] = ()) -> dict[str, Any]:
    """A figure behind which rows stand that are no order lines; `names` are those of their columns for scripts."""
    if out:
        _write(out, address, value, scope_rows(address, around), headings, rows, ())
    some = rows[(page - 1) * PAGE:page * PAGE]
    keys = names or [heading.casefold() for heading in headings]
    return {**_head(address, value, around, None, page, len(rows)), "remarks": [], "headings": [translate(one) for one in headings],
            "lines": [dict(zip(keys, map(_plain, row), strict=True)) for row in some], "rows": [_text_row(row) for row in some]}


def _of_catalog(market: Market, address: Address, around: Surroundings, page: int, out: Path | None) -> dict[str, Any]:
    with market.store.reading() as connection:
        found = behind(connection, market.shown_products(), address)
    some = found.products[(page - 1) * PAGE:page * PAGE]
    if out:
        _write(out, address, found.value, scope_rows(address, around), PRODUCT_HEADINGS, map(_product_row, found.products), ())
    return {**_head(address, found.value, around, None, page, len(found.products)), "remarks": [],
            "lines": [_product_json(one) for one in some], "rows": [_text_row(_product_row(one)) for one in some]}


def _of_points(market: Market, address: Address, around: Surroundings, page: int, out: Path | None) -> dict[str, Any]:
    with market.store.reading() as connection:
        found = points_behind(connection, address)
    names = ("code", "name", "place", "address", "opened_on", "closed_on", "paper", "source")
    return _listed(market, address, around, page, out, found.value, POINT_HEADINGS, [_point_row(one) for one in found.points], names)


def _head(address: Address, value: float | Decimal | None, around: Surroundings, found: Explained | None, page: int,
          count: int) -> dict[str, Any]:
    return {"address": str(address), "figure": translate(MEASURES[address.measure]), "of": slice_text(address), "value": _plain(value),
            "value_text": figure_text(address, value), "scope": dict(scope_rows(address, around, found)), "page": page,
            "pages": -(-count // PAGE), "count": count}


def _sides(found: Explained) -> list[dict[str, Any]]:
    return [{"start": side.period.start.isoformat(), "end": side.period.end.isoformat(), "sign": side.sign,
             "totals": _plain(side.in_totals), "counted": {**asdict(side.found), "amount": _plain(side.found.amount)},
             "left_out": {reason.value: asdict(one) for reason, one in side.left_out.items()}}
            for side in found.sides]


def _show(told: dict[str, Any], printed: Figure | None, path: Path | None, out: Path | None) -> None:
    tell(" · ".join(part for part in (told["figure"], told["of"]) if part) + f": {told['value_text']}")
    if printed:
        tell(say(PRINTED, printed=printed.printed, where=f"Biểu {printed.table_number} · {printed.row_name} · {printed.heading}"))
        tell(translate(SAME_NOW) if told["report"]["same"] else say(OTHER_NOW, now=told["value_text"], path=str(path)))
    table("", ("", ""), list(told["scope"].items()))
    if "counted" in told:
        headings = [translate(heading) for heading in (N_("Lines"), N_("Orders"), N_("Amount"))]
        table(translate(N_("What counts and what does not")), ["", *headings], told["counted"], right=[1, 2, 3])
    for remark in told["remarks"]:
        tell("! " + remark)
    for sentence in told.get("arithmetic", ()):
        tell("→ " + sentence)
    if told.get("workings"):
        headings = [translate(heading) for heading in WORKING_HEADINGS]
        shown = [i for i in range(len(headings)) if any(row[i] for row in told["workings"])]
        table(translate(RECKONED), [headings[i] for i in shown], [[row[i] for i in shown] for row in told["workings"][:PAGE]],
              right=range(1, len(shown)))
        if len(told["workings"]) > PAGE:
            tell(say(N_("… {count} more; all of them: --json"), count=number(len(told["workings"]) - PAGE)))
    if out:
        tell(say(WRITTEN, path=str(out), count=number(told["count"])))
    elif not told["rows"]:
        tell(translate(NO_LINES))
    else:
        _show_page(told)


def _show_page(told: dict[str, Any]) -> None:
    of_sales = "counted" in told
    headings, rows = (_SHORT, [[row[i] for i in _SHOWN] for row in told["rows"]]) if of_sales else (
        told.get("headings", PRODUCT_HEADINGS), told["rows"])
    table("", [translate(heading) for heading in headings], rows, right=[len(headings) - 1] if of_sales else [])
    first = (told["page"] - 1) * PAGE + 1
    words = {"first": number(first), "last": number(first + len(rows) - 1), "count": number(told["count"])}
    if told["page"] < told["pages"]:
        tell(say(PAGE_OF, **words, following=told["page"] + 1))
    else:
        tell(say(LAST_PAGE, **words))


_SHOWN = (0, 1, 2, 3, 6, 7, 8, 9, 17)
"""Columns of a line that fit on a screen; --json and --out have all."""
_SHORT = tuple(HEADINGS[i] for i in _SHOWN)


def _write(out: Path, address: Address, value: float | Decimal | None, scope: Sequence[tuple[str, str]], headings: Sequence[str],
           rows: Iterable[Sequence[Value]], counted: Iterable[Sequence[str]]) -> None:
    about = [f"{translate(MEASURES[address.measure])} {slice_text(address)}: {figure_text(address, value)}", "",
             *(f"{name}: {text}" for name, text in scope), "", *(" · ".join(row) for row in counted)]
    write_lines(out, about, [translate(heading) for heading in headings], rows)


def _product_row(one: Behind) -> Sequence[Value]:
    certificate = one.certificate
    return (one.sku, one.name, one.producer, one.locality, certificate.stars if certificate else None,
            certificate.decision if certificate else "", certificate.issued_on if certificate else None, one.on)


def _point_row(one: Placed) -> Sequence[Value]:
    point = one.point
    return (point.code, point.name, one.locality, point.address, point.opened_on, point.closed_on, point.decision, point.source)


def _product_json(one: Behind) -> dict[str, Any]:
    names = ("sku", "name", "producer", "place", "stars", "decision", "issued_on", "on")
    return dict(zip(names, _product_row(one), strict=True))


def _line_json(line: Line) -> dict[str, Any]:
    return {**asdict(line), "day": line.day.isoformat(), "state": line.state.value, "quantity": str(line.quantity),
            "returned_quantity": str(line.returned_quantity), "amount": _plain(line.amount)}


def _plain(value: Value | float | Decimal) -> Any:
    """A value as JSON has it: numbers with decimals of ours and days as text."""
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value


def _part(rate: Fraction) -> str:
    return per_cent(float(100 * rate)).lstrip("+")


def _text_row(row: Sequence[Value]) -> list[str]:
    """A row as a screen shows it."""
    return [day(value) if isinstance(value, date) else number(value) if isinstance(value, int) else str(value or "") for value in row]
