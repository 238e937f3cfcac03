"""A report that was made, kept whole: its figures with their hash, and the hash of every file, so that it can be made again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.reports.official.figures import OfficialFigures, stem
from ocop_market.reports.official.letterhead import TYPST, WORD, Letterhead, form, form_path
from ocop_market.reports.official.page import to_html
from ocop_market.reports.official.printed import places
from ocop_market.reports.official.typeset import to_pdf
from ocop_market.reports.official.word import to_docx
from ocop_market.reports.official.workbook import to_xlsx

NOT_FROZEN = N_("{path} is no frozen report. Give the .json file that was written beside the report.")
ALTERED = N_("The figures in {path} were altered: they do not agree with their hash. Make the report again from the market.")
OTHERWISE = N_("{name} would not be the same file any more, because these changed: {causes}. Nothing was written.")
_MAKERS = ("ocop-market", "xlsxwriter", "docxtpl", "python-docx", "typst")


class Format(StrEnum):
    """A clothing of the report."""

    DOCX = "docx"
    PDF = "pdf"
    XLSX = "xlsx"
    HTML = "html"


class Frozen(BaseModel):
    """A report as it was made. `digest` is the hash of `figures`; `files`, `forms` hold the SHA-256 of files and templates by name.

    `made_at` and `made_with` (versions of what wrote the files) are in no file of the report itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    digest: str
    made_at: datetime
    figures: OfficialFigures
    letterhead: Letterhead
    forms: Mapping[str, str]
    made_with: Mapping[str, str]
    files: Mapping[str, str]


def freeze(market: Path, figures: OfficialFigures, letterhead: Letterhead, formats: Sequence[Format], folder: Path, now: datetime,
           ) -> tuple[Frozen, list[Path]]:
    """Writes the files of a report and the frozen report beside them; the frozen one is the last path.

    Their names carry the beginning of the hash, so a report with other figures never takes the place of one that was sent.
    Made again with the same figures it keeps its first time.
    """
    contents = {f"{stem(figures)}.{one.value}": dress(market, figures, letterhead, one) for one in formats}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stem(figures)}.json"
    earlier = read_frozen(path) if path.exists() else None
    files = {name: _sha(content) for name, content in contents.items()}
    frozen = Frozen(digest=figures.digest, made_at=earlier.made_at if earlier else now, figures=figures, letterhead=letterhead,
                    forms=_forms(market), made_with=_made_with(), files={**(earlier.files if earlier else {}), **files})
    contents[path.name] = (frozen.model_dump_json(indent=1) + "\n").encode()
    _write_whole(folder, contents)
    return frozen, [folder / name for name in contents]


def read_frozen(path: Path) -> Frozen:
    """A report that was frozen; SettingsError when it is none, or its figures do not agree with their hash."""
    try:
        frozen = Frozen.model_validate_json(path.read_bytes())
    except (ValidationError, OSError):
        raise SettingsError(NOT_FROZEN, code="not-frozen", path=str(path)) from None
    if frozen.figures.digest != frozen.digest:
        raise SettingsError(ALTERED, code="report-altered", path=str(path))
    return frozen


def make_again(market: Path, frozen: Frozen, folder: Path) -> list[Path]:
    """Writes the files of a frozen report once more, byte for byte.

    SettingsError, with nothing written, when a template or a program that writes files changed so that a file would differ.
    """
    contents = {name: dress(market, frozen.figures, frozen.letterhead, Format(name.rpartition(".")[2])) for name in frozen.files}
    for name, content in contents.items():
        if _sha(content) != frozen.files[name]:
            raise SettingsError(OTHERWISE, code="made-otherwise", name=name, causes=", ".join(_causes(market, frozen)) or "?")
    folder.mkdir(parents=True, exist_ok=True)
    _write_whole(folder, contents)
    return [folder / name for name in contents]


def dress(market: Path, figures: OfficialFigures, letterhead: Letterhead, as_format: Format) -> bytes:
    """The report in one clothing; see `to_docx` and `to_pdf` for what a template can do wrong."""
    match as_format:
        case Format.DOCX:
            return to_docx(form(market, WORD), form_path(market, WORD), places(figures, letterhead))
        case Format.PDF:
            return to_pdf(form(market, TYPST), form_path(market, TYPST), places(figures, letterhead))
        case Format.XLSX:
            return to_xlsx(figures, letterhead)
        case Format.HTML:
            return to_html(places(figures, letterhead)).encode()


def _causes(market: Path, frozen: Frozen) -> list[str]:
    found = [form_path(market, name) for name, digest in _forms(market).items() if frozen.forms.get(name) != digest]
    now = _made_with()
    return found + [f"{name} {frozen.made_with.get(name, '–')} → {now.get(name, '–')}" for name in sorted({*now, *frozen.made_with})
                    if now.get(name) != frozen.made_with.get(name)]


def _forms(market: Path) -> dict[str, str]:
    return {name: _sha(form(market, name)) for name in (WORD, TYPST)}


def _made_with() -> dict[str, str]:
    found = {}
    for name in _MAKERS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # an extra that is not installed
            continue
    return found


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write_whole(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Older files of the same names are replaced once all new ones are whole."""
    parts = {folder / f"{name}.part": folder / name for name in contents}
    try:
        for part, path in parts.items():
            part.write_bytes(contents[path.name])
        for part, path in parts.items():
            part.replace(path)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
