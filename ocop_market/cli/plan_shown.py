"""A plan, and what became of one, on the screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.markup import escape

from ocop_market.cli.frame import console, number, table, tell
from ocop_market.errors import Problem
from ocop_market.language import N_, say, translate
from ocop_market.model.change import Result
from ocop_market.publishing.apply import Applied
from ocop_market.publishing.compare import Drift
from ocop_market.publishing.plan import Plan, PlannedChange
from ocop_market.publishing.words import (
    KINDS,
    OTHER_REASON,
    OUTCOMES,
    REASONS,
    field_name,
    shown_value,
)

NOTHING = N_("Nothing to change.")
IN_FILE = N_("{count} changes are in the listing sheet {path}. Hand it to the channel.")
LEFT = N_("{count} changes are left for the next run; the platform is away. Run: ocop-market apply {account}")
APPROVE = N_("To make these changes all the same, approve them by name: {approve}")
KEEP_OR_NOT = N_("Somebody edited these in the shop. Kept edits stay until you plan with --overwrite {groups}.")
NOT_AS_SENT = N_("The platform does not show these as they were sent. Look at the listing there, then plan again.")
EACH = N_("Each of them, and why: ocop-market plan {account} --all")
LONGEST = 60
LED_UP = 15
"""So many letters before the first difference of two long texts are shown."""


def show_plan(made: Plan, limit: int | None = 10) -> None:
    """Prints a plan: how many of what, what must be approved, edits in the shop, the first changes, what stays back and why."""
    counts = made.counts()
    summary = " · ".join(f"{number(counts[kind])} {translate(name)}" for kind, name in KINDS.items() if counts[kind])
    console.print(f"[bold]{escape(made.account)}[/] ({escape(made.channel)}): {summary or translate(NOTHING)}")
    if summary and not made.changes:
        console.print("  " + translate(NOTHING))
    changes = [p for p in made.changes if p.change.kind.value != "create"][:limit]
    rows = [row for p in changes for row in _differences(p)]
    if rows:
        table(translate("Changes"), ["SKU", translate("Field"), translate("Before"), translate("After")], rows)
    _show_drifts(made.drifts[:limit])
    _show_withheld(made, limit)
    if limit is None and (creates := [p.change for p in made.changes if p.change.kind.value == "create"]):
        table(translate("New listings"), ["SKU", translate("title"), translate("price"), translate("stock")],
              [(c.sku, c.draft.title, number(c.draft.price), number(c.draft.stock)) for c in creates if c.draft], right=[2, 3])
    if made.brakes:
        for brake in made.brakes[:limit]:
            tell("  ! " + brake.problem.sentence())
        names = dict.fromkeys(brake.name for brake in made.brakes)
        tell("  " + say(APPROVE, approve=" ".join(f"--approve {name}" for name in names)))


def _show_drifts(drifts: Sequence[Drift]) -> None:
    if drifts:
        table(translate(N_("Edited in the shop")), [
            "SKU", translate("Field"), translate(N_("From here")), translate(N_("There now")), translate(N_("Becomes"))], [
            (d.sku, field_name(d.field), _short(d.ours), _short(d.live),
             translate(N_("kept") if d.kept else N_("overwritten"))) for d in drifts])
        groups = sorted({d.group for d in drifts if d.kept})
        if groups:
            tell("  " + say(KEEP_OR_NOT, groups=",".join(groups)))


def _show_withheld(made: Plan, limit: int | None) -> None:
    if not made.withheld:
        return
    reasons: Counter[str] = Counter()
    for code, count in made.withheld_by_reason().items():
        reasons[translate(REASONS.get(code, OTHER_REASON))] += count
    console.print("  " + translate("Withheld") + ": " + ", ".join(f"{reason} {number(count)}" for reason, count in reasons.items()))
    if limit is None or made.undoes is not None or len(made.withheld) <= limit:
        table(translate("Withheld"), ["SKU", translate("Product"), translate("Reason")],
              [(held.sku, held.name, " ".join(problem.sentence() for problem in held.problems)) for held in made.withheld[:limit]])
    else:
        tell("  " + say(EACH, account=made.account))


def _differences(planned: PlannedChange) -> list[tuple[str, str, str, str]]:
    return [(planned.change.sku, field_name(name), *_side_by_side(shown_value(before), shown_value(after)))
            for name, before, after in planned.differences()]


def _side_by_side(before: str, after: str) -> tuple[str, str]:
    """Two texts, cut so that the place where they differ first is seen."""
    pairs = zip(before, after, strict=False)
    alike = next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(before), len(after)))
    left_out = alike - LED_UP if max(len(before), len(after)) > LONGEST and alike > 2 * LED_UP else 0
    led = "…" if left_out else ""
    return _cut(led + before[left_out:]), _cut(led + after[left_out:])


def _short(value: Any) -> str:
    return _cut(shown_value(value))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST - 1] + "…"


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
    rows += [(r.sku, translate(N_("the platform remarks")), " ".join(p.sentence() for p in r.remarks)) for r in applied.remarks[:10]]
    if rows:
        table(translate("To look at"), ["SKU", translate("Outcome"), translate("Reason")], rows)
    if applied.differences:
        table(translate(N_("Not as sent")), ["SKU", translate("Field"), translate(N_("Sent")), translate(N_("There now"))], [
            (d.sku, field_name(d.field), _short(d.wanted), _short(d.live)) for d in applied.differences[:10]])
        tell("  " + translate(NOT_AS_SENT))
    if applied.left:
        tell(say(LEFT, count=number(applied.left), account=account))


def applied_as_json(account: str, applied: Applied) -> dict[str, Any]:
    """What became of the changes, for scripts."""
    return {"account": account, "outcomes": applied.outcomes, "left": applied.left, "written_to": applied.written_to,
            "failures": [_failure(r) for r in applied.failures], "remarks": [_failure(r) for r in applied.remarks],
            "differences": [{"sku": d.sku, "field": d.field, "sent": d.wanted, "live": d.live} for d in applied.differences]}


def withheld_as_json(made: Plan) -> list[dict[str, Any]]:
    """The products that stay back, with all reasons, for scripts."""
    return [{"sku": held.sku, "name": held.name, "problems": [_problem(problem) for problem in held.problems]} for held in made.withheld]


def _failure(result: Result) -> dict[str, Any]:
    return {"sku": result.sku, "outcome": result.outcome.value, "note": result.note,
            "problems": [_problem(problem) for problem in (*result.problems, *result.remarks)]}


def _problem(problem: Problem) -> dict[str, str]:
    return {"code": problem.code, "field": problem.field, "message": problem.sentence()}
