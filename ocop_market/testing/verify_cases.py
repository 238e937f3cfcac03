"""The ledger proved complete against the platform's own list, and mended where it is not."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from ocop_market.channels.api import ListsOrders
from ocop_market.sales.verify import complete_as_of
from ocop_market.store.tables.ledger import sales_fee, sales_line, sales_order
from ocop_market.testing.frame import ContractFrame, NewTrial, needs
from ocop_market.testing.trial import ACCOUNT, Ground, Trial
from ocop_market.testing.truth import differences

LISTS_NONE = "cannot list its orders again"
EVERY = 7


class VerifyCases(ContractFrame):
    """Proof of completeness."""

    @needs(ListsOrders, otherwise=LISTS_NONE)
    def test_a_whole_ledger_agrees_with_the_list_of_the_platform(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(sells=True)
        trial.market.pull_sales(ACCOUNT)
        checks = trial.market.verify(ACCOUNT)
        assert checks, "No month was compared."
        assert all(check.agrees and not check.repaired for check in checks), str(checks)
        assert all(check.listed == check.kept for check in checks)
        assert {check.difference for check in checks} <= {0, None}
        assert complete_as_of(checks) == checks[-1].until

    @needs(ListsOrders, otherwise=LISTS_NONE)
    def test_lost_orders_are_named_and_brought_back(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(sells=True)
        trial.market.pull_sales(ACCOUNT)
        until = trial.market.verify(ACCOUNT)[-1].until
        with trial.market.store.writing() as connection:
            lost = _some_placed_before(connection, until)
            for table in (sales_fee, sales_line, sales_order):
                connection.execute(delete(table).where(table.c.account == ACCOUNT, table.c.order_id.in_(lost)))
        found = trial.market.verify(ACCOUNT, repair=False)
        assert sorted(order for check in found for order in check.missing) == sorted(lost)
        assert not all(check.agrees for check in found)
        mended = trial.market.verify(ACCOUNT)
        assert sum(check.repaired for check in mended) == len(lost)
        assert all(check.agrees for check in mended)
        assert differences(trial) == []
        assert not any(check.repaired for check in trial.market.verify(ACCOUNT))

    @needs(ListsOrders, otherwise=LISTS_NONE)
    def test_an_order_that_the_platform_never_had_is_named_and_kept(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(sells=True)
        trial.market.pull_sales(ACCOUNT)
        until = trial.market.verify(ACCOUNT)[-1].until
        stranger = "invoice:99999999" if ":" in _one_id(trial) else "99999999"
        with trial.market.store.writing() as connection:
            original = _some_placed_before(connection, until)[0]
            connection.execute(update(sales_order).where(
                sales_order.c.account == ACCOUNT, sales_order.c.order_id == original).values(order_id=stranger))
            for lines in (sales_line, sales_fee):
                connection.execute(update(lines).where(
                    lines.c.account == ACCOUNT, lines.c.order_id == original).values(order_id=stranger))
        checks = trial.market.verify(ACCOUNT)
        assert [order for check in checks for order in check.extra] == [stranger]
        assert _one_id(trial, stranger) == stranger


def _some_placed_before(connection: Connection, until: object) -> list[str]:
    query = select(sales_order.c.order_id).where(sales_order.c.account == ACCOUNT, sales_order.c.placed_at < until)
    return list(connection.execute(query.order_by(sales_order.c.order_id)).scalars())[::EVERY]


def _one_id(trial: Trial, order_id: str | None = None) -> str:
    query = select(sales_order.c.order_id).where(sales_order.c.account == ACCOUNT)
    if order_id is not None:
        query = query.where(sales_order.c.order_id == order_id)
    with trial.market.store.reading() as connection:
        return str(connection.execute(query.order_by(sales_order.c.order_id).limit(1)).scalar_one())
