"""Makes the evidence of one product, or of all of a producer's, in one state of the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from operator import eq

from sqlalchemy import Connection, func, select

from ocop_market.catalog.lookup import finder
from ocop_market.catalog.standing import CertificateRecord
from ocop_market.growth.basis import Basis, explained, revenue, units
from ocop_market.growth.compare import Period, Row
from ocop_market.growth.coverage import coverage
from ocop_market.language import use_language
from ocop_market.model.product import CertificateKind, Product
from ocop_market.reports.evidence.figures import CHARTS, COLUMNS, TITLES, Evidence
from ocop_market.reports.evidence.links import ShopLinks
from ocop_market.reports.figures import doubts
from ocop_market.reports.numbers import day
from ocop_market.reports.official.figures import Cell, Table, Value, shown
from ocop_market.reports.official.recognition import STATES
from ocop_market.reports.official.trade import Channel, ChannelKind, channel_of
from ocop_market.store.catalog import load_former_codes
from ocop_market.store.publications import Publication, load_publications
from ocop_market.store.tables.totals import sales_day

KINDS = {CertificateKind.FIRST: "Lần đầu", CertificateKind.UPGRADE: "Nâng hạng", CertificateKind.RE_RATING: "Đánh giá lại",
         CertificateKind.UNKNOWN: "Chưa ghi"}
NO_LINK = "Chưa ghi đường dẫn gian hàng của: {names}. Ghi vào tệp links.toml trong thư mục làm việc."
SHORT = "Sổ bán hàng mới có số liệu từ ngày {first}; các tháng trước đó trong biểu bằng không vì chưa có số liệu."
PRACTICE = "SỐ LIỆU LUYỆN TẬP: giá và người mua là giả định. Không dùng cho hồ sơ thật."
MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Asked:
    """What is asked for: the products, a name for them, the last day, and how many whole months before its month's end."""

    products: Mapping[str, Product]
    subject: str
    as_of: date
    months: int = 36
    basis: Basis = Basis.NET

    @property
    def start(self) -> date:
        """The first day of the first month."""
        number = self.as_of.year * MONTHS_A_YEAR + self.as_of.month - self.months
        return date(number // MONTHS_A_YEAR, number % MONTHS_A_YEAR + 1, 1)


@dataclass(frozen=True)
class Known:
    """What it is made from beside the ledger: the whole catalog by SKU, accounts with their channels, and links by account."""

    market: str
    catalog: Mapping[str, Product]
    channels: Mapping[str, Channel]
    links: Mapping[str, ShopLinks]
    accounts: Collection[str]
    practice: bool


@dataclass
class _Sold:
    """Sums by day and account in đồng, units by day, of the asked products.

    `begins` has, by the last day of twelve months, the accounts whose ledger does not reach back to the twelve months before.
    """

    begins: Mapping[date, Collection[str]] = field(default_factory=dict)
    amounts: dict[tuple[date, str], int] = field(default_factory=dict)
    quantities: dict[date, Decimal] = field(default_factory=dict)
    digest: str = ""

    def growth(self, now: Period, before: Period) -> float | None:
        """In per cent; None where nothing was sold before, or where no account is known from the beginning of `before` on."""
        known = any(amount for (on, account), amount in self.amounts.items()
                    if before.start <= on <= before.end and account not in self.begins[now.end])
        growth = Row("", self.sum(now), self.sum(before)).growth
        return round(growth, 1) if known and growth is not None else None

    def sum(self, period: Period, which: Callable[[str], bool] = lambda account: True) -> int:
        """Revenue of a period on the accounts of that kind."""
        return sum(amount for (on, account), amount in self.amounts.items() if period.start <= on <= period.end and which(account))


def collect(connection: Connection, known: Known, asked: Asked) -> Evidence:
    """The figures, in Vietnamese whatever language is in use."""

    def in_vietnamese() -> Evidence:
        use_language("vi")
        return _collect(connection, known, asked)

    return copy_context().run(in_vietnamese)


def _collect(connection: Connection, known: Known, asked: Asked) -> Evidence:
    sold = _read(connection, known, asked)
    listings = {account: _of_products(load_publications(connection, account), asked) for account in known.channels}
    latest, before = _last_years(asked.as_of, 2)
    years = _years(known, asked, sold)
    rows = {
        "san_pham": [_product(product, asked.as_of) for _, product in sorted(asked.products.items())],
        "chung_nhan": [row for _, product in sorted(asked.products.items()) for row in _certificates(product, asked.as_of)],
        "kenh": _channels(known, sold, listings, latest, before), "bai_dang": _listings(known, asked, listings),
        "theo_nam": years, "theo_thang": _months(known, asked, sold)}
    online = sold.sum(latest, lambda account: channel_of(known.channels, account).kind is ChannelKind.ONLINE)
    now, growth = sold.sum(latest), sold.growth(latest, before)
    sentences = (
        f"Từ ngày {day(latest.start)} đến hết ngày {day(latest.end)}, doanh thu là {shown(now, Cell.DONG)}, mười hai tháng trước đó là "
        f"{shown(sold.sum(before), Cell.DONG)}, {_grew(growth)}.",
        f"Bán qua thương mại điện tử: {shown(online, Cell.DONG)}, chiếm {shown(_share(online, now), Cell.SHARE)} doanh thu.",
        f"Số bài đang bán: {sum(map(len, listings.values()))}, trên {sum(bool(found) for found in listings.values())} kênh.")
    tables = tuple(Table(key=key, title=TITLES[key], columns=COLUMNS[key], rows=tuple(tuple(row) for row in rows[key]),
                         identity=(0, 1) if key == "bai_dang" else (0,), chart=CHARTS.get(key)) for key in COLUMNS)
    return Evidence(title="MINH CHỨNG KẾT QUẢ TIÊU THỤ SẢN PHẨM", subject=asked.subject, as_of=asked.as_of, start=asked.start,
                    sentences=sentences, tables=tables, doubts=tuple(_doubts(connection, known, asked, sold, listings)),
                    conditions=_conditions(known, asked, sold))


def _read(connection: Connection, known: Known, asked: Asked) -> _Sold:
    periods = _last_years(asked.as_of, asked.months // MONTHS_A_YEAR)
    begins = {one.end: coverage(connection, one, known.accounts, _last_years(one.end, 2)[1]).begins for one in periods}
    find, c, sold, digest = finder(known.catalog, load_former_codes(connection)), sales_day.c, _Sold(begins), hashlib.sha256()
    first = min(asked.start, periods[-1].start)
    query = select(c.day, c.account, c.sku, func.sum(revenue(asked.basis)), func.sum(units(asked.basis))).where(
        c.day.between(first, asked.as_of)).group_by(c.day, c.account, c.sku).order_by(c.day, c.account, c.sku)
    for on, account, sku, amount, quantity in connection.execute(query):
        product = find(sku)
        if product is None or product.sku not in asked.products or not (amount or quantity):
            continue
        sold.amounts[on, account] = sold.amounts.get((on, account), 0) + int(amount)
        sold.quantities[on] = sold.quantities.get(on, Decimal(0)) + quantity
        digest.update(json.dumps([on.isoformat(), account, sku, int(amount), str(quantity.normalize())]).encode())
    sold.digest = digest.hexdigest()
    return sold


def _of_products(listings: Mapping[str, Publication], asked: Asked) -> dict[str, Publication]:
    return {sku: listing for sku, listing in listings.items() if sku in asked.products and listing.on_sale and listing.remote.remote_id}


def _product(product: Product, as_of: date) -> list[Value]:
    place = product.place
    stars = CertificateRecord(product).claim(as_of).stars
    return [product.sku, product.name, product.producer, ", ".join(filter(None, (place.commune, place.district, place.province))), stars]


def _certificates(product: Product, as_of: date) -> list[list[Value]]:
    """All certificates up to the day, the oldest first."""
    found = [(certificate, state) for certificate, state in CertificateRecord(product).states(as_of)
             if certificate.issued_on is None or certificate.issued_on <= as_of]
    found.sort(key=lambda one: (one[0].issued_on or date.min, one[0].decision))
    return [[product.name, certificate.stars, KINDS[certificate.kind], certificate.decision, certificate.body,
             _iso(certificate.issued_on), _iso(certificate.expires_on),
             STATES.get(state, "")] for certificate, state in found]


def _channels(known: Known, sold: _Sold, listings: Mapping[str, Mapping[str, Publication]], latest: Period, before: Period,
              ) -> list[list[Value]]:
    first: dict[str, date] = {}
    for (on, account), amount in sold.amounts.items():
        if amount:
            first[account] = min(first.get(account, on), on)
    whole = sold.sum(latest)
    rows: list[list[Value]] = []
    for account in sorted({*first, *(name for name, found in listings.items() if found)}):
        row = Row(account, *(sold.sum(period, partial(eq, account)) for period in (latest, before)))
        channel, links = channel_of(known.channels, account), known.links.get(account, ShopLinks())
        rows.append([channel.title, channel.kind.value, links.shop, len(listings.get(account, {})),
                     _iso(first.get(account)), row.now, row.before,
                     None if row.growth is None or account in sold.begins[latest.end] else round(row.growth, 1), _share(row.now, whole)])
    return sorted(rows, key=lambda found: (-int(found[5] or 0), str(found[0])))


def _listings(known: Known, asked: Asked, listings: Mapping[str, Mapping[str, Publication]]) -> list[list[Value]]:
    return [[asked.products[sku].name, channel_of(known.channels, account).title, listing.remote.remote_id,
             known.links.get(account, ShopLinks()).of(sku, listing.remote.remote_id)]
            for account, found in sorted(listings.items()) for sku, listing in sorted(found.items())]


def _years(known: Known, asked: Asked, sold: _Sold) -> list[list[Value]]:
    """Periods of twelve months, the latest first; the growth of each against the one before it."""
    periods = _last_years(asked.as_of, asked.months // MONTHS_A_YEAR)
    rows = []
    for place, period in enumerate(periods):
        parts = _by_kind(known, sold, period)
        growth = sold.growth(period, periods[place + 1]) if place + 1 < len(periods) else None
        rows.append([period.end.isoformat(), *parts, sum(parts), growth, _share(parts[0], sum(parts))])
    return rows


def _months(known: Known, asked: Asked, sold: _Sold) -> list[list[Value]]:
    rows: list[list[Value]] = []
    first = asked.start
    while first <= asked.as_of:
        following = (first + timedelta(days=31)).replace(day=1)
        period = Period(first, min(asked.as_of, following - timedelta(days=1)))
        parts = _by_kind(known, sold, period)
        quantity = sum((number for on, number in sold.quantities.items() if period.start <= on <= period.end), Decimal(0))
        rows.append([f"{first:%m/%Y}", *parts, sum(parts), int(quantity)])
        first = following
    return rows


def _by_kind(known: Known, sold: _Sold, period: Period) -> list[int]:
    def amount(kind: ChannelKind) -> int:
        return sold.sum(period, lambda account: channel_of(known.channels, account).kind is kind)

    return [amount(kind) for kind in (ChannelKind.ONLINE, ChannelKind.POINT_OF_SALE, ChannelKind.FILE)]


def _last_years(as_of: date, count: int) -> list[Period]:
    """Periods of twelve months that follow one another, the latest first."""
    periods: list[Period] = []
    for _ in range(max(count, 1)):
        periods.append(Period.twelve_months_to(periods[-1].start - timedelta(days=1) if periods else as_of))
    return periods


def _doubts(connection: Connection, known: Known, asked: Asked, sold: _Sold, listings: Mapping[str, Mapping[str, Publication]],
            ) -> Sequence[str]:
    period = Period(asked.start, asked.as_of)
    latest = Period.twelve_months_to(asked.as_of)
    found = [PRACTICE] if known.practice else []
    found += doubts(coverage(connection, latest, known.accounts), ())
    first = min((on for on, _ in sold.amounts), default=None)
    if first is not None and first > period.start:
        found.append(SHORT.format(first=day(first)))
    online = {account: channel.title for account, channel in sorted(known.channels.items()) if channel.kind is ChannelKind.ONLINE}
    unlinked = [title for account, title in online.items() if listings[account] and not known.links.get(account, ShopLinks()).shop]
    return [*found, *([NO_LINK.format(names=", ".join(unlinked))] if unlinked else [])]


def _conditions(known: Known, asked: Asked, sold: _Sold) -> tuple[str, ...]:
    accounts = sorted({account for _, account in sold.amounts})
    sources = ", ".join(channel_of(known.channels, account).title for account in accounts) or "không có"
    return (f"Số liệu: sổ bán hàng “{known.market}”, từ {day(asked.start)} đến hết {day(asked.as_of)}, ngày theo giờ Việt Nam.",
            f"Nguồn: {sources}; đơn hàng lấy từ sàn và máy bán hàng, hoặc từ tệp người bán xuất ra.",
            f"Doanh thu: {explained(asked.basis)}.", f"Mã băm số liệu bán hàng: {sold.digest}.")


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _grew(growth: float | None) -> str:
    return "chưa tính được tăng trưởng" if growth is None else f"tăng trưởng {shown(growth, Cell.GROWTH)}"


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole > 0 else None
