"""What an office puts of its own on a report: its letterhead and its templates, as files in the market's folder `forms`.

A file that is not there is the one that comes with the program; none of them is code.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from rapidfuzz import process

from ocop_market.errors import SettingsError
from ocop_market.language import N_

FOLDER = "forms"
LETTERHEAD, WORD, TYPST, EVIDENCE = "letterhead.toml", "report.docx", "report.typ", "evidence.docx"
FORMS = (LETTERHEAD, WORD, TYPST, EVIDENCE)

NOT_TOML = N_("{path} cannot be read: {reason}. Put it right, or remove it to use the form that comes with the program.")
UNKNOWN_PLACE = N_("{path} names “{name}”, which no report has. Near to it: {near}. All names: docs/guides/official_reports.md")
THERE_ALREADY = N_("{path} is there already and was not touched. Remove it first to begin again from the form of the program.")


class Letterhead(BaseModel):
    """The lines around a report; dotted lines where the office writes by hand. No field holds a person's name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    co_quan_cap_tren: str
    co_quan: str
    ky_hieu: str
    dia_danh: str
    kinh_gui: tuple[str, ...]
    noi_nhan: tuple[str, ...]
    quyen_han: str
    chuc_vu: str


def form(market: Path, name: str) -> bytes:
    """The office's own file, else the one that comes with the program."""
    own = market / FOLDER / name
    return own.read_bytes() if own.is_file() else files("ocop_market.reports.official").joinpath("forms", name).read_bytes()


def form_path(market: Path, name: str) -> str:
    """How a form is named in sentences."""
    own = market / FOLDER / name
    return str(own) if own.is_file() else name


def read_letterhead(market: Path) -> Letterhead:
    """The letterhead; SettingsError when it is no TOML, lacks a line or has one that no report knows."""
    path = form_path(market, LETTERHEAD)
    try:
        return Letterhead.model_validate(tomllib.loads(form(market, LETTERHEAD).decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(NOT_TOML, code="form-unreadable", path=path, reason=str(error)) from None
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        if first["type"] == "extra_forbidden":
            raise unknown_place(path, name, Letterhead.model_fields) from None
        raise SettingsError(NOT_TOML, code="form-unreadable", path=path, reason=f"{name}: {first['msg']}") from None


def unknown_place(path: str, name: str, known: object) -> SettingsError:
    """The error for a name in a form that no report fills, with the nearest ones."""
    names = sorted(str(one) for one in known) if hasattr(known, "__iter__") else []
    near = ", ".join(found for found, _, _ in process.extract(name, names, limit=3))
    return SettingsError(UNKNOWN_PLACE, code="unknown-place", path=path, name=name, near=near)


def write_forms(market: Path) -> list[Path]:
    """Copies the program's forms into the market, to be changed there; SettingsError when one is there already."""
    folder = market / FOLDER
    for name in FORMS:
        if (folder / name).exists():
            raise SettingsError(THERE_ALREADY, code="form-there", path=str(folder / name))
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in FORMS:
        (folder / name).write_bytes(form(market, name))
        written.append(folder / name)
    return written
