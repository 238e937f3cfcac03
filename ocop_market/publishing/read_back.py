"""Looking after a change: what is live now is kept, and compared with what was sent."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ocop_market.channels.api import Connector, ReadsListings
from ocop_market.errors import NeedsLogin, RetryLater, UnexpectedAnswer
from ocop_market.model.change import RemoteListing
from ocop_market.model.listing import FieldGroup, JsonObject
from ocop_market.publishing.compare import UNTOLD, Fields, more_live, overlaid, same
from ocop_market.publishing.live import named_pictures, with_named_pictures
from ocop_market.store.engine import Store
from ocop_market.store.publications import load_publications, save_seen

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sent:
    """What was sent of a listing, by field group, and the fields of it that were kept as they were on the platform."""

    remote: RemoteListing
    groups: Fields
    kept: Fields


@dataclass(frozen=True)
class Difference:
    """A field that the platform does not show as it was sent; `live` is None where the listing is not there at all."""

    sku: str
    field: str
    wanted: Any
    live: Any


def read_back(store: Store, account: str, connector: Connector, sent: Mapping[str, Sent]) -> list[Difference]:
    """Looks at these listings, remembers what is live, and tells what is not as it was sent.

    A platform that cannot be asked now is asked when the next plan is made.
    """
    if not isinstance(connector, ReadsListings) or not sent:
        return []
    pictures = named_pictures(store, account)
    try:
        there = {one.remote.sku: with_named_pictures(one, pictures).fields
                 for one in connector.read_listings([one.remote for one in sent.values()])}
    except (RetryLater, NeedsLogin, UnexpectedAnswer) as error:
        log.warning("what was published on %s could not be looked at: %s", account, error)
        return []
    with store.writing() as connection:
        known = load_publications(connection, account)
        seen = [(account, sku, _seen(known[sku].seen, fields, sent[sku])) for sku, fields in there.items() if sku in known and sku in sent]
        if seen:
            save_seen(connection, seen)
    by_upload = connector.profile.picture_by == "upload"
    return [difference for sku, one in sent.items() for difference in _differences(sku, one, there.get(sku), by_upload=by_upload)]


def _seen(before: Fields, live: Fields, sent: Sent) -> dict[str, JsonObject]:
    """What counts as left there by us: of the groups that were sent what is live now, save for fields whose edit stays."""
    ours = {group: {name: value for name, value in fields.items() if name not in sent.kept.get(group, {})}
            for group, fields in live.items() if group in sent.groups}
    return overlaid(overlaid(live, before), ours)


def _differences(sku: str, sent: Sent, live: Fields | None, *, by_upload: bool) -> Iterable[Difference]:
    if live is None:
        yield Difference(sku, "visible", True, None)
        return
    for group, fields in sent.groups.items():
        for name, wanted in fields.items():
            told = live.get(group, {}).get(name, UNTOLD)
            if told is UNTOLD or same(name, wanted, told) or (group == FieldGroup.MEDIA and not by_upload):
                continue
            if group != FieldGroup.STOCK or more_live(told, wanted):  # less may have been sold meanwhile
                yield Difference(sku, name, wanted, told)
