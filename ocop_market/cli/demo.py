"""`demo`: everything once, on practice shops."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click
from rich.markup import escape

from ocop_market.cli.frame import Exit, console, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.growth import show_growth
from ocop_market.cli.plan_shown import show_applied, show_plan
from ocop_market.cli.progress import bar
from ocop_market.cli.publish import carry_out
from ocop_market.cli.sales import pull_one, read_file
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.demo.check import Agreement
from ocop_market.demo.stage import MARKETPLACES, TILL, Stage
from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import Period
from ocop_market.language import N_, say, translate
from sync_jobs.files import gather, write_reports

DEFAULT = Path("ocop-demo")

INTRO = N_("Practice with {count} real OCOP products. Prices, stock and buyers are made up; nothing leaves this computer.")
AGAIN = N_("This folder has practised before: going on from where it stood.")
WAITING = N_("The last run was stopped hard; going on in {seconds} seconds.")
IMPORTED = N_("{rows} rows read: {accepted} accepted, {review} to review, {refused} refused; {products} products ({new} new). Prices and "
              "stock are practice values.")
SERVED = N_("{channel}: practice server at {url}, {orders} orders since {day}.")
CHECKED = N_("Every day and article of the ledger agrees with what the buyers really bought: difference 0 ₫.")
DIFFERS = N_("The ledger does not agree with the truth. Please report this, with the table above.")
SECOND_SAME = N_("The second pull changed nothing, as it must be.")
SECOND_CHANGED = N_("The second pull changed something. Please report this.")
NEXT = N_("""What next, with your own shop:
  1. Look at the report:  {html}
  2. Make your market:    ocop-market init my-market
  3. Put your list in:    ocop-market import LIST.xlsx --market my-market
  4. Add your shop:       ocop-market accounts add my-shop --channel shopee --market my-market
  5. See before you act:  ocop-market plan my-shop --market my-market
Practise on by hand:     ocop-market sandbox shopee""")
STEPS = (
    N_("Import the product list"), N_("Start the practice shops"), N_("Plan and publish"), N_("Read the till's export file"),
    N_("Pull sales, twice"), N_("Revenue and growth"), N_("Check against the truth"))


@click.command("demo", cls=SpeakingCommand, help=N_(
    "Shows everything once in FOLDER (default: ocop-demo): imports 356 real products, publishes them on practice shops, brings "
    "two years of simulated sales back, and writes a report. Run again, it goes on from where it stood."))
@argument("folder", type=click.Path(file_okay=False, path_type=Path), default=DEFAULT)
@option("--months", type=click.IntRange(14, 36), default=24, help=N_("How many months of sales history the shops have."))
@option("--products", type=click.IntRange(min=20), help=N_(
    "With how many of the products; without it with all. Fewer, with as many fewer buyers, are done sooner on a slow computer."))
@shared_options
@speaks_plainly
def demo(folder: Path, months: int, products: int | None, market_folder: Path, as_json: bool) -> Exit:
    """Runs the demo."""
    console.quiet = as_json
    with Stage(folder, months=months, products=products, on_wait=lambda seconds: tell(say(WAITING, seconds=seconds))) as stage:
        console.print(f"[bold]{escape(say(INTRO, count=stage.listed))}[/]")
        if stage.again:
            console.print(translate(AGAIN))
        _import(stage)
        _serve(stage)
        _publish(stage)
        _step(3)
        for file in stage.write_till_exports():
            read_file(stage.market, TILL, file)
        same = _pull_twice(stage)
        html = _grow(stage)
        agreements = _check(stage)
    agrees = same and all(a.differing == 0 and a.difference == 0 and a.fees_difference == 0 for a in agreements)
    if as_json:
        emit({"folder": str(folder.resolve()), "report": str(html), "second_pull_same": same, "agrees": agrees,
              "difference": sum(a.difference for a in agreements)})
    tell("\n" + say(NEXT, html=str(html.resolve())))
    return Exit.DONE if agrees else Exit.PARTLY


def _step(i: int) -> None:
    console.print(f"\n[bold cyan]{i + 1}. {escape(translate(STEPS[i]))}[/]")


def _import(stage: Stage) -> None:
    _step(0)
    read, new, _ = stage.import_list()
    console.print("  " + say(IMPORTED, rows=read.rows, accepted=read.accepted, review=read.review, refused=read.refused,
                             products=len(read.products), new=new))


def _serve(stage: Stage) -> None:
    _step(1)
    for channel, url in stage.open_shops().items():
        history = stage.histories[channel]
        console.print("  " + say(SERVED, channel=channel, url=url, orders=number(sum(1 for _ in history.orders(stage.now))),
                                 day=f"{history.first_day:%d/%m/%Y}"))


def _publish(stage: Stage) -> None:
    _step(2)
    for account in MARKETPLACES:
        with bar(say(N_("Finishing what was left on {account}"), account=account)) as watch:
            finished = stage.market.finish(account, watch)
        show_applied(account, finished)
        made = stage.market.plan(account)
        show_plan(made, limit=3)
        if made.changes:
            carry_out(stage.market, made)
        answered = stage.market.follow_up(account)
        if answered.outcomes:
            console.print("  " + translate(N_("Reviews answered:")))
            show_applied(account, answered)


def _pull_twice(stage: Stage) -> bool:
    _step(4)
    for account in stage.pulled_accounts:
        pull_one(stage.market, account)
    console.print("  " + translate(N_("Once more:")))
    again = [pull_one(stage.market, account) for account in stage.pulled_accounts]
    same = all(report.error is None and not (report.counts["new"] or report.counts["changed"]) for report in again)
    console.print("  " + translate(SECOND_SAME if same else SECOND_CHANGED))
    return same


def _grow(stage: Stage) -> Path:
    _step(5)
    period = Period.twelve_months_to(stage.market.today - timedelta(days=1))
    figures = gather(stage.market, period, Basis.NET)
    show_growth(list(figures.comparisons.values()), figures.coverage, most=8)
    html, xlsx = write_reports(figures, stage.folder)
    tell(f"  {html} · {xlsx}")
    return html


def _check(stage: Stage) -> list[Agreement]:
    _step(6)
    console.print("  " + translate(N_("A cell is one article on one day: quantity, amount, discount and refund are compared.")))
    agreements = stage.check()
    table("", [translate(heading) for heading in (
        N_("Account"), N_("Cells"), N_("Differ"), N_("Ledger ₫"), N_("Truth ₫"), N_("Diff."), N_("Fees diff."))],
        [(a.account, number(a.cells), number(a.differing), number(a.ledger), number(a.truth), number(a.difference),
          number(a.fees_difference)) for a in agreements], right=[1, 2, 3, 4, 5, 6])
    fine = all(a.differing == 0 and a.fees_difference == 0 for a in agreements)
    console.print(f"  [bold {'green' if fine else 'red'}]" + escape(translate(CHECKED if fine else DIFFERS)) + "[/]")
    return agreements
