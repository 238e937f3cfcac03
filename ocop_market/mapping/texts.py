"""Title and description of a listing: filled from templates, shortened to what the channel takes, true on the day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ocop_market.catalog.claims import claim_spans, stars_named
from ocop_market.channels.profile import ChannelProfile
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.mapping.facts import fact_names
from ocop_market.mapping.templates import filled, places_in
from ocop_market.mapping.words import Line, Words, said_of
from ocop_market.model.text import cut, size, tidy

TITLE = "{name} {stars}"
DESCRIPTION = """{name}
Sản phẩm {stars}.
{legal}
{description}
Chủ thể: {producer}.
Nơi sản xuất: {place}.
Khối lượng tịnh: {weight}.
Thành phần: {ingredients}.
Hạn sử dụng: {shelf_life}.
Hướng dẫn sử dụng: {use}.
Bảo quản: {storage}.
Cảnh báo: {warning}."""
"""What listings say where the account's map has no texts of its own."""
OF_THE_DAY = ("stars", "certificate", "legal", "description")
"""Places beside the facts: what the certificate in force allows, what the law asks for, the product's own description."""
LONGEST_TITLE = 255

NO_ROOM = N_("{channel} takes {limit} of text ({unit!t}), too few for the sentences that the law asks for with {name}. Leave it out of "
             "this channel.")
UNITS = {"characters": N_("characters"), "bytes": N_("bytes")}


@dataclass(frozen=True)
class Templates:
    """Templates of title and description, with places in braces."""

    title: str = TITLE
    description: str = DESCRIPTION


def known_places() -> tuple[str, ...]:
    """The names that a template may put in braces."""
    return (*OF_THE_DAY, *fact_names())


def unknown_places(template: str) -> list[str]:
    """Names in a template that no place has."""
    return [name for name in places_in(template) if name not in known_places()]


def title_of(words: Words, template: str, profile: ChannelProfile) -> str:
    """The title; too long, it loses its last places first, then the end of the name, and its claim of stars never by half."""
    whole, limit = words.title(template), profile.title_limit or LONGEST_TITLE
    return whole if profile.title_minimum <= size(whole, profile.text_unit) <= limit else _fitting_title(words, template, profile)


def _fitting_title(words: Words, template: str, profile: ChannelProfile) -> str:
    limit, unit = profile.title_limit or LONGEST_TITLE, profile.text_unit
    values, claim = words.title_values(), words.today.claim
    name, stars = values.get("name", ""), said_of(claim).get("stars", "")

    def made() -> str:
        return tidy(filled(template, values))

    title = made()
    for more in (values.get("producer", ""), values.get("province", "")):
        if size(title, unit) < profile.title_minimum and more and more not in title:
            values["name"] = f"{values.get('name', '')} - {more}"
            title = made()
    for place in reversed(places_in(template)):
        if size(title, unit) > limit and place not in ("name", "stars"):
            values[place] = ""
            title = made()
    if size(title, unit) > limit:
        room = limit - size(title, unit) + size(values.get("name", ""), unit)
        values["name"] = _cut_before_claim(name, room, unit)
        if stars and not values["stars"] and claim.stars not in stars_named(values["name"]):
            values["name"] = f"{_cut_before_claim(name, room - size(stars, unit) - 1, unit)} {stars}"
        title = made()
    return _cut_before_claim(title, limit, unit)


def description_of(words: Words, template: str, profile: ChannelProfile) -> tuple[str, list[Problem]]:
    """The description, and a problem where not even what the law asks for finds room.

    What the law asks for, the line with the stars and the mark of practice values stand in it whatever the template says and
    whatever is cut.
    """
    whole, limit, unit = words.description(template), profile.description_limit, profile.text_unit
    if not limit or size(whole, unit) <= limit:
        return whole, []
    lines = words.lines(template)
    if _size((line.text for line in lines if line.kept), unit) > limit:
        lines = [Line(line.text, line.text in words.required) for line in lines]
    if _size(words.required, unit) > limit:
        return "", [Problem("no-room-for-legal-text", NO_ROOM, "description", {
            "channel": profile.title, "limit": limit, "unit": UNITS[unit], "name": words.product.name})]
    return "\n".join(_fitting(lines, limit, unit)), []


def _fitting(lines: Sequence[Line], limit: int, unit: str) -> Iterable[str]:
    """Kept lines whole; of the others those that fit before the first that does not, which is cut."""
    room, full = limit - _size((line.text for line in lines if line.kept), unit), False
    breaks = 1 if any(line.kept for line in lines) else 0
    for line in lines:
        if line.kept:
            yield line.text
        elif not full:
            piece = _cut_before_claim(line.text, room - breaks, unit)
            full = piece != line.text
            room -= size(piece, unit) + breaks
            breaks = 1
            if piece:
                yield piece


def _size(lines: Iterable[str], unit: str) -> int:
    return size("\n".join(lines), unit)


def _cut_before_claim(text: str, limit: int, unit: str) -> str:
    """At most `limit` of the text; a claim of stars that does not fit whole goes whole."""
    whole = tidy(text)
    if size(whole, unit) <= limit:
        return whole
    piece = cut(whole, limit, unit)
    for begin, end in claim_spans(whole):
        if begin < len(piece) < end:
            return whole[:begin].rstrip(" ,;-–(")
    return piece
