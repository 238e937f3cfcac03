"""Whether a channel takes a picture as it is, and who can put right what does not fit."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from ocop_market.channels.profile import ChannelProfile
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.pictures.inspection import SUFFIXES, PictureFacts

FORMAT = N_("{picture} is of the kind {format}; {channel} takes {formats}.")
HEAVY = N_("{picture} has {size} MB; {channel} takes at most {limit} MB.")
SMALL = N_("{picture} has {width} × {height} pixels; {channel} wants at least {limit} on each side. Find the original or take a new one: "
           "a small picture is never blown up.")
WIDE = N_("{picture} has {width} × {height} pixels; {channel} takes at most {limit} on a side.")
SHAPE = N_("{picture} has {width} × {height} pixels; {channel} takes only the shape {shape}.")
RESHAPED = N_("{picture} has {width} × {height} pixels; {channel} brings it into the shape {shape} by itself. Look there whether all of it "
              "is still seen.")
TURNED = N_("{picture} is stored lying on its side; many shops show it so.")
PLACE = N_("{picture} names in its file the place where it was taken; a shop would make that public.")
COLOURS = N_("{picture} stores its colours as for printing or for measuring ({mode}); many shops show them wrongly.")
MOVING = N_("{picture} moves or has several pages; {channel} shows one still picture.")
SUFFIX = N_("{picture} is of the kind {format}, but its name says another.")
ONLY_LINK = N_("{picture} is only a link; {channel} takes files. Save the picture on this computer and name its path in the list.")
ONLY_FILE = N_("{picture} is only a file; {channel} fetches pictures itself. Put it on a public address and enter that link.")
NOT_PUBLIC = N_("{channel} cannot open the link of {picture}: it leads to this computer or into a private network. Put the picture on a "
                "public address.")
SHARE_PAGE = N_("The link of {picture} leads to a page that shows the picture ({host}), not to the picture. {channel} needs a link that "
                "ends in the file itself.")
SURPLUS = N_("{channel} takes {limit} pictures; {picture} is number {position} and stays back.")

_ON_SCREENS = frozenset({"1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX"})
_SHARING_HOSTS = ("drive.google.com", "photos.google.com", "photos.app.goo.gl", "facebook.com", "onedrive.live.com", "1drv.ms")
"""Their share links open a page around the picture; no list of such hosts is published (unverified)."""


class Cure(StrEnum):
    """Who puts something right."""

    COPY = "copy"
    """A copy made by us fits."""
    PERSON = "person"
    """Somebody must do what the sentence says."""
    NONE = "none"
    """Good to know; the picture is taken."""


@dataclass(frozen=True)
class Finding:
    """Something about one picture on one channel."""

    problem: Problem
    cure: Cure


def file_findings(facts: PictureFacts, name: str, profile: ChannelProfile) -> list[Finding]:
    """What keeps a readable file of that name from being taken by a channel as it is, all at once."""
    return [Finding(Problem(code, message, "pictures", {"picture": name, "channel": profile.title, **values}), cure)
            for code, cure, message, values in (*_by_rules(facts, profile), *_by_content(facts, name, profile))]


def link_findings(link: str, profile: ChannelProfile, name: str) -> list[Finding]:
    """What the words of a link tell; nothing is fetched."""
    host = (urlsplit(link).hostname or "").lower()
    values = {"picture": name, "channel": profile.title, "host": host}
    if _is_private(host):
        return [Finding(Problem("picture-link-private", NOT_PUBLIC, "pictures", values), Cure.PERSON)]
    if any(host == sharing or host.endswith(f".{sharing}") for sharing in _SHARING_HOSTS):
        return [Finding(Problem("picture-link-page", SHARE_PAGE, "pictures", values), Cure.PERSON)]
    return []


_Found = tuple[str, Cure, str, dict[str, object]]


def _by_rules(facts: PictureFacts, profile: ChannelProfile) -> Iterator[_Found]:
    rules = profile.pictures
    size: dict[str, object] = {"width": facts.width, "height": facts.height}
    if rules.formats and facts.format not in rules.formats:
        yield "picture-format", Cure.COPY, FORMAT, {"format": facts.format, "formats": ", ".join(rules.formats)}
    if rules.most_bytes and facts.byte_count > rules.most_bytes:
        yield "picture-too-large", Cure.COPY, HEAVY, {"size": _megabytes(facts.byte_count), "limit": _megabytes(rules.most_bytes)}
    if min(facts.width, facts.height) < rules.least_side:
        yield "picture-too-small", Cure.PERSON, SMALL, {**size, "limit": rules.least_side}
    if rules.most_side and max(facts.width, facts.height) > rules.most_side:
        yield "picture-too-wide", Cure.COPY, WIDE, {**size, "limit": rules.most_side}
    if rules.shape and not has_shape(facts.width, facts.height, rules.shape):
        shape = f"{rules.shape[0]}:{rules.shape[1]}"
        code, cure, message = (("picture-shape", Cure.COPY, SHAPE) if rules.shape_demanded
                               else ("picture-reshaped", Cure.NONE, RESHAPED))
        yield code, cure, message, {**size, "shape": shape}


def _by_content(facts: PictureFacts, name: str, profile: ChannelProfile) -> Iterator[_Found]:
    if facts.orientation != 1:
        yield "picture-turned", Cure.COPY, TURNED, {}
    if facts.tells_place:
        yield "picture-tells-place", Cure.COPY, PLACE, {}
    if facts.mode not in _ON_SCREENS:
        yield "picture-colours", Cure.COPY, COLOURS, {"mode": facts.mode}
    if facts.animated:
        yield "picture-moves", Cure.COPY, MOVING, {}
    if profile.picture_by == "upload" and Path(name).suffix.lower() not in SUFFIXES[facts.format]:
        yield "picture-suffix", Cure.COPY, SUFFIX, {"format": facts.format}


def has_shape(width: int, height: int, shape: tuple[int, int]) -> bool:
    """Whether width to height is the shape, to a pixel."""
    return abs(width * shape[1] - height * shape[0]) <= max(shape)


def _megabytes(count: int) -> str:
    return f"{count / 1024 / 1024:.1f}".removesuffix(".0").replace(".", ",")


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".localhost", ".lan", ".internal"))
