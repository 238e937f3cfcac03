"""Our SKU ↔ the platform's listing, what it took last, and what is still on its way there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ocop_market.errors import Problem
from ocop_market.model.change import Change, ChangeKind, Outcome, RemoteListing, Result, Ticket
from ocop_market.model.clock import Clock
from ocop_market.model.listing import FieldGroup, ListingDraft, VariantDraft
from ocop_market.model.product import Picture, WholesalePrice
from ocop_market.store.engine import Store, upsert
from ocop_market.store.tables import account_step, outbox, outbox_step, publication

OPEN_STATES = ("waiting", "sending", Outcome.UNCERTAIN.value, Outcome.LATER.value)
"""States of an outbox row that still has to be worked on."""
SUPERSEDED = "superseded"
REVIEWED = frozenset({FieldGroup.CONTENT, FieldGroup.MEDIA})
"""What platforms review."""


@dataclass(frozen=True)
class Publication:
    """A listing as we last knew it. `applied` holds, by field group, what the platform took from us (or is reviewing)."""

    account: str
    sku: str
    status: str
    remote: RemoteListing
    applied: Mapping[str, Any]
    ticket: Ticket | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def on_sale(self) -> bool:
        """Whether buyers may see it, now or when its review has ended."""
        there = bool(self.remote.remote_id) or self.status == Outcome.PENDING.value
        return there and bool(self.applied.get(FieldGroup.VISIBILITY.value, {}).get("visible", True))


@dataclass(frozen=True)
class OutboxRow:
    """One change on its way: its number, the change, its state and how often it was tried."""

    id: int
    change: Change
    state: str
    attempts: int
    problems: tuple[Problem, ...] = field(default=())


def problem_to_json(problem: Problem) -> dict[str, Any]:
    """A problem as JSON; its values become text, or lists of texts."""
    return {**asdict(problem), "values": {key: _plain(value) for key, value in problem.values.items()}}


def _plain(value: object) -> str | list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else str(value)


def problem_from_json(kept: Mapping[str, Any]) -> Problem:
    """The problem that was kept."""
    return Problem(kept["code"], kept["message"], kept.get("field", ""), kept.get("values", {}))


def draft_to_json(draft: ListingDraft) -> dict[str, Any]:
    """A draft as JSON, with nothing lost."""
    body: dict[str, Any] = json.loads(json.dumps(asdict(draft), ensure_ascii=False))
    return body


def draft_from_json(kept: Mapping[str, Any]) -> ListingDraft:
    """The draft that was kept."""
    body = dict(kept)
    body["pictures"] = tuple(Picture(**picture) for picture in body["pictures"])
    length, width, height = body["parcel_cm"]
    body["parcel_cm"] = (length, width, height)
    body["options"] = tuple(body["options"])
    body["variants"] = tuple(_variant_from_json(variant) for variant in body["variants"])
    body["wholesale"] = tuple(WholesalePrice(**step) for step in body["wholesale"])
    return ListingDraft(**body)


def _variant_from_json(kept: Mapping[str, Any]) -> VariantDraft:
    picture = Picture(**kept["picture"]) if kept["picture"] else None
    return VariantDraft(**{**kept, "values": tuple(kept["values"]), "picture": picture})


def load_publications(connection: Connection, account: str) -> dict[str, Publication]:
    """All listings of an account by SKU."""
    query = select(publication).where(publication.c.account == account).order_by(publication.c.sku)
    return {row.sku: _publication(row) for row in connection.execute(query)}


def count_by_status(connection: Connection) -> dict[tuple[str, str], int]:
    """How many listings each account has in each status."""
    c = publication.c
    query = select(c.account, c.status, func.count()).group_by(c.account, c.status)
    return {(account, status): count for account, status, count in connection.execute(query)}


def enqueue(connection: Connection, account: str, plan: str, changes: Sequence[Change], now: datetime) -> int:
    """Puts a plan's changes in the outbox and returns how many were added.

    A plan whose changes are still waiting there adds nothing. A change takes the place of an older one to the same
    listing that was never settled, and remembers with it whether that one may have been made; a create takes over the
    steps of a create, so that nothing is made twice.
    """
    begun = {row.sku: row for row in connection.execute(
        select(outbox.c.id, outbox.c.sku, outbox.c.kind, outbox.c.plan, outbox.c.attempts).where(
            outbox.c.account == account, outbox.c.state.in_(OPEN_STATES)).order_by(outbox.c.id))}
    if not changes or any(row.plan == plan for row in begun.values()):
        return 0
    for change in changes:
        older = begun.get(change.sku)
        made = connection.execute(insert(outbox).values(
            plan=plan, account=account, sku=change.sku, kind=change.kind.value,
            field_groups=sorted(group.value for group in change.groups),
            draft=draft_to_json(change.draft) if change.draft else None,
            state="sending" if older and older.attempts else "waiting", attempts=older.attempts if older else 0,
            problems=[], note="", created_at=now))
        if older is not None and made.inserted_primary_key is not None:
            give_up(connection, older.id, now)
            if older.kind == change.kind.value == ChangeKind.CREATE.value:
                newer = made.inserted_primary_key[0]
                connection.execute(update(outbox_step).where(outbox_step.c.outbox_id == older.id).values(outbox_id=newer))
    return len(changes)


def give_up(connection: Connection, row: int, now: datetime) -> None:
    """Takes a change out of the open ones: a newer one stands for it, or it is not wanted any more."""
    connection.execute(update(outbox).where(outbox.c.id == row).values(state=SUPERSEDED, settled_at=now))


def can_go_on(connection: Connection, account: str, plan: str) -> bool:
    """Whether a plan was begun and no newer one has taken the place of any of its changes."""
    query = select(outbox.c.state).where(outbox.c.account == account, outbox.c.plan == plan)
    states = set(connection.execute(query).scalars())
    return bool(states) and SUPERSEDED not in states


def open_rows(connection: Connection, account: str) -> list[OutboxRow]:
    """Changes still to be made, oldest first, each with the listing as it is known now."""
    published = load_publications(connection, account)
    query = select(outbox).where(outbox.c.account == account, outbox.c.state.in_(OPEN_STATES)).order_by(outbox.c.id)
    rows = []
    for row in connection.execute(query):
        known = published.get(row.sku)
        change = Change(
            ChangeKind(row.kind), row.sku, draft_from_json(row.draft) if row.draft else None,
            known.remote if known else None, frozenset(FieldGroup(group) for group in row.field_groups))
        rows.append(OutboxRow(row.id, change, row.state, row.attempts))
    return rows


def count_open(connection: Connection) -> dict[str, int]:
    """How many changes of each account still have to be made."""
    query = select(outbox.c.account, func.count()).where(outbox.c.state.in_(OPEN_STATES)).group_by(outbox.c.account)
    return dict(connection.execute(query).all())


def mark_sending(connection: Connection, row: int) -> None:
    """Notes that a change is about to be made; found so after a crash, it is looked up before it is repeated."""
    connection.execute(update(outbox).where(outbox.c.id == row).values(state="sending", attempts=outbox.c.attempts + 1))


def settle(connection: Connection, account: str, row: OutboxRow, result: Result, now: datetime) -> None:
    """Keeps a result: the outbox row and the listing, together."""
    still_open = result.outcome in (Outcome.UNCERTAIN, Outcome.LATER)
    problems = [problem_to_json(p) for p in result.problems]
    connection.execute(update(outbox).where(outbox.c.id == row.id).values(
        state=result.outcome.value, note=result.note, problems=problems, settled_at=None if still_open else now))
    if not still_open:
        _keep_listing(connection, account, row.change, result, problems, now)


def settle_ticket(connection: Connection, known: Publication, result: Result, now: datetime) -> None:
    """Keeps the answer to a ticket. A refused listing keeps what was refused, so that it is not sent again unchanged."""
    done = result.outcome is not Outcome.PENDING
    remote = result.remote or known.remote
    upsert(connection, publication, [_row(
        known.account, known.sku, result.outcome.value, remote, known.applied,
        None if done else (result.ticket or known.ticket), [problem_to_json(p) for p in result.problems], now)])


def _keep_listing(connection: Connection, account: str, change: Change, result: Result, problems: list[dict[str, Any]],
                  now: datetime) -> None:
    known = load_publication(connection, account, change.sku)
    if result.outcome is Outcome.REJECTED and change.kind is not ChangeKind.CREATE:
        if known is not None:
            row = _row(account, change.sku, known.status, known.remote, known.applied, known.ticket, problems, now)
            upsert(connection, publication, [row])
        return
    applied = dict(known.applied) if known else {}
    status, ticket = result.outcome.value, result.ticket
    if known is not None and result.outcome is Outcome.LIVE and change.kind is ChangeKind.UPDATE and not change.groups & REVIEWED:
        status, ticket = known.status, known.ticket  # what is said of its content still holds
        problems = [problem_to_json(p) for p in known.problems]
    if change.draft is not None:
        wanted = change.draft.groups()
        applied.update({group.value: wanted[group] for group in change.groups})
    if change.kind is ChangeKind.WITHDRAW:
        applied[FieldGroup.VISIBILITY.value] = {"visible": False}
    remote = result.remote or change.remote or (known.remote if known else RemoteListing("", change.sku))
    upsert(connection, publication, [_row(
        account, change.sku, status, remote, applied, ticket, problems, now)])


def load_publication(connection: Connection, account: str, sku: str) -> Publication | None:
    """One listing, or None."""
    query = select(publication).where(publication.c.account == account, publication.c.sku == sku)
    row = connection.execute(query).one_or_none()
    return None if row is None else _publication(row)


def _publication(row: Row[Any]) -> Publication:
    return Publication(row.account, row.sku, row.status,
                       RemoteListing(row.remote_id, row.sku, row.remote_state, None, row.remote_data), row.applied,
                       Ticket(row.ticket, row.ticket_expires_at) if row.ticket else None,
                       tuple(problem_from_json(p) for p in row.problems))


def _row(account: str, sku: str, status: str, remote: RemoteListing, applied: Mapping[str, Any], ticket: Ticket | None,
         problems: Iterable[dict[str, Any]], now: datetime) -> dict[str, Any]:
    return {"account": account, "sku": sku, "status": status, "remote_id": remote.remote_id,
            "remote_state": remote.remote_state, "remote_data": dict(remote.data), "applied": dict(applied),
            "ticket": ticket.number if ticket else None, "ticket_expires_at": ticket.expires_at if ticket else None,
            "problems": list(problems), "updated_at": now}


class StoredProgress:
    """Steps of one outbox row, and those of its account that many changes share, each written down before the next begins."""

    def __init__(self, store: Store, account: str, row: int, clock: Clock) -> None:
        self._store, self._account, self._row, self._clock = store, account, row, clock

    def once(self, key: str, action: Callable[[], Any]) -> Any:
        """The kept answer of a step, or the action's, kept before this returns."""
        query = select(outbox_step.c.answer).where(outbox_step.c.outbox_id == self._row, outbox_step.c.step == key)
        with self._store.reading() as connection:
            kept = connection.execute(query).one_or_none()
        if kept is not None:
            return kept.answer
        answer = action()
        with self._store.writing() as connection:
            connection.execute(insert(outbox_step).values(
                outbox_id=self._row, step=key, answer=answer, done_at=self._clock()))
        return answer

    def shared(self, key: str, action: Callable[[], Any]) -> Any:
        """The answer kept for the account, or the action's, kept before this returns."""
        c = account_step.c
        with self._store.reading() as connection:
            kept = connection.execute(select(c.answer).where(c.account == self._account, c.step == key)).one_or_none()
        if kept is not None:
            return kept.answer
        answer = action()
        with self._store.writing() as connection:
            upsert(connection, account_step, [{"account": self._account, "step": key, "answer": answer, "done_at": self._clock()}])
        return answer

    def forget(self, key: str) -> None:
        """Drops what was kept for the account."""
        c = account_step.c
        with self._store.writing() as connection:
            connection.execute(delete(account_step).where(c.account == self._account, c.step == key))
