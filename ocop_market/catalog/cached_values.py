"""The last results of formulas, put back into a workbook that was written without them.

openpyxl writes a formula or its result, never both; a program that does not calculate (ours among them) would find the
cell empty (openpyxl 3.1.5 documents this under "data_only", November 2026).
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.worksheet import Worksheet

_FORMULA = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f\b[^>]*?(?:/>|>.*?</f>))<v ?/?>(?:</v>)?</c>', re.DOTALL)
_TYPE = re.compile(r' t="[^"]*"')


def with_cached_values(written: bytes, original: bytes) -> bytes:
    """The workbook `written` by openpyxl with the results that its formulas have in the `original`."""
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        parts = {member: archive.read(member) for member in archive.infolist()}
    sheets = {member.filename: content.decode("utf-8") for member, content in parts.items()
              if member.filename.startswith("xl/worksheets/sheet") and b"<f" in content}
    if not any(map(_FORMULA.search, sheets.values())):
        return written
    book = load_workbook(io.BytesIO(original), data_only=True)
    results = {f"xl/worksheets/sheet{number}.xml": page for number, page in enumerate(book.worksheets, 1)}
    filled = io.BytesIO()
    with zipfile.ZipFile(filled, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in parts.items():
            page = results.get(member.filename)
            if page is not None and member.filename in sheets:
                content = _FORMULA.sub(partial(_with_result, page), sheets[member.filename]).encode("utf-8")
            archive.writestr(member.filename, content)
    return filled.getvalue()


def _with_result(page: Worksheet, found: re.Match[str]) -> str:
    place, attributes, formula = found.groups()
    row, column = coordinate_to_tuple(place)
    value: Any = page.cell(row, column).value
    if value is None:
        return found.group()
    kind = ""
    if isinstance(value, bool):
        kind, value = ' t="b"', int(value)
    elif isinstance(value, datetime | date | time | timedelta):
        value = to_excel(value)  # type: ignore[no-untyped-call]  # openpyxl tells no types here
    elif isinstance(value, str):
        kind = ' t="e"' if value.startswith("#") and value.isupper() else ' t="str"'
    return f'<c r="{place}"{_TYPE.sub("", attributes)}{kind}>{formula}<v>{escape(str(value))}</v></c>'
