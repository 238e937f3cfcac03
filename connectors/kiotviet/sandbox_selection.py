"""Which documents a list call asks for, and how their pages misbehave on bad days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.kiotviet.sandbox_books import Document, source_order
from connectors.kiotviet.sandbox_dialect import PageAsked, Query, Question, broken_rule, ordered
from connectors.kiotviet.sandbox_papers import branch_id, customer
from ocop_market.model.clock import business_day
from ocop_market.sandbox.faults import FaultKind, Faults

SORT_KEYS: Mapping[str, Callable[[Document], Any]] = {
    "id": lambda paper: paper.id, "code": lambda paper: paper.code, "name": lambda paper: paper.code,
    "purchasedate": lambda paper: paper.at, "returndate": lambda paper: paper.at, "createddate": lambda paper: paper.created,
    "modifieddate": lambda paper: paper.modified, "status": lambda paper: paper.status, "branchid": branch_id,
}
"""By what documents can be sorted; `name` is the documents' own example for every list, and a document's name is its code."""

REPEATED = 5
"""Rows of the page before that come again when pages are made to repeat."""

Test = Callable[[Document], bool]


def invoices_asked(papers: Sequence[Document], query: Query) -> list[Document]:
    """The invoices that the documented filters let through.

    `toDate` bounds the time of modification also without `lastModifiedFrom`, and `createdDate` means that day (both
    unverified).
    """
    tests = [*_document_tests(query), *_between(query, "fromPurchaseDate", "toPurchaseDate", lambda paper: paper.at)]
    if (order := query.number("orderId")) is not None:
        tests.append(lambda paper: paper.id == order and bool(source_order(paper.order)))
    return _passing(papers, tests)


def orders_asked(papers: Sequence[Document], query: Query) -> list[Document]:
    """The orders that the documented filters let through."""
    return _passing(papers, _document_tests(query))


def returns_asked(papers: Sequence[Document], query: Query) -> list[Document]:
    """The return slips; no filter is documented but `lastModifiedFrom`, so others do nothing."""
    return _passing(papers, _between(query, "lastModifiedFrom", "", lambda slip: slip.touched))


def document(papers: Sequence[Document], *, number: int | None = None, code: str | None = None) -> Document:
    """The one of that id or code. Raises Refusal (420) when there is none."""
    found = next((paper for paper in papers if paper.id == number or paper.code == code), None)
    if found is None:
        raise broken_rule("Chứng từ không tồn tại")
    return found


class PageTurner:
    """Lists documents page by page, and makes pages repeat rows or come in another order when that fault is in force.

    The selected and sorted list is kept while the books and the question stay the same, so that paging through it is quick.
    Repeated rows push all later ones back, as if rows had come in ahead of them, until the list is begun anew: a client
    that goes on by offset loses nothing and sees some twice.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._pushed: dict[str, int] = {}
        self._lists: dict[str, tuple[Sequence[Document], Question, list[Document]]] = {}

    def page(self, path: str, papers: Sequence[Document], asked_for: Callable[[Sequence[Document], Query], list[Document]],
             query: Query, show: Callable[[Document], dict[str, Any]]) -> dict[str, Any]:
        """The envelope of one page; oldest first unless another order is asked for."""
        rows, asked = self._rows(path, papers, asked_for, query), PageAsked.read(query)
        if asked.start == 0:
            self._pushed[path] = 0
        elif self._faults.take(FaultKind.DUPLICATE_PAGE, path):
            self._pushed[path] = self._pushed.get(path, 0) + min(REPEATED, asked.start)
        pushed = self._pushed.get(path, 0)
        first = max(0, asked.start - pushed)
        picked = rows[first:first + asked.size]
        if len(picked) > 1 and self._faults.take(FaultKind.OUT_OF_ORDER, path):
            picked.reverse()
        return {"total": len(rows) + pushed, "pageSize": asked.size, "data": [show(paper) for paper in picked]}

    def _rows(self, path: str, papers: Sequence[Document], asked_for: Callable[[Sequence[Document], Query], list[Document]],
              query: Query) -> list[Document]:
        kept = self._lists.get(path)
        if kept is None or kept[0] is not papers or kept[1] != query.question:
            kept = papers, query.question, ordered(asked_for(papers, query), query, SORT_KEYS, "createdDate")
            self._lists[path] = kept
        return kept[2]


def _document_tests(query: Query) -> list[Test]:
    tests = _between(query, "lastModifiedFrom", "toDate", lambda paper: paper.touched)
    if states := query.numbers("status"):
        tests.append(lambda paper: paper.status in states)
    if branches := query.numbers("branchIds"):
        tests.append(lambda paper: branch_id(paper) in branches)
    if customers := query.numbers("customerIds"):
        tests.append(lambda paper: customer(paper.order).get("customerId") in customers)
    if code := query.text("customerCode"):
        tests.append(lambda paper: customer(paper.order).get("customerCode") == code)
    if created := query.moment("createdDate"):
        tests.append(lambda paper: business_day(paper.created) == business_day(created))
    return tests


def _between(query: Query, lower: str, upper: str, time_of: Callable[[Document], datetime]) -> list[Test]:
    tests: list[Test] = []
    if (start := query.moment(lower)) is not None:
        tests.append(lambda paper: time_of(paper) >= start)
    if upper and (end := query.moment(upper)) is not None:
        tests.append(lambda paper: time_of(paper) <= end)
    return tests


def _passing(papers: Sequence[Document], tests: Sequence[Test]) -> list[Document]:
    return [paper for paper in papers if all(test(paper) for test in tests)]
