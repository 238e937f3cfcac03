"""The page of a co-operative as texts: the same for the terminal, the web page and the printed page."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ocop_market.growth.takings import Takings
from ocop_market.language import N_, say, translate
from ocop_market.model.clock import VIETNAM
from ocop_market.reports.coop.figures import ChannelLine, CoopFigures, PriceLine, ProductLine
from ocop_market.reports.coop.this_week import MOST as MOST_TASKS
from ocop_market.reports.html import PRACTICE
from ocop_market.reports.numbers import day, dong, per_cent

MOST_CHANNELS, MOST_PRODUCTS, MOST_PRICES = 6, 8, 7
TITLE = N_("What was sold, what is left: {name}")
SPAN = N_("{start} to {end}, compared with {before_start} to {before_end}")
DO = N_("To do this week")
MORE_TASKS = N_("… and {count} more: ocop-market status, ocop-market due")
NO_TASKS = N_("Nothing is urgent this week.")
BY_CHANNEL, BY_PRODUCT = N_("What each channel leaves in hand"), N_("What sold best, and where")
BY_PRICE = N_("Lowest price of each listing")
CHANNEL_HEADINGS = (N_("Channel"), N_("Revenue"), N_("Growth"), N_("Taken off"), N_("In hand"), N_("In hand, %"))
PRODUCT_HEADINGS = (N_("Product"), N_("Revenue"), N_("Growth"), N_("Sold on"))
PRICE_HEADINGS = (N_("Listing"), N_("Price now"), N_("Loses below"), N_("Left of one"), N_("Arithmetic"))
OTHER_CHANNELS = N_("{count} other channels")
REVENUE_IS = N_("Revenue is after the seller's discounts and returns; taken off are fees, carriage borne and tax withheld, as the "
                "platforms and the till tell them. A channel that tells no fees shows none.")
ARITHMETIC = N_("({cost} + {by_unit}) ÷ ({discount} × {by_value})")
HOW = N_("Arithmetic: (cost + fees and carriage of one unit) ÷ (part left after own discounts × part left after fees by value), at the "
         "rates of this channel in the period.")
NEVER = N_("at any price")
LOSES = N_("loses")
NO_PRICES = N_("No lowest price can be told yet.")
FEW_PRICES = N_("{count} listings in all; the others leave more: --json")
FEW_PRODUCTS = N_("{count} products in all")
NO_COST = N_("{count} SKUs on sale have no cost. Write a list to fill in: ocop-market costs --form gia-von.xlsx, then: ocop-market costs "
             "gia-von.xlsx")
TOO_LITTLE = N_("Too little was sold on {accounts} to tell its fees.")
MADE = N_("Made on {moment} (Viet Nam time) by ocop-market.")
BOXES = (N_("Revenue"), N_("Growth"), N_("In hand"), N_("Of each 100 ₫, in hand"))


def printed(figures: CoopFigures) -> dict[str, Any]:
    """All texts by their places, in the language in use. No table is longer than fits one page of paper."""
    total = _sum([line.takings for line in figures.channels])
    share = total.share_in_hand
    return {
        "title": say(TITLE, name=figures.name),
        "span": say(SPAN, start=day(figures.period.start), end=day(figures.period.end), before_start=day(figures.before.start),
                    before_end=day(figures.before.end)),
        "notes": [*([translate(PRACTICE)] if figures.practice else []), *figures.doubts],
        "boxes": [[translate(name), value] for name, value in zip(BOXES, (
            dong(figures.total.now), per_cent(figures.total.growth), dong(total.in_hand), _share(share)), strict=True)],
        "tasks": _tasks(figures),
        "channels": _channels(figures, total), "products": _products(figures), "prices": _prices(figures),
        "foot": [translate(REVENUE_IS), say(MADE, moment=f"{figures.made_at.astimezone(VIETNAM):%d/%m/%Y %H:%M}")],
    }


def _tasks(figures: CoopFigures) -> dict[str, Any]:
    shown, more = figures.tasks[:MOST_TASKS], len(figures.tasks) - MOST_TASKS
    notes = [say(MORE_TASKS, count=more)] if more > 0 else []
    return {"title": translate(DO), "notes": notes if shown else [translate(NO_TASKS)],
            "rows": [[task.told.sentence(), task.command] for task in shown]}


def _channels(figures: CoopFigures, total: Takings) -> dict[str, Any]:
    lines = figures.channels
    rows = [_channel(line) for line in lines[:MOST_CHANNELS]]
    if rest := lines[MOST_CHANNELS:]:
        sums = _sum([line.takings for line in rest])
        rows.append([say(OTHER_CHANNELS, count=len(rest)), dong(sum(line.revenue.now for line in rest)), "", *_in_hand(sums)])
    foot = [translate(N_("Total")), dong(figures.total.now), per_cent(figures.total.growth), *_in_hand(total)]
    return _table(BY_CHANNEL, CHANNEL_HEADINGS, rows, foot=foot if len(lines) > 1 else [])


def _channel(line: ChannelLine) -> list[str]:
    return [line.title, dong(line.revenue.now), per_cent(line.revenue.growth), *_in_hand(line.takings)]


def _in_hand(sums: Takings) -> list[str]:
    return [dong(-sums.taken_off), dong(sums.in_hand), _share(sums.share_in_hand)]


def _products(figures: CoopFigures) -> dict[str, Any]:
    rows = [_product(line) for line in figures.products[:MOST_PRODUCTS]]
    notes = [say(FEW_PRODUCTS, count=figures.product_count)] if figures.product_count > MOST_PRODUCTS else []
    return _table(BY_PRODUCT, PRODUCT_HEADINGS, rows, notes=notes)


def _product(line: ProductLine) -> list[str]:
    sold = max(1, sum(max(0, amount) for _, amount in line.sold_on))
    where = ", ".join(f"{account} {_share(100.0 * amount / sold)}" for account, amount in line.sold_on[:2])
    return [line.name, dong(line.revenue.now), per_cent(line.revenue.growth), where]


def _prices(figures: CoopFigures) -> dict[str, Any]:
    notes = [translate(HOW)] if figures.prices else [translate(NO_PRICES)]
    if len(figures.prices) > MOST_PRICES:
        notes.append(say(FEW_PRICES, count=len(figures.prices)))
    if figures.not_told.no_cost:
        notes.append(say(NO_COST, count=len(figures.not_told.no_cost)))
    if figures.not_told.no_sales:
        notes.append(say(TOO_LITTLE, accounts=", ".join(figures.not_told.no_sales)))
    return _table(BY_PRICE, PRICE_HEADINGS, [_price(line) for line in figures.prices[:MOST_PRICES]], notes=notes,
                  marked=[line.loses for line in figures.prices[:MOST_PRICES]])


def _price(line: PriceLine) -> list[str]:
    left = dong(round(line.left)) + (f" ({translate(LOSES)})" if line.loses else "")
    lowest = translate(NEVER) if line.break_even is None else dong(line.break_even)
    return [f"{line.name} · {line.account}", dong(line.price), lowest, left, arithmetic(line)]


def arithmetic(line: PriceLine) -> str:
    """How the lowest price comes about: `(45.000 ₫ + 1.650 ₫) ÷ (94,8 % × 87,5 %)`."""
    rates = line.rates
    return say(ARITHMETIC, cost=dong(line.cost), by_unit=dong(round(rates.by_unit)), discount=_part(1 - rates.discount),
               by_value=_part(1 - rates.by_value))


def _part(value: Fraction) -> str:
    return _share(float(100 * value))


def _share(value: float | None) -> str:
    return per_cent(value).lstrip("+")


def _sum(parts: list[Takings]) -> Takings:
    names = ("units", "listed", "discount", "refund", "fees", "fixed_fees", "shipping", "tax")
    return Takings(*(sum(getattr(part, name) for part in parts) for name in names))


def _table(title: str, headings: tuple[str, ...], rows: list[list[str]], *, foot: list[str] | None = None, notes: list[str] | None = None,
           marked: list[bool] | None = None) -> dict[str, Any]:
    return {"title": translate(title), "headings": [translate(heading) for heading in headings], "rows": rows, "foot": foot or [],
            "notes": notes or [], "marked": marked or [False] * len(rows)}
