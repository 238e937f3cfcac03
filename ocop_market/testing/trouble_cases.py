"""Publishing on bad days: crashes at every step, failing servers, limits, tokens that end. One listing per article, always."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from ocop_market.channels.api import PublishesListings
from ocop_market.errors import RetryLater
from ocop_market.sandbox.faults import Fault, FaultKind
from ocop_market.store.steps import StoredProgress
from ocop_market.testing.frame import ContractFrame, NewTrial, needs
from ocop_market.testing.goods import PRODUCTS
from ocop_market.testing.publishing_cases import TAKES_NONE, all_live
from ocop_market.testing.trial import ACCOUNT, Crash, Fuse, Ground, Trial, nothing

ARTICLES = 2
RESTART_SECONDS = 300
RETRY_AFTER = 7


class TroubleCases(ContractFrame):
    """Publishing on bad days."""

    @needs(PublishesListings, otherwise=TAKES_NONE)
    def test_a_crash_at_any_moment_leaves_one_listing_per_article(
            self, ground: Ground, new_trial: NewTrial, monkeypatch: pytest.MonkeyPatch) -> None:
        quiet = Fuse()
        self._publish_until(new_trial(articles=ARTICLES), quiet, monkeypatch)
        assert quiet.moments, "Publishing made no call at all."
        wrong: list[str] = []
        for at, moment in enumerate(quiet.moments, start=1):
            trial = new_trial(articles=ARTICLES)
            with pytest.raises(Crash):
                self._publish_until(trial, Fuse(at), monkeypatch)
            wrong += [f"crash {moment}: {line}" for line in after_a_restart(trial)]
            trial.close()
        assert wrong == []

    @needs(PublishesListings, otherwise=TAKES_NONE)
    @pytest.mark.parametrize("kind", [FaultKind.ERROR_BEFORE, FaultKind.ERROR_AFTER])
    def test_a_server_error_at_any_write_leaves_one_listing_per_article(
            self, ground: Ground, new_trial: NewTrial, kind: FaultKind) -> None:
        counted = new_trial(articles=ARTICLES)
        counted.publish()
        wrong: list[str] = []
        for at, sent in enumerate(counted.wire.sent):
            if sent.method == "GET":
                continue
            trial = new_trial(articles=ARTICLES)
            trial.wire.before = at_call(trial, at, partial(trial.server.faults.add, Fault(kind, times=1)))
            trial.publish()
            wrong += [f"{kind} at {named(sent)}: {line}" for line in after_a_restart(trial)]
            trial.close()
        assert wrong == []

    @needs(PublishesListings, otherwise=TAKES_NONE)
    def test_a_limit_on_calls_is_obeyed_while_publishing(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=ARTICLES)
        plan = trial.market.plan(ACCOUNT)
        trial.server.faults.add(Fault(FaultKind.RATE_LIMIT, times=2, seconds=RETRY_AFTER))
        trial.clock.waits.clear()
        trial.market.apply(plan)
        assert waited_as_told(trial, 2)
        trial.publish_to_the_end()
        assert after_a_restart(trial) == []

    @needs(PublishesListings, otherwise=TAKES_NONE)
    def test_a_token_that_ends_while_publishing_is_renewed_once(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=ARTICLES)
        plan = trial.market.plan(ACCOUNT)
        renewed = count_token_saves(trial)
        trial.server.faults.add(Fault(FaultKind.EXPIRED_TOKEN, times=1))
        trial.market.apply(plan)
        if not trial.server.faults.happened.get(FaultKind.EXPIRED_TOKEN):
            pytest.skip(f"{ground.kind.profile.title} has no tokens that end.")
        assert len(renewed) == 1, f"The token was renewed {len(renewed)} times instead of once."
        assert after_a_restart(trial) == []

    @needs(PublishesListings, otherwise=TAKES_NONE)
    def test_a_platform_that_is_down_costs_nothing_but_time(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=ARTICLES)
        plan = trial.market.plan(ACCOUNT)
        sent = len(trial.wire.sent)
        trial.wire.before = at_call(trial, sent + 1, partial(trial.server.faults.add, Fault(FaultKind.ERROR_BEFORE)))
        with suppress(RetryLater):
            trial.market.apply(plan)
        trial.wire.before = nothing
        trial.server.faults.clear()
        assert after_a_restart(trial) == []

    def _publish_until(self, trial: Trial, fuse: Fuse, monkeypatch: pytest.MonkeyPatch) -> None:
        """Publishes with a fuse in the line and in the memory of steps."""

        class Fallible(StoredProgress):
            def once(self, key: str, action: Callable[[], Any]) -> Any:
                answer = super().once(key, action)
                fuse.passes(f"after step '{key}' was remembered")
                return answer

            def shared(self, key: str, action: Callable[[], Any]) -> Any:
                answer = super().shared(key, action)
                fuse.passes(f"after '{key}' was remembered for the account")
                return answer

        plan = trial.market.plan(ACCOUNT)
        last = ["(nothing)"]

        def before(request: requests.PreparedRequest) -> None:
            if not request.method == last[-1] == "GET":  # between two reads nothing changes on either side
                fuse.passes(f"before {named(request)}")
            last.append(request.method or "")

        trial.wire.before = before
        trial.wire.after = lambda request: fuse.passes(f"after {named(request)}") if request.method != "GET" else None
        with monkeypatch.context() as patch:
            patch.setattr("ocop_market.publishing.apply.StoredProgress", Fallible)
            try:
                trial.market.apply(plan)
            finally:
                trial.wire.before = trial.wire.after = nothing


def after_a_restart(trial: Trial) -> list[str]:
    """Goes on as a new process some minutes later; what is wrong in the end, by SKU."""
    trial.clock.now += timedelta(seconds=RESTART_SECONDS)
    trial.restart()
    trial.publish_to_the_end()
    counts = {product.sku: trial.listings(product.sku) for product in PRODUCTS[:ARTICLES]}
    return all_live(trial) + [f"{sku}: {count} listings" for sku, count in counts.items() if count != 1]


def at_call(trial: Trial, number: int, event: Callable[[], None]) -> Callable[[requests.PreparedRequest], None]:
    """Lets something happen just before the call of that number (from 0) on the trial's line."""

    def before(_: requests.PreparedRequest) -> None:
        if len(trial.wire.sent) == number:
            event()

    return before


def waited_as_told(trial: Trial, times: int) -> bool:
    """Whether every limit was followed by a wait that was long enough."""
    long_enough = [seconds for seconds in trial.clock.waits if seconds >= RETRY_AFTER]
    assert len(long_enough) >= times, f"Told {times} times to wait {RETRY_AFTER} s; the waits were {trial.clock.waits}."
    return True


def count_token_saves(trial: Trial) -> list[str]:
    """A list that gets an entry whenever a renewed pair of tokens is kept."""
    saves: list[str] = []
    replace = trial.market.vault.replace

    def counting(account: str, kind: str, old: dict[str, Any] | None, new: dict[str, Any], now: datetime) -> bool:
        kept = replace(account, kind, old, new, now)
        if kept and kind == "tokens":
            saves.append(account)
        return kept

    trial.market.vault.replace = counting  # type: ignore[method-assign]
    return saves


def named(request: requests.PreparedRequest) -> str:
    """Method and path of a call, without its query."""
    return f"{request.method} {urlsplit(request.url or '').path}"
