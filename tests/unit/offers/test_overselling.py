"""What is sold beyond the stock comes only from the delay of platforms, and is bounded.

A model of platforms that sell by themselves while we know of their sales only by pulling, and whose numbers change only when
an offer arrives, which may be long after it was made. Any interleaving of sales, pulls, offers and arrivals is tried.

For exclusive accounts let u be what an account sold between the pull that its offer knew of and the arrival of that offer,
added up over all offers. Then at every moment

    sold − stock ≤ u

because sold + still for sale on all platforms ≤ stock + u: a sale moves a unit from one to the other; an offer that only lowers
adds at most what its own account sold meanwhile, and one that raises uses units that no other account may still sell.

For an account that is not exclusive, what is sold beyond the stock when it sells is at most what was sold anywhere that its
standing offer did not know of, less what it sold under that offer itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ocop_market.model.product import Product
from ocop_market.model.stock import Count, Sold
from ocop_market.offer_settings import AccountStock
from ocop_market.offers.offers import Offers, Seller
from ocop_market.offers.on_hand import on_hand
from tests.examples import examples

SKU = "TRA-01"
COUNTED = datetime(2026, 11, 1, tzinfo=UTC)
COUNTER = "counter"
NAMES = ("a", "b", "c")
STEP = st.one_of(
    st.tuples(st.just("buy"), st.sampled_from(NAMES), st.integers(1, 4)),
    st.tuples(st.sampled_from(["pull", "offer", "arrive", "sync"]), st.sampled_from(NAMES), st.just(0)))
COUNTER_STEP = st.tuples(st.just("counter"), st.just(COUNTER), st.integers(1, 2))


@st.composite
def rules(draw, exclusive):
    kind = draw(st.sampled_from(["all", "percent", "fixed", "reserve", "threshold"]))
    figure = {} if kind == "all" else {kind: draw(st.integers(1, 20) if kind != "percent" else st.integers(1, 100))}
    return AccountStock(rule=kind, exclusive=exclusive, **figure)


class Platform:
    """One account: the number that buyers see, the offer that took effect last, and the one on its way."""

    def __init__(self) -> None:
        self.for_sale = 0
        self.sales: list[int] = []
        self.known = 0
        self.applied = self.applied_at = self.since_applied = 0
        self.coming: Message | None = None
        self.unknown_when_made = 0


class Message:
    """An offer on its way: its number, and how much of the account's and of everyone's sales it knew."""

    def __init__(self, units: int, own_known: int, all_known: int) -> None:
        self.units, self.own_known, self.all_known = units, own_known, all_known


class Model:
    """Goods that were counted once, sold on several platforms and over a counter."""

    def __init__(self, stock: int, rules: dict[str, AccountStock]) -> None:
        self.stock = stock
        self.platforms = {name: Platform() for name in rules}
        self.sellers = [Seller(name, rule, exclusive=bool(rule.exclusive)) for name, rule in rules.items()]
        self.counter = 0
        self.counter_known = 0
        self.in_the_delay = 0

    @property
    def sold(self) -> int:
        return self.counter + sum(sum(one.sales) for one in self.platforms.values())

    def do(self, what: str, name: str, units: int) -> None:
        if what == "counter":
            self.counter += units
        elif name in self.platforms:
            {"buy": self.buy, "pull": self.pull, "offer": self.offer, "arrive": self.arrive, "sync": self.sync}[what](
                name, *([units] if what == "buy" else []))

    def buy(self, name: str, units: int) -> None:
        platform = self.platforms[name]
        taken = min(units, platform.for_sale)
        platform.for_sale -= taken
        platform.sales.append(taken)
        platform.since_applied += taken

    def pull(self, name: str) -> None:
        self.platforms[name].known = len(self.platforms[name].sales)
        self.counter_known = self.counter

    def offer(self, name: str) -> None:
        platform = self.platforms[name]
        if platform.coming is None:
            platform.coming = Message(self.offers().offer(SKU, name).stock, sum(platform.sales[:platform.known]), self.all_known())

    def arrive(self, name: str) -> None:
        platform = self.platforms[name]
        if platform.coming is not None:
            self.in_the_delay += sum(platform.sales) - platform.coming.own_known
            platform.for_sale = platform.applied = platform.coming.units
            platform.applied_at, platform.since_applied = len(platform.sales), 0
            platform.unknown_when_made, platform.coming = platform.coming.all_known, None

    def sync(self, name: str) -> None:
        """No sale falls between."""
        if self.platforms[name].coming is None:
            self.pull(name)
            self.offer(name)
            self.arrive(name)

    def all_known(self) -> int:
        return self.counter_known + sum(sum(one.sales[:one.known]) for one in self.platforms.values())

    def offers(self) -> Offers:
        count = Count(SKU, Decimal(self.stock), COUNTED, COUNTED)
        sold = [Sold(SKU, "", name, Decimal(sum(one.sales[:one.known]))) for name, one in self.platforms.items()]
        sold.append(Sold(SKU, "", COUNTER, Decimal(self.counter_known)))
        return Offers({SKU: Product(SKU, "Trà", stock=self.stock, price=50_000)}, self.sellers, on_hand({(SKU, ""): [count]}, sold, []),
                      standing={(name, SKU): self.standing(one) for name, one in self.platforms.items()})

    @staticmethod
    def standing(platform: Platform) -> int:
        """As the database knows it: the offer that took effect less what is known to be sold since, or the one on its way."""
        left = platform.applied - sum(platform.sales[platform.applied_at:platform.known])
        return max(0, left, platform.coming.units if platform.coming else 0)


def models(exclusive):
    return st.builds(lambda stock, some: Model(stock, dict(zip(NAMES, some, strict=False))), st.integers(0, 40),
                     st.lists(rules(exclusive), min_size=1, max_size=3))


@examples(40)
@given(models(True), st.lists(STEP, max_size=50))
def test_exclusive_accounts_sell_beyond_the_stock_at_most_what_they_sold_while_their_offers_were_on_their_way(model, steps):
    for step in steps:
        model.do(*step)
        assert model.sold + sum(one.for_sale for one in model.platforms.values()) <= model.stock + model.in_the_delay
        assert model.sold - model.stock <= model.in_the_delay


@examples(30)
@given(models(True), st.lists(STEP.filter(lambda step: step[0] in ("buy", "sync")), max_size=50))
def test_exclusive_accounts_sell_nothing_beyond_the_stock_when_offers_arrive_at_once(model, steps):
    for step in steps:
        model.do(*step)
    assert model.in_the_delay == 0
    assert model.sold <= model.stock


@examples(40)
@given(models(False), st.lists(STEP | COUNTER_STEP, max_size=50))
def test_an_account_that_is_not_exclusive_sells_beyond_the_stock_at_most_what_its_offer_did_not_know_of(model, steps):
    for step in steps:
        before = model.sold
        model.do(*step)
        platform = model.platforms.get(step[1])
        if step[0] == "buy" and model.sold > before and platform:
            not_known = model.sold - platform.unknown_when_made
            assert model.sold - model.stock <= not_known - platform.since_applied


@examples(30)
@given(models(True), st.lists(STEP, max_size=40))
def test_after_two_quiet_rounds_no_more_is_for_sale_than_is_there(model, steps):
    for step in steps:
        model.do(*step)
    for name in model.platforms:
        model.arrive(name)
    for name in (*model.platforms, *model.platforms, *model.platforms):
        model.sync(name)
    assert sum(one.for_sale for one in model.platforms.values()) <= max(0, model.stock - model.sold)


def test_the_bound_is_reached():
    model = Model(5, {"a": AccountStock(exclusive=True)})
    model.sync("a")
    model.pull("a")
    model.offer("a")
    model.buy("a", 3)
    model.arrive("a")
    model.buy("a", 5)
    assert (model.sold - model.stock, model.in_the_delay) == (3, 3)


def test_units_that_move_from_one_account_to_another_are_not_sold_at_both():
    model = Model(10, {"a": AccountStock(exclusive=True), "b": AccountStock(exclusive=True)})
    for step in (("sync", "a", 0), ("sync", "b", 0), ("buy", "b", 5), ("sync", "b", 0), ("buy", "b", 9), ("buy", "a", 9)):
        model.do(*step)
    assert model.sold == 10
