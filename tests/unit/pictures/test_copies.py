"""Copies: what a channel takes, made from what it does not take."""

import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageStat

from ocop_market.channels.profile import PictureRules
from ocop_market.pictures.check import Cure, file_findings
from ocop_market.pictures.copies import render_copy
from ocop_market.pictures.inspection import UnreadablePicture, inspect
from ocop_market.pictures.likeness import alike
from tests.examples import examples

from .drawn import UPLOADS, drawn, noisy, opened, saved, with_place

RULES = UPLOADS.pictures
CLEAR = drawn(mode="RGBA")
CLEAR.putalpha(0)
FRAMES = [drawn(500, 500, seed) for seed in (1, 2)]


def copy_of(content: bytes, rules: PictureRules = RULES) -> Image.Image:
    return opened(render_copy(content, rules, "a")[0])


def colour(image: Image.Image) -> list[int]:
    return [round(value) for value in ImageStat.Stat(image.convert("RGB")).mean]


@pytest.mark.parametrize("content", [
    saved(drawn(), "WEBP"), saved(drawn(), "GIF"), saved(drawn(), "BMP"), saved(drawn(), "TIFF"), saved(drawn(mode="CMYK")),
    saved(Image.new("I;16", (500, 500), 40_000), "PNG"), saved(drawn(mode="LA"), "PNG"), saved(drawn(mode="P"), "PNG"),
    saved(drawn(mode="I"), "TIFF"), saved(drawn(mode="F"), "TIFF"),
    saved(drawn(), exif=with_place(6)), saved(CLEAR, "PNG"), saved(noisy(800, 800)), saved(drawn(3000, 2000)),
    saved(FRAMES[0], "GIF", save_all=True, append_images=FRAMES[1:])], ids=range(15))
def test_a_copy_of_anything_readable_is_taken_by_the_channel(content):
    made, suffix = render_copy(content, RULES, "a")
    assert [f for f in file_findings(inspect(made), f"a{suffix}", UPLOADS) if f.cure is not Cure.NONE] == []
    assert suffix == ".jpg"


def test_the_copy_shows_the_same_upright_and_its_file_tells_nothing_else():
    content = saved(drawn(800, 600).rotate(90, expand=True), exif=with_place(6), comment=b"made by Somebody", quality=90)
    made, _ = render_copy(content, RULES, "a")
    facts = inspect(made)
    assert (facts.width, facts.height, facts.orientation) == (800, 600, 1)
    assert alike(facts.look, inspect(content).look)
    assert not (b"Exif" in made or b"Somebody" in made or b"ICC" in made)
    assert opened(made).info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_what_shines_through_becomes_white():
    assert colour(copy_of(saved(CLEAR, "PNG"))) == [255, 255, 255]


def test_sixteen_bits_of_grey_keep_their_brightness():
    assert colour(copy_of(saved(Image.new("I;16", (400, 400), 128 * 256), "PNG"))) == [128, 128, 128]


def colour_space(*primaries: tuple[float, float, float]) -> bytes:
    """A colour profile of the given red, green and blue (XYZ at D50), by the layout of ICC.1:2001-04."""
    def numbers(*values: float) -> bytes:
        return b"".join(struct.pack(">i", round(value * 65_536)) for value in values)

    parts = [(b"wtpt", b"XYZ " + bytes(4) + numbers(0.9642, 1, 0.8249))]
    parts += [(name, b"XYZ " + bytes(4) + numbers(*values)) for name, values in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)]
    parts += [(name, b"curv" + bytes(4) + struct.pack(">IHH", 1, 563, 0)) for name in (b"rTRC", b"gTRC", b"bTRC")]
    table, body, start = struct.pack(">I", len(parts)), b"", 132 + 12 * len(parts)
    for name, part in parts:
        table += name + struct.pack(">II", start + len(body), len(part))
        body += part
    head = struct.pack(">I4sI", start + len(body), bytes(4), 0x02100000) + b"mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28)
    return (head + numbers(0.9642, 1, 0.8249)).ljust(128, b"\0") + table + body


RED, GREEN, BLUE = (0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)


@pytest.mark.parametrize(("profile", "expected"), [
    (colour_space(RED, GREEN, BLUE), (200, 60, 40)), (colour_space(GREEN, RED, BLUE), (60, 200, 40)),
    (ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(), (200, 60, 40)), (b"no profile", (200, 60, 40))])
