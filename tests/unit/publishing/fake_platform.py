"""A platform in memory that can be cut off before or after any effect."""

from collections.abc import Callable, Sequence
from typing import Any

from ocop_market.channels.api import PublishOneByOne
from ocop_market.errors import RetryLater, Uncertain
from ocop_market.model.change import Outcome, RemoteListing, Result
from ocop_market.model.listing import FieldGroup, ListingDraft


class PulledPlug(BaseException):
    """The process dies here."""


class FakePlatform(PublishOneByOne):
    """Counts every call; `die_at` kills at a call, before or after its effect."""

    def __init__(self) -> None:
        self.pictures: list[str] = []
        self.listings: list[dict[str, Any]] = []
        self.calls = 0
        self.writes = 0
        self.die_at: tuple[int, str] | None = None
        self.down = False
        self.lose_answers = 0

    def _call(self, effect: Callable[[], Any], *, writes: bool = True) -> Any:
        self.calls += 1
        self.writes += writes
        if self.down:
            raise RetryLater
        if self.die_at == (self.calls, "before"):
            raise PulledPlug
        answer = effect()
        if self.die_at == (self.calls, "after"):
            raise PulledPlug
        return answer

    def create(self, draft: ListingDraft, progress: Any) -> Result:
        def upload() -> str:
            self.pictures.append(draft.sku)
            return f"picture-{len(self.pictures)}"

        def add() -> str:
            self.listings.append({"sku": draft.sku, "title": draft.title, "price": draft.price, "visible": True})
            return str(len(self.listings))

        progress.once("picture", lambda: self._call(upload))
        remote = self._call(add)
        if self.lose_answers:
            self.lose_answers -= 1
            raise Uncertain
        return Result(draft.sku, Outcome.LIVE, RemoteListing(remote, draft.sku))

    def update(self, draft: ListingDraft, remote: RemoteListing, groups: frozenset[FieldGroup], progress: Any) -> Result:
        def change() -> None:
            self.listings[int(remote.remote_id) - 1].update(title=draft.title, price=draft.price, visible=draft.visible)

        self._call(change)
        return Result(draft.sku, Outcome.LIVE, remote)

    def withdraw(self, remote: RemoteListing) -> Result:
        self._call(lambda: self.listings[int(remote.remote_id) - 1].update(visible=False))
        return Result(remote.sku, Outcome.WITHDRAWN, remote)

    def find(self, sku: str, variants: Sequence[str] = ()) -> RemoteListing | None:
        def look() -> RemoteListing | None:
            return next((RemoteListing(str(i), sku) for i, listing in enumerate(self.listings, 1) if listing["sku"] == sku), None)

        found: RemoteListing | None = self._call(look, writes=False)
        return found
