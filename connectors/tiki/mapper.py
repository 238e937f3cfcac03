"""Between our words and Tiki's: drafts into bodies, orders into sales. Pure, no network."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any
from unicodedata import normalize

from connectors.tiki import facts
from connectors.tiki.bodies import ContentUpdate, OfferUpdate, ProductRequest, Variant, WarehouseQuantity, WarehouseStock
from connectors.tiki.wire import AttributeRow
from connectors.tiki.wire_orders import Item, Order
from ocop_market.model.listing import FieldGroup, JsonObject, ListingDraft, VariantDraft
from ocop_market.model.money import whole_dong
from ocop_market.model.sales import Fee, FeeKind, OrderState, SalesLine, SalesOrder
from ocop_market.model.text import fold, tidy

OWN_ATTRIBUTES = frozenset({facts.BRAND_ATTRIBUTE, facts.WEIGHT_ATTRIBUTE, *facts.MEASURES})
"""Attributes that are filled from the draft's own fields."""

_TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)

STATES = {
    **dict.fromkeys(facts.ORDERS_NOT_ACCEPTED, OrderState.PLACED),
    **dict.fromkeys(facts.ORDERS_UNDER_WAY, OrderState.ACCEPTED),
    **dict.fromkeys(facts.ORDERS_DELIVERED, OrderState.DELIVERED),
    facts.ORDER_RETURNED: OrderState.DELIVERED,
    facts.ORDER_CANCELLED: OrderState.CANCELLED,
}
"""`queueing` counts as accepted: the order page names it the first state of an order that Tiki has accepted."""

FEE_WORDS = {
    FeeKind.AFFILIATE: frozenset({"affiliate"}),
    FeeKind.ADVERTISING: frozenset({"ad", "ads", "advertising", "marketing", "campaign"}),
    FeeKind.PAYMENT: frozenset({"payment", "transaction"}),
    FeeKind.SHIPPING: frozenset({"shipping", "delivery", "logistics"}),
    FeeKind.FULFILMENT: frozenset({"storage", "fulfillment", "warehouse"}),
    FeeKind.PROCESSING: frozenset({"processing", "handling", "pick", "pack"}),
    FeeKind.COMMISSION: frozenset({"commission", "sales", "percent"}),
    FeeKind.SERVICE: frozenset({"service", "freeship"}),
}
"""Words of a `fee_type_key`, the first kind that has one of them; percent_per_item_sales_value is the one key that a page
prints (API order v2, 2026-09), orders of sellers show payment_processing_fee, shipping_fee and freeship_plus (2023), and the
others are read by their words (unverified). What has none stays `other` under its key."""


# --- listings

def sold(draft: ListingDraft) -> tuple[VariantDraft, ...]:
    """What is sold of a draft, each a product of its own on Tiki: its variants, or the draft itself where it has none."""
    return draft.variants or (VariantDraft(draft.sku, (), draft.price, draft.stock, draft.weight_g, draft.gtin),)


def to_request(draft: ListingDraft, warehouse_id: int, asked: Sequence[AttributeRow] = (),
               labels: Mapping[str, str] | None = None) -> JsonObject:
    """The request for a new product with its variants; `channel_extra` is merged last, its `attributes` one by one.

    Of what the category asks for (`asked`), required attributes that the draft lacks get the platform's own default.
    `labels` are the platform's own names for the draft's options.
    """
    pictures = tuple(picture.url for picture in draft.pictures)
    body = ProductRequest(
        category_id=int(draft.category), name=tidy(draft.title), description=to_html(draft.description),
        market_price=max(market_price(draft, one) for one in sold(draft)),
        attributes=_with_defaults(given_attributes(draft), asked), image=pictures[0], images=pictures[1:],
        option_attributes=tuple((labels or {}).get(name, tidy(name)) for name in draft.options),
        variants=tuple(_variant(draft, one, warehouse_id) for one in sold(draft)), meta_data={"is_auto_turn_on": draft.visible},
    ).body()
    extra = {name: value for name, value in draft.channel_extra.items() if name != "attributes"}
    if files := extra.get(facts.CERTIFICATE_FILES):
        extra[facts.CERTIFICATE_FILES] = [{**file, "document_id": int(file["document_id"])} for file in files]
    return {**body, **extra}


