"""Fees that a market kept before they had kinds stay in its figures."""

import sqlite3

from sqlalchemy import select

from ocop_market.store.engine import Store
from ocop_market.store.migrate import upgrade
from ocop_market.store.tables.ledger import sales_fee, sales_line
from ocop_market.store.tables.totals import sales_fee_day


def test_fees_of_an_older_market_become_other_fees(tmp_path):
    store = Store(tmp_path / "market.db")
    upgrade(store.engine, None, "0005")
    with sqlite3.connect(tmp_path / "market.db") as raw:
        for line, fees in (("1", 4_000), ("2", 0)):
            raw.execute("INSERT INTO sales_line VALUES ('shop', 'A1', ?, 'TRA', 'Trà', '7', 1000, 50000, 0, 0, ?, 0, 0, 0)", (line, fees))
        for location in ("", "kho"):
            raw.execute("INSERT INTO sales_day VALUES ('shop', '2026-03-01', 'TRA', ?, 'delivered', 1000, 50000, 0, 0, 2000, 0, 0, 0)",
                        (location,))
    store.migrate()
    with store.reading() as connection:
        assert connection.execute(select(sales_fee)).all() == [("shop", "A1", "1", "other", "", 4_000)]
        assert [(row.kind, row.amount) for row in connection.execute(select(sales_fee_day))] == [("other", 4_000)]
        assert set(connection.execute(select(sales_line.c.seller_shipping)).scalars()) == {0}
    store.close()
