"""Who a connector says it is: profile, settings, roles, and a first call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

import pytest

from ocop_market.accounts import secret_names
from ocop_market.channels.api import (
    AnswersLater,
    AsksConsent,
    Connector,
    HasCategories,
    HasGoods,
    HasLocations,
    PublishesListings,
    PublishOneByOne,
    PublishSnapshot,
    PullsSales,
)
from ocop_market.channels.registry import load_sandbox
from ocop_market.errors import NeedsLogin, NotSupported, SettingsError
from ocop_market.model.change import RemoteListing
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.testing import NotWritten
from ocop_market.testing.frame import ContractFrame, NewTrial, needs
from ocop_market.testing.goods import PRODUCTS
from ocop_market.testing.trial import Ground, Trial, Unremembered

SECRET_WORDS = ("secret", "password", "key", "token")
WRONG = "contract-wrong-key-0123456789"


DRAFT = ListingDraft(sku="THU-KHONG-CO", title="Trà thử", description="Trà thử.", category="0", price=50_000, stock=1, weight_g=100)
REMOTE = RemoteListing("0", DRAFT.sku)


class IdentityCases(ContractFrame):
    """Profile, settings and roles."""

    def test_nothing_is_left_to_write(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(sells=True)
        left = dict.fromkeys(sentence for attempt in attempts(trial) if (sentence := unwritten(attempt)))
        if left:
            pytest.fail("\n".join(f"Still to be written: {sentence}" for sentence in left), pytrace=False)

    def test_the_profile_is_complete(self, ground: Ground) -> None:
        profile = ground.kind.profile
        assert profile.key == ground.name, f"facts.py: the profile's key is '{profile.key}', the entry point '{ground.name}'."
        assert profile.title, "facts.py: the profile needs a title, as people call the platform."
        assert profile.docs, "facts.py: name the pages that the facts were read on: docs=(DocPage(page, day), …)."
        for page in profile.docs:
            assert page.page, "facts.py: a DocPage needs the title or address of its page."
            assert date.fromisoformat(page.seen) > date(2000, 1, 1), f"facts.py: when was '{page.page}' read? (YYYY-MM-DD)"
        nameless = [fact for fact in profile.unverified if len(fact.split()) < 3]
        assert not nameless, f"facts.py: say what is unverified in a sentence, not only {nameless}."

    def test_the_limits_make_sense(self, ground: Ground) -> None:
        profile = ground.kind.profile
        assert profile.text_unit in ("characters", "bytes")
        assert profile.picture_by in ("upload", "link", "none")
        assert min(profile.title_minimum, profile.price_minimum, profile.description_limit, profile.picture_limit) >= 0
        assert not profile.title_limit or profile.title_minimum < profile.title_limit
        assert not profile.price_maximum or profile.price_minimum < profile.price_maximum
        assert profile.page_size > 0
        assert profile.parallel_reads > 0
        assert profile.sales_overlap >= timedelta(0)
        assert profile.sales_window is None or profile.sales_window > profile.sales_overlap
        assert profile.calls_per_second is None or profile.calls_per_second > 0
        assert profile.calls_per_hour is None or profile.calls_per_hour > 0

    def test_roles_and_profile_agree(self, ground: Ground) -> None:
        kind = ground.kind
        later = issubclass(kind, AnswersLater)
        assert kind.profile.answers_later == later, "facts.py: answers_later must be True exactly for an AnswersLater connector."
        assert bool(kind.profile.ticket_life) == later, "facts.py: ticket_life belongs to AnswersLater connectors only."
        assert not later or issubclass(kind, PublishesListings), "Only a connector that publishes can answer later."
        assert not (issubclass(kind, PublishesListings) and issubclass(kind, PublishSnapshot)), "Publish by calls or by file."
        if ground.has_sandbox:
            assert load_sandbox(ground.name).key == ground.name, "sandbox.py: key must be the entry point's name."

    def test_every_setting_is_described(self, ground: Ground) -> None:
        fields = ground.kind.Settings.model_fields
        mute = [name for name, field in fields.items() if not field.description]
        assert not mute, f"Settings: {', '.join(mute)} without a description; `accounts add` asks for them with it."

    def test_secret_settings_are_kept_secret(self, ground: Ground) -> None:
        hidden = secret_names(ground.kind)
        open_secrets = [name for name, field in ground.kind.Settings.model_fields.items() if name not in hidden
                        and name.rpartition("_")[2] in SECRET_WORDS]
        assert not open_secrets, f"Settings: make {', '.join(open_secrets)} a SecretStr, so that it is sealed and never shown."

    def test_making_a_connector_calls_nobody(self, new_trial: NewTrial) -> None:
        trial = new_trial()
        sent = len(trial.wire.sent) if trial.line is not None else 0
        trial.restart()
        _ = trial.connector
        assert trial.line is None or len(trial.line.sent) == sent

    def test_check_names_the_shop(self, new_trial: NewTrial) -> None:
        assert new_trial().connector.check().strip(), "check() returns the shop's name, or the account's without a network."

    @needs(Connector, otherwise="")
    def test_a_wrong_key_is_told_in_a_sentence_without_the_key(self, ground: Ground, new_trial: NewTrial) -> None:
        hidden = secret_names(ground.kind)
        if not hidden:
            pytest.skip(f"{ground.kind.profile.title} has no secret setting, so none can be wrong.")
        trial = new_trial()
        trial.keep_settings(dict.fromkeys(hidden, WRONG))
        if isinstance(trial.connector, AsksConsent):
            trial.market.vault.put("practice", "tokens", {
                "access": WRONG, "refresh": WRONG, "access_until": None, "refresh_until": None, "extra": {}}, trial.clock())
        trial.restart()
        with pytest.raises((NeedsLogin, SettingsError)) as caught:
            trial.connector.check()
        assert WRONG not in str(caught.value)
        assert WRONG not in repr(caught.value)

    @needs(AsksConsent, otherwise="needs no consent")
    def test_the_consent_link_carries_the_state(self, ground: Ground, new_trial: NewTrial) -> None:
        connector = new_trial().connector
        assert isinstance(connector, AsksConsent)
        try:
            link = connector.consent_link("https://shop.example/back", "contract-state-123456")
        except NotSupported:
            pytest.skip(f"{connector.profile.title} needs no consent with the practice settings.")
        assert "contract-state-123456" in link

    @needs(HasCategories, otherwise="has no categories")
    def test_categories_form_a_tree_whose_leaves_tell_what_they_ask_for(self, ground: Ground, new_trial: NewTrial) -> None:
        connector = new_trial().connector
        assert isinstance(connector, HasCategories)
        tree = {category.id: category for category in connector.categories()}
        lost = [category.id for category in tree.values() if category.parent and category.parent not in tree]
        assert not lost, f"categories(): the parents of {lost[:5]} are missing."
        leaf = next(category for category in tree.values() if category.leaf and category.open_to_us)
        asked = connector.attributes(leaf.id)
        assert len({attribute.id for attribute in asked}) == len(asked), "attributes(): an id comes twice."

    @needs(HasLocations, otherwise="has no branches")
    def test_branches_have_ids_and_names(self, ground: Ground, new_trial: NewTrial) -> None:
        connector = new_trial(sells=True).connector
        assert isinstance(connector, HasLocations)
        places = connector.locations()
        assert places
        assert all(place.id and place.name for place in places)
        assert len({place.id for place in places}) == len(places)

    @needs(HasGoods, otherwise="keeps no articles")
    def test_articles_come_with_our_codes_and_prices(self, ground: Ground, new_trial: NewTrial) -> None:
        connector = new_trial(sells=True).connector
        assert isinstance(connector, HasGoods)
        prices = {good.sku: good.price for good in connector.goods()}
        assert {p.sku: p.price for p in PRODUCTS}.items() <= prices.items()

    @needs(PullsSales, PublishesListings, PublishSnapshot, otherwise="has a role of its own")
    def test_it_has_a_role(self, ground: Ground) -> None:
        assert ground.kind.__doc__, "The connector class needs a sentence that says what it is."


def attempts(trial: Trial) -> Iterator[Callable[[], object]]:
    """One call of every verb that the connector's roles promise; what comes of it is judged elsewhere."""
    connector = trial.connector
    yield connector.check
    yield partial(connector.problems, DRAFT)
    if isinstance(connector, PublishOneByOne):
        yield partial(connector.create, DRAFT, Unremembered())
        yield partial(connector.update, DRAFT, REMOTE, frozenset(FieldGroup), Unremembered())
        yield partial(connector.withdraw, REMOTE)
    if isinstance(connector, PublishesListings):
        yield partial(connector.find, DRAFT.sku)
    if isinstance(connector, PublishSnapshot):
        yield partial(connector.render, [])
    if isinstance(connector, PullsSales):
        now = trial.clock()
        yield lambda: next(iter(connector.pull_sales(None, start=now - timedelta(days=3), until=now)), None)


def unwritten(attempt: Callable[[], object]) -> str:
    """What is still to be written before an attempt can be made; empty when it can, whatever comes of it."""
    try:
        attempt()
    except NotWritten as error:
        return str(error)
    except Exception:
        return ""
    return ""
