"""The office's side: producers whose keys it knows, their bundles, and their sales in its ledger, each day once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.model.clock import Clock, business_day
from ocop_market.model.product import Product
from ocop_market.sharing.bundle import Bundle, SharedAccount, read_bundle
from ocop_market.sharing.counted import Days, Known, Standing, days_that_count
from ocop_market.sharing.fingerprint import heard_code, spoken_code
from ocop_market.sharing.into_ledger import account_name, count
from ocop_market.sharing.notice import Notice, read_notice
from ocop_market.sheets.container import file_content
from ocop_market.store import shares
from ocop_market.store.engine import Store
from ocop_market.store.ledger import complete_to

FOLDER = "shared"
"""Where bundles are kept in the market's folder, by digest, so that an older one counts again when a newer is taken back."""
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?")

BAD_LABEL = N_("“{label}” cannot be a producer's label: at most 20 small letters without marks, digits and hyphens, for example "
               "htx-tan-cuong.")
LABEL_TAKEN = N_("The label '{label}' belongs to {name} already. Choose another one.")
KEY_KNOWN = N_("This key is known already, as '{label}' ({name}).")
OTHER_CODE = N_("{name} is signed with the code {found}, not with {heard}. Either it comes from somebody else, or the code was not the "
                "producer's. Nothing was registered.")
UNKNOWN_SIGNER = N_("{name} is signed by somebody who is not registered here. It says to be from “{says}”, code {spoken}. Ask that "
                    "producer by telephone for the code; if it is the same: ocop-market share register NAME {name} --code \"{spoken}\"")
EXPIRED = N_("{name} of {producer} could be used until {day} only. Ask for a new one.")
REVOKED = N_("{name} was taken back by {producer} on {day}. Nothing was taken from it.")
PRACTICE = N_("{name} of {producer} has practice figures, and this market is no practice. Nothing was taken from it.")
FUTURE = N_("{name} of {producer} tells of days up to {day}, which is still to come. Its computer's clock is wrong; ask for a new one.")
NOT_THEIRS = N_("{name} of {producer} takes back a bundle that somebody else signed. Nothing was changed; ask {producer} about it.")
NO_PRODUCER = N_("No producer is registered as '{label}'. Known: {known}")
NO_ACCOUNT = N_("No producer has an account '{account}' here. Known: {known}")


@dataclass(frozen=True)
class Taken:
    """What became of a file: a bundle taken (`again` when it was there already), or a notice that took bundles back."""

    name: str
    producer: str
    digest: str = ""
    lines: int = 0
    again: bool = False
    revoked: int = 0


@dataclass(frozen=True)
class BundleShown:
    """A bundle with its standing and, by account, which of its days count."""

    known: Known
    standing: Standing
    days: Mapping[str, Days] = field(default_factory=dict)


