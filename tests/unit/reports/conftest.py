"""The small province of the official reports, and the evidence of a product, for the other reports too."""

from tests.unit.reports.evidence.test_evidence import evidence
from tests.unit.reports.official.conftest import figures, finished, letterhead, province

__all__ = ["evidence", "figures", "finished", "letterhead", "province"]
