from urllib.parse import quote

import pytest
from biip import ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from ocop_market.codes.digital_link import read_link, write_link
from ocop_market.codes.elements import Element
from ocop_market.errors import Refused

GTIN = "08938512345673"
LINK = f"https://htx.example.vn/01/{GTIN}"
CHARACTERS = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
GTINS = st.integers(1, 10**13 - 1).map(lambda number: f"{number:013}" + ean.calc_check_digit(f"{number:013}"))
TEXTS = st.text(CHARACTERS, min_size=1, max_size=20)


def problems(uri: str) -> list[str]:
    reading = read_link(uri)
    assert (reading.link is None) == bool(reading.problems)
    return [problem.code for problem in reading.problems]


@pytest.mark.parametrize("uri", [
    "http://a/00/006141411234567890", "HTTP://a/00/006141411234567890", "HTTPS://a/00/006141411234567890",
    "https://a:65535/01/12312312312333", "https://192.0.2.1/01/12312312312333", "https://[2001:db8::1]/01/12312312312333",
    "https://xn--fsq.xn--0zwm56d/01/12312312312333", "https://a/more/stem/00/006141411234567890",
    "https://a/00/faux/00/006141411234567890", "https://a/01/12312312312333/22/TEST/10/ABC/21/XYZ",
    "https://a/01/12312312312333/22/TEST/21/XYZ", "https://a/01/12312312312333/235/TEST", "https://a/253/1231231231232",
    "https://a/8018/123456789012345675/8019/123", "https://a/00/006141411234567890?", "https://a/00/006141411234567890?99=ABC#x",
    "https://a/01/12312312312333?&&&99=ABC&&&98=XYZ&&&", "https://a/01/12312312312333?unknown=666&99=ABC&alone&98=XYZ",
    "https://a/01/12312312312333/22/ABC%2d123?99=ABC&98=XYZ%2f987", "https://a/01/12312312312333/22/ABC+123",
    "https://a/01/12312312312333/22/test/10/abc/21/xyz#fragment", "https://id.gs1.org/01/09520123456788/10/ABC1/21/12345?17=180426",
    "https://example.com/01/09520123456788?3103=000195&3922=0299&17=201225", "https://id.gs1.org/414/9520123456788/254/32a%2Fb",
    "https://id.gs1.org/00/952012345678912345?02=09520123456788&37=25&10=ABC123", "https://example.com/8004/9520614141234567?99=1",
    "https://id.gs1.org/01/09520123456788/235/XYZ?10=ABC123", f"{LINK}?422=704&427=TN", f"{LINK}?7007=260501260531",
    f"{LINK}?17=261200", f"{LINK}?linkType=gs1:traceability&utm_source=qr"])
def test_links_that_the_reference_engine_takes_are_taken(uri):
    assert problems(uri) == []


