"""Plan and apply: what was shown is what is done, once, whatever happens in between."""

import json
from dataclasses import replace
from datetime import date

import pytest

from ocop_market.errors import Problem
from ocop_market.model.change import ChangeKind, Outcome, RemoteListing, Result, Ticket
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.model.product import Picture
from ocop_market.publishing.apply import work_off
from ocop_market.publishing.follow_up import follow_up
from ocop_market.publishing.live import Live
from ocop_market.publishing.plan import Plan, PlanError, Wanted, Withheld, moved_since, refuse_if_braked
from ocop_market.publishing.planning import PlanRules, make_plan, rests_on
from ocop_market.settings import BrakeSettings
from ocop_market.store.leases import holding
from ocop_market.store.outbox import enqueue
from ocop_market.store.publications import load_publications
from tests.databases import ON_BOTH

from .fake_platform import FakePlatform, PulledPlug

DAY = date(2026, 11, 1)


def draft(sku: str, price: int = 50_000, title: str = "Trà Tân Cương") -> ListingDraft:
    return ListingDraft(sku, title, "Trà ngon", "900101", price, 5, 500)


def wanted(*drafts: ListingDraft, withheld: tuple[Withheld, ...] = ()) -> Wanted:
    return Wanted({d.sku: d for d in drafts}, withheld)


ON_THE_DAY = PlanRules(DAY)


def plan_for(store, clock, want: Wanted, rules: PlanRules = ON_THE_DAY) -> Plan:
    with store.reading() as connection:
        return make_plan("shop", "fake", want, load_publications(connection, "shop"), rules, now=clock(), live=Live())


def moved(store, plan: Plan, want: Wanted) -> dict[str, list[str]]:
    with store.reading() as connection:
        published = load_publications(connection, "shop")
    return moved_since(plan, {p.change.sku: rests_on("shop", want, published, Live(), p.change.sku) for p in plan.changes})


def publish(store, clock, want: Wanted, platform: FakePlatform):
    plan = plan_for(store, clock, want)
    with store.writing() as connection:
        enqueue(connection, "shop", plan.digest, [p.entry for p in plan.changes], clock())
    with holding(store, "account:shop", clock) as turn:
        return work_off(store, "shop", platform, clock, turn)


def finish(store, clock, platform):
    with holding(store, "account:shop", clock) as turn:
        return work_off(store, "shop", platform, clock, turn)


THREE = wanted(draft("A"), draft("B"), draft("C"))


def test_a_published_market_has_nothing_to_change(store, clock):
    platform = FakePlatform()
    publish(store, clock, THREE, platform)
    plan = plan_for(store, clock, THREE)
    assert (plan.changes, plan.unchanged) == ((), 3)
    before = platform.calls
    publish(store, clock, THREE, platform)
    assert platform.calls == before


def test_only_the_group_that_changed_is_sent(store, clock):
    platform = FakePlatform()
    publish(store, clock, THREE, platform)
    plan = plan_for(store, clock, wanted(draft("A", price=60_000), draft("B"), draft("C")))
    (planned,) = plan.changes
    assert planned.change.groups == {FieldGroup.PRICE}
    assert planned.differences() == [("price", 50_000, 60_000)]


def test_a_product_that_must_stay_back_is_withdrawn_and_comes_back(store, clock):
    platform = FakePlatform()
    publish(store, clock, THREE, platform)
    stays_back = wanted(draft("A"), draft("B"), withheld=(Withheld("C", "c", (Problem("certificate-lapsed", "x"),)),))
    assert plan_for(store, clock, stays_back).counts()["withdraw"] == 1
    publish(store, clock, stays_back, platform)
    assert [listing["visible"] for listing in platform.listings] == [True, True, False]
    assert plan_for(store, clock, stays_back).changes == ()
    back = plan_for(store, clock, THREE)
    assert [(p.change.kind, p.change.groups) for p in back.changes] == [(ChangeKind.UPDATE, {FieldGroup.VISIBILITY})]


def test_a_plan_goes_to_a_file_and_back_unchanged(store, clock):
    plan = plan_for(store, clock, THREE)
    assert Plan.from_json(plan.to_json(), "plan.json") == plan


