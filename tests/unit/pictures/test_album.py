"""The pictures folder: copies beside untouched originals, and what was seen remembered."""

import hashlib
import os

import pytest

from ocop_market.pictures import album as album_module
from ocop_market.pictures import copies
from ocop_market.pictures.album import MEMORY, Album
from ocop_market.pictures.inspection import UnreadablePicture

from .drawn import UPLOADS, drawn, put, saved


@pytest.fixture
def originals(tmp_path):
    folder = tmp_path / "list"
    folder.mkdir()
    return folder


@pytest.fixture
def album(tmp_path):
    return Album(tmp_path / "m" / "pictures")


@pytest.fixture
def looks(monkeypatch):
    """Counts how often a file was really looked at."""
    looked = []
    inspect = album_module.inspect
    monkeypatch.setattr(album_module, "inspect", lambda path: (looked.append(path.name), inspect(path))[1])
    return looked


def test_a_copy_lies_in_the_channels_folder_named_by_the_originals_content(originals, album, tmp_path):
    content = saved(drawn(), "WEBP")
    made = album.copy_for(put(originals, "trà xanh.webp", content), UPLOADS)
    assert made == tmp_path / "m" / "pictures" / "shop" / f"{hashlib.sha256(content).hexdigest()[:32]}.jpg"
    assert album.copy_there(put(originals, "the same again.webp", content), UPLOADS) == made


def test_the_original_stays_as_it_is_to_the_byte_and_the_second(originals, album):
    original = put(originals, "a.webp", saved(drawn(), "WEBP"))
    os.utime(original, (1_700_000_000, 1_700_000_000))
    before = original.read_bytes(), original.stat().st_mtime_ns
    album.copy_for(original, UPLOADS)
    assert (original.read_bytes(), original.stat().st_mtime_ns) == before
    assert [path.name for path in originals.iterdir()] == ["a.webp"]


def test_made_once_a_copy_is_not_made_again(originals, album, monkeypatch):
    original = put(originals, "a.webp", saved(drawn(), "WEBP"))
    made = album.copy_for(original, UPLOADS)
    monkeypatch.setattr(album_module, "render_copy", lambda *anything: pytest.fail("made again"))
    assert album.copy_for(original, UPLOADS) == made


def test_a_copy_cut_short_is_made_anew(originals, album):
    original = put(originals, "a.webp", saved(drawn(), "WEBP"))
    made = album.copy_for(original, UPLOADS)
    whole = made.read_bytes()
    made.write_bytes(whole[:500])
    assert album.copy_there(original, UPLOADS) is None
    assert album.copy_for(original, UPLOADS).read_bytes() == whole


def test_a_run_stopped_while_writing_leaves_no_half_copy_under_its_name(originals, album, monkeypatch):
    original = put(originals, "a.webp", saved(drawn(), "WEBP"))

    def stop(self, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr("pathlib.Path.replace", stop)
        with pytest.raises(KeyboardInterrupt):
            album.copy_for(original, UPLOADS)
    assert album.copy_there(original, UPLOADS) is None
    assert album.copy_for(original, UPLOADS).is_file()


def test_a_picture_that_no_copy_helps_is_refused_and_leaves_nothing_behind(originals, album, monkeypatch):
    original = put(originals, "a.webp", saved(drawn(), "WEBP"))
    monkeypatch.setattr(copies, "_encoded", lambda image, kind, most: bytes(most + 1))
    with pytest.raises(UnreadablePicture):
        album.copy_for(original, UPLOADS)
    assert not album.folder_for(UPLOADS).exists()


def test_what_was_seen_is_remembered_by_the_next_run(originals, tmp_path, looks):
    good, bad = put(originals, "a.jpg", saved(drawn())), put(originals, "b.jpg", b"no picture")
    first = Album(tmp_path / "p").facts_of(good)
    with pytest.raises(UnreadablePicture):
        Album(tmp_path / "p").facts_of(bad)
    assert looks == ["a.jpg", "b.jpg"]
    assert Album(tmp_path / "p").facts_of(good) == first
    with pytest.raises(UnreadablePicture) as caught:
        Album(tmp_path / "p").facts_of(bad)
    assert looks == ["a.jpg", "b.jpg"] and caught.value.sentence("en").startswith("b.jpg cannot be read")


def test_a_changed_file_is_seen_anew(originals, album, looks):
    path = put(originals, "a.jpg", saved(drawn(640, 480)))
    album.facts_of(path)
    put(originals, "a.jpg", saved(drawn(320, 240)))
    assert album.facts_of(path).width == 320
    assert len(looks) == 2


@pytest.mark.parametrize("damage", [
    lambda text: text[:-40], lambda text: text.replace('"edition": 1', '"edition": 0'), lambda text: text.replace('"width"', '"breadth"'),
    lambda text: "null\n[]\nhello\n"])
def test_a_memory_that_was_cut_short_or_is_of_another_edition_is_seen_anew(originals, tmp_path, looks, damage):
    path = put(originals, "a.jpg", saved(drawn()))
    facts = Album(tmp_path / "p").facts_of(path)
    memory = tmp_path / "p" / MEMORY
    memory.write_text(damage(memory.read_text(encoding="utf-8")), encoding="utf-8")
    again = Album(tmp_path / "p")
    assert again.facts_of(path) == facts
    assert len(looks) == 2


def test_a_missing_file_is_not_remembered_as_missing(originals, album):
    with pytest.raises(UnreadablePicture):
        album.facts_of(originals / "late.jpg")
    assert album.facts_of(put(originals, "late.jpg", saved(drawn()))).format == "JPEG"
