"""The language of sentences for people: Vietnamese unless told otherwise.

Messages are written in English in the code, marked with `N_`, and looked up in the catalogue when they are shown,
never when they are made: an error that a worker kept can be read in either language later.
"""

from __future__ import annotations

import gettext
import string
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("vi", "en")
_current: ContextVar[str] = ContextVar("ocop_market_language", default="vi")


def N_(text: str) -> str:  # noqa: N802  (the conventional name that message extractors look for)
    """Marks a message for the catalogue and returns it unchanged."""
    return text


WORDS = (
    N_("catalog"), N_("listings"), N_("channel"), N_("weight_g"),
    N_("No such file or directory"), N_("Permission denied"), N_("No space left on device"), N_("Is a directory"),
    N_("Not a directory"), N_("File exists"), N_("Read-only file system"), N_("Input/output error"))
"""Values of places like `{what!t}`: what moved since a plan, practice values, what the operating system says."""


def use_language(code: str) -> None:
    """Chooses the language of this context: `vi` or `en`; anything else raises ValueError."""
    if code not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}")
    _current.set(code)


def current_language() -> str:
    """The language in use: `vi` or `en`."""
    return _current.get()


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    folder = Path(__file__).with_name("locale")
    return gettext.translation("ocop_market", str(folder), languages=[code], fallback=True)


def translate(text: str, language: str | None = None) -> str:
    """The message in `language` (default: the one in use); a message without a translation stays English."""
    return _catalogue(language or _current.get()).gettext(text) if text else ""


class _Filler(string.Formatter):
    def __init__(self, language: str | None) -> None:
        self._language = language

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        if conversion != "t":
            return super().convert_field(value, conversion)
        words = value if isinstance(value, list | tuple) else [value]
        said = [self._said(word) for word in words]
        return (" " if said and said[0].endswith(".") else ", ").join(said)

    def _said(self, word: Any) -> str:
        """A word looked up, or a whole sentence (of a problem) in the same language."""
        return str(word.sentence(self._language)) if hasattr(word, "sentence") else translate(str(word), self._language)


def say(text: str, /, language: str | None = None, **values: object) -> str:
    """The message in the language in use, with `{name}` places filled from `values`.

    The value of a place like `{field!t}` is a word or a problem, or several in a list, and is looked up in the catalogue itself.
    """
    return _Filler(language).format(translate(text, language), **values)