class Office:
    """Takes bundles into one market. `practice` tells whether the market has practice accounts."""

    def __init__(self, store: Store, folder: Path, clock: Clock, *, practice: bool) -> None:
        self._store, self._folder, self._clock, self._practice = store, folder / FOLDER, clock, practice

    def register(self, label: str, path: Path, code: str) -> shares.Producer:
        """Keeps whose key signed a bundle, when it is the one whose `code` the producer read out; nothing is taken from the bundle yet."""
        heard = heard_code(code)
        if not _LABEL.fullmatch(label):
            raise SettingsError(BAD_LABEL, code="label-wrong", label=label)
        bundle = read_bundle(path.name, file_content(path))
        found = spoken_code(bundle.public_key)
        if found != heard:
            raise SettingsError(OTHER_CODE, code="code-differs", name=path.name, found=found, heard=heard)
        with self._store.writing() as connection:
            known = shares.load_producers(connection)
            for one in known.values():
                if one.public_key == bundle.head.public_key:
                    raise SettingsError(KEY_KNOWN, code="key-known", label=one.label, name=one.name)
            if label in known:
                raise SettingsError(LABEL_TAKEN, code="label-taken", label=label, name=known[label].name)
            producer = shares.Producer(label, bundle.head.name, bundle.head.public_key, self._clock())
            shares.save_producer(connection, producer)
        return producer

    def take(self, path: Path) -> Taken:
        """Takes in one file, a bundle or a notice; what then counts is told by `settle`.

        SettingsError for one that is altered, unknown, expired, taken back, of days to come, or none at all.
        """
        content = file_content(path)
        if content.startswith(b"PK"):
            return self._take_bundle(path.name, content, read_bundle(path.name, content))
        return self._take_notice(path.name, read_notice(path.name, content))

    def settle(self, products: Mapping[str, Product], own: Mapping[str, str], labels: Collection[str] | None = None) -> list[BundleShown]:
        """Brings the ledger in line with the bundles that hold today; sales of others go out of it. Done again, it changes nothing.

        `own` are digests of shops by the office's own accounts: a day that such an account has is told by it alone. With `labels`,
        only those producers are looked at, and those of whom a bundle does not hold any more.
        """
        shown, accounts = self._days(own)
        ended = {one.known.label for one in shown if one.standing is not Standing.HOLDS}
        for label in sorted({account.label for account in accounts.values() if labels is None or account.label in {*labels, *ended}}):
            counting = [(self._read(one.known.digest), one.days) for one in shown
                        if one.known.label == label and any(days.counted for days in one.days.values())]
            for name in sorted(account.account for account in accounts.values() if account.label == label):
                count(self._store, name, label, [(bundle, days[name]) for bundle, days in counting if name in days], products, self._clock)
        return shown

    def bundles(self, own: Mapping[str, str]) -> list[BundleShown]:
        """All bundles, the newest first, and which of their days count; nothing is changed."""
        return self._days(own)[0]

    def forget(self, label: str, products: Mapping[str, Product], own: Mapping[str, str]) -> shares.Producer:
        """Forgets a producer: no bundle of its key is taken any more, and its sales leave all figures."""
        with self._store.writing() as connection:
            known = shares.load_producers(connection)
            if label not in known:
                raise SettingsError(NO_PRODUCER, code="producer-unknown", label=label, known=", ".join(known) or "–")
            for row in shares.load_bundles(connection):
                if row.label == label:
                    shares.save_bundle(connection, {**row._mapping, "revoked_at": self._clock()})
        self.settle(products, own, [label])
        with self._store.writing() as connection:
            shares.forget_producer(connection, label)
        return known[label]

    def say_same(self, account: str, own: str) -> None:
        """Keeps that a producer's account is the same shop as one of the office's own (empty: none)."""
        with self._store.writing() as connection:
            known = shares.load_accounts(connection)
            if account not in known:
                raise SettingsError(NO_ACCOUNT, code="shared-account-unknown", account=account, known=", ".join(known) or "–")
            shares.say_same(connection, account, own)

    def _take_bundle(self, name: str, content: bytes, bundle: Bundle) -> Taken:
        head, now = bundle.head, self._clock()
        today = business_day(now)
        with self._store.reading() as connection:
            producer = next((one for one in shares.load_producers(connection).values() if one.public_key == head.public_key), None)
            rows = {row.digest: row for row in shares.load_bundles(connection) if producer and row.label == producer.label}
        if producer is None:
            raise SettingsError(UNKNOWN_SIGNER, code="signer-unknown", name=name, says=head.name, spoken=spoken_code(bundle.public_key))
        known = rows.get(bundle.digest)
        if known is not None and known.revoked_at is not None:
            raise SettingsError(REVOKED, code="bundle-revoked", name=name, producer=producer.name, day=_day(business_day(known.revoked_at)))
        if head.valid_until < today:
            raise SettingsError(EXPIRED, code="bundle-expired", name=name, producer=producer.name, day=_day(head.valid_until))
        if (told := max(head.last_day, business_day(head.made_at))) > today:
            raise SettingsError(FUTURE, code="bundle-future", name=name, producer=producer.name, day=_day(told))
        if head.practice and not self._practice:
            raise SettingsError(PRACTICE, code="bundle-practice", name=name, producer=producer.name)
        if known is None:
            self._keep(bundle.digest, content)
            with self._store.writing() as connection:
                shares.save_bundle(connection, {
                    "digest": bundle.digest, "label": producer.label, "made_at": head.made_at, "first_day": head.first_day,
                    "last_day": head.last_day, "valid_until": head.valid_until, "level": head.level.value, "taken_at": now,
                    "revoked_at": None, "accounts": [account_name(producer.label, account.name) for account in head.accounts]})
                for account in head.accounts:
                    shares.save_account(connection, _account(producer.label, account))
        return Taken(name, producer.name, bundle.digest, len(bundle.lines), again=known is not None)

    def _take_notice(self, name: str, notice: Notice) -> Taken:
        with self._store.writing() as connection:
            producer = next((one for one in shares.load_producers(connection).values() if one.public_key == notice.public_key), None)
            if producer is None:
                raise SettingsError(UNKNOWN_SIGNER, code="signer-unknown", name=name, says="?", spoken=spoken_code(notice.key))
            known = {row.digest: row for row in shares.load_bundles(connection)}
            for one in notice.bundles:
                row = known.get(one.digest)
                if row is not None and row.label != producer.label:
                    raise SettingsError(NOT_THEIRS, code="not-their-bundle", name=name, producer=producer.name)
                if row is None or row.revoked_at is None:
                    values = one.model_dump() | {"level": one.level.value, "label": producer.label, "revoked_at": notice.made_at}
                    shares.save_bundle(connection, values | {
                        "taken_at": row.taken_at if row is not None else None, "accounts": row.accounts if row is not None else []})
        return Taken(name, producer.name, revoked=len(notice.bundles))

    def _days(self, own: Mapping[str, str]) -> tuple[list[BundleShown], dict[str, shares.Account]]:
        today = business_day(self._clock())
        with self._store.reading() as connection:
            rows = shares.load_bundles(connection)
            accounts, reached = shares.load_accounts(connection), complete_to(connection)
            same = {name: _same_as(account, own) for name, account in accounts.items()}
            own_days = {name: shares.days_known(connection, mine, business_day(reached[mine]) if mine in reached else None)
                        for name, mine in same.items() if mine}
        known, told = [_known(row) for row in rows], {row.digest: row.accounts for row in rows}
        days = days_that_count(known, told, own_days, today)
        shown = [BundleShown(one, one.standing(today), {
            account: days[one.digest, account] for account in told[one.digest] if (one.digest, account) in days}) for one in known]
        return shown, accounts

    def _keep(self, digest: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{digest}.part"
        part.write_bytes(content)
        part.replace(self._folder / f"{digest}.zip")

    def _read(self, digest: str) -> Bundle:
        """A bundle that was taken; its signature is looked at again."""
        path = self._folder / f"{digest}.zip"
        return read_bundle(path.name, path.read_bytes())


def _account(label: str, account: SharedAccount) -> shares.Account:
    return shares.Account(account_name(label, account.name), label, account.name, account.title, account.point_of_sale, account.shop)


def _same_as(account: shares.Account, own: Mapping[str, str]) -> str:
    """The office's own account of the same shop: as a person said, else as the shop's number tells."""
    return account.same_as or next((name for name, shop in sorted(own.items()) if shop and shop == account.shop), "")


def _known(row: Any) -> Known:
    return Known(row.digest, row.label, row.made_at, row.first_day, row.last_day, row.valid_until, row.level, row.taken_at, row.revoked_at)


def _day(value: date) -> str:
    return f"{value:%d/%m/%Y}"

