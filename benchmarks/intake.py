"""Rows per second through `read_products`, against reading the same file with its reader and validating with pydantic alone.

    python benchmarks/intake.py [ROWS] [RUNS] [ROWS FOR MEMORY]

A list as a province keeps it (title rows, twelve columns, Vietnamese writings of stars, dates, prices, weights) is made on
the fly as .xlsx and as .csv. The baseline reads it with calamine or `csv` and fills a pydantic model of texts and numbers:
no heading is looked for, no writing understood, no product matched. Prints medians and the ratio (baseline = 1; target of
the first version: at least 0.3), and the peak memory of a process of its own that takes in the longer list.
"""

import csv
import gc
import io
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter
from pydantic import BaseModel, TypeAdapter

TODAY = date(2026, 11, 1)
HEADINGS = ("STT", "Mã SP", "Tên sản phẩm", "Chủ thể", "Nhóm sản phẩm", "Xã", "Huyện", "Hạng sao", "Số quyết định", "Ngày cấp",
            "Giá bán (đồng)", "Khối lượng")
KINDS = ("Mật ong", "Chè xanh", "Nước mắm", "Gạo nếp", "Miến dong", "Bưởi da xanh", "Tinh bột nghệ", "Cà phê rang xay")
PRODUCERS = ("HTX", "Công ty TNHH", "Hộ kinh doanh", "Cơ sở")


class Line(BaseModel):
    number: int
    sku: str
    name: str
    producer: str
    group: str
    commune: str
    district: str
    stars: str
    decision: str
    issued_on: str
    price: str
    weight: str


LINES = TypeAdapter(list[Line])


def rows(count: int) -> Iterator[tuple[int | str, ...]]:
    for i in range(count):
        issued = date(2024, 1, 1) + timedelta(days=i % 900)
        yield (i + 1, f"SP{i:06d}", f"{KINDS[i % 8]} {i}", f"{PRODUCERS[i % 4]} Đồng Tâm {i // 7}", "Thực phẩm", f"Xã An Phú {i % 90}",
               f"Huyện Thử {i % 11}", ("4 sao", "★★★", "3*", "OCOP 5 sao")[i % 4], f"{i % 400}/QĐ-UBND",
               f"{issued:%d/%m/%Y}", f"{20 + i % 300}.000 đ", ("500g", "0,5 kg", "hộp 12 gói x 20g")[i % 3])


def xlsx(count: int) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, "DANH SÁCH SẢN PHẨM OCOP")
    for line, row in enumerate((HEADINGS, *rows(count)), 2):
        sheet.write_row(line, 0, row)
    book.close()
    return content.getvalue()


def text(count: int) -> bytes:
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(HEADINGS)
    writer.writerows(rows(count))
    return content.getvalue().encode("utf-8-sig")


def validated(cells: Iterable[Any]) -> int:
    names = tuple(Line.model_fields)
    return len(LINES.validate_python([dict(zip(names, row, strict=True)) for row in cells]))


def xlsx_alone(content: bytes) -> int:
    sheet = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0)
    return validated(sheet.to_python(skip_empty_area=False)[3:])


def text_alone(content: bytes) -> int:
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    next(reader)
    return validated(reader)


def ours(content: bytes) -> int:
    from ocop_market.catalog.intake import read_products

    return read_products("danh-sach", content, today=TODAY).accepted


def per_second(work: Callable[[bytes], int], content: bytes, runs: int, expected: int) -> float:
    rates = []
    for _ in range(runs + 1):
        gc.collect()
        started = time.perf_counter()
        count = work(content)
        rates.append(count / (time.perf_counter() - started))
        assert count == expected, count
    return statistics.median(rates[1:])


def peak(path: Path, work: Callable[[bytes], int], results: Any) -> None:
    """Megabytes that a process needed at most for the work, its imports included."""
    work(path.read_bytes())
    results.send(_megabytes())


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    long = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
    print(f"{'':24} {'rows':>8} {'rows/s':>9} {'ratio':>6}")
    for kind, make, alone in ((".xlsx", xlsx, xlsx_alone), (".csv", text, text_alone)):
        content = make(count)
        baseline, rate = per_second(alone, content, runs, count), per_second(ours, content, runs, count)
        print(f"{kind + ', reader + pydantic':24} {count:8d} {baseline:9.0f} {1:6.2f}")
        print(f"{kind + ', ours':24} {count:8d} {rate:9.0f} {rate / baseline:6.2f}")
    print(f"\n{'':24} {'rows':>8} {'file MB':>9} {'peak MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for kind, make, alone in ((".xlsx", xlsx, xlsx_alone), (".csv", text, text_alone)):
            path = Path(folder) / f"long{kind}"
            path.write_bytes(make(long))
            for name, work in (("reader + pydantic", alone), ("ours", ours)):
                here, there = multiprocessing.Pipe()
                process = multiprocessing.get_context("spawn").Process(target=peak, args=(path, work, there))
                process.start()
                used = here.recv()
                process.join()
                print(f"{kind + ', ' + name:24} {long:8d} {path.stat().st_size / 1e6:9.1f} {used:9.0f}")


if __name__ == "__main__":
    main()
