"""The rules of HTML that the program's pages keep, checked without any program from elsewhere.

They are those of the HTML standard for the elements that the pages use: what may stand in what, what is closed, what is unique;
and one of our own, that a page asks for nothing that is not in it. With OCOP_VNU (the path of vnu.jar, the Nu Html Checker) and
a Java at hand, `complaints` asks that one as well.
"""

from __future__ import annotations

import os
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

VOID = frozenset({"meta", "br", "img", "hr", "col", "input"})
INSIDE = {"tr": {"table", "thead", "tbody", "tfoot"}, "td": {"tr"}, "th": {"tr"}, "thead": {"table"}, "tbody": {"table"},
          "tfoot": {"table"}, "li": {"ul", "ol"}, "dt": {"dl"}, "dd": {"dl"}, "summary": {"details"},
          "figcaption": {"figure"}, "head": {"html"},
          "body": {"html"}, "title": {"head", "svg", "rect", "g", "path", "circle"}, "meta": {"head"}, "style": {"head"}}
BLOCKS = frozenset({"p", "div", "table", "ul", "ol", "dl", "h1", "h2", "h3", "section", "header", "footer", "main", "nav", "pre",
                    "details"})
PHRASES = frozenset({"p", "h1", "h2", "h3", "span", "a", "b", "em", "strong", "code", "del", "ins", "small", "summary"})
ONLY_PHRASES = PHRASES - {"a", "del", "ins"}
"""Elements in which no block may stand; a link, and words taken out or put in, take what their own surroundings take."""
OF_LISTS = {"ul": {"li"}, "ol": {"li"}, "table": {"thead", "tbody", "tfoot", "tr", "caption", "colgroup"}, "tr": {"td", "th"},
            "thead": {"tr"}, "tbody": {"tr"}, "tfoot": {"tr"}}
FETCHES = ("src", "href", "action", "data", "poster", "srcset", "xlink:href", "formaction")
OBSOLETE = frozenset({"align", "bgcolor", "border", "cellpadding", "cellspacing", "valign", "nowrap"})
FORBIDDEN = frozenset({"script", "link", "iframe", "object", "embed", "font", "center", "base"})


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[str] = []
        self.ids: list[str] = []
        self.fragments: list[str] = []
        self.seen: list[str] = []
        self.cells: list[list[int]] = []
        self.language = ""

    @property
    def in_picture(self) -> bool:
        return "svg" in self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._begin(tag, attrs)
        if tag not in VOID or self.in_picture:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID and not self.in_picture:
            self.found.append(f"<{tag}/> closes itself outside a picture")
        self._begin(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.found.append(f"</{tag}> closes {self.open[-1:] or 'nothing'}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in OF_LISTS and data.strip():
            self.found.append(f"text in <{self.open[-1]}>: {data.strip()[:20]!r}")

    def _begin(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parent = self.open[-1] if self.open else ""
        names = [name for name, _ in attrs]
        self.seen.append(tag)
        if len(set(names)) < len(names):
            self.found.append(f"<{tag}> has an attribute twice")
        if tag in FORBIDDEN or (not self.in_picture and tag != "svg" and OBSOLETE & set(names)):
            self.found.append(f"<{tag} {names}> is obsolete, or asks for what is not in the page")
        self._place(tag, parent)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name in FETCHES and value:
                self._fetched(tag, name, value)
            elif tag == "html" and name == "lang":
                self.language = value or ""
        if tag == "table":
            self.cells.append([])
        elif tag == "tr" and self.cells:
            self.cells[-1].append(0)
        elif tag in ("td", "th") and self.cells and self.cells[-1]:
            self.cells[-1][-1] += int(dict(attrs).get("colspan") or 1)

    def _place(self, tag: str, parent: str) -> None:
        if self.in_picture:
            return
        if tag in INSIDE and parent not in INSIDE[tag]:
            self.found.append(f"<{tag}> stands in <{parent}>")
        if tag in BLOCKS and set(self.open) & ONLY_PHRASES:
            self.found.append(f"<{tag}> stands in <{parent}>, which holds words only")
        if parent in OF_LISTS and tag not in OF_LISTS[parent]:
            self.found.append(f"<{parent}> holds a <{tag}>")

    def _fetched(self, tag: str, name: str, value: str) -> None:
        if value.startswith("#"):
            self.fragments.append(value[1:])
        elif not (tag == "img" and value.startswith("data:")):
            self.found.append(f"<{tag} {name}={value[:40]!r}> leads out of the page")


def complaints(text: str, folder: Path | None = None) -> list[str]:
    """What is wrong with a page; empty where nothing is."""
    page = _Page()
    page.feed(text)
    page.close()
    found = [*page.found, *(f"<{tag}> is never closed" for tag in page.open)]
    found += [f"id {one!r} stands {page.ids.count(one)} times" for one in sorted(set(page.ids)) if page.ids.count(one) > 1]
    found += [f"#{one} leads nowhere" for one in page.fragments if one not in page.ids]
    found += [f"{tag} stands {page.seen.count(tag)} times" for tag in ("html", "head", "body") if page.seen.count(tag) != 1]
    found += [f"rows of a table have {sorted(set(rows))} cells" for rows in page.cells if len(set(rows)) > 1]
    if not text.lower().startswith("<!doctype html>") or 'charset="utf-8"' not in text.lower() or not page.language:
        found.append("no doctype, character set or language at its beginning")
    if "<title>" not in text.partition("<body")[0] or "name=\"viewport\"" not in text:
        found.append("no title, or nothing for phones")
    if re.search(r"@import|url\((?!#|[\"']?data:)|https?://(?!www\.w3\.org)", re.sub(r">[^<]*<", "><", text)):
        found.append("an address of the network outside its text")
    return found + _of_checker(text, folder)


def _of_checker(text: str, folder: Path | None) -> list[str]:
    jar = os.environ.get("OCOP_VNU", "")
    if not jar or folder is None:
        return []
    (folder / "checked.html").write_text(text, encoding="utf-8")
    command = ["java", "-jar", jar, "--format", "gnu", str(folder / "checked.html")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.stderr.splitlines() if ran.returncode else []
