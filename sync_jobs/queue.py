"""Many workers: the schedule says whose turn it is, a queue on the market's PostgreSQL which worker takes it.

The engine is Procrastinate. What waits in its tables is one item for each account with something due; what that is, the worker
looks up in the schedule when its turn has come. So the queue holds no fact: it may be emptied or made anew at any time, an item
that comes twice does nothing the second time, and one whose worker was killed is put in again.

Needs the extra `queue`; whoever imports this module without it gets ModuleNotFoundError.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.schema import SchemaManager
from psycopg import sql
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DatabaseError, DBAPIError

from ocop_market.errors import MarketError, SettingsError
from ocop_market.language import N_
from ocop_market.market import Market
from ocop_market.store.leases import LIFE
from ocop_market.store.schedule import release
from ocop_market.store.trouble import StoreBusy, told_by_postgresql
from sync_jobs.lane import Lanes, Tell, by_account, who_waits
from sync_jobs.schedule import due_now

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

SCHEMA = "ocop_queue"
"""The schema of the database in which the engine has its tables, apart from the market's own."""
TASK = QUEUE = "accounts"
ENGINE = "procrastinate"
LOST_AFTER = LIFE + timedelta(seconds=30)
"""A worker that gave no sign of life for so long is taken for lost; the turns that it had are over by then."""
BEAT = LOST_AFTER / 9
BATCH = 1000
AGAIN = 5.0
"""Seconds until a worker whose database was away asks for work again."""

ON_SQLITE = N_("Many workers need a database that all of them reach; this market is in the file {path}. Move it first: "
               "ocop-market move-to postgresql://user@computer/name")
NOT_PREPARED = N_("There is no queue for the workers in this market's database, or one of another version. Make it with: "
                  "ocop-market queue prepare")
NO_ANSWER = N_("The queue of the workers does not answer. Its work goes on by itself when it does.")
FOREIGN = N_("There is a schema {schema} in the database that is not ours. Use a database of its own for the market.")
AT_WORK = N_("{count} workers are at work. Stop them before the queue is made anew; what they were to do stays in the schedule.")


@dataclass(frozen=True)
class Standing:
    """Workers that gave a sign of life lately, accounts that wait for one, and accounts that are worked on."""

    workers: int
    waiting: int
    at_work: int


