"""What was planned before may be wrong today: certificates end, products go, listings vanish, reviews go unanswered."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ocop_market.catalog.ocop_checks import withheld_because
from ocop_market.channels.profile import ChannelProfile
from ocop_market.errors import Problem, Refused, UnexpectedAnswer
from ocop_market.mapping.badges import Badges
from ocop_market.mapping.draft import draft_listing
from ocop_market.model.change import Change, ChangeKind, Outcome, RemoteListing, Result, Ticket
from ocop_market.model.listing import FieldGroup, ListingDraft, VariantDraft
from ocop_market.model.product import Certificate, Picture, Product, Variant
from ocop_market.publishing.apply import work_off
from ocop_market.publishing.follow_up import follow_up
from ocop_market.publishing.live import Live
from ocop_market.publishing.plan import Plan, Wanted, Withheld
from ocop_market.publishing.planning import PlanRules, make_plan
from ocop_market.publishing.today import Today, untrue_stars
from ocop_market.settings import PublishingSettings, StarPolicy
from ocop_market.store.leases import holding
from ocop_market.store.outbox import Entry, OutboxRow, enqueue, open_rows
from ocop_market.store.publications import load_publications

from .fake_platform import FakePlatform

DAY = date(2026, 11, 1)
PROFILE = ChannelProfile("fake", "Fake", ())
TEA = Product("A", "Trà Tân Cương", price=50_000, stock=5, weight_g=500, certificates=(
    Certificate(4, "1/QĐ", DAY - timedelta(days=1090), DAY + timedelta(days=1)),))
LAPSED = DAY + timedelta(days=2)


def draft(sku: str = "A", **other) -> ListingDraft:
    return replace(ListingDraft(sku, "Trà Tân Cương OCOP 4 sao", "Trà Tân Cương\nSản phẩm OCOP 4 sao.", "9", 50_000, 5, 650), **other)


def plan_for(store, clock, *drafts: ListingDraft) -> Plan:
    with store.reading() as connection:
        wanted = Wanted({d.sku: d for d in drafts}, ())
        return make_plan("shop", "fake", wanted, load_publications(connection, "shop"), PlanRules(DAY), now=clock(), live=Live())


def publish(store, clock, platform, *drafts: ListingDraft, today: Today | None = None):
    plan = plan_for(store, clock, *drafts)
    with store.writing() as connection:
        enqueue(connection, "shop", plan.digest, [p.entry for p in plan.changes], clock())
    return finish(store, clock, platform, today)


def finish(store, clock, platform, today: Today | None = None):
    with holding(store, "account:shop", clock) as turn:
        return work_off(store, "shop", platform, clock, turn, today=today)


def check(store, clock, platform):
    with holding(store, "account:shop", clock) as turn:
        return follow_up(store, "shop", platform, clock, turn)


def on(day: date, *products: Product, lapsed=StarPolicy.WITHHOLD, profile=PROFILE, badges: Badges | None = None) -> Today:
    policy = PublishingSettings(lapsed=lapsed)
    reasons = {p.sku: tuple(withheld_because(p, profile, policy, day, practice=True)) for p in products}
    drafts = {p.sku: draft_listing(p, category="9", attributes=(), profile=profile, day=day, badges=badges)[0]
              for p in products if not reasons[p.sku]}
    withheld = [Withheld(p.sku, p.name, reasons[p.sku]) for p in products if reasons[p.sku]]
    return Today(Wanted(drafts, withheld), {p.sku: p for p in products}, day)


def listing(store, sku: str = "A"):
    with store.reading() as connection:
        return load_publications(connection, "shop")[sku]


@pytest.fixture
def left_over(store, clock):
    """A create that the platform never answered."""
    platform = FakePlatform()
    platform.down = True
    publish(store, clock, platform, draft())
    platform.down = False
    return platform


def test_a_change_left_over_is_made_as_it_was_while_the_certificate_holds(store, clock, left_over):
    finish(store, clock, left_over, on(DAY, TEA))
    assert [one["title"] for one in left_over.listings] == ["Trà Tân Cương OCOP 4 sao"]


def test_a_change_left_over_claims_no_star_after_the_certificate_lapsed(store, clock, left_over):
    finish(store, clock, left_over, on(LAPSED, TEA, lapsed=StarPolicy.WITHOUT_STARS))
    assert [one["title"] for one in left_over.listings] == ["Trà Tân Cương"]
    assert listing(store).applied["content"]["title"] == "Trà Tân Cương"


@pytest.mark.parametrize(("day", "pictures", "title"), [
    (DAY, ["tra.png", "ocop-4.png", "ocop-4-sao.png"], "Trà Tân Cương OCOP 4 sao"),
    (LAPSED, ["tra.png", None], "Trà Tân Cương")])
def test_a_change_left_over_shows_the_pictures_and_words_of_the_day_on_which_it_is_made(tmp_path, day, pictures, title):
    (tmp_path / "m.toml").write_text('[texts]\ntitle = "{name} - {producer} {stars}"\n', encoding="utf-8")
    marked = Picture(path="ocop-4-sao.png")
    packed = replace(TEA, producer="HTX Chè Xanh", pictures=(Picture(path="tra.png"),), options=("Gói",),
                     variants=(Variant("A-1", ("1",), 50_000, 5, 500, picture=marked),))
    today = on(day, packed, lapsed=StarPolicy.WITHOUT_STARS, profile=replace(PROFILE, picture_by="upload", option_limit=1),
               badges=Badges({4: Picture(path="ocop-4.png")}))
    waiting = draft(options=("Gói",), variants=(VariantDraft("A-1", ("1",), 50_000, 5, 650, picture=marked),))
    made = today.allows(OutboxRow(1, Change(ChangeKind.CREATE, "A", waiting), "waiting", 0))
    assert made is not None and made.change.draft is not None
    shown = (*made.change.draft.pictures, *(variant.picture for variant in made.change.draft.variants))
    assert ([picture and picture.path for picture in shown], made.change.draft.title) == (pictures, title)


@pytest.mark.parametrize("today", [on(LAPSED, TEA), on(DAY)])
def test_a_change_left_over_is_not_made_when_the_product_must_stay_back_or_is_gone(store, clock, left_over, today):
    finish(store, clock, left_over, today)
    assert not any(one["visible"] for one in left_over.listings)
    with store.reading() as connection:
        assert open_rows(connection, "shop") == []


def test_one_that_waits_untried_is_dropped_without_a_call(store, clock):
    platform = FakePlatform()
    with store.writing() as connection:
        enqueue(connection, "shop", "p", [Entry(Change(ChangeKind.CREATE, "A", draft()))], clock())
    finish(store, clock, platform, on(LAPSED, TEA))
    assert platform.calls == 0
    assert plan_for(store, clock, draft()).counts()["create"] == 1


def test_a_create_that_may_have_been_made_is_taken_off_sale_when_the_product_must_stay_back(store, clock):
    platform = FakePlatform()
    platform.lose_answers = 1
    publish(store, clock, platform, draft())
    finish(store, clock, platform, on(LAPSED, TEA))
    assert [one["visible"] for one in platform.listings] == [False]
    assert plan_for(store, clock, draft()).counts()["update"] == 1


def test_a_withdrawal_left_over_is_still_made(store, clock):
    platform = FakePlatform()
    publish(store, clock, platform, draft())
    platform.down = True
    publish(store, clock, platform)
    platform.down = False
    finish(store, clock, platform, on(LAPSED, TEA))
    assert [one["visible"] for one in platform.listings] == [False]


def test_listings_whose_star_is_no_longer_in_force_are_told(store, clock):
    publish(store, clock, FakePlatform(), draft(), draft("B", title="Mật ong", description="Mật ong"))
    with store.reading() as connection:
        published = load_publications(connection, "shop").values()
    products = {"A": TEA, "B": replace(TEA, sku="B")}
    assert untrue_stars(published, products, DAY) == []
    assert untrue_stars(published, products, LAPSED) == ["A"]
    assert untrue_stars(published, {}, DAY) == ["A"]
    better = replace(TEA, certificates=(Certificate(5, "2/QĐ", DAY, DAY + timedelta(days=900)),))
    assert untrue_stars(published, {"A": better}, DAY) == ["A"]


# --- steps of an older change


class Stepping(FakePlatform):
    """An update that is sent once per remembered step."""

    def update(self, draft, remote, groups, progress):
        progress.once("content", lambda: self._call(lambda: self.listings[0].update(title=draft.title)))
        return super().update(draft, remote, groups, progress)


def test_a_newer_update_does_not_take_the_older_ones_steps_for_its_own(store, clock):
    from .fake_platform import PulledPlug

    platform = Stepping()
    publish(store, clock, platform, draft())
    platform.die_at = (platform.calls + 2, "before")  # after the first step, which is remembered
    with pytest.raises(PulledPlug):
        publish(store, clock, platform, draft(title="Older"))
    platform.die_at = None
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM lease")
    before = platform.calls
    publish(store, clock, platform, draft(title="Newer"))
    assert platform.calls == before + 2
    assert platform.listings[0]["title"] == "Newer"


# --- one item's trouble


class Picky(FakePlatform):
    """Has trouble with one SKU."""

    def __init__(self, error: Exception, at: str) -> None:
        super().__init__()
        self.error, self.at = error, at

    def create(self, draft, progress):
        if draft.sku == "A" and self.at == "create":
            raise self.error
        return super().create(draft, progress)

    def find(self, sku, variants=()):
        if sku == "A" and self.at == "find":
            raise self.error
        return super().find(sku)


def test_an_answer_in_an_unknown_form_for_one_item_leaves_the_others_alone(store, clock):
    platform = Picky(UnexpectedAnswer(["response.item_id"]), "create")
    applied = publish(store, clock, platform, draft("A"), draft("B"))
    assert applied.outcomes == {"uncertain": 1, "live": 1}
    assert finish(store, clock, platform).outcomes == {"uncertain": 1}


def test_a_fault_of_the_connector_for_one_item_leaves_the_others_alone_and_quotes_nothing(store, clock, caplog):
    platform = Picky(KeyError("Nguyễn Văn A"), "create")
    applied = publish(store, clock, platform, draft("A"), draft("B"))
    assert applied.outcomes == {"uncertain": 1, "live": 1}
    (failure,) = applied.failures
    assert "KeyError" in failure.note and "Nguyễn" not in failure.note + caplog.text


def test_a_look_up_that_is_refused_for_one_item_leaves_the_others_alone(store, clock, left_over):
    platform = Picky(Refused([Problem("sku-strange", "No such form.")]), "find")
    publish(store, clock, platform, draft("A"), draft("B"))
    assert [one["sku"] for one in platform.listings] == ["B"]
    assert [p.code for p in listing(store, "A").problems] == ["sku-strange"]


# --- reviews


class Reviewing(FakePlatform):
    """Reviews content; price and stock count at once."""

    def __init__(self, clock) -> None:
        super().__init__()
        self.clock = clock
        self.answers: dict[str, Result] = {}

    def update(self, draft, remote, groups, progress):
        result = super().update(draft, remote, groups, progress)
        if FieldGroup.CONTENT not in groups:
            return result
        return Result(draft.sku, Outcome.PENDING, remote, Ticket("t-1", self.clock() + timedelta(days=30)))

    def check_tickets(self, tickets):
        yield from (self.answers[sku] for sku in tickets)


@pytest.fixture
def in_review(store, clock):
    """A listing on sale whose new title waits for the platform's review."""
    platform = Reviewing(clock)
    publish(store, clock, platform, draft())
    publish(store, clock, platform, draft(title="Trà"))
    assert listing(store).status == "pending"
    return platform


