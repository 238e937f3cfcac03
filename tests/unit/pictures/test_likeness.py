"""The same picture saved another way is found; another picture, or the same box in another colour, is not taken for it."""

import pytest
from PIL import Image, ImageOps

from ocop_market.pictures.inspection import inspect
from ocop_market.pictures.likeness import alike, groups_alike

from .drawn import drawn, saved, with_place

ORIGINAL = drawn(1200, 900)


def look(image: Image.Image, kind: str = "JPEG", **options: object) -> str:
    return inspect(saved(image, kind, **options)).look


@pytest.mark.parametrize("other", [
    look(ORIGINAL, "PNG"), look(ORIGINAL, quality=40), look(ORIGINAL.resize((400, 300))), look(ORIGINAL, "WEBP", quality=60),
    look(ORIGINAL.rotate(90, expand=True), exif=with_place(6))])
def test_the_same_picture_smaller_coarser_or_turned_by_its_note_looks_the_same(other):
    assert alike(look(ORIGINAL), other)


def test_different_pictures_do_not_look_the_same():
    looks = {str(seed): look(drawn(800, 600, seed)) for seed in range(60)}
    assert groups_alike(looks) == []


def test_the_same_box_in_another_colour_is_another_product():
    red, green, blue = ORIGINAL.split()
    assert not alike(look(ORIGINAL), look(Image.merge("RGB", (blue, red, green))))


def test_pictures_too_plain_to_tell_apart_are_not_taken_for_the_same():
    white = look(Image.new("RGB", (500, 500), "white"))
    assert not alike(white, look(Image.new("RGB", (300, 300), "white")))
    assert groups_alike({"one": white, "two": white}) == []


def test_groups_hold_all_that_look_the_same_and_nothing_else():
    looks = {"a": look(ORIGINAL), "b": look(ORIGINAL.resize((600, 450))), "c": look(drawn(seed=7)), "d": look(ORIGINAL, quality=30),
             "mirrored": look(ImageOps.mirror(ORIGINAL))}
    assert groups_alike(looks) == [["a", "b", "d"]]
