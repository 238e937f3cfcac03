"""`pictures`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ocop_market.channels.profile import ChannelProfile
from ocop_market.channels.registry import connector_names, load_connector
from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.progress import bar
from ocop_market.cli.speech import SpeakingCommand, option
from ocop_market.errors import NotSupported
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.model.product import Product
from ocop_market.pictures.album import Album
from ocop_market.pictures.check import Cure, Finding
from ocop_market.pictures.survey import Same, Survey, Surveyed, same_pictures, survey

TAKES_NONE = N_("The channel {channel} takes no pictures from us.")
SUMMARY = N_("{channel}: {fit} pictures can be sent, {copy} need a copy, {person} need you, {missing} products have none. Copies "
             "made so far: {copies}.")
FOUND = N_("What was found")
LOOK = N_("Looking at the pictures for {channel}")
MAKE = N_("Making copies for {channel}")
FIX = N_("The copies are made by: ocop-market pictures --channel {channel} --fix")
PUT_THERE = N_("{channel} fetches pictures itself: put the copies in {folder} on a public address and enter their links.")
SAME, ALIKE = N_("the same file"), N_("looks the same")
CURES = {Cure.PERSON: N_("by hand"), Cure.COPY: N_("a copy"), Cure.NONE: N_("only to know")}
DONE = N_("copy made")
MORE = N_("… and {count} more (--all shows them).")
BAR = 24
"""Widest bar in characters."""
WORDS = {
    "no-picture": N_("no picture"), "picture-not-found": N_("file not there"), "picture-unreadable": N_("no readable picture"),
    "picture-format": N_("other kind of file"), "picture-too-large": N_("too many MB"), "picture-too-small": N_("too few pixels"),
    "picture-too-wide": N_("too many pixels"), "picture-shape": N_("other shape"),
    "picture-reshaped": N_("brought into shape by the channel"), "picture-turned": N_("lies on its side"),
    "picture-tells-place": N_("tells where it was taken"), "picture-colours": N_("colours for printing"),
    "picture-moves": N_("moves or has pages"), "picture-suffix": N_("wrong ending of the name"), "picture-only-link": N_("only a link"),
    "picture-only-file": N_("only a file"), "picture-link-private": N_("link not public"), "picture-link-page": N_("link to a page"),
    "picture-surplus": N_("more than the channel takes"), "picture-no-copy": N_("no copy possible"),
}
"""Code of a problem: its few words in the table of counts."""


@click.command("pictures", cls=SpeakingCommand, help=N_(
    "Checks the pictures of all products against what each channel takes, and finds the same picture on several products. Originals "
    "are never touched."))
@option("--channel", metavar="CHANNEL", help=N_("Only this channel (default: those of your accounts)."))
@option("--fix", is_flag=True, help=N_("Make a copy that fits wherever one helps; a stopped run goes on where it stood."))
@option("--all", "show_all", is_flag=True, help=N_("Show every remark, not the first twenty."))
@shared_options
@speaks_plainly
def pictures(channel: str | None, fix: bool, show_all: bool, market_folder: Path, as_json: bool) -> Exit:
    """Checks pictures and makes copies."""
    with open_market(market_folder) as market:
        profiles = [_profile(channel)] if channel else _profiles(market)
        products = sorted(market.products().values(), key=lambda product: product.sku)
        album = market.album
    found = [_look(products, profile, album, fix=fix, quiet=as_json) for profile in profiles]
    same = same_pictures(products, album)
    if as_json:
        emit({"channels": {one.profile.key: _json(one) for one in found}, "same": [_same_json(one) for one in same]})
    else:
        for one in found:
            _show(one, album, limit=None if show_all else 20)
        _show_same(same, limit=None if show_all else 20)
    return Exit.PARTLY if any(one.outcome is not Cure.NONE for seen in found for one in seen.pictures) else Exit.DONE


def _profile(channel: str) -> ChannelProfile:
    profile = load_connector(channel).profile
    if profile.picture_by == "none":
        raise NotSupported(TAKES_NONE, code="no-pictures-taken", channel=profile.title)
    return profile


def _profiles(market: Market) -> list[ChannelProfile]:
    """Of the accounts' channels, or of all there are as long as there is no account."""
    keys = dict.fromkeys(account.channel for account in market.settings.accounts.values()) or connector_names()
    return [profile for profile in (load_connector(key).profile for key in keys) if profile.picture_by != "none"]


def _look(products: list[Product], profile: ChannelProfile, album: Album, *, fix: bool, quiet: bool) -> Survey:
    with bar(say(MAKE if fix else LOOK, channel=profile.title), total=len(products), quiet=quiet) as watch:
        return survey(products, profile, album, fix=fix, watch=watch)


def _show(found: Survey, album: Album, limit: int | None) -> None:
    outcomes = found.outcomes()
    tell(say(SUMMARY, channel=found.profile.title, **{name: number(count) for name, count in outcomes.items()}))
    counts = found.counts()
    if counts:
        most = max(counts.values())
        table(translate(FOUND), [translate(N_("What")), translate(N_("Pictures")), ""],
              [(translate(WORDS.get(code, code)), number(count), "█" * max(1, round(BAR * count / most)))
               for code, count in counts.items()], right=[1])
    remarks = sorted(((one, finding) for one in found.pictures for finding in one.findings), key=_urgency)
    rows = [(one.sku, one.product, finding.problem.sentence(), _cure(one, finding.cure)) for one, finding in remarks]
    if rows:
        table(translate("Remarks"), ["SKU", translate("Product"), translate("Remark"), translate(N_("What helps"))], rows[:limit])
    _tell_rest(len(rows), limit)
    if outcomes["copy"]:
        tell(say(FIX, channel=found.profile.key))
    if outcomes["copies"] and found.profile.picture_by == "link":
        tell(say(PUT_THERE, channel=found.profile.title, folder=str(album.folder_for(found.profile))))


def _urgency(remark: tuple[Surveyed, Finding]) -> int:
    """What a person must do comes first, then what a copy cures, then what is only to know."""
    one, finding = remark
    return 3 if finding.cure is Cure.COPY and one.copy is not None else list(CURES).index(finding.cure)


def _cure(one: Surveyed, cure: Cure) -> str:
    return translate(DONE if cure is Cure.COPY and one.copy is not None else CURES[cure])


def _show_same(same: list[Same], limit: int | None) -> None:
    if same:
        table(translate(N_("The same picture on several products")), [translate(N_("How")), translate(N_("Products and files"))],
              [(translate(SAME if one.exact else ALIKE), "\n".join(f"{sku}: {name}" for sku, name in one.products))
               for one in same[:limit]])
    _tell_rest(len(same), limit)


def _tell_rest(count: int, limit: int | None) -> None:
    if limit is not None and count > limit:
        tell(say(MORE, count=number(count - limit)))


def _json(found: Survey) -> dict[str, Any]:
    return {**found.outcomes(), "problems": found.counts(), "pictures": [
        {"sku": one.sku, "product": one.product, "position": one.position, "picture": one.name, "outcome": one.outcome.value,
         "copy": str(one.copy) if one.copy else None,
         "findings": [{"code": f.problem.code, "cure": f.cure.value, "message": f.problem.sentence()} for f in one.findings]}
        for one in found.pictures]}


def _same_json(one: Same) -> dict[str, Any]:
    return {"exact": one.exact, "products": [{"sku": sku, "picture": name} for sku, name in one.products]}
