"""Publishing when something is wrong with the goods, the shop, the plan or the disk: a sentence, nothing doubled, the rest goes on."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from ocop_market.cli.frame import Exit, exit_code
from ocop_market.errors import NeedsLogin
from ocop_market.model.product import Variant
from ocop_market.publishing.plan import Plan, PlanError
from ocop_market.sandbox.faults import Fault, FaultKind
from ocop_market.settings import Drifting
from ocop_market.store.catalog import save_products
from ocop_market.store.engine import StoreError
from ocop_market.testing.goods import PRODUCTS, with_pictures
from ocop_market.testing.trial import ACCOUNT, Ground

pytestmark = pytest.mark.long

SKUS = [product.sku for product in PRODUCTS[:3]]


@pytest.fixture(params=["shopee", "tiki"])
def trial(request, tmp_path):
    made = Ground(request.param, tmp_path / "blank").prepare().trial(tmp_path / "market", articles=3)
    yield made
    made.close()


def hand_of(trial):
    """Who does by hand what happens without the interface."""
    return trial.server.seller if trial.kind.profile.key == "shopee" else trial.server


def keep(trial, *products):
    with trial.market.store.writing() as connection:
        save_products(connection, with_pictures(products, trial.folder / "pictures"), trial.clock(), origin="trial")


def counts(trial):
    return [trial.server.count_listings(sku) for sku in SKUS]


def test_a_refused_listing_leaves_the_others_alone_and_is_told_with_its_reason(trial):
    if trial.kind.profile.key == "shopee":
        keep(trial, replace(PRODUCTS[0], name="CẤM THỬ Trà Shan tuyết"))
    else:
        hand_of(trial).refuse_next(SKUS[0], "Tên sản phẩm chưa đúng quy định")
    trial.publish_to_the_end()
    plan = trial.market.plan(ACCOUNT)
    [stayed] = plan.withheld
    assert stayed.sku == SKUS[0]
    assert all(problem.sentence("en") for problem in stayed.problems)
    assert (plan.unchanged, plan.changes) == (2, ()), "What was refused is not sent again as it is."
    assert counts(trial)[1:] == [1, 1]


def test_an_unknown_category_keeps_only_its_own_goods_back(trial):
    (trial.folder / "maps").mkdir(exist_ok=True)
    (trial.folder / "maps" / f"{ACCOUNT}.toml").write_text(f'[skus."{SKUS[0]}"]\ncategory = "123456789"\nname = "Trà"\n', encoding="utf-8")
    trial.restart()
    plan = trial.market.plan(ACCOUNT)
    [stayed] = plan.withheld
    assert (stayed.sku, [problem.code for problem in stayed.problems]) == (SKUS[0], ["category-gone"])
    trial.publish_to_the_end()
    assert counts(trial) == [0, 1, 1]


def test_a_category_that_the_platform_does_away_with_keeps_its_listings_as_they_are(tmp_path):
    trial = Ground("shopee", tmp_path / "blank").prepare().trial(tmp_path / "market", articles=3)
    draft = trial.market.plan(ACCOUNT).changes[0].change.draft
    trial.publish_to_the_end()
    hand_of(trial).close_category(int(draft.category))
    trial.restart()
    trial.clock.now = trial.clock.now.replace(hour=23)
    trial.publish_to_the_end()
    assert counts(trial) == [1, 1, 1]
    trial.close()


def test_two_products_that_share_a_sku_are_both_told_and_stay_back(trial):
    packings = tuple(Variant(sku, (name,), 90_000, 4, 250) for sku, name in ((SKUS[1], "Gói nhỏ"), ("THU-RIENG", "Gói lớn")))
    keep(trial, replace(PRODUCTS[0], options=("Quy cách",), variants=packings))
    trial.publish_to_the_end()
    plan = trial.market.plan(ACCOUNT)
    assert {item.sku: [problem.code for problem in item.problems] for item in plan.withheld} == {sku: ["sku-shared"] for sku in SKUS[:2]}
    assert plan.changes == ()
    assert trial.server.count_listings(SKUS[1]) == 0
    assert trial.server.count_listings(SKUS[2]) == 1


def test_a_listing_that_the_platform_deleted_is_told_and_made_again_only_when_wanted(trial):
    trial.publish_to_the_end()
    hand = hand_of(trial)
    (hand.remove if trial.kind.profile.key == "shopee" else hand.delete_by_hand)(SKUS[0])
    plan = trial.market.plan(ACCOUNT)
    assert [(item.sku, item.problems[0].code) for item in plan.withheld] == [(SKUS[0], "listing-deleted")]
    assert plan.unchanged == 2
    trial.market.apply(trial.market.plan(ACCOUNT, drifting={next(iter(plan.drifts)).group: Drifting.OVERWRITE}))
    trial.publish_to_the_end()
    assert counts(trial) == [1, 1, 1]


@pytest.fixture
def approved_and_deleted(tmp_path):
    """Articles on Tiki of which the first was approved and deleted there before anybody asked what became of it."""
    trial = Ground("tiki", tmp_path / "blank").prepare().trial(tmp_path / "market", articles=3)
    trial.publish()
    trial.clock.now += timedelta(hours=5)
    trial.server.delete_by_hand(SKUS[0])
    trial.clock.now += timedelta(days=2)
    yield trial
    trial.close()


def test_a_listing_that_was_deleted_before_its_approval_was_heard_of_is_told_and_made_anew(approved_and_deleted):
    trial = approved_and_deleted
    told = trial.market.follow_up(ACCOUNT)
    assert [(one.sku, one.problems[0].code) for one in told.failures] == [(SKUS[0], "request-gone")]
    assert [run.states for run in trial.market.publishes(ACCOUNT)] == [{"live": 2, "rejected": 1}]
    trial.publish_to_the_end()
    assert counts(trial) == [1, 1, 1]


def test_a_listing_that_was_deleted_before_its_approval_was_heard_of_is_withdrawn_without_it(approved_and_deleted):
    trial = approved_and_deleted
    keep(trial, replace(PRODUCTS[0], certificates=()))
    assert trial.publish().outcomes == {"withdrawn": 1}
    trial.publish_to_the_end()
    assert counts(trial) == [0, 1, 1]


def test_a_variant_that_is_not_on_tiki_is_told_in_every_plan(tmp_path):
    trial = Ground("tiki", tmp_path / "blank").prepare().trial(tmp_path / "market")
    packs = tuple(Variant(f"{SKUS[0]}-{n}", (f"{n} gói",), 185_000 * n, 6, 200 * n) for n in (1, 2))
    tea = replace(PRODUCTS[0], options=("Quy cách",), variants=packs)
    keep(trial, tea)
    trial.publish_to_the_end()
    trial.server.delete_by_hand(packs[0].sku)
    trial.publish_to_the_end()
    [stayed] = trial.market.plan(ACCOUNT).withheld
    assert (stayed.problems[0].code, stayed.problems[0].values["variants"]) == ("variant-missing", packs[0].sku)
    trial.close()


def test_a_banned_listing_is_told_with_the_platforms_reason(tmp_path):
    trial = Ground("shopee", tmp_path / "blank").prepare().trial(tmp_path / "market", articles=3)
    trial.publish_to_the_end()
    hand_of(trial).ban(SKUS[0], "Prohibited Listing", "Sai ngành hàng")
    plan = trial.market.plan(ACCOUNT)
    [stayed] = plan.withheld
    assert stayed.sku == SKUS[0]
    assert any("Sai ngành hàng" in problem.sentence("en") for problem in stayed.problems)
    trial.close()


def test_a_revoked_authorisation_stops_the_account_and_loses_nothing(trial):
    plan = trial.market.plan(ACCOUNT)
    trial.server.faults.add(Fault(FaultKind.EXPIRED_TOKEN))
    with pytest.raises(NeedsLogin) as stopped:
        trial.market.apply(plan)
    assert exit_code(stopped.value) == Exit.LOGIN
    trial.server.faults.clear()
    trial.publish_to_the_end()
    assert counts(trial) == [1, 1, 1]


def test_a_plan_file_edited_by_hand_is_refused_and_nothing_is_sent(trial):
    body = trial.market.plan(ACCOUNT).to_json()
    edited = json.loads(json.dumps(body).replace("185000", "1850"))
    assert edited != json.loads(json.dumps(body))
    trial.wire.sent.clear()
    with pytest.raises(PlanError) as refused:
        Plan.from_json(edited, "plan.json")
    assert exit_code(refused.value) == Exit.INPUT
    assert trial.wire.sent == []


@pytest.mark.parametrize("spare", [0, 2])
def test_a_disk_that_fills_up_in_the_middle_is_a_sentence_and_nothing_is_doubled(trial, spare):
    plan = trial.market.plan(ACCOUNT)

    def full(connection, _record):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + spare}")

    trial.market.store.engine.dispose()
    event.listen(trial.market.store.engine, "connect", full)
    with pytest.raises(StoreError) as stopped:
        trial.market.apply(plan)
    assert exit_code(stopped.value) == Exit.INPUT
    assert "disk is full" in stopped.value.sentence("en")
    trial.restart()
    trial.clock.now = trial.clock.now.replace(hour=trial.clock.now.hour + 1)
    trial.publish_to_the_end()
    assert counts(trial) == [1, 1, 1]
    assert trial.market.plan(ACCOUNT).changes == ()
