"""A plan: what a publish would do to the listings of one account, why the rest stays as it is, and what must be approved.

A plan names what it rests on, so that applying it can tell what moved since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ocop_market.errors import MarketError, Problem
from ocop_market.language import N_
from ocop_market.model.change import Change, ChangeKind
from ocop_market.model.listing import FieldGroup, JsonObject, ListingDraft, fingerprint
from ocop_market.publishing.brakes import Brake
from ocop_market.publishing.compare import Drift
from ocop_market.store.as_json import draft_from_json, draft_to_json, problem_from_json, problem_to_json
from ocop_market.store.outbox import Entry

FORMAT = 2

STALE = N_("The plan no longer fits. Since it was made, these changed: {what!t}. Make a new plan and look at it again.")
IN_CATALOG = N_("in the catalog, or in what the category asks for: {skus}")
IN_MARKET = N_("listings changed from here: {skus}")
IN_SHOP = N_("in the shop: {skus}")
THE_CHANNEL = N_("the channel of the account")
DAMAGED = N_("{path} is not a plan, or it was changed by hand. Make a new plan with: ocop-market plan")
BRAKED = N_("Nothing was changed, because this needs a word from you. {reasons!t} If it is right, approve it by name: {approve}")
SHOWN = 5
"""So many listings and reasons are named in a sentence."""


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
    """One change: the values that it replaces, by group and field, and those of others that it keeps.

    `kept` are edits from the platform that stay; `wanted_instead` is what the catalog says of these fields. `rests_on` names
    what the change was planned from, side by side: `catalog`, `listing` (what we knew) and `shop` (what was live).
    """

    change: Change
    before: Mapping[str, JsonObject] = field(default_factory=dict)
    wanted_instead: Mapping[str, JsonObject] = field(default_factory=dict)
    rests_on: Mapping[str, str] = field(default_factory=dict)
    holds: Mapping[str, str] = field(default_factory=dict)
    """By field group the value that is not planned again once this change is made, by its fingerprint (an undo)."""
    found: bool = False
    """True for a listing that was in the shop before we ever published it."""

    @property
    def entry(self) -> Entry:
        """The change as the outbox takes it."""
        return Entry(self.change, self.before, self.wanted_instead, self.holds)

    def differences(self) -> list[tuple[str, Any, Any]]:
        """`(field, before, after)` for every field that differs; values by variant as `field:SKU`."""
        if self.change.draft is None:
            return [("visible", True, False)]
        after = self.change.draft.groups()
        if self.change.kind is ChangeKind.CREATE:
            return [(name, None, value) for fields in after.values() for name, value in fields.items() if value not in (None, "", [], {})]
        found: list[tuple[str, Any, Any]] = []
        for group, fields in self.before.items():
            for name, before in fields.items():
                now = after[FieldGroup(group)].get(name)
                if isinstance(now, dict) and isinstance(before, dict | None):
                    earlier = before or {}
                    found += [(f"{name}:{key}", earlier.get(key), now.get(key)) for key in {**earlier, **now}
                              if earlier.get(key) != now.get(key)]
                elif before != now:
                    found.append((name, before, now))
        return found


@dataclass(frozen=True)
class Plan:
    """The changes for one account. `digest` names the plan itself.

    `undone` counts listings whose change was taken back by an undo and waits until something else is wanted of them; `undoes`
    is the number of the publish that this plan takes back, None for a plan that comes from the catalog.
    """

    account: str
    channel: str
    day: date
    made_at: datetime
    changes: tuple[PlannedChange, ...]
    withheld: tuple[Withheld, ...] = ()
    unchanged: int = 0
    waiting: int = 0
    drifts: tuple[Drift, ...] = ()
    brakes: tuple[Brake, ...] = ()
    undone: int = 0
    undoes: int | None = None

    @property
    def digest(self) -> str:
        """The same for the same changes from the same state of things."""
        return fingerprint(self._content())

    def counts(self) -> dict[str, int]:
        """How many changes of each kind, and how many products stay as they are, wait for review or stay back."""
        kinds = Counter(planned.change.kind.value for planned in self.changes)
        return {**{kind.value: kinds[kind.value] for kind in ChangeKind}, "unchanged": self.unchanged, "waiting": self.waiting,
                "withheld": len(self.withheld), "drifted": len({drift.sku for drift in self.drifts}), "undone": self.undone}

    def withheld_by_reason(self) -> dict[str, int]:
        """How many products stay back for each reason (by its first problem's code), most first."""
        return dict(Counter(item.problems[0].code for item in self.withheld).most_common())

    def unreleased(self, approved: Collection[str]) -> list[Brake]:
        """The brakes that were not approved by name."""
        return [brake for brake in self.brakes if not brake.released(approved)]

    def to_json(self) -> dict[str, Any]:
        """The plan for a file; `from_json` reads it back and notices any change made by hand."""
        return {"format": FORMAT, "digest": self.digest, "made_at": self.made_at.isoformat(), **self._content()}

    def _content(self) -> dict[str, Any]:
        return {
            "account": self.account, "channel": self.channel, "day": self.day.isoformat(), "undoes": self.undoes,
            "unchanged": self.unchanged, "waiting": self.waiting, "undone": self.undone,
            "changes": [{
                "kind": p.change.kind.value, "sku": p.change.sku, "groups": sorted(g.value for g in p.change.groups),
                "draft": draft_to_json(p.change.draft) if p.change.draft else None, "before": dict(p.before),
                "wanted_instead": dict(p.wanted_instead), "rests_on": dict(p.rests_on), "holds": dict(p.holds), "found": p.found,
            } for p in self.changes],
            "withheld": [{"sku": w.sku, "name": w.name, "problems": [problem_to_json(p) for p in w.problems]} for w in self.withheld],
            "drifts": [{"sku": d.sku, "group": d.group.value, "field": d.field, "ours": d.ours, "live": d.live, "kept": d.kept}
                       for d in self.drifts],
            "brakes": [{"sku": b.sku, **problem_to_json(b.problem)} for b in self.brakes],
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any], path: str) -> Plan:
        """The plan that was written to a file; PlanError when it is none or was changed."""
        try:
            plan = cls(
                body["account"], body["channel"], date.fromisoformat(body["day"]), datetime.fromisoformat(body["made_at"]),
                tuple(map(_planned, body["changes"])),
                tuple(Withheld(w["sku"], w["name"], tuple(map(problem_from_json, w["problems"]))) for w in body["withheld"]),
                body["unchanged"], body["waiting"],
                tuple(Drift(d["sku"], FieldGroup(d["group"]), d["field"], d["ours"], d["live"], d["kept"]) for d in body["drifts"]),
                tuple(Brake(problem_from_json(b), b["sku"]) for b in body["brakes"]), body["undone"], body["undoes"])
        except (KeyError, TypeError, ValueError, AttributeError):
            raise PlanError(DAMAGED, code="plan-damaged", path=path) from None
        if plan.digest != body.get("digest"):
            raise PlanError(DAMAGED, code="plan-damaged", path=path)
        return plan


