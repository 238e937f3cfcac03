"""The small province of the official reports, for the other reports too."""

from tests.unit.reports.official.conftest import finished

__all__ = ["finished"]
