"""What a practice server remembers survives its process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ocop_market.sandbox.shelf import Memory


@contextmanager
def opened(path: Path | None) -> Iterator[Memory]:
    memory = Memory(path)
    try:
        yield memory
    finally:
        memory.close()


def test_records_survive_reopening_in_their_order(tmp_path: Path) -> None:
    file = tmp_path / "tiệm.sqlite"
    with opened(file) as memory:
        goods = memory.shelf("goods")
        for name in ("chè", "mật ong", "gạo"):
            goods[name] = {"tên": name, "giá": 1_000, "ảnh": [None, True, 1.5]}
        goods["chè"] = {"tên": "chè", "giá": 2_000}
        del goods["mật ong"]
        goods["miến"] = {}
    with opened(file) as memory:
        again = memory.shelf("goods")
        assert list(again) == ["chè", "gạo", "miến"]
        assert again["chè"] == {"tên": "chè", "giá": 2_000}
        assert again["gạo"]["ảnh"] == [None, True, 1.5]


def test_shelves_do_not_mix(tmp_path: Path) -> None:
    with opened(tmp_path / "x.sqlite") as memory:
        memory.shelf("a")["1"] = {"of": "a"}
        memory.shelf("b")["1"] = {"of": "b"}
        del memory.shelf("b")["1"]
    with opened(tmp_path / "x.sqlite") as memory:
        assert dict(memory.shelf("a")) == {"1": {"of": "a"}}
        assert not memory.shelf("b")


@pytest.mark.parametrize("kept", [True, False])
def test_a_shelf_taken_twice_is_the_same_shelf(tmp_path: Path, kept: bool) -> None:
    with opened(tmp_path / "x.sqlite" if kept else None) as memory:
        first, second = memory.shelf("a"), memory.shelf("a")
        first["1"] = {"n": 1}
        assert second["1"] == {"n": 1}


def test_without_a_file_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with opened(None) as memory:
        memory.shelf("a")["1"] = {}
    assert list(tmp_path.iterdir()) == []


def test_a_record_changed_in_place_is_kept_only_when_put_back(tmp_path: Path) -> None:
    with opened(tmp_path / "x.sqlite") as memory:
        shelf = memory.shelf("a")
        shelf["1"] = {"n": 1}
        shelf["1"]["n"] = 2
        shelf["2"] = {"n": 1}
        record = shelf["2"]
        record["n"] = 2
        shelf["2"] = record
    with opened(tmp_path / "x.sqlite") as memory:
        assert [record["n"] for record in memory.shelf("a").values()] == [1, 2]


def test_records_may_be_removed_while_walking(tmp_path: Path) -> None:
    with opened(tmp_path / "x.sqlite") as memory:
        shelf = memory.shelf("a")
        for n in range(5):
            shelf[str(n)] = {}
        for key in shelf:
            del shelf[key]
        assert len(shelf) == 0


def test_many_threads_may_write(tmp_path: Path) -> None:
    with opened(tmp_path / "x.sqlite") as memory:
        shelf = memory.shelf("a")

        def work(start: int) -> None:
            for n in range(start, start + 25):
                shelf[str(n)] = {"n": n}

        threads = [threading.Thread(target=work, args=(25 * n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    with opened(tmp_path / "x.sqlite") as memory:
        assert len(memory.shelf("a")) == 100


def test_closing_twice_is_the_same_as_once(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "x.sqlite")
    memory.close()
    memory.close()
