"""The log of runs: old ones go, the newest of each job stays."""

from datetime import timedelta

from sqlalchemy import select

from ocop_market.store.runs import drop_runs, start_run
from ocop_market.store.tables.work import run
from tests.conftest import START


def test_old_runs_go_but_the_newest_of_each_job_stays(store):
    days = {"pull-sales": (-50, -40, -5, -1), "recount": (-45, -41), "report": (-60,)}
    with store.writing() as connection:
        for day, job in sorted((day, job) for job, found in days.items() for day in found):
            start_run(connection, job, "shop", START + timedelta(days=day))
        assert drop_runs(connection, START - timedelta(days=30), most=2) == 2
        assert drop_runs(connection, START - timedelta(days=30)) == 1
        assert drop_runs(connection, START - timedelta(days=30)) == 0
        left = sorted((row.job, (row.started_at - START).days) for row in connection.execute(select(run)))
    assert left == [("pull-sales", -5), ("pull-sales", -1), ("recount", -41), ("report", -60)]
