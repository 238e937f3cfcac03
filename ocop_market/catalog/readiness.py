"""Which products may be listed where on a day, and what has to be done for the others; no platform is asked.

What only a platform knows (its categories, their attributes, its review) is told by `ocop-market plan`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ocop_market.catalog.findings import Finding, Severity
from ocop_market.catalog.ocop_checks import findings
from ocop_market.catalog.to_do import Instruction, instruction_for
from ocop_market.channels.profile import ChannelProfile
from ocop_market.language import N_
from ocop_market.model.product import Product
from ocop_market.settings import PublishingSettings


class State(StrEnum):
    """What becomes of a product at an outlet, the best first."""

    READY = "ready"
    REMARKS = "remarks"
    """Ready, with something to look at."""
    MISSING = "missing"
    """Something has to be entered first."""
    FORBIDDEN = "forbidden"
    """It may not be sold there, or not with its texts."""
    ELSEWHERE = "elsewhere"
    """It is another owner's: the account does not sell it."""


STATE_NAMES = {
    State.READY: N_("ready"), State.REMARKS: N_("ready, see remarks"), State.MISSING: N_("something missing"),
    State.FORBIDDEN: N_("not allowed"), State.ELSEWHERE: N_("another owner's"),
}
SEVERITY_NAMES = {Severity.FORBIDDEN: N_("Not allowed"), Severity.MISSING: N_("Missing"), Severity.WARNING: N_("Remarks")}
_HEAVIEST = {Severity.FORBIDDEN: State.FORBIDDEN, Severity.MISSING: State.MISSING, Severity.WARNING: State.REMARKS}


@dataclass(frozen=True)
class Outlet:
    """Where goods are to be sold: an account, or a channel that nobody has an account on yet.

    `owner` is whose products it sells (empty: all); `practice` is whether made-up values may go there.
    """

    name: str
    profile: ChannelProfile
    practice: bool = False
    owner: str = ""


@dataclass(frozen=True)
class Readiness:
    """One product at one outlet, with everything found."""

    sku: str
    name: str
    outlet: str
    findings: tuple[Finding, ...] = ()
    sold_here: bool = True

    @property
    def state(self) -> State:
        """By the heaviest finding."""
        if not self.sold_here:
            return State.ELSEWHERE
        found = {finding.severity for finding in self.findings}
        return next((state for severity, state in _HEAVIEST.items() if severity in found), State.READY)

    @property
    def ready(self) -> bool:
        """Whether nothing keeps it back."""
        return self.state in (State.READY, State.REMARKS)


def readiness(product: Product, outlet: Outlet, policy: PublishingSettings, day: date) -> Readiness:
    """How one product stands at one outlet on `day`."""
    if outlet.owner not in ("", product.owner):
        return Readiness(product.sku, product.name, outlet.name, sold_here=False)
    found = findings(product, outlet.profile, policy, day, practice=outlet.practice)
    return Readiness(product.sku, product.name, outlet.name, tuple(found))


@dataclass(frozen=True)
class Task:
    """One thing to do, with the products and outlets that it is for; `reason` names it for scripts."""

    reason: str
    severity: Severity
    instruction: Instruction
    skus: tuple[str, ...]
    outlets: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """Products by outlets on a day: `rows` holds for each product its readiness at every outlet, in the order of `outlets`."""

    day: date
    outlets: tuple[Outlet, ...]
    rows: tuple[tuple[Readiness, ...], ...]

    def counts(self) -> dict[str, dict[State, int]]:
        """By outlet: how many products are in each state."""
        return {outlet.name: {state: sum(row[i].state is state for row in self.rows) for state in State}
                for i, outlet in enumerate(self.outlets)}

    def tasks(self) -> list[Task]:
        """What is to be done: what forbids first, then what is missing, then remarks; within each the most products first."""
        gathered: dict[tuple[str, Severity, Instruction], tuple[dict[str, None], dict[str, None]]] = {}
        for cell in (cell for row in self.rows for cell in row):
            for finding in cell.findings:
                instruction = instruction_for(finding.problem)
                skus, outlets = gathered.setdefault((finding.problem.code, finding.severity, instruction), ({}, {}))
                skus[cell.sku] = None
                outlets[cell.outlet] = None
        made = [Task(code, severity, instruction, tuple(skus), tuple(outlets))
                for (code, severity, instruction), (skus, outlets) in gathered.items()]
        weight = list(Severity)
        return sorted(made, key=lambda task: (weight.index(task.severity), -len(task.skus), task.reason))


def matrix(products: Iterable[Product], outlets: Sequence[Outlet], policy: PublishingSettings, day: date) -> Matrix:
    """All products at all outlets on `day`."""
    return Matrix(day, tuple(outlets), tuple(
        tuple(readiness(product, outlet, policy, day) for outlet in outlets) for product in products))


def only(whole: Matrix, states: Iterable[State]) -> Matrix:
    """The rows of products that are in one of the states at one outlet at least."""
    wanted = frozenset(states)
    return Matrix(whole.day, whole.outlets, tuple(row for row in whole.rows if any(cell.state in wanted for cell in row)))


def to_json(whole: Matrix, names: Mapping[str, str]) -> dict[str, object]:
    """The matrix for scripts; `names` gives the channel of each outlet."""
    return {
        "day": whole.day.isoformat(),
        "outlets": [{"name": name, "channel": names[name], "counts": {state.value: count for state, count in counts.items()}}
                    for name, counts in whole.counts().items()],
        "tasks": [{"reason": task.reason, "severity": task.severity.value, "title": task.instruction.title(),
                   "next_step": task.instruction.step(), "products": len(task.skus), "skus": list(task.skus),
                   "outlets": list(task.outlets)} for task in whole.tasks()],
        "products": [{"sku": row[0].sku, "name": row[0].name, "outlets": {
            cell.outlet: {"state": cell.state.value, "findings": [
                {"severity": found.severity.value, "code": found.problem.code, "field": found.problem.field,
                 "message": found.problem.sentence()} for found in cell.findings]} for cell in row}} for row in whole.rows if row],
    }
