"""Contract tests that every connector passes, shipped with the library."""

from __future__ import annotations


class NotWritten(NotImplementedError):
    """A part of a connector that its author has still to write; the text says what, and in which file."""


__all__ = ["NotWritten"]
