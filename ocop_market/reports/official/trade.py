"""What the ledger tells of a period and of the same days a year before: channels, points of sale, revenue and its growth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from sqlalchemy import Connection

from ocop_market.catalog.lookup import Find, finder
from ocop_market.growth.address import period_text
from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import By, Comparison, Period, Row, compare, monthly, outlet
from ocop_market.growth.sold import Both, read_both
from ocop_market.model.product import Product
from ocop_market.places.units import Geography
from ocop_market.reports.figures import label
from ocop_market.reports.official.figures import RowOf, Table, Value
from ocop_market.reports.official.layout import filled
from ocop_market.reports.official.recognition import TOTAL
from ocop_market.store.catalog import load_former_codes
from ocop_market.store.points import Till, names_of_tills
from ocop_market.store.publications import load_publications

BY_STARS = "doanh_thu_sao"
NO_BRANCH = "(không ghi điểm bán)"


class ChannelKind(StrEnum):
    """Where an account sells; of files that somebody exports it is not told."""

    ONLINE = "Thương mại điện tử"
    POINT_OF_SALE = "Điểm bán"
    FILE = "Tệp nhập, chưa rõ kênh"


@dataclass(frozen=True)
class Channel:
    """An account: its title on the report and where it sells."""

    title: str
    kind: ChannelKind


@dataclass(frozen=True)
class GrowthPart:
    """A part of the change of revenue, in đồng: the same products, entries, exits, goods without recognition; `part` is its key."""

    name: str
    products: int
    now: int
    before: int
    part: str = ""


@dataclass(frozen=True)
class TargetLine:
    """A target of a plan as the report prints it: counts whole, shares and growth in per cent (`unit` then is `%` or `% tăng`)."""

    name: str
    locality: str
    paper: str
    ends: date
    unit: str
    wanted: int | float
    reached: int | float | None
    verdict: str
    key: str = ""
    """What it is called in addresses."""


@dataclass
class Sold:
    """Sums of one account or point of sale in đồng, and the products sold there in the period."""

    now: int = 0
    before: int = 0
    products: set[str] = field(default_factory=set)

    def add(self, other: Sold) -> None:
        """Adds another one's sums and products."""
        self.now += other.now
        self.before += other.before
        self.products |= other.products


@dataclass(frozen=True)
class Trade:
    """The tables of a period's trade. Shares are in per cent of revenue; `online`, of `online_accounts`, is None where nothing was sold."""

    tables: tuple[Table, ...]
    points: Table
    total: Row
    online: float | None
    not_told: float | None
    channels: Comparison
    online_accounts: tuple[str, ...]


def trade(connection: Connection, products: Mapping[str, Product], channels: Mapping[str, Channel], period: Period, basis: Basis,
          geography: Geography, level: By, units: str, sold: Both | None = None) -> Trade:
    """Reads one state of the ledger; `sold` is what `read_both` found, where that was read already."""
    find = finder(products, load_former_codes(connection))
    both = sold or read_both(connection, period, basis)
    by_place = _by_place(both, find)
    by_account: dict[str, Sold] = {}
    for (account, _), of_place in by_place.items():
        by_account.setdefault(account, Sold()).add(of_place)
    compared = {by: compare(connection, products, period, by=by, basis=basis, geography=geography, sold=both)
                for by in (By.CHANNEL, By.STAR, By.GROUP, level)}
    total = compared[By.CHANNEL].total
    shares = {kind: _share(sum(sold.now for account, sold in by_account.items() if channel_of(channels, account).kind is kind), total.now)
              for kind in ChannelKind}
    tables = (
        _channel_table(connection, channels, by_account, find, total),
        _rows_table(BY_STARS, "Doanh thu theo hạng sao trong ngày bán", compared[By.STAR], By.STAR),
        _rows_table("doanh_thu_nhom", "Doanh thu theo nhóm sản phẩm", compared[By.GROUP], By.GROUP),
        _rows_table("doanh_thu_dia_phuong", f"Doanh thu theo địa phương của sản phẩm ({units})", compared[level], level),
        _month_table(connection, period, basis))
    online = tuple(sorted(account for account in by_account if channel_of(channels, account).kind is ChannelKind.ONLINE))
    points = _point_table(by_place, channels, names_of_tills(connection))
    return Trade(tables, points, total, shares[ChannelKind.ONLINE], shares[ChannelKind.FILE],
                 compared[By.CHANNEL], online)


def parts_table(parts: Sequence[GrowthPart], total: Row) -> Table:
    """The parts of the change of revenue, which add up to the total."""
    rows = [[part.name, part.products, *compared_row("", part.now, part.before)[1:]] for part in parts]
    rows.append([TOTAL, sum(part.products for part in parts), *compared_row("", total.now, total.before)[1:]])
    of_rows = [*(RowOf(within=f"part={part.part}") if part.part else None for part in parts), RowOf()]
    return filled("thanh_phan", "Thay đổi doanh thu theo thành phần", rows, has_total=True, of_rows=of_rows)


def target_table(targets: Sequence[TargetLine]) -> Table:
    """The plans' targets and how they stand."""
    rows = [[one.name, one.locality, one.paper, one.ends.isoformat(), one.unit, one.wanted, one.reached, one.verdict] for one in targets]
    of_rows = [RowOf(measure="target", within=f"target={one.key}") if one.key else None for one in targets]
    return filled("muc_tieu", "Thực hiện mục tiêu của các kế hoạch", rows, of_rows=of_rows)


