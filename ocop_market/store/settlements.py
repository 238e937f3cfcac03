"""What platforms say that orders leave the seller, and what they paid out, beside what our lines come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, case, func, select

from ocop_market.model.sales import FeeKind, OrderState, Payout
from ocop_market.store.engine import upsert
from ocop_market.store.tables.ledger import sales_fee, sales_line, sales_order, sales_payout


@dataclass(frozen=True)
class Settlement:
    """One order, invoice or slip that counts as sold; money in đồng.

    `in_hand` is what our lines leave the seller; of the fees in it, `unexplained` is what no term of the platform tells and
    `adjustments` what was put right after the payout. `worth` is list price less own discounts.
    """

    order_id: str
    document: str
    day: date
    own_day: date
    in_hand: int
    worth: int
    refund: int
    tax_withheld: int
    unexplained: int
    adjustments: int
    platform_total: int | None
    paid_out: int | None


def save_payouts(connection: Connection, account: str, payouts: Sequence[Payout]) -> None:
    """Keeps rows of a list of payouts, each once."""
    upsert(connection, sales_payout, [
        {"account": account, "order_id": paid.order_id, "paid_at": paid.paid_at, "amount": paid.amount} for paid in payouts])


def settlements(connection: Connection, account: str, first: date | None = None, last: date | None = None) -> Iterator[Settlement]:
    """All that was sold by day of sale, both days inside; what is cancelled or of unknown state is not among it."""
    o, line, fee, paid = sales_order.c, sales_line.c, sales_fee.c, sales_payout.c
    lines = select(
        line.order_id, func.sum(line.list_amount - line.seller_discount).label("worth"), func.sum(line.refund).label("refund"),
        func.sum(line.tax_withheld).label("tax"), func.sum(line.fees + line.seller_shipping).label("kept"),
    ).where(line.account == account).group_by(line.order_id).subquery()
    fees = select(fee.order_id, *(
        func.sum(case((fee.kind == kind.value, fee.amount), else_=0)).label(kind.value)
        for kind in (FeeKind.UNEXPLAINED, FeeKind.ADJUSTMENT))).where(
        fee.account == account).group_by(fee.order_id).subquery()
    payouts = select(paid.order_id, func.sum(paid.amount).label("amount")).where(
        paid.account == account).group_by(paid.order_id).subquery()
    query = select(
        o.order_id, o.document, o.day, o.own_day, o.platform_total, payouts.c.amount,
        *(func.coalesce(lines.c[name], 0).label(name) for name in ("worth", "refund", "tax", "kept")),
        *(func.coalesce(fees.c[kind.value], 0).label(kind.value) for kind in (FeeKind.UNEXPLAINED, FeeKind.ADJUSTMENT)),
    ).select_from(sales_order.outerjoin(lines, lines.c.order_id == o.order_id).outerjoin(
        fees, fees.c.order_id == o.order_id).outerjoin(payouts, payouts.c.order_id == o.order_id)).where(
        o.account == account, o.state.in_([OrderState.ACCEPTED.value, OrderState.DELIVERED.value]),
        *([o.day >= first] if first else []), *([o.day <= last] if last else [])).order_by(o.day, o.order_id)
    for row in connection.execute(query):
        yield Settlement(
            row.order_id, row.document, row.day, row.own_day, int(row.worth - row.refund - row.tax - row.kept), int(row.worth),
            int(row.refund), int(row.tax), int(row.unexplained), int(row.adjustment), row.platform_total,
            None if row.amount is None else int(row.amount))
