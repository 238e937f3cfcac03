"""What is uploaded: originals that fit, copies of those that do not, and a reason where neither is possible."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from ocop_market.model.listing import ListingDraft
from ocop_market.model.product import Picture
from ocop_market.pictures.album import Album
from ocop_market.pictures.listing import names_there, with_copies

from .drawn import FETCHES, UPLOADS, drawn, put, saved, with_place


@pytest.fixture
def album(tmp_path):
    return Album(tmp_path / "pictures")


def draft(*paths: Path) -> ListingDraft:
    return ListingDraft("T-1", "Trà", "", "", 1, 1, 1, pictures=tuple(Picture(path=str(path), digest="as imported") for path in paths))


def test_a_picture_that_fits_goes_as_it_is(tmp_path, album):
    given = draft(put(tmp_path, "a.jpg", saved(drawn())))
    assert with_copies(given, UPLOADS, album) == (given, [])
    assert not album.folder_for(UPLOADS).exists()


def test_the_order_stays_and_only_what_does_not_fit_is_replaced(tmp_path, album):
    fitting, webp = put(tmp_path, "a.png", saved(drawn(), "PNG")), put(tmp_path, "b.webp", saved(drawn(seed=2), "WEBP"))
    made, problems = with_copies(draft(fitting, webp, fitting), UPLOADS, album)
    assert problems == []
    assert [made.pictures[0], made.pictures[2]] == list(draft(fitting, fitting).pictures)
    copy = Path(made.pictures[1].path)
    assert copy.parent == album.folder_for(UPLOADS)
    assert made.pictures[1].digest == hashlib.sha256(copy.read_bytes()).hexdigest()


def test_a_picture_that_was_not_there_when_its_list_was_imported_is_known_by_its_content(tmp_path, album):
    path = put(tmp_path, "a.jpg", saved(drawn()))
    made, _ = with_copies(replace(draft(path), pictures=(Picture(path=str(path)),)), UPLOADS, album)
    assert made.pictures[0].digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_listing_shows_a_picture_under_its_own_name_or_that_of_its_copy(tmp_path, album):
    path = put(tmp_path, "a.webp", saved(drawn(), "WEBP"))
    own = hashlib.sha256(path.read_bytes()).hexdigest()
    picture = Picture(path=str(path), digest=own)
    assert names_there(picture, UPLOADS, album) == {own}
    made, _ = with_copies(replace(draft(path), pictures=(picture,)), UPLOADS, album)
    assert names_there(picture, UPLOADS, album) == {own, made.pictures[0].digest}
    assert names_there(Picture(url="https://anh.example/a.webp"), FETCHES, album) == {"https://anh.example/a.webp"}
    assert names_there(Picture(path=str(put(tmp_path, "b.jpg", b"no picture")), digest="b"), UPLOADS, album) == {"b"}


def test_nobody_learns_where_a_phone_took_the_picture(tmp_path, album):
    made, _ = with_copies(draft(put(tmp_path, "a.jpg", saved(drawn(), exif=with_place()))), UPLOADS, album)
    with Image.open(made.pictures[0].path) as sent:
        assert not sent.getexif()


def test_the_same_draft_again_is_the_same(tmp_path, album):
    given = draft(put(tmp_path, "a.webp", saved(drawn(), "WEBP")))
    first, _ = with_copies(given, UPLOADS, album)
    second, _ = with_copies(given, UPLOADS, Album(tmp_path / "pictures"))
    assert first == second
    assert first.groups() == second.groups()


@pytest.mark.parametrize(("content", "code"), [
    (saved(drawn(200, 200)), "picture-too-small"), (b"<html>", "picture-unreadable"), (saved(drawn(6000, 310)), "picture-no-copy")])
def test_what_no_copy_cures_is_told(tmp_path, album, content, code):
    _, problems = with_copies(draft(put(tmp_path, "a.jpg", content)), UPLOADS, album)
    assert [problem.code for problem in problems] == [code]


def test_a_file_that_is_gone_and_a_channel_that_fetches_are_left_to_the_connector(tmp_path, album):
    gone = draft(tmp_path / "gone.jpg")
    assert with_copies(gone, UPLOADS, album) == (gone, [])
    small = draft(put(tmp_path, "a.gif", saved(drawn(40, 40), "GIF")))
    assert with_copies(small, FETCHES, album) == (small, [])
    unknown = replace(small, pictures=(Picture(url="https://anh.example/a.jpg"),))
    assert with_copies(unknown, UPLOADS, album) == (unknown, [])
