"""The same tables by Polars from raw lines, lazily: `raw_polars.py LINES.parquet CATALOG.json`."""

import json
import sys
import time
from datetime import date
from pathlib import Path

import polars as pl
from market import BEFORE, PERIOD, most_memory

LINES, CATALOG = sys.argv[1], sys.argv[2]
SUMS = [pl.col("worth").filter(pl.col("day").is_between(*days)).sum().alias(name) for name, days in (("n", PERIOD), ("b", BEFORE))]


def main() -> None:
    begun, cpu = time.perf_counter(), time.process_time()
    rows = json.loads(Path(CATALOG).read_text(encoding="utf-8"))
    catalog = pl.LazyFrame([{name: row[name] for name in ("product", "province", "now", "before")} for row in rows])
    terms = pl.LazyFrame([{"product": row["product"], "begins": date.fromisoformat(begins), "ends": date.fromisoformat(ends),
                           "stars": stars} for row in rows for begins, ends, stars in row["terms"]])
    sold = pl.scan_parquet(LINES).filter(
        (pl.col("cancelled") == 0) & (pl.col("day").is_between(*PERIOD) | pl.col("day").is_between(*BEFORE))).select(
        "account", "product", "day", (pl.col("list_amount") - pl.col("seller_discount") - pl.col("refund")).alias("worth"))
    starred = sold.group_by("product", "day").agg(pl.col("worth").sum()).join(terms, on="product", how="left").with_columns(
        pl.when((pl.col("day") >= pl.col("begins")) & (pl.col("day") < pl.col("ends"))).then("stars").otherwise(0).alias("stars"))
    starred = starred.group_by("product", "day").agg(pl.col("worth").first(), pl.col("stars").max())
    part = pl.when(pl.col("now") & pl.col("before")).then(pl.lit("same")).when(pl.col("now")).then(pl.lit("entry")).when(
        pl.col("before")).then(pl.lit("exit")).otherwise(pl.lit("outside"))
    frames = {
        "kenh": sold.group_by("account").agg(SUMS), "doanh_thu_sao": starred.group_by("stars").agg(SUMS),
        "doanh_thu_dia_phuong": sold.join(catalog, on="product").group_by("province").agg(SUMS),
        "theo_thang": sold.group_by(pl.col("day").dt.month()).agg(SUMS),
        "thanh_phan": sold.join(catalog, on="product").group_by(part.alias("part")).agg(SUMS)}
    tables = {}
    for key, frame in zip(frames, pl.collect_all(frames.values(), engine="streaming"), strict=True):
        found = [list(row) for row in frame.select("n", "b").rows()]
        tables[key] = sorted([*found, [sum(row[0] for row in found), sum(row[1] for row in found)]])
    print(json.dumps({"wall": time.perf_counter() - begun, "cpu": time.process_time() - cpu, "tables": tables,
                      "memory": most_memory()}))


main()
