"""QR codes for packs as SVG and PNG: error correction M or better, a quiet zone of four modules, the size in millimetres."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import segno

from ocop_market.errors import SettingsError
from ocop_market.language import N_

UNKNOWN_KIND = N_("A QR code is written as .svg or .png; “{path}” is neither.")
TOO_LONG = N_("The text has {count} characters, more than a QR code that prints well can hold. Use a shorter link.")

QUIET_ZONE = 4
"""Modules of white on each side (ISO/IEC 18004)."""
MODULE_MM = 0.5
"""Side of one module; GS1 asks for 0.396 to 0.990 mm on goods in shops (General Specifications, symbols of 2D in retail)."""
DOTS_PER_INCH = 300
_ALL_IN_CAPITALS = re.compile(r"[0-9A-Z $%*+\-./:]*")
_LARGEST_VERSION = 20


class QrFormat(StrEnum):
    """Kinds of file."""

    SVG = "svg"
    PNG = "png"


@dataclass(frozen=True)
class QrCode:
    """A code ready to be written: `text` is what a phone reads, `modules` the side without the quiet zone."""

    text: str
    symbol: segno.QRCode

    @property
    def modules(self) -> int:
        """Modules of a side."""
        return int(self.symbol.symbol_size(border=0)[0])

    @property
    def side_mm(self) -> float:
        """Side in print with the quiet zone, in millimetres."""
        return (self.modules + 2 * QUIET_ZONE) * MODULE_MM

    def content(self, kind: QrFormat) -> bytes:
        """The file's content."""
        out = io.BytesIO()
        if kind is QrFormat.SVG:
            self.symbol.save(out, kind="svg", border=QUIET_ZONE, scale=MODULE_MM, unit="mm", light="white", xmldecl=True)
        else:
            pixels = round(MODULE_MM / 25.4 * DOTS_PER_INCH)
            self.symbol.save(out, kind="png", border=QUIET_ZONE, scale=pixels, dpi=DOTS_PER_INCH, light="white")
        return out.getvalue()


def make_qr(text: str) -> QrCode:
    """The QR code of a text or link; SettingsError `qr-too-long` when it would be too dense to scan from a pack."""
    short = in_capitals(text)
    try:
        symbol = segno.make_qr(short, error="m", boost_error=True)
    except segno.DataOverflowError:
        symbol = None
    if symbol is None or int(symbol.version) > _LARGEST_VERSION:
        raise SettingsError(TOO_LONG, code="qr-too-long", count=len(text))
    return QrCode(short, symbol)


def in_capitals(link: str) -> str:
    """A link with scheme and host in capitals where that makes the code smaller; else the link as it is.

    Scheme and host mean the same in either case; nothing behind the host is touched.
    """
    form = re.fullmatch(r"(https?://[^/?#]+)(.*)", link)
    if form is None:
        return link
    capital = form[1].upper() + form[2]
    return capital if _ALL_IN_CAPITALS.fullmatch(capital) else link


def write_qr(text: str, path: Path) -> QrCode:
    """Writes the code of a text into a file; its ending says the kind. SettingsError `qr-kind` for any other ending."""
    kind = path.suffix.lower().lstrip(".")
    if kind not in set(QrFormat):
        raise SettingsError(UNKNOWN_KIND, code="qr-kind", path=path.name)
    code = make_qr(text)
    path.write_bytes(code.content(QrFormat(kind)))
    return code
