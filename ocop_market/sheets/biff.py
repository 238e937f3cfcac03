"""The records of an .xls workbook, looked at before a parser opens them: [MS-XLS], May 2024."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ocop_market.sheets.grids import Grid

_FORMULA, _EOF, _FILEPASS, _BOUNDSHEET, _MULRK, _SST, _LABELSST = 0x0006, 0x000A, 0x002F, 0x0085, 0x00BD, 0x00FC, 0x00FD
_DIMENSIONS, _NUMBER, _LABEL, _BOOLERR, _RK, _BOF = 0x0200, 0x0203, 0x0204, 0x0205, 0x027E, 0x0809
_CELLS = frozenset({_FORMULA, _NUMBER, _LABEL, _BOOLERR, _RK, _LABELSST, _MULRK})
_SHORTEST_TEXT = 3

Record = tuple[int, int, bytes]
"""Where a record begins, its kind, its bytes."""


class Encrypted(Exception):  # noqa: N818  (a state of the file, not a mistake)
    """The workbook asks for a password."""


def xls_grids(stream: bytes) -> dict[str, Grid]:
    """The grids of the sheets by name. Raises Encrypted, or ValueError when the records are not whole."""
    names: dict[int, str] = {}
    grids: dict[str, Grid] = {}
    grid = Grid()
    try:
        for start, kind, data in _records(stream):
            if kind == _FILEPASS:
                raise Encrypted
            if kind == _BOUNDSHEET:
                names[struct.unpack_from("<I", data)[0]] = _name(data)
            elif kind == _BOF:
                grid = grids.setdefault(names[start], Grid()) if start in names else Grid()
            elif kind == _SST and struct.unpack_from("<I", data, 4)[0] * _SHORTEST_TEXT > len(stream):
                raise ValueError("more texts than bytes")
            elif kind == _DIMENSIONS:
                grid.reach(*_announced(data))
            elif kind in _CELLS:
                _take(grid, kind, data)
    except struct.error as error:
        raise ValueError("record cut off") from error
    return grids


def _records(stream: bytes) -> Iterator[Record]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length > len(stream):
            raise ValueError("record cut off")
        yield at, kind, stream[at + 4:at + 4 + length]
        at += 4 + length


def _name(data: bytes) -> str:
    length, wide = struct.unpack_from("<BB", data, 6)
    return data[8:8 + length * 2].decode("utf-16-le", "replace") if wide & 1 else data[8:8 + length].decode("latin-1")


def _announced(data: bytes) -> tuple[int, int]:
    """Rows and columns that the sheet says it has; the parser asks memory for all of them."""
    top, bottom, left, right = struct.unpack_from("<IIHH" if len(data) >= 14 else "<HHHH", data)
    return (max(bottom - top, 0), max(right - left, 0)) if bottom and right else (0, 0)


def _take(grid: Grid, kind: int, data: bytes) -> None:
    row, column = struct.unpack_from("<HH", data)
    last = struct.unpack_from("<H", data, len(data) - 2)[0] if kind == _MULRK else column
    grid.reach(row + 1, max(column, last) + 1)
    failed = (kind == _BOOLERR and data[7:8] == b"\x01") or \
             (kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6:7] == b"\x02")
    if failed:
        grid.failed.add((row, column))
