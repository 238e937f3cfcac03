"""The command line called in this process, and a market with three products."""

import pytest

from ocop_market.cli.frame import Exit
from tests.unit.cli.conftest import Ran, market, run

__all__ = ["Ran", "market", "run"]

LIST = (
    "Mã SKU;Tên sản phẩm;Chủ thể;Tỉnh;Nhóm;Mã vạch;Khối lượng\n"
    "TRA;Trà Shan Suối Thử;HTX Suối Thử;Lào Cai;Thực phẩm;8938512345673;200 g\n"
    "MUC;Mực hấp Cửa Thử, 290g;HTX Cửa Thử;Nghệ An;Thực phẩm;;100 g\n"
    "BUOI;Bưởi Thử;HTX Vườn Thử;Hà Nội;Thực phẩm;;\n")


@pytest.fixture
def shop(run, tmp_path, monkeypatch):
    assert run("init", tmp_path / "m").code == Exit.DONE
    listed = tmp_path / "hang.csv"
    listed.write_text(LIST, encoding="utf-8")
    assert run("import", listed, "--market", tmp_path / "m", "--json").json["products"] == 3
    monkeypatch.setenv("OCOP_MARKET", str(tmp_path / "m"))
    return tmp_path / "m"
