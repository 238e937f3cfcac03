"""`plan` and `apply`."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from ocop_market.cli.frame import Exit, console, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.progress import bar
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.errors import SettingsError
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.publishing.apply import Applied
from ocop_market.publishing.plan import Plan, PlanError, PlannedChange

KINDS = {"create": N_("to create"), "update": N_("to change"), "withdraw": N_("to withdraw"), "unchanged": N_("unchanged"),
         "waiting": N_("waiting for review"), "withheld": N_("withheld")}
REASONS = {
    "certificate-lapsed": N_("certificate lapsed"), "certificate-missing": N_("no star known"),
    "certificate-undated": N_("certificate without date"), "alcohol": N_("alcohol"), "tourism-service": N_("tourism service"),
    "papers-missing": N_("papers missing"), "living-goods": N_("living plants and animals"), "no-price": N_("no price"),
    "no-stock": N_("stock unknown"), "no-weight": N_("weight unknown"), "no-picture": N_("no picture"),
    "picture-unreadable": N_("no readable picture"), "picture-too-small": N_("too few pixels"), "picture-no-copy": N_("no copy possible"),
    "practice-values": N_("practice values"), "no-category": N_("no category"), "attribute-missing": N_("attribute missing"),
    "star-in-text": N_("star in the text without certificate"), "certificate-withdrawn": N_("certificate withdrawn"),
    "certificate-potential": N_("only proposed for five stars"), "paper-ended": N_("papers ended"), "medicine": N_("medicine"),
    "cure-claim": N_("promise of a cure in the text"), "shop-badge": N_("OCOP claimed for a whole shop"),
    "alcohol-paid-in-cash": N_("alcohol"), "alcohol-percent-missing": N_("alcohol"), "alcohol-advertised": N_("alcohol"),
    "paper-without-number": N_("papers missing"), "refused-by-channel": N_("refused by the channel's policy"),
    "document-missing": N_("legal document missing"),
    "rejected": N_("refused before"), "title-too-long": N_("title too long"), "title-too-short": N_("title too short"),
}
OTHER_REASON = N_("other reasons (--all tells them)")
OUTCOMES = {"live": N_("on sale"), "pending": N_("in review"), "rejected": N_("refused"), "uncertain": N_("uncertain"),
            "later": N_("postponed"), "withdrawn": N_("withdrawn")}
FIELDS = {"title": N_("title"), "description": N_("description"), "category": N_("category"), "attributes": N_("attributes"),
          "brand": N_("brand"), "weight_g": N_("weight"), "parcel_cm": N_("parcel"), "pictures": N_("pictures"),
          "price": N_("price"), "stock": N_("stock"), "visible": N_("on sale"), "gtin": N_("barcode"),
          "channel_extra": N_("extra")}
ASK = N_("Make these changes?")
NOTHING = N_("Nothing to change.")
IN_FILE = N_("{count} changes are in the listing sheet {path}. Hand it to the channel.")
MADE_BEFORE = N_("The changes of this plan were all made before. Nothing was changed.")
LEFT_ALONE = N_("Nothing was changed.")
SAVED = N_("The plan is in {path}. Make it with: ocop-market apply {path}")
LEFT = N_("{count} changes are left for the next run; the platform is away. Run: ocop-market apply {account}")
UNREADABLE = N_("{path} is not a plan. Make one with: ocop-market plan ACCOUNT --out {path}")


@click.command("plan", cls=SpeakingCommand, help=N_(
    "Shows what publishing on ACCOUNT would create, change and withdraw, and what stays back and why. Changes nothing on the "
    "platform."))
@argument("account")
@option("--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
        help=N_("Write the plan to a file that `apply` takes."))
@option("--all", "show_all", is_flag=True, help=N_("Show every change and every product that stays back."))
@shared_options
@speaks_plainly
def plan(account: str, out: Path | None, show_all: bool, market_folder: Path, as_json: bool) -> Exit:
    """Makes a plan and shows it."""
    with open_market(market_folder) as market:
        made = market.plan(account)
    if out is not None:
        out.write_text(json.dumps(made.to_json(), ensure_ascii=False, indent=1), encoding="utf-8", newline="\n")
    if as_json:
        emit({"counts": made.counts(), **made.to_json()})
        return Exit.DONE
    show_plan(made, limit=None if show_all else 10)
    if out is not None:
        tell(say(SAVED, path=str(out)))
    return Exit.DONE


@click.command("apply", cls=SpeakingCommand, help=N_(
    "Makes the changes of a plan file exactly as shown, or plans TARGET (an account) now, shows the plan and asks. "
    "Changes that an earlier run left open are finished first."))
@argument("target")
@option("--yes", is_flag=True, help=N_("Do not ask."))
@shared_options
@speaks_plainly
def apply(target: str, yes: bool, market_folder: Path, as_json: bool) -> Exit:
    """Applies a plan file, or plans an account and applies that."""
    with open_market(market_folder) as market:
        from_file = target not in market.settings.accounts and (target.lower().endswith(".json") or Path(target).is_file())
        made = read_plan(Path(target)) if from_file else _plan_afresh(market, target, as_json)
        if not as_json:
            show_plan(made, limit=10)
        if made.changes and not (yes or from_file or as_json) and not click.confirm(translate(ASK)):
            tell(translate(LEFT_ALONE))
            return Exit.DONE
        applied = carry_out(market, made, quiet=as_json)
    if as_json:
        emit({"account": made.account, "outcomes": applied.outcomes, "left": applied.left,
              "failures": [_failure(r) for r in applied.failures]})
    return Exit.PARTLY if applied.failures or applied.left else Exit.DONE


def _plan_afresh(market: Market, account: str, quiet: bool) -> Plan:
    with bar(translate("Finishing what was left"), quiet=quiet) as watch:
        market.finish(account, watch)
    market.follow_up(account)
    return market.plan(account)


def carry_out(market: Market, made: Plan, *, quiet: bool = False) -> Applied:
    """Applies a plan with a progress bar and shows what became of it."""
    with bar(say(N_("Publishing on {account}"), account=made.account), total=len(made.changes), quiet=quiet) as watch:
        applied = market.apply(made, watch)
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


def show_plan(made: Plan, limit: int | None = 10) -> None:
    """Prints a plan: how many of what, the first changes field by field, and the reasons for what stays back."""
    counts = made.counts()
    summary = " · ".join(f"{number(counts[kind])} {translate(name)}" for kind, name in KINDS.items() if counts[kind])
    console.print(f"[bold]{escape(made.account)}[/] ({escape(made.channel)}): {summary or translate(NOTHING)}")
    if summary and not made.changes:
        console.print("  " + translate(NOTHING))
    changes = [p for p in made.changes if p.change.kind.value != "create"][:limit]
    rows = [row for p in changes for row in _differences(p)]
    if rows:
        table(translate("Changes"), ["SKU", translate("Field"), translate("Before"), translate("After")], rows)
    if made.withheld:
        reasons: Counter[str] = Counter()
        for code, count in made.withheld_by_reason().items():
            reasons[translate(REASONS.get(code, OTHER_REASON))] += count
        console.print("  " + translate("Withheld") + ": " + ", ".join(
            f"{reason} {number(count)}" for reason, count in reasons.items()))
    if limit is None and made.withheld:
        table(translate("Withheld"), ["SKU", translate("Product"), translate("Reason")],
              [(w.sku, w.name, " ".join(p.sentence() for p in w.problems)) for w in made.withheld])
    if limit is None and (creates := [p.change for p in made.changes if p.change.kind.value == "create"]):
        table(translate("New listings"), ["SKU", translate("title"), translate("price"), translate("stock")],
              [(c.sku, c.draft.title, number(c.draft.price), number(c.draft.stock)) for c in creates if c.draft], right=[2, 3])


def _differences(planned: PlannedChange) -> list[tuple[str, str, str, str]]:
    return [(planned.change.sku, translate(FIELDS.get(name, name)), _short(before), _short(after))
            for name, before, after in planned.differences()]


def _short(value: Any) -> str:
    if isinstance(value, bool):
        return translate(N_("yes") if value else N_("no"))
    text = "–" if value is None else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def show_applied(account: str, applied: Applied) -> None:
    """Prints what became of the changes; refused ones with the platform's reasons."""
    if applied.written_to:
        text = say(IN_FILE, count=number(sum(applied.outcomes.values())), path=applied.written_to)
        tell("  " + text)
    elif applied.outcomes:
        console.print("  " + " · ".join(
            f"{number(count)} {translate(OUTCOMES.get(outcome, outcome))}" for outcome, count in applied.outcomes.items()))
    rows = [(r.sku, translate(OUTCOMES.get(r.outcome.value, r.outcome.value)),
             " ".join(p.sentence() for p in r.problems) or r.note) for r in applied.failures[:10]]
    if rows:
        table(translate("To look at"), ["SKU", translate("Outcome"), translate("Reason")], rows)
    if applied.left:
        tell(say(LEFT, count=number(applied.left), account=account))


def _failure(result: Any) -> dict[str, Any]:
    return {"sku": result.sku, "outcome": result.outcome.value, "note": result.note,
            "problems": [{"code": p.code, "field": p.field, "message": p.sentence()} for p in result.problems]}
