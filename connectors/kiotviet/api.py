"""The calls that are made to KiotViet: one method per endpoint, in and out in wire models."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import requests
from pydantic import BaseModel, ValidationError

from connectors.kiotviet import facts
from connectors.kiotviet.auth import KeyLogin, Settings
from connectors.kiotviet.documents import Document, InvoiceIn, Recognise, ReturnIn, Sheet, read_document, read_sheet
from connectors.kiotviet.errors import classify
from connectors.kiotviet.paging import Listed, Malformed, Walk
from connectors.kiotviet.wire import BranchIn, ProductIn
from connectors.kiotviet.wire_base import Page, Record, read
from ocop_market.channels.http import Http
from ocop_market.channels.tokens import TokenKeeper
from ocop_market.errors import Refused, UnexpectedAnswer, Where
from ocop_market.model.clock import Clock

Row = TypeVar("Row", bound=Record)
Answer = TypeVar("Answer", bound=BaseModel)
Told = TypeVar("Told")
Query = Mapping[str, str | int]


class KiotVietApi:
    """Calls of one shop. All methods raise what `errors.classify` tells, and UnexpectedAnswer for an unknown shape."""

    def __init__(self, account: str, settings: Settings, *, http: Http, tokens: TokenKeeper, clock: Clock) -> None:
        self._account, self._settings, self._http, self._tokens = account, settings, http, tokens
        self._login = KeyLogin(account, settings, http, clock)

    def access_token(self) -> str:
        """The token in use, fetched when there is none."""
        return self._tokens.current(self._login.fetch).access

    def branches(self) -> Iterator[BranchIn]:
        """All branches of the shop."""
        yield from self._whole(facts.BRANCHES, {}, BranchIn)

    def products(self) -> Iterator[ProductIn]:
        """All articles with their stock per branch."""
        yield from self._whole(facts.PRODUCTS, {"includeInventory": "true", **facts.BY_ID}, ProductIn)

    def product(self, number: str) -> ProductIn | None:
        """One article by its id; None when it is not there or was deleted (KiotViet answers both with code 420)."""
        return self._product_at(f"{facts.PRODUCTS}/{number}", f"{facts.PRODUCTS}/{{id}}")

    def product_by_code(self, code: str) -> ProductIn | None:
        """The article of a code, or None."""
        return self._product_at(f"{facts.PRODUCTS}/code/{quote(code, safe='')}", f"{facts.PRODUCTS}/code/{{code}}")

    def update_product(self, number: str, body: Mapping[str, Any]) -> ProductIn:
        """Changes what `body` names of an article and leaves the rest; the article as it is then."""
        endpoint = f"{facts.PRODUCTS}/{{id}}"
        return self._read(ProductIn, self._call("PUT", f"{facts.PRODUCTS}/{number}", endpoint, body=body), endpoint, "PUT")

    def invoices(self, query: Query, offset: int, recognise: Recognise | None = None) -> Sheet:
        """One page of invoices from the record `offset` on, with the channel that each came from."""
        return self._sheet(facts.INVOICES, {**query, **facts.BY_ID, "SaleChannel": "true"}, offset, InvoiceIn, recognise)

    def invoice(self, number: str) -> InvoiceIn:
        """One invoice by its id."""
        return self._document(facts.INVOICES, number, InvoiceIn)

    def returns(self, query: Query, offset: int) -> Sheet:
        """One page of return slips from the record `offset` on."""
        return self._sheet(facts.RETURNS, {**query, **facts.BY_ID}, offset, ReturnIn)

    def return_slip(self, number: str) -> ReturnIn:
        """One return slip by its id, with the discount and fee that the list leaves out."""
        return self._document(facts.RETURNS, number, ReturnIn)

    def _whole(self, path: str, query: Query, row: type[Row]) -> Iterator[Row]:
        """Every row of a list once; a row that cannot be read raises UnexpectedAnswer."""
        walk = Walk()
        while not walk.over:
            # pydantic makes the model of a class that is chosen here, which mypy takes for no type
            page: Page[Row] = self._read(Page[row], self._listed(path, query, walk.offset), path)  # type: ignore[valid-type]
            yield from walk.take(Listed(page.data, page.total))

    def _sheet(self, path: str, query: Query, offset: int, kind: type[InvoiceIn | ReturnIn], recognise: Recognise | None = None,
               ) -> Sheet:
        return self._told(lambda content: read_sheet(kind, content, recognise), self._listed(path, query, offset), path)

    def _document(self, path: str, number: str, kind: type[Document]) -> Document:
        endpoint = f"{path}/{{id}}"
        found = self._told(lambda content: read_document(kind, content), self._get(f"{path}/{number}", endpoint, {}), endpoint)
        if isinstance(found, Malformed):
            raise UnexpectedAnswer(found.fields, where=self._where(endpoint))
        return found

    def _listed(self, path: str, query: Query, offset: int) -> requests.Response:
        return self._get(path, path, {**query, "pageSize": facts.PAGE_SIZE, "currentItem": offset})

    def _product_at(self, path: str, endpoint: str) -> ProductIn | None:
        try:
            return self._read(ProductIn, self._get(path, endpoint, {}), endpoint)
        except Refused:
            return None

    def _read(self, model: type[Answer], response: requests.Response, endpoint: str, method: str = "GET") -> Answer:
        return self._told(lambda content: read(model, content), response, endpoint, method)

    def _told(self, understand: Callable[[bytes], Told], response: requests.Response, endpoint: str, method: str = "GET") -> Told:
        try:
            return understand(response.content)
        except ValidationError as error:
            raise UnexpectedAnswer(_paths(error), where=self._where(endpoint, method)) from None
        except ValueError:
            raise UnexpectedAnswer(["body"], where=self._where(endpoint, method)) from None

    def _get(self, path: str, endpoint: str, query: Query) -> requests.Response:
        return self._call("GET", path, endpoint, query=query)

    def _call(self, method: str, path: str, endpoint: str, *, query: Query | None = None,
              body: Mapping[str, Any] | None = None) -> requests.Response:
        where = self._where(endpoint, method)
        token = self.access_token()

        def build() -> requests.Request:
            nonlocal token
            token = self.access_token()
            headers = {facts.RETAILER_HEADER: self._settings.retailer, "Authorization": f"Bearer {token}"}
            return requests.Request(method, self._settings.api_url.rstrip("/") + path, params=dict(query or {}), json=body,
                                    headers=headers)

        return self._http.call(build, endpoint=where.endpoint, classify=lambda response: classify(response, where),
                               renew=lambda: self._renew(token))

    def _renew(self, rejected: str) -> None:
        self._tokens.renew(rejected, self._login.fetch)

    def _where(self, endpoint: str, method: str = "GET") -> Where:
        return Where(facts.KEY, self._account, f"{method} {endpoint}")


def _paths(error: ValidationError) -> tuple[str, ...]:
    """Where an answer is wrong, without what stands there."""
    return tuple(".".join(str(step) for step in one["loc"]) or "body" for one in error.errors(include_input=False))

