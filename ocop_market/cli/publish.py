"""`plan`, `apply` and `undo`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.plan_shown import applied_as_json, show_applied, show_plan, withheld_as_json
from ocop_market.cli.progress import bar
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.errors import SettingsError
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.model.clock import VIETNAM
from ocop_market.model.listing import FieldGroup
from ocop_market.publishing.apply import Applied
from ocop_market.publishing.brakes import NAMES
from ocop_market.publishing.plan import Plan, PlanError
from ocop_market.publishing.words import OUTCOMES
from ocop_market.settings import Drifting

ASK = N_("Make these changes?")
MADE_BEFORE = N_("The changes of this plan were all made before. Nothing was changed.")
LEFT_ALONE = N_("Nothing was changed.")
EARLIER = N_("What became of changes made before:")
SAVED = N_("The plan is in {path}. Make it with: ocop-market apply {path}")
PAGE = N_("The plan can be looked at in {path}.")
UNREADABLE = N_("{path} is not a plan. Make one with: ocop-market plan ACCOUNT --out {path}")
NO_GROUP = N_("There is no field group '{name}'. Choose from: {known}")
NO_BRAKE = N_("Nothing is approved by '{name}'. Choose from: {known}")
NO_PUBLISH = N_("Nothing was published yet.")
UNDO_WITH = N_("To take one back: ocop-market undo ACCOUNT NUMBER")


class _Groups(click.ParamType[tuple[FieldGroup, ...]]):
    """Names of field groups, separated by commas."""

    name = "groups"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[FieldGroup, ...]:
        """The groups of `content,price`."""
        known = [group.value for group in FieldGroup]
        for name in value.split(","):
            if name.strip() not in known:
                self.fail(say(NO_GROUP, name=name.strip(), known=", ".join(known)), param, ctx)
        return tuple(FieldGroup(name.strip()) for name in value.split(","))


class _Approval(click.ParamType[str]):
    """The name of a brake, with `:SKU` for one listing."""

    name = "approval"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name as it stands; a usage error when there is no such brake."""
        if value.partition(":")[0] not in NAMES:
            self.fail(say(NO_BRAKE, name=value, known=", ".join(NAMES)), param, ctx)
        return value


GROUPS = _Groups()
APPROVAL = _Approval()


@click.command("plan", cls=SpeakingCommand, help=N_(
    "Shows what publishing on ACCOUNT would create, change and withdraw, what was edited in the shop, and what stays back and why. "
    "Changes nothing on the platform."))
@argument("account")
@option("--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
        help=N_("Write the plan to a file that `apply` takes."))
@option("--html", "page", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
        help=N_("Write the plan as a page to look at and to print."))
@option("--keep", metavar="NAME,…", type=GROUPS, default=None,
        help=N_("Keep edits made in the shop in these field groups: content, media, variants, price, stock, visibility."))
@option("--overwrite", metavar="NAME,…", type=GROUPS, default=None, help=N_("Overwrite edits made in the shop in these field groups."))
@option("--all", "show_all", is_flag=True, help=N_("Show every change and every product that stays back."))
@shared_options
@speaks_plainly
def plan(account: str, out: Path | None, page: Path | None, keep: tuple[FieldGroup, ...] | None,
         overwrite: tuple[FieldGroup, ...] | None, show_all: bool, market_folder: Path, as_json: bool) -> Exit:
    """Makes a plan and shows it."""
    drifting = {**dict.fromkeys(keep or (), Drifting.KEEP), **dict.fromkeys(overwrite or (), Drifting.OVERWRITE)}
    with open_market(market_folder) as market:
        made = market.plan(account, drifting=drifting)
        _write(made, out, page, market)
    if as_json:
        emit({"counts": made.counts(), **made.to_json()})
        return Exit.DONE
    show_plan(made, limit=None if show_all else 10)
    _tell_files(out, page)
    return Exit.DONE


@click.command("apply", cls=SpeakingCommand, help=N_(
    "Makes the changes of a plan file exactly as shown, or plans TARGET (an account) now, shows the plan and asks. "
    "Changes that an earlier run left open are finished first."))
@argument("target")
@option("--yes", is_flag=True, help=N_("Do not ask."))
@option("--approve", multiple=True, metavar="NAME", type=APPROVAL, help=N_(
    "Allow what the plan's brakes stop, by name (such as price-change, or price-change:SKU for one listing); may be given several times."))
@shared_options
@speaks_plainly
def apply(target: str, yes: bool, approve: Sequence[str], market_folder: Path, as_json: bool) -> Exit:
    """Applies a plan file, or plans an account and applies that."""
    with open_market(market_folder) as market:
        from_file = target not in market.settings.accounts and (target.lower().endswith(".json") or Path(target).is_file())
        earlier = Applied() if from_file else _finish(market, target, as_json)
        made = read_plan(Path(target)) if from_file else market.plan(target)
        return _show_and_make(market, made, earlier, ask=not (yes or from_file), approved=approve, as_json=as_json)


@click.command("undo", cls=SpeakingCommand, help=N_(
    "Takes back what a publish changed: without NUMBER lists the last publishes; with it shows the reverse plan, asks and makes it. "
    "Stock stays as it is, for goods were sold since."))
