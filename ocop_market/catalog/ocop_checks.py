"""What the law and the programme let a listing say, and which products may be listed at all.

Facts: Decision 26/2026/QĐ-TTg (certificates hold 36 months; the mark and the stars may be shown only while a certificate
is in force), Law 44/2019 Art. 16 and Decree 24/2020 Art. 6 (alcohol), read 2026-11.
"""

from __future__ import annotations

import re
from datetime import date
from unicodedata import normalize

from ocop_market.catalog.standing import Standing, star_claim
from ocop_market.channels.profile import ChannelProfile
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Group, Picture, Product
from ocop_market.model.text import fold
from ocop_market.settings import PublishingSettings, StarPolicy

ALCOHOL_WORDS = ("ruou", "bia", "vodka", "whisky", "vang no", "ruou vang", "wine")
LIVE_WORDS = ("ca giong", "con giong", "cay giong")
SUPPLEMENT_WORDS = ("vien nang", "vien uong", "vien hoan", "nang mem", "thuc pham bao ve suc khoe", "thuc pham chuc nang")
FORBIDDEN = frozenset({
    "tourism-service", "alcohol", "papers-missing", "living-goods", "certificate-lapsed", "certificate-missing", "certificate-undated",
    "star-in-text", "practice-values"})
"""Problems for which a product may not be on sale, and a listing of it is withdrawn; others only keep it from being sent."""


_STARS = re.compile(
    r"(?<![\d.,])([1-5])\s*(?:sao|stars?)\b|(?<![\d.,])([1-5])\s*(?:[★⭐]|\*(?!\s*\d))|([★⭐]{3,5})"
    r"|\b(?:hạng|đạt|chuẩn)\s+(một|hai|ba|bốn|năm)\s+sao\b", re.IGNORECASE)
_WORDS = ("một", "hai", "ba", "bốn", "năm")
_OCOP = re.compile(r"\bo\.?c\.?o\.?p\b", re.IGNORECASE)


def stars_named(text: str) -> set[int]:
    """The stars that a text claims, however they are written (`4 sao`, `4sao`, `4★`, `★★★★`, `hạng bốn sao`).

    The mark OCOP without any star counts as 0.
    """
    plain = normalize("NFC", text)
    named = {int(digit or sign) if digit or sign else len(drawn) if drawn else _WORDS.index(word.lower()) + 1
             for digit, sign, drawn, word in _STARS.findall(plain)}
    return named or ({0} if _OCOP.search(plain) else set())


def pictures_for(product: Product, profile: ChannelProfile) -> tuple[Picture, ...]:
    """The pictures that a channel can take: files where it takes uploads, public links where it fetches them itself."""
    usable = tuple(p for p in product.pictures if (p.url if profile.picture_by == "link" else p.path))
    return usable[:profile.picture_limit] if profile.picture_limit else usable


def is_alcohol(product: Product) -> bool:
    """Whether the name says that it is alcohol: `rượu` and its like as whole words, whatever the group says."""
    words = f" {fold(product.name)} "
    return any(f" {word} " in words for word in ALCOHOL_WORDS)


def withheld_because(product: Product, profile: ChannelProfile, policy: PublishingSettings, day: date, *,
                     practice: bool) -> list[Problem]:
    """Why a product may not be listed on a channel on `day`; empty when it may. All reasons at once."""
    return [*_by_law(product, profile), *_by_certificate(product, policy, day),
            *_by_data(product, profile, practice=practice)]


def _by_law(product: Product, profile: ChannelProfile) -> list[Problem]:
    found = []
    if product.group is Group.TOURISM:
        found.append(Problem("tourism-service", N_(
            "Tourism is a service, not a parcel: {name} cannot be listed as goods. Leave it out of this channel."), "group",
            {"name": product.name}))
    if is_alcohol(product) and not profile.gates_age:
        found.append(Problem("alcohol", N_(
            "{name} is alcohol: the law asks for an age check and payment without cash, which {channel} does not "
            "guarantee. Sell it through a channel that checks ages."), "group",
            {"name": product.name, "channel": profile.title}))
    words = fold(product.name)
    if product.group is Group.MEDICINAL or any(word in words for word in SUPPLEMENT_WORDS):
        found.append(Problem("papers-missing", N_(
            "{name} belongs to medicinal products: health food needs a confirmed advertising text, cosmetics a notification "
            "number. Enter the papers before it is listed."), "papers", {"name": product.name}))
    if product.group is Group.ORNAMENTAL or any(word in words for word in LIVE_WORDS):
        found.append(Problem("living-goods", N_(
            "{name} is a living plant or animal: {channel} takes no such parcels without quarantine papers."), "group",
            {"name": product.name, "channel": profile.title}))
    return found


def _by_certificate(product: Product, policy: PublishingSettings, day: date) -> list[Problem]:
    claim = star_claim(product, day)
    if claim.standing is Standing.LAPSED and policy.lapsed is StarPolicy.WITHHOLD:
        ended = claim.certificate.expires_on if claim.certificate else None
        return [Problem("certificate-lapsed", N_(
            "The OCOP certificate of {name} ended on {day}. Have it rated again, or allow listings without stars in "
            "market.toml (publishing.lapsed)."), "certificate",
            {"name": product.name, "day": f"{ended:%d/%m/%Y}" if ended else "?"})]
    if claim.standing is Standing.NONE and policy.lapsed is StarPolicy.WITHHOLD:
        return [Problem("certificate-missing", N_(
            "No star is known for {name}. Enter its certificate, or allow listings without stars in market.toml "
            "(publishing.lapsed)."), "certificate", {"name": product.name})]
    if claim.standing is Standing.UNDATED and policy.undated is StarPolicy.WITHHOLD:
        return [Problem("certificate-undated", N_(
            "The date of the certificate of {name} is not known, so it cannot be told whether it is in force. Enter the date."),
            "certificate", {"name": product.name})]
    return []


def _by_data(product: Product, profile: ChannelProfile, *, practice: bool) -> list[Problem]:
    found = []
    name = {"name": product.name}
    if not product.price:
        found.append(Problem("no-price", N_("{name} has no price. Enter one in đồng."), "price", name))
    if product.stock is None:
        found.append(Problem("no-stock", N_("The stock of {name} is not known. Enter it."), "stock", name))
    if not product.weight_g:
        found.append(Problem("no-weight", N_("The net weight of {name} is not known. Enter it in grams."), "weight_g", name))
    if profile.picture_by != "none" and not pictures_for(product, profile):
        found.append(Problem("no-picture", N_("{name} has no picture that {channel} can take. Add one."), "pictures",
                             {**name, "channel": profile.title}))
    if product.practice and not practice:
        found.append(Problem("practice-values", N_(
            "{name} carries made-up practice values ({fields!t}). Enter the real ones before selling for real."), "practice",
            {**name, "fields": sorted(product.practice)}))
    return found