def _variant(draft: ListingDraft, one: VariantDraft, warehouse_id: int) -> Variant:
    first, second = (*map(tidy, one.values), None, None)[:2]
    own_pictures = _pictures_of(draft, one) if one.picture else ()
    return Variant(
        sku=one.sku, option1=first, option2=second, price=one.price, market_price=market_price(draft, one),
        attributes=_own_weight(one) if one.weight_g != draft.weight_g else None,
        image=own_pictures[0] if own_pictures else None, images=own_pictures[1:] if own_pictures else None,
        seller_warehouse=str(warehouse_id), warehouse_stocks=(WarehouseStock(warehouse_id=warehouse_id, available=one.stock),))


def to_offers(draft: ListingDraft, groups: frozenset[FieldGroup], numbers: Mapping[str, str],
              warehouse_id: int | None) -> list[OfferUpdate]:
    """Price, stock and visibility of each product with a number, as far as their groups changed; stock names the warehouse."""
    return [OfferUpdate(
        product_id=int(numbers[one.sku]),
        price=one.price if FieldGroup.PRICE in groups else None,
        active=int(draft.visible) if FieldGroup.VISIBILITY in groups else None,
        warehouse_quantities=None if warehouse_id is None or FieldGroup.STOCK not in groups else (
            WarehouseQuantity(warehouse_id=warehouse_id, qty_available=one.stock),),
    ) for one in sold(draft) if one.sku in numbers]


def to_content(draft: ListingDraft, one: VariantDraft, groups: frozenset[FieldGroup], number: str) -> ContentUpdate | None:
    """Attributes and pictures of one product, as far as their groups changed; None when nothing of them did.

    The body has no place of its own for title and description; they go among the attributes (unverified).
    """
    in_variants = FieldGroup.VARIANTS in groups and bool(draft.variants)
    media = FieldGroup.MEDIA in groups or (in_variants and one.picture is not None)
    attributes: dict[str, Any] = {}
    if FieldGroup.CONTENT in groups:
        attributes = {**given_attributes(draft), "name": tidy(draft.title), "description": to_html(draft.description)}
    if draft.variants and (in_variants or FieldGroup.CONTENT in groups):
        attributes |= _own_weight(one)
    if not media and not attributes:
        return None
    pictures = _pictures_of(draft, one) if media else ()
    named = FieldGroup.CONTENT in groups and "market_price" in draft.channel_extra
    return ContentUpdate(product_id=int(number), attributes=attributes, image=pictures[0] if pictures else None,
                         images=pictures[1:] if pictures else None, market_price=market_price(draft, one) if named else None)


def given_attributes(draft: ListingDraft) -> dict[str, Any]:
    """What the draft says of the goods, by the platform's codes: its own fields, its attributes, the extra ones."""
    length, width, height = draft.parcel_cm
    own = {
        facts.BRAND_ATTRIBUTE: brand_text(draft.brand),
        facts.WEIGHT_ATTRIBUTE: draft.weight_g / 1000,
        **dict(zip(facts.MEASURES, (length, width, height), strict=True)),
    }
    given = {**own, **draft.attributes, **(draft.channel_extra.get("attributes") or {})}
    return {name: _sent(name, value) for name, value in given.items()}


def _own_weight(one: VariantDraft) -> dict[str, Any]:
    return {facts.WEIGHT_ATTRIBUTE: one.weight_g / 1000}


def _pictures_of(draft: ListingDraft, one: VariantDraft) -> tuple[str, ...]:
    """The variant's own picture first, then those of the product, each once."""
    own = [one.picture.url] if one.picture else []
    return tuple(dict.fromkeys([*own, *(picture.url for picture in draft.pictures)]))


def _with_defaults(given: dict[str, Any], asked: Sequence[AttributeRow]) -> dict[str, Any]:
    defaults = {row.code: _sent(row.code, row.default_value) for row in asked if row.is_required and row.default_value}
    return {**defaults, **given}


def _sent(name: str, value: Any) -> Any:
    if name in facts.SWITCHES and value in ("0", "1"):
        return int(value)
    return normalize("NFC", value) if isinstance(value, str) else value


def brand_text(brand: str) -> str:
    """The brand as Tiki's list spells it: goods without one are OEM, "No brand" is not in the list."""
    return facts.UNBRANDED if fold(brand) in ("", "no brand", "khong thuong hieu", "oem") else tidy(brand)


def to_html(text: str) -> str:
    """A description as HTML: text without tags becomes paragraphs, HTML stays as it is."""
    if _TAG.search(text):
        return normalize("NFC", text)
    return "".join(f"<p>{escape(line)}</p>" for line in map(tidy, text.splitlines()) if line)


def market_price(draft: ListingDraft, one: VariantDraft) -> int:
    """The list price before discounts: the one named under `channel_extra`, else the price itself."""
    named = draft.channel_extra.get("market_price")
    return named if isinstance(named, int) and named > 0 else one.price


