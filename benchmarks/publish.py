"""Remote calls of publishing against the least possible, and the time of planning against pydantic validation.

    python benchmarks/publish.py [LISTINGS] [PRODUCTS] [RUNS] [CHANNELS] [CHANGES]

Calls: LISTINGS (5,000) are on sale on the practice servers of Shopee and Tiki; then nothing, 1 %, 10 % or 100 % of them get another
price, stock or title, and every call of plan and apply is counted. The least possible looks at all listings when the plan is made, at
those that change when it is applied (another person may have been there since) and once more afterwards (what was sent is read back),
each in the largest pages that the platform has, and writes in the largest batches that it takes: Shopee reads 50 chosen items and
changes one item a call; Tiki shows one product, or 100 of its list, a call, and takes price and stock of 50 products a call, a title as
one request each.

CHANNELS and CHANGES choose some of shopee,tiki and price,stock,title,withdraw.

Planning: PRODUCTS (17,000), each another text, wanted on three channels, compared with what was applied and with what is live; nothing
of the network. The baseline validates the same products from JSON with pydantic, once for every channel. Processor time, medians of RUNS
processes, and the peak memory of such a process.
"""

import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any

PAGES = {"shopee": 50, "tiki": 100}
BATCHES = {"shopee": {"price": 1, "stock": 1, "title": 1}, "tiki": {"price": 50, "stock": 50, "title": 1}}
OFF_SALE_BATCH = 50
SHARES = (1, 10, 100)
CHANNELS = ("shopee", "tiki", "kiotviet")
DAY = date(2026, 9, 20)


def catalog(count: int) -> list[Any]:
    """Products that differ in SKU, name, description and picture."""
    from ocop_market.model.product import Picture
    from ocop_market.testing.goods import PRODUCTS

    found = []
    for n in range(count):
        like = PRODUCTS[n % len(PRODUCTS)]
        picture = Picture(f"https://anh.example/{n}.jpg", f"/pictures/{n}.jpg", f"{n:064x}")
        found.append(replace(like, sku=f"SP-{n:05d}", name=f"{like.name} loại {n}", description=f"{like.description} Lô {n}.",
                             pictures=(picture,)))
    return found


# --- calls

def published(channel: str, listings: int, folder: Path) -> Any:
    """A market whose listings are all on sale; all with one picture, which is uploaded once."""
    from ocop_market.pictures.practice import practice_picture
    from ocop_market.testing.trial import Ground

    trial = Ground(channel, folder / f"{channel}-blank").prepare().trial(folder / channel)
    picture = replace(practice_picture("SP", folder / channel / "pictures"), url="https://anh.example/sp.png")
    save(trial, [replace(product, pictures=(picture,)) for product in catalog(listings)])
    settle(trial, approved=["many-creates"])
    return trial


def save(trial: Any, products: list[Any]) -> None:
    from ocop_market.store.catalog import save_products

    with trial.market.store.writing() as connection:
        save_products(connection, products, trial.clock(), origin="benchmark")


def settle(trial: Any, approved: list[str]) -> Counter[str]:
    """Publishes until nothing is left to do; the calls of the first plan and apply, by method."""
    from datetime import timedelta

    from ocop_market.testing.trial import ACCOUNT

    trial.market.connector(ACCOUNT).categories()  # once a process, whatever is published
    trial.wire.sent.clear()
    plan = trial.market.plan(ACCOUNT)
    trial.market.apply(plan, approved=approved)
    counted = Counter("reads" if request.method == "GET" else "writes" for request in trial.wire.sent)
    while trial.market.plan(ACCOUNT).waiting:
        trial.clock.now += timedelta(hours=4)
        trial.market.follow_up(ACCOUNT)
    return counted


def as_service(product: Any) -> Any:
    """What may not be listed as goods is withdrawn."""
    from ocop_market.model.product import Group

    return replace(product, group=Group.TOURISM)


CHANGES: dict[str, Callable[[Any, int], Any]] = {
    "price": lambda product, turn: replace(product, price=product.price + 1_000 * turn),
    "stock": lambda product, turn: replace(product, stock=product.stock + turn),
    "title": lambda product, turn: replace(product, name=f"{product.name} vụ {turn}"),
    "withdraw": lambda product, _turn: as_service(product),
}
LOOKS_AT_CHANGED = {("tiki", "title"): 1, ("shopee", "withdraw"): 1, ("tiki", "withdraw"): 1}
"""How often a changed listing is looked at, where not before and after: one under review, or off sale, has nothing to show afterwards."""


