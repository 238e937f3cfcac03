"""The same tables by DuckDB from raw lines: `raw_duckdb.py LINES.parquet CATALOG.json`; with a third argument it writes the lines first."""

import json
import sys
import time
from pathlib import Path

import duckdb
from market import ACCOUNTS, BEFORE, DAYS, FIRST, LINE, PERIOD, most_memory

LINES, CATALOG = sys.argv[1], sys.argv[2]
NOW, THEN = (f"day BETWEEN '{start}' AND '{end}'" for start, end in (PERIOD, BEFORE))
SUMS = f"coalesce(sum(worth) FILTER ({NOW}), 0)::BIGINT, coalesce(sum(worth) FILTER ({THEN}), 0)::BIGINT"
QUERIES = {
    "kenh": f"SELECT {SUMS} FROM sold GROUP BY account",
    "doanh_thu_sao": f"""SELECT {SUMS} FROM sold LEFT JOIN term ON term.product = sold.product AND day >= begins AND day < ends
        GROUP BY stars""",
    "doanh_thu_dia_phuong": f"SELECT {SUMS} FROM sold JOIN catalog USING (product) GROUP BY province",
    "theo_thang": f"SELECT {SUMS} FROM sold GROUP BY month(day)",
    "thanh_phan": f"""WITH one AS (SELECT product, {SUMS.replace(', coalesce', ' AS now, coalesce')} AS before FROM sold GROUP BY product)
        SELECT sum(one.now)::BIGINT, sum(one.before)::BIGINT FROM one JOIN catalog USING (product)
        GROUP BY CASE WHEN catalog.now AND catalog.before THEN 'same' WHEN catalog.now THEN 'entry' WHEN catalog.before THEN 'exit'
                 ELSE 'outside' END"""}


def write(count: int) -> None:
    values = ", ".join(f"({text.format(n=count).replace('/', '//')})::BIGINT AS {name}" for name, text in LINE.items())
    duckdb.sql(f"""COPY (SELECT {values.replace('AS day', 'AS day_number')}, DATE '{FIRST}' + day_number::INTEGER AS day
        FROM (SELECT i, i * 2654435761 % 4294967296 AS h FROM range({count}) AS numbers(i))) TO '{LINES}' (FORMAT parquet)""")
    assert duckdb.execute(f"SELECT max(account), max(day_number) FROM '{LINES}'").fetchone() == (ACCOUNTS - 1, DAYS - 1)


def insert(table: str, rows: list[tuple[object, ...]]) -> None:
    """All at once; row by row would take longer than all tables."""
    duckdb.execute(f"INSERT INTO {table} VALUES {', '.join(map(repr, rows))}")


def main() -> None:
    if len(sys.argv) > 3:
        write(int(sys.argv[3]))
        return
    begun, cpu = time.perf_counter(), time.process_time()
    rows = json.loads(Path(CATALOG).read_text(encoding="utf-8"))
    duckdb.execute("CREATE TABLE catalog (product BIGINT, province TEXT, now BOOLEAN, before BOOLEAN)")
    insert("catalog", [(r["product"], r["province"], r["now"], r["before"]) for r in rows])
    duckdb.execute("CREATE TABLE term (product BIGINT, begins DATE, ends DATE, stars INTEGER)")
    insert("term", [(r["product"], *term) for r in rows for term in r["terms"]])
    duckdb.execute(f"""CREATE VIEW sold AS SELECT account, product, day, list_amount - seller_discount - refund AS worth
        FROM '{LINES}' WHERE cancelled = 0 AND ({NOW} OR {THEN})""")
    tables = {}
    for key, query in QUERIES.items():
        found = [list(row) for row in duckdb.sql(query).fetchall()]
        tables[key] = sorted([*found, [sum(row[0] for row in found), sum(row[1] for row in found)]])
    print(json.dumps({"wall": time.perf_counter() - begun, "cpu": time.process_time() - cpu, "tables": tables,
                      "memory": most_memory()}))


main()
