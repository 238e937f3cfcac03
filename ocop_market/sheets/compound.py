"""The container of old Office files (.xls, .doc, encrypted .xlsx), walked with care: [MS-CFB], April 2024.

A parser follows the chains of sectors without counting; one that runs in a circle never ends.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE = 0xFFFFFFFA
_IN_HEADER = 109
_ENTRY = 128
_STREAM, _ROOT = 2, 5


@dataclass(frozen=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class CompoundFile:
    """The streams by name. ValueError when a chain of sectors is broken, runs in a circle, or is shorter than it says."""

    def __init__(self, content: bytes) -> None:
        if not content.startswith(SIGNATURE) or len(content) < 512:
            raise ValueError("no compound file")
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise ValueError("sector size")
        self._content = content
        self._size: int = 1 << shift
        directories, tables, first_directory = struct.unpack_from("<III", content, 40)
        self._cutoff, first_mini, mini_tables, first_more, more = struct.unpack_from("<IIIII", content, 56)
        if max(directories, tables, mini_tables, more) > self._sectors:
            raise ValueError("more sectors than bytes")
        self._next = self._numbers(self._table_places(first_more)[:tables])
        self._next_mini = self._numbers(self._chain(first_mini, self._next))
        listed = self._bytes(self._chain(first_directory, self._next))
        self._entries = [self._entry(listed[at:at + _ENTRY]) for at in range(0, len(listed), _ENTRY)]
        root = next((entry for entry in self._entries if entry.kind == _ROOT), None)
        self._small = self._bytes(self._chain(root.start, self._next)) if root and root.size else b""
        self.streams: Mapping[str, bytes] = {e.name: self._stream(e) for e in self._entries if e.kind == _STREAM}
        self.names = frozenset(entry.name for entry in self._entries if entry.name)

    @property
    def _sectors(self) -> int:
        return len(self._content) // self._size + 1

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if number >= _FREE or start >= len(self._content):
            raise ValueError("sector beyond the end")
        return self._content[start:start + self._size].ljust(self._size, b"\0")

    def _bytes(self, sectors: Iterable[int]) -> bytes:
        return b"".join(map(self._sector, sectors))

    def _numbers(self, sectors: Iterable[int]) -> tuple[int, ...]:
        text = self._bytes(sectors)
        return struct.unpack(f"<{len(text) // 4}I", text)

    def _table_places(self, first_more: int) -> list[int]:
        """Where the table of chains lies: 109 places in the header, further ones in sectors of their own."""
        places = list(struct.unpack_from(f"<{_IN_HEADER}I", self._content, 76))
        seen: set[int] = set()
        while first_more < _FREE:
            if first_more in seen:
                raise ValueError("circle")
            seen.add(first_more)
            *further, first_more = self._numbers([first_more])
            places += further
        return [place for place in places if place < _FREE]

    def _chain(self, start: int, following: tuple[int, ...]) -> list[int]:
        chain: list[int] = []
        while start < _FREE:
            if start >= len(following) or len(chain) > len(following):
                raise ValueError("chain without an end")
            chain.append(start)
            start = following[start]
        return chain

    def _entry(self, told: bytes) -> _Entry:
        length, kind = struct.unpack_from("<HB", told, 64)
        start, size = struct.unpack_from("<IQ", told, 116)
        return _Entry(told[:max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace"), kind, start,
                      size if self._size > 512 else size & 0xFFFFFFFF)

    def _stream(self, entry: _Entry) -> bytes:
        if entry.size < self._cutoff:
            chain = self._chain(entry.start, self._next_mini) if entry.size else []
            text = b"".join(self._small[number * 64:number * 64 + 64] for number in chain)
        else:
            if entry.size > len(self._content):
                raise ValueError("stream longer than the file")
            text = self._bytes(self._chain(entry.start, self._next))
        if len(text) < entry.size:
            raise ValueError("stream cut off")
        return text[:entry.size]
