"""Channels that work by file: the same bytes for the same drafts, no formula, and files that are none."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from ocop_market.channels.api import PublishSnapshot, ReadsSalesFiles
from ocop_market.errors import SettingsError
from ocop_market.model.listing import ListingDraft
from ocop_market.testing.frame import ContractFrame, NewTrial, needs
from ocop_market.testing.goods import PRODUCTS
from ocop_market.testing.trial import ACCOUNT, Ground, Trial

FORMULAS = ('=HYPERLINK("http://xau.example","Bấm vào đây")', "+84 là số", "-1+2", "@SUM(A1:A9)", "\t=1+1")
WRITES_NONE = "publishes by calls, not by file"


class FileCases(ContractFrame):
    """Publishing by file, and sales out of files."""

    @needs(PublishSnapshot, otherwise=WRITES_NONE, sandbox=False)
    def test_the_same_drafts_give_the_same_bytes(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=len(PRODUCTS))
        drafts = drafts_of(trial)
        first = writer(trial).render(drafts)
        trial.clock.now += timedelta(days=3, seconds=5)
        trial.restart()
        assert writer(trial).render(drafts) == first

    @needs(PublishSnapshot, otherwise=WRITES_NONE, sandbox=False)
    def test_publishing_writes_the_file_and_a_second_plan_is_empty(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=len(PRODUCTS))
        trial.publish()
        written = list((trial.folder / "listings").iterdir())
        assert [path.name for path in written] == [f"{ACCOUNT}-{writer(trial).file_name}"]
        text = "\n".join(texts_in(written[0].read_bytes()))
        assert all(product.sku in text for product in PRODUCTS)
        assert trial.market.plan(ACCOUNT).changes == ()

    @needs(PublishSnapshot, otherwise=WRITES_NONE, sandbox=False)
    def test_text_is_never_a_formula(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=1)
        good = drafts_of(trial)[0]
        for formula in FORMULAS:
            content = writer(trial).render([replace(good, title=formula, description=formula)])
            assert formulas_in(content) == []

    @needs(PublishSnapshot, otherwise=WRITES_NONE, sandbox=False)
    def test_vietnamese_text_is_written_in_its_usual_form(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=1)
        apart = replace(drafts_of(trial)[0], title=unicodedata.normalize("NFD", PRODUCTS[0].name))
        assert any(PRODUCTS[0].name in text for text in texts_in(writer(trial).render([apart])))

    @needs(ReadsSalesFiles, otherwise="reads no files", sandbox=False)
    @pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff", "Không phải bảng bán hàng".encode(), b"PK\x03\x04broken"],
                             ids=["empty", "binary", "prose", "broken zip"])
    def test_a_file_that_is_none_is_refused_with_a_sentence(
            self, ground: Ground, new_trial: NewTrial, content: bytes) -> None:
        connector = new_trial().connector
        assert isinstance(connector, ReadsSalesFiles)
        for name in ("ban-hang.xlsx", "ban-hang.xls", "ban-hang.csv", "ban-hang.pdf", "ban-hang"):
            with pytest.raises(SettingsError) as caught:
                connector.read_sales_file(name, content)
            assert caught.value.sentence("en")


def writer(trial: Trial) -> PublishSnapshot:
    """The connector as one that writes files."""
    connector = trial.connector
    if not isinstance(connector, PublishSnapshot):
        raise TypeError("a connector that writes files is needed here")
    return connector


def drafts_of(trial: Trial) -> list[ListingDraft]:
    """The drafts that the market makes of the catalog."""
    drafts = [planned.change.draft for planned in trial.market.plan(ACCOUNT).changes if planned.change.draft is not None]
    assert drafts, "The practice articles should be fit for listing."
    return drafts


def texts_in(content: bytes) -> list[str]:
    """The text of a file: that of each member of a workbook, else the whole."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return [content.decode("utf-8-sig")]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(name).decode(errors="replace") for name in archive.namelist() if name.endswith(".xml")]


def formulas_in(content: bytes) -> list[str]:
    """Cells that a spreadsheet program would calculate."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        return [text[:80] for text in texts_in(content) if "<f>" in text or "<f " in text or "<hyperlink" in text]
    rows = csv.reader(io.StringIO(texts_in(content)[0]))
    return [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
