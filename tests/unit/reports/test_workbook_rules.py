"""The workbooks keep the rules of Office Open XML that make a program offer to repair a file: parts, relationships, names, charts."""

import io
import re
import zipfile
from datetime import date
from pathlib import PurePosixPath

import openpyxl
import pytest
from lxml import etree

from ocop_market.cli.coop import known_of
from ocop_market.reports.coop.costs_form import to_form
from ocop_market.reports.evidence.files import to_xlsx as evidence_workbook
from ocop_market.reports.excel import to_xlsx as short_workbook
from ocop_market.reports.official.frozen import Format, dress
from tests.unit.reports.test_reports import figures as short_figures

RELATED = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
LONGEST_NAME, LONGEST_TEXT = 31, 32_767
"""What Excel allows for the name of a sheet and for the text of a cell."""


def broken(content: bytes) -> list[str]:
    """What is against the rules."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        found += [f"{name} stands twice" for name in {name for name in names if names.count(name) > 1}]
        trees = {name: etree.fromstring(archive.read(name)) for name in names if name.endswith((".xml", ".rels"))}
    found += _relationships(trees, set(names))
    types = trees["[Content_Types].xml"]
    typed = {one.get("PartName", "").lstrip("/") for one in types} | {f".{one.get('Extension')}" for one in types if one.get("Extension")}
    found += [f"{name} has no content type" for name in names
              if name != "[Content_Types].xml" and name not in typed and PurePosixPath(name).suffix not in typed]
    if found:
        return found
    book = openpyxl.load_workbook(io.BytesIO(content))
    titles = [sheet.title for sheet in book.worksheets]
    found += [f"sheet {title!r}" for title in titles if len(title) > LONGEST_NAME or set(title) & set("[]:*?/\\")]
    if len({title.casefold() for title in titles}) < len(titles):
        found.append("two sheets of one name")
    for sheet in book.worksheets:
        found += [f"{sheet.title}!{cell.coordinate}" for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)
                  and (len(cell.value) > LONGEST_TEXT or cell.data_type == "f" or re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", cell.value))]
    return found + [wrong for name, tree in trees.items() if name.startswith("xl/charts/") for wrong in _chart(tree, book, name)]


def _relationships(trees, names):
    """Targets inside the file exist, and no number is given twice."""
    for name, tree in trees.items():
        if not name.endswith(".rels"):
            continue
        base = PurePosixPath(name).parent.parent
        numbers = [one.get("Id") for one in tree.iter(RELATED)]
        if len(set(numbers)) < len(numbers):
            yield f"{name} gives a number twice"
        for one in tree.iter(RELATED):
            if one.get("TargetMode") != "External":
                target = one.get("Target")
                parts: list[str] = []
                for part in (PurePosixPath(target.lstrip("/")) if target.startswith("/") else base / target).parts:
                    parts = parts[:-1] if part == ".." else [*parts, part]
                if "/".join(parts) not in names:
                    yield f"{name} leads to {target}, which is not there"


def _chart(tree, book, name):
    """Ranges of charts point at filled cells: words for names, numbers for values."""
    for reference in tree.iter(f"{CHART}f"):
        sheet, _, span = reference.text.rpartition("!")
        title = sheet.strip("'").replace("''", "'")
        if title not in book.sheetnames:
            yield f"{name} asks for the sheet {title}"
            continue
        cells = book[title][span.replace("$", "")]
        lines = cells if isinstance(cells, tuple) else ((cells,),)
        row = [cell for line in lines for cell in (line if isinstance(line, tuple) else (line,))]
        of_values = reference.getparent().getparent().tag == f"{CHART}val"
        if not all(isinstance(cell.value, int | float) or cell.value in ("–", "×") if of_values else cell.value not in (None, "")
                   for cell in row):
            yield f"{name} draws empty cells: {reference.text}"


def official(finished, figures, letterhead, tmp_path):
    return dress(tmp_path, figures, letterhead, Format.XLSX)


def short(finished, figures, letterhead, tmp_path):
    return short_workbook(short_figures(practice=True, unknown=5))


def costs(finished, figures, letterhead, tmp_path):
    return to_form(known_of(finished).products.values(), {})


@pytest.mark.parametrize("made", [official, short, costs])
def test_a_workbook_opens_without_repair_by_the_rules(made, finished, figures, letterhead, tmp_path):
    assert broken(made(finished, figures, letterhead, tmp_path)) == []


def test_the_evidence_keeps_the_same_rules(evidence):
    assert broken(evidence_workbook(evidence)) == []
    assert evidence.as_of <= date(2026, 12, 31)


def test_what_is_against_the_rules_is_found(figures, letterhead, tmp_path):
    content = dress(tmp_path, figures, letterhead, Format.XLSX)
    for wanted, other in ((b"drawing1.xml", b"drawing99.xml"), (b"$A$5", b"$Z$90")):
        spoilt = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as was, zipfile.ZipFile(spoilt, "w") as now:
            for name in was.namelist():
                now.writestr(name, was.read(name).replace(wanted, other) if "xl/" in name else was.read(name))
        assert broken(spoilt.getvalue()) != []
