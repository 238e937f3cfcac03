"""Badges and marked pictures come and go with the certificate."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ocop_market.catalog.ocop_checks import OFF_SALE
from ocop_market.mapping.badges import Badges, read_badges, stars_shown
from ocop_market.mapping.draft import draft_listing
from ocop_market.model.listing import FieldGroup
from ocop_market.model.product import Certificate, Picture, Variant, WithdrawalCause

from .shelf import IN_FORCE, PROFILE, TEA, TODAY

BADGES = Badges({stars: Picture(path=f"ocop-{stars}.png", digest=f"badge{stars}") for stars in (3, 4)})
MARKED = replace(TEA, pictures=(Picture(path="hộp.jpg"), Picture(path="/ảnh OCOP/hộp ocop-4-sao.jpg")))
ENDS = IN_FORCE.expires_on
RENEWED = Certificate(4, "7/QĐ-UBND", ENDS + timedelta(days=30), ENDS + timedelta(days=30 + 1095))


def groups(product, day, badges=BADGES, profile=PROFILE):
    draft, problems = draft_listing(product, category="1", attributes=[], profile=profile, day=day, badges=badges)
    assert not problems
    return draft.groups()


def shown(product, day=TODAY, **other):
    return groups(product, day, **other)[FieldGroup.MEDIA]["pictures"]


@pytest.mark.parametrize("product", [TEA, MARKED])
def test_pictures_and_words_change_on_the_day_of_the_lapse_and_back_when_it_is_renewed(product):
    before, lapse = groups(product, ENDS - timedelta(days=1)), groups(product, ENDS)
    renewed = groups(replace(product, certificates=(IN_FORCE, RENEWED)), RENEWED.issued_on)
    assert before == renewed
    assert {group for group in before if before[group] != lapse[group]} == {FieldGroup.MEDIA, FieldGroup.CONTENT}
    assert len(before[FieldGroup.MEDIA]["pictures"]) == 2
    assert lapse[FieldGroup.MEDIA]["pictures"] == [product.pictures[0].path]
    assert groups(replace(product, certificates=(IN_FORCE, RENEWED)), RENEWED.issued_on - timedelta(days=1)) == lapse


def test_a_withdrawn_certificate_takes_the_badge_away_from_that_day():
    withdrawn = replace(TEA, certificates=(replace(IN_FORCE, withdrawn_on=TODAY, withdrawn_because=WithdrawalCause.MARK_MISUSED),))
    assert shown(withdrawn, TODAY - timedelta(days=1)) == ["a.png", "badge4"]
    assert shown(withdrawn, TODAY) == ["a.png"]


def test_an_upgrade_changes_the_badge_on_its_day():
    three = Certificate(3, "1/QĐ", date(2025, 1, 1), date(2028, 1, 1))
    upgraded = replace(TEA, certificates=(three, Certificate(4, "2/QĐ", date(2026, 6, 1), date(2029, 6, 1))))
    assert shown(upgraded, date(2026, 5, 31)) == ["a.png", "badge3"]
    assert shown(upgraded, date(2026, 6, 1)) == ["a.png", "badge4"]


def test_a_picture_that_shows_other_stars_than_the_certificate_gives_is_left_out():
    three = replace(MARKED, certificates=(Certificate(3, "1/QĐ", date(2025, 1, 1), date(2028, 1, 1)),))
    assert shown(three) == ["hộp.jpg", "badge3"]
    assert shown(replace(MARKED, pictures=(*MARKED.pictures, Picture(path="tem_ocop.png")))) == [
        "hộp.jpg", "/ảnh OCOP/hộp ocop-4-sao.jpg", "tem_ocop.png"]


def test_a_product_with_marked_pictures_only_is_taken_off_sale_when_the_certificate_ends():
    only = replace(MARKED, pictures=MARKED.pictures[1:])
    draft, problems = draft_listing(only, category="1", attributes=[], profile=PROFILE, day=ENDS, badges=BADGES)
    assert (draft.pictures, [p.code for p in problems]) == ((), ["star-in-picture"])
    assert "star-in-picture" in OFF_SALE


def test_the_badge_takes_the_last_place_where_there_is_no_room_and_never_the_only_one():
    many = replace(TEA, pictures=tuple(Picture(path=f"{n}.png") for n in range(5)))
    assert shown(many) == ["0.png", "1.png", "badge4"]
    assert shown(many, profile=replace(PROFILE, picture_limit=0))[-2:] == ["4.png", "badge4"]
    assert shown(many, profile=replace(PROFILE, picture_limit=1)) == ["0.png"]
    assert shown(many, profile=replace(PROFILE, picture_by="none")) == [f"{n}.png" for n in range(5)]


def test_without_a_badge_for_the_stars_nothing_is_added():
    assert shown(TEA, badges=Badges({5: Picture(path="ocop-5.png")})) == ["a.png"]


def test_a_channel_that_fetches_links_gets_the_badge_by_its_link():
    linked = replace(TEA, pictures=(Picture(url="https://a.example/1.png"), Picture(url="https://a.example/hop%20ocop%204%20sao.png")))
    fetching = replace(PROFILE, picture_by="link")
    badge = Badges({4: Picture(url="https://a.example/ocop-4.png")})
    assert shown(linked, profile=fetching, badges=badge) == [picture.url for picture in linked.pictures]
    assert shown(linked, ENDS, profile=fetching, badges=badge) == ["https://a.example/1.png"]
    plain = replace(linked, pictures=linked.pictures[:1])
    assert shown(plain, profile=fetching, badges=badge) == ["https://a.example/1.png", badge.pictures[4].url]
    assert shown(plain, profile=fetching) == ["https://a.example/1.png"]


def test_a_variant_s_marked_picture_goes_as_well():
    packed = replace(TEA, options=("Khối lượng",), variants=(
        Variant("A", ("1 kg",), 9, 1, 1, picture=Picture(path="ocop 4 sao.jpg")),
        Variant("B", ("2 kg",), 9, 1, 1, picture=Picture(path="b.jpg"))))
    for day, pictures in ((TODAY, ["ocop 4 sao.jpg", "b.jpg"]), (ENDS, ["", "b.jpg"])):
        assert [variant["picture"] for variant in groups(packed, day)[FieldGroup.VARIANTS]["variants"]] == pictures


@pytest.mark.parametrize(("name", "stars"), [
    ("tra-ocop-4-sao.jpg", {4}), ("TEM_OCOP.png", {0}), ("hop.5sao.png", {5}), ("ocop 3 sao (2).jpg", {3}), ("anh ★★★★.jpg", {4}),
    ("hop-tra.jpg", set()), ("IMG_2024.jpg", set()), ("chocopie.png", set()), ("sao-vang.png", set()), ("", set())])
def test_a_file_name_tells_what_a_picture_shows(name, stars):
    assert stars_shown(Picture(path=f"OCOP 5 sao/{name}" if name else "")) == stars


def test_badges_are_files_of_the_market_with_links_from_its_settings(tmp_path):
    folder = tmp_path / "pictures" / "badges"
    folder.mkdir(parents=True)
    (folder / "ocop-3.png").write_bytes(b"three")
    (folder / "ocop-4.jpg").write_bytes(b"four")
    (folder / "ocop-6.png").write_bytes(b"six")
    badges = read_badges(tmp_path, {4: "https://a.example/4.jpg", 5: "https://a.example/5.png"}).pictures
    assert {stars: (picture.path.rpartition("/")[2], picture.url) for stars, picture in badges.items()} == {
        3: ("ocop-3.png", ""), 4: ("ocop-4.jpg", "https://a.example/4.jpg"), 5: ("", "https://a.example/5.png")}
    assert len(badges[3].digest) == 64 and badges[3].digest != badges[4].digest
    assert read_badges(tmp_path / "elsewhere", {}).pictures == {}