def test_nothing_of_a_plan_is_lost_in_a_file(store, clock):
    full = ListingDraft("A", "Trà “Tân Cương”", "Dòng 1\nDòng 2", "900101", 50_000, 5, 650, {"100": "200 g"}, "Hảo Đạt",
                        (Picture("https://x.vn/a.jpg", "a.jpg", "ab12"),), (30, 20, 10), "8930000000017", False, {"pre_order": {"days": 3}})
    reasons = (Problem("practice-values", "{name}: {fields!t}", "practice", {"name": "Mật", "fields": ["price", "stock"], "n": 3}),)
    plan = plan_for(store, clock, wanted(full, withheld=(Withheld("M", "Mật", reasons),)))
    read = Plan.from_json(json.loads(json.dumps(plan.to_json())), "plan.json")
    assert (read.changes, read.digest, read.made_at, read.brakes) == (plan.changes, plan.digest, plan.made_at, plan.brakes)
    assert read.withheld[0].problems[0].sentence("en") == reasons[0].sentence("en")


def test_a_plan_changed_by_hand_is_refused(store, clock):
    body = plan_for(store, clock, THREE).to_json()
    body["changes"][0]["draft"]["price"] = 1
    with pytest.raises(PlanError) as refusal:
        Plan.from_json(body, "plan.json")
    assert refusal.value.code == "plan-damaged"


def test_a_stale_plan_says_what_moved_in_the_catalog(store, clock):
    plan = plan_for(store, clock, THREE)
    assert moved(store, plan, THREE) == {}
    assert moved(store, plan, wanted(draft("A", price=1), draft("B"))) == {"catalog": ["A", "C"]}


def test_a_stale_plan_says_what_was_changed_from_here_meanwhile(store, clock):
    platform = FakePlatform()
    publish(store, clock, THREE, platform)
    dearer = wanted(draft("A", price=60_000), draft("B"), draft("C"))
    plan = plan_for(store, clock, dearer)
    publish(store, clock, dearer, platform)
    assert moved(store, plan, dearer) == {"listing": ["A"]}


def test_goods_sold_since_do_not_make_a_plan_stale(store, clock):
    plan = plan_for(store, clock, THREE)
    assert moved(store, plan, wanted(*(replace(one, stock=1) for one in THREE.drafts.values()))) == {}


def test_too_many_creates_at_once_have_to_be_approved_by_name(store, clock):
    plan = plan_for(store, clock, THREE, PlanRules(DAY, brakes=BrakeSettings(most_creates=2)))
    with pytest.raises(PlanError) as refused:
        refuse_if_braked(plan, ["price-change"])
    assert refused.value.code == "plan-braked"
    assert "--approve many-creates" in refused.value.sentence("en")
    refuse_if_braked(plan, ["many-creates"])


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", range(1, 7))
def test_a_death_at_any_call_still_gives_one_listing_per_sku(store, clock, call, when):
    platform = FakePlatform()
    platform.die_at = (call, when)
    with pytest.raises(PulledPlug):
        publish(store, clock, THREE, platform)
    platform.die_at = None
    finish(store, clock, platform)
    assert sorted(listing["sku"] for listing in platform.listings) == ["A", "B", "C"]
    assert plan_for(store, clock, THREE).changes == ()


@ON_BOTH
def test_every_commit_of_a_publish_may_be_the_last(store, clock, monkeypatch):
    """Dies at each write to the database in turn, before and after it is kept."""
    kills = 0
    for n in range(1, 60):
        for after in (False, True):
            with store.writing() as connection:
                for table in ("publication", "outbox", "outbox_step", "lease"):
                    connection.exec_driver_sql(f"DELETE FROM {table}")
            platform = FakePlatform()
            died = _die_at_write(store, n, after, lambda platform=platform: publish(store, clock, THREE, platform), monkeypatch)
            kills += died
            with store.writing() as connection:
                connection.exec_driver_sql("DELETE FROM lease")
            finish(store, clock, platform)
            if plan_for(store, clock, THREE).changes:
                publish(store, clock, THREE, platform)
            assert sorted(listing["sku"] for listing in platform.listings) == ["A", "B", "C"], (n, after)
        if not died:
            break
    assert kills > 20


def _die_at_write(store, n, after, work, monkeypatch) -> bool:
    from contextlib import contextmanager

    original, count = store.writing, 0

    @contextmanager
    def writing(**options):
        nonlocal count
        count += 1
        mine = count
        if mine == n and not after:
            raise PulledPlug
        with original(**options) as connection:
            yield connection
        if mine == n and after:
            raise PulledPlug

    monkeypatch.setattr(store, "writing", writing)
    try:
        work()
    except PulledPlug:
        return True
    finally:
        monkeypatch.setattr(store, "writing", original)
    return False


