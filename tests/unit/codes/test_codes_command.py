import pytest
from PIL import Image

from ocop_market.cli.frame import Exit
from tests.unit.sheets.workbooks import workbook

GTIN = "8938512345673"
LINK = f"https://htx.example.vn/01/0{GTIN}"


def test_code_is_explained_without_any_market(run):
    ran = run("codes", "check", f"{LINK}/10/L5?17=261200")
    assert ran.code == Exit.DONE
    assert "GS1 Digital Link" in ran.out
    assert GTIN in ran.out
    assert "L5" in ran.out
    assert "01/12/2026 – 31/12/2026" in ran.out
    assert "not where the goods come from" in ran.out


def test_fault_and_offer_are_told(run):
    ran = run("codes", "check", f"https://htx.example.vn/01/{GTIN}")
    assert ran.code == Exit.PARTLY
    assert "needs 14" in ran.out
    assert LINK in ran.out


def test_code_as_json(run):
    found = run("codes", "check", f"(01)0{GTIN}(10)L5(17)261231", "--json").json
    assert (found["kind"], found["gtin"], found["lot"]) == ("gs1_hri", f"0{GTIN}", "L5")
    assert found["expiry"] == ["2026-12-31", "2026-12-31"]
    assert found["fields"] == {"01": f"0{GTIN}", "10": "L5", "17": "261231"}
    assert found["problems"] == []


def test_own_address_is_recognised(run):
    assert run("codes", "check", "https://htx.example.vn/tra", "--own-host", "htx.example.vn", "--json").json["system"] == "own"


def test_account_of_a_payment_code_is_not_printed(run):
    code = "00020101021138570010A00000072701270006970400011300112233445660208QRIBFTTA53037045802VN63041234"
    for ran in (run("codes", "check", code), run("codes", "check", code, "--json")):
        assert "112233445" not in ran.out + ran.err
        assert ran.code == Exit.PARTLY


@pytest.mark.parametrize("text", ["x" * 5000, "a\\b?*<>|", "]", "   "])
def test_no_text_breaks_the_command(run, text):
    assert run("codes", "check", text).code in (Exit.DONE, Exit.PARTLY)


def test_column_of_a_list_is_found_and_each_row_with_a_fault_told(run, tmp_path):
    path = tmp_path / "tem.csv"
    path.write_text(f"Danh sách tem;;\nTên;Nội dung QR;Ghi chú\nTrà;{LINK};\nMực;893851234567;\nBưởi;;\nGạo;https://zalo.me/1;\n", "utf-8")
    ran = run("codes", "check", path)
    assert ran.code == Exit.PARTLY
    assert "3 codes: 2 with remarks" in ran.out
    found = run("codes", "check", path, "--json").json
    assert [(one["row"], one["kind"]) for one in found] == [(3, "gs1_digital_link"), (4, "text"), (6, "url")]


def test_numbers_in_a_workbook_are_codes_too(run, tmp_path):
    path = tmp_path / "ma.xlsx"
    path.write_bytes(workbook([["STT", "Mã vạch"], [1, int(GTIN)], [2, 893851234567], [3, "8938512345674"]]))
    found = run("codes", "check", path, "--json").json
    assert [one["gtin"] for one in found] == [f"0{GTIN}", "", ""]
    assert [one["problems"][0]["code"] for one in found[1:]] == ["gtin-lost-last-digit", "gtin-check-digit"]


def test_column_can_be_named_and_a_file_of_codes_only_is_taken_whole(run, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"Tên;Tem\nTrà;{LINK}\n", "utf-8")
    assert run("codes", "check", path, "--column", "tem", "--json").json[0]["row"] == 2
    path.write_text(f"{GTIN}\n{LINK}\n", "utf-8")
    assert len(run("codes", "check", path, "--json").json) == 2


@pytest.mark.parametrize("arguments", [["a.csv", "--column", "Tem"], ["a.csv"], ["absent.csv", "--column", "Tem"]])
def test_missing_column_or_file_is_told(run, tmp_path, arguments):
    (tmp_path / "a.csv").write_text("Tên;Giá\nTrà;5\n", "utf-8")
    ran = run("codes", "check", *arguments)
    assert ran.code == Exit.INPUT
    assert "Traceback" not in ran.err


