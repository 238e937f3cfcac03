"""`explain` as a command: a figure with its scope and lines, in pages or in a file, and the figures of a frozen report."""

import csv
from datetime import UTC, datetime
from functools import partial

import openpyxl
import pytest

from ocop_market.cli import explain, growth, official
from ocop_market.cli.frame import Exit
from ocop_market.market import open_market
from tests.unit.reports.official.conftest import settled

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
NORTH = "revenue/by=province/Cao Bằng/2026-01-01..2026-11-20"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for module in (explain, official):
        monkeypatch.setattr(module, "open_market", partial(open_market, clock=lambda: NOW))
    with settled(tmp_path / "m", lambda: NOW):
        pass
    return tmp_path / "m"


def test_a_figure_is_told_with_its_scope_and_its_lines(run, folder):
    told = run("explain", NORTH, "--market", folder, "--json").json
    assert (told["value"], told["lines_amount"], told["agrees"], told["count"]) == (1_300_000, 1_300_000, True, 3)
    assert [(line["day"], line["product"], line["amount"]) for line in told["lines"]] == [
        ("2026-02-01", "SAP", 300_000), ("2026-07-01", "LAI", 900_000), ("2026-08-01", "LAI", 100_000)]
    scope = told["scope"]
    assert scope["Period"].startswith("01/01/2026 to 20/11/2026")
    assert "Asia/Ho_Chi_Minh" in scope["Period"]
    assert scope["Units of places"] == "units of today"
    assert scope["Accounts"] == "quay, san, tep"
    assert scope["Rules"].startswith("26/2026")
    assert not {"buyer", "province", "phone", "address"} & told["lines"][0].keys()
    shown = run("explain", NORTH, "--market", folder)
    assert shown.code == Exit.DONE
    assert "Revenue · Cao Bằng: 1.300.000" in shown.out
    assert "900.000" in shown.out


