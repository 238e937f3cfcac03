"""Numbers as Vietnamese readers write them."""

from __future__ import annotations

from datetime import date


def dong(amount: int) -> str:
    """`1.250.000 ₫`, with a no-break space; below zero with the sign that per cents have, `−1.250.000 ₫`."""
    return f"{amount:,}".replace(",", ".").replace("-", "−") + "\u00a0₫"


def per_cent(value: float | None) -> str:
    """`+12,5 %`; a dash where none can be told."""
    return "–" if value is None else f"{value:+.1f}".replace(".", ",").replace("-", "−") + "\u00a0%"


def short(amount: int) -> str:
    """For axes: `1,2 tỷ`, `350 tr`, `12 ng`."""
    for size, unit in ((1_000_000_000, "tỷ"), (1_000_000, "tr"), (1_000, "ng")):
        if abs(amount) >= size:
            return f"{amount / size:.3g}".replace(".", ",").replace("-", "−") + f"\u00a0{unit}"
    return str(amount).replace("-", "−")


def day(value: date) -> str:
    """`05/12/2026`."""
    return f"{value:%d/%m/%Y}"
