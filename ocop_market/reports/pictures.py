"""The pictures of growth, each a file of its own: months, channels, stars, groups, provinces, the parts of the change, producers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ocop_market.growth.account_of_change import AccountOfChange
from ocop_market.growth.compare import By, Comparison, Period
from ocop_market.growth.movement import Part
from ocop_market.growth.periods import Pair, month_shifted, months_of
from ocop_market.growth.words import PARTS
from ocop_market.language import N_, translate
from ocop_market.model.lunar import tet_months
from ocop_market.reports.charts import bars, below, columns, multiples, shares, waterfall
from ocop_market.reports.figures import row_label, table_title
from ocop_market.reports.numbers import per_cent, short
from ocop_market.reports.tile_map import tile_map, tiles

DRAWN = (By.CHANNEL, By.STAR, By.GROUP, By.PROVINCE)
"""Comparisons that the pictures need."""
MOST_BARS, MOST_PANELS = 15, 12


@dataclass(frozen=True)
class Drawn:
    """What pictures are drawn from. `months_now` and `months_before` are revenue by producer and month (`2026-01`)."""

    pair: Pair
    comparisons: Mapping[By, Comparison]
    change: AccountOfChange
    months_now: Mapping[str, Mapping[str, int]]
    months_before: Mapping[str, Mapping[str, int]]


def pictures(drawn: Drawn) -> dict[str, str]:
    """SVG by name of file."""
    names = [f"{one.start:%m/%Y} – {one.end:%m/%Y}" for one in (drawn.pair.now, drawn.pair.before)]
    now, before = names
    channels = drawn.comparisons[By.CHANNEL]
    found = {f"{by.value}.svg": _bars(drawn.comparisons[by], now, before) for by in DRAWN}
    found["channel.svg"] = below(shares([(row_label(channels, row.key), row.now) for row in channels.rows],
                                        title=translate(N_("Share by channel")), others=translate(N_("Others"))), found["channel.svg"])
    found["province.svg"] = below(found["province.svg"], _map(drawn.comparisons[By.PROVINCE]))
    found["months.svg"] = _months(drawn, now, before)
    found["parts.svg"] = parts_picture(drawn.change)
    found["producers.svg"] = _producers(drawn, now, before)
    return found


def parts_picture(change: AccountOfChange) -> str:
    """The way from the total before to that of now, part by part."""
    names = [f"{one.start:%m/%Y} – {one.end:%m/%Y}" for one in (change.pair.before, change.pair.now)]
    steps = [(translate(PARTS[part]), change.movement.part(part).amount) for part in Part if change.movement.products(part)]
    return waterfall((names[0], change.total.before), steps, (names[1], change.total.now),
                     title=translate(N_("What the change is made of")))


def _bars(comparison: Comparison, now: str, before: str) -> str:
    rows = [(row_label(comparison, row.key), row.now, row.before, row.growth) for row in comparison.rows[:MOST_BARS]]
    return bars(rows, title=table_title(comparison), now=now, before=before)


def _map(comparison: Comparison) -> str:
    places = tiles(comparison.geography)
    growth = {row.key: (row.growth, short(row.now) if row.growth is None else per_cent(row.growth)) for row in comparison.rows
              if row.key in places}
    return tile_map(growth, comparison.geography, title=table_title(comparison), less=translate(N_("Less")), more=translate(N_("More, %")))


def _months(drawn: Drawn, now: str, before: str) -> str:
    """Month by month; each stands beside the one as far from the beginning of the period compared with."""
    pair = drawn.pair
    sums = [_summed(months) for months in (drawn.months_now, drawn.months_before)]
    points = [(month, sums[0].get(month, 0), sums[1].get(other, 0))
              for month, other in zip(_named(pair.now), _named(pair.before), strict=False)]
    return columns(points, title=translate(N_("Month by month")), now=now, before=before, marks=tet_months(pair.now.start, pair.now.end))


def _producers(drawn: Drawn, now: str, before: str) -> str:
    months, others = _named(drawn.pair.now), _named(drawn.pair.before)
    largest = sorted(drawn.months_now, key=lambda name: (-sum(drawn.months_now[name].values()), name))[:MOST_PANELS]
    panels = [(name, [drawn.months_now[name].get(month, 0) for month in months],
               [drawn.months_before.get(name, {}).get(month, 0) for month in others]) for name in largest]
    return multiples(panels, [f"{month[5:]}/{month[:4]}" for month in months], title=translate(N_("The largest producers, month by month")),
                     now=now, before=before)


def _summed(rows: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for months in rows.values():
        for month, amount in months.items():
            sums[month] = sums.get(month, 0) + amount
    return sums


def _named(period: Period) -> Sequence[str]:
    first = period.start.replace(day=1)
    return [f"{month_shifted(first, number):%Y-%m}" for number in range(months_of(period))]
