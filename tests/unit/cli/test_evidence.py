"""`report evidence` as a command."""

from datetime import UTC, datetime
from functools import partial

import pytest

from ocop_market.cli import evidence
from ocop_market.cli.frame import Exit
from ocop_market.market import open_market


@pytest.fixture(autouse=True)
def _a_catalog(run, market, tmp_path, monkeypatch, clock):
    clock.now = datetime(2026, 11, 22, 3, tzinfo=UTC)
    monkeypatch.setattr(evidence, "open_market", partial(open_market, clock=clock))
    (tmp_path / "list.csv").write_text("SKU,Tên sản phẩm,Chủ thể,Tỉnh,Hạng sao,Số quyết định,Ngày cấp\n"
                                       "TRA,Trà,HTX Một,Lạng Sơn,4,1/QĐ-UBND,01/03/2026\n", encoding="utf-8")
    run("import", tmp_path / "list.csv", "--market", market)


def test_the_files_are_written_for_a_product_or_a_producer(run, market, tmp_path):
    for which in (("--product", "TRA"), ("--producer", "Hợp tác xã Một")):
        written = run("report", "evidence", *which, "--as-of", "20/11/2026", "--market", market, "--to", tmp_path / "out", "--json")
        assert written.code == Exit.DONE, written.out
        assert [name.rpartition(".")[2] for name in written.json["files"]] == ["docx", "xlsx"]
        assert written.json["tables"]["san_pham"][0][1] == "Trà"
    assert len(list((tmp_path / "out").iterdir())) == 4


@pytest.mark.parametrize(("arguments", "code"), [
    (("--product", "KHONG"), "product-unknown"), (("--producer", "HTX Hai"), "producer-unknown"),
    (("--product", "TRA", "--as-of", "30/11/2026"), "as-of-future")])
def test_what_is_not_there_is_a_sentence(run, market, arguments, code):
    ended = run("report", "evidence", "--as-of", "20/11/2026", "--market", market, *arguments)
    assert (ended.code, code in ended.err) == (Exit.INPUT, True)


@pytest.mark.parametrize("arguments", [(), ("--product", "TRA", "--producer", "HTX Một"), ("--product", "TRA", "--formats", "pdf")])
def test_a_wrong_call_is_told(run, market, arguments):
    assert run("report", "evidence", "--as-of", "20/11/2026", "--market", market, *arguments).code == Exit.USAGE
