"""What there is of one product, divided among the accounts that offer it. Pure; the same claims always give the same parts.

Units that a campaign has locked on an account stay there; the rest is divided without them:

1. An account below its threshold takes no part.
2. Rules with a figure come first, in the order of the accounts: `fixed`, then `percent` of what is left above the reserve.
3. What they leave is divided evenly among the others; what cannot be divided goes to the earlier account.

An account never goes into the last units that its reserve keeps. Parts of exclusive accounts never add up to more than
there is; an account that is not exclusive gets its part of the whole, whatever the others offer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ocop_market.offer_settings import StockRule


@dataclass(frozen=True, slots=True)
class Claim:
    """What one account may offer of one product: its rule and figures, a limit of its own (`most`), and the units locked there."""

    account: str
    rule: StockRule = StockRule.ALL
    percent: int = 0
    fixed: int = 0
    reserve: int = 0
    threshold: int = 0
    most: int | None = None
    exclusive: bool = True
    locked: int = 0

    def may_add(self, left: int, part: int = 0) -> int:
        """How many of `left` units the account's own limit lets it add to its part."""
        return left if self.most is None else max(0, min(left, self.most - self.locked - part))


def divide(there: int, claims: Sequence[Claim]) -> dict[str, int]:
    """The units that each account should offer, by account: what is locked there and its part of the rest.

    The parts of exclusive accounts add up to at most `there`, or to what campaigns have locked where that is more.
    """
    rest = max(0, there - sum(claim.locked for claim in claims))
    taking = [claim for claim in claims if rest - claim.reserve >= max(1, claim.threshold)]
    together = _Division(rest, [claim for claim in taking if claim.exclusive])
    parts = together.parts | {claim.account: claim.may_add(_wish(claim, rest)) for claim in taking if not claim.exclusive}
    return {claim.account: claim.locked + parts.get(claim.account, 0) for claim in claims}


def raised_only_as_freed(there: int, wanted: int, claim: Claim, claims: Sequence[Claim], standing: Mapping[str, int]) -> int:
    """`wanted`, but raised above the account's standing offer only by units that no other exclusive account may still sell.

    `standing` is by account how many units may still be sold under the offer that stands there. Without this, units moved from
    one account to another could be sold at both until the first is told.
    """
    if not claim.exclusive:
        return wanted
    others = (other for other in claims if other.exclusive and other.account != claim.account)
    free = there - sum(max(standing.get(other.account, 0), other.locked) for other in others)
    return max(claim.locked, min(wanted, max(standing.get(claim.account, 0), free)))


def _wish(claim: Claim, rest: int) -> int:
    """What an account's rule alone lets it offer of `rest` units."""
    above = max(0, rest - claim.reserve)
    if claim.rule is StockRule.PERCENT:
        return above * claim.percent // 100
    return min(above, max(0, claim.fixed - claim.locked)) if claim.rule is StockRule.FIXED else above


class _Division:
    """Parts being given out of `rest` units."""

    def __init__(self, rest: int, claims: Sequence[Claim]) -> None:
        self.rest, self.claims = rest, claims
        self.parts = dict.fromkeys((claim.account for claim in claims), 0)
        for rule in (StockRule.FIXED, StockRule.PERCENT):
            for claim in claims:
                if claim.rule is rule:
                    self._add(claim, _wish(claim, rest))
        self._divide_evenly([claim for claim in claims if claim.rule not in (StockRule.FIXED, StockRule.PERCENT)])

    def _divide_evenly(self, claims: Sequence[Claim]) -> None:
        """Those who can take least come first, so that the others find what they left."""
        waiting = sorted(claims, key=lambda claim: (-claim.reserve, claim.may_add(self.rest)))
        while waiting:
            claim = waiting[0]
            alike = sum(other.reserve >= claim.reserve for other in waiting)
            self._add(claim, min(-(-self._room(claim) // alike), -(-(self.rest - sum(self.parts.values())) // len(waiting))))
            waiting.remove(claim)
        for claim in claims:
            self._add(claim, self.rest)

    def _add(self, claim: Claim, units: int) -> None:
        self.parts[claim.account] += claim.may_add(min(units, self._room(claim)), self.parts[claim.account])

    def _room(self, claim: Claim) -> int:
        """Units above each reserve, up to the account's own, that are not given to those who keep it."""
        levels = {other.reserve for other in self.claims if other.reserve <= claim.reserve}
        return max(0, min(self.rest - level - sum(self.parts[other.account] for other in self.claims if other.reserve >= level)
                          for level in levels))


__all__ = ["Claim", "divide", "raised_only_as_freed"]