def test_colours_of_another_colour_space_are_brought_to_those_of_screens_unless_it_does_not_fit(profile, expected):
    made = colour(copy_of(saved(Image.new("RGB", (400, 400), (200, 60, 40)), "PNG", icc_profile=profile)))
    assert all(abs(a - b) <= 8 for a, b in zip(made, expected, strict=True)), made


def test_the_quality_is_the_best_that_keeps_the_bytes_and_the_size_in_pixels():
    content = saved(noisy(600, 600), "PNG")
    generous, tight = (render_copy(content, replace(RULES, most_bytes=limit), "a")[0] for limit in (380_000, 250_000))
    assert 250_000 < len(generous) <= 380_000
    assert 200_000 < len(tight) <= 250_000
    assert opened(generous).size == opened(tight).size == (600, 600)


def test_only_when_quality_does_not_help_it_becomes_smaller_but_never_too_small():
    content = saved(noisy(900, 700), "PNG")
    made = render_copy(content, replace(RULES, most_bytes=80_000), "a")[0]
    assert len(made) <= 80_000 and 300 <= min(opened(made).size) < 700
    with pytest.raises(UnreadablePicture) as caught:
        render_copy(content, replace(RULES, most_bytes=5_000), "a.png")
    assert caught.value.sentence("en") == "a.png cannot be brought below 4 KB without becoming smaller than 300 pixels. Save it by hand."


def test_a_picture_larger_than_the_channel_shows_is_reduced_in_its_own_shape():
    assert copy_of(saved(drawn(2400, 1200), "PNG")).size == (1200, 600)


def test_a_picture_too_slim_to_be_reduced_is_refused():
    with pytest.raises(UnreadablePicture) as caught:
        copy_of(saved(drawn(6000, 400), "PNG"))
    assert caught.value.code == "picture-no-copy"


@pytest.mark.parametrize(("size", "shape", "expected"), [
    ((640, 480), (1, 1), (640, 640)), ((480, 640), (1, 1), (640, 640)), ((600, 600), (3, 4), (600, 800)), ((600, 800), (3, 4), (600, 800))])
def test_white_is_added_where_a_shape_is_demanded_and_nothing_is_cut_off(size, shape, expected):
    rules = replace(RULES, shape=shape, shape_demanded=True)
    made = copy_of(saved(Image.new("RGB", size, (10, 20, 200)), "PNG"), rules)
    assert made.size == expected
    blue = sum(pixel[2] - pixel[0] > 100 for pixel in made.get_flattened_data()) / (size[0] * size[1])
    assert 0.98 < blue < 1.02


def test_where_the_channel_shapes_pictures_itself_nothing_is_added():
    assert copy_of(saved(drawn(640, 480), "WEBP"), replace(RULES, shape=(1, 1))).size == (640, 480)


def test_the_same_content_gives_the_same_copy():
    content = saved(drawn(3000, 2000), "WEBP")
    assert render_copy(content, RULES, "a") == render_copy(content, RULES, "b")


def test_a_channel_that_takes_png_only_gets_png():
    made, suffix = render_copy(saved(drawn()), PictureRules(formats=("PNG",)), "a")
    assert (suffix, opened(made).format) == (".png", "PNG")


@examples(25)
@given(size=st.tuples(st.integers(1, 400), st.integers(1, 400)), least=st.integers(0, 150), most=st.integers(150, 350),
       most_bytes=st.sampled_from([0, 2_000, 8_000, 30_000]), shape=st.sampled_from([None, (1, 1), (3, 4), (16, 9)]))
def test_whatever_the_size_and_the_rules_a_copy_keeps_them_all_or_is_refused(size, least, most, most_bytes, shape):
    rules = PictureRules(("JPEG",), most_bytes, least, most, shape, shape_demanded=shape is not None)
    try:
        made, suffix = render_copy(saved(noisy(*size), "PNG"), rules, "a")
    except UnreadablePicture:
        made, suffix = b"", ""
    if made:
        facts = inspect(made)
        assert file_findings(facts, f"a{suffix}", replace(UPLOADS, pictures=rules)) == []
        assert shape is not None or (facts.width <= size[0] and facts.height <= size[1])
    else:
        assert least or most_bytes
