"""Which sales of a till are a marketplace's orders, in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, or_, select, tuple_, update

from ocop_market.store.day_totals import runs
from ocop_market.store.engine import CHUNK, upsert
from ocop_market.store.ledger import load_cursors, save_cursor
from ocop_market.store.restatements import note_before
from ocop_market.store.tables.ledger import sales_line, sales_mirror, sales_order
from ocop_market.store.touched import touch_orders

COUNTED_ONCE = "counted-once"
MOST_SPANS = 50


@dataclass(frozen=True)
class New:
    """Of which sales something may be new: those of `days` or with a slip on them, those placed since and not known as mirrors
    (None: whenever), and those that are `doubtful`, where that is their state's name.
    """

    days: Collection[date] = ()
    since: datetime | None = None
    doubtful: str | None = None


@dataclass(frozen=True)
class Mirror:
    """A document of a till that is another account's order, or may be; `decided_at` is set when a person said so."""

    account: str
    order_id: str
    state: str
    of_account: str
    of_order: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True)
class MirrorShown:
    """A mirror with what a person needs to decide: number, day and worth in đồng."""

    mirror: Mirror
    document: str
    day: date
    source: str
    amount: int


@dataclass(frozen=True)
class SourceSale:
    """A sale whose till names where it came from, with the return slips that refer to it."""

    order_id: str
    document: str
    source_code: str
    placed_at: datetime
    own_day: date
    slips: list[str] = field(default_factory=list)


_FIRST = select(sales_order.c.source, sales_order.c.account).order_by(sales_order.c.source, sales_order.c.account).limit(1)
_NEXT = _FIRST.where(tuple_(sales_order.c.source, sales_order.c.account) > tuple_(bindparam("source"), bindparam("account")))


def sources(connection: Connection) -> list[tuple[str, str]]:
    """Each account with each source that its sales name; one step in the index for each, however many sales there are."""
    found = []
    pair = connection.execute(_FIRST.where(sales_order.c.source > "")).one_or_none()
    while pair is not None:
        found.append((pair.account, pair.source))
        pair = connection.execute(_NEXT, {"source": pair.source, "account": pair.account}).one_or_none()
    return sorted(found)


def sales_from(connection: Connection, account: str, source: str, *, new: New | None = None) -> list[SourceSale]:
    """The sales of an account with that source, oldest number first; with `new`, only those of which something may be new."""
    c = sales_order.c
    sale = (c.account == account) & (c.source == source) & c.returns.is_(None)
    if new is not None:
        sale = sale & _may_be_new(account, new)
    found = {row.order_id: SourceSale(row.order_id, row.document, row.source_code, row.placed_at, row.own_day)
             for row in connection.execute(select(sales_order).where(sale).order_by(c.order_id))}
    origin = sales_order.alias()
    slips = select(c.order_id, c.returns).join(origin, (origin.c.account == c.account) & (origin.c.order_id == c.returns)).where(
        c.account == account, origin.c.source == source).order_by(c.order_id)
    for slip in connection.execute(slips):
        if slip.returns in found:
            found[slip.returns].slips.append(slip.order_id)
    return list(found.values())


def _may_be_new(account: str, new: New) -> ColumnElement[bool]:
    c, mirror, slip = sales_order.c, sales_mirror.c, sales_order.alias().c
    known = select(mirror.order_id).where(mirror.account == account, mirror.order_id == c.order_id)
    asked = [~known.exists() if new.since is None else and_(c.placed_at > new.since, ~known.exists())]
    if new.doubtful is not None:
        asked.append(c.order_id.in_(select(mirror.order_id).where(
            mirror.account == account, mirror.state == new.doubtful, mirror.decided_at.is_(None))))
    for first, last in _spans(new.days):
        asked += [c.day.between(first, last), c.order_id.in_(
            select(slip.returns).where(slip.account == account, slip.day.between(first, last), slip.returns.is_not(None)))]
    decided = select(mirror.order_id).where(mirror.account == account, mirror.order_id == c.order_id, mirror.decided_at.is_not(None))
    return and_(~decided.exists(), or_(*asked))


def _spans(days: Collection[date]) -> list[tuple[date, date]]:
    """Unbroken runs of days, or all between the first and the last where a statement would grow too long."""
    found = runs(days)
    return found if len(found) <= MOST_SPANS else [(found[0][0], found[-1][1])]


def counted_up_to(connection: Connection) -> dict[str, datetime]:
    """By account, up to when its sales were complete when it was last looked for what others have as well."""
    return {account: datetime.fromisoformat(body["to"]) for account, body in load_cursors(connection, COUNTED_ONCE).items()}


def keep_counted(connection: Connection, account: str, to: datetime | None, now: datetime) -> None:
    """Keeps that; None: next time everything is to be looked at."""
    save_cursor(connection, account, COUNTED_ONCE, {"to": to.isoformat()} if to else {}, now, complete_to=None)


def names_others(connection: Connection, accounts: Collection[str]) -> bool:
    """Whether mirrors that the program found point at an account that is not among these."""
    c = sales_mirror.c
    return bool(set(connection.execute(select(c.of_account).where(c.decided_at.is_(None)).distinct()).scalars()) - set(accounts))


def orders_by_code(connection: Connection, accounts: Sequence[str], codes: Collection[str]) -> Mapping[str, tuple[str, str]]:
    """Of these codes those that are an order's id in one of the accounts, with the account and the id."""
    c, wanted = sales_order.c, sorted(codes)
    found: dict[str, tuple[str, str]] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(c.account, c.order_id).where(c.account.in_(accounts), c.order_id.in_(wanted[start:start + CHUNK]))
        found |= {order_id: (account, order_id) for account, order_id in connection.execute(query)}
    return found