def test_catalog_shows_every_odd_product(run, shop):
    ran = run("codes", "catalog")
    assert ran.code == Exit.PARTLY
    assert "1 remarks on 1 products" in ran.out
    found = run("codes", "catalog", "--json").json
    assert found["products"] == 3
    assert found["gtin"] == {"empty": 2, "good": 1, "doubtful": 0, "refused": 0}
    assert [(one["sku"], one["code"]) for one in found["problems"]] == [("MUC", "contents-differ")]


def test_empty_catalog_says_what_to_do(run, market):
    ran = run("codes", "catalog", "--market", market)
    assert (ran.code, "ocop-market import" in ran.out) == (Exit.DONE, True)
    assert "ocop-market import" in run("codes", "label", "--market", market).out


def test_link_of_a_product(run, shop):
    ran = run("codes", "link", "TRA", "--domain", "htx.example.vn", "--lot", "L5", "--expiry", "31/12/2026", "--made", "2026-05-01")
    assert (ran.code, ran.out.strip()) == (Exit.DONE, f"{LINK}/10/L5?11=260501&17=261231")
    assert run("codes", "link", "TRA", "--domain", "a.vn", "--path", "sp", "--json").json["link"] == f"https://a.vn/sp/01/0{GTIN}"


@pytest.mark.parametrize(("arguments", "code", "told"), [
    (["TRA", "--domain", "a.vn", "--lot", "Lô 5"], Exit.PARTLY, "link-refused"), (["TRA"], Exit.INPUT, "domain-missing"),
    (["BUOI", "--domain", "a.vn"], Exit.INPUT, "gtin-unusable"), (["X", "--domain", "a.vn"], Exit.INPUT, "sku-unknown")])
def test_link_that_cannot_be_made_is_explained(run, shop, arguments, code, told):
    ran = run("codes", "link", *arguments)
    assert (ran.code, told in ran.err) == (code, True)
    assert ran.out == ""


def test_qr_code_of_a_product_is_written(run, shop, tmp_path):
    ran = run("codes", "qr", "TRA", "--domain", "htx.example.vn", "--lot", "L5", "--out", tmp_path / "tra.png", "--json")
    assert ran.json["text"] == "HTTPS://HTX.EXAMPLE.VN/01/08938512345673/10/L5"
    with Image.open(tmp_path / "tra.png") as picture:
        assert picture.format == "PNG"
    ran = run("codes", "qr", "BUOI", "--text", "https://htx.example.vn/buoi", "--out", tmp_path / "buoi.svg")
    assert ran.code == Exit.DONE
    assert "mm wide" in ran.out
    assert (tmp_path / "buoi.svg").read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize("arguments", [["--out", "x.gif", "--domain", "a.vn"], ["--out", "x.svg"],
                                       ["--out", "x.svg", "--domain", "a.vn", "--text", "y"], ["--out", "absent/x.svg", "--text", "y"]])
def test_qr_code_that_cannot_be_written_is_explained(run, shop, tmp_path, arguments):
    ran = run("codes", "qr", "TRA", *arguments)
    assert ran.code == Exit.INPUT
    assert "✗" in ran.err
    assert not (tmp_path / "x.svg").exists()


def test_labels_of_the_catalog_are_counted_by_what_they_say(run, shop):
    ran = run("codes", "label")
    assert ran.code == Exit.PARTLY
    assert "net content" in ran.out
    assert "█" in ran.out
    found = {one["sku"]: one for one in run("codes", "label", "--json").json}
    assert "net-content" not in found["TRA"]["missing"]
    assert "ingredients" in found["TRA"]["missing"]
    assert 0 < found["TRA"]["complete"] < 1


def test_label_of_one_product_is_told_in_words(run, shop):
    ran = run("codes", "label", "TRA")
    assert ran.code == Exit.PARTLY
    assert "! The label must say: ingredients" in ran.out
    assert "37/2026" in ran.out
    assert "43/2017" in run("codes", "label", "TRA", "--labelled-on", "1/1/2026").out
    assert run("codes", "label", "TRA", "--labelled-on", "1/1/2010").code == Exit.PARTLY


def test_fresh_fruit_sold_loose_needs_no_label(run, shop):
    ran = run("codes", "label", "BUOI", "--loose")
    assert (ran.code, "needs no label" in ran.out) == (Exit.DONE, True)
