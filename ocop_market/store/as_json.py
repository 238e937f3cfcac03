"""Problems and drafts as JSON, with nothing lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ocop_market.errors import Problem
from ocop_market.model.listing import ListingDraft, VariantDraft
from ocop_market.model.product import Picture, WholesalePrice


def problem_to_json(problem: Problem) -> dict[str, Any]:
    """A problem as JSON; its values become text, or lists of texts."""
    return {**asdict(problem), "values": {key: _plain(value) for key, value in problem.values.items()}}


def _plain(value: object) -> str | list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else str(value)


def problem_from_json(kept: Mapping[str, Any]) -> Problem:
    """The problem that was kept."""
    return Problem(kept["code"], kept["message"], kept.get("field", ""), kept.get("values", {}))


def draft_to_json(draft: ListingDraft) -> dict[str, Any]:
    """A draft as JSON, with nothing lost."""
    body: dict[str, Any] = json.loads(json.dumps(asdict(draft), ensure_ascii=False))
    return body


def draft_from_json(kept: Mapping[str, Any]) -> ListingDraft:
    """The draft that was kept."""
    body = dict(kept)
    body["pictures"] = tuple(Picture(**picture) for picture in body["pictures"])
    length, width, height = body["parcel_cm"]
    body["parcel_cm"] = (length, width, height)
    body["options"] = tuple(body["options"])
    body["variants"] = tuple(_variant_from_json(variant) for variant in body["variants"])
    body["wholesale"] = tuple(WholesalePrice(**step) for step in body["wholesale"])
    return ListingDraft(**body)


def _variant_from_json(kept: Mapping[str, Any]) -> VariantDraft:
    picture = Picture(**kept["picture"]) if kept["picture"] else None
    return VariantDraft(**{**kept, "values": tuple(kept["values"]), "picture": picture})
