"""Changes on their way to platforms, one row each, with what they replace; and the publishes that they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, Row, func, insert, select, update

from ocop_market.errors import Problem
from ocop_market.model.change import Change, ChangeKind, Outcome, RemoteListing, Result
from ocop_market.model.clock import business_day
from ocop_market.model.listing import PARTIAL, FieldGroup, JsonObject, ListingDraft, fingerprint
from ocop_market.store.as_json import draft_from_json, draft_to_json, problem_from_json, problem_to_json
from ocop_market.store.engine import CHUNK
from ocop_market.store.publications import (
    REVIEWED,
    Publication,
    load_publication,
    load_publications,
    save_publication,
    without,
)
from ocop_market.store.tables.listings import outbox, outbox_step, publish_run

OPEN_STATES = ("waiting", "sending", Outcome.UNCERTAIN.value, Outcome.LATER.value)
"""States of an outbox row that still has to be worked on."""
SUPERSEDED = "superseded"
MADE = (Outcome.LIVE.value, Outcome.PENDING.value, Outcome.WITHDRAWN.value)
"""States of an outbox row whose change the platform has taken."""


@dataclass(frozen=True)
class Entry:
    """A change with what belongs to it: the values that it replaces, what the catalog says of those that it keeps, and what is held.

    `holds` names by field group a value that is not to be planned again once this change is made (an undo).
    """

    change: Change
    before: Mapping[str, JsonObject] = field(default_factory=dict)
    instead: Mapping[str, JsonObject] = field(default_factory=dict)
    holds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OutboxRow:
    """One change on its way: its number, the change, its state, how often it was tried, and what its `Entry` holds beside.

    `undoes` is the number of the publish that its own takes back, if any.
    """

    id: int
    change: Change
    state: str
    attempts: int
    problems: tuple[Problem, ...] = ()
    before: Mapping[str, JsonObject] = field(default_factory=dict)
    instead: Mapping[str, JsonObject] = field(default_factory=dict)
    holds: Mapping[str, str] = field(default_factory=dict)
    undoes: int | None = None


@dataclass(frozen=True)
class InReview:
    """What a listing's open ticket stands for: its row, the groups that were sent, the fields that were kept as they were."""

    id: int
    groups: frozenset[FieldGroup]
    instead: Mapping[str, JsonObject]


@dataclass(frozen=True)
class PublishRun:
    """One publish: its number, account, when it began, which one it takes back, the brakes that were approved, how its changes ended."""

    id: int
    account: str
    plan: str
    begun_at: datetime
    undoes: int | None
    approved: tuple[str, ...]
    states: Mapping[str, int]


def enqueue(connection: Connection, account: str, plan: str, entries: Sequence[Entry], now: datetime, *, undoes: int | None = None,
            approved: Sequence[str] = ()) -> int:
    """Puts a plan's changes in the outbox as one publish and returns how many were added.

    A plan whose changes are still waiting there adds nothing. A change takes the place of an older one to the same
    listing that was never settled, and remembers with it whether that one may have been made; a create takes over the
    steps of a create, so that nothing is made twice.
    """
    begun = {row.sku: row for row in connection.execute(
        select(outbox.c.id, outbox.c.sku, outbox.c.kind, outbox.c.plan, outbox.c.attempts, outbox.c.before).where(
            outbox.c.account == account, outbox.c.state.in_(OPEN_STATES)).order_by(outbox.c.id))}
    if not entries or any(row.plan == plan for row in begun.values()):
        return 0
    run = _number(connection.execute(insert(publish_run).values(
        account=account, plan=plan, begun_at=now, undoes=undoes, approved=list(approved))))
    for entry in entries:
        change, older = entry.change, begun.get(entry.change.sku)
        made = connection.execute(insert(outbox).values(
            plan=plan, account=account, sku=change.sku, kind=change.kind.value,
            field_groups=sorted(group.value for group in change.groups),
            draft=draft_to_json(change.draft) if change.draft else None,
            state="sending" if older and older.attempts else "waiting", attempts=older.attempts if older else 0,
            problems=[], note="", created_at=now, run=run, before={**dict(older.before if older else {}), **dict(entry.before)},
            instead=dict(entry.instead), holds=dict(entry.holds)))
        if older is not None:
            give_up(connection, older.id, now)
            if older.kind == change.kind.value == ChangeKind.CREATE.value:
                connection.execute(update(outbox_step).where(outbox_step.c.outbox_id == older.id).values(outbox_id=_number(made)))
    return len(entries)


