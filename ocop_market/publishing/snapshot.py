"""Publishing by file: the whole list is written anew, then every open change counts as made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ocop_market.channels.api import PublishSnapshot
from ocop_market.model.change import ChangeKind, Outcome, RemoteListing, Result
from ocop_market.model.clock import Clock
from ocop_market.model.listing import ListingDraft
from ocop_market.publishing.apply import Applied
from ocop_market.store.engine import Store
from ocop_market.store.outbox import open_rows, settle


def write_snapshot(store: Store, account: str, connector: PublishSnapshot, drafts: Mapping[str, ListingDraft], folder: Path,
                   clock: Clock) -> Applied:
    """Writes the file beside its final name and moves it there, so that nobody ever sees half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{account}-{connector.file_name}"
    temporary = path.with_suffix(".part")
    temporary.write_bytes(connector.render(list(drafts.values())))
    temporary.replace(path)
    applied = Applied(written_to=str(path))
    with store.writing() as connection:
        for row in open_rows(connection, account):
            outcome = Outcome.WITHDRAWN if row.change.kind is ChangeKind.WITHDRAW else Outcome.LIVE
            result = Result(row.change.sku, outcome, remote=RemoteListing(row.change.sku, row.change.sku), note=path.name)
            settle(connection, account, row, result, clock())
            applied.count(result)
    return applied
