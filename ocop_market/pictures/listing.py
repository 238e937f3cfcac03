"""The pictures of a listing as a channel takes them: the originals where they fit, copies where they do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ocop_market.channels.profile import ChannelProfile
from ocop_market.errors import Problem
from ocop_market.model.listing import ListingDraft, picture_name
from ocop_market.model.product import Picture
from ocop_market.pictures.album import Album
from ocop_market.pictures.check import Cure
from ocop_market.pictures.inspection import UnreadablePicture


def with_copies(draft: ListingDraft, profile: ChannelProfile, album: Album) -> tuple[ListingDraft, list[Problem]]:
    """The draft with copies in place of files that the channel does not take, made when needed, and what no copy can cure.

    Only where files are uploaded. A file that is not there stays as it is: the connector tells of it.
    """
    if profile.picture_by != "upload":
        return draft, []
    taken: list[Picture] = []
    problems: list[Problem] = []
    for picture in draft.pictures:
        if not (picture.path and Path(picture.path).is_file()):
            taken.append(picture)
            continue
        findings = album.findings(Path(picture.path), profile)
        incurable = [finding.problem for finding in findings if finding.cure is Cure.PERSON]
        problems += incurable
        if not incurable and any(finding.cure is Cure.COPY for finding in findings):
            try:
                taken.append(album.picture_of_copy(picture, profile))
            except UnreadablePicture as refusal:
                problems.append(refusal.problem)
        else:
            taken.append(picture if picture.digest else replace(picture, digest=album.facts_of(Path(picture.path)).digest))
    return replace(draft, pictures=tuple(taken)), problems


def names_there(picture: Picture, profile: ChannelProfile, album: Album) -> set[str]:
    """The names under which a listing may show a picture: its own, and that of the copy made for the channel."""
    names = {picture_name(picture)}
    if profile.picture_by == "upload" and picture.path and Path(picture.path).is_file():
        try:
            names.add(album.facts_of(Path(picture.path)).digest)
            if (copy := album.copy_there(Path(picture.path), profile)) is not None:
                names.add(album.facts_of(copy).digest)
        except UnreadablePicture:
            return names
    return names
