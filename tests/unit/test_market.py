"""The façade, on a channel in memory: plans that go on, plans that do not fit, days that pass."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import BaseModel

from ocop_market import accounts
from ocop_market.channels.api import Connector
from ocop_market.channels.profile import ChannelProfile
from ocop_market.errors import RetryLater
from ocop_market.market import Market, new_market, open_market
from ocop_market.model.product import Certificate, Product
from ocop_market.publishing.plan import Plan, PlanError
from ocop_market.settings import StarPolicy, add_account
from ocop_market.store.catalog import save_products

from .publishing.fake_platform import FakePlatform, PulledPlug

PLATFORMS: dict[str, FakePlatform] = {}


class NoSettings(BaseModel):
    """Asks for nothing."""


class MemoryChannel(Connector, FakePlatform):
    """Each account has a platform of its own, which outlives the connector."""

    profile = ChannelProfile("memory", "Memory", ())

    Settings = NoSettings

    def __init__(self, account, settings, **kind):
        super().__init__(account, settings, **kind)
        FakePlatform.__init__(self)
        PLATFORMS.setdefault(account, self)
        self.__dict__ = PLATFORMS[account].__dict__


@pytest.fixture
def market(tmp_path, clock, monkeypatch, database):
    PLATFORMS.clear()
    monkeypatch.setattr(accounts, "load_connector", lambda channel: MemoryChannel)
    new_market(tmp_path / "m", database=database)
    with (tmp_path / "m" / "market.toml").open("a", encoding="utf-8") as file:
        file.write('[accounts.one]\nchannel = "memory"\n[accounts.two]\nchannel = "memory"\n')
    with open_market(tmp_path / "m", clock=clock) as opened:
        yield opened


def tea(market: Market, n: int = 0, **other) -> Product:
    issued = market.today - timedelta(days=1000)
    return replace(Product(f"TRA-{n}", f"Trà số {n}", "HTX", price=50_000, stock=5, weight_g=500, certificates=(
        Certificate(4, "1/QĐ", issued, market.today + timedelta(days=10)),)), **other)


def stocked(market: Market, *products: Product) -> None:
    with market.store.writing() as connection:
        save_products(connection, products, market.clock(), origin="test")


def titles(account: str) -> list[str]:
    return [one["title"] for one in PLATFORMS[account].listings if one["visible"]]


def test_a_plan_file_goes_on_after_a_run_that_was_killed(market, clock):
    stocked(market, *(tea(market, n) for n in range(4)))
    plan = Plan.from_json(market.plan("one").to_json(), "plan.json")
    PLATFORMS["one"].die_at = (4, "after")
    with pytest.raises(PulledPlug):
        market.apply(plan)
    PLATFORMS["one"].die_at = None
    assert len(PLATFORMS["one"].listings) == 2
    market.apply(plan)
    assert len(PLATFORMS["one"].listings) == 4
    assert market.plan("one").changes == ()


def test_a_plan_that_was_made_already_is_not_made_again(market):
    stocked(market, tea(market))
    plan = market.plan("one")
    market.apply(plan)
    calls = PLATFORMS["one"].calls
    assert market.apply(plan).outcomes == {}
    assert PLATFORMS["one"].calls == calls


def test_a_plan_whose_rest_was_overtaken_by_a_newer_one_is_refused(market):
    stocked(market, tea(market))
    plan = market.plan("one")
    PLATFORMS["one"].down = True
    market.apply(plan)
    PLATFORMS["one"].down = False
    stocked(market, tea(market, price=60_000))
    market.apply(market.plan("one"))
    with pytest.raises(PlanError, match="plan-stale"):
        market.apply(plan)


def test_a_plan_of_another_account_is_not_made_on_this_one(market):
    stocked(market, tea(market))
    other = replace(market.plan("one"), account="two")
    with pytest.raises(PlanError, match="plan-stale"):
        market.apply(other)


def test_a_plan_for_a_channel_that_the_account_no_longer_is_on_is_refused(market):
    stocked(market, tea(market))
    with pytest.raises(PlanError, match="plan-stale") as refused:
        market.apply(replace(market.plan("one"), channel="shopee"))
    assert "channel" in refused.value.sentence("en")


def test_accounts_without_a_rule_share_the_stock_evenly_and_never_offer_a_unit_twice(market):
    stocked(market, tea(market), tea(market, 1, stock=0), tea(market, 2, stock=1))
    stock = {account: [p.change.draft.stock for p in market.plan(account).changes] for account in ("one", "two")}
    assert stock == {"one": [3, 0, 1], "two": [2, 0, 0]}


def test_the_star_goes_from_the_listing_on_the_day_on_which_the_certificate_ends(market, clock):
    market.settings.publishing.lapsed = StarPolicy.WITHOUT_STARS
    stocked(market, tea(market))
    market.apply(market.plan("one"))
    clock.forward(days=9)
    assert market.plan("one").changes == ()
    clock.forward(days=1)
    (planned,) = market.plan("one").changes
    assert {name for name, *_ in planned.differences()} == {"title", "description"}
    market.apply(market.plan("one"))
    assert titles("one") == ["Trà số 0"]


def test_a_product_withheld_for_its_certificate_comes_back_with_the_new_one(market, clock):
    stocked(market, tea(market))
    market.apply(market.plan("one"))
    clock.forward(days=10)
    market.apply(market.plan("one"))
    assert titles("one") == []
    stocked(market, tea(market, certificates=(Certificate(5, "9/QĐ", market.today, market.today + timedelta(days=1095)),)))
    with pytest.raises(PlanError, match="plan-braked"):
        market.apply(market.plan("one"))
    market.apply(market.plan("one"), approved=["star-gained"])
    assert titles("one") == ["Trà số 0 OCOP 5 sao"]
    assert len(PLATFORMS["one"].listings) == 1


def test_what_was_left_open_is_not_listed_once_its_certificate_ended(market, clock):
    stocked(market, tea(market))
    PLATFORMS.clear()
    plan = market.plan("one")
    PLATFORMS["one"].down = True
    market.apply(plan)
    PLATFORMS["one"].down = False
    clock.forward(days=10)
    market.finish("one")
    assert titles("one") == []


def test_a_market_with_another_list_refuses_the_plan(market, tmp_path, clock):
    stocked(market, tea(market))
    plan = market.plan("one")
    new_market(tmp_path / "other")
    add_account(tmp_path / "other", "one", "memory", {})
    with open_market(tmp_path / "other", clock=clock) as other, pytest.raises(PlanError, match="plan-stale"):
        other.apply(plan)


def test_a_platform_that_is_away_while_planning_is_said(market, monkeypatch):
    def away(*_, **_named):
        raise RetryLater

    monkeypatch.setattr("ocop_market.market.publishing_side.want", away)
    with pytest.raises(RetryLater):
        market.plan("one")


@pytest.mark.parametrize(("change", "withdrawn"), [
    ({"weight_g": None}, 0), ({"price": None}, 0), ({"name": "Rượu nếp"}, 1), ({"name": "Trà 5 sao"}, 1), ({"certificates": ()}, 1),
    ({"practice": frozenset({"price"})}, 1)])
def test_what_the_law_forbids_goes_off_sale_and_what_lacks_data_stays_as_it_is(market, change, withdrawn):
    stocked(market, tea(market))
    market.apply(market.plan("one"))
    stocked(market, tea(market, **change))
    plan = market.plan("one")
    assert (plan.counts()["withdraw"], len(plan.withheld)) == (withdrawn, 1)


def test_a_star_that_lapsed_goes_off_sale_with_its_listing_when_the_words_cannot_be_changed(market, clock):
    market.settings.publishing.lapsed = StarPolicy.WITHOUT_STARS
    stocked(market, tea(market))
    market.apply(market.plan("one"))
    stocked(market, replace(market.products()["TRA-0"], weight_g=None))
    assert market.plan("one").counts()["withdraw"] == 0
    clock.forward(days=10)
    assert market.plan("one").counts()["withdraw"] == 1


def settings_change(market: Market) -> None:
    with (market.folder / "market.toml").open("a", encoding="utf-8") as file:
        file.write('[accounts.three]\nchannel = "memory"\n')
    market.reread_settings()


@pytest.mark.parametrize("let_go", [Market.close, lambda market: market.forget_connector("one"), settings_change],
                         ids=["closed", "forgotten", "settings changed"])
def test_a_market_leaves_no_thread_of_an_account_behind(market, let_go):
    assert list(market.connector("one").http.map(abs, [-1, 2])) == [1, 2]
    threads = [thread for thread in threading.enumerate() if thread.name.startswith("http-one_")]
    assert threads
    let_go(market)
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
