"""Sentences that the description of a product must carry, by the kind of goods; in Vietnamese, for buyers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ocop_market.catalog.goods import goods_kind
from ocop_market.catalog.paper_checks import paper_in_force
from ocop_market.model.goods import GoodsKind
from ocop_market.model.product import PaperKind, Product

NO_MEDICINE = "Thực phẩm này không phải là thuốc, không có tác dụng thay thế thuốc chữa bệnh."
"""Decree 15/2018 Art. 27, read 2026-11; the words in front are those of Decree 37/2026."""
HEALTH_FOOD = "Thực phẩm bảo vệ sức khỏe."
ADULTS_ONLY = "Không bán rượu, bia cho người dưới 18 tuổi."
CONFIRMED = "Số giấy xác nhận nội dung quảng cáo: {number}."
NOTIFIED = "Số tiếp nhận phiếu công bố mỹ phẩm: {number}."
STRENGTH = "Độ cồn: {percent}% thể tích."


def required_lines(product: Product, day: date) -> Iterator[str]:
    """The sentences for the product on `day`; none for goods that need none."""
    match goods_kind(product):
        case GoodsKind.HEALTH_FOOD:
            yield HEALTH_FOOD
            yield NO_MEDICINE
            yield from _numbered(CONFIRMED, product, PaperKind.ADVERTISING_CONFIRMATION, day)
        case GoodsKind.COSMETIC:
            yield from _numbered(NOTIFIED, product, PaperKind.COSMETIC_NOTIFICATION, day)
        case GoodsKind.ALCOHOL:
            if product.alcohol_percent is not None:
                yield STRENGTH.format(percent=f"{product.alcohol_percent.normalize():f}".replace(".", ","))
            yield ADULTS_ONLY


def _numbered(line: str, product: Product, kind: PaperKind, day: date) -> Iterator[str]:
    if (paper := paper_in_force(product, kind, day)) and paper.number:
        yield line.format(number=paper.number)
