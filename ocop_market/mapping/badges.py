"""Pictures that show the OCOP mark: badges that the user supplies, and a product's own pictures whose file name tells so.

The mark and the stars may be shown only while a certificate is in force (Decision 26/2026/QĐ-TTg, Art. 8 and 9, read 2026-11).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ocop_market.catalog.claims import may_name_stars, stars_named
from ocop_market.catalog.ocop_checks import pictures_for
from ocop_market.catalog.standing import StarClaim
from ocop_market.channels.profile import ChannelProfile
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Picture, Product
from ocop_market.model.text import KEPT
from ocop_market.pictures.inspection import SUFFIXES

FOLDER = Path("pictures") / "badges"
STARS = (3, 4, 5)
_BREAKS = re.compile(r"[-_.+\s]+")

ONLY_MARKED = N_("All pictures of {name} show OCOP or stars, as their file names say, and the certificate does not allow that now. Add a "
                 "picture without them.")


@dataclass(frozen=True)
class Badges:
    """The user's badge picture for each number of stars; none where there is none."""

    pictures: Mapping[int, Picture] = field(default_factory=dict)


NO_BADGES = Badges()


def read_badges(market_folder: Path, links: Mapping[int, str]) -> Badges:
    """The badges of a market: files `pictures/badges/ocop-3.png` and so on, and public links by number of stars."""
    found: dict[int, Picture] = {}
    for stars in STARS:
        suffixes = [suffix for kind in SUFFIXES.values() for suffix in kind]
        path = next((file for suffix in suffixes if (file := market_folder / FOLDER / f"ocop-{stars}{suffix}").is_file()), None)
        if path is not None:
            found[stars] = Picture(links.get(stars, ""), str(path.resolve()), hashlib.sha256(path.read_bytes()).hexdigest())
        elif stars in links:
            found[stars] = Picture(links[stars])
    return Badges(found)


@lru_cache(maxsize=KEPT)
def stars_shown(picture: Picture) -> frozenset[int]:
    """What the file name says that a picture shows: `tra-ocop-4-sao.jpg` the mark and four stars, `tem-ocop.png` the mark alone (0)."""
    if picture.path and not may_name_stars(picture.path):
        return frozenset()
    name = Path(picture.path).stem if picture.path else Path(unquote(urlsplit(picture.url).path)).stem
    return stars_named(_BREAKS.sub(" ", name))


def pictures_on(product: Product, claim: StarClaim, profile: ChannelProfile, badges: Badges) -> tuple[tuple[Picture, ...], list[Problem]]:
    """The pictures that a listing may show under `claim`, and the problem of one that is left without any.

    A picture whose name tells of stars that the certificate does not give is left out. While a certificate is in force and no
    own picture shows the mark, the badge comes last, in the place of the last picture where there is no room.
    """
    allowed = tuple(picture for picture in product.pictures if allowed_under(picture, claim))
    if profile.picture_by == "none":
        return allowed, []
    shown = pictures_for(product if allowed == product.pictures else replace(product, pictures=allowed), profile)
    if not shown and pictures_for(product, profile):
        return (), [Problem("star-in-picture", ONLY_MARKED, "pictures", {"name": product.name})]
    badge = badges.pictures.get(claim.stars or 0)
    usable = pictures_for(replace(product, pictures=(badge,)), profile) if badge else ()
    if not usable or not shown or any(map(stars_shown, shown)) or profile.picture_limit == 1:
        return shown, []
    return (*(shown[:profile.picture_limit - 1] if profile.picture_limit else shown), *usable), []


def forbidden_pictures(product: Product, claim: StarClaim, badges: Badges) -> list[Picture]:
    """Badges, and pictures of the product, that may not be shown under `claim`."""
    own = (*product.pictures, *(variant.picture for variant in product.variants if variant.picture))
    return [*(badge for stars, badge in badges.pictures.items() if stars != claim.stars),
            *(picture for picture in own if not allowed_under(picture, claim))]


def allowed_under(picture: Picture, claim: StarClaim) -> bool:
    """Whether the certificate allows what a picture's file name says that it shows."""
    return stars_shown(picture) <= ({0, claim.stars} if claim.stars else set())
