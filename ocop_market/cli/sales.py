"""`pull`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ocop_market.cli.frame import (
    Exit,
    complain,
    emit,
    error_json,
    exit_code,
    number,
    shared_options,
    speaks_plainly,
    table,
    tell,
)
from ocop_market.cli.progress import pull_bar
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from sync_jobs.jobs import jobs_of
from sync_jobs.runner import RunReport, run

PULLED = N_("{account}: {new} new, {changed} changed, {unchanged} unchanged orders; {days} days counted anew.")
NOTHING_NEW = N_("{account}: nothing new since the last time ({unchanged} orders looked at again, none changed).")
DOUBTS = N_("{count} orders of {account} could not be read without doubt; see: ocop-market doubts {account}")
NO_SHOPS = N_("No account of this market reports sales by itself. Add one with: ocop-market accounts add")
READ_FILE = N_("{file}: {new} new, {changed} changed, {unchanged} known documents; {refused} refused.")


@click.command("pull", cls=SpeakingCommand, help=N_(
    "Brings in the sales of ACCOUNT, or of all accounts that report any. Pulling again changes nothing. With --file, reads an "
    "exported file of a point of sale instead."))
@argument("account", required=False)
@option("--file", "file", metavar="FILE", type=click.Path(path_type=Path),
        help=N_("An exported sales file (.xlsx, .xls, .csv)."))
@shared_options
@speaks_plainly
def pull(account: str | None, file: Path | None, market_folder: Path, as_json: bool) -> Exit:
    """Pulls one account, all of them, or a file."""
    with open_market(market_folder) as market:
        if file is not None:
            if account is None:
                raise click.UsageError(translate(N_("Name the account that the file belongs to.")))
            return read_file(market, account, file, as_json=as_json)
        known = market.settings.accounts
        if account is not None:
            market.settings.account(account)
        names = [account] if account else [name for name in known if "pull-sales" in jobs_of(known[name].channel)]
        reports = [pull_one(market, name, quiet=as_json) for name in names]
    if as_json:
        emit([_as_json(report) for report in reports])
    elif not reports:
        tell(translate(NO_SHOPS))
    codes = [exit_code(report.error) for report in reports if report.error]
    return max([Exit.PARTLY for report in reports if report.counts.get("refused")] + codes, default=Exit.DONE)


def pull_one(market: Market, account: str, *, quiet: bool = False) -> RunReport:
    """Runs the job that a schedule runs, with a bar, and says what came of it."""
    with pull_bar(account, quiet=quiet) as watch:
        report = run(market, "pull-sales", account, watch)
    if quiet:
        return report
    if report.error:
        complain(report.error, as_json=False)
    else:
        counts = report.counts
        text = PULLED if counts["new"] or counts["changed"] else NOTHING_NEW
        tell("  " + say(text, account=account, **{name: number(count) for name, count in counts.items()}))
        if counts["refused"]:
            tell("  " + say(DOUBTS, account=account, count=counts["refused"]))
    return report


def read_file(market: Market, account: str, file: Path, *, as_json: bool = False) -> Exit:
    """Reads an exported sales file into the ledger and says what came of it."""
    pulled, page = market.read_sales_file(account, file)
    counts = {"new": pulled.orders.new, "changed": pulled.orders.changed, "unchanged": pulled.orders.unchanged,
              "refused": pulled.orders.refused}
    if as_json:
        emit({"account": account, "file": str(file), **counts, "refusals": [
            {"document": r.order_id, "code": r.problem.code, "message": r.problem.sentence()} for r in page.refused]})
    else:
        tell("  " + say(READ_FILE, file=file.name, **{name: number(count) for name, count in counts.items()}))
        if page.refused:
            table(translate("Refused"), [translate("Document"), translate("Reason")],
                  [(r.order_id, r.problem.sentence()) for r in page.refused[:20]])
    return Exit.PARTLY if page.refused else Exit.DONE


def _as_json(report: RunReport) -> dict[str, Any]:
    return {"account": report.account, "outcome": report.outcome.value, "counts": report.counts,
            "error": error_json(report.error) if report.error else None}
