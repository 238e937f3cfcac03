"""Money is whole đồng as `int`; this is the one place where other forms become đồng."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal


def whole_dong(amount: int | Decimal | str) -> int:
    """Rounds half up to whole đồng.

    Floats are refused with TypeError: a JSON number is parsed as text or Decimal first, because a float has already
    lost digits.
    """
    if type(amount) is int:  # nearly all are, and a pull asks for each of them
        return amount
    if isinstance(amount, (bool, float)):
        raise TypeError("money must be int, Decimal or text, never float")
    if isinstance(amount, int):
        return amount
    exact = amount if isinstance(amount, Decimal) else Decimal(amount)
    return int(exact.to_integral_value(ROUND_HALF_UP))


def share_out(total: int, weights: Sequence[int | Decimal]) -> list[int]:
    """Splits `total` đồng in proportion to `weights` by largest remainder, so that the parts add up to it exactly.

    With no weight above zero everything goes to the first part. Ties go to the earlier part. `weights` must not be
    empty unless `total` is 0.
    """
    if not weights:
        if total:
            raise ValueError("nothing to share the amount over")
        return []
    if not total or len(weights) == 1:
        return [total] + [0] * (len(weights) - 1)
    parts = [Decimal(max(w, 0)) for w in weights]
    whole = sum(parts)
    if whole == 0:
        return [total] + [0] * (len(parts) - 1)
    sign = -1 if total < 0 else 1
    exact = [abs(total) * part / whole for part in parts]
    shares = [int(e) for e in exact]
    order = sorted(range(len(parts)), key=lambda i: (shares[i] - exact[i], i))
    for i in order[: abs(total) - sum(shares)]:
        shares[i] += 1
    return [sign * s for s in shares]


def vnd(amount: int) -> str:
    """Vietnamese writing: `1.250.000 ₫`, with a no-break space."""
    return f"{amount:,}".replace(",", ".") + "\u00a0₫"
