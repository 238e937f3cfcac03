"""Our SKU ↔ the platform's listing: what it took from us last, what was live then, what keeps it from changing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from ocop_market.errors import Problem
from ocop_market.model.change import Outcome, RemoteListing, Result, Ticket
from ocop_market.model.listing import FieldGroup
from ocop_market.store.as_json import problem_from_json, problem_to_json
from ocop_market.store.engine import upsert
from ocop_market.store.tables.listings import publication

REVIEWED = frozenset({FieldGroup.CONTENT, FieldGroup.MEDIA, FieldGroup.VARIANTS})
"""What platforms review."""


@dataclass(frozen=True)
class Publication:
    """A listing as we last knew it. `applied` holds, by field group, what the platform took from us (or is reviewing).

    `seen` holds what was live when we looked after our last change; a group that we changed and have not looked at since is not in
    it. `held` names by field group a value that is not sent again: an undo took it back, or the platform refused it on the day beside it (a
    promotion may be over tomorrow).
    """

    account: str
    sku: str
    status: str
    remote: RemoteListing
    applied: Mapping[str, Any]
    ticket: Ticket | None = None
    problems: tuple[Problem, ...] = ()
    seen: Mapping[str, Any] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)

    @property
    def on_sale(self) -> bool:
        """Whether buyers may see it, now or when its review has ended."""
        there = bool(self.remote.remote_id) or self.status == Outcome.PENDING
        return there and bool(self.applied.get(FieldGroup.VISIBILITY, {}).get("visible", True))


def load_publications(connection: Connection, account: str) -> dict[str, Publication]:
    """All listings of an account by SKU."""
    query = select(publication).where(publication.c.account == account).order_by(publication.c.sku)
    return {row.sku: _publication(row) for row in connection.execute(query)}


def load_publication(connection: Connection, account: str, sku: str) -> Publication | None:
    """One listing, or None."""
    query = select(publication).where(publication.c.account == account, publication.c.sku == sku)
    row = connection.execute(query).one_or_none()
    return None if row is None else _publication(row)


def count_by_status(connection: Connection) -> dict[tuple[str, str], int]:
    """How many listings each account has in each status."""
    c = publication.c
    query = select(c.account, c.status, func.count()).group_by(c.account, c.status)
    return {(account, status): count for account, status, count in connection.execute(query)}


def save_seen(connection: Connection, seen: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
    """Keeps what was live, by account and SKU."""
    c = publication.c
    query = update(publication).where(c.account == bindparam("of_account"), c.sku == bindparam("of_sku")).values(seen=bindparam("is_seen"))
    connection.execute(query, [{"of_account": account, "of_sku": sku, "is_seen": dict(fields)} for account, sku, fields in seen])


def save_publication(connection: Connection, known: Publication, now: datetime) -> None:
    """Keeps a listing as it is known now."""
    ticket, remote = known.ticket, known.remote
    upsert(connection, publication, [{
        "account": known.account, "sku": known.sku, "status": known.status, "remote_id": remote.remote_id,
        "remote_state": remote.remote_state, "remote_data": dict(remote.data), "applied": dict(known.applied),
        "ticket": ticket.number if ticket else None, "ticket_expires_at": ticket.expires_at if ticket else None,
        "problems": [problem_to_json(problem) for problem in known.problems], "seen": dict(known.seen), "held": dict(known.held),
        "updated_at": now}])


def accounts_with_tickets(connection: Connection) -> set[str]:
    """The accounts with a listing that waits for the platform's review."""
    return set(connection.execute(select(publication.c.account).where(publication.c.ticket.is_not(None)).distinct()).scalars())


def settle_ticket(connection: Connection, known: Publication, result: Result, now: datetime) -> None:
    """Keeps the answer to a ticket. A refused listing keeps what was refused, so that it is not sent again unchanged."""
    done = result.outcome is not Outcome.PENDING
    save_publication(connection, Publication(
        known.account, known.sku, result.outcome.value, result.remote or known.remote, known.applied,
        None if done else (result.ticket or known.ticket), result.problems, known.seen, known.held), now)


def without(fields: Mapping[str, Any], groups: Collection[FieldGroup]) -> dict[str, Any]:
    """The values of the other field groups."""
    return {group: value for group, value in fields.items() if group not in groups}


def _publication(row: Row[Any]) -> Publication:
    return Publication(row.account, row.sku, row.status,
                       RemoteListing(row.remote_id, row.sku, row.remote_state, None, row.remote_data), row.applied,
                       Ticket(row.ticket, row.ticket_expires_at) if row.ticket else None,
                       tuple(problem_from_json(p) for p in row.problems), row.seen, row.held)
