"""Charts as SVG text: no script, as wide as a phone so that their letters can be read there.

Now and before are told apart in black and white by filled and hollow shapes; the colours are of the Okabe-Ito palette,
which colour-blind readers can tell apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from math import ceil, floor, log10

from ocop_market.reports.numbers import per_cent, short

NOW, BEFORE, ADDED, INK, GRID = "#0072B2", "#E69F00", "#56B4E9", "#222222", "#dddddd"
SHADES = (("#0072B2", "#ffffff"), ("#F6D9A3", INK), ("#8CC1E3", INK), ("#E69F00", INK), ("#009E73", "#ffffff"), ("#eeeeee", INK))
"""Fills with the colour of letters on them; neighbours differ in lightness, so that they are told apart in print."""


def columns(points: Sequence[tuple[str, int, int]], *, title: str, now: str, before: str, marks: Sequence[str] = ()) -> str:
    """Pairs of columns, one pair a month: filled for now, hollow for a year before; `marks` names months to flag."""
    width, height, left, bottom, top = 460, 280, 54, 40, 36
    highest = _round_up(max([1, *(max(a, b) for _, a, b in points)]))
    lowest = -_round_up(-min([0, *(min(a, b) for _, a, b in points)])) if any(min(a, b) < 0 for _, a, b in points) else 0
    step = (width - left - 8) / max(1, len(points))

    def y(amount: float) -> float:
        return top + (height - top - bottom) * (highest - amount) / (highest - lowest)

    parts = [opened(width, height, title), *_grid(lowest, highest, y, left, width)]
    for i, (name, a, b) in enumerate(points):
        x = left + i * step
        year, _, month = name.partition("-")
        parts.append(_column(x + step * 0.12, step * 0.36, y(b), y(0), f'fill="none" stroke="{BEFORE}" stroke-width="2"',
                             f"{month}/{int(year) - 1}: {short(b)}"))
        parts.append(_column(x + step * 0.5, step * 0.38, y(a), y(0), f'fill="{NOW}"', f"{month}/{year}: {short(a)}"))
        parts.append(f'<text x="{x + step / 2:.1f}" y="{height - 24}" text-anchor="middle">{escape(month.lstrip("0"))}</text>')
        if i == 0 or month == "01":
            parts.append(f'<text x="{x + step / 2:.1f}" y="{height - 8}" text-anchor="middle" font-size="11">{year}</text>')
        if name in marks:
            parts.append(f'<text x="{x + step / 2:.1f}" y="{top - 4}" text-anchor="middle" font-weight="bold">Tết</text>')
    parts.append(_legend(left, now, before))
    return "".join(parts) + "</svg>"


def bars(rows: Sequence[tuple[str, int, int, float | None]], *, title: str, now: str, before: str) -> str:
    """Lying bars, one row each: filled for now, a hollow one for a year before, growth at the end."""
    width, left, right, row_height, top = 460, 172, 136, 34, 30
    height = top + row_height * max(1, len(rows)) + 6
    highest = max([1, *(max(a, b) for _, a, b, _ in rows)])
    scale = (width - left - right) / highest
    parts = [opened(width, height, title), _legend(2, now, before)]
    for i, (name, a, b, growth) in enumerate(rows):
        y = top + i * row_height
        shown = name if len(name) <= 24 else name[:23] + "…"
        parts.append(f'<text x="{left - 8}" y="{y + 19}" text-anchor="end">{escape(shown)}</text>')
        parts.append(f'<rect x="{left}" y="{y + 4}" width="{max(0, a) * scale:.1f}" height="14" fill="{NOW}"/>')
        parts.append(f'<rect x="{left}" y="{y + 19}" width="{max(0, b) * scale:.1f}" height="8" fill="none" '
                     f'stroke="{BEFORE}" stroke-width="1.5"/>')
        parts.append(f'<text x="{width - 74}" y="{y + 19}" text-anchor="end">{escape(short(a))}</text>')
        parts.append(f'<text x="{width - 2}" y="{y + 19}" text-anchor="end">{escape(per_cent(growth))}</text>')
    return "".join(parts) + "</svg>"


def shares(parts: Sequence[tuple[str, int]], *, title: str, others: str) -> str:
    """One whole in its parts, the largest first, each named on it or beside it with its per cent; parts after the fifth are `others`.

    Parts of nothing or less are left out, for they are no share.
    """
    known = sorted(((name, amount) for name, amount in parts if amount > 0), key=lambda part: -part[1])
    shown = known[:5] + ([(others, sum(amount for _, amount in known[5:]))] if len(known) > 5 else [])
    whole, width, top = sum(amount for _, amount in shown), 460, 8
    drawn = [opened(width, top + 40 + 20 * len(shown), title)]
    x = 2.0
    for i, (name, amount) in enumerate(shown):
        (fill, ink), wide = SHADES[i], (width - 4) * amount / whole
        rate = per_cent(100 * amount / whole).lstrip("+")
        y = top + 52 + 20 * i
        drawn.append(f'<rect x="{x:.1f}" y="{top}" width="{wide:.1f}" height="30" fill="{fill}" stroke="{INK}" stroke-width="0.7"/>')
        if wide > 46:
            drawn.append(f'<text x="{x + wide / 2:.1f}" y="{top + 20}" text-anchor="middle" fill="{ink}">{escape(rate)}</text>')
        drawn.append(f'<rect x="2" y="{y - 11}" width="14" height="12" fill="{fill}" stroke="{INK}" stroke-width="0.7"/>'
                     f'<text x="24" y="{y}">{escape(name)}</text>'
                     f'<text x="{width - 78}" y="{y}" text-anchor="end">{escape(short(amount))}</text>'
                     f'<text x="{width - 2}" y="{y}" text-anchor="end">{escape(rate)}</text>')
        x += wide
    return "".join(drawn) + "</svg>"


def multiples(panels: Sequence[tuple[str, Sequence[int], Sequence[int]]], months: Sequence[str], *, title: str, now: str, before: str,
              ) -> str:
    """A small picture for each name on one scale: its months now as filled columns, a year before as a line; both ends are dated."""
    width, across, high, gap, top = 460, 3, 92, 10, 30
    wide = (width - gap * (across - 1)) / across
    highest = max([1, *(amount for _, a, b in panels for amount in (*a, *b))])
    drawn = [opened(width, top + (high + 6) * ceil(max(1, len(panels)) / across), title),
             f'<rect x="2" y="6" width="14" height="11" fill="{NOW}"/><text x="21" y="16">{escape(now)}</text>'
             f'<path d="M{36 + 8 * len(now)} 11h18" stroke="{INK}" stroke-width="2"/>'
             f'<text x="{60 + 8 * len(now)}" y="16">{escape(before)}</text>']
    for i, (name, a, b) in enumerate(panels):
        left, y = (i % across) * (wide + gap), top + (i // across) * (high + 6)
        foot, scale, step = y + high - 14, (high - 34) / highest, wide / max(1, len(months))
        written = name if len(name) <= 22 else name[:21] + "…"
        drawn.append(f'<text x="{left:.1f}" y="{y + 10}" font-size="11">{escape(written)}</text>'
                     f'<text x="{left + wide:.1f}" y="{y + 22}" font-size="10" text-anchor="end">{escape(short(sum(a)))}</text>'
                     f'<line x1="{left:.1f}" x2="{left + wide:.1f}" y1="{foot}" y2="{foot}" stroke="{INK}"/>')
        drawn += [f'<rect x="{left + j * step + step * 0.15:.1f}" y="{foot - max(0, amount) * scale:.1f}" width="{step * 0.7:.1f}" '
                  f'height="{max(0, amount) * scale:.1f}" fill="{NOW}"/>' for j, amount in enumerate(a)]
        points = " ".join(f"{left + j * step + step / 2:.1f},{foot - max(0, amount) * scale:.1f}" for j, amount in enumerate(b))
        drawn.append(f'<polyline points="{points}" fill="none" stroke="#ffffff" stroke-width="3.4"/>'
                     f'<polyline points="{points}" fill="none" stroke="{INK}" stroke-width="1.4"/>')
        if months:
            drawn.append(f'<text x="{left:.1f}" y="{foot + 11}" font-size="9">{months[0]}</text>'
                         f'<text x="{left + wide:.1f}" y="{foot + 11}" font-size="9" text-anchor="end">{months[-1]}</text>')
    return "".join(drawn) + "</svg>"


def below(*charts: str) -> str:
    """Several pictures as one, each below the one before; those that are empty are left out."""
    drawn = [chart for chart in charts if chart]
    if len(drawn) < 2:
        return "".join(drawn)
    sizes = [tuple(map(float, chart.partition('viewBox="0 0 ')[2].partition('"')[0].split())) for chart in drawn]
    width, height, y = max(wide for wide, _ in sizes), sum(high + 12 for _, high in sizes) - 12, 0.0
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="group">']
    for chart, (wide, high) in zip(drawn, sizes, strict=True):
        parts.append(chart.replace("<svg ", f'<svg x="{(width - wide) / 2:g}" y="{y:g}" width="{wide:g}" height="{high:g}" ', 1))
        y += high + 12
    return "".join(parts) + "</svg>"


def waterfall(before: tuple[str, int], steps: Sequence[tuple[str, int]], now: tuple[str, int], *, title: str) -> str:
    """Lying bars from one total to the other: totals and what was added are filled, what went is hollow; amounts at the end."""
    width, left, right, row_height, top = 460, 150, 92, 30, 8
    edges = [0, before[1]]
    for _, amount in steps:
        edges.append(edges[-1] + amount)
    lowest, highest = min(edges), max([1, *edges])

    def x(amount: int) -> float:
        return left + (width - left - right) * (amount - lowest) / (highest - lowest)

    bars_of = [(*before, 0, before[1], f'fill="{NOW}"'), *(
        (name, amount, start, start + amount, f'fill="{ADDED}"' if amount >= 0 else f'fill="none" stroke="{BEFORE}" stroke-width="2"')
        for (name, amount), start in zip(steps, edges[1:], strict=False)), (*now, 0, now[1], f'fill="{NOW}"')]
    parts = [opened(width, top + row_height * len(bars_of) + 6, title)]
    for i, (name, amount, start, end, look) in enumerate(bars_of):
        y = top + i * row_height
        shown = name if len(name) <= 20 else name[:19] + "…"
        written = short(amount) if i in (0, len(bars_of) - 1) else ("+" if amount > 0 else "") + short(amount)
        parts.append(f'<text x="{left - 8}" y="{y + 19}" text-anchor="end">{escape(shown)}</text>')
        parts.append(f'<rect x="{min(x(start), x(end)):.1f}" y="{y + 5}" width="{abs(x(end) - x(start)):.1f}" height="18" {look}>'
                     f"<title>{escape(name)}: {escape(written)}</title></rect>")
        parts.append(f'<text x="{width - 2}" y="{y + 19}" text-anchor="end">{escape(written)}</text>')
        if i + 1 < len(bars_of):
            parts.append(f'<line x1="{x(end):.1f}" x2="{x(end):.1f}" y1="{y + 5}" y2="{y + 5 + row_height}" stroke="{INK}" '
                         'stroke-dasharray="2 3"/>')
    return "".join(parts) + "</svg>"


def opened(width: int, height: int, title: str) -> str:
    """The beginning of a picture; its title is read aloud and shown to whoever points at it."""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}" '
            f'font-family="system-ui, sans-serif" font-size="13" fill="{INK}"><title>{escape(title)}</title>')


def texture(name: str, colour: str = "#767676") -> list[str]:
    """A hatching that areas can be filled with, as `url(#name)`: seen in print without colours."""
    return [f'<defs><pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fff"/>'
            f'<path d="M0 6L6 0" stroke="{colour}" stroke-width="1.2"/></pattern></defs>']


def _legend(left: int, now: str, before: str) -> str:
    second = left + 34 + 8 * len(now)
    return (f'<rect x="{left}" y="6" width="14" height="11" fill="{NOW}"/><text x="{left + 19}" y="16">{escape(now)}</text>'
            f'<rect x="{second}" y="6" width="14" height="11" fill="none" stroke="{BEFORE}" stroke-width="2"/>'
            f'<text x="{second + 19}" y="16">{escape(before)}</text>')


def _column(x: float, width: float, top: float, foot: float, look: str, tip: str) -> str:
    return (f'<rect x="{x:.1f}" y="{min(top, foot):.1f}" width="{width:.1f}" height="{abs(foot - top):.1f}" {look}>'
            f"<title>{escape(tip)}</title></rect>")


def _grid(lowest: float, highest: float, y: Callable[[float], float], left: int, width: int) -> list[str]:
    lines = []
    for i in range(5):
        amount = lowest + (highest - lowest) * i / 4
        lines.append(f'<line x1="{left}" x2="{width - 4}" y1="{y(amount):.1f}" y2="{y(amount):.1f}" stroke="{GRID}"/>'
                     f'<text x="{left - 4}" y="{y(amount) + 4:.1f}" text-anchor="end" font-size="11">'
                     f"{escape(short(round(amount)))}</text>")
    return lines


def _round_up(amount: float) -> float:
    """The next 1, 2, 2.5, 4, 5 or 8 times a power of ten."""
    size = 10 ** floor(log10(amount)) if amount > 0 else 1
    return next((s * size for s in (1, 2, 2.5, 4, 5, 8) if amount <= s * size), ceil(amount / (10 * size)) * 10 * size)
