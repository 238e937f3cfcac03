"""A report for everybody: no amount of one or two subjects in any table, sentence, chart or file, nor by subtraction."""

from datetime import date
from itertools import product as pairs

import pytest

from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import Period
from ocop_market.market import open_market
from ocop_market.model.product import Certificate, Place, ProducerKind, Product
from ocop_market.places.units import Geography, Level
from ocop_market.reports.official.collect import Asked, Known, collect
from ocop_market.reports.official.figures import Kind
from ocop_market.reports.official.frozen import Format, dress
from ocop_market.reports.official.growth_told import growth_parts
from ocop_market.reports.official.letterhead import read_letterhead
from ocop_market.reports.official.publish import HIDDEN, Ground, for_everybody, is_for_everybody
from ocop_market.reports.official.trade import Channel, ChannelKind
from ocop_market.sales.pull import roll_up
from ocop_market.store.leases import holding
from tests.databases import ON_BOTH
from tests.unit.reports.official.conftest import sell

ASKED = Asked(Kind.YEAR, Period(date(2026, 1, 1), date(2026, 11, 20)), Basis.NET, Geography.PRESENT, Level.PROVINCE)
CHANNELS = {"san": Channel("Sàn (san)", ChannelKind.ONLINE), "quay": Channel("Quầy (quay)", ChannelKind.POINT_OF_SALE)}
PROVINCES = {"Lạng Sơn": "ABCD", "Cao Bằng": "EFGH", "Sơn La": "IJ"}
"""Producers by province; Sơn La has two, so its row must be blank, and so must another one."""


@pytest.fixture
def published(tmp_path, clock, database):
    (tmp_path / "market.toml").write_text(f'name = "Tỉnh"\ndatabase = "{database}"\n', encoding="utf-8")
    products = {who: Product(who, f"Hàng {who}", f"HTX {who}", ProducerKind.COOPERATIVE, place=Place(province), certificates=(
        Certificate(3, "1/QĐ", date(2024, 1, 1)),)) for province, all_of_them in PROVINCES.items() for who in all_of_them}
    with open_market(tmp_path, clock=clock) as market:
        for number, (who, account, year) in enumerate(pairs(products, CHANNELS, (2025, 2026))):
            sell(market, account, who, date(year, 3, 1 + number % 20), 1_000_003 + 7_919 * number * number)
        for account in CHANNELS:
            with holding(market.store, account, clock) as turn:
                roll_up(market.store, account, turn)
        with market.store.reading() as connection:
            known = Known("Tỉnh", products, CHANNELS, list(CHANNELS), False, growth_parts(connection, products, ASKED.period, ASKED.basis))
            plain = collect(connection, known, ASKED)
            yield plain, for_everybody(connection, plain, Ground(products, CHANNELS, ASKED.period, ASKED.basis))


def table(figures, key):
    return next(one for one in figures.tables if one.key == key)


@ON_BOTH
def test_the_row_of_two_producers_is_blank_and_so_is_one_beside_it(published):
    plain, shown = published
    rows = {row[0]: row for row in table(shown, "doanh_thu_dia_phuong").rows}
    before = {row[0]: row for row in table(plain, "doanh_thu_dia_phuong").rows}
    assert rows["Sơn La"] == ("Sơn La", HIDDEN, HIDDEN, HIDDEN, HIDDEN)
    assert [name for name, row in rows.items() if HIDDEN in row] == [name for name in rows if name in ("Sơn La", "Lạng Sơn")]
    assert rows["Cao Bằng"] == before["Cao Bằng"]
    assert rows["Tổng số"] == before["Tổng số"]


def test_tables_with_enough_producers_stay_as_they_are(published):
    plain, shown = published
    for key in ("kenh", "doanh_thu_sao", "theo_thang", "thanh_phan", "con_hieu_luc", "danh_muc"):
        assert table(shown, key) == table(plain, key)
    assert is_for_everybody(shown)
    assert not is_for_everybody(plain)
    assert shown.digest != plain.digest


def test_no_file_of_the_report_has_a_blank_amount(published, tmp_path):
    plain, shown = published
    gone = [shown_before for row in table(plain, "doanh_thu_dia_phuong").rows if row[0] in ("Sơn La", "Lạng Sơn")
            for shown_before in table(plain, "doanh_thu_dia_phuong").shown(row)[1:4]]
    page = dress(tmp_path, shown, read_letterhead(tmp_path), Format.HTML).decode()
    assert not [amount for amount in gone if amount in page]
    assert HIDDEN in page
    for one in Format:
        assert dress(tmp_path, shown, read_letterhead(tmp_path), one)
