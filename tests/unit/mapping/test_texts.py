"""Titles and descriptions: templates that stay clean, cuts that hurt no letter, claims that are whole or absent."""

import unicodedata
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocop_market.catalog.claims import claim_spans, stars_named
from ocop_market.catalog.notices import ADULTS_ONLY, NO_MEDICINE, required_lines
from ocop_market.catalog.standing import StarClaim
from ocop_market.mapping.templates import filled
from ocop_market.mapping.texts import DESCRIPTION, TITLE, description_of, known_places, title_of, unknown_places
from ocop_market.mapping.words import PRACTICE, Words
from ocop_market.model.product import LabelField
from ocop_market.model.text import cut, size

from .shelf import IN_FORCE, PROFILE, TEA, TODAY

FAMILY = "👨‍👩‍👧"
CAPSULES = replace(TEA, name="Viên nang nghệ", product_set=18, group=TEA.group)
WINE = replace(TEA, name="Rượu mơ", alcohol_percent=Decimal(29), product_set=14)


def title(product=TEA, template=TITLE, day=TODAY, **profile):
    return title_of(Words(product, day), template, replace(PROFILE, **profile))


def description(product=TEA, template=DESCRIPTION, day=TODAY, **profile):
    text, problems = description_of(Words(product, day), template, replace(PROFILE, **profile))
    return text if not problems else [problem.code for problem in problems]


# --- cuts

@pytest.mark.parametrize(("text", "limit", "unit", "left"), [
    ("Trà Thái Nguyên", 8, "characters", "Trà Thái"), ("Trà Thái Nguyên", 7, "characters", "Trà Thá"),
    ("Trà Thái Nguyên", 10, "bytes", "Trà Thái"), ("Trà Thái Nguyên", 8, "bytes", "Trà Th"), ("Trà", 3, "bytes", "Tr"),
    (unicodedata.normalize("NFD", "Trà Thái"), 7, "characters", "Trà Thá"), (f"Quà {FAMILY} Tết", 8, "characters", "Quà"),
    (f"Quà {FAMILY} Tết", 9, "characters", f"Quà {FAMILY}"), ("Cờ 🇻🇳", 4, "characters", "Cờ"), ("b\u0323\u0323\u0323", 2, "characters", ""),
    ("Trà", 0, "characters", ""), ("Trà", -1, "bytes", ""), ("👍🏽 tốt", 1, "characters", "")])
def test_a_text_is_cut_between_letters_as_people_see_them(text, limit, unit, left):
    assert cut(text, limit, unit) == left


LETTERS = [*"Trà đặc sản ỷ", "\u0323", "\u0301", "\u200d", "👩", "🏽", "🇻", "🇳", "\ufe0f"]


@given(text=st.text(alphabet=st.sampled_from(LETTERS), max_size=40),
       limit=st.integers(0, 60), unit=st.sampled_from(["characters", "bytes"]))
def test_a_cut_is_never_too_long_and_never_opens_a_letter(text, limit, unit):
    import regex

    piece = cut(text, limit, unit)
    assert size(piece, unit) <= limit or piece == cut(text, 10**6)
    whole = regex.findall(r"\X", cut(text, 10**6))
    assert piece in {"".join(whole[:n]).rstrip(" ,;-–(") for n in range(len(whole) + 1)}
    assert unicodedata.is_normalized("NFC", piece)


# --- templates

@pytest.mark.parametrize(("template", "made"), [
    ("{a} {b} {c}", "A C"), ("{b} {a}", "A"), ("{b}", ""), ("{a} - {b} - {c}", "A - C"), ("{b} - {a}", "A"), ("{a} ({b})", "A"),
    ("{a} ({b}, {c})", "A (C)"), ("{a} (nặng {b}) {c}", "A C"), ("{a}, loại {b}, {c}", "A, C"), ("Nặng: {b}.", ""),
    ("Nặng: {a}.", "Nặng: A."),
    ("{a}. Loại {b}. {c}.", "A. C."), ("Chỉ chữ, (thế thôi).", "Chỉ chữ, (thế thôi)."), ("{a} | {b} | {c} (mới)", "A | C (mới)"),
    ("{s}.", "Hết."),
    ("{a} {b}.", "A."), ("{x}", "{a} ({b})"), ("{ hở {a}", "{ hở A"), ("[{b}] {a}", "A"), ("{a}·{c}", "A·C")])
def test_what_is_not_known_goes_with_its_label_and_its_signs(template, made):
    assert filled(template, {"a": "A", "b": "", "c": "C", "s": "Hết.", "x": "{a} ({b})"}) == made


def test_known_places_are_those_that_are_filled():
    template = " ".join(f"{{{place}}}" for place in known_places())
    assert unknown_places(template + "{price}{name.x}{0}{}") == ["price", "name.x", "0", ""]
    assert {"name", "stars", "producer", "weight", "shelf_life", "ingredients", "storage", "legal"} <= set(known_places())


def test_texts_of_an_account_are_filled_with_what_the_catalog_knows():
    rich = replace(TEA, label={LabelField.INGREDIENTS: "Búp chè  tươi.", LabelField.STORAGE: "Nơi khô mát"},
                   description="Dòng một\n\n dòng  hai")
    assert title(rich, "{name} {stars} - {producer} ({weight})", title_limit=90) == "Trà Tân Cương OCOP 4 sao - HTX Chè Xanh (200 g)"
    template = "{description}\nHạn dùng: {shelf_life}. Bảo quản: {storage}.\nThành phần: {ingredients}.\nCồn: {alcohol}."
    assert description(rich, template) == (
        "Dòng một\ndòng hai\nHạn dùng: 12 tháng. Bảo quản: Nơi khô mát.\nThành phần: Búp chè tươi.")


