"""What has become of one change while its calls are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from connectors.shopee import facts
from connectors.shopee.live import remote_listing
from connectors.shopee.reviews import Reviews
from ocop_market.errors import Problem, Refused
from ocop_market.language import N_
from ocop_market.model.change import Outcome, RemoteListing, Result
from ocop_market.model.listing import FieldGroup, ListingDraft

REMARK = N_("Shopee took {sku} and remarks: {remark}")


@dataclass
class Standing:
    """A change of one item: its state and models as they are known, the groups taken, what was refused and remarked.

    `fresh` are the SKUs of models that were just made with the draft's price and stock. `show_later`: a review is under way, after
    which the item is to be put on sale.
    """

    draft: ListingDraft
    item_id: int
    state: str
    models: dict[str, int] = field(default_factory=dict)
    wholesale: list[list[int]] = field(default_factory=list)
    fresh: frozenset[str] = frozenset()
    taken: set[FieldGroup] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    show_later: bool = False

    @classmethod
    def of(cls, draft: ListingDraft, remote: RemoteListing) -> Standing:
        """As the change begins."""
        return cls(draft, int(remote.remote_id), remote.remote_state, dict(remote.data.get("variants", {})),
                   [list(step) for step in remote.data.get("wholesale", [])])

    def attempt(self, groups: AbstractSet[FieldGroup], send: Callable[[], Sequence[Problem]]) -> bool:
        """Whether the groups were taken; what was refused is kept, and the next groups may go on."""
        try:
            problems = send()
        except Refused as error:
            problems = error.problems
        self.problems += problems
        if not problems:
            self.taken |= groups
        return not problems

    def remark(self, warning: str) -> None:
        """Keeps what Shopee said beside taking something."""
        if warning:
            self.remarks.append(Problem("platform-remark", REMARK, "", {"sku": self.draft.sku, "remark": warning}))

    def may_be_shown(self) -> bool:
        """Whether visibility may be sent: taking down always, putting on sale only what Shopee took whole."""
        return not (self.draft.visible and self.problems)

    def shown(self, problems: Sequence[Problem]) -> Sequence[Problem]:
        """The state after visibility was sent; an item under review goes on sale when that is over."""
        if problems and self.draft.visible and all(problem.code == "listing-under-review" for problem in problems):
            self.show_later = True
            return ()
        if not problems and not self.draft.visible:
            self.state = facts.ITEM_UNLISTED
        elif not problems and self.state in ("", facts.ITEM_UNLISTED):
            self.state = facts.ITEM_NORMAL
        return problems

    def result(self, reviews: Reviews) -> Result:
        """What the change has come to."""
        remote = remote_listing(self.item_id, self.draft.sku, self.state, self.models, self.wholesale)
        if self.problems:
            result = Result(self.draft.sku, Outcome.REJECTED, remote=remote, problems=tuple(self.problems))
        else:
            result = reviews.result(remote, show=self.show_later)
        taken = frozenset(self.taken) if result.outcome is Outcome.REJECTED else frozenset()
        return replace(result, taken=taken, remarks=tuple(self.remarks))
