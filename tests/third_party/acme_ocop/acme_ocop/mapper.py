"""Our words to theirs and back; pure."""

from collections.abc import Collection
from typing import Any

from acme_ocop.wire import OrderIn
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.model.sales import Fee, FeeKind, OrderState, SalesLine, SalesOrder

STATES = {"new": OrderState.PLACED, "confirmed": OrderState.ACCEPTED, "sent": OrderState.ACCEPTED,
          "received": OrderState.DELIVERED, "done": OrderState.DELIVERED, "void": OrderState.CANCELLED}


def to_product(draft: ListingDraft, groups: Collection[FieldGroup]) -> dict[str, Any]:
    """The body of a call that sends these field groups; Acme knows no variants (its profile says so)."""
    fields: dict[FieldGroup, dict[str, Any]] = {
        FieldGroup.CONTENT: {"title": draft.title, "text": draft.description, "weight": draft.weight_g},
        FieldGroup.MEDIA: {"picture": draft.pictures[0].url},
        FieldGroup.PRICE: {"price": draft.price},
        FieldGroup.STOCK: {"stock": draft.stock},
        FieldGroup.VISIBILITY: {"visible": draft.visible},
    }
    return {name: value for group in FieldGroup if group in groups for name, value in fields.get(group, {}).items()}


def to_sale(order: OrderIn) -> SalesOrder:
    """The order as the ledger keeps it; a state that we do not know is UNKNOWN."""
    return SalesOrder(
        order.id, order.placed, order.changed, STATES.get(order.state, OrderState.UNKNOWN), order.state,
        tuple(SalesLine(str(line.no), line.sku, line.name, line.quantity, line.amount, seller_discount=line.discount,
                        charged=(Fee(FeeKind.COMMISSION, line.fee),) if line.fee else (),
                        refund=line.refund, returned_quantity=line.returned) for line in order.lines),
        province=order.province, settled=order.state in ("done", "void"))
