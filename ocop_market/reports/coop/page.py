"""The page as HTML that needs nothing else: no network, no script; for phones first, one sheet of A4 when printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from importlib.resources import files
from typing import Any

from ocop_market.language import N_, current_language, translate
from ocop_market.reports.coop.addresses import PageFigure
from ocop_market.reports.explained import command_of, figure_name
from ocop_market.reports.official.typeset import to_pdf as typeset

STYLE = """
:root{color-scheme:light}body{font:16px/1.45 system-ui,sans-serif;color:#222;margin:0 auto;max-width:54rem;padding:1rem}
h1{font-size:1.35rem;margin:.2rem 0}h2{font-size:1.1rem;margin:1.4rem 0 .4rem;border-bottom:2px solid #0072B2}p{margin:.3rem 0}
.sum{display:flex;flex-wrap:wrap;gap:.6rem;margin:.8rem 0}.sum div{flex:1 1 8rem;border:1px solid #bbb;border-radius:.5rem;padding:.5rem}
.sum b{display:block;font-size:1.2rem}.note{background:#fff6df;border-left:4px solid #E69F00;padding:.4rem .7rem;margin:.5rem 0}
ol{padding-left:1.4rem;margin:.4rem 0}li{margin:.3rem 0}code{font-size:.85em;background:#f2f5f8;padding:.05rem .3rem;overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.85rem}
th,td{padding:.25rem .4rem;border-bottom:1px solid #ddd;text-align:right;white-space:nowrap}
th:first-child,td:first-child,.text{text-align:left;white-space:normal;min-width:6rem}tfoot td{font-weight:bold;border-top:2px solid #222}
td a,.sum a{color:inherit;text-decoration:underline dotted}.how ul{padding-left:1.1rem}.how code{display:block}
li:target{outline:2px solid #0072B2}
tr.loses td{font-weight:bold;background:#fdf1ef}.small{color:#555;font-size:.82rem}
@media(max-width:34rem){table{font-size:.78rem}th,td{padding:.25rem .2rem}.channels :is(th,td):nth-child(n+3):nth-child(-n+4),
.products :is(th,td):nth-child(3),.prices :is(th,td):nth-child(5){display:none}}
@page{size:A4;margin:11mm}
@media print{body{font-size:9.5pt;line-height:1.25;padding:0;max-width:none}h1{font-size:13pt}h2{font-size:10.5pt;margin:2.2mm 0 1mm}
table{font-size:8pt}th,td{padding:.6mm 1mm}.sum{gap:2mm;margin:2mm 0}.sum div{padding:1mm 2mm}.sum b{font-size:11pt}li{margin:.5mm 0}
.note{border:1px solid #222;padding:1mm 2mm;margin:1mm 0}.small{font-size:7.5pt}.wide{overflow:visible}
.how{display:none}td a,.sum a{text-decoration:none}}
"""
_Links = Mapping[tuple[str, int, int], PageFigure]
_TEXT_COLUMNS = {"products": {3}, "prices": {4}}
"""Columns of words, beside the first; all others are numbers."""


WHENCE = N_("Where each figure comes from")
TYPE_IT = N_("Type the command beside a figure in the market's folder to see what it was made from.")


def to_html(texts: Mapping[str, Any], found: Iterable[PageFigure] = ()) -> str:
    """The whole page; `texts` as of `printed`, `found` the figures that lead somewhere."""
    links = {(one.part, one.row, one.column): one for one in found}
    return "".join([
        f'<!DOCTYPE html><html lang="{current_language()}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(texts['title'])}</title><style>{STYLE}</style></head><body><h1>{escape(texts['title'])}</h1>",
        f"<p>{escape(texts['span'])}</p>", *(f'<p class="note">{escape(note)}</p>' for note in texts["notes"]), '<div class="sum">',
        *(f"<div>{escape(name)}<b>{_linked(value, links.get(('boxes', 0, i)))}</b></div>"
          for i, (name, value) in enumerate(texts["boxes"])), "</div>", *_tasks(texts["tasks"]),
        *(piece for key in ("channels", "products", "prices") for piece in _table(key, texts[key], links)), *_whence(texts, links),
        '<footer class="small">', *(f"<p>{escape(line)}</p>" for line in texts["foot"]), "</footer></body></html>\n"])


def to_pdf(texts: Mapping[str, Any]) -> bytes:
    """The page as .pdf; the same bytes for the same texts. SettingsError without the extra `reports`."""
    template = files("ocop_market.reports.coop").joinpath("page.typ").read_bytes()
    return typeset(template, "page.typ", dict(texts))


def _tasks(part: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h2>{escape(part['title'])}</h2><ol>"
    for sentence, command in part["rows"]:
        yield f"<li>{escape(sentence)}" + (f" <code>{escape(command)}</code>" if command else "") + "</li>"
    yield "</ol>"
    yield from (f'<p class="small">{escape(note)}</p>' for note in part["notes"])


def _table(key: str, part: Mapping[str, Any], links: _Links) -> Iterator[str]:
    yield f"<h2>{escape(part['title'])}</h2>"
    words = _TEXT_COLUMNS.get(key, set())
    if part["rows"]:
        yield f'<div class="wide"><table class="{key}"><thead><tr>'
        yield "".join(_opened("th", i, words) + f"{escape(heading)}</th>" for i, heading in enumerate(part["headings"]))
        yield "</tr></thead><tbody>"
        for number, (row, marked) in enumerate(zip(part["rows"], part["marked"], strict=True)):
            yield ('<tr class="loses">' if marked else "<tr>") + _cells(key, number, row, words, links) + "</tr>"
        foot = _cells(key, len(part["rows"]), part["foot"], words, links)
        yield "</tbody>" + (f"<tfoot><tr>{foot}</tr></tfoot>" if part["foot"] else "") + "</table></div>"
    yield from (f'<p class="small">{escape(note)}</p>' for note in part["notes"])


def _cells(key: str, row: int, values: list[str], words: set[int], links: _Links) -> str:
    return "".join(f"{_opened('td', i, words)}{_linked(value, links.get((key, row, i)))}</td>" for i, value in enumerate(values))


def _opened(tag: str, position: int, words: set[int]) -> str:
    return f'<{tag} class="text">' if position in words else f"<{tag}>"


def _linked(value: str, one: PageFigure | None) -> str:
    return f'<a href="#g{one.number}">{escape(value)}</a>' if one else escape(value)


def _whence(texts: Mapping[str, Any], links: _Links) -> Iterator[str]:
    """The list to which the figures lead; paper does not show it."""
    if not links:
        return
    yield f'<section class="how"><h2>{escape(translate(WHENCE))}</h2><p class="small">{escape(translate(TYPE_IT))}</p><ul>'
    for one in links.values():
        yield (f'<li id="g{one.number}">{escape(figure_name(one.address))}: <b>{escape(_value(texts, one))}</b> '
               f"<code>{escape(command_of(one.address))}</code></li>")
    yield "</ul></section>"


def _value(texts: Mapping[str, Any], one: PageFigure) -> str:
    if one.part == "boxes":
        return str(texts["boxes"][one.column][1])
    part = texts[one.part]
    return str((part["rows"][one.row] if one.row < len(part["rows"]) else part["foot"])[one.column])
