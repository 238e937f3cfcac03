"""`import` and `review` on the command line."""

import openpyxl
import pytest

from ocop_market.cli.frame import Exit

LIST = "Tên sản phẩm;Chủ thể;Nhóm;Giá\nNước mắm CL28 và CH20;CTCP B;Gia vị;60.000\nMật ong;HTX A;Thực phẩm;90.000\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8-sig")
    return path


def test_a_list_with_an_open_question_is_partly_done_and_tells_how_to_answer(run, market, file):
    ran = run("import", file, "--market", market)
    assert ran.code == Exit.PARTLY
    assert "2 rows: 1 accepted, 1 to review, 0 refused" in ran.out
    assert "--hand-back" in ran.out and "ocop-market review" in ran.out


def test_questions_are_shown_and_answered_and_count_at_the_next_import(run, market, file):
    body = run("import", file, "--market", market, "--json").json
    (asked,) = body["questions"]
    assert (asked["doubt"], asked["rows"], list(asked["choices"])) == (
        "several-goods", [2], ["split:Nước mắm CL28;Nước mắm CH20", "whole", "skip"])
    shown = run("review", "--market", market, "--json")
    assert (shown.code, [one["key"] for one in shown.json]) == (Exit.PARTLY, [asked["key"]])
    assert run("review", "--market", market, "--answer", f"{asked['key']}=whole").code == Exit.DONE
    again = run("import", file, "--market", market, "--json")
    assert (again.code, again.json["accepted"], again.json["review"], again.json["new"]) == (Exit.DONE, 2, 0, 1)
    assert run("review", "--market", market, "--json").json == []
    assert [one["answer"] for one in run("review", "--market", market, "--all", "--json").json] == ["whole"]


@pytest.mark.parametrize("answer", ["nonsense", "xyz=whole", "KEY=perhaps"])
def test_an_answer_that_is_not_offered_is_refused(run, market, file, answer):
    key = run("import", file, "--market", market, "--json").json["questions"][0]["key"]
    ran = run("review", "--market", market, "--answer", answer.replace("KEY", key), "--json")
    assert (ran.code, ran.json["error"]["code"]) == (Exit.INPUT, "answer-unknown")


def test_the_list_is_handed_back_mended_and_imported_again(run, market, file, tmp_path):
    out = tmp_path / "out.xlsx"
    assert run("import", file, "--market", market, "--hand-back", out).code == Exit.PARTLY
    book = openpyxl.load_workbook(out)
    page = book.worksheets[0]
    page.cell(2, page.max_column, "Split: Mắm một; Mắm hai")
    page["D3"] = 95000
    book.save(out)
    body = run("import", out, "--market", market, "--json").json
    assert (body["accepted"], body["new"], body["changed"]) == (2, 2, 1)
    same = run("import", out, "--market", market, "--json").json
    assert (same["new"], same["changed"]) == (0, 0)
    assert run("import", file, "--market", market, "--json").json["review"] == 0  # the answer counts for the first file too


def test_no_file_is_overwritten_and_nothing_imported_when_one_would_be(run, market, file):
    before = file.read_bytes()
    ran = run("import", file, "--market", market, "--hand-back", file, "--json")
    assert (ran.code, ran.json["error"]["code"]) == (Exit.INPUT, "hand-back-there")
    assert file.read_bytes() == before
    assert run("status", "--market", market, "--json").json["products"] == 0


def test_columns_that_were_told_are_known_at_the_next_import_of_the_form(run, market, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("Hàng;Ai làm;Giá\nMật ong;HTX A;90.000\n", encoding="utf-8-sig")
    assert run("import", path, "--market", market, "--json").json["error"]["code"] == "headings-missing"
    told = run("import", path, "--market", market, "--columns", "Hàng=name,Ai làm=producer", "--json").json
    assert (told["accepted"], told["columns"]["producer"]) == (1, "Ai làm")
    assert run("import", path, "--market", market, "--json").json["columns"] == told["columns"]


def test_an_sku_of_another_owner_is_refused_with_what_to_do(run, market, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("Mã SKU;Tên sản phẩm\nA1;Mật ong\n", encoding="utf-8-sig")
    assert run("import", path, "--market", market, "--owner", "HTX Một", "--evidence", "A").code == Exit.DONE
    path.write_text("Mã SKU;Tên sản phẩm\nA1;Chè xanh\n", encoding="utf-8-sig")
    body = run("import", path, "--market", market, "--owner", "HTX Hai", "--json").json
    assert (body["refused"], body["notes"][0]["code"]) == (1, "sku-of-other-owner")
    assert run("import", path, "--market", market, "--owner", "HTX Hai", "--sku-prefix", "HH-", "--json").json["new"] == 1
