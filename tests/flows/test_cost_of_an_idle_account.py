"""What an account costs that has nothing new: it is the most frequent of all runs, so nothing may creep in."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import event, update

from ocop_market.store.tables.work import schedule
from sync_jobs.lane import Lanes, who_waits
from tests.province.platforms import installed
from tests.province.simulation import made

TRANSACTIONS, STATEMENTS = 10, 24
"""With tokens, and with budgets of the shop and of its app, which one account in three has here."""


def test_a_pull_with_nothing_new_takes_few_transactions_and_statements_and_one_call(tmp_path):
    with installed(), made(tmp_path / "m", 9, hours=48) as province:
        market, lanes = province.market, Lanes(province.market)

        def pull_all() -> int:
            province.world.now += timedelta(seconds=30)
            with market.store.writing() as connection:
                connection.execute(update(schedule).values(next_due=None))
                connection.execute(update(schedule).where(schedule.c.job == "pull-sales").values(next_due=market.clock()))
            waiting = who_waits(market)
            counted.clear()
            return sum(len(lanes.work(account, entries)) for account, entries in waiting.items())

        counted: Counter[str] = Counter()
        pull_all()
        event.listen(market.store.engine, "before_cursor_execute", lambda *_: counted.update(["statements"]))
        event.listen(market.store.engine, "begin", lambda *_: counted.update(["transactions"]))
        calls = province.world.calls.total()
        assert pull_all() == 9
        assert province.world.calls.total() - calls == 9
        assert counted["transactions"] <= 9 * TRANSACTIONS, counted
        assert counted["statements"] <= 9 * STATEMENTS, counted
