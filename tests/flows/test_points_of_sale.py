"""The way of an office with its points of sale through the commands: lists, tills, growth, targets, reports, a copy of the market."""

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from ocop_market.cli.frame import Exit
from ocop_market.cli.main import main

POINTS = (
    ("DANH SÁCH ĐIỂM GIỚI THIỆU VÀ BÁN SẢN PHẨM OCOP",),
    ("TT", "Tên điểm bán", "Loại hình", "Cấp", "Xã", "Huyện", "Tỉnh", "Ngày mở", "Ngày đóng", "Tài khoản", "Chi nhánh"),
    (1, "Trạm dừng nghỉ Lệ Thủy", "Trạm dừng nghỉ", "Tỉnh", "Xã Phong Thủy", "Huyện Lệ Thủy", "Quảng Bình", date(2022, 3, 15), None,
     "quay", "Cửa hàng A"),
    (2, "Siêu thị Ba Đồn", "Siêu thị", "Huyện", None, "Thị xã Ba Đồn", "Quảng Bình", "01/05/2023", None, None, None),
    (3, "Chợ Đồng Hới", "Chợ", "Huyện", None, "Thành phố Đồng Hới", "Quảng Bình", date(2021, 6, 1), date(2026, 2, 1), None, None),
    (4, "Hội chợ", "Hội chợ", None, None, None, "Quảng Bình", date(2026, 5, 9), date(2026, 5, 1), None, None),
    (None, "Tổng cộng", None, None, None, None, None, None, None, None, None))
SALES = ("Ngày bán;Điểm bán;Mã hàng;Tên hàng;SL;Đơn giá;Thành tiền\n"
         "20/04/2026;Cửa hàng A;A1;Mật ong;2;100.000;200.000\n21/04/2026;Cửa hàng B;A1;Mật ong;1;100.000;100.000\n"
         "20/04/2025;Cửa hàng A;A1;Mật ong;1;100.000;100.000\n")
TARGETS = """
[[target]]
name = "Mỗi huyện một điểm bán"
measure = "points-per-unit"
unit = "district"
at_least = 1
province = "Quảng Bình"
geography = "old"
begins = 2021-01-01
ends = 2025-12-31
source = "Kế hoạch 2021–2025"
"""


@pytest.fixture
def office(tmp_path, monkeypatch, capsys):
    """The commands in Vietnamese in an office's market; the exit code and what was printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OCOP_MARKET", raising=False)

    def go(*arguments: object) -> tuple[int, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--lang", "vi", *map(str, arguments)])
        return int(ended.value.code or 0), capsys.readouterr().out

    assert go("init", ".")[0] == Exit.DONE
    assert go("accounts", "add", "quay", "--channel", "spreadsheet")[0] == Exit.DONE
    book = openpyxl.Workbook()
    for row in POINTS:
        book.active.append(row)
    book.save("diem-ban.xlsx")
    Path("so.csv").write_text(SALES, encoding="utf-8")
    Path("targets.toml").write_text(TARGETS, encoding="utf-8")
    return go


def as_json(go, *arguments: object):
    return json.loads(go(*arguments, "--json")[1])


def test_an_office_keeps_its_points_of_sale(office):
    assert office("pull", "quay", "--file", "so.csv")[0] == Exit.DONE
    code, _ = office("points", "import", "diem-ban.xlsx")
    assert code == Exit.PARTLY, "the fair closes before it opens"
    again = as_json(office, "points", "import", "diem-ban.xlsx")
    assert (again["rows"], again["accepted"], again["refused"], again["new"], again["changed"]) == (4, 3, 1, 0, 0)
    assert [note["code"] for note in again["notes"]] == ["point-closed-before-opened"]

    listed = as_json(office, "points", "list", "--as-of", "2026-06-30")
    assert listed["states"] == {"open": 2, "closed": 1, "not-yet": 0, "undated": 0}
    assert listed["unlinked"] == [{"account": "quay", "branch": "Cửa hàng B"}]
    assert office("points", "link", "DB-2", "quay", "Cửa hàng A")[0] == Exit.INPUT, "it is another point's"
    assert office("points", "link", "DB-2", "quay", "Cửa hàng B")[0] == Exit.DONE

    rows = as_json(office, "growth", "--by", "location", "--period", "2026-Q2")["tables"]["location"]["rows"]
    assert {row["label"]: (row["key"], row["now"], row["before"]) for row in rows} == {
        "Trạm dừng nghỉ Lệ Thủy": ("quay / Cửa hàng A", 200_000, 100_000), "Siêu thị Ba Đồn": ("quay / Cửa hàng B", 100_000, 0)}

    standing = as_json(office, "targets", "--as-of", "2025-12-31")[0]
    assert (standing["course"], standing["reached"], standing["needed"]) == ("behind", "3", "8")

    made = as_json(office, "report", "official", "--kind", "half-year", "--as-of", "2026-05-25", "--formats", "xlsx,html",
                   "--geography", "old", "--by", "district")
    files = {Path(name).suffix: Path(name) for name in made["files"]}
    page = files[".html"].read_text(encoding="utf-8")
    assert "Có 2 điểm giới thiệu và bán sản phẩm OCOP đang hoạt động; trong kỳ mở 0 điểm, đóng 1 điểm." in page
    assert "Trạm dừng nghỉ Lệ Thủy" in page and "Mỗi huyện một điểm bán" in page
    told = as_json(office, "explain", "points-closed/geography=old/by=district/Thành phố Đồng Hới, Quảng Bình/2026-01-01..2026-05-25",
                   "--report", files[".json"])
    assert (told["value"], told["report"]["same"], [line["code"] for line in told["lines"]]) == (1, True, ["DB-3"])

    before = {path: path.read_bytes() for path in files.values()}
    assert office("report", "again", files[".json"])[0] == Exit.DONE
    assert {path: path.read_bytes() for path in files.values()} == before
    assert office("backup")[0] == Exit.DONE
    assert office("points", "close", "DB-2", "--on", "2026-05-01")[0] == Exit.DONE
    changed = as_json(office, "report", "diff", files[".json"])
    assert changed["points"] == {"closed_on": 1}
    assert {one["column"] for one in changed["differences"] if "Ba Đồn" in one["row"]} >= {"Đang hoạt động", "Đóng trong kỳ"}

    saved = next(Path("backups").glob("*.db"))
    assert office("restore", saved, "--yes")[0] == Exit.DONE
    assert as_json(office, "points", "list", "--as-of", "2026-06-30")["states"]["open"] == 2, "the closing came after the copy"
    assert [one["origin"] for one in as_json(office, "points", "history", "DB-2")["changes"]] == ["diem-ban.xlsx", *["points link"] * 2]
    assert office("move-to", "sqlite:///khac.db")[0] == Exit.DONE
    assert len(as_json(office, "points", "history", "DB-2")["changes"]) == 3
