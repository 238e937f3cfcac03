"""How the Tiki practice server looks at pictures that it was given links to."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import requests

LEAST_PIXELS = 500
FETCH_SECONDS = 3.0
HEADER_BYTES = 512 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_SIZE_MARKERS = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def picture_is_good(url: str) -> bool:
    """Whether the platform could fetch the picture and would keep it: PNG or JPEG, at least 500 × 500.

    Pictures on this machine are fetched and measured. Those elsewhere are taken as good without a look: a practice
    server calls nobody outside.
    """
    if not is_loopback(url):
        return urlsplit(url).scheme in {"http", "https"}
    try:
        with requests.get(url, timeout=FETCH_SECONDS, stream=True, allow_redirects=False) as response:
            if response.status_code != 200:
                return False
            start = response.raw.read(HEADER_BYTES, decode_content=True)
    except requests.RequestException:
        return False
    size = picture_size(start)
    return size is not None and min(size) >= LEAST_PIXELS


def is_loopback(url: str) -> bool:
    """Whether a link leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def picture_size(start: bytes) -> tuple[int, int] | None:
    """Width and height by the header of a PNG or JPEG; None for anything else."""
    if start.startswith(_PNG) and len(start) >= 24:
        return int.from_bytes(start[16:20]), int.from_bytes(start[20:24])
    return _jpeg_size(start) if start.startswith(b"\xff\xd8") else None


def _jpeg_size(start: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 <= len(start) and start[place] == 0xFF:
        marker = start[place + 1]
        if marker in _JPEG_SIZE_MARKERS:
            return int.from_bytes(start[place + 7:place + 9]), int.from_bytes(start[place + 5:place + 7])
        place += 1 if marker == 0xFF else 2 + int.from_bytes(start[place + 2:place + 4])
    return None
