"""`market.toml`: what one market is called, which accounts it has, and what may be published."""

from __future__ import annotations

import codecs
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from ocop_market.errors import SettingsError
from ocop_market.language import N_, say
from ocop_market.model.listing import FieldGroup
from ocop_market.model.product import ProducerKind
from ocop_market.offer_settings import OFFER_FAULTS, AccountPrice, AccountStock, StockSources

FILE_NAME = "market.toml"
DATABASE_VARIABLE = "OCOP_MARKET_DATABASE"
"""Holds the address of a database that asks for a password."""

NO_MARKET = N_("There is no market in {folder}. Make one with: ocop-market init {folder}")
NOT_TOML = N_("{path} cannot be read: {reason}. Put that line right, or restore the file from a backup.")
BAD_TOGETHER = N_("{path}: {reason}. Put it right and run the command again.")
BAD_SETTING = N_("{path}: the setting {place} is wrong: {reason}. Put it right and run the command again.")
NO_ACCOUNT = N_("There is no account called '{name}'. Known accounts: {known}. Add one with: ocop-market accounts add")
NO_ENVIRONMENT = N_("The setting {place} refers to the environment variable {name}, which is not set.")
NO_DATABASE = N_("'{given}' is no database. Give postgresql://user@computer/name, sqlite:///file, or env:NAME for the address in an "
                 "environment variable.")
BY_HAND = N_("{path} could not be changed. Write into it, above the first line that begins with [: database = \"{database}\"")
ACCOUNT_THERE = N_("There is an account called '{name}' already. Choose another name.")


WHOLE_NUMBER = N_("a whole number is needed")
YES_OR_NO = N_("true or false is needed")
DAY = N_("a day is needed, for example 2026-05-21")
TEXT = N_("a text is needed")
FAULTS = {
    "missing": N_("it must be given"), "extra_forbidden": N_("there is no such setting"),
    "int_type": WHOLE_NUMBER, "int_parsing": WHOLE_NUMBER, "int_from_float": WHOLE_NUMBER,
    "bool_type": YES_OR_NO, "bool_parsing": YES_OR_NO,
    "date_type": DAY, "date_parsing": DAY, "date_from_datetime_parsing": DAY, "date_from_datetime_inexact": DAY,
    "string_type": TEXT, "string_too_short": N_("it must not be empty"),
    "greater_than_equal": N_("at least {ge} is needed"), "less_than_equal": N_("at most {le} is allowed"),
    "account_name": N_("an account's name has at most 40 letters, digits, spaces, points and hyphens, and begins and ends with a "
                       "letter or digit"),
    "literal_error": N_("choose from {expected}"), "enum": N_("choose from {expected}"),
    "source_unknown": N_("there is no account '{name}'"),
    "target_ends": N_("the target ends before it begins"), "target_kind": N_("a share of subjects needs their kind"),
    "target_stars": N_("a share of products needs stars or a group"),
    "target_unit": N_("points of sale in each unit need the unit (province, district or commune) and the province"),
    "target_district": N_("there are no districts since 1/7/2025: choose communes, or geography = \"old\""),
    **OFFER_FAULTS,
}
"""Kind of fault, as pydantic names it: what to say."""
OTHER_FAULT = N_("its value does not fit")
AT = N_("line {line}, column {column}")
AT_END = N_("it ends too early")
NOT_UTF8 = N_("it is not UTF-8 text")
OTHER_FORM = N_("a line is not of the known form")


class StarPolicy(StrEnum):
    """What becomes of a product whose certificate does not hold on the day."""

    WITHHOLD = "withhold"
    """It is not listed."""
    WITHOUT_STARS = "without-stars"
    """It is listed as ordinary goods: no star, no badge, no word of OCOP."""


class FoodPapers(StrEnum):
    """What becomes of ordinary food whose papers are not entered, or have ended."""

    WARN = "warn"
    """It is listed, with a warning: platforms seldom ask for them."""
    REQUIRE = "require"
    """It is not listed."""


