"""Which rules figures were made by."""

from __future__ import annotations

import hashlib
from datetime import date
from importlib.resources import files

from ocop_market.rules.dated import NoRule
from ocop_market.rules.programme import criteria


def rules_version(on: date) -> str:
    """The criteria in force on a day, and the beginning of the hash of all dated rules that come with the program."""
    tables = sorted(files("ocop_market.rules").joinpath("data").iterdir(), key=lambda one: one.name)
    digest = hashlib.sha256(b"\0".join(one.read_bytes() for one in tables if one.name.endswith(".toml"))).hexdigest()[:16]
    try:
        return f"{criteria(on).number}, {digest}"
    except NoRule:
        return digest