def calls(channel: str, listings: int, changes: Sequence[str]) -> None:
    """Prints calls made and least possible for every set of changes."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        trial = published(channel, listings, Path(folder))
        page = PAGES[channel]
        _row(channel, "nothing", 0, settle(trial, []), ceil(listings / page), 0)
        for turn, name in enumerate(changes, start=1):
            for share in SHARES:
                there = [product for product in trial.market.products().values() if product != as_service(product)]
                changed = [product for place, product in enumerate(there) if place % (100 // share) == 0]
                save(trial, [CHANGES[name](product, turn) for product in changed])
                pages = ceil((len(there) if channel == "shopee" else listings) / page)  # the list of Tiki shows what is off sale, too
                chosen = ceil(len(changed) / page) if channel == "shopee" else min(len(changed), pages)
                looks = pages + LOOKS_AT_CHANGED.get((channel, name), 2) * chosen
                made = settle(trial, ["price-change", "off-sale", "star-gained", "star-lost"])
                _row(channel, name, share, made, looks, ceil(len(changed) / BATCHES[channel].get(name, OFF_SALE_BATCH)))
        trial.close()


def _row(channel: str, name: str, share: int, made: Counter[str], reads: int, writes: int) -> None:
    ratio = made.total() / (reads + writes)
    print(f"{channel:8} {name:8} {share:4d} % {made['reads']:8d} {reads:8d} {made['writes']:8d} {writes:8d} {ratio:7.2f}", flush=True)


# --- planning

def planning(products: int, pipe: Any) -> None:
    """Processor seconds of the baseline, of a first plan and of a plan with nothing new, and the peak memory in MB.

    As in a market, one account is planned after the other, and no account's listings stay in memory for the next. The baseline is
    measured beside each of them, for on a busy machine the same work takes more processor time at one moment than at another.
    """
    from pydantic import TypeAdapter

    from ocop_market.model.product import Product

    adapter, wanted = TypeAdapter(Product), catalog(products)
    documents = [adapter.dump_json(product) for product in wanted]
    baseline = first = again = 0.0
    for channel in CHANNELS:
        plan_one(channel, wanted[:1], {}, None, expect="create")  # loads the connector
    for channel in CHANNELS:
        baseline += _timed(lambda: [adapter.validate_json(document) for document in documents])[0]
        seconds, made = _timed(partial(plan_one, channel, wanted, {}, None, expect="create"))
        first += seconds
        published, live = as_published(channel, made)
        again += _timed(partial(plan_one, channel, wanted, published, live, expect="nothing"))[0]
        del made, published, live
    pipe.send((baseline, first, again, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def plan_one(channel: str, products: list[Any], published: Mapping[str, Any], live: Any, expect: str) -> Any:
    """Plans one channel; what is wanted there."""
    from ocop_market.channels.registry import load_connector
    from ocop_market.mapping.channel_map import ChannelMap
    from ocop_market.publishing.live import Live
    from ocop_market.publishing.planning import PlanRules, make_plan
    from ocop_market.publishing.wanted import want
    from ocop_market.settings import AccountSettings, PublishingSettings
    from ocop_market.testing.goods import NOW

    profile = load_connector(channel).profile
    wanted = want(products, Silent(profile), AccountSettings(channel=channel), PublishingSettings(),  # type: ignore[arg-type]
                  ChannelMap(Path("maps") / f"{channel}.toml"), DAY)
    rules = PlanRules(DAY, products={product.sku: product for product in products})
    plan = make_plan(channel, channel, wanted, published, rules, now=NOW, live=live or Live(told=True))
    made = plan.counts()["create"] if expect == "create" else plan.unchanged
    if made != len(products):
        raise RuntimeError(f"{channel}: {plan.counts()}")
    return wanted


def as_published(channel: str, wanted: Any) -> tuple[dict[str, Any], Any]:
    """Everything that is wanted, as a database holds it once it was published, and as a platform shows it."""
    from ocop_market.model.change import LiveListing, RemoteListing
    from ocop_market.publishing.live import Live
    from ocop_market.store.publications import Publication

    fields = {sku: json.loads(json.dumps({group.value: value for group, value in draft.groups().items()}))
              for sku, draft in wanted.drafts.items()}
    remotes = {sku: RemoteListing(str(n), sku) for n, sku in enumerate(fields)}
    return ({sku: Publication(channel, sku, "live", remotes[sku], value, seen=value) for sku, value in fields.items()},
            Live({sku: LiveListing(remotes[sku], value) for sku, value in fields.items()}, told=True))


class Silent:
    """A channel that is never called."""

    def __init__(self, profile: Any) -> None:
        self.profile = profile

    def problems(self, _draft: Any) -> list[Any]:
        return []


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    made = work()
    return time.process_time() - begun, made


def measured(products: int) -> tuple[float, float, float, float]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=planning, args=(products, theirs))
    process.start()
    figures: tuple[float, float, float, float] = ours.recv()
    process.join()
    return figures


def main() -> None:
    listings, products, runs = (int(sys.argv[n]) if len(sys.argv) > n else usual for n, usual in ((1, 5_000), (2, 17_000), (3, 3)))
    if listings:
        print(f"{'':8} {'changed':8} {'':6} {'reads':>8} {'least':>8} {'writes':>8} {'least':>8} {'ratio':>7}")
        channels, changes = (sys.argv[n].split(",") if len(sys.argv) > n else usual for n, usual in ((4, [*PAGES]), (5, [*CHANGES])))
        for channel in channels:
            calls(channel, listings, changes)
    if products:
        baseline, first, again, memory = map(statistics.median, zip(*(measured(products) for _ in range(runs)), strict=True))
        per_plan = partial("{:.0f} µs".format)
        print(f"\n{products} products on {len(CHANNELS)} channels, processor seconds, of pydantic validation = 1")
        for name, seconds in (("pydantic validation", baseline), ("first plan, all new", first), ("plan, nothing new", again)):
            print(f"{name:22} {seconds:7.2f} s {per_plan(seconds / products / len(CHANNELS) * 1e6):>8} {seconds / baseline:7.1f}")
        print(f"peak memory of such a process: {memory:.0f} MB")


if __name__ == "__main__":
    main()