@pytest.mark.parametrize(("uri", "code"), [
    ("", "scheme"), ("ftp://a/01/12312312312333", "scheme"), ("HtTp://a/b/00/006141411234567890", "scheme"),
    ("Https://a/01/12312312312333", "scheme"), ("http:///01/12312312312333", "no-host"), ("http://", "no-host"), ("http://a", "no-host"),
    ("https://a_b/01/12312312312333", "no-host"), ("https://a$/01/12312312312333", "no-host"), ("https://[fe80::1%25lo]/01/1", "no-host"),
    ("http://a/", "no-key"), ("http://a/b", "no-key"), ("https://00/006141411234567890", "no-key"), ("https://a/san-pham/5", "no-key"),
    ("https://a/lô/01/12312312312333", "uri-characters"), ("https://a/01/123 12312312333", "uri-characters"),
    ("https://a/01/12312312312333\n", "uri-characters"), ("https://a/gtin/12312312312333", "short-name"),
    (f"{LINK}/lot/L5", "short-name"), (f"{LINK}/", "trailing-slash"), (f"{LINK}/10/L5/", "trailing-slash"),
    (f"{LINK}/?17=261231", "trailing-slash"), (f"{LINK}/10", "empty-value"), (f"{LINK}/10//21/A", "empty-value"),
    (f"{LINK}?17=", "empty-value"), (f"{LINK}/abc/def", "not-a-field"), (f"{LINK}/89/A", "not-a-field"),
    (f"{LINK}/21/A/10/B", "wrong-order"), (f"{LINK}/10/B/22/C", "wrong-order"), (f"{LINK}/235/T/10/B", "wrong-order"),
    (f"{LINK}/10/B/235/T", "wrong-order"), (f"{LINK}/10/A/10/A", "repeated-ai"), (f"{LINK}/10/A?10=A", "repeated-ai"),
    (f"{LINK}?01={GTIN}", "repeated-ai"), (f"{LINK}?17=261231&17=261231", "repeated-ai"), (f"{LINK}?10=L1", "qualifier-in-query"),
    (f"{LINK}/10/L1?21=S", "qualifier-in-query"), (f"{LINK}?235=T", "qualifier-in-query"), (f"{LINK}/17/261231", "attribute-in-path"),
    (f"{LINK}?8200=x", "not-an-attribute"), (f"{LINK}?254=x", "not-an-attribute"), (f"{LINK}/235/T?21=S", "not-an-attribute"),
    (f"{LINK}?999=x", "unknown-ai"), (f"{LINK}?89=x", "unknown-ai"), (f"{LINK}?310=000500", "unknown-ai"),
    (f"{LINK}?99=XYZ+987", "characters"), (f"{LINK}/10/L%205", "characters"), (f"{LINK}/10/L%C3%B4", "characters"),
    (f"{LINK}/10/L%00", "characters"), (f"{LINK}/10/{'A' * 21}", "format"), (f"{LINK}?37=5", "needs-another"),
    (f"{LINK}?427=TN", "needs-another"), (f"{LINK}?250=A", "needs-another"), (f"{LINK}?7007=260500", "whole-month"),
    (f"{LINK}?17=261331", "no-such-day"), ("https://a/01/08938512345674", "check-digit"), ("https://a/01/0893851234567", "gtin-not-14"),
    ("https://a/01/abcdefghijklmn", "format"), ("https://a/414/8938512345674", "check-digit")])
def test_links_that_break_a_rule_are_refused_with_it(uri, code):
    assert problems(uri)[:1] == [code]


@pytest.mark.parametrize("digits", ["96385074", "036000291452", "8938512345673"])
def test_short_number_is_refused_and_the_padded_link_offered(digits):
    reading = read_link(f"https://a.vn/sp/01/{digits}/10/L5?17=261231")
    assert [problem.code for problem in reading.problems] == ["gtin-not-14"]
    assert reading.offer == f"https://a.vn/sp/01/{digits.zfill(14)}/10/L5?17=261231"
    assert read_link(reading.offer).link


def test_no_link_is_offered_that_would_be_refused_itself():
    assert read_link("https://a.vn/01/8938512345673?10=L1").offer == ""
    assert read_link("https://a.vn/01/8938512345674").offer == ""


def test_lot_before_the_number_is_lost_and_the_loss_told():
    reading = read_link(f"https://a.vn/10/L1/01/{GTIN}")
    assert reading.link is not None
    assert reading.link.value("10") == ""
    assert [(note.code, note.values["value"]) for note in reading.notes] == [("left-of-key", "L1")]


def test_right_most_key_counts():
    link = read_link(f"https://a.vn/01/{GTIN}/00/106141412345678908").link
    assert link is not None
    assert link.key == Element("00", "106141412345678908")
    assert link.stem == f"https://a.vn/01/{GTIN}"


def test_parts_of_a_link_are_told_apart():
    link = read_link(f"https://a.vn/sp/01/{GTIN}/10/L%2F5?linkType=gs1:pip&17=261231&#17=999999").link
    assert link is not None
    assert link.stem == "https://a.vn/sp"
    assert link.key == Element("01", GTIN)
    assert link.qualifiers == (Element("10", "L/5"),)
    assert link.attributes == (Element("17", "261231"),)
    assert link.ignored == ("linkType=gs1:pip",)


