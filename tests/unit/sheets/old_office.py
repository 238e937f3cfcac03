"""Files of old Office programs made in memory: a compound file and the records of an .xls, no more than tests need."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(streams: Mapping[str, bytes], *, chain: Mapping[int, int] | None = None) -> bytes:
    """A compound file with these streams, each in sectors of its own; `chain` overwrites links of the table of sectors.

    Sector 0 holds the table, sectors 1 and 2 the directory, the streams follow.
    """
    table, sectors, entries = [TABLE, 2, END], b"", [_entry("Root Entry", 5, END, 0)]
    for name, stream in streams.items():
        padded = stream.ljust(max(4096, len(stream)), b"\0")
        padded = padded.ljust(-(-len(padded) // 512) * 512, b"\0")
        first, count = len(table), len(padded) // 512
        table += [*range(first + 1, first + count), END]
        sectors += padded
        entries.append(_entry(name, 2, first, max(4096, len(stream))))
    for sector, following in (chain or {}).items():
        table[sector] = following
    directory = b"".join(entries).ljust(1024, b"\0")
    packed = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    assert len(packed) == 512, "one sector of the table is enough for tests"
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack(
        "<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0, 0)
    return (header + struct.pack("<108I", *[FREE] * 108)).ljust(512, b"\xff")[:512] + packed + directory + sectors


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + b"\xff" * 12 + b"\0" * 36 + struct.pack("<IQ", start, size)


def record(kind: int, data: bytes = b"") -> bytes:
    """One record of an .xls."""
    return struct.pack("<HH", kind, len(data)) + data


def workbook_stream(rows: Sequence[Sequence[str | float | None]], *, before: bytes = b"", inside: bytes = b"", name: str = "Tờ") -> bytes:
    """The stream of an .xls with one sheet; further records `before` the list of sheets and `inside` the sheet."""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    wide = name.encode("utf-16-le")
    length = len(begin) + len(before) + 4 + 8 + len(wide) + 4
    listed = record(0x0085, struct.pack("<IBBBB", length, 0, 0, len(name), 1) + wide)
    cells = b"".join(_cell(r, c, cell) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell is not None)
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    return begin + before + listed + record(0x000A) + sheet + cells + inside + record(0x000A)


def _cell(row: int, column: int, cell: str | float) -> bytes:
    if isinstance(cell, str):
        return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(cell), 1) + cell.encode("utf-16-le"))
    return record(0x0203, struct.pack("<HHHd", row, column, 0, cell))


def xls(rows: Sequence[Sequence[str | float | None]], *, before: bytes = b"", inside: bytes = b"") -> bytes:
    """An .xls with one sheet."""
    return compound({"Workbook": workbook_stream(rows, before=before, inside=inside)})
