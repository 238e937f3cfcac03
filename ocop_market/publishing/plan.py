"""What a publish would do: wanted against what the platform last took, with the reasons for what stays back.

A plan names the snapshot that it was made from; applying refuses when the snapshot has moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ocop_market.catalog.ocop_checks import OFF_SALE
from ocop_market.errors import MarketError, Problem
from ocop_market.language import N_
from ocop_market.model.change import Change, ChangeKind, Outcome
from ocop_market.model.listing import FieldGroup, ListingDraft, fingerprint
from ocop_market.store.publications import (
    Publication,
    draft_from_json,
    draft_to_json,
    problem_from_json,
    problem_to_json,
)

FORMAT = 1
OFFER = frozenset({FieldGroup.PRICE, FieldGroup.STOCK})
"""What platforms take at once, also while they review the rest of a listing."""
GONE = frozenset({"review-expired", "listing-gone", "request-gone", "request-deleted"})
"""Problems after which the platform has nothing of a listing any more: it is made anew."""

STALE = N_("The plan no longer fits: since it was made, {what!t} changed. Make a new plan and look at it again.")
DAMAGED = N_("{path} is not a plan, or it was changed by hand. Make a new plan with: ocop-market plan")
TOO_MANY = N_("The plan would create {count} listings on {account}; at most {limit} are allowed at once "
              "(publishing.most_creates in market.toml). Check the list, then raise the limit.")


class PlanError(MarketError):
    """A plan may not be applied; the sentence says why."""

    code = "plan-refused"


@dataclass(frozen=True)
class Withheld:
    """A product that stays back, and all reasons."""

    sku: str
    name: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Wanted:
    """What an account should show: drafts by SKU, and the products that stay back."""

    drafts: Mapping[str, ListingDraft]
    withheld: Sequence[Withheld]


@dataclass(frozen=True)
class PlannedChange:
    """One change, with the field groups before (as last applied) and after, for showing."""

    change: Change
    before: Mapping[str, Any]

    def differences(self) -> list[tuple[str, Any, Any]]:
        """`(field, before, after)` for every field that differs."""
        if self.change.draft is None:
            return [("visible", True, False)]
        found = []
        for group, after in self.change.draft.groups().items():
            before = self.before.get(group.value, {})
            found += [(name, before.get(name), value) for name, value in after.items() if before.get(name) != value]
        return found


@dataclass(frozen=True)
class Plan:
    """The changes for one account. `snapshot` names what it was made from; `digest` names the plan itself."""

    account: str
    channel: str
    day: date
    made_at: datetime
    snapshot: Mapping[str, str]
    changes: tuple[PlannedChange, ...]
    withheld: tuple[Withheld, ...]
    unchanged: int
    waiting: int

    @property
    def digest(self) -> str:
        """The same for the same changes from the same snapshot."""
        return fingerprint(self._content())

    def counts(self) -> dict[str, int]:
        """How many changes of each kind, and how many products stay as they are, wait for review or stay back."""
        kinds = Counter(planned.change.kind.value for planned in self.changes)
        return {**{kind.value: kinds[kind.value] for kind in ChangeKind}, "unchanged": self.unchanged,
                "waiting": self.waiting, "withheld": len(self.withheld)}

    def withheld_by_reason(self) -> dict[str, int]:
        """How many products stay back for each reason (by its first problem's code), most first."""
        return dict(Counter(item.problems[0].code for item in self.withheld).most_common())

    def to_json(self) -> dict[str, Any]:
        """The plan for a file; `from_json` reads it back and notices any change made by hand."""
        return {"format": FORMAT, "digest": self.digest, "made_at": self.made_at.isoformat(), **self._content()}

    def _content(self) -> dict[str, Any]:
        return {
            "account": self.account, "channel": self.channel, "day": self.day.isoformat(), "snapshot": dict(self.snapshot),
            "unchanged": self.unchanged, "waiting": self.waiting,
            "changes": [{
                "kind": p.change.kind.value, "sku": p.change.sku, "groups": sorted(g.value for g in p.change.groups),
                "draft": draft_to_json(p.change.draft) if p.change.draft else None, "before": dict(p.before),
            } for p in self.changes],
            "withheld": [{"sku": w.sku, "name": w.name, "problems": [problem_to_json(p) for p in w.problems]}
                         for w in self.withheld],
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any], path: str) -> Plan:
        """The plan that was written to a file; PlanError when it is none or was changed."""
        try:
            plan = cls(
                body["account"], body["channel"], date.fromisoformat(body["day"]), datetime.fromisoformat(body["made_at"]),
                body["snapshot"], tuple(PlannedChange(Change(
                    ChangeKind(c["kind"]), c["sku"], draft_from_json(c["draft"]) if c["draft"] else None,
                    groups=frozenset(FieldGroup(g) for g in c["groups"])), c["before"]) for c in body["changes"]),
                tuple(Withheld(w["sku"], w["name"], tuple(problem_from_json(p) for p in w["problems"]))
                      for w in body["withheld"]), body["unchanged"], body["waiting"])
        except (KeyError, TypeError, ValueError, AttributeError):
            raise PlanError(DAMAGED, code="plan-damaged", path=path) from None
        if plan.digest != body.get("digest"):
            raise PlanError(DAMAGED, code="plan-damaged", path=path)
        return plan