def test_stock_and_price_go_on_while_a_new_text_is_reviewed(store, clock, in_review):
    (planned,) = plan_for(store, clock, draft(title="Trà mới", stock=1, price=9)).changes
    assert planned.change.groups == {FieldGroup.PRICE, FieldGroup.STOCK}
    publish(store, clock, in_review, draft(title="Trà", stock=1, price=9))
    assert (listing(store).status, listing(store).ticket.number) == ("pending", "t-1")
    assert plan_for(store, clock, draft(title="Trà", stock=1, price=9)).waiting == 1
    in_review.answers["A"] = Result("A", Outcome.LIVE)
    check(store, clock, in_review)
    assert plan_for(store, clock, draft(title="Trà", stock=1, price=9)).unchanged == 1


def test_a_listing_in_review_can_be_withdrawn(store, clock, in_review):
    assert plan_for(store, clock).counts()["withdraw"] == 1
    publish(store, clock, in_review)
    assert [one["visible"] for one in in_review.listings] == [False]
    assert plan_for(store, clock).changes == ()


def test_a_refused_text_stays_told_until_it_changes_and_the_listing_can_be_withdrawn(store, clock, in_review):
    in_review.answers["A"] = Result("A", Outcome.REJECTED, problems=(Problem("words", "Bad words."),))
    check(store, clock, in_review)
    plan = plan_for(store, clock, draft(title="Trà"))
    assert (plan.changes, [p.code for p in plan.withheld[0].problems]) == ((), ["words"])
    publish(store, clock, in_review, draft(title="Trà", stock=2))
    assert [p.code for p in plan_for(store, clock, draft(title="Trà", stock=2)).withheld[0].problems] == ["words"]
    assert plan_for(store, clock, draft(title="Trà ngon")).counts()["update"] == 1
    assert plan_for(store, clock).counts()["withdraw"] == 1


