"""The search for simulated buyers where none may be: databases, logs, reports, cursors, messages."""

from __future__ import annotations

import base64
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes

from ocop_market.sandbox.buyers import CANARY_WORDS


def find_canary(*paths: Path, texts: Iterable[str] = ()) -> list[str]:
    """Every place where a simulated buyer was left behind, as `where: word`; empty when there is none.

    Looks through each file, and each file below a folder, byte by byte: as UTF-8, as UTF-16, in base64, percent-encoded,
    and inside the members of zip archives (an .xlsx is one). A database file brings its `-wal` and `-journal` along.
    `texts` are named by their place, from 1. Raises FileNotFoundError for a path that is not there, since finding nothing
    in nothing would prove nothing.
    """
    found = [f"text {place}: {word}" for place, text in enumerate(texts, 1) for word in _words_in(text.encode())]
    for path in paths:
        for file in _files(path):
            found.extend(f"{where}: {word}" for where, content in _contents(file) for word in _words_in(content))
    return found


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file())
    if not path.is_file():
        raise FileNotFoundError(path)
    beside = [path.with_name(path.name + ending) for ending in ("-wal", "-journal")]
    return [path, *(file for file in beside if file.is_file())]


def _contents(file: Path) -> Iterator[tuple[str, bytes]]:
    yield str(file), file.read_bytes()
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            for member in archive.namelist():
                yield f"{file}!{member}", archive.read(member)


def _words_in(content: bytes) -> list[str]:
    plain = unquote_to_bytes(content) if b"%" in content else b""
    return [word for word, forms in _FORMS.items() if any(_stands_in(text, *form) for form in forms for text in (content, plain))]


def _stands_in(content: bytes, plain: bytes, form: re.Pattern[bytes]) -> bool:
    """Whether the form occurs; a search for plain bytes first, many times faster than a pattern in large files."""
    return plain in content and form.search(content) is not None


def _forms(word: str) -> list[tuple[bytes, re.Pattern[bytes]]]:
    """The ways in which a word may stand in a file: its bytes, and the pattern of what counts."""
    # A word of digits counts only where no digit stands before it: 10999000 is an amount, 0999000123 a telephone.
    number = word.isdigit()
    single, double = word.encode(), word.encode("utf-16-le")
    before = {single: b"(?<![0-9])" if number else b"", double: b"(?<![0-9]\0)" if number else b""}
    return [(plain, re.compile(before.get(plain, b"") + re.escape(plain))) for plain in (single, double, *_base64_cores(single))]


def _base64_cores(word: bytes) -> set[bytes]:
    """What base64 makes of a word wherever it begins in a group of three bytes, without the letters its neighbours decide.

    The words hold nothing whose base64 differs between the standard and the URL-safe alphabet.
    """
    return {base64.b64encode(bytes(skip) + word + b"\0\0")[-(-8 * skip // 6):8 * (skip + len(word)) // 6] for skip in range(3)}


_FORMS = {word: _forms(word) for word in CANARY_WORDS}

__all__ = ["CANARY_WORDS", "find_canary"]
