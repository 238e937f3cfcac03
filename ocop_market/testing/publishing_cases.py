"""Publishing as it should go: the round trip, quiet when nothing changed, refusals by name, Vietnamese letters."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import unquote_plus, urlsplit

import pytest
import requests

from ocop_market.channels.api import Connector, PublishesListings, PublishSnapshot
from ocop_market.model.change import Change, ChangeKind, Outcome
from ocop_market.model.listing import ListingDraft
from ocop_market.model.product import Product
from ocop_market.store.catalog import save_products
from ocop_market.store.publications import load_publications
from ocop_market.testing.frame import ContractFrame, NewTrial, needs
from ocop_market.testing.goods import PRODUCTS
from ocop_market.testing.trial import ACCOUNT, Ground, Trial, Unremembered

TAKES_NONE = "takes no listings"


class PublishingCases(ContractFrame):
    """Publishing on good days."""

    @needs(PublishesListings, otherwise=TAKES_NONE)
    def test_what_is_published_is_found_and_a_second_plan_is_empty(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=len(PRODUCTS))
        first = trial.market.plan(ACCOUNT)
        assert not first.withheld, (
            f"The practice articles ({', '.join(p.name for p in PRODUCTS)}) should all be fit for listing, with a category each; "
            f"withheld: {first.withheld_by_reason()}")
        assert len(first.changes) == len(PRODUCTS)
        trial.publish_to_the_end()
        assert all_live(trial) == []
        connector = publisher(trial)
        for product in PRODUCTS:
            found = connector.find(product.sku)
            assert found is not None, f"find('{product.sku}') gives nothing although it was published."
            assert found.sku == product.sku
            assert found.remote_id
        assert connector.find("THU-KHONG-CO") is None, "find() must give None for an SKU that is not on the platform."
        assert trial.market.plan(ACCOUNT).changes == ()

    @needs(PublishesListings, otherwise=TAKES_NONE)
    def test_an_unchanged_catalog_sends_no_write(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=3)
        trial.publish_to_the_end()
        plan = trial.market.plan(ACCOUNT)
        trial.wire.sent.clear()
        trial.market.apply(plan)
        assert self.writes(trial) == []

    @needs(PublishesListings, otherwise=TAKES_NONE)
    def test_a_new_price_is_one_update_and_no_second_listing(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=3)
        trial.publish_to_the_end()
        change_catalog(trial, lambda product: replace(product, price=(product.price or 0) + 5_000))
        plan = trial.market.plan(ACCOUNT)
        assert {planned.change.kind for planned in plan.changes} == {ChangeKind.UPDATE}
        trial.publish_to_the_end()
        assert all_live(trial) == []
        assert [trial.listings(product.sku) for product in PRODUCTS[:3]] == [1, 1, 1]
        assert trial.market.plan(ACCOUNT).changes == ()

    @needs(PublishesListings, otherwise=TAKES_NONE)
    def test_every_kind_of_change_is_taken(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=1)
        trial.publish_to_the_end()
        old = PRODUCTS[0]
        for changed, sent in (({"price": 191_000}, "191000"), ({"stock": 137}, "137"),
                              ({"description": f"{old.description} Vụ mới ướp sen."}, "ướp sen"), ({"weight_g": 1_850}, "")):
            change_catalog(trial, partial(altered, changed=changed))
            trial.wire.sent.clear()
            trial.publish_to_the_end()
            assert all_live(trial) == []
            assert trial.market.plan(ACCOUNT).changes == ()
            assert any(sent in text_of(request) for request in trial.wire.sent if request.method != "GET"), (
                f"{changed} changed in the catalog; no call carries it to the platform.")

    @needs(PublishesListings, otherwise=TAKES_NONE)
    def test_withdrawing_twice_is_the_same_as_once(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=1)
        trial.publish_to_the_end()
        connector = publisher(trial)
        sku = PRODUCTS[0].sku
        for _ in range(2):
            remote = connector.find(sku) or kept_remote(trial, sku)
            change = Change(ChangeKind.WITHDRAW, sku, remote=remote)
            assert [result.outcome for result in connector.apply([change], lambda _: Unremembered())] == [Outcome.WITHDRAWN]
            found = connector.find(sku)
            assert found is None or not found.visible, "A withdrawn listing is not found any more, or found with visible=False."

    @needs(PublishesListings, PublishSnapshot, otherwise=TAKES_NONE, sandbox=False)
    def test_a_good_draft_has_no_problem(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=1)
        assert trial.connector.problems(good_draft(trial)) == []

    @needs(PublishesListings, PublishSnapshot, otherwise=TAKES_NONE, sandbox=False)
    @pytest.mark.parametrize("flaw", ["no title", "long title", "no price", "low price", "high price", "no picture"])
    def test_what_the_channel_cannot_carry_is_refused_by_name(self, ground: Ground, new_trial: NewTrial, flaw: str) -> None:
        trial = new_trial(articles=1)
        profile = ground.kind.profile
        draft = good_draft(trial)
        by_calls = issubclass(ground.kind, PublishesListings)  # a file of listings may have gaps that people fill by hand
        flawed: dict[str, tuple[bool, str, ListingDraft]] = {
            "no title": (by_calls, "title", replace(draft, title="")),
            "long title": (bool(profile.title_limit), "title", replace(draft, title="ư" * (profile.title_limit + 1))),
            "no price": (by_calls, "price", replace(draft, price=0)),
            "low price": (profile.price_minimum > 0, "price", replace(draft, price=max(0, profile.price_minimum - 1))),
            "high price": (bool(profile.price_maximum), "price", replace(draft, price=profile.price_maximum + 1)),
            "no picture": (by_calls and profile.picture_by != "none", "pictures", replace(draft, pictures=())),
        }
        applies, field, bad = flawed[flaw]
        if not applies:
            pytest.skip(f"{profile.title} has no such limit to keep.")
        problems = trial.connector.problems(bad)
        assert field in {problem.field for problem in problems}, f"problems(): say that the field '{field}' is wrong ({flaw})."
        for problem in problems:
            assert problem.sentence("en"), "A problem is a whole sentence."

    @needs(PublishesListings, otherwise=TAKES_NONE)
    def test_vietnamese_text_goes_out_in_its_usual_form(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=1)
        change_catalog(trial, lambda product: replace(product, name=unicodedata.normalize("NFD", product.name)))
        trial.publish_to_the_end()
        sent = [text_of(request) for request in trial.wire.sent if request.method != "GET"]
        assert any(PRODUCTS[0].name in text for text in sent), "The title does not go out as it is in the catalog."
        assert all(unicodedata.is_normalized("NFC", text) for text in sent), "Text goes out with its marks apart (NFD)."

    def writes(self, trial: Trial) -> list[str]:
        """Calls that may change something: all but GET, save those that are named as reading by POST."""
        return [f"{request.method} {path}" for request in trial.wire.sent if request.method not in ("GET", "HEAD")
                and (path := urlsplit(request.url or "").path) not in self.reads_by_post]


def publisher(trial: Trial) -> PublishesListings:
    """The connector as one that publishes."""
    connector: Connector = trial.connector
    if not isinstance(connector, PublishesListings):
        raise TypeError("a connector that publishes is needed here")
    return connector


def all_live(trial: Trial) -> list[str]:
    """What stands in the way, by SKU; empty when every listing is live."""
    with trial.market.store.reading() as connection:
        known = load_publications(connection, ACCOUNT)
    lines = []
    for sku in trial.market.products():
        listing = known.get(sku)
        if listing is None or listing.status != Outcome.LIVE.value:
            why = "; ".join(problem.sentence("en") for problem in listing.problems) if listing else "never published"
            lines.append(f"{sku}: {listing.status if listing else 'unknown'} ({why})")
    return lines


def change_catalog(trial: Trial, alter: Callable[[Product], Product]) -> None:
    """Alters every product of the catalog."""
    changed = [alter(product) for product in trial.market.products().values()]
    with trial.market.store.writing() as connection:
        save_products(connection, changed, trial.clock(), origin="trial")


def good_draft(trial: Trial) -> ListingDraft:
    """The draft that the market makes of the first article."""
    drafts = [planned.change.draft for planned in trial.market.plan(ACCOUNT).changes]
    assert drafts, "The practice article should be fit for listing."
    assert drafts[0] is not None
    return drafts[0]


def altered(product: Product, changed: Mapping[str, Any]) -> Product:
    """The product with other values."""
    return replace(product, **changed)


def kept_remote(trial: Trial, sku: str) -> Any:
    """The listing as the market remembers it."""
    with trial.market.store.reading() as connection:
        return load_publications(connection, ACCOUNT)[sku].remote


def text_of(request: requests.PreparedRequest) -> str:
    """The text that a request carries: JSON and forms unpacked, pictures left out."""
    body = request.body or b""
    raw = body if isinstance(body, bytes) else str(body).encode()
    kind = str(request.headers.get("Content-Type", ""))
    if "json" in kind:
        return json.dumps(json.loads(raw), ensure_ascii=False)
    if "multipart" in kind:
        return ""
    return unquote_plus(raw.decode(errors="replace")) if "form" in kind else raw.decode(errors="replace")
