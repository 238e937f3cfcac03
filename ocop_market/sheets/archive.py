"""A zip file proven to hold what it declares, before a parser unpacks it without looking.

A parser trusts the sizes that an archive declares about itself, or none at all; both let a small file fill the memory.
Here every member is unpacked once, piece by piece, and thrown away.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.sheets.sheet import BROKEN, LOCKED, Limits, too_large

BOMB = N_("The file {name} claims to hold {size} million bytes in {packed} thousand, which no real table does. It was not "
          "opened. Ask for the file again.")

_MOST_MEMBERS = 10_000
_ENTRY = b"PK\x01\x02"
_HEADER = struct.Struct("<4s22xHH")
_PIECE = 1_000_000
_FED = 100_000
_SUSPICIOUS_SIZE, _SUSPICIOUS_RATIO = 20_000_000, 250
"""Sheets shrink to a tenth or a fiftieth; only a run of one letter shrinks to a thousandth."""


class Archive:
    """A zip file in memory; SettingsError (`file-damaged`, `file-locked`, `file-too-large`, `file-bomb`) when it is not sound."""

    def __init__(self, name: str, content: bytes, limits: Limits) -> None:
        self.name, self._content = name, content
        if content.count(_ENTRY) > _MOST_MEMBERS:
            raise too_large(name, limits.unpacked_bytes + 1, limits.unpacked_bytes)
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, struct.error, NotImplementedError, OSError, ValueError, OverflowError):
            raise self._damaged() from None
        self.members: Mapping[str, zipfile.ZipInfo] = {entry.filename: entry for entry in entries}
        if any(entry.flag_bits & 1 for entry in entries):
            raise SettingsError(LOCKED, code="file-locked", name=name)
        # two entries of one name, or several over the same bytes, are read differently by every program
        if len(self.members) != len(entries) or sum(entry.compress_size for entry in entries) > len(content):
            raise self._damaged()
        self._refuse_bombs(limits)
        for path in self.members:
            for _ in self.pieces(path):
                pass

    def _refuse_bombs(self, limits: Limits) -> None:
        size = sum(entry.file_size for entry in self.members.values())
        if size > limits.unpacked_bytes:
            raise too_large(self.name, size, limits.unpacked_bytes)
        for entry in self.members.values():
            if entry.file_size > max(_SUSPICIOUS_SIZE, entry.compress_size * _SUSPICIOUS_RATIO):
                raise SettingsError(BOMB, code="file-bomb", name=self.name, size=entry.file_size // 1_000_000,
                                    packed=-(-entry.compress_size // 1000))

    def pieces(self, path: str) -> Iterator[bytes]:
        """A member unpacked, about a million bytes at a time, and never more than it declares."""
        entry, seen = self.members[path], 0
        try:
            for piece in self._unpacked(entry):
                seen += len(piece)
                if seen > entry.file_size:
                    break
                yield piece
        except (zlib.error, struct.error):
            raise self._damaged() from None
        if seen != entry.file_size:
            raise self._damaged()

    def part(self, path: str) -> bytes:
        """A small member whole; nothing when there is none."""
        return b"".join(self.pieces(path)) if path in self.members else b""

    def _unpacked(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        sign, name_length, extra_length = _HEADER.unpack_from(self._content, entry.header_offset)
        start = entry.header_offset + _HEADER.size + name_length + extra_length
        packed = memoryview(self._content)[start:start + entry.compress_size]
        if sign != b"PK\x03\x04" or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self._damaged()
        if entry.compress_type == zipfile.ZIP_STORED:
            yield from (bytes(packed[at:at + _PIECE]) for at in range(0, len(packed), _PIECE))
            return
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        for at in range(0, len(packed), _FED):
            piece = unpacker.decompress(packed[at:at + _FED], _PIECE)
            while piece:
                yield piece
                piece = unpacker.decompress(unpacker.unconsumed_tail, _PIECE)
        if not unpacker.eof:
            raise self._damaged()

    def _damaged(self) -> SettingsError:
        return SettingsError(BROKEN, code="file-damaged", name=self.name)
