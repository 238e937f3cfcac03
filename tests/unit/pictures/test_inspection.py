"""What a file really is, whatever its name says; and what is no usable picture, in a sentence."""

import hashlib
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ocop_market.pictures import inspection
from ocop_market.pictures.inspection import UnreadablePicture, inspect
from tests.examples import examples

from .drawn import drawn, put, saved, with_place


def refusal(content: bytes, name: str = "a.jpg") -> str:
    with pytest.raises(UnreadablePicture) as caught:
        inspect(content, name)
    return caught.value.sentence("en")


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that promises a great many pixels."""
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"])
def test_format_size_and_digest_come_from_the_content(kind, tmp_path):
    content = saved(drawn(64, 48), kind)
    facts = inspect(put(tmp_path, "wrong name.xyz", content))
    assert (facts.format, facts.width, facts.height, facts.byte_count) == (kind, 64, 48, len(content))
    assert facts.digest == hashlib.sha256(content).hexdigest()
    assert (facts.orientation, facts.animated, facts.transparent, facts.tells_place) == (1, False, False, False)


def test_a_phone_picture_stored_on_its_side_is_measured_upright():
    facts = inspect(saved(drawn(64, 48), exif=with_place(orientation=6)))
    assert (facts.orientation, facts.width, facts.height) == (6, 48, 64)


def test_the_place_where_it_was_taken_is_seen_in_exif_and_in_xmp():
    assert inspect(saved(drawn(), exif=with_place())).tells_place
    packet = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf exif:GPSLatitude="21,35N"/></x:xmpmeta>'
    assert inspect(saved(drawn(), xmp=packet)).tells_place
    camera = Image.Exif()
    camera[0x0110] = "Camera"
    assert not inspect(saved(drawn(), exif=camera)).tells_place


def test_a_lying_tiff_is_measured_upright_as_well():
    facts = inspect(saved(drawn(64, 48), "TIFF", exif=with_place(orientation=6)))
    assert (facts.width, facts.height) == (48, 64)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_moving_picture_is_seen(kind):
    frames = [drawn(40, 40, seed) for seed in (1, 2)]
    assert inspect(saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)).animated


def test_a_phones_file_with_a_second_picture_inside_is_an_ordinary_jpeg():
    content = saved(drawn(64, 48), "MPO", save_all=True, append_images=[drawn(32, 24, 2)])
    facts = inspect(content)
    assert (facts.format, facts.animated, facts.width) == ("JPEG", False, 64)


@pytest.mark.parametrize(("image", "kind", "mode"), [
    (drawn(mode="CMYK"), "JPEG", "CMYK"), (Image.new("I;16", (50, 50), 40_000), "PNG", "I;16"), (drawn(mode="L"), "PNG", "L")])
def test_the_way_colours_are_stored_is_told(image, kind, mode):
    assert inspect(saved(image, kind)).mode == mode


def test_what_shines_through_is_seen():
    clear = drawn(mode="RGBA")
    clear.putalpha(100)
    assert inspect(saved(clear, "PNG")).transparent
    assert not inspect(saved(drawn(), "PNG")).transparent


@pytest.mark.parametrize(("content", "words"), [
    (b"", "empty file"),
    (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(400), "of the kind HEIC"),
    (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avif" + bytes(400), "of the kind AVIF"),
    (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42" + bytes(400), "not a picture but a film"),
    (b'\xef\xbb\xbf<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "a drawing of the kind SVG"),
    ("\n<!DOCTYPE html><html><body>Không tìm thấy ảnh</body></html>".encode(), "a web page"),
    (b"%PDF-1.7 ...", "a PDF document"), (b"PK\x03\x04....", "a packed file or office document"),
    (b"\xff\xd8 picture", "damaged"), (b"just words", "damaged"), (saved(drawn())[:2000], "damaged"),
    (saved(drawn(), "PNG")[:-60], "damaged"), (huge_png(11_000, 11_000), "more than 120 million pixels"),
    (huge_png(100_000, 100_000), "more than 120 million pixels"), (huge_png(5_000, 5_000), "damaged")])
def test_what_is_no_usable_picture_is_refused_with_its_reason(content, words):
    told = refusal(content)
    assert words in told and told.startswith("a.jpg")


def test_a_file_too_large_is_not_even_read(tmp_path, monkeypatch):
    path = put(tmp_path, "large.jpg", saved(drawn()))
    monkeypatch.setattr(inspection, "MOST_BYTES", 1000)
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda self: pytest.fail("was read"))
    with pytest.raises(UnreadablePicture, match="MB"):
        inspect(path)


def test_a_missing_file_and_a_folder_are_told_as_missing(tmp_path):
    for path in (tmp_path / "gone.jpg", tmp_path):
        with pytest.raises(UnreadablePicture) as caught:
            inspect(path)
        assert caught.value.problem.code == "picture-not-found"


PATTERNS = [saved(drawn(40, 30), kind) for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")] + [
    saved(drawn(40, 30), exif=with_place(6))]


@examples(80)
@given(st.sampled_from(PATTERNS), st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=12),
       st.floats(0.2, 1))
def test_damaged_content_gives_facts_or_a_refusal_and_nothing_else(content, changes, kept):
    damaged = bytearray(content)
    for where, value in changes:
        damaged[int(where * len(damaged))] = value
    try:
        told = f"{inspect(bytes(damaged[:int(len(damaged) * kept)])).width} pixels"
    except UnreadablePicture as error:
        told = error.sentence("en")
    assert told