def _planned(kept: Mapping[str, Any]) -> PlannedChange:
    change = Change(ChangeKind(kept["kind"]), kept["sku"], draft_from_json(kept["draft"]) if kept["draft"] else None,
                    groups=frozenset(map(FieldGroup, kept["groups"])))
    return PlannedChange(change, kept["before"], kept["wanted_instead"], kept["rests_on"], kept["holds"], kept["found"])


def moved_since(plan: Plan, now: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    """By side (`catalog`, `listing`, `shop`) the SKUs of planned changes that rest on something else `now` (by SKU and side)."""
    moved: dict[str, list[str]] = {}
    for planned in plan.changes:
        present = now.get(planned.change.sku, {})
        for side, print_ in planned.rests_on.items():
            if present.get(side, "") != print_:
                moved.setdefault(side, []).append(planned.change.sku)
    return moved


def refuse_as_moved(moved: Mapping[str, Sequence[str]]) -> None:
    """Raises PlanError that names what moved, and where."""
    sentences = {"catalog": IN_CATALOG, "listing": IN_MARKET, "shop": IN_SHOP, "channel": THE_CHANNEL}
    told = [Problem("moved", sentences[side], values={"skus": _some(skus)}) for side, skus in moved.items()]
    raise PlanError(STALE, code="plan-stale", what=told)


def refuse_if_braked(plan: Plan, approved: Collection[str]) -> None:
    """Raises PlanError with the reasons, and the names by which they are approved."""
    if left := plan.unreleased(approved):
        names = list(dict.fromkeys(brake.name for brake in left))
        more = [f"… (+{len(left) - SHOWN})"] if len(left) > SHOWN else []
        raise PlanError(BRAKED, code="plan-braked", reasons=[*(brake.problem for brake in left[:SHOWN]), *more],
                        approve=" ".join(f"--approve {name}" for name in names))


def _some(skus: Sequence[str]) -> str:
    return ", ".join(skus[:SHOWN]) + (f" … (+{len(skus) - SHOWN})" if len(skus) > SHOWN else "")