def test_all_lines_go_into_a_workbook_or_a_list(run, folder, tmp_path):
    for name in ("lines.xlsx", "lines.csv"):
        assert run("explain", NORTH, "--market", folder, "--out", tmp_path / name).code == Exit.DONE
    book = openpyxl.load_workbook(tmp_path / "lines.xlsx")
    about = [row[0].value for row in book["Explanation"].iter_rows()]
    assert about[0] == "Revenue Cao Bằng: 1.300.000\u00a0₫"
    rows = list(book["Lines 1"].iter_rows(values_only=True))
    assert sum(row[-1] for row in rows[1:]) == 1_300_000
    assert rows[0][-1] == "Counts, đồng"
    listed = list(csv.reader((tmp_path / "lines.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [len(listed), sum(int(row[-1]) for row in listed[1:])] == [4, 1_300_000]
    assert not list(tmp_path.glob("*.part"))


def test_a_file_of_another_kind_is_refused(run, folder, tmp_path):
    ended = run("explain", NORTH, "--market", folder, "--out", tmp_path / "lines.pdf")
    assert (ended.code, "out-format" in ended.err) == (Exit.INPUT, True)


def test_a_frozen_report_lists_its_figures_and_holds_each_against_today(run, folder, tmp_path):
    frozen = run("report", "official", "--market", folder, "--kind", "year", "--as-of", "20/11/2026", "--formats", "html", "--json",
                 "--to", tmp_path / "out").json["files"][-1]
    listed = run("explain", "--report", frozen, "--market", folder, "--json").json
    assert NORTH in {one["address"] for one in listed}
    told = run("explain", NORTH, "--report", frozen, "--market", folder, "--json").json["report"]
    assert (told["same"], told["row"], told["column"]) == (True, "Cao Bằng", "Kỳ này")
    counted = run("explain", "in-force/stars=4/2026-11-20", "--report", frozen, "--market", folder)
    assert "It would be the same today." in counted.out
    assert "LAI" in counted.out
    ended = run("explain", "revenue/2025", "--report", frozen, "--market", folder)
    assert (ended.code, "not-in-report" in ended.err) == (Exit.INPUT, True)


def test_what_is_no_figure_is_a_sentence(run, folder):
    assert run("explain", "--market", folder).code == Exit.USAGE
    ended = run("explain", "turnover/2026", "--market", folder)
    assert (ended.code, "no-address" in ended.err) == (Exit.INPUT, True)
    nothing = run("explain", "revenue/by=product/NONE/2026", "--market", folder)
    assert (nothing.code, "No lines stand behind it." in nothing.out) == (Exit.DONE, True)


def test_the_market_tells_the_same_to_a_script(folder):
    with open_market(folder, clock=lambda: NOW) as market:
        found, some = market.explain("change/by=channel/san/2026-01-01..2026-11-20", start=1, count=2)
    assert (found.value, found.lines) == (800_000, 3)
    assert [line.amount for line in some] == [700_000, -200_000]


def test_a_target_is_told_with_its_arithmetic_and_the_products_that_count(run, folder):
    (folder / "targets.toml").write_text(
        "".join(f'[[target]]\nname = "{name}"\n{more}\nbegins = 2026-01-01\nends = 2026-12-31\nsource = "1/KH"\n' for name, more in (
            ("Bốn sao", 'measure = "products"\nat_least = 2\nstars = 4'), ("Tăng", 'measure = "revenue-growth"\nat_least = 5'))),
        encoding="utf-8")
    told = run("explain", "target/target=Bốn sao/2026-11-20", "--market", folder, "--json").json
    assert [one["code"] for one in told["lines"]] == ["LAI", "NANG"]
    assert (told["value"], "2 of 2" in told["arithmetic"][0]) == ("2", True)
    rate = run("explain", "target/target=Tăng/2026-11-20", "--market", folder, "--json").json
    assert [side["sign"] for side in rate["sides"]] == [1, -1]
    assert (rate["agrees"], rate["count"]) == (True, len(rate["lines"]))
    assert "400 % a year" in run("explain", "target/target=Tăng/2026-11-20", "--market", folder).out
    ended = run("explain", "target/target=Năm sao/2026-11-20", "--market", folder)
    assert (ended.code, "Bốn sao" in ended.err) == (Exit.INPUT, True)


def test_an_effect_is_told_with_the_articles_that_it_is_reckoned_from(run, folder, tmp_path):
    told = run("explain", "change/effect=price/2026-01-01..2026-11-20", "--market", folder, "--json").json
    assert [row[0] for row in told["workings"]] == ["LAI", "SAP"]
    assert "the effect of price" in told["arithmetic"][0]
    assert run("explain", "change/effect=price/2026-01-01..2026-11-20", "--market", folder, "--out", tmp_path / "x.csv").code == Exit.DONE
    units = run("explain", "units/2026-01-01..2026-11-20", "--market", folder, "--json").json
    assert (units["value"], units["value_text"], units["agrees"]) == ("4", "4", True)


def test_points_of_sale_with_sales_are_told_with_the_address_of_each(run, folder):
    (folder / "market.toml").write_text('name = "Sở"\n[accounts.quay]\nchannel = "kiotviet"\npractice = true\n', encoding="utf-8")
    told = run("explain", "outlets/2026-01-01..2026-11-20", "--market", folder, "--json").json
    assert told["value"] == 1
    assert told["lines"][0]["address"] == "revenue/by=location/quay / Chợ/2026-01-01..2026-11-20"
    assert told["lines"][0]["now"] == 900_000


def test_a_lowest_price_that_cannot_be_told_is_a_sentence(run, folder):
    ended = run("explain", "break-even/account=san/by=product/MOI/2026-11", "--market", folder)
    assert (ended.code, "no-price" in ended.err) == (Exit.INPUT, True)


def test_growth_lists_its_figures_and_each_leads_on(run, folder, monkeypatch):
    monkeypatch.setattr(growth, "open_market", partial(open_market, clock=lambda: NOW))
    asked = ("growth", "--market", folder, "--from", "01/01/2026", "--to", "20/11/2026", "--by", "channel")
    found = run(*asked, "--json").json["figures"]
    shown = run(*asked, "--figures").out
    assert all(one["address"] in shown for one in found)
    price = next(one for one in found if one["address"].startswith("change/effect=price/"))
    assert run("explain", price["address"], "--market", folder, "--json").json["value"] == price["value"]