@given(gtin=GTINS, lot=TEXTS, serial=TEXTS, variant=TEXTS, extra=TEXTS)
def test_what_is_written_reads_back_the_same(gtin, lot, serial, variant, extra):
    uri = write_link("htx.example.vn", gtin, lot=lot, serial=serial, variant=variant, path="sp/tra",
                     attributes={"17": "261200", "99": extra, "422": "704"})
    link = read_link(uri).link
    assert link is not None
    assert link.elements == (Element("01", gtin), Element("22", variant), Element("10", lot), Element("21", serial),
                             Element("17", "261200"), Element("422", "704"), Element("99", extra))
    theirs = GS1DigitalLinkURI.parse(uri).element_strings
    assert [(one.ai.ai, one.value) for one in theirs] == [(one.ai, one.value) for one in link.elements]


@given(st.text(max_size=60) | st.tuples(st.sampled_from(["", "/10/", "?17=", "/", "?10=", "/22/"]), st.text(max_size=25)).map(
    lambda parts: LINK + parts[0] + quote(parts[1], safe="/?&=")))
def test_no_text_breaks_the_reader(text):
    reading = read_link(text)
    assert (reading.link is None) == bool(reading.problems)
    for problem in (*reading.problems, *reading.notes):
        assert problem.sentence("en")


@pytest.mark.parametrize(("uri", "what_biip_does"), [
    ("https://a.vn/01/8938512345673", "pads the number"), (f"https://a.vn/01/{GTIN}?10=L1", "takes a lot from the query"),
    (f"https://a.vn/01/{GTIN}?17=261231&17=270101", "takes the last of two dates"), (f"https://a.vn/01/{GTIN}?999=x", "passes it over"),
    (f"https://a.vn/01/{GTIN}/22/A/235/T", "mixes alternatives"), (f"https://a.vn/01/{GTIN}?37=5", "knows no pairs"),
    ("https:///01/" + GTIN, "needs no host"), (f"https://a.vn/01/{GTIN}?17=", "drops an empty value")])
def test_we_refuse_what_biip_takes(uri, what_biip_does):
    assert GS1DigitalLinkURI.parse(uri).element_strings, what_biip_does
    assert read_link(uri).link is None


@pytest.mark.parametrize("uri", [f"https://a.vn/01/{GTIN}?7007=260501260531", "https://a/00/faux/00/006141411234567890"])
def test_we_take_what_biip_refuses(uri):
    with pytest.raises(ParseError):
        GS1DigitalLinkURI.parse(uri)
    assert read_link(uri).link


def test_written_link_has_14_digits_and_escapes_what_paths_reserve():
    assert write_link("a.vn", "8938512345673", lot="L/5", attributes={"17": "261231"}) == f"https://a.vn/01/{GTIN}/10/L%2F5?17=261231"
    assert write_link("a.vn:8443", GTIN, path="/sp/") == f"https://a.vn:8443/sp/01/{GTIN}"


@pytest.mark.parametrize(("arguments", "code"), [
    ({"lot": "Lô 5"}, "characters"), ({"lot": "A" * 21}, "format"), ({"attributes": {"10": "L5"}}, "qualifier-in-query"),
    ({"attributes": {"17": "261331"}}, "no-such-day"), ({"path": "sản phẩm"}, "uri-characters"), ({"domain": ""}, "no-host"),
    ({"domain": "a.vn/x?y"}, "no-key"), ({"gtin": "8938512345674"}, "check-digit"), ({"gtin": "12"}, "format")])
def test_link_that_would_break_a_rule_is_not_written(arguments, code):
    with pytest.raises(Refused) as refused:
        write_link(**{"domain": "a.vn", "gtin": GTIN, **arguments})
    assert code in [problem.code for problem in refused.value.problems]
    assert refused.value.sentence("en")
