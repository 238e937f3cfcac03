"""The figures as one HTML page that needs nothing else: no network, no script; for phones first."""

from __future__ import annotations

from html import escape

from ocop_market.growth.breakdown import Step
from ocop_market.growth.compare import By, Comparison, Row
from ocop_market.language import N_, current_language, say, translate
from ocop_market.model.clock import VIETNAM
from ocop_market.model.lunar import tet_months
from ocop_market.reports.charts import bars, columns
from ocop_market.reports.figures import Figures, doubts, label, table_title
from ocop_market.reports.numbers import day, dong, per_cent
from ocop_market.reports.steps import LEFT, SCOPE, TITLE, step_label

STYLE = """
:root{color-scheme:light}body{font:16px/1.5 system-ui,sans-serif;color:#222;margin:0 auto;max-width:50rem;padding:1rem}
h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:2px solid #0072B2}
.sum{display:flex;flex-wrap:wrap;gap:.7rem;margin:1rem 0}
.sum div{flex:1 1 9rem;border:1px solid #bbb;border-radius:.5rem;padding:.6rem}
.sum b{display:block;font-size:1.25rem}.note{background:#fff6df;border-left:4px solid #E69F00;padding:.6rem .8rem;margin:.8rem 0}
svg{width:100%;max-width:38rem;height:auto;display:block}.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.88rem}
th,td{padding:.35rem .4rem;border-bottom:1px solid #ddd;text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left;white-space:normal;min-width:7rem}tfoot td{font-weight:bold;border-top:2px solid #222}
footer{color:#555;font-size:.85rem;margin-top:2rem}@media print{.note{border:1px solid #222}}
@media(max-width:30rem){table{font-size:.8rem}th,td{padding:.35rem .2rem}th:first-child,td:first-child{min-width:5.5rem}}
"""
MOST_BARS = 12

PRACTICE = N_("Practice figures: real product names, made-up prices, simulated buyers. Not for any official use.")
PERIOD = N_("{start} to {end}, compared with {before_start} to {before_end}")
BASIS = N_("What counts as revenue: {basis}.")
MADE = N_("Made on {moment} (Viet Nam time).")
COMPLETE = N_("Sales complete to: {list}.")
NOTHING_BEFORE = N_("A dash means that nothing was sold a year before, so no growth can be told.")


def to_html(figures: Figures) -> str:
    """The whole page as text."""
    total = figures.comparisons[By.CHANNEL].total
    period, before = figures.period, figures.before
    head = escape(say(N_("OCOP revenue: {name}"), name=figures.name))
    span = escape(say(PERIOD, start=day(period.start), end=day(period.end), before_start=day(before.start),
                      before_end=day(before.end)))
    parts = [
        f'<!DOCTYPE html><html lang="{current_language()}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{head}</title><style>{STYLE}</style></head><body><h1>{head}</h1><p>{span}</p>",
        *_warnings(figures), _summary(total), f"<p>{escape(say(BASIS, basis=figures.basis_text))}</p>",
        f"<h2>{escape(translate(N_('Month by month')))}</h2>",
        columns(figures.months, title=translate(N_("Revenue by month, now and a year before")), now=_now(figures),
                before=_before(figures), marks=tet_months(period.start, period.end)),
    ]
    for comparison in figures.comparisons.values():
        parts += _section(figures, comparison)
    parts += _steps(figures)
    return "".join([*parts, _footer(figures), "</body></html>\n"])


def _warnings(figures: Figures) -> list[str]:
    notes = [translate(PRACTICE)] if figures.practice else []
    notes += doubts(figures.coverage, figures.comparisons[By.CHANNEL].unknown)
    return [f'<p class="note">{escape(note)}</p>' for note in notes]


def _summary(total: Row) -> str:
    boxes = ((N_("Revenue"), dong(total.now)), (N_("A year before"), dong(total.before)), (N_("Growth"), per_cent(total.growth)))
    inside = "".join(f"<div>{escape(translate(name))}<b>{value}</b></div>" for name, value in boxes)
    return f'<div class="sum">{inside}</div>'


def _section(figures: Figures, comparison: Comparison) -> list[str]:
    heading = table_title(comparison)
    shown = comparison.rows[:MOST_BARS]
    chart = bars([(label(comparison.by, r.key), r.now, r.before, r.growth) for r in shown], title=heading, now=_now(figures),
                 before=_before(figures))
    headings = ("", *(translate(heading) for heading in (N_("Revenue"), N_("Growth"), N_("A year before"), N_("Change"))))
    body = "".join(_line(label(comparison.by, row.key), row) for row in comparison.rows)
    return [f"<h2>{escape(heading)}</h2>", chart if shown else "",
            '<div class="wide"><table><thead><tr>', "".join(f"<th>{escape(h)}</th>" for h in headings),
            f"</tr></thead><tbody>{body}</tbody><tfoot>{_line(translate(N_('Total')), comparison.total)}</tfoot></table></div>"]


def _steps(figures: Figures) -> list[str]:
    """The way from list price to the seller's hand, for every đồng."""
    found = figures.breakdown
    if not found.steps:
        return []
    headings = ("", _now(figures), _before(figures))
    body = "".join(_step(step_label(step), step) for step in found.steps)
    return [f"<h2>{escape(translate(TITLE))}</h2><p>{escape(translate(SCOPE))}</p>", '<div class="wide"><table><thead><tr>',
            "".join(f"<th>{escape(heading)}</th>" for heading in headings),
            f"</tr></thead><tbody>{body}</tbody><tfoot>{_step(translate(LEFT), found.in_hand)}</tfoot></table></div>"]


def _step(name: str, step: Step) -> str:
    return f"<tr><td>{escape(name)}</td><td>{dong(step.now)}</td><td>{dong(step.before)}</td></tr>"


def _line(name: str, row: Row) -> str:
    cells = (dong(row.now), per_cent(row.growth), dong(row.before), dong(row.change))
    return f"<tr><td>{escape(name)}</td>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _footer(figures: Figures) -> str:
    reached = ", ".join(f"{account} {at.astimezone(VIETNAM):%d/%m/%Y %H:%M}" for account, at in figures.complete_to.items())
    lines = [say(COMPLETE, list=reached or "–"), translate(NOTHING_BEFORE),
             say(MADE, moment=f"{figures.made_at.astimezone(VIETNAM):%d/%m/%Y %H:%M}")]
    return "<footer>" + "".join(f"<p>{escape(line)}</p>" for line in lines) + "</footer>"


def _now(figures: Figures) -> str:
    return f"{figures.period.start:%m/%Y} – {figures.period.end:%m/%Y}"


def _before(figures: Figures) -> str:
    return f"{figures.before.start:%m/%Y} – {figures.before.end:%m/%Y}"