def any_mirrors(connection: Connection) -> bool:
    """Whether there is one."""
    return connection.execute(select(sales_mirror.c.account).limit(1)).first() is not None


def load_mirrors(connection: Connection) -> list[Mirror]:
    """All of them."""
    return [_mirror(row) for row in connection.execute(select(sales_mirror))]


def keep_mirrors(connection: Connection, found: Iterable[Mirror], at: datetime | None = None, *,
                 looked_at: Collection[tuple[str, str]] | None = None) -> set[str]:
    """Makes what is kept what was found, but for what persons decided; the accounts whose days are touched.

    `at` is when, for the list of what was restated; without it nothing is noted there. What was not `looked_at` (account and
    order) stays as it is; without that everything was.
    """
    now = {(one.account, one.order_id): one for one in found}
    known = load_mirrors(connection) if looked_at is None else _mirrors_of(connection, looked_at)
    before = {(one.account, one.order_id): one for one in known if one.decided_at is None}
    gone = before.keys() - now.keys()
    changed = {key for key, one in now.items() if before.get(key) != one}
    states = {key for key in changed if key not in before or before[key].state != now[key].state}
    if at is not None:
        for account in {account for account, _ in gone | states}:
            note_before(connection, account, [order_id for owner, order_id in sorted(gone | states) if owner == account], at)
    c = sales_mirror.c
    for account, order_id in gone:
        connection.execute(delete(sales_mirror).where(c.account == account, c.order_id == order_id))
    upsert(connection, sales_mirror, [_row(now[key]) for key in sorted(changed)])
    return _touch(connection, sorted(gone | states))


def orders_on(connection: Connection, account: str, days: Collection[date]) -> set[tuple[str, str]]:
    """Account and id of what an account's mirrors have on these days."""
    c, mirror = sales_order.c, sales_mirror.c
    found: set[tuple[str, str]] = set()
    for first, last in _spans(days):
        query = select(c.order_id).join(sales_mirror, (mirror.account == c.account) & (mirror.order_id == c.order_id)).where(
            c.account == account, c.day.between(first, last))
        found |= {(account, order_id) for order_id in connection.execute(query).scalars()}
    return found


def _mirrors_of(connection: Connection, documents: Collection[tuple[str, str]]) -> list[Mirror]:
    c, found = sales_mirror.c, []
    for account in {account for account, _ in documents}:
        ids = sorted(order_id for owner, order_id in documents if owner == account)
        for start in range(0, len(ids), CHUNK):
            query = select(sales_mirror).where(c.account == account, c.order_id.in_(ids[start:start + CHUNK]))
            found += [_mirror(row) for row in connection.execute(query)]
    return found


def decide(connection: Connection, account: str, order_ids: Collection[str], state: str, now: datetime) -> list[str]:
    """Keeps a person's decision about documents of an account and about their slips; those ids that were asked about."""
    c, o = sales_mirror.c, sales_order.c
    wanted = sorted(order_ids)
    slips = select(o.order_id).where(o.account == account, o.returns.in_(wanted))
    known = list(connection.execute(select(c.order_id).where(
        c.account == account, or_(c.order_id.in_(wanted), c.order_id.in_(slips)))).scalars())
    note_before(connection, account, known, now)
    connection.execute(update(sales_mirror).where(c.account == account, c.order_id.in_(known)).values(state=state, decided_at=now))
    _touch(connection, [(account, order_id) for order_id in known])
    return known


def count_mirrors(connection: Connection, state: str) -> dict[str, int]:
    """How many documents of each till are in a state."""
    c = sales_mirror.c
    query = select(c.account, func.count()).where(c.state == state).group_by(c.account)
    return dict(connection.execute(query).all())


def show_mirrors(connection: Connection) -> list[MirrorShown]:
    """All mirrors with number, day, source and worth, newest day first."""
    m, o, line = sales_mirror.c, sales_order.c, sales_line.c
    amount = func.coalesce(func.sum(line.list_amount - line.seller_discount - line.refund), 0).label("amount")
    joined = sales_mirror.join(sales_order, (o.account == m.account) & (o.order_id == m.order_id)).outerjoin(
        sales_line, (line.account == o.account) & (line.order_id == o.order_id))
    query = select(*sales_mirror.c, o.document, o.day, o.source, amount).select_from(joined).group_by(
        *sales_mirror.c, o.document, o.day, o.source).order_by(o.day.desc(), m.account, m.order_id)
    return [MirrorShown(_mirror(row), row.document, row.day, row.source, int(row.amount)) for row in connection.execute(query)]


def _touch(connection: Connection, documents: Sequence[tuple[str, str]]) -> set[str]:
    """Notes where these documents count, so that the totals are made anew there; the accounts."""
    by_account: dict[str, list[str]] = {}
    for account, order_id in documents:
        by_account.setdefault(account, []).append(order_id)
    for account, ids in by_account.items():
        touch_orders(connection, account, ids)
    return set(by_account)


def _mirror(row: Any) -> Mirror:
    return Mirror(row.account, row.order_id, row.state, row.of_account, row.of_order, row.decided_at)


def _row(one: Mirror) -> dict[str, object]:
    return {"account": one.account, "order_id": one.order_id, "state": str(one.state), "of_account": one.of_account,
            "of_order": one.of_order, "decided_at": one.decided_at}
