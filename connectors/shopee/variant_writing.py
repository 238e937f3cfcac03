"""Makes an item's models what a draft wants, in the fewest calls; read first, so that doing it twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.shopee.listing_api import ListingApi
from connectors.shopee.pictures import Pictures
from connectors.shopee.variants import (
    VariantSteps,
    made_models,
    option_pictures,
    steps_between,
    to_models,
    to_places,
    to_tiers,
)
from connectors.shopee.wire_listing import ModelsResponse
from ocop_market.channels.api import Progress
from ocop_market.errors import Problem, Refused
from ocop_market.language import N_
from ocop_market.model.listing import JsonObject, ListingDraft

CANNOT_GO = N_("The listing of {sku} has variants on Shopee, but the product has none any more. Take the variants away in Shopee Seller "
               "Centre, or withdraw the listing and publish the product under another SKU.")
ALL_NEW = N_("None of the variants that {sku} has on Shopee is wanted any more, and a listing keeps at least one. Keep one for now, or "
             "withdraw the listing and publish the product under another SKU.")


@dataclass(frozen=True)
class Brought:
    """An item's models by SKU, and those among them that were made now, with the draft's price and stock."""

    models: dict[str, int]
    fresh: frozenset[str]


class VariantWriter:
    """The calls for models."""

    def __init__(self, api: ListingApi, pictures: Pictures) -> None:
        self._api, self._pictures = api, pictures

    def make(self, item_id: int, draft: ListingDraft, progress: Progress) -> dict[str, int]:
        """The first models of an item, by SKU; if they are there already, they are only brought to what is wanted."""
        try:
            return self._anew(item_id, draft, progress)
        except Refused:
            live = self._api.models(item_id)
            if not live.model:
                raise
            return self._bring(item_id, draft, live, progress).models

    def bring(self, item_id: int, draft: ListingDraft, progress: Progress) -> Brought:
        """What is there brought to the draft. Raises Refused where Shopee has no way from one to the other."""
        live = self._api.models(item_id)
        if not draft.variants:
            if live.model:
                raise Refused([Problem("variants-cannot-go", CANNOT_GO, "variants", {"sku": draft.sku})])
            return Brought({}, frozenset())
        return self._bring(item_id, draft, live, progress)

    def _bring(self, item_id: int, draft: ListingDraft, live: ModelsResponse, progress: Progress) -> Brought:
        shown = option_pictures(draft)

        def send(ids: list[str]) -> Brought:
            image_ids = dict(zip(shown, ids, strict=True))
            steps = steps_between(draft, live, image_ids)
            if steps.anew:
                made = self._anew(item_id, draft, progress)
                return Brought(made, frozenset(made))
            if not steps.kept:
                raise Refused([Problem("variants-all-new", ALL_NEW, "variants", {"sku": draft.sku})])
            return self._take(item_id, draft, steps, to_tiers(draft, image_ids))

        return self._pictures.sent(draft.sku, list(shown.values()), progress, send)

    def _take(self, item_id: int, draft: ListingDraft, steps: VariantSteps, tiers: list[JsonObject]) -> Brought:
        models = {sku: model_id for sku, (model_id, _) in steps.kept.items()}
        if steps.reordered:
            self._api.update_tier_variation(item_id, tiers, to_places(steps.kept), draft.sku)
        if steps.deleted:
            self._api.delete_model(item_id, steps.deleted, draft.sku)
        if steps.changed:
            self._api.update_models(item_id, steps.changed, draft.sku)
        added: dict[str, int] = {}
        if steps.added:
            added = made_models(draft, self._api.add_models(item_id, to_models(draft, steps.added), draft.sku).response.model)
        return Brought({**models, **added}, frozenset(added))

    def _anew(self, item_id: int, draft: ListingDraft, progress: Progress) -> dict[str, int]:
        shown = option_pictures(draft)

        def send(ids: list[str]) -> dict[str, int]:
            tiers = to_tiers(draft, dict(zip(shown, ids, strict=True)))
            made = self._api.init_tier_variation(item_id, tiers, to_models(draft, draft.variants), draft.sku)
            return made_models(draft, made.response.model)

        return self._pictures.sent(draft.sku, list(shown.values()), progress, send)
