"""Producers that share, their bundles and the accounts in them, in the office's database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ocop_market.model.sales import OrderState
from ocop_market.store.engine import upsert
from ocop_market.store.tables.ledger import sales_order
from ocop_market.store.tables.shares import share_account, share_bundle, share_producer


@dataclass(frozen=True)
class Producer:
    """A producer whose key the office knows; `label` begins the names of its accounts."""

    label: str
    name: str
    public_key: str
    registered_at: datetime


@dataclass(frozen=True)
class Account:
    """A producer's account in the office's ledger: `there` is its name at the producer, `same_as` the office's own account of that shop.

    `point_of_sale` is None where the producer's channel does not tell.
    """

    account: str
    label: str
    there: str
    channel: str
    point_of_sale: bool | None
    shop: str
    same_as: str = ""


def load_producers(connection: Connection) -> dict[str, Producer]:
    """All producers by label."""
    return {row.label: Producer(*row) for row in connection.execute(select(share_producer).order_by(share_producer.c.label))}


def save_producer(connection: Connection, producer: Producer) -> None:
    """Keeps a producer that was not known."""
    connection.execute(insert(share_producer).values(**vars(producer)))


def forget_producer(connection: Connection, label: str) -> None:
    """Forgets a producer, its bundles and its accounts; its sales in the ledger are somebody else's work."""
    for table in (share_producer, share_bundle, share_account):
        connection.execute(delete(table).where(table.c.label == label))


def load_accounts(connection: Connection) -> dict[str, Account]:
    """All accounts of producers by their names in the ledger."""
    return {row.account: Account(*row) for row in connection.execute(select(share_account).order_by(share_account.c.account))}


def save_account(connection: Connection, account: Account) -> None:
    """Keeps an account as the newest bundle tells it; a person's word on `same_as` stays."""
    known = load_accounts(connection).get(account.account)
    if known is not None and not account.same_as:
        account = replace(account, same_as=known.same_as)
    upsert(connection, share_account, [vars(account)])


def say_same(connection: Connection, account: str, own: str) -> None:
    """Keeps a person's word that an account is the same shop as one of the office's own (empty: as none)."""
    connection.execute(update(share_account).where(share_account.c.account == account).values(same_as=own))


def load_bundles(connection: Connection) -> list[Row[Any]]:
    """All bundles that were taken or revoked, the newest first."""
    return list(connection.execute(select(share_bundle).order_by(share_bundle.c.made_at.desc(), share_bundle.c.digest)))


def save_bundle(connection: Connection, values: dict[str, Any]) -> None:
    """Keeps that a bundle was taken or revoked."""
    upsert(connection, share_bundle, [values])


def days_known(connection: Connection, account: str, until: date | None) -> set[date]:
    """The days of an account that the ledger tells itself: from its first sale to the last, or to `until` where it was pulled so far."""
    first, last = connection.execute(select(func.min(sales_order.c.day), func.max(sales_order.c.day)).where(
        sales_order.c.account == account)).one()
    if first is None:
        return set()
    end = max(last, until or last)
    return {first + timedelta(days=offset) for offset in range((end - first).days + 1)}


def orders_kept(connection: Connection, account: str) -> dict[str, str]:
    """The orders of an account that are not cancelled, each with its document."""
    c = sales_order.c
    return dict(connection.execute(select(c.order_id, c.document).where(
        c.account == account, c.state != OrderState.CANCELLED.value)).all())
