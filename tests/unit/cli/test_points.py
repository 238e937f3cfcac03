"""`ocop-market points`: a list in, the register shown as on a day, tills linked, points closed, what changed."""

import pytest

from ocop_market.cli.frame import Exit
from ocop_market.settings import add_account

HEAD = "Tên điểm bán;Loại hình;Xã;Huyện;Tỉnh;Ngày mở;Ngày đóng\n"
ROWS = ("Trạm dừng Lệ Thủy;trạm dừng nghỉ;Xã Phong Thủy;Huyện Lệ Thủy;Quảng Bình;15/3/2022;\n"
        "Siêu thị Ba Đồn;siêu thị;;Thị xã Ba Đồn;Quảng Bình;1/5/2023;1/1/2025\n")


@pytest.fixture
def office(run, market):
    add_account(market, "quay", "spreadsheet", {})
    (market / "diem.csv").write_text(HEAD + ROWS, encoding="utf-8")
    return market


@pytest.fixture
def points(run, office):
    assert run("points", "import", office / "diem.csv", "--market", office).code == Exit.DONE
    return lambda *arguments: run("points", *arguments, "--market", office)


def test_every_row_is_accounted_for(run, office):
    (office / "diem.csv").write_text(HEAD + ROWS + "Chợ;chợ;;;Quảng Bình;1/1/2024;1/1/2023\n;chợ;;;Quảng Bình;;\n", encoding="utf-8")
    ran = run("points", "import", office / "diem.csv", "--market", office, "--json")
    assert ran.code == Exit.PARTLY
    assert {key: ran.json[key] for key in ("rows", "accepted", "refused", "new", "changed")} == {
        "rows": 4, "accepted": 2, "refused": 2, "new": 2, "changed": 0}
    assert [(note["row"], note["code"]) for note in ran.json["notes"] if note["refused"]] == [
        (4, "point-closed-before-opened"), (5, "point-without-name")]
    shown = run("points", "import", office / "diem.csv", "--market", office)
    assert "4 rows: 2 accepted, 2 refused. Points of sale: 0 new, 0 changed." in shown.out and "would close on" in shown.out


def test_the_register_is_shown_as_on_a_day_in_either_geography(points):
    told = points("list", "--as-of", "31/12/2024", "--json").json
    assert told["states"] == {"open": 2, "closed": 0, "not-yet": 0, "undated": 0}
    first = told["points"][0]
    assert (first["code"], first["kind"], first["old"]["commune"], first["present"]["commune"], first["present"]["province"]) == (
        "DB-1", "rest-stop", "Xã Phong Thủy", "Xã Lệ Thủy", "Quảng Trị")
    assert [one["state"] for one in points("list", "--as-of", "2025-01-01", "--json").json["points"]] == ["open", "closed"]
    assert "2 open, 0 closed" in points("list", "--as-of", "2024-12-31").out
    by = points("list", "--as-of", "2024-12-31", "--by", "district", "--geography", "old", "--json").json["by"]
    assert by["rows"] == [{"key": "Huyện Lệ Thủy, Quảng Bình", "open": 1}, {"key": "Thị xã Ba Đồn, Quảng Bình", "open": 1}]
    assert "Thị xã Ba Đồn" in points("list", "--as-of", "2024-12-31", "--by", "district", "--geography", "old").out
    assert points("list", "--by", "district").code == Exit.INPUT, "there are no districts today"


def test_an_empty_register_says_what_to_do(run, market):
    assert "points import" in run("points", "list", "--market", market).out


def test_a_till_is_linked_and_the_link_taken_back(points):
    ran = points("link", "DB-1", "quay", "1")
    assert ran.code == Exit.DONE and "quay / 1" in ran.out and "Nothing was sold" in ran.out
    assert points("link", "DB-2", "quay", "1", "--json").json["error"]["code"] == "till-taken"
    assert points("link", "DB-1", "quay", "--json").json["error"]["code"] == "point-linked"
    assert points("link", "DB-1", "nha", "--json").json["error"]["code"] == "unknown-account"
    assert points("link", "DB-9", "quay", "--json").json["error"]["code"] == "point-unknown"
    assert points("link", "DB-1", "--forget").code == Exit.DONE
    assert points("link", "DB-2", "quay", "1", "--json").json["branch"] == "1"
    assert points("link", "DB-1").code == points("link", "DB-1", "quay", "--forget").code == Exit.USAGE


def test_a_point_closes_opens_again_and_its_history_tells(points):
    assert points("close", "DB-1", "--on", "1/3/2022", "--json").json["error"]["code"] == "point-closed-before-opened"
    assert points("close", "DB-1", "--on", "1/3/2026", "--json").json["closed_on"] == "2026-03-01"
    assert "closed from 01/03/2026" in points("close", "DB-1", "--on", "1/3/2026").out
    assert "taken back" in points("close", "DB-1", "--forget").out
    changes = points("history", "DB-1", "--json").json["changes"]
    assert [(one["origin"], one["field"], one["before"], one["after"]) for one in changes[1:]] == [
        ("points close", "closed_on", None, "2026-03-01"), ("points close", "closed_on", "2026-03-01", None)]
    shown = points("history", "DB-1").out
    assert "came into the" in shown and "01/03/2026" in shown
    assert points("close", "DB-1").code == Exit.USAGE
    assert points("history", "DB-9").code == Exit.INPUT


@pytest.mark.parametrize(("content", "code"), [("Chợ Tréo;Lệ Thủy\n", "headings-missing"), ("", "file-empty")])
def test_a_file_that_is_no_list_is_a_sentence(run, market, content, code):
    (market / "x.csv").write_text(content, encoding="utf-8")
    ran = run("points", "import", market / "x.csv", "--market", market, "--json")
    assert (ran.code, ran.json["error"]["code"]) == (Exit.INPUT, code)
    assert run("points", "import", market / "nowhere.csv", "--market", market).code == Exit.INPUT


def test_a_list_of_a_day_to_come_is_refused_and_nothing_is_taken(run, office):
    ran = run("points", "import", office / "diem.csv", "--listed-on", "1/1/2199", "--market", office, "--json")
    assert (ran.code, ran.json["error"]["code"]) == (Exit.INPUT, "listed-later")
    assert run("points", "list", "--market", office, "--json").json["points"] == []
