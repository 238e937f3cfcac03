"""`report coop` and `costs`: one page for a co-operative, and what its goods cost it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from ocop_market.channels.registry import load_connector
from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.report import period_from, period_to
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.cli.status import gather
from ocop_market.errors import MarketError, Problem
from ocop_market.growth.compare import Period
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.model.change import Outcome
from ocop_market.model.clock import business_day
from ocop_market.model.money import vnd
from ocop_market.offers.costs import read_costs
from ocop_market.reports.coop.addresses import addressed
from ocop_market.reports.coop.collect import Known, collect
from ocop_market.reports.coop.costs_form import to_form
from ocop_market.reports.coop.figures import CoopFigures
from ocop_market.reports.coop.page import to_html, to_pdf
from ocop_market.reports.coop.printed import arithmetic, printed
from ocop_market.reports.coop.this_week import Waiting
from ocop_market.store.costs import load_costs, save_costs

WRITTEN = N_("Written: {path}")
KEPT = N_("{count} costs are new or changed, from {day} on; {known} SKUs have one.")
FILL_IN = N_("Fill in the column “Giá vốn” and bring it back with: ocop-market costs {path}. Costs stay on this computer: no listing and "
             "no bundle for an office has them.")
NO_COSTS = N_("No cost is entered yet. Write a list to fill in with: ocop-market costs --form gia-von.xlsx")
WITHOUT = N_("{count} SKUs have no cost.")
MOST_SHOWN = 50
WHENCE = N_("Where a figure comes from: ocop-market explain \"{address}\"; all addresses stand in the page (--out page.html).")


@click.command("coop", cls=SpeakingCommand, help=N_(
    "One page for a co-operative: what sold where, what each channel leaves in hand, which listing loses money below which price, and what "
    "to do this week. Without --out it is shown here."))
@option("--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help=N_(
    "Write the page to this file: .html for phones and printing, or .pdf (needs the extra 'reports')."))
@period_from
@period_to
@shared_options
@speaks_plainly
def coop(out: Path | None, start: datetime | None, end: datetime | None, market_folder: Path, as_json: bool) -> Exit:
    """Shows or writes the page."""
    with open_market(market_folder) as market:
        last = end.date() if end else market.today - timedelta(days=1)
        figures = gather_coop(market, Period(start.date() if start else last.replace(day=1), last))
    texts, found = printed(figures), list(addressed(figures))
    if out is not None:
        out.write_bytes(to_pdf(texts) if out.suffix.lower() == ".pdf" else to_html(texts, found).encode())
    if as_json:
        emit({**_as_json(figures), "figures": [str(one.address) for one in found]})
    elif out is not None:
        tell(say(WRITTEN, path=str(out)))
    else:
        _show(texts)
        tell(say(WHENCE, address=str(found[0].address)))
    return Exit.DONE


@click.command("costs", cls=SpeakingCommand, help=N_(
    "Shows what one unit of each product costs you, or reads costs from a list (FILE with the columns SKU and Giá vốn). They count from "
    "today on, and tell the lowest price of each listing in: ocop-market report coop"))
@argument("file", metavar="FILE", required=False, type=click.Path(dir_okay=False, path_type=Path))
@option("--form", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help=N_(
    "Write an Excel list of all SKUs, with the costs that are known, to be filled in."))
@shared_options
@speaks_plainly
def costs(file: Path | None, form: Path | None, market_folder: Path, as_json: bool) -> Exit:
    """Shows, writes or reads costs."""
    with open_market(market_folder) as market:
        products, today = market.products(), market.today
        problems: list[Problem] = []
        changed = 0
        if file is not None:
            found, problems = read_costs(file.name, file.read_bytes(), products)
            with market.store.writing() as connection:
                changed = save_costs(connection, found, today)
        with market.store.reading() as connection:
            known = load_costs(connection, today)
    names = {sku: product.name for product in products.values() for sku in product.sold_skus}
    missing = [sku for sku in names if sku not in known]
    if form is not None:
        with form.open("xb") as written:
            written.write(to_form(products.values(), known))
    if as_json:
        emit({"costs": known, "missing": missing, "changed": changed,
              "problems": [{"code": problem.code, "message": problem.sentence()} for problem in problems]})
        return Exit.PARTLY if problems else Exit.DONE
    for problem in problems:
        tell("! " + problem.sentence())
    if file is not None:
        tell(say(KEPT, count=number(changed), day=f"{today:%d/%m/%Y}", known=number(len(known))))
    elif form is not None:
        tell(say(WRITTEN, path=str(form)))
        tell(say(FILL_IN, path=str(form)))
    else:
        _show_costs(known, names)
    if missing and form is None:
        tell(say(WITHOUT, count=number(len(missing))))
    return Exit.PARTLY if problems else Exit.DONE


def gather_coop(market: Market, period: Period) -> CoopFigures:
    """The figures of the page as the market tells them now; the owner sees all names."""
    with market.store.reading() as connection:
        return collect(connection, known_of(market), period, market.today, market.clock())


def known_of(market: Market) -> Known:
    """What the page is made from beside the ledger."""
    state = gather(market)["accounts"]
    titles = {account: _title(market, account) for account in market.settings.accounts}
    waiting = [_waiting(name, account) for name, account in state.items()]
    practice = any(account.practice for account in market.settings.accounts.values())
    questions = sum(not one.answer for one in market.reviews())
    return Known(market.settings.name, market.products(), titles, practice, waiting, questions, list(market.settings.accounts))


def _title(market: Market, account: str) -> str:
    try:
        profile = load_connector(market.settings.account(account).channel).profile
    except MarketError:  # a channel that is not installed any more still has sales in the ledger
        return account
    return account if account.casefold() == profile.title.casefold() else f"{profile.title} ({account})"


def _waiting(name: str, account: dict[str, Any]) -> Waiting:
    """What `status` tells of an account."""
    ends = account["consent_until"] if account["consent_notice"] is not None else None
    return Waiting(
        account=name, untrue_stars=len(account["untrue_stars"]), consent_ends=_day(ends), refused=len(account["refused"]),
        sales_known_to=_day(account["complete_to"]), open_changes=account["open_changes"], unknown_goods=account["unknown_goods"],
        mirrored=account["doubtful_mirrors"], unread=account["unreadable_orders"],
        in_review=account["listings"].get(Outcome.PENDING.value, 0), review_until=_day(account["review_until"]))


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else business_day(moment)


def _show(texts: dict[str, Any]) -> None:
    tell(texts["title"])
    tell(texts["span"])
    for note in texts["notes"]:
        tell("! " + note)
    tell(" · ".join(f"{name}: {value}" for name, value in texts["boxes"]) + "\n")
    tell(texts["tasks"]["title"])
    for place, (sentence, command) in enumerate(texts["tasks"]["rows"], 1):
        tell(f"  {place}. {sentence}" + (f"\n     → {command}" if command else ""))
    _tell(texts["tasks"]["notes"])
    for key, right in (("channels", range(1, 6)), ("products", range(1, 3)), ("prices", range(1, 4))):
        part = texts[key]
        tell("")
        if part["rows"]:
            table(part["title"], part["headings"], [*part["rows"], *([part["foot"]] if part["foot"] else [])], right=list(right))
        else:
            tell(part["title"])
        _tell(part["notes"])
    tell("")
    _tell(texts["foot"])


def _tell(notes: Iterable[str]) -> None:
    for note in notes:
        tell("  " + note)


def _show_costs(known: dict[str, int], names: dict[str, str]) -> None:
    if not known:
        tell(translate(NO_COSTS))
        return
    shown = sorted(known)[:MOST_SHOWN]
    table(translate(N_("What one unit costs")), ["SKU", translate(N_("Product")), translate(N_("Cost"))],
          [(sku, names.get(sku, ""), vnd(known[sku])) for sku in shown], right=[2])
    if len(known) > MOST_SHOWN:
        tell(say(N_("… {count} more; all of them: --json"), count=number(len(known) - MOST_SHOWN)))


def _as_json(figures: CoopFigures) -> dict[str, Any]:
    return {
        "name": figures.name, "period": _days(figures.period), "before": _days(figures.before), "practice": figures.practice,
        "basis": "net", "total": {"now": figures.total.now, "before": figures.total.before, "growth": figures.total.growth},
        "channels": [{"account": line.account, "title": line.title, "revenue": line.revenue.now, "before": line.revenue.before,
                      **{name: value if name != "units" else str(value) for name, value in asdict(line.takings).items()},
                      "in_hand": line.takings.in_hand, "in_hand_percent": line.takings.share_in_hand} for line in figures.channels],
        "products": [{"sku": line.sku, "name": line.name, "revenue": line.revenue.now, "before": line.revenue.before,
                      "sold_on": dict(line.sold_on)} for line in figures.products],
        "prices": [{"account": line.account, "sku": line.sku, "name": line.name, "price": line.price, "cost": line.cost,
                    "loses_below": line.break_even, "left_of_one": round(line.left), "loses": line.loses, "arithmetic": arithmetic(line)}
                   for line in figures.prices],
        "no_cost": list(figures.not_told.no_cost), "no_sales": list(figures.not_told.no_sales), "doubts": list(figures.doubts),
        "to_do": [{"code": task.told.code, "urgency": task.urgency.name.lower(), "message": task.told.sentence(), "command": task.command}
                  for task in figures.tasks]}


def _days(period: Period) -> list[str]:
    return [period.start.isoformat(), period.end.isoformat()]
