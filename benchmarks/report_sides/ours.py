"""The annual report from totals, in a process of its own: `python ours.py MARKET`. Prints seconds, memory and the tables."""

import json
import sys
import time
from pathlib import Path


def main() -> None:
    from market import PERIOD, most_memory

    from ocop_market.cli.official import gather_official
    from ocop_market.growth.compare import Period
    from ocop_market.market import open_market
    from ocop_market.reports.official.collect import Asked
    from ocop_market.reports.official.figures import Kind
    from ocop_market.reports.official.frozen import Format, dress
    from ocop_market.reports.official.letterhead import read_letterhead

    with open_market(Path(sys.argv[1])) as market:
        begun, cpu = time.perf_counter(), time.process_time()
        figures = gather_official(market, Asked(Kind.YEAR, Period(*PERIOD)))
        gathered, gathered_cpu = time.perf_counter() - begun, time.process_time() - cpu
        begun = time.perf_counter()
        letterhead = read_letterhead(market.folder)
        for one in (Format.XLSX, Format.HTML):
            dress(market.folder, figures, letterhead, one)
        dressed = time.perf_counter() - begun
    found = {}
    for table in figures.tables:
        if table.key in ("kenh", "doanh_thu_sao", "doanh_thu_dia_phuong", "theo_thang", "thanh_phan"):
            at = [column.key for column in table.columns].index("ky_nay")
            found[table.key] = sorted([row[at], row[at + 1]] for row in table.rows)
    print(json.dumps({"wall": gathered, "cpu": gathered_cpu, "dressed": dressed, "tables": found,
                      "memory": most_memory()}))


main()