class Queue:
    """The queue of one market. SettingsError when the market is in a file."""

    def __init__(self, market: Market) -> None:
        if market.store.is_sqlite:
            raise SettingsError(ON_SQLITE, code="queue-needs-postgresql", path=market.store.shown)
        self._market = market

    def prepare(self) -> bool:
        """Makes the queue where there is none that fits this version; False when there is. SettingsError while workers are at work."""
        with self._market.store.writing() as connection:
            found = _made_with(connection)
            if found == _fingerprint():
                return False
            if found is not None and not found.startswith(ENGINE):
                raise SettingsError(FOREIGN, code="queue-foreign-schema", schema=SCHEMA)
            if found is not None and (count := _workers(connection)):
                raise SettingsError(AT_WORK, code="queue-at-work", count=count)
            given = connection.connection.driver_connection
            assert isinstance(given, psycopg.Connection)  # noqa: S101  (the market's driver on PostgreSQL)
            try:
                for statement in ("DROP SCHEMA IF EXISTS {} CASCADE", "CREATE SCHEMA {}", "SET LOCAL search_path TO {}"):
                    given.execute(sql.SQL(statement).format(sql.Identifier(SCHEMA)))
                given.execute(SchemaManager.get_schema())
                given.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(SCHEMA), sql.Literal(_fingerprint())))
            except psycopg.Error as error:
                raise DBAPIError.instance(None, None, error, psycopg.Error, dialect=connection.dialect) from None
        return True

    def standing(self) -> Standing:
        """Who is there and what waits."""
        self._refuse_unprepared()
        with self._market.store.reading() as connection:
            found = connection.execute(text(f"SELECT status::text, count(*) FROM {SCHEMA}.procrastinate_jobs GROUP BY 1"))  # noqa: S608
            counts = {str(status): int(count) for status, count in found}
            return Standing(_workers(connection), counts.get("todo", 0), counts.get("doing", 0))

    def tick(self) -> list[str]:
        """Puts the accounts with something due into the queue, each once, and returns them; what a lost worker had is due again."""
        self._refuse_unprepared()
        return self._opened(App(connector=self._connector()), self._hand_out)

    async def _hand_out(self, app: App) -> list[str]:
        await self._take_back(app)
        taken = {job.lock for status in (Status.TODO, Status.DOING)
                 for job in await app.job_manager.list_jobs_async(queue=QUEUE, status=status.value)}
        fresh = [account for account in who_waits(self._market) if _lock(account) not in taken]
        for first in range(0, len(fresh), BATCH):
            await _put(app, fresh[first:first + BATCH])
        return fresh

    async def _take_back(self, app: App) -> None:
        seconds = LOST_AFTER.total_seconds()
        lost = list(await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=seconds))
        if lost:
            log.warning("%d accounts were worked on by workers that are gone", len(lost))
            with self._market.store.writing() as connection:
                release(connection, {str(job.task_kwargs["account"]) for job in lost})
        for job in lost:
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
        await app.job_manager.prune_stalled_workers(seconds)

    def work(self, lanes: int, *, until_empty: bool = False, tell: Tell | None = None) -> None:
        """Takes accounts from the queue and does what is due, several at the same time, until Ctrl-C.

        A database that is away for a while is waited for; with `until_empty` the end comes when nothing waits any more.
        """
        self._refuse_unprepared()
        at_work = Lanes(self._market, tell=tell)
        app = App(connector=self._connector())

        @app.task(name=TASK, queue=QUEUE)
        def see_to(account: str) -> None:
            self._see_to(at_work, account)

        async def working(opened: App) -> None:
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(lanes, thread_name_prefix="lane"))
            worker = asyncio.ensure_future(opened.run_worker_async(
                queues=[QUEUE], concurrency=lanes, wait=not until_empty, delete_jobs="always", install_signal_handlers=False,
                update_heartbeat_interval=BEAT.total_seconds(), stalled_worker_timeout=LOST_AFTER.total_seconds()))
            try:
                await asyncio.shield(worker)
            except asyncio.CancelledError:
                at_work.stop.set()
                worker.cancel()
                await asyncio.wait([worker])
                raise

        while True:
            try:
                self._opened(app, working)
            except StoreBusy as error:
                log.warning("%s", error)
            else:
                if until_empty:
                    return
            time.sleep(AGAIN)

    def _see_to(self, lanes: Lanes, account: str) -> None:
        """Does what is due of an account at this moment; of one that another worker has seen to meanwhile, nothing."""
        try:
            self._market.reread_settings()
        except MarketError as error:
            log.warning("the settings are left as they were: %s", error)
        try:
            waiting = by_account(self._market, due_now(self._market, self._market.clock(), account))
        except MarketError as error:
            log.warning("what is due of %s could not be looked up: %s", account, error)
            return
        lanes.work(account, waiting.get(account, []))

    def _refuse_unprepared(self) -> None:
        with self._market.store.reading() as connection:
            if _made_with(connection) != _fingerprint():
                raise SettingsError(NOT_PREPARED, code="queue-not-prepared")

    def _connector(self) -> PsycopgConnector:
        address = self._market.store.address
        given = make_url(address).query.get("options", "")
        return PsycopgConnector(conninfo=address, min_size=1, max_size=4, kwargs={
            "options": f"{given} -c search_path={SCHEMA}".strip(), "connect_timeout": 10, "application_name": "ocop-market"})

    def _opened(self, app: App, work: Callable[[App], Awaitable[Answer]]) -> Answer:
        """Runs `work` with the queue open. What the database refuses comes as StoreError."""
        async def opened() -> Answer:
            async with app.open_async():
                return await work(app)

        try:
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:  # psycopg's condition on Windows
                return runner.run(opened())
        except (ConnectorException, psycopg.Error) as error:
            fault = error if isinstance(error, psycopg.Error) else error.__cause__
            told = told_by_postgresql(DatabaseError(None, None, fault), self._market.store.shown) if fault is not None else None
            raise told or StoreBusy(NO_ANSWER, code="queue-broken") from None


async def _put(app: App, accounts: list[str]) -> None:
    """Puts accounts into the queue; one by one where another scheduler was faster with some of them."""
    items = [Job(queue=QUEUE, task_name=TASK, lock=_lock(account), queueing_lock=_lock(account), task_kwargs={"account": account})
             for account in accounts]
    try:
        await app.job_manager.batch_defer_jobs_async(items)
    except AlreadyEnqueued:
        for item in items:
            with suppress(AlreadyEnqueued):
                await app.job_manager.defer_job_async(item)


def _lock(account: str) -> str:
    """What no two items in work, and no two that wait, have in common; the jobs of the whole market are one account more."""
    return f"account:{account}"


def _fingerprint() -> str:
    """Of the engine's tables and functions, as the installed version of it wants them."""
    return f"{ENGINE} {hashlib.blake2b(SchemaManager.get_schema().encode(), digest_size=8).hexdigest()}"


def _made_with(connection: Connection) -> str | None:
    """The fingerprint of the tables that are there; empty for a schema of another program, None where there is none."""
    query = "SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace WHERE nspname = :name"
    found: str | None = connection.execute(text(query), {"name": SCHEMA}).scalar()
    return found


def _workers(connection: Connection) -> int:
    alive = f"SELECT count(*) FROM {SCHEMA}.procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :s)"  # noqa: S608
    return int(connection.execute(text(alive), {"s": LOST_AFTER.total_seconds()}).scalar_one())
