"""Publishing to the practice Shopee on days drawn from a seed: whatever fails or dies, each SKU ends as one whole listing."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from shopee_shop import DiesError, Memory, Shop, items_of, tea, tea_in_packs

from ocop_market.errors import MarketError
from ocop_market.model.change import Outcome, RemoteListing
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.sandbox.faults import Fault, FaultKind

EVERY = frozenset(FieldGroup)
ROUNDS = 60


def drafts_of(folder: Path) -> list[ListingDraft]:
    """Two listings with variants and one without."""
    packs = tea_in_packs(folder)
    named = [replace(packs, sku=f"GOI-{n}", variants=tuple(replace(v, sku=f"{n}-{v.sku}") for v in packs.variants)) for n in (1, 2)]
    return [*named, replace(tea(folder), sku="LE")]


def spoil(shop: Shop, day: random.Random) -> None:
    """Bad luck for one round."""
    shop.sandbox.faults.clear()
    for kind in (FaultKind.RATE_LIMIT, FaultKind.ERROR_BEFORE, FaultKind.ERROR_AFTER, FaultKind.EXPIRED_TOKEN):
        shop.sandbox.faults.add(Fault(kind, chance=day.choice((0.0, 0.05, 0.3)), path=day.choice(("", "add_item", "tier", "unlist"))))
    shop.line.dies_at = shop.line.calls + day.randrange(40) if day.random() < 0.5 else -1
    shop.line.after_effect = day.random() < 0.5


def attempt(shop: Shop, draft: ListingDraft, memory: Memory, begun: bool) -> RemoteListing | None:
    """One process that tries to bring a listing to its draft, as the engine does; the listing when that is known to be done."""
    connector = shop.connector()
    found = connector.find(draft.sku, draft.sold_skus) if begun else None
    result = connector.update(draft, found, EVERY, memory) if found else connector.create(draft, memory)
    return result.remote if result.outcome is Outcome.LIVE else None


def publish(shop: Shop, drafts: list[ListingDraft], day: random.Random) -> dict[str, RemoteListing]:
    """Rounds of attempts until all is done."""
    done: dict[str, RemoteListing] = {}
    kept: dict[str, object] = {}
    begun: set[str] = set()
    own: dict[str, dict[str, object]] = {draft.sku: {} for draft in drafts}
    for number in range(ROUNDS):
        if number < ROUNDS // 2:
            spoil(shop, day)
        else:
            shop.sandbox.faults.clear()
            shop.line.dies_at = -1
        for draft in (draft for draft in drafts if draft.sku not in done):
            memory = Memory(known={**kept, **own[draft.sku]})
            try:
                remote = attempt(shop, draft, memory, draft.sku in begun)
            except (MarketError, DiesError):
                remote = None
            begun.add(draft.sku)
            kept |= {key: value for key, value in memory.known.items() if key.startswith("picture:")}
            own[draft.sku] |= {key: value for key, value in memory.known.items() if not key.startswith("picture:")}
            if remote is not None:
                done[draft.sku] = remote
        if len(done) == len(drafts):
            break
    shop.sandbox.faults.clear()
    shop.line.dies_at = -1
    return done


def check(folder: Path, seed: int) -> None:
    day, shop, drafts = random.Random(seed), Shop(), drafts_of(folder)
    shop.sandbox.faults._random.seed(seed)
    done = publish(shop, drafts, day)
    assert (seed, sorted(done), sorted(items_of(shop))) == (seed, *[sorted(draft.sku for draft in drafts)] * 2)
    for draft, live in zip(sorted(drafts, key=lambda d: done[d.sku].remote_id), shop.connector().read_listings(list(done.values())),
                           strict=True):
        wanted = draft.groups()
        assert (seed, live.fields["price"], live.fields["stock"], live.fields["visibility"]) == (
            seed, wanted[FieldGroup.PRICE], wanted[FieldGroup.STOCK], wanted[FieldGroup.VISIBILITY])
        assert [row["sku"] for row in live.fields["variants"]["variants"]] == [v.sku for v in draft.variants]


@pytest.mark.parametrize("seed", range(6))
def test_bad_days_end_in_one_whole_listing_a_sku(tmp_path: Path, seed: int) -> None:
    check(tmp_path, seed)


@pytest.mark.long
def test_many_bad_days_do_too(tmp_path: Path) -> None:
    for seed in range(100, 150):
        check(tmp_path, seed)
