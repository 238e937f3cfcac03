"""A new connector's package, written from the templates in `files`: it runs at once, and its tests say what is missing."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from ocop_market.channels.registry import connector_names
from ocop_market.errors import SettingsError
from ocop_market.language import N_

BAD_NAME = N_("'{name}' cannot be the name of a connector. Use small letters, digits and _ between words, for example: my_shop")
NAME_TAKEN = N_("There is a connector called '{name}' already. Choose another name.")
FOLDER_THERE = N_("{folder} is there already and was not touched. Choose another name, or another folder with --into.")

ENDING = ".tmpl"
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST_NAME = 40


def write_connector(name: str, into: Path) -> list[Path]:
    """Writes `<name>-ocop/` into a folder (made if need be) and returns its files.

    SettingsError when the name will not do, or when the folder is there: nothing is ever overwritten.
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name) or len(name) > _LONGEST_NAME:
        raise SettingsError(BAD_NAME, code="name-wrong", name=name)
    if name in connector_names():
        raise SettingsError(NAME_TAKEN, code="name-taken", name=name)
    root = into / f"{name.replace('_', '-')}-ocop"
    words = {"name": name, "package": f"{name}_ocop", "project": root.name, "title": name.replace("_", " ").title(),
             "class_name": name.title().replace("_", "")}
    try:
        root.mkdir(parents=True)
    except FileExistsError:
        raise SettingsError(FOLDER_THERE, code="folder-there", folder=str(root)) from None
    return [_write(template, root.joinpath(*place), words) for place, template in _templates(words["package"])]


def _templates(package: str) -> Iterator[tuple[tuple[str, ...], Traversable]]:
    """Every template with the place of its file; the folder `package` gets the package's name."""
    folders: list[tuple[tuple[str, ...], Traversable]] = [((), files(__name__).joinpath("files"))]
    for place, folder in folders:
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.is_dir():
                folders.append(((*place, package if entry.name == "package" else entry.name), entry))
            elif entry.name.endswith(ENDING):
                yield (*place, entry.name.removesuffix(ENDING)), entry


def _write(template: Traversable, path: Path, words: dict[str, str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(Template(template.read_text(encoding="utf-8")).substitute(words))
    return path
