"""Acme: which calls make a listing, change it, and bring sales."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import requests
from pydantic import BaseModel, Field, SecretStr, ValidationError

from acme_ocop import facts, mapper
from acme_ocop.wire import OrdersIn, ProductIn, ProductsIn, ShopIn
from ocop_market.channels.api import Connector, Cursor, Progress, PublishOneByOne, PullsSales, SalesPage
from ocop_market.channels.http import retry_after
from ocop_market.errors import MarketError, NeedsLogin, Problem, Refused, RetryLater, UnexpectedAnswer, Where
from ocop_market.model.change import Outcome, RemoteListing, Result
from ocop_market.model.listing import FieldGroup, ListingDraft

Answer = TypeVar("Answer", bound=BaseModel)

TITLE = "The title of {sku} has {length} characters; Acme takes 1 to {limit}. Change it."
PRICE = "The price of {sku} is {price} đ; Acme takes none below {limit} đ. Raise it."
PICTURE = "{sku} has no picture with a public link; Acme fetches one. Add it."
REFUSED = "Acme does not accept this (HTTP {status}). Look at the item in Acme's shop."


class Settings(BaseModel):
    """What an account needs."""

    api_key: SecretStr = Field(description="API key, from Acme's page «Keys»")
    base_url: str = Field(facts.API_URL, description="Address of the API; change it only for practice")


class AcmeConnector(Connector, PublishOneByOne, PullsSales):
    """One shop on Acme."""

    profile = facts.PROFILE
    Settings = Settings

    def problems(self, draft: ListingDraft) -> list[Problem]:
        """What Acme cannot carry of a draft."""
        found = []
        if not 1 <= len(draft.title) <= facts.TITLE_LIMIT:
            found.append(Problem("title-length", TITLE, "title", {
                "sku": draft.sku, "length": len(draft.title), "limit": facts.TITLE_LIMIT}))
        if draft.price < facts.PRICE_MINIMUM:
            found.append(Problem("price-too-low", PRICE, "price", {
                "sku": draft.sku, "price": draft.price, "limit": facts.PRICE_MINIMUM}))
        if not (draft.pictures and draft.pictures[0].url):
            found.append(Problem("picture-missing", PICTURE, "pictures", {"sku": draft.sku}))
        return found

    def check(self) -> str:
        """The shop's name."""
        return self._call("GET", "/shop", ShopIn).name

    def create(self, draft: ListingDraft, progress: Progress) -> Result:
        """One call; a repeated one would make a second product."""
        body = {"sku": draft.sku, **mapper.to_product(draft, frozenset(FieldGroup))}
        made = progress.once("create", lambda: self._call("POST", "/products", ProductIn, body=body).model_dump())
        return _live(ProductIn.model_validate(made))

    def update(self, draft: ListingDraft, remote: RemoteListing, groups: frozenset[FieldGroup], progress: Progress) -> Result:
        """Sends the groups that changed; the same call again changes nothing more."""
        return _live(self._call("PATCH", f"/products/{remote.remote_id}", ProductIn, body=mapper.to_product(draft, groups)))

    def withdraw(self, remote: RemoteListing) -> Result:
        """Hides the product; Acme deletes none."""
        hidden = self._call("PATCH", f"/products/{remote.remote_id}", ProductIn, body={"visible": False})
        return Result(remote.sku, Outcome.WITHDRAWN, _remote(hidden))

    def find(self, sku: str, variants: Sequence[str] = ()) -> RemoteListing | None:
        """The product with our SKU."""
        items = self._call("GET", "/products", ProductsIn, query={"sku": sku}).items
        return _remote(items[0]) if items else None

    def pull_sales(self, cursor: Cursor | None, *, start: datetime, until: datetime) -> Iterator[SalesPage]:
        """Orders by their last change. The cursor holds the place in a list not yet read to its end, or that end."""
        place = dict(cursor) if cursor else {"to": start.isoformat(), "next": ""}
        if not place["next"]:
            since = datetime.fromisoformat(place["to"]) - (self.profile.sales_overlap if cursor else timedelta(0))
            place = {"from": since.isoformat(), "to": until.isoformat(), "next": ""}
        while True:
            page = self._call("GET", "/orders", OrdersIn, query={**place, "size": self.profile.page_size})
            place = {**place, "next": page.next}
            yield SalesPage([mapper.to_sale(order) for order in page.orders], place)
            if not page.next:
                return

    def _call(self, method: str, path: str, answer: type[Answer], *, query: Mapping[str, Any] | None = None,
              body: Mapping[str, Any] | None = None) -> Answer:
        where = Where(facts.KEY, self.account, f"{method} {path.split('/')[1]}")
        settings = Settings.model_validate(self.settings, from_attributes=True)

        def build() -> requests.Request:
            return requests.Request(method, settings.base_url.rstrip("/") + path, params=query, json=body,
                                    headers={"X-Api-Key": settings.api_key.get_secret_value()})

        response = self.http.call(build, endpoint=where.endpoint, repeatable=method != "POST",
                                  classify=lambda response: classify(response, where))
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as error:
            paths = [".".join(map(str, fault["loc"])) or "body" for fault in error.errors(include_input=False, include_url=False)]
            raise UnexpectedAnswer(paths, where=where) from None


def classify(response: requests.Response, where: Where) -> MarketError | None:
    """What an answer means; None when it is good."""
    if response.ok:
        return None
    if response.status_code in (401, 403):
        return NeedsLogin(where=where)
    if response.status_code == 429 or response.status_code >= 500:
        return RetryLater(after=retry_after(response), where=where)
    return Refused([Problem("refused", REFUSED, "", {"status": response.status_code})], where=where)


def _remote(product: ProductIn) -> RemoteListing:
    return RemoteListing(product.id, product.sku, visible=product.visible)


def _live(product: ProductIn) -> Result:
    return Result(product.sku, Outcome.LIVE, _remote(product))
