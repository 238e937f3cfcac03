"""What a channel would refuse of a picture, all at once, and who can put it right."""

from dataclasses import replace

import pytest

from ocop_market.channels.profile import PictureRules
from ocop_market.channels.registry import connector_names, load_connector
from ocop_market.pictures.check import Cure, file_findings, has_shape, link_findings
from ocop_market.pictures.inspection import PictureFacts

from .drawn import FETCHES, UPLOADS

GOOD = PictureFacts("JPEG", 800, 600, 90_000, "d", "RGB")


def found(facts: PictureFacts, name: str = "a.jpg", profile=UPLOADS) -> dict[str, Cure]:
    return {f.problem.code: f.cure for f in file_findings(facts, name, profile)}


@pytest.mark.parametrize(("facts", "name", "code", "cure"), [
    (replace(GOOD, format="WEBP"), "a.webp", "picture-format", Cure.COPY),
    (replace(GOOD, byte_count=200_001), "a.jpg", "picture-too-large", Cure.COPY),
    (replace(GOOD, width=299), "a.jpg", "picture-too-small", Cure.PERSON),
    (replace(GOOD, height=299), "a.jpg", "picture-too-small", Cure.PERSON),
    (replace(GOOD, width=1201), "a.jpg", "picture-too-wide", Cure.COPY),
    (replace(GOOD, orientation=6), "a.jpg", "picture-turned", Cure.COPY),
    (replace(GOOD, tells_place=True), "a.jpg", "picture-tells-place", Cure.COPY),
    (replace(GOOD, mode="CMYK"), "a.jpg", "picture-colours", Cure.COPY),
    (replace(GOOD, animated=True), "a.jpg", "picture-moves", Cure.COPY),
    (GOOD, "a.png", "picture-suffix", Cure.COPY), (GOOD, "a.jfif", "picture-suffix", Cure.COPY)])
def test_each_rule_is_told_alone_and_with_its_cure(facts, name, code, cure):
    assert found(facts, name) == {code: cure}


@pytest.mark.parametrize("facts", [
    GOOD, replace(GOOD, byte_count=200_000), replace(GOOD, width=300, height=300), replace(GOOD, width=1200, height=1200)])
def test_at_the_limits_a_picture_is_taken(facts):
    assert found(facts) == found(facts, "A.JPEG") == {}


def test_everything_wrong_is_told_at_once_in_sentences_with_the_names():
    bad = PictureFacts("GIF", 100, 100, 3 * 1024 * 1024, "d", "P", animated=True)
    sentences = [f.problem.sentence("en") for f in file_findings(bad, "trà.gif", UPLOADS)]
    assert len(sentences) == 4
    assert sentences[:2] == ["trà.gif is of the kind GIF; Shop takes JPEG, PNG.", "trà.gif has 3 MB; Shop takes at most 0,2 MB."]


def test_a_shape_is_cured_where_it_is_demanded_and_only_told_where_the_channel_makes_it():
    demanding = replace(UPLOADS, pictures=PictureRules(shape=(1, 1), shape_demanded=True))
    assert found(GOOD, profile=demanding) == {"picture-shape": Cure.COPY}
    assert found(GOOD, profile=replace(UPLOADS, pictures=PictureRules(shape=(1, 1)))) == {"picture-reshaped": Cure.NONE}
    assert found(replace(GOOD, height=800), profile=demanding) == {}


def test_a_shape_holds_to_a_pixel():
    assert has_shape(600, 800, (3, 4)) and has_shape(601, 801, (3, 4)) and has_shape(1000, 999, (1, 1))
    assert not has_shape(600, 810, (3, 4)) and not has_shape(1000, 990, (1, 1))


def test_a_link_is_not_judged_by_a_files_name():
    assert found(GOOD, "a.png", FETCHES) == {}


@pytest.mark.parametrize(("link", "code"), [
    ("https://anh.htx-chexanh.vn/tra.jpg", None), ("https://cf.shopee.vn/file/abc", None),
    ("http://localhost/a.jpg", "picture-link-private"),
    ("http://127.0.0.1:8000/a.jpg", "picture-link-private"), ("http://192.168.1.20/a.jpg", "picture-link-private"),
    ("http://may-chu/a.jpg", "picture-link-private"), ("https://[::1]/a.jpg", "picture-link-private"),
    ("https://drive.google.com/file/d/1AbC/view?usp=sharing", "picture-link-page"),
    ("https://www.facebook.com/photo/?fbid=1", "picture-link-page"),
    ("https://notfacebook.com/a.jpg", None)])
def test_a_link_that_no_platform_can_open_is_told(link, code):
    assert [f.problem.code for f in link_findings(link, FETCHES, "a")] == ([code] if code else [])


@pytest.mark.parametrize("name", connector_names())
def test_rules_of_a_channel_name_kinds_that_we_can_write_and_bounds_that_can_be_kept(name):
    rules = load_connector(name).profile.pictures
    assert set(rules.formats) <= {"JPEG", "PNG", "GIF", "WEBP"}
    assert not rules.most_side or rules.least_side <= rules.most_side
    assert min(rules.most_bytes, rules.least_side, rules.most_side) >= 0
    assert not rules.shape_demanded or rules.shape


def test_what_the_documents_of_shopee_and_tiki_say_is_checked():
    shopee, tiki = (load_connector(name).profile for name in ("shopee", "tiki"))
    assert found(replace(GOOD, format="TIFF"), profile=tiki) == {"picture-format": Cure.COPY}
    assert found(replace(GOOD, byte_count=10 * 1024 * 1024), profile=shopee) == {"picture-reshaped": Cure.NONE}
    assert found(replace(GOOD, byte_count=10 * 1024 * 1024 + 1, format="WEBP"), "a.webp", shopee).keys() == {
        "picture-format", "picture-too-large", "picture-reshaped"}
    assert found(replace(GOOD, width=324, height=500), profile=tiki) == {"picture-too-small": Cure.PERSON}
    assert found(replace(GOOD, width=500, height=500), profile=tiki) == {}
