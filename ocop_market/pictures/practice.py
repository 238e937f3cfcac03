"""Practice pictures: diagonal stripes in a colour per product, no photo of anything."""

from __future__ import annotations

import colorsys
import hashlib
import struct
import zlib
from functools import cache
from pathlib import Path

from ocop_market.model.product import Picture

SIDE = 640
"""Pixels; marketplaces ask for at least 500 or 600."""
_STRIPE = 40


def draw_stripes(sku: str) -> bytes:
    """A PNG of 640 × 640 pixels, the same bytes for the same SKU."""
    drawn = hashlib.sha256(sku.encode()).digest()
    hue, depth, glow = int.from_bytes(drawn[:2]) / 65_536, 0.35 + drawn[2] / 1700, 0.70 + drawn[3] / 1700
    dark, light = (bytes(round(255 * part) for part in colorsys.hls_to_rgb(hue, lightness, 0.55)) for lightness in (depth, glow))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 3, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join((
        _chunk(b"IHDR", header), _chunk(b"PLTE", dark + light), _chunk(b"IDAT", _slanting_rows()), _chunk(b"IEND", b"")))


@cache
def _slanting_rows() -> bytes:
    """Compressed rows of palette numbers; each begins with its filter byte and a step further into the pattern."""
    pattern = (bytes([0]) * _STRIPE + bytes([1]) * _STRIPE) * (SIDE // _STRIPE)
    return zlib.compress(b"".join(b"\x00" + pattern[y % (2 * _STRIPE):][:SIDE] for y in range(SIDE)), 9)


def practice_picture(sku: str, folder: Path) -> Picture:
    """Writes the picture into `folder` (made when missing) unless it is there already; path and digest, no link."""
    content = draw_stripes(sku)
    digest = hashlib.sha256(content).hexdigest()
    # named by a digest, for a SKU may hold letters that no file name may
    path = folder / f"practice-{hashlib.sha256(sku.encode()).hexdigest()[:16]}.png"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_bytes() != content:
        path.write_bytes(content)
    return Picture(path=str(path), digest=digest)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