# --- titles

LONG = "Trà xanh đặc sản vùng cao Tân Cương thượng hạng hái tay sao chảo gang truyền thống"


@pytest.mark.parametrize("unit", ["characters", "bytes"])
@pytest.mark.parametrize("name", [LONG, f"{LONG} OCOP 4 sao", "Trà OCOP đạt hạng 4 sao " + LONG, unicodedata.normalize("NFD", LONG)])
@pytest.mark.parametrize("limit", range(24, 100, 7))
def test_a_long_title_fits_and_names_its_stars_whole(name, unit, limit):
    made = title(replace(TEA, name=name), "{name} {stars} - {producer}", title_limit=limit, text_unit=unit)
    assert size(made, unit) <= limit
    assert stars_named(made) == {4}
    assert made.count("OCOP") == made.count("4 sao") == 1


def test_a_long_title_loses_its_last_places_before_its_name_is_cut():
    template = "{name} {stars} - {producer} - {province}"
    assert title(template=template, title_limit=60) == "Trà Tân Cương OCOP 4 sao - HTX Chè Xanh - Thái Nguyên"
    assert title(template=template, title_limit=50) == "Trà Tân Cương OCOP 4 sao - HTX Chè Xanh"
    assert title(template=template, title_limit=30) == "Trà Tân Cương OCOP 4 sao"
    assert title(template=template, title_limit=22) == "Trà Tân OCOP 4 sao"


def test_a_short_title_is_filled_with_producer_and_province():
    assert title(replace(TEA, name="Chè", certificates=()), title_minimum=20) == "Chè - HTX Chè Xanh - Thái Nguyên"


def test_a_template_without_stars_claims_none_unless_the_name_does():
    assert title(template="{name}") == "Trà Tân Cương"
    assert title(replace(TEA, name=f"{LONG} OCOP 4 sao"), "{name}", title_limit=40).endswith("OCOP 4 sao")


PIECES = ["Trà", "đặc", "sản ", "OCOP", " 4 sao", " ", "4", "★★★★", "-", "(", "ngon "]


@settings(deadline=None)
@given(name=st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join),
       limit=st.integers(20, 60), unit=st.sampled_from(["characters", "bytes"]))
def test_whatever_the_name_a_cut_adds_no_claim_and_leaves_none_by_half(name, limit, unit):
    words = Words(replace(TEA, name=name), TODAY)
    words.today.claim = StarClaim(words.today.claim.standing, 4, IN_FORCE)
    made = title_of(words, "{name} {stars} {producer}", replace(PROFILE, title_limit=limit, text_unit=unit))
    assert size(made, unit) <= limit
    assert stars_named(made) >= {4}


# --- descriptions

@pytest.mark.parametrize("template", [
    DESCRIPTION, "{name}", "Chỉ có dòng này.", "{description}\n{legal}", "Lưu ý: {legal}", "{stars} {description}"])
@pytest.mark.parametrize("limit", [0, 60, 130, 260, 500])
def test_what_the_law_asks_for_stands_in_every_description(template, limit):
    for product in (replace(CAPSULES, description="Mô tả dài. " * 60), replace(WINE, description="Mô tả dài. " * 60)):
        made = description(product, template, description_limit=limit)
        if made == ["no-room-for-legal-text"]:
            assert size("\n".join(required_lines(product, TODAY))) > limit
            continue
        assert all(line in made for line in required_lines(product, TODAY))
        assert (NO_MEDICINE if product.name.startswith("Viên") else ADULTS_ONLY) in made
        assert not limit or len(made) <= limit


def test_practice_values_are_marked_whatever_the_template_says():
    assert PRACTICE in description(replace(TEA, practice=frozenset({"price"})), "{name}", description_limit=70)
    assert PRACTICE not in description()


@pytest.mark.parametrize("unit", ["characters", "bytes"])
def test_a_long_description_is_cut_after_its_stars_and_its_own_claims_stay_whole(unit):
    long = replace(TEA, description="Chè búp ngon. " * 12 + "Đạt OCOP hạng 4 sao từ năm 2025. " + "Chè búp ngon. " * 30)
    for limit in range(60, 420, 9):
        made = description(long, description_limit=limit, text_unit=unit)
        assert size(made, unit) <= limit
        assert "Sản phẩm OCOP 4 sao." in made
        assert stars_named(made) == {4}
        assert all(made[begin:end].rstrip().endswith("4 sao") for begin, end in claim_spans(made))


def test_texts_carry_no_star_once_the_certificate_has_ended():
    after = IN_FORCE.expires_on
    template = "{name} {stars} ({certificate})\n{producer}"
    assert title(template="{name} {stars} số {certificate}", day=after - timedelta(days=1)) == "Trà Tân Cương OCOP 4 sao số 12/QĐ-UBND"
    assert title(template="{name} {stars} số {certificate}", day=after) == "Trà Tân Cương số"
    assert title(template="{name} {stars} (số {certificate})", day=after) == "Trà Tân Cương"
    assert description(template=template, day=after) == "Trà Tân Cương\nHTX Chè Xanh"