def _number(made: CursorResult[Any]) -> int:
    """The number that a new row was given."""
    key = made.inserted_primary_key
    if key is None:
        raise TypeError("a statement that inserts one row was expected")
    return int(key[0])


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
    query = (select(outbox, publish_run.c.undoes).outerjoin(publish_run, publish_run.c.id == outbox.c.run)
             .where(outbox.c.account == account, outbox.c.state.in_(OPEN_STATES)).order_by(outbox.c.id))
    return [_row(row, published.get(row.sku)) for row in connection.execute(query)]


def in_review(connection: Connection, account: str) -> dict[str, InReview]:
    """The changes that the platform had not answered yet, by SKU the last one."""
    c = outbox.c
    query = select(c.id, c.sku, c.field_groups, c.instead).where(c.account == account, c.state == Outcome.PENDING.value).order_by(c.id)
    return {row.sku: InReview(row.id, frozenset(map(FieldGroup, row.field_groups)), row.instead) for row in connection.execute(query)}


def answered(connection: Connection, row: InReview, result: Result) -> None:
    """Keeps what became of a change that was in review; one that was taken in part counts as made."""
    outcome = Outcome.LIVE if result.taken else result.outcome
    connection.execute(update(outbox).where(outbox.c.id == row.id).values(
        state=outcome.value, note=result.note, problems=[problem_to_json(problem) for problem in result.problems]))


def rows_of_run(connection: Connection, run: int, account: str) -> list[OutboxRow]:
    """All changes of one publish of an account, in its order, without the listing as it is known now."""
    query = (select(outbox, publish_run.c.undoes).join(publish_run, publish_run.c.id == outbox.c.run)
             .where(outbox.c.run == run, outbox.c.account == account).order_by(outbox.c.id))
    return [_row(row, None) for row in connection.execute(query)]


def later_rows(connection: Connection, account: str, run: int) -> dict[str, int]:
    """SKUs that a later publish changed, each with the number of the last one."""
    c = outbox.c
    query = select(c.sku, func.max(c.run)).where(c.account == account, c.run > run, c.state.in_(MADE)).group_by(c.sku)
    return dict(connection.execute(query).all())


def drafts_of(connection: Connection, account: str, skus: Sequence[str]) -> list[ListingDraft]:
    """All drafts of these listings that the platform has taken, the oldest first."""
    c = outbox.c
    found: list[tuple[int, ListingDraft]] = []
    for start in range(0, len(skus), CHUNK):
        query = select(c.id, c.draft).where(c.account == account, c.sku.in_(skus[start:start + CHUNK]), c.state.in_(MADE))
        found += [(row.id, draft_from_json(row.draft)) for row in connection.execute(query) if row.draft]
    return [draft for _, draft in sorted(found, key=lambda pair: pair[0])]


def load_runs(connection: Connection, account: str | None = None, *, run: int | None = None, most: int = 20) -> list[PublishRun]:
    """The last publishes of an account (or of all), the newest first; or the one with a number."""
    r = publish_run.c
    query = select(publish_run).order_by(r.id.desc()).limit(most)
    if account is not None:
        query = query.where(r.account == account)
    if run is not None:
        query = query.where(r.id == run)
    found = connection.execute(query).all()
    states: dict[int, dict[str, int]] = {}
    counted = select(outbox.c.run, outbox.c.state, func.count()).where(outbox.c.run.in_([row.id for row in found])).group_by(
        outbox.c.run, outbox.c.state)
    for number, state, count in connection.execute(counted):
        states.setdefault(number, {})[state] = count
    return [PublishRun(row.id, row.account, row.plan, row.begun_at, row.undoes, tuple(row.approved), states.get(row.id, {}))
            for row in found]


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
    connection.execute(update(outbox).where(outbox.c.id == row.id).values(
        state=result.outcome.value, note=result.note, problems=[problem_to_json(p) for p in result.problems],
        settled_at=None if still_open else now))
    if not still_open:
        known = load_publication(connection, account, row.change.sku)
        if (kept := _after(account, row, result, known, now)) is not None:
            save_publication(connection, kept, now)


