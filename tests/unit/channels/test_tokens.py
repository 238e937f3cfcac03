"""Tokens are renewed once, stored before use, and never shown."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.errors import NeedsLogin

NOW = datetime(2026, 9, 20, 5, 0, tzinfo=UTC)


class Store:
    """What a store keeps, the clock, and how often the platform was asked."""

    def __init__(self, kept: Tokens | None = None) -> None:
        self.kept, self.now, self.asked = kept, NOW, list[Tokens | None]()
        self.happened: list[str] = []

    def load(self) -> Tokens | None:
        return self.kept

    def save(self, tokens: Tokens) -> None:
        self.happened.append(f"saved {tokens.access}")
        self.kept = tokens

    def refresh(self, old: Tokens | None) -> Tokens:
        self.asked.append(old)
        return Tokens(f"moi-{len(self.asked)}", "lam-moi", access_until=self.now + timedelta(hours=4))

    @contextmanager
    def lock(self) -> Iterator[None]:
        self.happened.append("locked")
        yield
        self.happened.append("unlocked")

    def keeper(self) -> TokenKeeper:
        return TokenKeeper("quay", "shop", load=self.load, save=self.save, clock=lambda: self.now, lock=self.lock)


def tokens(access: str = "cu", *, until: timedelta | None = timedelta(hours=4), refresh_until: datetime | None = None) -> Tokens:
    return Tokens(access, "lam-moi", access_until=None if until is None else NOW + until, refresh_until=refresh_until)


def test_a_young_token_is_given_out_as_it_is() -> None:
    store = Store(tokens())
    assert store.keeper().current(store.refresh).access == "cu"
    assert (store.asked, store.happened) == ([], [])


def test_a_token_without_a_known_end_is_used_until_it_is_refused() -> None:
    store = Store(tokens(until=None))
    store.now += timedelta(days=400)
    assert store.keeper().current(store.refresh).access == "cu"


@pytest.mark.parametrize("left", [timedelta(minutes=5), timedelta(0), -timedelta(days=3)])
def test_a_token_near_its_end_is_renewed_first(left: timedelta) -> None:
    store = Store(tokens(until=left))
    assert store.keeper().current(store.refresh).access == "moi-1"


def test_the_first_token_is_asked_for_with_nothing_in_hand() -> None:
    store = Store()
    store.keeper().current(store.refresh)
    assert store.asked == [None]


def test_a_fresh_token_is_saved_under_the_lock_before_it_is_given_out() -> None:
    store = Store()
    store.happened.append(f"given {store.keeper().current(store.refresh).access}")
    assert store.happened == ["locked", "saved moi-1", "unlocked", "given moi-1"]


def test_a_token_that_could_not_be_saved_is_not_used() -> None:
    store = Store()

    def broken(_: Tokens) -> None:
        raise OSError("disk full")

    keeper = TokenKeeper("quay", "shop", load=store.load, save=broken, clock=lambda: store.now)
    with pytest.raises(OSError, match="disk full"):
        keeper.current(store.refresh)
    with pytest.raises(OSError, match="disk full"):
        keeper.current(store.refresh)
    assert len(store.asked) == 2


def test_many_threads_ask_the_platform_once() -> None:
    store = Store(tokens(until=timedelta(0)))
    keeper, together, got = store.keeper(), threading.Barrier(8, timeout=10), list[str]()

    def work() -> None:
        together.wait()
        got.append(keeper.current(store.refresh).access)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (got, len(store.asked)) == (["moi-1"] * 8, 1)


def test_many_threads_whose_token_was_refused_ask_the_platform_once() -> None:
    store = Store(tokens())
    keeper = store.keeper()
    used = keeper.current(store.refresh).access
    assert [keeper.renew(used, store.refresh).access for _ in range(3)] == ["moi-1"] * 3
    assert len(store.asked) == 1


def test_a_token_that_another_process_renewed_is_taken_over() -> None:
    store = Store(tokens())
    keeper = store.keeper()
    keeper.current(store.refresh)
    store.kept = tokens("tu-noi-khac")
    assert keeper.renew("cu", store.refresh).access == "tu-noi-khac"
    assert keeper.current(store.refresh).access == "tu-noi-khac"
    assert store.asked == []


def test_a_consent_that_has_run_out_needs_a_person() -> None:
    store = Store(tokens(until=timedelta(0), refresh_until=NOW))
    with pytest.raises(NeedsLogin) as caught:
        store.keeper().current(store.refresh)
    assert "quay" in caught.value.sentence("en")
    assert store.asked == []


def test_a_pair_from_a_consent_is_kept_and_used() -> None:
    store = Store()
    keeper = store.keeper()
    keeper.put(tokens("moi-dong-y"))
    assert keeper.current(store.refresh).access == "moi-dong-y"
    assert store.kept is not None
    assert store.kept.access == "moi-dong-y"


def test_a_failed_refresh_leaves_the_kept_pair() -> None:
    store = Store(tokens(until=timedelta(0)))

    def refuse(_: Tokens | None) -> Tokens:
        raise NeedsLogin

    with pytest.raises(NeedsLogin):
        store.keeper().current(refuse)
    assert store.kept is not None
    assert store.kept.access == "cu"


def test_tokens_show_no_secret() -> None:
    shown = repr(Tokens("BI-MAT", "BI-MAT", extra={"cipher": "BI-MAT"}))
    assert "BI-MAT" not in shown
