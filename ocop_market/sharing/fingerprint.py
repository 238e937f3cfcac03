"""A public key as digits that are read out over the telephone: 22 of its SHA-256 (73 bits), and two that tell a slip of the tongue."""

from __future__ import annotations

import hashlib
import re

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

from ocop_market.errors import SettingsError
from ocop_market.language import N_

DIGITS = 22
_GROUP = 4
MISHEARD = N_("“{written}” is no code: it has 24 digits in six groups of four, the last two checking the others. Have it read out again.")


def spoken_code(public_key: bytes) -> str:
    """The code of a key, `1234 5678 9012 3456 7890 1234`."""
    number = int.from_bytes(hashlib.sha256(b"ocop-market share\0" + public_key).digest()) % 10**DIGITS
    digits = f"{number:0{DIGITS}d}"
    whole = digits + mod_97_10.calc_check_digits(digits)
    return " ".join(whole[i:i + _GROUP] for i in range(0, len(whole), _GROUP))


def heard_code(written: str) -> str:
    """A code as somebody wrote it down, in its usual form; SettingsError (`code-misheard`) when its check digits do not fit."""
    digits = re.sub(r"[\s.,-]", "", written)
    try:
        if len(digits) != DIGITS + 2 or not digits.isascii() or not digits.isdigit():
            raise ValidationError
        mod_97_10.validate(digits)
    except ValidationError:
        raise SettingsError(MISHEARD, code="code-misheard", written=written) from None
    return " ".join(digits[i:i + _GROUP] for i in range(0, len(digits), _GROUP))
