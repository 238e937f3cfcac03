"""Asks about changes that a platform answers later, and keeps the answers."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from ocop_market.channels.api import AnswersLater, Connector, PublishesListings
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.change import Outcome, RemoteListing, Result
from ocop_market.model.clock import Clock
from ocop_market.model.listing import FieldGroup
from ocop_market.publishing.apply import Applied
from ocop_market.publishing.read_back import Sent, read_back
from ocop_market.store.engine import Store
from ocop_market.store.leases import Lease
from ocop_market.store.outbox import InReview, answered, in_review
from ocop_market.store.publications import REVIEWED, Publication, load_publications, settle_ticket, without

EXPIRED = N_("The review of {sku} was never answered, and the platform has no such listing. Make a new plan; it is sent again then.")


def follow_up(store: Store, account: str, connector: AnswersLater, clock: Clock, turn: Lease) -> Applied:
    """Asks about every open ticket; an answer is kept as soon as it is there.

    In place of a ticket past its end the listing is looked up; one that is not there counts as refused.
    """
    with store.reading() as connection:
        waiting = {p.sku: p for p in load_publications(connection, account).values() if p.ticket is not None}
        rows = in_review(connection, account)
    applied = Applied()
    now = clock()
    ended = {sku for sku, p in waiting.items() if p.ticket and p.ticket.expires_at <= now}
    sent: dict[str, Sent] = {}
    results = (_looked_up(connector, waiting[sku]) for sku in sorted(ended))
    tickets = {sku: p.ticket for sku, p in waiting.items() if p.ticket and sku not in ended}
    for result in chain(results, connector.check_tickets(tickets)):
        turn.check()
        applied.count(result)
        if result.outcome is Outcome.PENDING and result.ticket is None and result.remote is None:
            continue
        known = waiting[result.sku]
        if result.sku in ended and result.outcome is Outcome.LIVE:  # whether it took what was reviewed is not known: sent again
            known = replace(known, applied=without(known.applied, REVIEWED))
        row = rows.get(result.sku)
        with store.writing() as connection:
            settle_ticket(connection, known, result, clock())
            if row is not None and result.outcome is not Outcome.PENDING:
                answered(connection, row, result)
        remote = result.remote or known.remote
        if result.outcome is Outcome.LIVE and remote.remote_id:
            sent[result.sku] = _sent(remote, known, row)
    if isinstance(connector, Connector):
        applied.differences = read_back(store, account, connector, sent)
    return applied


def _sent(remote: RemoteListing, known: Publication, row: InReview | None) -> Sent:
    """What was reviewed, without the fields whose edit on the platform stays."""
    groups, kept = (REVIEWED & row.groups, row.instead) if row is not None else (REVIEWED, {})
    return Sent(remote, {group.value: {name: value for name, value in known.applied[group].items() if name not in kept.get(group, {})}
                         for group in groups if group in known.applied}, kept)


def _looked_up(connector: AnswersLater, known: Publication) -> Result:
    sku = known.sku
    variants = [str(one["sku"]) for one in known.applied.get(FieldGroup.VARIANTS.value, {}).get("variants", ())]
    found = connector.find(sku, variants or [sku]) if isinstance(connector, PublishesListings) else None
    if found is not None and found.remote_id:
        return Result(sku, Outcome.LIVE, remote=found)
    if found is not None and found.ticket is not None:
        return Result(sku, Outcome.PENDING, remote=found, ticket=found.ticket)
    return Result(sku, Outcome.REJECTED, problems=(Problem("review-expired", EXPIRED, "", {"sku": sku}),))
