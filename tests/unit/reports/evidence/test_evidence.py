"""The evidence for a dossier: channels with links, twelve months against twelve months, the same in both files and every time."""

import io
import zipfile
from datetime import date

import docx
import openpyxl
import pytest

from ocop_market.errors import SettingsError
from ocop_market.market import open_market
from ocop_market.model.change import RemoteListing
from ocop_market.model.product import Certificate, CertificateKind, Place, ProducerKind, Product
from ocop_market.reports.evidence.collect import Asked, Known, collect
from ocop_market.reports.evidence.files import to_docx, to_xlsx
from ocop_market.reports.evidence.links import ShopLinks, read_links
from ocop_market.reports.official.letterhead import read_letterhead
from ocop_market.reports.official.trade import Channel, ChannelKind
from ocop_market.sales.pull import roll_up
from ocop_market.store.catalog import save_products
from ocop_market.store.leases import holding
from ocop_market.store.publications import Publication, save_publication
from tests.databases import ON_BOTH
from tests.unit.reports.official.conftest import sell
from tools import official_form

TEA = Product("TRA", "Trà đinh", "HTX Trà", ProducerKind.COOPERATIVE, place=Place("Thái Nguyên"), certificates=(
    Certificate(3, "1/QĐ", date(2022, 3, 1), kind=CertificateKind.FIRST), Certificate(4, "9/QĐ", date(2025, 5, 1)),
    Certificate(5, "10/QĐ", date(2026, 11, 21))))
RICE = Product("GAO", "Gạo", "HTX Gạo")
CHANNELS = {"san": Channel("Sàn (san)", ChannelKind.ONLINE), "quay": Channel("Quầy (quay)", ChannelKind.POINT_OF_SALE)}
ASKED = Asked({"TRA": TEA}, "Trà đinh – HTX Trà", date(2026, 11, 20))
LINKS = {"san": ShopLinks(shop="https://san.example/htx", listing="https://san.example/p/{id}")}


@pytest.fixture
def evidence(tmp_path, clock, database):
    (tmp_path / "market.toml").write_text(f'name = "HTX Trà"\ndatabase = "{database}"\n', encoding="utf-8")
    with open_market(tmp_path, clock=clock) as market:
        with market.store.writing() as connection:
            save_products(connection, [TEA, RICE], clock(), origin="test")
            for sku in ("TRA", "GAO"):
                save_publication(connection, Publication("san", sku, "live", RemoteListing(f"9{sku}", sku), {}), clock())
        for account, sku, on, amount in (("san", "TRA", date(2026, 11, 20), 300_000), ("san", "TRA", date(2025, 11, 21), 100_000),
                                         ("quay", "TRA", date(2026, 1, 5), 100_000), ("san", "TRA", date(2025, 11, 20), 250_000),
                                         ("san", "TRA", date(2024, 11, 22), 50_000),
                                         ("san", "TRA", date(2026, 11, 21), 7_000_000), ("san", "GAO", date(2026, 2, 2), 9_000_000)):
            sell(market, account, sku, on, amount)
        for account in CHANNELS:
            with holding(market.store, account, clock) as turn:
                roll_up(market.store, account, turn)
        with market.store.reading() as connection:
            known = Known("HTX Trà", {"TRA": TEA, "GAO": RICE}, CHANNELS, LINKS, list(CHANNELS), False)
            yield collect(connection, known, ASKED)


def rows(evidence, key):
    return [list(row) for row in next(table for table in evidence.tables if table.key == key).rows]


@ON_BOTH
def test_twelve_months_are_told_against_the_twelve_before_for_the_product_alone(evidence):
    assert rows(evidence, "theo_nam")[:2] == [["2026-11-20", 400_000, 100_000, 0, 500_000, 66.7, 80.0],
                                              ["2025-11-20", 300_000, 0, 0, 300_000, None, 100.0]]
    assert "500.000" in evidence.sentences[0]
    assert "+66,7" in evidence.sentences[0]


def test_every_month_has_its_row_and_the_rows_add_up(evidence):
    months = rows(evidence, "theo_thang")
    assert (len(months), months[0][0], months[-1][0]) == (36, "12/2023", "11/2026")
    assert sum(row[4] for row in months) == 800_000
    assert [row for row in months if row[0] == "01/2026"] == [["01/2026", 0, 100_000, 0, 100_000, 1]]


def test_channels_and_listings_come_with_their_links(evidence):
    assert rows(evidence, "kenh")[0] == ["Sàn (san)", "Thương mại điện tử", "https://san.example/htx", 1, "2024-11-22", 400_000, 300_000,
                                        33.3, 80.0]
    assert rows(evidence, "bai_dang") == [["Trà đinh", "Sàn (san)", "9TRA", "https://san.example/p/9TRA"]]


def test_certificates_are_those_of_the_day_and_before(evidence):
    found = rows(evidence, "chung_nhan")
    assert [(row[1], row[2], row[3]) for row in found] == [(3, "Lần đầu", "1/QĐ"), (4, "Chưa ghi", "9/QĐ")]
    assert rows(evidence, "san_pham")[0][-1] == 4


def test_no_growth_is_told_of_months_that_the_ledger_does_not_reach(evidence):
    assert [row[7] for row in rows(evidence, "kenh") if row[0] == "Quầy (quay)"] == [None]
    assert rows(evidence, "theo_nam")[1][5] is None


def test_what_is_missing_is_said(evidence):
    assert any("22/11/2024" in doubt for doubt in evidence.doubts)
    assert any("sổ bán hàng “HTX Trà”" in line for line in evidence.conditions)


def test_both_files_say_the_same_and_are_the_same_bytes_twice(evidence, tmp_path):
    made = [(to_docx(tmp_path, evidence, read_letterhead(tmp_path)), to_xlsx(evidence)) for _ in range(2)]
    assert made[0] == made[1]
    word = docx.Document(io.BytesIO(made[0][0]))
    printed = {cell.text for table in word.tables for row in table.rows for cell in row.cells}
    for table in evidence.tables:
        assert {text for row in table.rows for text in table.shown(row)} <= printed
    book = openpyxl.load_workbook(io.BytesIO(made[0][1]))
    assert [sheet.title for sheet in book] == ["Bìa", "1. san pham", "2. chung nhan", "3. kenh", "4. bai dang", "5. theo nam",
                                               "6. theo thang"]
    assert book["5. theo nam"]["E4"].value == 500_000


def test_the_form_in_the_package_is_the_one_that_the_tool_writes():
    made, kept = (zipfile.ZipFile(io.BytesIO(content)) for content in (official_form.evidence_form(), official_form.EVIDENCE.read_bytes()))
    assert [(name, made.read(name)) for name in made.namelist()] == [(name, kept.read(name)) for name in kept.namelist()]


@pytest.mark.parametrize("text", ['[san]\nshop = "javascript:x"', '[san]\nlisting = "https://x/"', "[san", '[san]\npage = "x"'])
def test_links_that_cannot_be_links_are_told(tmp_path, text):
    (tmp_path / "links.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read_links(tmp_path)
    assert refused.value.code == "links-unreadable"
    assert "{id}" in refused.value.sentence("en")


def test_without_a_file_there_are_no_links(tmp_path):
    assert read_links(tmp_path) == {}
