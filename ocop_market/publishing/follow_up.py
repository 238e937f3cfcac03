"""Asks about changes that a platform answers later, and keeps the answers."""

from __future__ import annotations

from ocop_market.channels.api import AnswersLater
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.change import Outcome, Result
from ocop_market.model.clock import Clock
from ocop_market.publishing.apply import Applied
from ocop_market.store.engine import Store
from ocop_market.store.leases import Lease
from ocop_market.store.publications import load_publications, settle_ticket

EXPIRED = N_("The review of {sku} was never answered and its receipt has ended. Make a new plan; the listing is looked up first.")


def follow_up(store: Store, account: str, connector: AnswersLater, clock: Clock, turn: Lease) -> Applied:
    """Asks about every open ticket; an answer is kept as soon as it is there. A ticket past its end counts as refused."""
    with store.reading() as connection:
        waiting = {p.sku: p for p in load_publications(connection, account).values() if p.ticket is not None}
    applied = Applied()
    now = clock()
    ended = {sku for sku, p in waiting.items() if p.ticket and p.ticket.expires_at <= now}
    results = [Result(sku, Outcome.REJECTED, problems=(Problem("review-expired", EXPIRED, "", {"sku": sku}),)) for sku in ended]
    tickets = {sku: p.ticket for sku, p in waiting.items() if p.ticket and sku not in ended}
    for result in (*results, *connector.check_tickets(tickets)):
        turn.check()
        applied.count(result)
        if result.outcome is Outcome.PENDING and result.ticket is None and result.remote is None:
            continue
        with store.writing() as connection:
            settle_ticket(connection, waiting[result.sku], result, clock())
    return applied
