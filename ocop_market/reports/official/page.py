"""The report as one HTML page that needs nothing else: no network, no script; for phones first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

STYLE = """
:root{color-scheme:light}body{font:16px/1.5 system-ui,sans-serif;color:#222;margin:0 auto;max-width:54rem;padding:1rem}
header{text-align:center}h1{font-size:1.3rem;margin:.4rem 0}h2{font-size:1.1rem;margin:2rem 0 .5rem;border-bottom:2px solid #0072B2}
h3{font-size:1rem;margin:1.4rem 0 .4rem}nav ul{columns:16rem;padding-left:1.1rem}nav li{margin:.25rem 0}
.note{background:#fff6df;border-left:4px solid #E69F00;padding:.5rem .8rem;margin:.5rem 0}.small{color:#555;font-size:.85rem}
svg{width:100%;max-width:38rem;height:auto;display:block;margin:.8rem 0}.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.85rem}th,td{padding:.3rem .45rem;border:1px solid #ccc;text-align:left;
vertical-align:top}
th{background:#f2f5f8}.n{text-align:right;white-space:nowrap}.sum td{font-weight:bold;border-top:2px solid #222}
td a{color:inherit;text-decoration:underline dotted}.how{padding-left:1.1rem;font-size:.85rem}.how li{margin:.35rem 0}
.how code{display:block;overflow-wrap:anywhere;background:#f2f5f8;padding:.15rem .3rem}li:target{outline:2px solid #0072B2}
.hash{overflow-wrap:anywhere}@media print{.wide{overflow:visible}.note{border:1px solid #222}}
"""


def to_html(places: Mapping[str, Any]) -> str:
    """The whole page as text, from the same places as the other clothes."""
    title = escape(f"{places['ten_bao_cao']} {places['trich_yeu']}")
    return "".join([
        '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title><style>{STYLE}</style></head><body><header><p>{escape(places['quoc_hieu'])}<br>",
        f"<b>{escape(places['tieu_ngu'])}</b></p><p>{escape(places['co_quan'])}</p>",
        f"<h1>{escape(places['ten_bao_cao'])}<br>{escape(places['trich_yeu'])}</h1>",
        f"<p>Số liệu từ ngày {escape(places['tu_ngay'])} đến hết ngày {escape(places['den_ngay'])}</p></header>",
        *(f'<p class="note">{escape(words)}</p>' for words in places["luu_y"]), *_contents(places), *_parts(places),
        *_explained(places),
        '<footer class="small">', *(f'<p class="hash">{escape(words)}</p>' for words in places["dieu_kien"]), "</footer></body></html>\n"])


def _contents(places: Mapping[str, Any]) -> Iterator[str]:
    yield "<nav><ul>"
    for part in places["phan"].values():
        for key in part["bang"]:
            yield f'<li><a href="#{key}">{escape(places["bang"][key]["tieu_de"])}</a></li>'
    yield '<li><a href="#giai-thich">Giải thích số liệu</a></li></ul></nav>'


def _parts(places: Mapping[str, Any]) -> Iterator[str]:
    for part in places["phan"].values():
        yield f"<h2>{escape(part['tieu_de'])}</h2>"
        yield from (f"<p>{escape(words)}</p>" for words in part["cau"])
        for key in part["bang"]:
            yield from _table(key, places["bang"][key])


def _explained(places: Mapping[str, Any]) -> Iterator[str]:
    """The appendix to which every figure leads: its address and what to type."""
    yield f'<h2 id="giai-thich">PHỤ LỤC. GIẢI THÍCH SỐ LIỆU</h2><p>{escape(places["cach_giai_thich"])}</p><ul class="how">'
    for one in places["giai_thich"]:
        yield (f'<li id="g{one["so"]}">Biểu {one["bieu"]} · {escape(one["dong"])} · {escape(one["cot"])}: <b>{escape(one["gia_tri"])}</b> '
               f"<code>{escape(one['lenh'])}</code></li>")
    yield "</ul>"


def _table(key: str, table: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h3 id="{key}">{escape(table["tieu_de"])}</h3>{table["bieu_do"]}<div class="wide"><table><thead><tr>'
    yield from (f"<th>{escape(column['ten'])}</th>" for column in table["cot"])
    yield "</tr></thead><tbody>"
    last = len(table["dong"]) - 1
    for number, row in enumerate(table["dong"]):
        yield '<tr class="sum">' if table["dong_tong"] and number == last else "<tr>"
        for column in table["cot"]:
            look = ' class="n"' if column["la_so"] else ""
            shown, link = escape(row[column["khoa"]]), table["giai_thich"][number].get(column["khoa"])
            yield f'<td{look}><a href="#g{link}">{shown}</a></td>' if link else f"<td{look}>{shown}</td>"
        yield "</tr>"
    yield "</tbody></table></div>"
    yield from (f'<p class="small">{escape(note)}</p>' for note in table["ghi_chu"])
