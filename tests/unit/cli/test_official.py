"""`report official`, `again`, `diff` and `forms` as commands; `report` alone goes on as before."""

from datetime import UTC, date, datetime
from functools import partial

import pytest

from ocop_market.cli import official
from ocop_market.cli.frame import Exit
from ocop_market.market import open_market
from ocop_market.reports.official import collect
from ocop_market.rules.version import rules_version


@pytest.fixture(autouse=True)
def _in_november(monkeypatch, clock):
    clock.now = datetime(2026, 11, 22, 3, tzinfo=UTC)
    monkeypatch.setattr(official, "open_market", partial(open_market, clock=clock))


def test_an_official_report_is_written_frozen_made_again_and_compared(run, market, tmp_path):
    written = run("report", "official", "--market", market, "--kind", "half-year", "--as-of", "25/05/2026", "--formats", "xlsx, html",
                  "--to", tmp_path / "out", "--json")
    assert written.code == Exit.DONE
    assert written.json["file_before"] == "2026-05-30"
    assert [name.rpartition(".")[2] for name in written.json["files"]] == ["xlsx", "html", "json"]
    frozen = written.json["files"][-1]
    assert "bao-cao-6-thang-2026-05-25-" in frozen
    assert run("report", "again", frozen, "--market", market, "--to", tmp_path / "again").code == Exit.DONE
    assert {path.name for path in (tmp_path / "again").iterdir()} == {path.name for path in (tmp_path / "out").iterdir()} - {
        frozen.rpartition("/")[2].rpartition("\\")[2]}
    assert run("report", "diff", frozen, "--market", market, "--json").json["differences"] == []
    assert "would say the same today" in run("report", "diff", frozen, "--market", market).out


def add_a_product(run, market, tmp_path):
    (tmp_path / "list.csv").write_text("Tên sản phẩm,Chủ thể,Tỉnh,Hạng sao,Số quyết định,Ngày cấp\n"
                                       "Trà,HTX Một,Lạng Sơn,4,1/QĐ-UBND,01/03/2026\n", encoding="utf-8")
    run("import", tmp_path / "list.csv", "--market", market)


def test_changed_products_are_told_in_words(run, market, tmp_path):
    frozen = run("report", "official", "--market", market, "--kind", "year", "--as-of", "20/11/2026", "--formats", "html", "--json",
                 "--to", tmp_path / "out").json["files"][-1]
    add_a_product(run, market, tmp_path)
    told = run("report", "diff", frozen, "--market", market)
    assert told.code == Exit.DONE
    assert "cells of the report changed" in told.out
    assert "Changed in the catalog" in told.out


@pytest.mark.parametrize(("made_by", "told", "key"), [("rules_version", "The rules changed", "rules"),
                                                      ("version", "The program changed", "program")])
def test_other_rules_and_another_program_are_told_as_the_cause(run, market, tmp_path, monkeypatch, made_by, told, key):
    monkeypatch.setattr(collect, made_by, lambda of: "as it was")
    frozen = run("report", "official", "--market", market, "--kind", "year", "--as-of", "20/11/2026", "--formats", "html", "--json",
                 "--to", tmp_path / "out").json["files"][-1]
    add_a_product(run, market, tmp_path)
    monkeypatch.setattr(collect, made_by, lambda of: "as it is")
    assert f"{told}: as it was → as it is." in run("report", "diff", frozen, "--market", market).out
    assert run("report", "diff", frozen, "--market", market, "--json").json[key] == ["as it was", "as it is"]


def test_rules_are_told_by_the_criteria_of_the_day_and_by_what_comes_with_the_program():
    (before, files), (now, same_files) = (rules_version(day).split(", ") for day in (date(2024, 1, 1), date(2026, 11, 20)))
    assert files == same_files and len(files) == 16
    assert before != now


def test_a_day_to_come_is_a_sentence(run, market):
    ended = run("report", "official", "--market", market, "--kind", "year", "--as-of", "30/11/2026")
    assert ended.code == Exit.INPUT
    assert "as-of-future" in ended.err


def test_a_file_that_is_no_frozen_report_is_a_sentence(run, market, tmp_path):
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    ended = run("report", "diff", tmp_path / "x.json", "--market", market)
    assert (ended.code, "not-frozen" in ended.err) == (Exit.INPUT, True)


def test_forms_are_copied_into_the_market(run, market):
    assert run("report", "forms", "--market", market).code == Exit.DONE
    assert {path.name for path in (market / "forms").iterdir()} == {"letterhead.toml", "report.docx", "report.typ", "evidence.docx"}


def test_a_format_that_there_is_not_is_refused(run, market):
    assert run("report", "official", "--market", market, "--kind", "year", "--as-of", "20/11/2026", "--formats", "odt").code == Exit.USAGE


def test_options_before_the_part_are_refused_instead_of_lost(run, market):
    ended = run("report", "--market", market, "official", "--kind", "year", "--as-of", "20/11/2026")
    assert ended.code == Exit.USAGE
    assert "report official" in ended.err


def test_the_short_report_goes_on_as_before(run, market, tmp_path):
    assert run("report", "--market", market, "--out", tmp_path / "short").code == Exit.DONE
    assert {path.name for path in (tmp_path / "short").iterdir()} == {"report.html", "report.xlsx"}
