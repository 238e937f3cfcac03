"""The report as .docx: an office's own Word file with named places, filled in.

Templates are run in a sandbox with escaping, so that neither a template nor a product's name can do more than be printed.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.reports.official.letterhead import unknown_place

WHAT_LACKS = N_("The .docx and .pdf of official reports need more packages. Install them with: pip install 'ocop-market[reports]' "
                "(or leave these formats out: --formats xlsx,html)")
NOT_WORD = N_("{path} is no Word file that can be filled in: {reason}. Put it right, or remove it to use the form that comes with the "
              "program.")
_EPOCH = (2026, 1, 1, 0, 0, 0)
_UNDEFINED = re.compile(r"'([^']+)'(?: is undefined)?$")


def to_docx(template: bytes, path: str, places: dict[str, Any]) -> bytes:
    """The filled template; the same bytes for the same template and places. `path` names the template in errors.

    SettingsError without the extra `reports`, for a broken template, and for a place that no report has.
    """
    try:
        from docxtpl import DocxTemplate
        from jinja2 import StrictUndefined, TemplateError, UndefinedError
        from jinja2.sandbox import SandboxedEnvironment
    except ImportError:
        raise SettingsError(WHAT_LACKS, code="extra-missing") from None
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    filled = io.BytesIO()
    try:
        document = DocxTemplate(io.BytesIO(template))
        unknown = sorted(document.get_undeclared_template_variables(environment) - places.keys())
        if unknown:
            raise unknown_place(path, unknown[0], places)
        document.render(places, environment, autoescape=True)
        document.save(filled)
    except UndefinedError as error:
        found = _UNDEFINED.search(str(error).replace("has no attribute ", ""))
        raise unknown_place(path, found.group(1) if found else str(error), _inner_names(places)) from None
    except (TemplateError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise SettingsError(NOT_WORD, code="form-unreadable", path=path, reason=str(error) or type(error).__name__) from None
    return without_clock(filled.getvalue())


def _inner_names(places: dict[str, Any]) -> set[str]:
    """Names that stand behind a dot: tables, their columns, parts."""
    names = {*places["bang"], *places["phan"]}
    for table in places["bang"].values():
        names |= {*table, *(key for row in table["dong"][:1] for key in row)}
    for part in places["phan"].values():
        names |= {*part}
    return names


def without_clock(content: bytes) -> bytes:
    """The same archive with all its files dated alike, in the order in which they are."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as was, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as now:
        for one in was.infolist():
            entry = zipfile.ZipInfo(one.filename, _EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            now.writestr(entry, was.read(one))
    return packed.getvalue()