def compared_row(name: str, now: int, before: int) -> list[Value]:
    """A row of revenue: now, a year before, the change and the growth."""
    row = Row(name, now, before)
    return [name, now, before, row.change, None if row.growth is None else round(row.growth, 1)]


def _by_place(both: Both, find: Find) -> dict[tuple[str, str], Sold]:
    """By account and point of sale; goods that the catalog does not know count in the sums and are no products."""
    found: dict[tuple[str, str], Sold] = {}
    for row in both[0]:
        sold = found.setdefault((row.account, row.location), Sold())
        sold.now += row.amount
        if row.amount and (product := find(row.sku)):
            sold.products.add(product.sku)
    for row in both[1]:
        found.setdefault((row.account, row.location), Sold()).before += row.amount
    return found


def _channel_table(connection: Connection, channels: Mapping[str, Channel], by_account: Mapping[str, Sold], find: Find,
                   total: Row) -> Table:
    rows: list[Sequence[Value]] = []
    of_rows = []
    for account in sorted({*channels, *by_account}, key=lambda name: (-by_account.get(name, Sold()).now, name)):
        sold, channel = by_account.get(account, Sold()), channel_of(channels, account)
        listed = {product.sku for sku, known in load_publications(connection, account).items() if known.on_sale and (product := find(sku))}
        rows.append([channel.title, channel.kind.value, len(listed), len(sold.products), *compared_row("", sold.now, sold.before)[1:],
                     _share(sold.now, total.now)])
        of_rows.append(RowOf(within=f"by=channel/{account}"))
    products = {sku for sold in by_account.values() for sku in sold.products}
    rows.append([TOTAL, "", None, len(products), *compared_row("", total.now, total.before)[1:], _share(total.now, total.now)])
    return filled("kenh", "Sản phẩm và doanh thu theo kênh bán", rows, has_total=True, of_rows=[*of_rows, RowOf()],
                 notes=("Một sản phẩm bán trên nhiều kênh được đếm ở từng kênh và một lần ở dòng tổng số.",))


def point_name(names: Mapping[Till, str], account: str, place: str) -> str:
    """What a point of sale is called: by the register, else by its branch."""
    return names.get((account, place)) or place or NO_BRANCH


def _point_table(by_place: Mapping[Till, Sold], channels: Mapping[str, Channel], names: Mapping[Till, str]) -> Table:
    """Points of sale with sales in either period: those that the register links, those of tills, and places that files name."""
    rows, of_rows = [], []
    for (account, place), sold in sorted(by_place.items()):
        channel = channel_of(channels, account)
        of_file = channel.kind is ChannelKind.FILE and place
        if channel.kind is ChannelKind.POINT_OF_SALE or of_file or (account, place) in names:
            compared = compared_row("", sold.now, sold.before)[1:]
            rows.append([point_name(names, account, place), channel.title, len(sold.products), *compared])
            of_rows.append(RowOf(within=f"by=location/{outlet(account, place)}"))
    return filled("diem_ban", "Điểm bán có số liệu bán hàng", rows, of_rows=of_rows, notes=(
        "Chỉ gồm điểm bán có số liệu trong sổ bán hàng; điểm giới thiệu và bán sản phẩm OCOP chưa gửi số liệu không có ở đây.",))


def _rows_table(key: str, title: str, compared: Comparison, by: By) -> Table:
    rows = [compared_row(label(by, row.key), row.now, row.before) for row in compared.rows]
    of_rows = [*(RowOf(within=f"by={by.value}/{row.key}") for row in compared.rows), RowOf()]
    total = compared.total
    return filled(key, title, [*rows, compared_row(TOTAL, total.now, total.before)], has_total=True, of_rows=of_rows)


def _month_table(connection: Connection, period: Period, basis: Basis) -> Table:
    before = period.a_year_before()
    now_sums, then_sums = monthly(connection, period, basis), monthly(connection, before, basis)
    rows, of_rows = [], []
    for month, month_before in zip(_months(period), _months(before), strict=True):
        now, then = (f"{part.start:%Y-%m}" for part in (month, month_before))
        rows.append(compared_row(f"{month.start:%m/%Y}", sum(now_sums.get(now, {}).values()), sum(then_sums.get(then, {}).values())))
        of_rows.append(RowOf(period=period_text(month), against=period_text(month_before)))
    return filled("theo_thang", "Doanh thu theo tháng", [*rows, compared_row(TOTAL, *_sums(rows))], has_total=True,
                  of_rows=[*of_rows, RowOf()])


def _months(period: Period) -> list[Period]:
    """The months of a period, the first and the last as far as they lie in it."""
    first, last = (day.year * 12 + day.month - 1 for day in (period.start, period.end))
    whole = [date(month // 12, month % 12 + 1, 1) for month in range(first, last + 2)]
    return [Period(max(period.start, start), min(period.end, following - timedelta(days=1))) for start, following in pairwise(whole)]


def _sums(rows: Sequence[Sequence[Value]]) -> tuple[int, int]:
    return sum(int(row[1] or 0) for row in rows), sum(int(row[2] or 0) for row in rows)


def channel_of(channels: Mapping[str, Channel], account: str) -> Channel:
    """Accounts that the settings no longer have are shown by name; where they sold is not told."""
    return channels.get(account, Channel(account, ChannelKind.FILE))


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole > 0 else None


