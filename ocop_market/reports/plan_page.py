"""A plan as one HTML page that needs nothing else: for looking at before it is made, on a screen, a phone or paper."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from html import escape
from typing import Any

from ocop_market.language import N_, current_language, say, translate
from ocop_market.model.change import ChangeKind
from ocop_market.model.clock import VIETNAM
from ocop_market.publishing.plan import Plan, PlannedChange
from ocop_market.publishing.words import KINDS, field_name, shown_value

STYLE = """
:root{color-scheme:light}body{font:16px/1.5 system-ui,sans-serif;color:#222;margin:0 auto;max-width:60rem;padding:1rem}
h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:2px solid #0072B2}
.sum{display:flex;flex-wrap:wrap;gap:.7rem;margin:1rem 0}.sum div{flex:1 1 7rem;border:1px solid #bbb;border-radius:.5rem;padding:.6rem}
.sum b{display:block;font-size:1.25rem}.stop{background:#fdecea;border-left:4px solid #D55E00;padding:.6rem .8rem;margin:.6rem 0}
.one{border:1px solid #ccc;border-radius:.5rem;padding:.5rem .8rem;margin:.6rem 0;break-inside:avoid}.one h3{font-size:1rem;margin:.1rem 0}
.tag{display:inline-block;border-radius:.3rem;padding:0 .4rem;font-size:.85rem;color:#fff;background:#0072B2}
.tag.create{background:#007a5a}.tag.withdraw{background:#b04a00}.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
td,th{padding:.3rem .4rem;border-top:1px solid #ddd;text-align:left;vertical-align:top}
td{white-space:pre-line;overflow-wrap:anywhere}td.was{background:#fdf1ef;width:38%}td.will{background:#eef7f1;width:38%}
del{background:#f6c9c1;text-decoration:line-through #b04a00}ins{background:#bfe3cc;text-decoration:none}
footer{color:#555;font-size:.85rem;margin-top:2rem}
@media(max-width:30rem){td.was,td.will{width:auto}table{font-size:.82rem}}
"""
_WORDS = re.compile(r"\s+|\w+(?:[.,]\w+)*|[^\w\s]")
HEAD = N_("Plan for {account}")
MADE = N_("Made on {moment} (Viet Nam time), number {digest}. Nothing has been changed yet.")
MUST_BE_APPROVED = N_("Must be approved by name")
NOTHING = N_("Nothing to change.")
CHANGES = {ChangeKind.WITHDRAW: N_("Listings to withdraw"), ChangeKind.UPDATE: N_("Listings to change"),
           ChangeKind.CREATE: N_("Listings to create")}


def to_html(plan: Plan, market: str) -> str:
    """The whole page as text; the same plan gives the same bytes."""
    head = escape(f"{say(HEAD, account=plan.account)} · {market}")
    made = say(MADE, moment=plan.made_at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M"), digest=plan.digest)
    parts = [
        f'<!DOCTYPE html><html lang="{current_language()}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{head}</title><style>{STYLE}</style></head><body><h1>{head}</h1><p>{escape(made)}</p>", _summary(plan),
        *_brakes(plan), *_drifts(plan),
    ]
    for kind, heading in CHANGES.items():
        of_kind = [planned for planned in plan.changes if planned.change.kind is kind]
        if of_kind:
            parts.append(f"<h2>{escape(translate(heading))} ({len(of_kind)})</h2>")
            parts += [_one(planned) for planned in of_kind]
    if not plan.changes:
        parts.append(f"<p>{escape(translate(NOTHING))}</p>")
    return "".join([*parts, *_withheld(plan), "</body></html>\n"])


def _summary(plan: Plan) -> str:
    counts = plan.counts()
    boxes = "".join(f"<div>{escape(translate(name))}<b>{counts[kind]}</b></div>" for kind, name in KINDS.items() if counts[kind])
    return f'<div class="sum">{boxes}</div>'


def _brakes(plan: Plan) -> list[str]:
    if not plan.brakes:
        return []
    return [f"<h2>{escape(translate(MUST_BE_APPROVED))}</h2>", *(
        f'<p class="stop"><b>{escape(brake.name)}</b>: {escape(brake.problem.sentence())}</p>' for brake in plan.brakes)]


def _drifts(plan: Plan) -> list[str]:
    if not plan.drifts:
        return []
    headings = ("SKU", translate("Field"), translate("From here"), translate("There now"), translate("Becomes"))
    kept, gone = translate("kept"), translate("overwritten")
    rows = "".join(_row((one.sku, field_name(one.field), shown_value(one.ours), shown_value(one.live), kept if one.kept else gone))
                   for one in plan.drifts)
    return [f"<h2>{escape(translate('Edited in the shop'))}</h2>", _table(headings, rows)]


def _one(planned: PlannedChange) -> str:
    change = planned.change
    title = change.draft.title if change.draft else ""
    rows = "".join(f"<tr><th>{escape(field_name(name))}</th>{_cells(before, after, change.kind)}</tr>"
                   for name, before, after in planned.differences())
    return (f'<div class="one"><h3><span class="tag {change.kind}">{escape(translate(KINDS[change.kind.value]))}</span> '
            f"{escape(change.sku)} {escape(title)}</h3><div class=\"wide\"><table>{rows}</table></div></div>")


def _cells(before: Any, after: Any, kind: ChangeKind) -> str:
    """The value before and after, word by word what goes and what comes."""
    if kind is ChangeKind.CREATE:
        return f'<td class="will">{escape(shown_value(after))}</td>'
    old, new = (_WORDS.findall(shown_value(value)) for value in (before, after))
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    was = "".join(_marked("del", old[start:end], step != "equal") for step, start, end, _, _ in steps)
    will = "".join(_marked("ins", new[start:end], step != "equal") for step, _, _, start, end in steps)
    return f'<td class="was">{was}</td><td class="will">{will}</td>'


def _marked(tag: str, words: list[str], differs: bool) -> str:
    text = escape("".join(words))
    return f"<{tag}>{text}</{tag}>" if differs and text else text


def _withheld(plan: Plan) -> list[str]:
    if not plan.withheld:
        return []
    rows = "".join(_row((w.sku, w.name, " ".join(problem.sentence() for problem in w.problems))) for w in plan.withheld)
    return [f"<h2>{escape(translate('Withheld'))} ({len(plan.withheld)})</h2>",
            _table(("SKU", translate("Product"), translate("Reason")), rows)]


def _table(headings: tuple[str, ...], rows: str) -> str:
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _row(cells: tuple[str, ...]) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
