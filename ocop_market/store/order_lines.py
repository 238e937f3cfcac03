"""Order lines as the daily totals count them: joined to their order, under the code that their article was linked to."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Exists, FromClause, case, func, or_, select

from ocop_market.store.tables.catalog import goods_link
from ocop_market.store.tables.ledger import NOT_COUNTED, sales_line, sales_mirror, sales_order

_o, _line, _link = sales_order.c, sales_line.c, goods_link.c

ORDERS_AND_LINES = sales_order.join(sales_line, (_o.account == _line.account) & (_o.order_id == _line.order_id))
COUNTED_CODE: ColumnElement[str] = func.coalesce(func.nullif(_link.product_sku, ""), _line.sku)
"""The code under which a line counts: that of the product it was linked to, else the seller's."""


def lines_of_orders() -> FromClause:
    """Orders with their lines and what these were linked to."""
    # goods without a code of the seller are told apart by the platform's own number
    linked = (_link.account == _line.account) & (_link.sku == _line.sku) & (
        _link.remote_id == case((_line.sku == "", _line.remote_id), else_=""))
    return ORDERS_AND_LINES.outerjoin(goods_link, linked)


def counted_elsewhere() -> Exists:
    """Whether an order is a till's copy of one that a marketplace's account counts."""
    mirror = sales_mirror.c
    # not as a list, which SQLAlchemy does not take in statements that run for many parameters
    return select(mirror.order_id).where(
        mirror.account == _o.account, mirror.order_id == _o.order_id, or_(*(mirror.state == one for one in NOT_COUNTED))).exists()
