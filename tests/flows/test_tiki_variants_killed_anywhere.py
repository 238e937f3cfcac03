"""A listing with variants at the Tiki practice server, its process killed at every call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from tiki_shop import HOST, TEA_PACKINGS, Draft, Remembered, Shop, tea_in_packings

from connectors.tiki.connector import TikiConnector
from ocop_market.channels.http import Http
from ocop_market.channels.tokens import TokenKeeper
from ocop_market.model.change import Change, ChangeKind, Outcome, RemoteListing, Ticket
from ocop_market.model.listing import OFFER, FieldGroup, ListingDraft
from ocop_market.sandbox.transport import WsgiAdapter

EVERYTHING = frozenset(FieldGroup)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def draft(shop: Shop) -> Draft:
    return tea_in_packings(shop)


class Killed(BaseException):
    """The process ends here."""


class Fused(WsgiAdapter):
    """A wire that breaks the process at one of its calls, before or after the platform has done it."""

    def __init__(self, app: Any, at: int, *, before: bool) -> None:
        super().__init__(app)
        self.left, self.before = at, before

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        counts = self.before or request.method != "GET"  # after a read nothing differs from before the next call
        self.left -= counts
        if self.left == 0 and self.before:
            raise Killed
        response = super().send(request, *arguments, **options)
        if self.left == 0 and counts:
            raise Killed
        return response


def connected(shop: Shop, wire: Fused) -> TikiConnector:
    tokens = TokenKeeper("shop", "tiki", load=lambda: shop.kept[-1] if shop.kept else None, save=shop.kept.append,
                         clock=lambda: shop.now)
    settings = TikiConnector.Settings.model_validate(shop.sandbox.settings(HOST))
    return TikiConnector("shop", settings, tokens=tokens, clock=lambda: shop.now,
                         http=Http("tiki", "shop", adapter=wire, sleep=shop.waits.append))


class Engine:
    """What is remembered between processes of one listing: steps, the listing, its ticket; and what a run does next."""

    def __init__(self, wanted: ListingDraft) -> None:
        self.wanted, self.steps = wanted, Remembered()
        self.begun = self.done = False
        self.remote: RemoteListing | None = None
        self.ticket: Ticket | None = None

    def run(self, connector: TikiConnector) -> None:
        """One turn of schedule: an open ticket is asked about, else the listing is made or, begun before, looked for first."""
        if self.ticket is not None:
            [result] = connector.check_tickets({self.wanted.sku: self.ticket})
        else:
            found = connector.find(self.wanted.sku, self.wanted.sold_skus) if self.begun else None
            if found is not None and not found.remote_id:
                self.ticket, self.remote = found.ticket, found
                return
            self.begun = True
            change = Change(ChangeKind.UPDATE if found else ChangeKind.CREATE, self.wanted.sku, self.wanted, found,
                            OFFER if found else EVERYTHING)
            [result] = connector.apply([change], lambda _: self.steps)
        self.remote = result.remote or self.remote
        self.ticket = result.ticket if result.outcome is Outcome.PENDING else None
        self.done = result.outcome is Outcome.LIVE
        assert result.outcome is not Outcome.REJECTED, [problem.sentence("en") for problem in result.problems]


def published_by(shop: Shop, engine: Engine, wire: Callable[[], Fused]) -> None:
    for _ in range(40):
        try:
            engine.run(connected(shop, wire()))
        except Killed:
            continue
        if engine.done:
            return
        shop.later(minutes=40)
    raise AssertionError("never live")


@pytest.mark.parametrize("before", [True, False])
def test_killed_at_any_call_every_variant_is_one_product(shop: Shop, draft: Draft, before: bool) -> None:
    at = points = 0
    while True:
        at += 1
        practice = Shop()
        practice.kept += shop.kept
        fused = Fused(practice.sandbox, at, before=before)
        engine = Engine(draft())
        wires = [fused]  # only one process dies; those after it live
        published_by(practice, engine, lambda wires=wires, practice=practice: (  # type: ignore[misc]
            wires[0] if wires[0].left > 0 else Fused(practice.sandbox, 0, before=before)))
        if fused.left > 0:
            break
        points += 1
        assert [practice.sandbox.count_listings(sku) for sku in TEA_PACKINGS] == [1, 1, 1], f"call {at}"
        assert [practice.product(sku)["active"] for sku in TEA_PACKINGS] == [1, 1, 1], f"call {at}"
        assert engine.remote is not None and set(engine.remote.data["variants"]) == set(TEA_PACKINGS)
    assert points >= (8 if before else 2)
