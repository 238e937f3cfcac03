from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.codes.elements import Days
from ocop_market.codes.trace_code import CodeKind, TraceCode, classify, disagreements

TODAY = date(2026, 11, 22)
GTIN = "08938512345673"
PAYMENT = "00020101021138570010A00000072701270006970400011300112233445660208QRIBFTTA53037045802VN63041234"
"""Invented account and checksum."""


def read(text: str, *own: str) -> TraceCode:
    return classify(text, today=TODAY, own_hosts=own)


@pytest.mark.parametrize(("text", "kind", "system", "page"), [
    (f"https://htx.example.vn/01/{GTIN}/10/L5", CodeKind.DIGITAL_LINK, "unknown", ""),
    (f"https://verigoods.vn/01/{GTIN}", CodeKind.DIGITAL_LINK, "verigoods", "trace"),
    ("https://verigoods.vn/q/abc", CodeKind.URL, "verigoods", "trace"),
    ("https://truyxuatnguongoc.gov.vn/x", CodeKind.URL, "national", "trace"),
    ("https://icheck.vn/q/1", CodeKind.URL, "vendor:icheck.vn", "vendor"),
    ("http://QR.ICHECK.VN./q/1", CodeKind.URL, "vendor:icheck.vn", "vendor"),
    ("https://www.facebook.com/htx.chexanh", CodeKind.URL, "unknown", "social"),
    ("fb.com/htx", CodeKind.URL, "unknown", "social"), ("https://zalo.me/123", CodeKind.URL, "unknown", "chat"),
    ("https://www.meinvoice.vn/tra-cuu/?sc=1", CodeKind.URL, "unknown", "invoice"),
    ("https://shopee.vn/product/1/2", CodeKind.URL, "unknown", "shop"), ("https://bit.ly/x", CodeKind.URL, "unknown", "short"),
    ("www.htx.example.vn/tra", CodeKind.URL, "unknown", ""), ("htx-che.vn", CodeKind.URL, "unknown", ""),
    (GTIN[1:], CodeKind.GTIN, "unknown", ""), (f"]E0{GTIN[1:]}", CodeKind.GTIN, "unknown", ""),
    (f"(01){GTIN}(10)L5", CodeKind.PRINTED, "unknown", ""), (f"]Q301{GTIN}10L5", CodeKind.ELEMENT_STRING, "unknown", ""),
    (f"]C101{GTIN}10L5\x1d17261231", CodeKind.ELEMENT_STRING, "unknown", ""),
    (f"01{GTIN}10L5\x1d17261231", CodeKind.ELEMENT_STRING, "unknown", ""),
    (f"]Q1https://htx.example.vn/01/{GTIN}", CodeKind.DIGITAL_LINK, "unknown", ""),
    (PAYMENT, CodeKind.PAYMENT, "unknown", ""), ("Trà Tân Cương, HTX Chè Xanh. ĐT 0912 345 678", CodeKind.TEXT, "unknown", ""),
    ("HTX.Che Xanh", CodeKind.TEXT, "unknown", ""), ("", CodeKind.TEXT, "unknown", ""), ("]", CodeKind.TEXT, "unknown", "")])
def test_what_packs_carry_is_told_apart(text, kind, system, page):
    code = read(text)
    assert (code.kind, code.system, code.page, code.raw) == (kind, system, page, text)


@pytest.mark.parametrize("text", [
    "https://verigoods.vn.evil.example/x", "https://verigoods.vn@evil.example/", "https://evilverigoods.vn/", "https://evil.example/verigoods.vn",
    "https://evil.example?https://verigoods.vn/", "https://evil.example#verigoods.vn", "https://[verigoods.vn/"])
def test_no_address_passes_for_a_system_that_it_does_not_belong_to(text):
    assert read(text).system == "unknown"


def test_own_address_is_own_with_everything_below_it():
    for host in ("htx.example.vn", "www.htx.example.vn", "HTX.example.vn"):
        assert read(f"https://{host}/tra", "htx.example.vn").system == "own"
    assert read("https://other.example.vn/tra", "htx.example.vn").system == "unknown"


@pytest.mark.parametrize("text", [
    f"https://htx.example.vn/01/{GTIN}/10/L5/21/S1?17=261200&11=260501&7007=260401260430",
    f"(01){GTIN}(10)L5(21)S1(17)261200(11)260501(7007)260401260430",
    f"]Q301{GTIN}172612001126050110L5\x1d21S1\x1d7007260401260430"])
def test_facts_are_taken_from_each_grammar_alike(text):
    code = read(text)
    assert code.problems == ()
    assert (code.gtin, code.lot, code.serial) == (GTIN, "L5", "S1")
    assert code.expiry == Days(date(2026, 12, 1), date(2026, 12, 31))
    assert code.produced == Days(date(2026, 5, 1), date(2026, 5, 1))
    assert code.harvested == Days(date(2026, 4, 1), date(2026, 4, 30))


def test_number_of_a_place_is_no_product_number():
    code = read("(414)8938512345673(254)K2")
    assert (code.gtin, code.gln) == ("", "8938512345673")


