"""Sales on good days and bad ones: the ledger is always the truth, to the đồng."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import NoReturn

import pytest

from ocop_market.channels.api import PullsSales
from ocop_market.errors import RetryLater
from ocop_market.sales.reconcile import Why
from ocop_market.sandbox.faults import Fault, FaultKind
from ocop_market.testing.frame import ContractFrame, NewTrial, needs
from ocop_market.testing.trial import ACCOUNT, Crash, Fuse, Ground, Trial, nothing
from ocop_market.testing.trouble_cases import RETRY_AFTER, count_token_saves, waited_as_told
from ocop_market.testing.truth import charged_in_ledger, differences

REPORTS_NONE = "reports no sales"
LATER = timedelta(days=45)


class SalesCases(ContractFrame):
    """Pulling sales."""

    @needs(PullsSales, otherwise=REPORTS_NONE)
    def test_the_ledger_is_the_truth_and_a_second_pull_changes_nothing(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(sells=True)
        first = trial.market.pull_sales(ACCOUNT)
        assert first.orders.refused == 0, f"{first.orders.refused} orders could not be read."
        assert differences(trial) == []
        again = trial.market.pull_sales(ACCOUNT)
        assert again.nothing_new, f"The same sales came as {again.orders.new} new and {again.orders.changed} changed orders."
        assert differences(trial) == []

    @needs(PullsSales, otherwise=REPORTS_NONE)
    def test_fees_that_are_reported_are_the_true_ones(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(sells=True)
        trial.market.pull_sales(ACCOUNT)
        charged = charged_in_ledger(trial)
        if not charged:
            pytest.skip(f"{ground.kind.profile.title} reports no fees.")
        assert trial.history is not None
        assert charged == trial.history.charged(trial.clock())

    @needs(PullsSales, otherwise=REPORTS_NONE)
    def test_every_order_leaves_the_seller_what_the_platform_says(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(sells=True)
        trial.market.pull_sales(ACCOUNT)
        found = trial.market.reconcile(ACCOUNT)
        if not found.orders:
            pytest.skip(f"{ground.kind.profile.title} does not say what orders leave the seller.")
        assert [one for one in found.differences if one.why is not Why.TAX] == []

    @needs(PullsSales, otherwise=REPORTS_NONE)
    def test_late_changes_are_brought_in(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(sells=True)
        trial.market.pull_sales(ACCOUNT)
        for _ in range(3):
            trial.clock.now += LATER / 3
            trial.connector.check()  # as the schedule does: a consent that is never used ends by itself
        trial.market.pull_sales(ACCOUNT)
        assert differences(trial) == []

    @needs(PullsSales, otherwise=REPORTS_NONE)
    def test_many_small_pulls_bring_what_one_brings(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(sells=True)
        for _ in range(6):
            trial.market.pull_sales(ACCOUNT)
            trial.clock.now += timedelta(hours=31, minutes=7)
        trial.market.pull_sales(ACCOUNT)
        assert differences(trial) == []

    @needs(PullsSales, otherwise=REPORTS_NONE)
    def test_a_pull_that_dies_behind_every_page_goes_on_from_there(self, ground: Ground, new_trial: NewTrial) -> None:
        whole = new_trial(sells=True)
        pages = pull_counting(whole)
        trial = new_trial(sells=True)
        for _ in range(pages - 1):
            with pytest.raises(Crash):
                trial.market.pull_sales(ACCOUNT, die)
            trial.restart()
        last = pull_counting(trial)
        assert differences(trial) == []
        assert pages < 3 or last < pages, "The last pull began at the beginning; it should go on behind the page kept last."

    @needs(PullsSales, otherwise=REPORTS_NONE)
    def test_a_pull_that_dies_inside_a_page_loses_nothing(self, ground: Ground, new_trial: NewTrial) -> None:
        whole = new_trial(sells=True)
        before = len(whole.wire.sent)
        whole.market.pull_sales(ACCOUNT)
        calls = len(whole.wire.sent) - before
        trial = new_trial(sells=True)
        for at in sorted({1, max(1, calls // 3), max(1, calls * 2 // 3)}):
            trial.wire.after = partial(burn, Fuse(at))
            with suppress(Crash):  # what is left to pull may take fewer calls than the fuse is long
                trial.market.pull_sales(ACCOUNT)
            trial.wire.after = nothing
            trial.restart()
        trial.market.pull_sales(ACCOUNT)
        assert differences(trial) == []

    @needs(PullsSales, otherwise=REPORTS_NONE)
    @pytest.mark.parametrize("kind", [FaultKind.DUPLICATE_PAGE, FaultKind.OUT_OF_ORDER, FaultKind.ERROR_BEFORE,
                                      FaultKind.ERROR_AFTER])
    def test_bad_pages_change_no_figure(self, ground: Ground, new_trial: NewTrial, kind: FaultKind) -> None:
        trial = new_trial(sells=True)
        trial.server.faults.add(Fault(kind, chance=0.3))
        trial.market.pull_sales(ACCOUNT)
        if not trial.server.faults.happened.get(kind):
            pytest.skip(f"The practice server of {ground.kind.profile.title} does not make the fault {kind} on so few pages.")
        assert differences(trial) == []

    @needs(PullsSales, otherwise=REPORTS_NONE)
    def test_a_limit_on_calls_is_obeyed_while_pulling(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(sells=True)
        trial.server.faults.add(Fault(FaultKind.RATE_LIMIT, times=2, seconds=RETRY_AFTER))
        trial.market.pull_sales(ACCOUNT)
        assert waited_as_told(trial, 2)
        assert differences(trial) == []

    @needs(PullsSales, otherwise=REPORTS_NONE)
    def test_a_limit_of_hours_ends_the_run_and_the_next_one_goes_on(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(sells=True)
        trial.server.faults.add(Fault(FaultKind.RATE_LIMIT, times=1, seconds=7_200))
        with pytest.raises(RetryLater):
            trial.market.pull_sales(ACCOUNT)
        assert sum(trial.clock.waits) < 600, "Nobody waits two hours inside a run; RetryLater lets the next run go on."
        trial.clock.now += timedelta(hours=2)
        trial.market.pull_sales(ACCOUNT)
        assert differences(trial) == []

    @needs(PullsSales, otherwise=REPORTS_NONE)
    def test_a_token_that_ends_while_pulling_is_renewed_once(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(sells=True)
        trial.connector.check()
        renewed = count_token_saves(trial)
        trial.server.faults.add(Fault(FaultKind.EXPIRED_TOKEN, times=1))
        trial.market.pull_sales(ACCOUNT)
        if not trial.server.faults.happened.get(FaultKind.EXPIRED_TOKEN):
            pytest.skip(f"{ground.kind.profile.title} has no tokens that end.")
        assert len(renewed) == 1, f"The token was renewed {len(renewed)} times instead of once."
        assert differences(trial) == []


def burn(fuse: Fuse, _: object) -> None:
    """Lets a call's moment pass."""
    fuse.passes("inside a page")


def die(_orders: int, _done: int, _expected: int) -> NoReturn:
    """Ends the process as soon as a page is kept."""
    raise Crash("behind a page")


def pull_counting(trial: Trial) -> int:
    """Pulls to the end; how many pages came."""
    pages: list[int] = []
    trial.market.pull_sales(ACCOUNT, lambda orders, _done, _expected: pages.append(orders))
    return len(pages)
