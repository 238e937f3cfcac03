"""A market with many order lines, made by arithmetic straight into its tables, so that others can make the same lines for themselves.

Line `i` of `n` has `h = i * 2654435761 % 2^32`; every value follows from `i`, `h` and `n` (see `LINE`). A thousand products in a
hundred accounts are sold on 696 days: the days of the report and the same of the year before.
"""

import json
import sqlite3
from datetime import date, timedelta
from pathlib import Path

ACCOUNTS, EACH = 100, 10
FIRST, AS_OF = date(2025, 1, 1), date(2026, 11, 20)
PERIOD, BEFORE = (date(2026, 1, 1), AS_OF), (date(2025, 1, 1), date(2025, 11, 20))
DAYS = (AS_OF - FIRST).days + 1
PROVINCES = ("Bắc Ninh", "Cao Bằng", "Lạng Sơn", "Lào Cai", "Thái Nguyên", "Phú Thọ", "Quảng Ninh", "Hưng Yên", "Ninh Bình", "Thanh Hóa")
LINE = {
    "account": f"i * {ACCOUNTS} / {{n}}", "product": f"(i * {ACCOUNTS} / {{n}}) * {EACH} + h % {EACH}", "day": f"(h / 16) % {DAYS}",
    "cancelled": "CASE WHEN h % 50 = 0 THEN 1 ELSE 0 END", "list_amount": "(20000 + (h % 480) * 1000) * (1 + h % 3)",
    "seller_discount": "CASE WHEN h % 7 = 0 THEN 5000 ELSE 0 END", "refund": "CASE WHEN h % 97 = 0 THEN 10000 ELSE 0 END"}
"""SQL of each value; `/` divides whole numbers."""


def products():
    """The catalog: every third product was upgraded in the period, every fifth lapses in it, every seventh is new."""
    from ocop_market.model.product import Certificate, Group, Place, ProducerKind, Product

    found = []
    for n in range(ACCOUNTS * EACH):
        begins = date(2026, 1 + n % 10, 5) if n % 7 == 0 else date(2023, 1 + n % 10, 20) if n % 5 == 0 else date(2024, 1 + n % 12, 15)
        certificates = [Certificate(3 + n % 2, f"{n}/QĐ", begins)]
        if n % 3 == 0 and n % 7 and n % 5:
            certificates.append(Certificate(5, f"{n}b/QĐ", date(2026, 1 + n % 10, 9)))
        found.append(Product(f"P{n:04}", f"Sản phẩm {n}", f"HTX {n // EACH}", ProducerKind.COOPERATIVE, Group.FOOD,
                             Place(PROVINCES[n % len(PROVINCES)]), tuple(certificates)))
    return found


def make(folder: Path, count: int) -> None:
    """A market whose ledger has so many lines, one an order; its daily totals are still to be made."""
    from ocop_market.market import new_market, open_market
    from ocop_market.settings import add_account
    from ocop_market.store.catalog import save_products

    new_market(folder, "Sở Công Thương")
    for number in range(ACCOUNTS):
        add_account(folder, f"shop{number:02}", "spreadsheet", {})
    with open_market(folder) as market, market.store.writing() as connection:
        save_products(connection, products(), market.clock(), origin="benchmark")
    with sqlite3.connect(folder / "market.db") as database:
        database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000;")
        database.execute("CREATE TEMP TABLE calendar (n INTEGER PRIMARY KEY, day TEXT)")
        database.executemany("INSERT INTO calendar VALUES (?, ?)", [(n, (FIRST + timedelta(days=n)).isoformat()) for n in range(DAYS)])
        values = ", ".join(f"{text.format(n=count)} AS {name}" for name, text in LINE.items())
        database.execute(f"""CREATE TEMP TABLE line AS
            WITH RECURSIVE number(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM number WHERE i < {count - 1}),
            hashed(i, h) AS (SELECT i, i * 2654435761 % 4294967296 FROM number)
            SELECT i, printf('shop%02d', i * {ACCOUNTS} / {count}) AS shop, printf('%09d', i) AS number, {values} FROM hashed""")
        database.execute("""INSERT INTO sales_order (account, order_id, document, placed_at, remote_updated_at, own_day, day, state,
            remote_state, location, source, province, returns, settled, digest)
            SELECT shop, number, '', 1735700000000000 + line.day * 86400000000, 1735700000000000 + line.day * 86400000000, calendar.day,
            calendar.day, iif(cancelled, 'cancelled', 'delivered'), 'x', '', '', '', NULL, 1, '' FROM line JOIN calendar ON n = line.day
            ORDER BY i""")
        database.execute("""INSERT INTO sales_line (account, order_id, line, sku, name, remote_id, quantity, list_amount, seller_discount,
            platform_discount, fees, tax_withheld, refund, returned_quantity, seller_shipping)
            SELECT shop, number, '1', printf('P%04d', product), 'x', '', 1000, list_amount, seller_discount, 0, 0, 0, refund, 0, 0
            FROM line ORDER BY i""")
        database.execute("ANALYZE")


def roll_up(folder: Path) -> int:
    """Makes the totals anew from all lines; how many rows those by day are."""
    from sqlalchemy import func, select

    from ocop_market.market import open_market
    from ocop_market.store.day_totals import rebuild_days
    from ocop_market.store.tables.totals import sales_day

    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    with open_market(folder) as market:
        for number in range(ACCOUNTS):
            with market.store.writing() as connection:
                rebuild_days(connection, f"shop{number:02}", days)
        with market.store.reading() as connection:
            return connection.execute(select(func.count()).select_from(sales_day)).scalar_one()


def most_memory() -> float:
    """The most memory that this process has had, in MB; what the system tells otherwise may be that of the process before it."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def catalog(path: Path) -> None:
    """What the others need of the catalog: places, stars by days, and whether a product was recognised in each period."""
    from ocop_market.catalog.standing import CertificateRecord

    rows = []
    for number, product in enumerate(products()):
        terms = CertificateRecord(product).terms
        rows.append({"product": number, "province": product.place.province,
                     "terms": [[term.begins.isoformat(), term.ends.isoformat(), term.certificate.stars] for term in terms],
                     **{name: any(term.begins <= end and start < term.ends for term in terms)
                        for name, (start, end) in (("now", PERIOD), ("before", BEFORE))}})
    path.write_text(json.dumps(rows), encoding="utf-8")