@pytest.mark.parametrize(("text", "code"), [
    (f"(01){GTIN}(10)Lô 5", "characters"), (f"]Q301{GTIN}10{'A' * 21}", "format"), (f"01{GTIN}10L5", "mark-missing"),
    ("(01)08938512345674", "check-digit"), (f"https://a.vn/01/{GTIN}?10=L5", "qualifier-in-query"),
    (f"https://a.vn/gtin/{GTIN}", "short-name")])
def test_code_with_a_fault_proves_nothing(text, code):
    found = read(text)
    assert [problem.code for problem in found.problems] == [code]
    assert (found.elements, found.gtin, found.lot) == ((), "", "")


def test_short_number_in_a_link_brings_the_offer_of_the_padded_link():
    code = read(f"https://a.vn/01/{GTIN[1:]}")
    assert (code.kind, code.gtin, code.offer) == (CodeKind.URL, "", f"https://a.vn/01/{GTIN}")


@pytest.mark.parametrize("text", ["https://a.vn/san-pham/01/tra-xanh", "https://a.vn/00/anh/1", "https://a.vn/?lot=5"])
def test_ordinary_page_is_not_blamed_for_being_no_digital_link(text):
    code = read(text)
    assert (code.kind, code.problems) == (CodeKind.URL, ())


@pytest.mark.parametrize(("text", "code"), [
    (PAYMENT, "payment"), ("https://meinvoice.vn/x", "invoice"), ("https://zalo.me/1", "chat"), ("https://facebook.com/x", "chat"),
    ("https://bit.ly/x", "short"), (GTIN[1:13], "gtin-lost-last-digit"), ("GLN 8938512345673", "gtin-is-gln"),
    ("8938512345679", "gtin-check-digit")])
def test_what_should_not_stand_on_a_pack_is_told(text, code):
    assert [problem.code for problem in read(text).problems] == [code]


def test_account_of_a_payment_code_is_kept_but_not_shown():
    code = read(PAYMENT)
    assert code.raw == PAYMENT
    assert "112233445" not in code.shown + "".join(problem.sentence("en") for problem in code.problems)


def test_number_of_14_digits_that_begins_like_a_payment_code_is_one_of_goods():
    assert read("00020100000008").kind is not CodeKind.PAYMENT


def test_reading_never_says_that_anybody_checked():
    for text in ("https://verigoods.vn/q/abc", f"https://verigoods.vn/01/{GTIN}"):
        code = read(text)
        assert (code.checked_by, code.checked_at) == ("", None)
    looked_at = read(GTIN).checked("văn phòng", datetime(2026, 11, 22, tzinfo=UTC))
    assert (looked_at.checked_by, looked_at.raw) == ("văn phòng", GTIN)
    with pytest.raises(ValueError, match="time zone"):
        read(GTIN).checked("văn phòng", datetime(2026, 11, 22))  # noqa: DTZ001  (refused for that)


@given(st.text(max_size=80) | st.text("()0189]Q3\x1d/:.htpsvn?=", max_size=60))
def test_any_text_is_classified_and_kept_exactly(text):
    code = read(text)
    assert code.raw == text
    assert all(problem.sentence("en") for problem in code.problems)


def test_code_that_disagrees_with_catalog_or_stock_is_found():
    code = read(f"(01){GTIN}(10)L5(17)261200")
    for day in (1, 15, 31):
        assert disagreements(code, gtin="8938512345673", lot="L5", expiry=date(2026, 12, day)) == []
    assert disagreements(code) == []
    assert [problem.code for problem in disagreements(code, gtin="96385074", lot="L6", expiry=date(2027, 1, 1))] == [
        "other-gtin", "other-lot", "other-expiry"]
    assert disagreements(read("Trà"), gtin="96385074", lot="L6", expiry=TODAY) == []


def test_text_longer_than_any_code_is_not_looked_into():
    for text in ("]Q3" + "1" * 100_000, "(01)" * 20_000):
        code = read(text)
        assert (code.kind, [problem.code for problem in code.problems]) == (CodeKind.TEXT, ["too-long"])


@pytest.mark.parametrize(("number", "code"), [("02001234567893", "gtin-in-store"), ("00000000000000", "gtin-zeros")])
def test_number_inside_a_code_is_judged_like_any_other(number, code):
    for text in (f"(01){number}", f"https://htx.example.vn/01/{number}"):
        assert [problem.code for problem in read(text).problems] == [code]


def test_number_of_a_carton_is_right_on_a_carton():
    assert read("(01)18938512345670(10)L5").problems == ()


def test_nothing_that_steers_a_screen_is_shown():
    for text in ("\x1b[2J\x07Trà\r\n", f"(01)0{GTIN[1:]}(10)\x1b[31m", f"]Q301{GTIN}10\x1b[31m", "\x1b8938512345673",
                 "GLN \x1b" + "9" * 500):
        code = read(text)
        assert all(sign.isprintable() for sign in code.shown + "".join(problem.sentence("en") for problem in code.problems))
        assert len(code.shown) <= 201
