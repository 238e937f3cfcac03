"""Makes planned changes: through the outbox, one by one, each settled before the next; stops and resumes anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ocop_market.channels.api import Connector, Progress, PublishesListings
from ocop_market.errors import Refused
from ocop_market.model.change import Change, ChangeKind, Outcome, Result
from ocop_market.model.clock import Clock
from ocop_market.publishing.read_back import Difference, Sent, read_back
from ocop_market.publishing.today import Today
from ocop_market.store.engine import Store
from ocop_market.store.leases import Lease
from ocop_market.store.outbox import OutboxRow, give_up, mark_sending, open_rows, settle
from ocop_market.store.steps import StoredProgress

GIVE_UP_AFTER = 3
"""So many changes postponed in a row mean that the platform is down: the rest waits for the next run."""

FOUND = "found after an uncertain try"
NEVER_MADE = "not found, so there is nothing to take off sale"

Watch = Callable[[int, int], None]
"""Told after each change how many of how many are done."""


@dataclass
class Applied:
    """What became of the changes: how many in each outcome, how many were left for the next run, what to look at.

    `written_to` is the file of a channel that is published by file. `differences` are fields that the platform does not show as they
    were sent; `remarks` what it said beside taking a change.
    """

    outcomes: dict[str, int] = field(default_factory=dict)
    left: int = 0
    written_to: str = ""
    failures: list[Result] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    remarks: list[Result] = field(default_factory=list)

    def count(self, result: Result) -> None:
        """Counts one result; rejected, uncertain and postponed ones are kept for showing."""
        self.outcomes[result.outcome.value] = self.outcomes.get(result.outcome.value, 0) + 1
        if result.outcome in (Outcome.REJECTED, Outcome.UNCERTAIN, Outcome.LATER):
            self.failures.append(result)
        elif result.remarks:
            self.remarks.append(result)

    def add(self, other: Applied) -> None:
        """Takes in what became of other changes."""
        for outcome, count in other.outcomes.items():
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + count
        self.left += other.left
        self.failures += other.failures
        self.differences += other.differences
        self.remarks += other.remarks


def work_off(store: Store, account: str, connector: PublishesListings, clock: Clock, turn: Lease,
             watch: Watch | None = None, *, today: Today | None = None) -> Applied:
    """Makes all open changes of an account, as far as `today` allows them.

    A create that was begun before and never settled (a crash, a lost answer) is looked up by its SKU first; a listing
    found there is brought to what is wanted now instead of being made a second time. Errors that stop the account are
    raised after what is done has been kept. What went live is looked at afterwards.
    """
    rows = _open_rows(store, account, clock, today)
    applied = Applied()
    begun = [row for row in rows if row.state != "waiting"]
    fresh = [row for row in rows if row.state == "waiting"]
    sent: dict[str, Sent] = {}
    postponed = 0
    for done, (row, result) in enumerate(_in_turn(store, account, connector, clock, turn, begun, fresh), start=1):
        turn.check()
        with store.writing() as connection:
            settle(connection, account, row, result, clock())
        applied.count(result)
        if result.outcome is Outcome.LIVE:
            sent |= _sent(row, result)
        if watch is not None:
            watch(done, len(rows))
        postponed = postponed + 1 if result.outcome is Outcome.LATER else 0
        if postponed == GIVE_UP_AFTER:
            applied.left = len(rows) - done
            break
    if isinstance(connector, Connector):
        applied.differences = read_back(store, account, connector, sent)
    return applied


def _sent(row: OutboxRow, result: Result) -> dict[str, Sent]:
    change, remote = row.change, result.remote or row.change.remote
    if change.draft is None or remote is None:
        return {}
    wanted = change.draft.groups()
    return {change.sku: Sent(remote, {group.value: wanted[group] for group in change.groups}, row.instead)}


def _open_rows(store: Store, account: str, clock: Clock, today: Today | None) -> list[OutboxRow]:
    """The open changes as they may be made today; the others are given up."""
    with store.reading() as connection:
        rows = open_rows(connection, account)
    allowed = [(row, row if today is None else today.allows(row)) for row in rows]
    if any(change is None for _, change in allowed):
        with store.writing() as connection:
            for row in (row for row, change in allowed if change is None):
                give_up(connection, row.id, clock())
    return [change for _, change in allowed if change is not None]


def _in_turn(store: Store, account: str, connector: PublishesListings, clock: Clock, turn: Lease,
             begun: Sequence[OutboxRow], fresh: Sequence[OutboxRow]) -> Iterator[tuple[OutboxRow, Result]]:
    again: list[OutboxRow] = []
    for row in begun:
        try:
            known = _looked_up(connector, row)
        except Refused as error:
            yield row, Result(row.change.sku, Outcome.REJECTED, problems=error.problems)
            continue
        if isinstance(known, Result):
            yield row, known
        else:
            again.append(known)
    rows = {row.change.sku: row for row in (*again, *fresh)}

    def progress(change: Change) -> Progress:
        turn.check()
        row = rows[change.sku]
        with store.writing(durable=True) as connection:  # else a power cut could make it again without looking
            mark_sending(connection, row.id)
        return StoredProgress(store, account, row.id, clock)

    for result in connector.apply([row.change for row in rows.values()], progress):
        yield rows[result.sku], result


def _looked_up(connector: PublishesListings, row: OutboxRow) -> OutboxRow | Result:
    """A change that was begun, with what the platform has of it by now; the result where that settles it."""
    change = row.change
    if not row.attempts or change.kind is ChangeKind.UPDATE or (change.kind is ChangeKind.WITHDRAW and change.remote is not None):
        return row
    found = connector.find(change.sku, change.draft.sold_skus if change.draft else ())
    if change.kind is ChangeKind.WITHDRAW:
        return replace(row, change=replace(change, remote=found)) if found else Result(change.sku, Outcome.WITHDRAWN, note=NEVER_MADE)
    if found is None:
        return row
    if found.remote_id:
        return replace(row, change=replace(change, kind=ChangeKind.UPDATE, remote=found))
    return Result(change.sku, Outcome.PENDING, remote=found, ticket=found.ticket, note=FOUND)