@argument("account", required=False)
@argument("number_", metavar="NUMBER", type=int, required=False)
@option("--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
        help=N_("Write the reverse plan to a file that `apply` takes, and change nothing."))
@option("--yes", is_flag=True, help=N_("Do not ask."))
@option("--approve", multiple=True, metavar="NAME", type=APPROVAL, help=N_(
    "Allow what the plan's brakes stop, by name (such as price-change, or price-change:SKU for one listing); may be given several times."))
@shared_options
@speaks_plainly
def undo(account: str | None, number_: int | None, out: Path | None, yes: bool, approve: Sequence[str], market_folder: Path,
         as_json: bool) -> Exit:
    """Lists publishes, or takes one back."""
    with open_market(market_folder) as market:
        if account is None or number_ is None:
            return _list_publishes(market, account, as_json)
        earlier = _finish(market, account, as_json)
        made = market.undo(account, number_)
        if out is None:
            return _show_and_make(market, made, earlier, ask=not yes, approved=approve, as_json=as_json)
        _write(made, out, None, market)
    if as_json:
        emit({"counts": made.counts(), **made.to_json()})
    else:
        show_plan(made)
        _tell_files(out, None)
    return Exit.DONE


def _list_publishes(market: Market, account: str | None, as_json: bool) -> Exit:
    if account is not None:
        market.settings.account(account)
    runs = market.publishes(account)
    if as_json:
        emit([{"number": run.id, "account": run.account, "begun_at": run.begun_at, "undoes": run.undoes,
               "approved": list(run.approved), "changes": dict(run.states)} for run in runs])
    elif not runs:
        tell(translate(NO_PUBLISH))
    else:
        table(translate(N_("Publishes")), [translate(N_("Number")), translate("Account"), translate(N_("Begun")), translate(N_("Changes")),
                                          translate(N_("Takes back"))],
              [(run.id, run.account, run.begun_at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M"),
                " · ".join(f"{number(count)} {translate(OUTCOMES.get(state, state))}" for state, count in run.states.items()),
                run.undoes or "") for run in runs], right=[0])
        tell(translate(UNDO_WITH))
    return Exit.DONE


def _show_and_make(market: Market, made: Plan, earlier: Applied, *, ask: bool, approved: Sequence[str], as_json: bool) -> Exit:
    """Shows, asks and makes a plan; `earlier` is what became just now of changes made before."""
    if not as_json:
        show_plan(made, limit=10)
    if made.changes and ask and not as_json and not made.unreleased(approved) and not click.confirm(translate(ASK)):
        tell(translate(LEFT_ALONE))
        return _exit_of(earlier)
    applied = carry_out(market, made, quiet=as_json, approved=approved)
    if as_json:
        emit({**applied_as_json(made.account, applied), "earlier": applied_as_json(made.account, earlier), "counts": made.counts(),
              "withheld": withheld_as_json(made)})
    return max(_exit_of(earlier), _exit_of(applied))


def _exit_of(applied: Applied) -> Exit:
    return Exit.PARTLY if applied.failures or applied.left or applied.differences else Exit.DONE


def _finish(market: Market, account: str, quiet: bool) -> Applied:
    """Makes what was left open, asks about what the platform reviews, and shows what became of both."""
    with bar(translate("Finishing what was left"), quiet=quiet) as watch:
        earlier = market.finish(account, watch)
    earlier.add(market.follow_up(account))
    if earlier.outcomes and not quiet:
        tell(translate(EARLIER))
        show_applied(account, earlier)
    return earlier


def carry_out(market: Market, made: Plan, *, quiet: bool = False, approved: Sequence[str] = ()) -> Applied:
    """Applies a plan with a progress bar and shows what became of it."""
    with bar(say(N_("Publishing on {account}"), account=made.account), total=len(made.changes), quiet=quiet) as watch:
        applied = market.apply(made, watch, approved=approved)
    if not quiet:
        if made.changes and not (applied.outcomes or applied.left):
            tell(translate(MADE_BEFORE))
        show_applied(made.account, applied)
    return applied


def read_plan(path: Path) -> Plan:
    """The plan in a file; SettingsError or PlanError when it is none."""
    try:
        body = json.loads(path.read_text(encoding="utf-8-sig"))  # an editor on Windows may have put a mark before it
    except OSError:
        raise SettingsError(UNREADABLE, code="plan-unreadable", path=str(path)) from None
    except (ValueError, RecursionError):
        raise PlanError(UNREADABLE, code="plan-damaged", path=str(path)) from None
    return Plan.from_json(body if isinstance(body, dict) else {}, str(path))


def _write(made: Plan, out: Path | None, page: Path | None, market: Market) -> None:
    if out is not None:
        out.write_text(json.dumps(made.to_json(), ensure_ascii=False, indent=1), encoding="utf-8", newline="\n")
    if page is not None:
        from ocop_market.reports.plan_page import to_html

        page.write_text(to_html(made, market.settings.name), encoding="utf-8", newline="\n")


def _tell_files(out: Path | None, page: Path | None) -> None:
    if out is not None:
        tell(say(SAVED, path=str(out)))
    if page is not None:
        tell(say(PAGE, path=str(page)))
