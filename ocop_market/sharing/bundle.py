"""A bundle: one file with a producer's sales, signed. Nobody's name is in it but the producer's own, and no cost of any goods.

A zip of `bundle.json` (what it is, from whom, and the SHA-256 of the others), `sales.csv`, `products.csv` and `signature` (Ed25519
over `bundle.json`). Nothing of it is ever unpacked to a disk.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.model.sales import FeeKind, OrderState
from ocop_market.sheets.archive import Archive
from ocop_market.sheets.sheet import Limits

FORMAT, VERSION = "ocop-market-share", 1
HEAD, SALES, PRODUCTS, SIGNATURE = "bundle.json", "sales.csv", "products.csv", "signature"
MEMBERS = frozenset({HEAD, SALES, PRODUCTS, SIGNATURE})
LIMITS = Limits(content_bytes=60_000_000, unpacked_bytes=400_000_000)
Told = TypeVar("Told", bound=BaseModel)
_EPOCH = (2026, 1, 1, 0, 0, 0)
_PURPOSE = b"ocop-market share bundle 1\0"

NO_BUNDLE = N_("{name} is no bundle of sales. Ask the producer for the file that “ocop-market share make” wrote.")
ALTERED = N_("{name} was altered after it was signed, or damaged on its way. Nothing was taken from it; ask for it again.")
OTHER_VERSION = N_("{name} was made for version {version} of bundles; this program reads version {known}. Update the program.")
UNREADABLE = N_("{name} is signed, but its content is not of the form of bundles ({place}). Ask the producer to update the program.")


class Level(StrEnum):
    """How much a producer tells."""

    DAYS = "days"
    """Sums by day, goods, branch and state of the orders."""
    LINES = "lines"
    """Each order line, orders under a pseudonym."""


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SharedAccount(_Plain):
    """An account whose sales are told. `shop` is a digest of the shop's own number, so that the same shop is known again."""

    name: str = Field(min_length=1, max_length=64)
    channel: str = Field(max_length=64)
    title: str = Field(max_length=100)
    point_of_sale: bool | None = None
    shop: str = Field(default="", max_length=64)


class SoldLine(_Plain):
    """One row of `sales.csv`, in the amounts of a sales line: whole đồng for the row; `order` is empty in sums of a day."""

    account: str
    order: str = Field(max_length=64)
    day: date
    state: OrderState
    location: str = Field(max_length=64)
    updated: AwareDatetime
    sku: str = Field(max_length=100)
    quantity: Decimal
    list_amount: int
    seller_discount: int
    platform_discount: int
    refund: int
    returned_quantity: Decimal
    seller_shipping: int
    tax_withheld: int
    fees: tuple[tuple[FeeKind, int], ...] = ()


class SharedProduct(_Plain):
    """One row of `products.csv`: what a sold SKU is. `identity` is the SKU that its name, producer and place would give it.

    Households stand under a pseudonym and without `identity`.
    """

    sku: str
    product: str
    name: str
    packing: str
    producer: str
    kind: str
    group: str
    product_set: int | None
    province: str
    district: str
    commune: str
    identity: str


class Head(_Plain):
    """`bundle.json`: who tells what of which days, until when an office may use it. Days are Viet Nam's, ends inside."""

    format: Literal["ocop-market-share"] = "ocop-market-share"
    version: Literal[1] = 1
    public_key: str
    name: str = Field(max_length=200)
    made_at: AwareDatetime
    first_day: date
    last_day: date
    valid_until: date
    level: Level
    practice: bool
    accounts: tuple[SharedAccount, ...]
    files: dict[str, str]


@dataclass(frozen=True)
class Bundle:
    """A bundle that is whole and bears the signature of `head.public_key`; whose key that is, is another question.

    `digest` is the SHA-256 of its head, which holds those of all the rest.
    """

    head: Head
    digest: str
    lines: tuple[SoldLine, ...]
    products: tuple[SharedProduct, ...]

    @property
    def public_key(self) -> bytes:
        """The signer's key."""
        return base64.b64decode(self.head.public_key)