# --- sales

def is_sale(order: Order) -> bool:
    """False for the cart that an order was split from, and for goods sent again in place of others (RMA).

    A cart repeats what its orders hold. A replacement brings no money: the sale is the order that it replaces, and what
    was given back shows there as `returned`.
    """
    return not (order.is_parent or order.is_rma)


def to_sale(order: Order) -> SalesOrder:
    """An order as the ledger keeps it; amounts are those of the lines' invoices."""
    placed = aware(order.created_at)
    lines = tuple(_line(item, returned=order.status == facts.ORDER_RETURNED) for item in order.items)
    return SalesOrder(
        order_id=order.code, document=order.code, placed_at=placed,
        updated_at=aware(order.updated_at) if order.updated_at else placed,
        state=STATES.get(order.status, OrderState.UNKNOWN), remote_state=order.status,
        lines=lines, province=tidy(order.shipping.address.region), settled=order.status in facts.ORDERS_SETTLED,
        platform_total=_platform_total(order, lines),
    )


def aware(moment: datetime) -> datetime:
    """Tiki's times carry no offset and are those of Viet Nam."""
    return moment if moment.tzinfo else moment.replace(tzinfo=facts.LOCAL_ZONE)


def _platform_total(order: Order, lines: Sequence[SalesLine]) -> int | None:
    """What Tiki says that a completed order leaves the seller; before that its fees are not charged yet.

    API order v2, 2026-09: the order's income is the sum of its lines', and a line's is its subtotal less the seller's own
    coupon and the fees; what Tiki pays for (xu, its coupons, promotions) does not lower it. `seller_income_detail` counts on
    another basis and is not read. Whether the income of a returned order is from before or after the return is not said
    (unverified): the reading that fits is taken, else the one before it.
    """
    stated = order.invoice.total_seller_income
    if stated is None and all(item.invoice.seller_income is not None for item in order.items):
        stated = sum((item.invoice.seller_income or Decimal(0) for item in order.items), Decimal(0))
    if stated is None or order.status not in (*facts.ORDERS_SETTLED, facts.ORDER_RETURNED) or not order.items:
        return None
    total, refund = whole_dong(stated), sum(line.refund for line in lines)
    return total if total == sum(line.in_hand for line in lines) else total - refund


def _line(item: Item, *, returned: bool) -> SalesLine:
    invoice, product = item.invoice, item.product
    gross = whole_dong(invoice.subtotal)
    own_coupon = whole_dong(invoice.discount_coupon) if invoice.is_seller_discount_coupon else 0
    charged, tax = _kept_back(item)
    return SalesLine(
        line=item.id, sku=tidy(product.seller_product_code), name=tidy(product.name), quantity=item.qty,
        remote_id=product.id, list_amount=gross, seller_discount=own_coupon,
        platform_discount=max(0, _discount(item) - own_coupon), charged=charged, tax_withheld=tax,
        refund=gross - own_coupon if returned else 0, returned_quantity=item.qty if returned else Decimal(0),
    )


def _discount(item: Item) -> int:
    """Everything that the buyer does not pay: `discount_amount`, or what lies between subtotal and row total."""
    invoice = item.invoice
    if invoice.discount_amount is not None:
        return whole_dong(invoice.discount_amount)
    return 0 if invoice.row_total is None else whole_dong(invoice.subtotal - invoice.row_total)


def _kept_back(item: Item) -> tuple[tuple[Fee, ...], int]:
    """Fees by kind, and taxes, positive. `seller_fee` is what counts; single fees tell the kinds when they add up to it."""
    invoice = item.invoice
    listed = -sum((fee.final_amount for fee in invoice.fees), Decimal(0))
    whole = listed if invoice.seller_fee is None else -invoice.seller_fee
    if listed != whole:
        return ((Fee(FeeKind.OTHER, whole_dong(whole), "seller_fee"),) if whole else ()), 0
    fees = [(fee_kind(fee.fee_type_key), whole_dong(-fee.final_amount), fee.fee_type_key) for fee in invoice.fees]
    charged = tuple(Fee(kind, amount, word) for kind, amount, word in fees if kind is not None and amount)
    return charged, sum(amount for kind, amount, _ in fees if kind is None)


@lru_cache(maxsize=256)
def fee_kind(key: str) -> FeeKind | None:
    """What a fee is for, by the words of its key; None for a tax."""
    words = set(re.findall(r"[a-z]+", key.lower()))
    if words & facts.TAX_WORDS:
        return None
    return next((kind for kind, signs in FEE_WORDS.items() if words & signs), FeeKind.OTHER)
