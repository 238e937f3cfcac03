"""What a practice server remembers: JSON records, in memory or in a file that survives the process."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

Record = dict[str, Any]


class Memory:
    """All shelves of one practice server; with a path they are written through to a small SQLite file."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._file: sqlite3.Connection | None = None
        self._shelves: dict[str, Shelf] = {}
        if path is not None:
            self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._file.execute("PRAGMA journal_mode=WAL")
            self._file.execute("PRAGMA synchronous=OFF")
            self._file.execute("CREATE TABLE IF NOT EXISTS record (shelf TEXT, key TEXT, body TEXT, PRIMARY KEY (shelf, key))")

    def shelf(self, name: str) -> Shelf:
        """The shelf of that name, with what an earlier process left on it, oldest first; the same one whenever asked."""
        if name in self._shelves:
            return self._shelves[name]
        rows: list[tuple[str, str]] = []
        if self._file is not None:
            with self._lock:
                rows = self._file.execute("SELECT key, body FROM record WHERE shelf = ? ORDER BY rowid", (name,)).fetchall()
        self._shelves[name] = Shelf(self, name, {key: json.loads(body) for key, body in rows})
        return self._shelves[name]

    def write(self, shelf: str, key: str, body: Record | None) -> None:
        """Writes one record through; None removes it."""
        if self._file is None:
            return
        with self._lock:
            if body is None:
                self._file.execute("DELETE FROM record WHERE shelf = ? AND key = ?", (shelf, key))
            else:
                self._file.execute(
                    "INSERT INTO record VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
                    (shelf, key, json.dumps(body, ensure_ascii=False)))

    def close(self) -> None:
        """Closes the file, if there is one."""
        if self._file is not None:
            self._file.close()
            self._file = None


class Shelf(MutableMapping[str, Record]):
    """Records by text key, in the order in which they were first put.

    Changing a record in place is not noticed: put it back (`shelf[key] = record`) to keep it.
    """

    def __init__(self, memory: Memory, name: str, records: dict[str, Record]) -> None:
        self._memory, self._name, self._records = memory, name, records

    def __getitem__(self, key: str) -> Record:
        return self._records[key]

    def __setitem__(self, key: str, record: Record) -> None:
        self._records[key] = record
        self._memory.write(self._name, key, record)

    def __delitem__(self, key: str) -> None:
        del self._records[key]
        self._memory.write(self._name, key, None)

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._records))

    def __len__(self) -> int:
        return len(self._records)