@pytest.mark.parametrize("code", ["review-expired", "listing-gone", "request-gone", "request-deleted"])
def test_a_listing_that_is_gone_is_made_anew(store, clock, in_review, code):
    in_review.answers["A"] = Result("A", Outcome.REJECTED, problems=(Problem(code, "Gone."),))
    check(store, clock, in_review)
    assert plan_for(store, clock, draft(title="Trà")).counts()["create"] == 1


def test_a_review_without_an_answer_is_looked_up_when_its_receipt_ends(store, clock, in_review):
    clock.forward(days=31)
    assert check(store, clock, in_review).outcomes == {"live": 1}
    assert listing(store).remote == RemoteListing("1", "A")
    (planned,) = plan_for(store, clock, draft(title="Trà")).changes  # whether it took the text is not known
    assert (planned.change.kind, planned.change.groups) == (ChangeKind.UPDATE, {FieldGroup.CONTENT})


def test_a_request_still_open_when_its_receipt_ends_gets_a_new_one(store, clock, in_review):
    clock.forward(days=31)
    ticket = Ticket("t-2", clock() + timedelta(days=30))
    in_review.find = lambda sku, variants=(): RemoteListing("", sku, ticket=ticket)
    check(store, clock, in_review)
    assert (listing(store).status, listing(store).ticket) == ("pending", ticket)


def test_a_listing_made_anew_is_looked_up_like_any_other_after_a_lost_answer(store, clock, in_review):
    in_review.answers["A"] = Result("A", Outcome.REJECTED, problems=(Problem("listing-gone", "Gone."),))
    in_review.listings.clear()
    check(store, clock, in_review)
    in_review.lose_answers = 1
    publish(store, clock, in_review, draft(title="Trà"))
    finish(store, clock, in_review)
    assert len(in_review.listings) == 1