def write_bundle(key: Ed25519PrivateKey, lines: Iterable[SoldLine], products: Iterable[SharedProduct], **head: Any) -> bytes:
    """The file; the same bytes for the same content. `head` are the fields of `Head` without key and files."""
    contents = {SALES: _table(SoldLine, lines), PRODUCTS: _table(SharedProduct, products)}
    made = Head(public_key=base64.b64encode(key.public_key().public_bytes_raw()).decode(),
                files={name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}, **head)
    contents[HEAD] = (made.model_dump_json(indent=1) + "\n").encode()
    contents[SIGNATURE] = base64.b64encode(key.sign(_PURPOSE + contents[HEAD])) + b"\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (HEAD, SALES, PRODUCTS, SIGNATURE):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(entry, contents[name])
    return packed.getvalue()


def read_bundle(name: str, content: bytes) -> Bundle:
    """The bundle in a file called `name`.

    SettingsError: `file-damaged`, `file-bomb`, `file-too-large`, `no-bundle`, `bundle-version`, `bundle-altered`, `bundle-unreadable`.
    """
    if not content.startswith(b"PK"):
        raise SettingsError(NO_BUNDLE, code="no-bundle", name=name)
    archive = Archive(name, content, LIMITS)
    if set(archive.members) != MEMBERS:
        raise SettingsError(NO_BUNDLE, code="no-bundle", name=name)
    parts = {member: archive.part(member) for member in MEMBERS}
    head = _head(name, parts[HEAD])
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(head.public_key, validate=True))
        key.verify(base64.b64decode(parts[SIGNATURE].strip(), validate=True), _PURPOSE + parts[HEAD])
    except (InvalidSignature, ValueError):
        raise SettingsError(ALTERED, code="bundle-altered", name=name) from None
    if {member: hashlib.sha256(parts[member]).hexdigest() for member in (SALES, PRODUCTS)} != head.files:
        raise SettingsError(ALTERED, code="bundle-altered", name=name)
    lines, products = _rows(name, SoldLine, parts[SALES]), _rows(name, SharedProduct, parts[PRODUCTS])
    told = {account.name for account in head.accounts}
    for number, line in enumerate(lines, 2):
        if line.account not in told or not head.first_day <= line.day <= head.last_day or bool(line.order) != (head.level is Level.LINES):
            raise _unreadable(name, f"{SALES}: {number}")
    return Bundle(head, hashlib.sha256(parts[HEAD]).hexdigest(), lines, products)


def _head(name: str, content: bytes) -> Head:
    try:
        told = TypeAdapter(dict[str, Any]).validate_json(content)
    except ValidationError:
        raise SettingsError(NO_BUNDLE, code="no-bundle", name=name) from None
    if told.get("format") != FORMAT:
        raise SettingsError(NO_BUNDLE, code="no-bundle", name=name)
    if told.get("version") != VERSION:
        raise SettingsError(OTHER_VERSION, code="bundle-version", name=name, version=str(told.get("version"))[:20], known=VERSION)
    try:
        return Head.model_validate_json(content)
    except ValidationError as error:
        raise _unreadable(name, f"{HEAD}: {_place(error)}") from None


def _table(kind: type[BaseModel], rows: Iterable[BaseModel]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    fields = tuple(kind.model_fields)
    writer.writerow(fields)
    for row in rows:
        values = row.model_dump(mode="json")
        writer.writerow([_cell(values[field]) for field in fields])
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(f"{kind}={amount}" for kind, amount in value)
    return "" if value is None else str(value)


def _rows(name: str, kind: type[Told], content: bytes) -> tuple[Told, ...]:
    table = SALES if kind is SoldLine else PRODUCTS
    fields = list(kind.model_fields)
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise _unreadable(name, table) from None
    if not rows or rows[0] != fields:
        raise _unreadable(name, table)
    return tuple(_row(name, kind, dict(zip(fields, row, strict=False)), f"{table}: {number}") for number, row in enumerate(rows[1:], 2))


def _row(name: str, kind: type[Told], told: dict[str, str], place: str) -> Told:
    values: dict[str, Any] = dict(told)
    if "fees" in values:
        values["fees"] = [part.split("=", 1) for part in values["fees"].split()]
    if values.get("product_set") == "":
        values["product_set"] = None
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise _unreadable(name, f"{place}, {_place(error)}") from None


def _place(error: ValidationError) -> str:
    """Where a fault is; never the value."""
    return ".".join(str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"])


def _unreadable(name: str, place: str) -> SettingsError:
    return SettingsError(UNREADABLE, code="bundle-unreadable", name=name, place=place)
