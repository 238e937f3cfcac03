"""The pictures folder of a market: what was seen of each file, and the copies made for each channel."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ocop_market.channels.profile import ChannelProfile
from ocop_market.errors import Problem
from ocop_market.model.product import Picture
from ocop_market.pictures.check import Cure, Finding, file_findings
from ocop_market.pictures.copies import render_copy
from ocop_market.pictures.inspection import SUFFIXES, PictureFacts, UnreadablePicture, inspect, read_content

MEMORY = "seen.jsonl"
_EDITION = 1
"""Counts up when facts are worked out in another way; what an earlier edition remembered is then seen anew."""
_Stamp = tuple[str, int, int]


class Album:
    """The `pictures` folder of a market; made when something is first kept in it.

    Facts are remembered by path, size and time of change, a line as soon as a file was seen, so that a stopped run goes on
    where it stood. Originals are only ever read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[_Stamp, PictureFacts | Problem] | None = None

    def facts_of(self, path: Path) -> PictureFacts:
        """The facts of a file; UnreadablePicture when it is missing or no usable picture."""
        stamp = _stamp(path)
        if stamp is None:
            return inspect(path)
        known = self._memory().get(stamp)
        if known is None:
            try:
                known = inspect(path)
            except UnreadablePicture as refusal:
                if refusal.code == "picture-not-found":
                    raise
                known = refusal.problem
            self._remember(stamp, known)
        if isinstance(known, Problem):
            raise UnreadablePicture.of(known)
        return known

    def findings(self, path: Path, profile: ChannelProfile) -> list[Finding]:
        """What keeps a file from being taken by a channel as it is, an unreadable one too."""
        try:
            return file_findings(self.facts_of(path), path.name, profile)
        except UnreadablePicture as refusal:
            return [Finding(refusal.problem, Cure.PERSON)]

    def copy_there(self, path: Path, profile: ChannelProfile) -> Path | None:
        """The copy made earlier, when it still keeps the channel's rules."""
        stem = self._copy_path(self.facts_of(path), profile)
        for suffixes in SUFFIXES.values():
            made = stem.with_suffix(suffixes[0])
            if made.is_file() and all(finding.cure is Cure.NONE for finding in self.findings(made, profile)):
                return made
        return None

    def copy_for(self, path: Path, profile: ChannelProfile) -> Path:
        """The copy of a file for a channel, made if it is not there; UnreadablePicture when none can be made.

        It lies in the channel's folder, named by the content of the original.
        """
        there = self.copy_there(path, profile)
        if there is not None:
            return there
        content, suffix = render_copy(read_content(path), profile.pictures, path.name)
        target = self._copy_path(self.facts_of(path), profile).with_suffix(suffix)
        target.parent.mkdir(parents=True, exist_ok=True)
        begun = target.with_suffix(f".{os.getpid()}.part")
        begun.write_bytes(content)
        begun.replace(target)
        return target

    def picture_of_copy(self, picture: Picture, profile: ChannelProfile) -> Picture:
        """The picture with the copy's path and digest; UnreadablePicture when no copy can be made."""
        copy = self.copy_for(Path(picture.path), profile)
        return replace(picture, path=str(copy.resolve()), digest=self.facts_of(copy).digest)

    def folder_for(self, profile: ChannelProfile) -> Path:
        """Where the copies for a channel lie."""
        return self._folder / profile.key

    def _copy_path(self, facts: PictureFacts, profile: ChannelProfile) -> Path:
        return self.folder_for(profile) / facts.digest[:32]

    def _memory(self) -> dict[_Stamp, PictureFacts | Problem]:
        if self._seen is None:
            path = self._folder / MEMORY
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
            self._seen = dict(read for line in lines if (read := _read(line)) is not None)
        return self._seen

    def _remember(self, stamp: _Stamp, known: PictureFacts | Problem) -> None:
        self._memory()[stamp] = known
        told = {"facts" if isinstance(known, PictureFacts) else "refused": asdict(known)}
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / MEMORY).open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps({"edition": _EDITION, "file": stamp, **told}, ensure_ascii=False) + "\n")


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return str(path.resolve()), found.st_size, found.st_mtime_ns


def _read(line: str) -> tuple[_Stamp, PictureFacts | Problem] | None:
    """A remembered line; None for one cut short or of another edition, whose file is then seen anew."""
    try:
        told: dict[str, Any] = json.loads(line)
        if told["edition"] != _EDITION:
            return None
        path, size, changed = told["file"]
        known = PictureFacts(**told["facts"]) if "facts" in told else Problem(**told["refused"])
    except (ValueError, TypeError, KeyError):
        return None
    return (path, size, changed), known
