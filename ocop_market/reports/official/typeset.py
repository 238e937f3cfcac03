"""The report as .pdf, set by Typst from a template, without any font of this computer: the same bytes everywhere.

Typst brings Libertinus Serif (SIL Open Font License) with every Vietnamese letter; what is used of it is embedded.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.reports.official.word import WHAT_LACKS

NOT_TYPST = N_("{path} cannot be set: {reason}. Names of places are listed in docs/guides/official_reports.md; remove the file to use the "
               "form that comes with the program.")
_NO_FONT = "unknown font family"
_DATED = datetime(2026, 1, 1, tzinfo=UTC)


def to_pdf(template: bytes, path: str, places: dict[str, Any]) -> bytes:
    """The set template; the same bytes for the same template and places. `path` names the template in errors.

    SettingsError without the extra `reports`, for a broken template, and for a place that no report has.
    """
    try:
        import typst
    except ImportError:
        raise SettingsError(WHAT_LACKS, code="extra-missing") from None
    try:
        made, warnings = typst.compile_with_warnings(template, format="pdf", ignore_system_fonts=True, timestamp=_DATED,
                                                     sys_inputs={"places": json.dumps(places, ensure_ascii=False)})
    except typst.TypstError as error:
        raise SettingsError(NOT_TYPST, code="form-unreadable", path=path, reason=error.message) from None
    fonts = [warning.message for warning in warnings if warning.message.startswith(_NO_FONT)]
    if fonts:  # Typst only warns, and letters would be missing
        raise SettingsError(NOT_TYPST, code="form-unreadable", path=path, reason=fonts[0])
    return bytes(made)