def _after(account: str, row: OutboxRow, result: Result, known: Publication | None, now: datetime) -> Publication | None:
    """The listing as it is known once a change has been settled; None where nothing can be said of it."""
    change = row.change
    remote = result.remote or change.remote or (known.remote if known else RemoteListing("", change.sku))
    known = known or Publication(account, change.sku, result.outcome.value, remote, {})
    if result.outcome is Outcome.REJECTED and change.kind is not ChangeKind.CREATE:
        return _refused(row, result, known, now) if known.status else None
    taken = _values_of(row, change.groups)
    status, ticket, problems = result.outcome.value, result.ticket, result.problems
    if result.outcome is Outcome.LIVE and change.kind is ChangeKind.UPDATE and not change.groups & REVIEWED:
        status, ticket, problems = known.status, known.ticket, known.problems  # what is said of its content still holds
    if change.kind is ChangeKind.WITHDRAW:
        taken = {FieldGroup.VISIBILITY.value: {"visible": False}}
    return Publication(account, change.sku, status, remote, {**known.applied, **taken}, ticket, problems,
                       _still_seen(row, known, change.groups, pending=result.outcome is Outcome.PENDING),
                       {**without(known.held, change.groups), **row.holds})


def _refused(row: OutboxRow, result: Result, known: Publication, now: datetime) -> Publication:
    """A listing of which a change was refused: what was taken counts, the rest is not sent again on this day unless it changes."""
    groups, draft = row.change.groups - result.taken, row.change.draft
    wanted = draft.groups() if draft else {}
    held = {group.value: f"{fingerprint(wanted[group])} {business_day(now)}" for group in groups
            if group in wanted and not row.instead.get(group)}
    return Publication(known.account, known.sku, known.status, result.remote or known.remote,
                       {**known.applied, **_values_of(row, result.taken)}, known.ticket, result.problems,
                       _still_seen(row, known, result.taken, pending=False), {**known.held, **held})


def _values_of(row: OutboxRow, groups: frozenset[FieldGroup]) -> dict[str, JsonObject]:
    """What counts as applied of these groups: for a field whose edit on the platform stays, what the catalog says."""
    if row.change.draft is None:
        return {}
    wanted = row.change.draft.groups()
    return {group.value: {**wanted[group], **row.instead.get(group.value, {})} for group in groups}


def _still_seen(row: OutboxRow, known: Publication, groups: frozenset[FieldGroup], *, pending: bool) -> dict[str, Any]:
    """What tells an edit on the platform from our own change until somebody has looked.

    Of a changed group these are the fields that were kept or went out as they stood, and what was sent of a field that the platform
    showed word for word so far; what it renders in its own way, or still reviews, is learned by looking.
    """
    sent = row.change.draft.groups() if row.change.draft else {}
    expected = {group.value: dict(_expected(row, known, group, sent.get(group, {}), pending=pending)) for group in groups}
    return {**without(known.seen, groups), **{group: fields for group, fields in expected.items() if fields}}


def _expected(row: OutboxRow, known: Publication, group: FieldGroup, sent: JsonObject, *, pending: bool) -> Iterator[tuple[str, Any]]:
    left, ours, kept = (fields.get(group.value, {}) for fields in (known.seen, known.applied, row.instead))
    for name in sent.keys() & left.keys():
        if name in kept or (name in ours and sent[name] == ours[name]):
            yield name, left[name]
        elif not pending and name in ours and left[name] == ours[name] and name not in PARTIAL:
            yield name, sent[name]


def _row(row: Row[Any], known: Publication | None) -> OutboxRow:
    change = Change(
        ChangeKind(row.kind), row.sku, draft_from_json(row.draft) if row.draft else None,
        known.remote if known else None, frozenset(FieldGroup(group) for group in row.field_groups))
    return OutboxRow(row.id, change, row.state, row.attempts, tuple(problem_from_json(p) for p in row.problems),
                     row.before, row.instead, row.holds, row.undoes)