def make_plan(account: str, channel: str, wanted: Wanted, published: Mapping[str, Publication], *, day: date,
              now: datetime, untrue: Collection[str] = ()) -> Plan:
    """Compares what is wanted with what the platform last took.

    Of a listing that waits for review only price and stock are changed; one that was refused is sent again only when
    something about it changed. A listing is withdrawn when its product may not be on sale by law or is gone from the
    catalog; one whose product only lacks data stays as it is, unless it shows a star that is `untrue` by now.
    """
    changes: list[PlannedChange] = []
    withheld = list(wanted.withheld)
    unchanged = waiting = 0
    for sku, draft in wanted.drafts.items():
        known = published.get(sku)
        planned = _compare(sku, draft, known)
        if isinstance(planned, PlannedChange):
            changes.append(planned)
        elif planned is not None:
            withheld.append(planned)
        elif known is not None and known.status == Outcome.PENDING.value:
            waiting += 1
        else:
            unchanged += 1
    staying = {item.sku for item in wanted.withheld if not any(p.code in OFF_SALE for p in item.problems)}
    for sku, known in published.items():
        if sku not in wanted.drafts and known.on_sale and (sku not in staying or sku in untrue):
            changes.append(PlannedChange(Change(
                ChangeKind.WITHDRAW, sku, remote=known.remote, groups=frozenset({FieldGroup.VISIBILITY})), known.applied))
    return Plan(account, channel, day, now, snapshot(wanted, published), tuple(changes), tuple(withheld), unchanged, waiting)


def _compare(sku: str, draft: ListingDraft, known: Publication | None) -> PlannedChange | Withheld | None:
    wanted = draft.groups()
    if known is None:
        return PlannedChange(Change(ChangeKind.CREATE, sku, draft), {})
    differing = frozenset(group for group, value in wanted.items() if known.applied.get(group.value) != value)
    refused = known.status == Outcome.REJECTED.value
    if known.status == Outcome.PENDING.value:
        differing = differing & OFFER if known.remote.remote_id else frozenset()
    elif not (known.remote.remote_id or (refused and not differing)) or (refused and any(p.code in GONE for p in known.problems)):
        return PlannedChange(Change(ChangeKind.CREATE, sku, draft), known.applied)
    if not differing:
        reasons = known.problems or (Problem("rejected", REJECTED_BEFORE, "", {"sku": sku}),)
        return Withheld(sku, draft.title, reasons) if refused else None
    return PlannedChange(Change(ChangeKind.UPDATE, sku, draft, known.remote, differing), known.applied)


REJECTED_BEFORE = N_("The platform refused {sku} as it stands. Change what it complained about; it is then sent again.")


def snapshot(wanted: Wanted, published: Mapping[str, Publication]) -> dict[str, str]:
    """Names what a plan is made from: the catalog's side and the listings' side, each by a digest."""
    return {
        "catalog": fingerprint([[sku, {g.value: v for g, v in draft.groups().items()}]
                                for sku, draft in sorted(wanted.drafts.items())]),
        "listings": fingerprint([[p.sku, p.status, p.remote.remote_id, p.applied] for p in published.values()]),
    }


def moved_since(plan: Plan, channel: str, now: Mapping[str, str]) -> list[str]:
    """What moved since the plan was made: `catalog`, `listings`, or the `channel` that the account is on."""
    return [side for side in plan.snapshot if plan.snapshot[side] != now.get(side)] + (
        ["channel"] if plan.channel != channel else [])


def refuse_as_moved(moved: Sequence[str]) -> None:
    """Raises PlanError that names what moved."""
    raise PlanError(STALE, code="plan-stale", what=list(moved))


def refuse_if_too_many(plan: Plan, limit: int) -> None:
    """Raises PlanError when the plan creates more listings than the settings allow at once."""
    if (count := plan.counts()[ChangeKind.CREATE.value]) > limit:
        raise PlanError(TOO_MANY, code="too-many-creates", count=count, account=plan.account, limit=limit)