def test_a_lost_answer_is_looked_up_before_a_second_create(store, clock):
    platform = FakePlatform()
    platform.lose_answers = 1
    applied = publish(store, clock, wanted(draft("A")), platform)
    assert [r.outcome for r in applied.failures] == [Outcome.UNCERTAIN]
    finish(store, clock, platform)
    assert len(platform.listings) == 1


def test_a_platform_that_is_down_stops_the_run_early_and_the_rest_is_kept(store, clock):
    platform = FakePlatform()
    platform.down = True
    many = wanted(*(draft(f"S{i}") for i in range(20)))
    applied = publish(store, clock, many, platform)
    assert (applied.outcomes, applied.left) == ({"later": 3}, 17)
    platform.down = False
    finish(store, clock, platform)
    assert len(platform.listings) == 20


class Refusing(FakePlatform):
    """Refuses everything, at once or after a review."""

    def create(self, draft, progress):
        return Result(draft.sku, Outcome.REJECTED, problems=(Problem("title-too-long", "Too long.", "title"),))


def test_a_refused_listing_is_not_sent_again_until_it_changed(store, clock):
    platform = Refusing()
    publish(store, clock, wanted(draft("A")), platform)
    plan = plan_for(store, clock, wanted(draft("A")))
    assert plan.changes == ()
    assert [p.code for p in plan.withheld[0].problems] == ["title-too-long"]
    assert plan_for(store, clock, wanted(draft("A", title="Trà"))).counts()["create"] == 1


class Reviewing(FakePlatform):
    """Answers later."""

    def __init__(self, clock, answer: Outcome) -> None:
        super().__init__()
        self.clock, self.answer = clock, answer

    def create(self, draft, progress):
        self.listings.append({"sku": draft.sku})
        from datetime import timedelta

        return Result(draft.sku, Outcome.PENDING, RemoteListing("", draft.sku), Ticket("t-1", self.clock() + timedelta(days=30)))

    def check_tickets(self, tickets):
        for sku in tickets:
            problems = (Problem("papers", "Papers are missing."),) if self.answer is Outcome.REJECTED else ()
            remote = RemoteListing("77", sku) if self.answer is Outcome.LIVE else None
            yield Result(sku, self.answer, remote, problems=problems)


@pytest.mark.parametrize("answer", [Outcome.LIVE, Outcome.REJECTED, Outcome.PENDING])
def test_a_review_is_waited_for_and_its_answer_kept(store, clock, answer):
    platform = Reviewing(clock, answer)
    one = wanted(draft("A"))
    publish(store, clock, one, platform)
    assert plan_for(store, clock, one).waiting == 1
    with holding(store, "account:shop", clock) as turn:
        follow_up(store, "shop", platform, clock, turn)
    plan = plan_for(store, clock, one)
    assert {Outcome.LIVE: plan.unchanged, Outcome.REJECTED: len(plan.withheld), Outcome.PENDING: plan.waiting}[answer] == 1
    assert plan.changes == ()


def test_a_review_that_was_never_answered_ends_with_its_receipt(store, clock):
    platform = Reviewing(clock, Outcome.PENDING)
    publish(store, clock, wanted(draft("A")), platform)
    platform.listings.clear()
    clock.forward(days=31)
    with holding(store, "account:shop", clock) as turn:
        applied = follow_up(store, "shop", platform, clock, turn)
    assert [r.problems[0].code for r in applied.failures] == ["review-expired"]


def test_the_same_change_can_be_made_twice_on_one_day(store, clock):
    platform = FakePlatform()
    for price in (50_000, 60_000, 50_000, 60_000):
        publish(store, clock, wanted(draft("A", price=price)), platform)
        assert platform.listings[0]["price"] == price


def test_a_newer_plan_takes_the_place_of_changes_that_were_never_made(store, clock):
    platform = FakePlatform()
    platform.down = True
    publish(store, clock, wanted(draft("A", price=50_000)), platform)
    platform.down = False
    publish(store, clock, wanted(draft("A", price=60_000)), platform)
    finish(store, clock, platform)
    assert [listing["price"] for listing in platform.listings] == [60_000]
    assert plan_for(store, clock, wanted(draft("A", price=60_000))).changes == ()


@ON_BOTH
def test_a_create_that_may_have_been_made_is_brought_to_what_is_wanted_now(store, clock):
    platform = FakePlatform()
    platform.lose_answers = 1
    publish(store, clock, wanted(draft("A", price=50_000)), platform)
    publish(store, clock, wanted(draft("A", price=60_000)), platform)
    assert [(listing["sku"], listing["price"]) for listing in platform.listings] == [("A", 60_000)]
    assert plan_for(store, clock, wanted(draft("A", price=60_000))).changes == ()
