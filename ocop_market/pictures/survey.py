"""All pictures of a catalog against one channel, and the same picture on several products."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ocop_market.channels.profile import ChannelProfile
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Picture, Product
from ocop_market.pictures.album import Album
from ocop_market.pictures.check import ONLY_FILE, ONLY_LINK, SURPLUS, Cure, Finding, link_findings
from ocop_market.pictures.inspection import UnreadablePicture
from ocop_market.pictures.likeness import groups_alike

Watch = Callable[[int, int], None]
"""Told how many of how many are done."""

NO_PICTURE = N_("{name} has no picture. Add one.")


@dataclass(frozen=True)
class Surveyed:
    """One picture of a product on a channel; `position` counts from 1, 0 stands for a product without any. `copy` lies on disk."""

    sku: str
    product: str
    position: int
    name: str
    findings: tuple[Finding, ...] = ()
    copy: Path | None = None

    @property
    def outcome(self) -> Cure:
        """What is left to do: nothing (also where a copy is there), a copy, or something for a person."""
        cures = {finding.cure for finding in self.findings}
        if Cure.PERSON in cures:
            return Cure.PERSON
        return Cure.COPY if Cure.COPY in cures and self.copy is None else Cure.NONE


@dataclass(frozen=True)
class Survey:
    """The pictures of all products on one channel."""

    profile: ChannelProfile
    pictures: tuple[Surveyed, ...]

    def counts(self) -> dict[str, int]:
        """How many pictures by what is found of them: code, the most frequent first."""
        return dict(Counter(f.problem.code for one in self.pictures for f in one.findings).most_common())

    def outcomes(self) -> dict[str, int]:
        """How many pictures fit (copies included), want a copy, want a person, or are missing altogether."""
        found = Counter("missing" if not one.position else one.outcome.value for one in self.pictures)
        return {"fit": found["none"], "copy": found["copy"], "person": found["person"], "missing": found["missing"],
                "copies": sum(one.copy is not None for one in self.pictures)}


@dataclass(frozen=True)
class Same:
    """One picture on several products: `exact` by its bytes, else by how it looks. `products` are SKU and name of the file."""

    exact: bool
    products: tuple[tuple[str, str], ...]


def survey(products: Sequence[Product], profile: ChannelProfile, album: Album, *, fix: bool = False,
           watch: Watch = lambda done, of: None) -> Survey:
    """Looks at every picture; with `fix`, makes the copies that are needed. What was seen and made is kept at once."""
    found: list[Surveyed] = []
    for done, product in enumerate(products, 1):
        if not product.pictures:
            found.append(Surveyed(product.sku, product.name, 0, "", (
                Finding(Problem("no-picture", NO_PICTURE, "pictures", {"name": product.name}), Cure.PERSON),)))
        for position, picture in enumerate(product.pictures, 1):
            one = Surveyed(product.sku, product.name, position, _name(picture),
                           tuple(_findings(product, picture, position, profile, album)))
            found.append(_with_copy(one, picture, profile, album, fix=fix))
        watch(done, len(products))
    return Survey(profile, tuple(found))


def same_pictures(products: Iterable[Product], album: Album) -> list[Same]:
    """Pictures that stand on several products, the exact ones first. Practice pictures and unreadable files are left out."""
    places: dict[str, dict[str, str]] = defaultdict(dict)
    looks: dict[str, str] = {}
    for product in products:
        for picture in product.pictures:
            if not picture.path or "pictures" in product.practice:
                continue
            try:
                facts = album.facts_of(Path(picture.path))
            except UnreadablePicture:
                continue
            places[facts.digest].setdefault(product.sku, Path(picture.path).name)
            looks[facts.digest] = facts.look
    exact = [Same(True, tuple(there.items())) for there in places.values() if len(there) > 1]
    near = [Same(False, tuple(sorted(together.items()))) for group in groups_alike(looks)
            if len(together := {sku: name for digest in group for sku, name in places[digest].items()}) > 1]
    return exact + near


def _findings(product: Product, picture: Picture, position: int, profile: ChannelProfile, album: Album) -> list[Finding]:
    values = {"picture": _name(picture), "channel": profile.title, "limit": profile.picture_limit, "position": position}
    found: list[Finding] = []
    if profile.picture_by == "upload" and not picture.path:
        found.append(Finding(Problem("picture-only-link", ONLY_LINK, "pictures", values), Cure.PERSON))
    if profile.picture_by == "link" and not picture.url:
        found.append(Finding(Problem("picture-only-file", ONLY_FILE, "pictures", values), Cure.PERSON))
    if profile.picture_by == "link" and picture.url and "pictures" not in product.practice:
        found += link_findings(picture.url, profile, _name(picture))
    if picture.path:
        found += album.findings(Path(picture.path), profile)
    if profile.picture_limit and position > profile.picture_limit:
        found.append(Finding(Problem("picture-surplus", SURPLUS, "pictures", values), Cure.NONE))
    return found


def _with_copy(one: Surveyed, picture: Picture, profile: ChannelProfile, album: Album, *, fix: bool) -> Surveyed:
    curable = all(f.cure is not Cure.PERSON or f.problem.code == "picture-only-file" for f in one.findings)
    if not (curable and any(f.cure is Cure.COPY for f in one.findings)):
        return one
    try:
        copy = album.copy_for(Path(picture.path), profile) if fix else album.copy_there(Path(picture.path), profile)
    except UnreadablePicture as refusal:
        return replace(one, findings=(*one.findings, Finding(refusal.problem, Cure.PERSON)))
    return replace(one, copy=copy)


def _name(picture: Picture) -> str:
    return Path(picture.path).name if picture.path else picture.url