class PublishingSettings(BaseModel):
    """What may be published; the defaults are the safe ones."""

    model_config = ConfigDict(extra="forbid")

    lapsed: StarPolicy = StarPolicy.WITHHOLD
    """Certificates that ran out, and products without any."""
    undated: StarPolicy = StarPolicy.WITHOUT_STARS
    """Certificates whose dates are not known: no star may be claimed for them."""
    food_papers: FoodPapers = FoodPapers.WARN
    """Food-safety certificate and self-declaration of fresh, raw and processed food; health food always needs its papers."""
    badges: dict[Annotated[int, Field(ge=3, le=5)], str] = Field(default_factory=dict)
    """Public links of the OCOP badge for three, four and five stars, for channels that fetch pictures themselves."""


class Drifting(StrEnum):
    """What becomes of a field group that somebody edited on the platform."""

    KEEP = "keep"
    """The edit stays, and is shown in every plan."""
    OVERWRITE = "overwrite"
    """The edit is shown once, and replaced by what is wanted."""


class DriftSettings(BaseModel):
    """What becomes of edits in the seller centre, by field group; the law goes before all of them."""

    model_config = ConfigDict(extra="forbid")

    content: Drifting = Drifting.KEEP
    media: Drifting = Drifting.KEEP
    variants: Drifting = Drifting.KEEP
    price: Drifting = Drifting.KEEP
    stock: Drifting = Drifting.OVERWRITE
    """Kept, an edit stays until the stock of the catalog changes; overwritten, nothing above what may be offered stays there."""
    visibility: Drifting = Drifting.KEEP

    def by_group(self) -> dict[FieldGroup, Drifting]:
        """The same, by field group."""
        return {group: getattr(self, group.value) for group in FieldGroup}


class BrakeSettings(BaseModel):
    """What a plan may not do unless it is approved by name."""

    model_config = ConfigDict(extra="forbid")

    price_change: int = Field(default=30, ge=0)
    """Per cent by which a price may go up or down."""
    off_sale: int = Field(default=20, ge=0, le=100)
    """Per cent of the listings on sale that may be withdrawn or brought to no stock at once; two may always."""
    most_creates: int = Field(default=500, ge=0)
    """Listings that may be created at once."""


class AccountSettings(BaseModel):
    """One account: its channel, the first day of sales to fetch, whether it is practice, and the channel's own settings."""

    model_config = ConfigDict(extra="allow")

    channel: str
    start: date | None = None
    practice: bool = False
    stock: AccountStock = Field(default_factory=AccountStock)
    """How much of what there is this account may offer."""
    price: AccountPrice = Field(default_factory=AccountPrice)
    """How its prices follow from the catalog's."""
    owner: str = ""
    """Whose products this account sells, where the catalog has several owners; empty: all of them."""
    seller_kind: ProducerKind = ProducerKind.UNKNOWN
    """What the account's holder is, for checking the tax that platforms withhold (household, cooperative, company …)."""
    drift: DriftSettings = Field(default_factory=DriftSettings)
    brakes: BrakeSettings = Field(default_factory=BrakeSettings)

    @property
    def own(self) -> dict[str, Any]:
        """The settings that belong to the channel, as written."""
        return dict(self.model_extra or {})

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """The channel's own settings by their names only: some people write secrets into the file."""
        own = self.own
        return ((name, "…" if name in own else value) for name, value in super().__repr_args__())


_ACCOUNT_NAME = re.compile(r"\w(?:[\w .-]{0,38}\w)?")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""Names that Windows takes for devices, with any ending."""


def _file_name_everywhere(name: str) -> str:
    """Files are named after accounts, so that their names must do on every computer."""
    if not _ACCOUNT_NAME.fullmatch(name) or _RESERVED.fullmatch(name):
        raise PydanticCustomError("account_name", "not a name for an account")
    return name


class WebhookSettings(BaseModel):
    """Where platforms find the app that they call."""

    model_config = ConfigDict(extra="forbid")

    public_url: str = ""
    """Its address in the world, as registered with the platforms, up to the part that names the account."""


class AlertSettings(BaseModel):
    """Who is told when something goes wrong; nobody by default. Secrets as `env:NAME`."""

    model_config = ConfigDict(extra="forbid")

    file: str = ""
    """A file that gets a line for each thing; relative to the market's folder."""
    email_to: str = ""
    email_from: str = ""
    smtp_host: str = "localhost"
    smtp_port: int = Field(default=587, ge=1, le=65_535)
    smtp_tls: bool = True
    """STARTTLS; only a server on this computer may do without."""
    smtp_user: str = ""
    smtp_password: str = Field(default="", repr=False)
    webhook: str = Field(default="", repr=False)
    """An address that gets a JSON document with a field `text`, as chat programs take it."""

    @property
    def wanted(self) -> bool:
        """Whether anybody is to be told."""
        return bool(self.file or self.email_to or self.webhook)


