"""`share`: a producer hands signed figures to an office; the office takes those of many producers in, each day once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from ocop_market.channels.registry import load_connector
from ocop_market.cli.frame import Exit, emit, error_json, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.published import tables
from ocop_market.cli.speech import Day, SpeakingCommand, SpeakingGroup, argument, option
from ocop_market.errors import MarketError, SettingsError
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.model.money import vnd
from ocop_market.model.text import fold
from ocop_market.sales.unknown import UnknownGood
from ocop_market.sharing.bundle import Bundle, Level, SharedAccount, read_bundle
from ocop_market.sharing.counted import Days, Standing
from ocop_market.sharing.fingerprint import spoken_code
from ocop_market.sharing.gather import shop_digest
from ocop_market.sharing.office import BundleShown, Office, Taken
from ocop_market.sharing.producer import Asked, Sharer
from ocop_market.sheets.container import file_content
from ocop_market.store.shares import load_accounts, load_producers

LEVELS = {Level.DAYS: N_("sums by day and goods"), Level.LINES: N_("every order line, orders under a pseudonym")}
STANDINGS = {Standing.HOLDS: N_("holds"), Standing.EXPIRED: N_("ended"), Standing.REVOKED: N_("taken back")}
MADE = N_("Written: {path}. {rows} rows of {first} to {last}, {level!t}; an office may use it until {until}.")
CODE = N_("Your code, to be read out over the telephone when the office asks: {code}")
LEFT_OUT = N_("Not in it: buyers, numbers of orders, costs, names of households.")
NOTHING_SOLD = N_("Nothing was sold from {first} to {last}, so there is nothing to share. Choose other days with --from and --to.")
TURNED = N_("The days are the wrong way round: {first} to {last}.")
ENDS_BEFORE = N_("The bundle would have ended before today ({day}). Give a later day with --valid-until.")
SHOWN = N_("{name} of “{producer}”: {first} to {last}, {level!t}, made on {made}, may be used until {until}. Signed with the code {code}.")
CONTENT = N_("{rows} rows, {products} codes of goods, {amount} (list price less the seller's discounts and returns, whatever the state of "
             "the orders).")
REVOKED = N_("Written: {path}. Give it to the office; from then on it uses nothing of {name} any more.")
REGISTERED = N_("{producer} is registered as '{label}'. Now take its bundles in: ocop-market share take {path}")
TOOK = N_("✓ {name}: {producer}, {rows} rows.")
TOOK_AGAIN = N_("= {name}: {producer}, taken in before.")
TOOK_BACK = N_("✓ {name}: {producer} takes {count} bundles back.")
NOTHING_THERE = N_("There is no bundle (.zip) and no notice (.json) in {path}.")
NO_BUNDLES = N_("No producer shares with this market yet. Register one with: ocop-market share register NAME FILE --code CODE")
UNATTRIBUTED = N_("{count} codes of producers belong to no product of this market yet, worth {amount}. See: ocop-market goods")
SAME = N_("{account} is the same shop as {own}: days that {own} has are counted from there alone.")
NOT_SAME = N_("{account} is no account of this market: all its days count.")
FORGOTTEN = N_("{producer} is forgotten. Its sales are out of all figures; no bundle of its key is taken any more.")
COUNTED = N_("{count} of {days}")
FROM_NEWER = N_("{count} from a newer bundle")
FROM_OWN = N_("{count} from an own account")
MADE_NAME = "chia-se"


def _sharer(market: Market) -> Sharer:
    return Sharer(market.store, market.vault, market.clock())


def _office(market: Market) -> Office:
    return Office(market.store, market.folder, market.clock, practice=_is_practice(market))


def _is_practice(market: Market) -> bool:
    return any(account.practice for account in market.settings.accounts.values())


@click.command("make", cls=SpeakingCommand, help=N_(
    "Writes a signed bundle of your sales for an office: sums by day and goods, or each order line. No buyers, no costs."))
@option("--to-file", "path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help=N_("File to write (default: named "
        "after the market and the last day)."))
@option("--lines", is_flag=True, help=N_("Tell each order line, not only sums by day."))
@option("--account", "accounts", metavar="ACCOUNT", multiple=True, help=N_("Only this account; may be given several times."))
@option("--from", "start", type=Day(), help=N_("First day (default: the first of January of last year)."))
@option("--to", "end", type=Day(), help=N_("Last day (default: yesterday)."))
@option("--valid-until", "until", type=Day(), help=N_("Last day on which the office may use it (default: a year from today)."))
@shared_options
@speaks_plainly
def make(path: Path | None, lines: bool, accounts: tuple[str, ...], start: datetime | None, end: datetime | None, until: datetime | None,
         market_folder: Path, as_json: bool) -> Exit:
    """Writes a bundle."""
    with open_market(market_folder) as market:
        for account in accounts:
            market.settings.account(account)
        today = market.today
        last = end.date() if end else today - timedelta(days=1)
        first = start.date() if start else date(last.year - 1, 1, 1)
        asked = Asked(first, last, until.date() if until else today + timedelta(days=365), Level.LINES if lines else Level.DAYS,
                      _shared_accounts(market, accounts or tuple(market.settings.accounts)), market.settings.name, _is_practice(market))
        if first > last:
            raise SettingsError(TURNED, code="period-upside-down", first=_day(first), last=_day(last))
        if asked.valid_until < today:
            raise SettingsError(ENDS_BEFORE, code="bundle-expired", day=_day(asked.valid_until))
        sharer = _sharer(market)
        content, code = sharer.make(asked, market.products()), sharer.code
        bundle = read_bundle("", content)
        if not bundle.lines:
            raise SettingsError(NOTHING_SOLD, code="nothing-sold", first=_day(first), last=_day(last))
        to = path or Path(f"{MADE_NAME}-{fold(market.settings.name).replace(' ', '-')}-{last.isoformat()}.zip")
        market.refuse_to_overwrite(to)
        with to.open("xb") as file:
            file.write(content)
    if as_json:
        emit({"file": str(to), "code": code, **_bundle_json(bundle)})
        return Exit.DONE
    tell(say(MADE, path=str(to), rows=number(len(bundle.lines)), first=_day(first), last=_day(last), level=LEVELS[asked.level],
             until=_day(asked.valid_until)))
    tell(translate(LEFT_OUT))
    tell(say(CODE, code=code))
    return Exit.DONE


@click.command("show", cls=SpeakingCommand, help=N_("Shows what is in a bundle and who signed it; nothing is taken from it."))
@argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@shared_options
@speaks_plainly
def show(file: Path, market_folder: Path, as_json: bool) -> Exit:
    """Shows a bundle."""
    bundle = read_bundle(file.name, file_content(file))
    if as_json:
        emit(_bundle_json(bundle))
        return Exit.DONE
    head = bundle.head
    tell(say(SHOWN, name=file.name, producer=head.name, first=_day(head.first_day), last=_day(head.last_day), level=LEVELS[head.level],
             made=f"{head.made_at:%d/%m/%Y}", until=_day(head.valid_until), code=spoken_code(bundle.public_key)))
    codes = len({line.sku for line in bundle.lines})
    tell(say(CONTENT, rows=number(len(bundle.lines)), products=number(codes), amount=vnd(_worth(bundle))))
    table("", [translate(heading) for heading in (N_("Account"), N_("Channel"), N_("Rows"), N_("Worth"))], [
        (account.name, account.title, number(sum(line.account == account.name for line in bundle.lines)),
         vnd(_worth(bundle, account.name))) for account in head.accounts], right=[2, 3])
    return Exit.DONE


@click.command("revoke", cls=SpeakingCommand, help=N_(
    "Takes a bundle back: writes a signed notice beside it, to be given to the office."))
@argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@shared_options
@speaks_plainly
def revoke(file: Path, market_folder: Path, as_json: bool) -> Exit:
    """Writes a notice."""
    bundle = read_bundle(file.name, file_content(file))
    with open_market(market_folder) as market:
        content = _sharer(market).revoke(file.name, bundle)
    path = file.with_name(f"{file.stem}-thu-hoi.json")
    path.write_bytes(content)
    if as_json:
        emit({"file": str(path), "digest": bundle.digest})
    else:
        tell(say(REVOKED, path=str(path), name=file.name))
    return Exit.DONE


@click.command("register", cls=SpeakingCommand, help=N_(
    "Registers a producer: NAME is a short label of your own, FILE any bundle of it, CODE what the producer reads out over the telephone."))
@argument("label", metavar="NAME")
@argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@option("--code", metavar="NUMBER", required=True, help=N_("The producer's code: 24 digits in six groups."))
@shared_options
@speaks_plainly
def register(label: str, file: Path, code: str, market_folder: Path, as_json: bool) -> Exit:
    """Registers a producer."""
    with open_market(market_folder) as market:
        producer = _office(market).register(label, file, code)
    if as_json:
        emit({"label": producer.label, "name": producer.name})
    else:
        tell(say(REGISTERED, producer=producer.name, label=producer.label, path=str(file)))
    return Exit.DONE


@click.command("take", cls=SpeakingCommand, help=N_(
    "Takes bundles and notices in, single files or folders of them; each day of each account counts once. Without FILE, only lets go of "
    "bundles that have ended."))
@argument("paths", metavar="FILE", nargs=-1, type=click.Path(path_type=Path))
@shared_options
@speaks_plainly
def take(paths: tuple[Path, ...], market_folder: Path, as_json: bool) -> Exit:
    """Takes bundles in."""
    taken: list[Taken] = []
    refused: list[MarketError] = []
    with open_market(market_folder) as market:
        office = _office(market)
        for file in _files(paths):
            try:
                taken.append(office.take(file))
            except SettingsError as error:
                refused.append(error)
        with market.store.reading() as connection:
            labels = {producer.name: producer.label for producer in load_producers(connection).values()}
        shown = office.settle(market.products(), _own_shops(market), [labels[one.producer] for one in taken])
        unknown = _unattributed(market)
    if as_json:
        emit({"taken": [vars(one) for one in taken], "refused": [error_json(error) for error in refused],
              "bundles": [_shown_json(one) for one in shown], "unattributed": len(unknown)})
        return Exit.PARTLY if refused else Exit.DONE
    for one in taken:
        text = TOOK_BACK if one.revoked else TOOK_AGAIN if one.again else TOOK
        tell(say(text, name=one.name, producer=one.producer, rows=number(one.lines), count=one.revoked))
    for refusal in refused:
        tell("✗ " + refusal.sentence())
    _show(shown)
    if unknown:
        tell(say(UNATTRIBUTED, count=number(len(unknown)), amount=vnd(sum(one.good.amount for one in unknown))))
    return Exit.PARTLY if refused else Exit.DONE


@click.command("list", cls=SpeakingCommand, help=N_(
    "Lists producers and their bundles: which hold, which days of them count, and which are counted from a newer bundle or from an own "
    "account."))
@shared_options
@speaks_plainly
def list_shares(market_folder: Path, as_json: bool) -> Exit:
    """Lists bundles."""
    with open_market(market_folder) as market:
        shown = _office(market).bundles(_own_shops(market))
        with market.store.reading() as connection:
            producers, accounts = load_producers(connection), load_accounts(connection)
    if as_json:
        emit({"producers": [{"label": one.label, "name": one.name, "accounts": [
            {"account": account.account, "there": account.there, "channel": account.channel, "same_as": account.same_as}
            for account in accounts.values() if account.label == one.label]} for one in producers.values()],
            "bundles": [_shown_json(one) for one in shown]})
    elif producers:
        table(translate(N_("Producers")), [translate(heading) for heading in (N_("Label"), N_("Producer"), N_("Accounts"))], [
            (one.label, one.name, "\n".join(account.account for account in accounts.values() if account.label == one.label) or "–")
            for one in producers.values()])
        _show(shown)
    else:
        tell(translate(NO_BUNDLES))
    return Exit.DONE


@click.command("same", cls=SpeakingCommand, help=N_(
    "Says that ACCOUNT of a producer is the same shop as one of your own accounts (PLACE), so that its days are counted once."))
@argument("account")
@argument("own", metavar="PLACE", required=False)
@option("--no", "none", is_flag=True, help=N_("It is none of your own."))
@shared_options
@speaks_plainly
def same(account: str, own: str | None, none: bool, market_folder: Path, as_json: bool) -> Exit:
    """Keeps that two accounts are one shop."""
    if (own is None) is not none:
        raise click.UsageError(translate(N_("Give your own account, or --no.")))
    with open_market(market_folder) as market:
        if own is not None:
            market.settings.account(own)
        office = _office(market)
        office.say_same(account, own or "")
        shown = office.settle(market.products(), _own_shops(market))
    if as_json:
        emit({"account": account, "same_as": own or "", "bundles": [_shown_json(one) for one in shown]})
    else:
        tell(say(SAME, account=account, own=own) if own else say(NOT_SAME, account=account))
    return Exit.DONE


@click.command("forget", cls=SpeakingCommand, help=N_("Forgets a producer: its key, its bundles, and its sales in all figures."))
@argument("label", metavar="NAME")
@shared_options
@speaks_plainly
def forget(label: str, market_folder: Path, as_json: bool) -> Exit:
    """Forgets a producer."""
    with open_market(market_folder) as market:
        producer = _office(market).forget(label, market.products(), _own_shops(market))
    if as_json:
        emit({"label": producer.label, "name": producer.name})
    else:
        tell(say(FORGOTTEN, producer=producer.name))
    return Exit.DONE


share = SpeakingGroup("share", help=N_(
    "Signed figures from a producer to an office. At the producer: make, show, revoke. At the office: register, take, list, same, forget, "
    "tables."),
    subcommand_metavar="COMMAND [ARGS]...", commands=[make, show, revoke, register, take, list_shares, same, forget, tables])


def _shared_accounts(market: Market, names: Sequence[str]) -> tuple[SharedAccount, ...]:
    found = []
    for name in names:
        settings = market.settings.account(name)
        title, till = settings.channel, None
        try:
            profile = load_connector(settings.channel).profile
        except MarketError:  # a channel that is not installed any more still has sales in the ledger
            pass
        else:
            title, till = profile.title, None if profile.key == "spreadsheet" else profile.point_of_sale
        found.append(SharedAccount(name=name, channel=settings.channel, title=title, point_of_sale=till,
                                   shop=shop_digest(settings.channel, settings.own)))
    return tuple(found)


def _own_shops(market: Market) -> dict[str, str]:
    return {name: shop_digest(settings.channel, settings.own) for name, settings in market.settings.accounts.items()}


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that are named, and those of bundles and notices in the folders that are."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(file for file in path.iterdir() if file.suffix.lower() in (".zip", ".json") and file.is_file())
        if not inside:
            raise SettingsError(NOTHING_THERE, code="no-bundles", path=str(path))
        yield from inside


def _unattributed(market: Market) -> list[UnknownGood]:
    with market.store.reading() as connection:
        accounts = load_accounts(connection)
    return [one for one in market.unknown_goods() if one.good.account in accounts]


def _show(shown: Sequence[BundleShown]) -> None:
    if not shown:
        return
    headings = (N_("Producer"), N_("Days"), N_("May be used until"), N_("State"), N_("Days that count"))
    table(translate(N_("Bundles")), [translate(heading) for heading in headings], [_row(one) for one in shown])


def _row(one: BundleShown) -> tuple[str, ...]:
    known = one.known
    counted, newer, own = _together(one)
    lines = [say(COUNTED, count=number(len(counted)), days=number((known.last_day - known.first_day).days + 1))]
    lines += [say(text, count=number(len(days))) for text, days in ((FROM_NEWER, newer), (FROM_OWN, own)) if days]
    return (known.label, f"{_day(known.first_day)}\n{_day(known.last_day)}", _day(known.valid_until), translate(STANDINGS[one.standing]),
            "\n".join(lines))


def _together(one: BundleShown) -> tuple[set[date], set[date], set[date]]:
    """Days over all accounts of a bundle: those that count in any, those told by a newer one, those of an own account."""
    every: list[Days] = list(one.days.values())
    return (set().union(*(days.counted for days in every)), set().union(*(days.newer for days in every)),
            set().union(*(days.own for days in every)))


def _shown_json(one: BundleShown) -> dict[str, Any]:
    known = one.known
    return {"digest": known.digest, "label": known.label, "made_at": known.made_at.isoformat(), "first_day": known.first_day.isoformat(),
            "last_day": known.last_day.isoformat(), "valid_until": known.valid_until.isoformat(), "level": known.level,
            "state": one.standing.value, "accounts": {account: {
                "counted": len(days.counted), "newer": len(days.newer), "own": len(days.own)} for account, days in one.days.items()}}


def _bundle_json(bundle: Bundle) -> dict[str, Any]:
    head = bundle.head
    return {"digest": bundle.digest, "name": head.name, "signer": spoken_code(bundle.public_key), "level": head.level.value,
            "made_at": head.made_at.isoformat(), "first_day": head.first_day.isoformat(), "last_day": head.last_day.isoformat(),
            "valid_until": head.valid_until.isoformat(), "practice": head.practice, "rows": len(bundle.lines), "worth": _worth(bundle),
            "accounts": [account.model_dump() for account in head.accounts],
            "products": [product.model_dump() for product in bundle.products]}


def _worth(bundle: Bundle, account: str = "") -> int:
    return sum(line.list_amount - line.seller_discount - line.refund for line in bundle.lines if account in ("", line.account))


def _day(value: date) -> str:
    return f"{value:%d/%m/%Y}"
