"""What the catalog tells on a day and in a period: products by star and locality, what changed, what is due, subjects by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ocop_market.catalog.standing import HOLDING, CertificateRecord, CertificateState, Standing, Term
from ocop_market.catalog.subjects import counts_by_kind
from ocop_market.growth.address import Measure
from ocop_market.growth.compare import Period
from ocop_market.model.product import Certificate, CertificateKind, ProducerKind, Product
from ocop_market.model.text import fold
from ocop_market.reports.official.figures import RowOf, Table, Value
from ocop_market.reports.official.layout import filled

DUE_WITHIN = 180
"""Days before the end on which a re-rating can first be applied for, Decision 26/2026/QĐ-TTg."""
SUBJECTS = {
    ProducerKind.COOPERATIVE: "Hợp tác xã", ProducerKind.COOPERATIVE_GROUP: "Tổ hợp tác", ProducerKind.COMPANY: "Doanh nghiệp",
    ProducerKind.HOUSEHOLD: "Hộ kinh doanh, hộ sản xuất", ProducerKind.UNKNOWN: "Chưa rõ loại hình"}
STATES = {
    CertificateState.IN_FORCE: "Còn hiệu lực", CertificateState.RENEWAL_WINDOW: "Còn hiệu lực, trong hạn nộp hồ sơ đánh giá lại",
    CertificateState.LATE: "Còn hiệu lực, quá hạn nộp hồ sơ đánh giá lại",
    CertificateState.EXTENDED: "Hết hạn, đang chờ kết quả đánh giá lại",
    CertificateState.LAPSED: "Hết hiệu lực", CertificateState.SUPERSEDED: "Đã có giấy chứng nhận mới",
    CertificateState.WITHDRAWN: "Bị thu hồi", CertificateState.UNDATED: "Chưa rõ thời hạn"}
_FILED = "đã nộp {day}"
_TO_FILE = {CertificateState.IN_FORCE: "chưa đến hạn nộp", CertificateState.RENEWAL_WINDOW: "trong hạn nộp",
            CertificateState.LATE: "quá hạn nộp", CertificateState.EXTENDED: "chờ kết quả"}
FIRST, UPGRADE, RE_RATED, WITHDRAWN, LAPSED = "Công nhận lần đầu", "Nâng hạng sao", "Đánh giá lại", "Thu hồi", "Hết hiệu lực"
EVENTS = (FIRST, UPGRADE, RE_RATED, WITHDRAWN, LAPSED)
EVENT_MEASURES = {FIRST: Measure.FIRST.value, UPGRADE: Measure.UPGRADE.value, RE_RATED: Measure.RE_RATED.value,
                  WITHDRAWN: Measure.WITHDRAWN.value, LAPSED: Measure.LAPSED.value}
_KINDS = {CertificateKind.FIRST: FIRST, CertificateKind.UPGRADE: UPGRADE, CertificateKind.RE_RATING: RE_RATED}
_RECOGNISED = HOLDING | {CertificateState.LAPSED, CertificateState.SUPERSEDED, CertificateState.WITHDRAWN, CertificateState.UNDATED}
TOTAL = "Tổng số"
KIND_NOT_TOLD = ("{count} giấy chứng nhận cấp trong kỳ không ghi loại đánh giá; loại được suy từ các giấy chứng nhận trước đó trong danh "
                 "mục: chưa có giấy nào là lần đầu, nhiều sao hơn là nâng hạng, còn lại là đánh giá lại.")
WITHOUT_DATES = "{count} sản phẩm chưa rõ ngày cấp hoặc ngày hết hạn: không tính là còn hiệu lực, chỉ tính vào số lũy kế."
UNNAMED = "{count} sản phẩm không ghi tên chủ thể, không đếm vào số chủ thể."


@dataclass(frozen=True)
class Recognised:
    """A product that was ever recognised, with its locality (`key` is that of its row) and its last recognition up to a day.

    `in_force` is the term whose stars it may show on that day.
    """

    product: Product
    record: CertificateRecord
    key: str
    locality: str
    last: Certificate
    state: CertificateState
    in_force: Term | None
    undated: bool


@dataclass(frozen=True)
class Event:
    """One change in the period."""

    of: Recognised
    certificate: Certificate
    what: str
    on: date
    told: bool = True


def recognised(products: Iterable[Product], as_of: date, locality: Callable[[Product], tuple[str, str]]) -> list[Recognised]:
    """Products recognised up to a day, by locality and name; what was only proposed, or is a potential of five stars, is not.

    `locality` gives the row of a product by place, and its name.
    """
    found = []
    for product in products:
        record = CertificateRecord(product)
        granted = [(c, state) for c, state in record.states(as_of) if state in _RECOGNISED and c.stars in (3, 4, 5)]
        if granted:
            term = next((one for one in record.terms if one.begins <= as_of < one.ends), None)
            undated = record.claim(as_of).standing is Standing.UNDATED
            certificate, state = next(((c, s) for c, s in granted if term and c == term.certificate), granted[-1])
            found.append(Recognised(product, record, *locality(product), certificate, state, term, undated))
    return sorted(found, key=lambda one: (fold(one.locality), fold(one.product.name), one.product.sku))


def changes(found: Iterable[Recognised], period: Period) -> list[Event]:
    """What was issued, withdrawn or lapsed in the period, by day."""
    events = [event for one in found for event in _changes_of(one, period)]
    return sorted(events, key=lambda event: (event.on, event.what, event.of.product.sku))


def star_tables(found: Sequence[Recognised], units: str, day: str, by: str) -> list[Table]:
    """Products by star and locality: in force on the day, and cumulative; `by` is the level of localities."""
    keys = {one.locality: RowOf(within=f"by={by}/{one.key}") for one in found}
    names = sorted(keys, key=fold)
    of_rows = [*(keys[name] for name in names), RowOf()]
    in_force: dict[str, list[int]] = {}
    ever: dict[str, list[int]] = {}
    for one in found:
        row = in_force.setdefault(one.locality, [0, 0, 0, 0])
        if one.in_force and one.in_force.certificate.stars:
            row[one.in_force.certificate.stars - 3] += 1
        elif one.undated:
            row[3] += 1
        ever.setdefault(one.locality, [0, 0, 0])[(one.last.stars or 3) - 3] += 1
    return [
        filled("con_hieu_luc", f"Sản phẩm còn hiệu lực đến {day} theo địa phương và hạng sao ({units})",
              _summed([[name, *in_force[name], sum(in_force[name][:3])] for name in names], 6), has_total=True, of_rows=of_rows,
              notes=("Cột tổng số không gồm sản phẩm chưa rõ thời hạn.",)),
        filled("luy_ke", f"Sản phẩm đã được công nhận lũy kế đến {day} theo địa phương và hạng sao ({units})",
              _summed([[name, *ever[name], sum(ever[name])] for name in names], 5), has_total=True, of_rows=of_rows,
              notes=("Mỗi sản phẩm đếm một lần, theo hạng sao của lần công nhận gần nhất, kể cả khi đã hết hiệu lực hoặc bị thu hồi.",))]


def change_tables(events: Sequence[Event]) -> list[Table]:
    """What changed in the period: counted by star, and product by product."""
    counts = Counter((event.what, event.certificate.stars) for event in events)
    rows: list[list[Value]] = [
        [what, *(counts[what, stars] for stars in (3, 4, 5)), sum(event.what == what for event in events)] for what in EVENTS]
    listed: list[list[Value]] = [
        [*_product(event.of, event.certificate.stars), event.what, event.certificate.decision, event.on.isoformat()] for event in events]
    return [filled("bien_dong", "Biến động trong kỳ theo hạng sao", rows, of_rows=[RowOf(measure=EVENT_MEASURES[what]) for what in EVENTS]),
            filled("san_pham_bien_dong", "Sản phẩm có biến động trong kỳ", listed)]


def due_table(found: Sequence[Recognised], as_of: date) -> Table:
    """Certificates that end within 180 days, or have ended and hold while an application is pending."""
    rows: list[list[Value]] = []
    for one in found:
        term = one.in_force
        if term and is_due(one, as_of):
            filed = term.certificate.reapplied_on
            state = _FILED.format(day=f"{filed:%d/%m/%Y}") if filed and filed <= as_of else _TO_FILE[term.state_on(as_of)]
            rows.append([*_product(one, term.certificate.stars), term.certificate.decision, term.expires.isoformat(),
                         (term.expires - as_of).days, state])
    rows.sort(key=lambda row: (str(row[6]), str(row[0])))
    return filled("den_han", f"Giấy chứng nhận hết hạn trong {DUE_WITHIN} ngày tới", rows)


def is_due(one: Recognised, as_of: date) -> bool:
    """Whether its certificate is in force and ends within 180 days, or has ended and holds while an application is pending."""
    return one.in_force is not None and (one.in_force.expires - as_of).days <= DUE_WITHIN


def subject_table(found: Sequence[Recognised]) -> Table:
    """Subjects by kind: with a product in force, and cumulative."""
    ever, now = counts_by_kind(one.product for one in found), counts_by_kind(one.product for one in found if one.in_force)
    total = sum(now.by_kind.values())
    rows: list[list[Value]] = [[name, now.by_kind.get(kind, 0), _share(now.by_kind.get(kind, 0), total), ever.by_kind.get(kind, 0)]
                               for kind, name in SUBJECTS.items()]
    rows.append([TOTAL, total, _share(total, total), sum(ever.by_kind.values())])
    unnamed = sum(ever.unnamed.values())
    of_rows = [*(RowOf(within=f"kind={kind.value}") for kind in SUBJECTS), RowOf()]
    return filled("chu_the", "Chủ thể theo loại hình", rows, has_total=True, of_rows=of_rows,
                  notes=(UNNAMED.format(count=unnamed),) if unnamed else ())


def product_table(found: Sequence[Recognised], group_names: Callable[[Product], str], units: str) -> Table:
    """Every recognised product with its last recognition."""
    rows = [[number, *_product(one, one.last.stars), group_names(one.product), SUBJECTS[one.product.producer_kind], one.last.decision,
             _iso(one.last.issued_on), _iso(_expires(one)), STATES[one.state]] for number, one in enumerate(found, start=1)]
    return filled("danh_muc", f"Danh mục sản phẩm OCOP đã được công nhận ({units})", rows)


def _changes_of(one: Recognised, period: Period) -> Iterator[Event]:
    earlier: Certificate | None = None
    for term in one.record.terms:
        certificate = term.certificate
        if period.start <= term.begins <= period.end:
            yield Event(one, certificate, _KINDS.get(certificate.kind) or _inferred(earlier, certificate), term.begins,
                        certificate.kind in _KINDS)
        if term.after is CertificateState.LAPSED and period.start <= term.ends <= period.end:
            yield Event(one, certificate, LAPSED, term.ends)
        earlier = certificate
    for certificate in one.record.history:
        if certificate.withdrawn_on and certificate.stars and period.start <= certificate.withdrawn_on <= period.end:
            yield Event(one, certificate, WITHDRAWN, certificate.withdrawn_on)


def _inferred(earlier: Certificate | None, certificate: Certificate) -> str:
    if earlier is None:
        return FIRST
    return UPGRADE if (certificate.stars or 0) > (earlier.stars or 0) else RE_RATED


def _product(one: Recognised, stars: int | None) -> list[Value]:
    return [one.product.sku, one.product.name, one.product.producer, one.locality, stars]


def _expires(one: Recognised) -> date | None:
    return next((term.expires for term in one.record.terms if term.certificate == one.last), one.last.expires_on)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _summed(rows: list[list[Value]], width: int) -> list[list[Value]]:
    """The rows and their sum; the first column is a name."""
    return [*rows, [TOTAL, *(sum(int(row[i] or 0) for row in rows) for i in range(1, width))]]