class MarketSettings(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")

    name: str = "OCOP"
    database: str = Field(default="market.db", min_length=1)
    owner: str = ""
    """Whose market this is, where the catalog has several owners: households of the others are shown under a pseudonym."""
    publishing: PublishingSettings = Field(default_factory=PublishingSettings)
    accounts: dict[Annotated[str, AfterValidator(_file_name_everywhere)], AccountSettings] = Field(default_factory=dict)
    stock: StockSources = Field(default_factory=StockSources)
    app_calls_per_second: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    """By channel, how many calls a second all its accounts may make together, where a platform bounds the app."""
    webhooks: WebhookSettings = Field(default_factory=WebhookSettings)
    alerts: AlertSettings = Field(default_factory=AlertSettings)

    @field_validator("stock")
    @classmethod
    def _sources_are_accounts(cls, stock: StockSources, read: ValidationInfo) -> StockSources:
        for name in stock.sources:
            if name not in read.data.get("accounts", {}):
                raise PydanticCustomError("source_unknown", "no such account", {"name": name})
        return stock

    def account(self, name: str) -> AccountSettings:
        """The account of that name; SettingsError names those that exist."""
        if name not in self.accounts:
            raise SettingsError(NO_ACCOUNT, code="unknown-account", name=name, known=", ".join(self.accounts) or "–")
        return self.accounts[name]


def read_settings(folder: Path) -> MarketSettings:
    """Reads `market.toml` of a folder; SettingsError names the file, the place and what to do."""
    path = folder / FILE_NAME
    if not path.is_file():
        raise SettingsError(NO_MARKET, code="no-market", folder=str(folder))
    return _understood(path.read_bytes(), path)


def _understood(content: bytes, path: Path) -> MarketSettings:
    try:
        values = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(NOT_TOML, code="settings-unreadable", path=str(path), reason=place_of(error)) from None
    try:
        return MarketSettings.model_validate(values)
    except ValidationError as error:
        raise wrong_setting(error, str(path)) from None


def place_of(error: Exception) -> str:
    """Where a TOML file is wrong, or how, in words."""
    if isinstance(error, tomllib.TOMLDecodeError):
        place = re.search(r"line (\d+), column (\d+)", str(error))
        return say(AT, line=place[1], column=place[2]) if place else say(AT_END)
    return say(NOT_UTF8 if isinstance(error, UnicodeDecodeError) else OTHER_FORM)


def wrong_setting(error: ValidationError, path: str) -> SettingsError:
    """The first fault of a validation as a sentence, without the value (it may be a secret)."""
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    known = {name: str(value).replace(" or ", ", ") for name, value in first.get("ctx", {}).items()}
    return SettingsError(BAD_SETTING if place else BAD_TOGETHER, code="setting-wrong", path=path, place=place,
                         reason=say(FAULTS.get(first["type"], OTHER_FAULT), **known))


def from_environment(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, with each text `env:NAME` replaced by that environment variable; SettingsError when it is not set."""
    found: dict[str, Any] = {}
    for place, value in values.items():
        if isinstance(value, str) and value.startswith("env:"):
            name = value.removeprefix("env:")
            if name not in os.environ:
                raise SettingsError(NO_ENVIRONMENT, code="environment-missing", place=place, name=name)
            value = os.environ[name]
        found[place] = value
    return found


def database_address(given: str) -> tuple[str, str]:
    """Where a database is (`postgresql://…`, or a file's path) and how `market.toml` tells so: never with a password.

    An address with one is told as `env:OCOP_MARKET_DATABASE`. SettingsError for what is no address, or not set.
    """
    address = str(from_environment({"database": given})["database"])
    if address.startswith("postgres://"):
        address = address.replace("postgres", "postgresql", 1)
    if not address.startswith("postgresql://"):
        path = address.removeprefix("sqlite:///")
        if not path or path == address:
            raise SettingsError(NO_DATABASE, code="database-address", given=given.partition(":")[0])
        address = path
    if given.startswith("env:"):
        return address, given
    parts = urlsplit(address)
    return address, f"env:{DATABASE_VARIABLE}" if parts.password or "password=" in parts.query else address


def change_database(folder: Path, database: str) -> None:
    """Writes the setting `database` into `market.toml`; all other lines stay as they are.

    SettingsError, with the file as it was and the line to write by hand, when it cannot be done so.
    """
    path = folder / FILE_NAME
    content = path.read_bytes()
    wanted = read_settings(folder).model_copy(update={"database": database})
    changed = _with_database(content, f"database = {_toml(database)}")
    try:
        understood = _understood(changed, path)
    except SettingsError:
        understood = None
    if understood != wanted:
        raise SettingsError(BY_HAND, code="settings-by-hand", path=str(path), database=database)
    part = path.with_suffix(".part")
    part.write_bytes(changed)
    part.replace(path)


def _with_database(content: bytes, line: str) -> bytes:
    """The file with that line instead of the one it has, or at the top; line ends as they are in the file."""
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    lines = content.removeprefix(mark).splitlines(keepends=True)
    end = b"\r\n" if b"\r\n" in content else b"\n"
    for number, old in enumerate(lines):
        if old.lstrip().startswith(b"["):
            break
        if re.match(rb"""\s*["']?database["']?\s*=""", old):
            return mark + b"".join([*lines[:number], line.encode() + end, *lines[number + 1:]])
    return mark + line.encode() + end + b"".join(lines)


def write_new_market(folder: Path, name: str, database: str = "") -> Path:
    """Makes `market.toml` in a folder (made if need be) and returns its path; an existing file is never touched."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(f"name = {_toml(name)}\n"
                   + (f"database = {_toml(database)}\n\n" if database else "\n") +
                   "[publishing]\n"
                   f'lapsed = "{StarPolicy.WITHHOLD}"        # or "{StarPolicy.WITHOUT_STARS}"\n'
                   f'undated = "{StarPolicy.WITHOUT_STARS}"  # or "{StarPolicy.WITHHOLD}"\n')
    return path


def add_account(folder: Path, name: str, channel: str, values: Mapping[str, Any]) -> None:
    """Appends an account to `market.toml`; the rest of the file stays as the user wrote it. Secrets are not for here.

    SettingsError, with the file as it was, when the name cannot be an account's or the file has no place for it.
    """
    refuse_account_name(read_settings(folder), name)
    lines = [f"\n[accounts.{_toml(name)}]", f"channel = {_toml(channel)}"]
    lines += [f"{key} = {_toml(value)}" for key, value in values.items()]
    path, added = folder / FILE_NAME, ("\n".join(lines) + "\n").encode()
    _understood(path.read_bytes() + added, path)
    with path.open("ab") as file:
        file.write(added)


def refuse_account_name(settings: MarketSettings, name: str) -> None:
    """Raises SettingsError for a name that an account has already, in whatever case: files are named after accounts."""
    if name.casefold() in {known.casefold() for known in settings.accounts}:
        raise SettingsError(ACCOUNT_THERE, code="account-there", name=name)
    try:
        MarketSettings(accounts={name: AccountSettings(channel="?")})
    except ValidationError as error:
        raise wrong_setting(error, FILE_NAME) from None


def _toml(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | int | str):
        return json.dumps(value, ensure_ascii=False)
    raise TypeError(f"a setting of type {type(value).__name__} has no place in market.toml")
