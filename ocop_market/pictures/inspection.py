"""What a picture file really is: its content decides, never its name."""

from __future__ import annotations

import hashlib
import io
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import ExifTags, Image

from ocop_market.errors import MarketError, Problem
from ocop_market.language import N_
from ocop_market.pictures.likeness import look_of, reduced

MOST_BYTES = 64 * 1024 * 1024
"""Larger files are not read; our own limit."""
MOST_PIXELS = 120_000_000
"""More are not decoded; our own limit, above the 108 million of a phone's largest pictures."""
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
SUFFIXES = {
    "JPEG": (".jpg", ".jpeg"), "PNG": (".png",), "GIF": (".gif",), "WEBP": (".webp",), "BMP": (".bmp",), "TIFF": (".tif", ".tiff")}

_DECODED_SIDE = 256
"""Pixels; a JPEG is decoded no larger than needed to see that all of it is there and what it looks like."""
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90}
"""By EXIF orientation (Exif 3.0, tag 274)."""
_LYING = frozenset({5, 6, 7, 8})
"""EXIF orientations that change width and height."""
_MISREAD = (OSError, SyntaxError, ValueError, struct.error, TypeError, KeyError, IndexError, AttributeError)

DAMAGED = N_("{picture} cannot be read as a picture: it is damaged or was not copied completely. Copy it again from where it came from.")
EMPTY = N_("{picture} is an empty file. Copy it again from where it came from.")
MISSING = N_("{picture} is not there. Correct its path in the list, or put the file where the list says.")
LOCKED = N_("{picture} cannot be opened. Check that no other program holds it and that you may read it.")
TOO_HEAVY = N_("{picture} has more than {limit} MB and is not read. Save it smaller.")
TOO_WIDE = N_("{picture} has more than {limit} million pixels, which is not safe to open. Save it smaller.")
NEW_KIND = N_("{picture} is of the kind {kind}, in which many phones save and which shops do not take. Open it, save it as JPG and name "
              "that file; a phone does so by itself when its camera is set to 'most compatible'.")
NO_PICTURE = N_("{picture} is not a picture but {kind!t}. Save the picture itself as JPG or PNG.")
WEB_PAGE, DRAWING, DOCUMENT = N_("a web page"), N_("a drawing of the kind SVG"), N_("a PDF document")
PACKED, FILM = N_("a packed file or office document"), N_("a film")
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


class UnreadablePicture(MarketError):
    """A file that cannot be used as a picture; the sentence says why and what to do."""

    code = "picture-unreadable"
    message = DAMAGED

    @classmethod
    def of(cls, problem: Problem) -> UnreadablePicture:
        """The error again, from a problem that was kept."""
        made = cls(problem.message, code=problem.code)
        made.values = dict(problem.values)
        return made

    @property
    def problem(self) -> Problem:
        """The same as a problem of a product."""
        return Problem(self.code, self.message, "pictures", self.values)


@dataclass(frozen=True)
class PictureFacts:
    """What is known of a readable picture.

    `width` and `height` are pixels as the picture is seen, after `orientation` (EXIF, 1 is upright). `format` and `mode` are
    Pillow's words. `animated` is also true for a TIFF of several pages. `tells_place` says that the file names the place where
    it was taken. `look` is compared by `likeness.alike`.
    """

    format: str
    width: int
    height: int
    byte_count: int
    digest: str
    mode: str
    orientation: int = 1
    animated: bool = False
    transparent: bool = False
    tells_place: bool = False
    look: str = ""


def inspect(source: Path | bytes, name: str = "") -> PictureFacts:
    """The facts of a file or of its content, all of it decoded once; `name` is how sentences call it (default: the file's name).

    UnreadablePicture for what is missing, damaged, too large, or no picture.
    """
    called = name or (source.name if isinstance(source, Path) else "?")
    content = source if isinstance(source, bytes) else read_content(source)
    _refuse_by_beginning(content, called)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of oddities that the decoding itself then meets or not
            return _looked_at(content, called)
    except Image.DecompressionBombError:
        raise UnreadablePicture(TOO_WIDE, picture=called, limit=MOST_PIXELS // 1_000_000) from None
    except (UnreadablePicture, MemoryError):
        raise
    except Exception:  # Pillow's decoders fail in many ways on damaged content
        raise UnreadablePicture(DAMAGED, picture=called) from None


def read_content(path: Path) -> bytes:
    """The bytes of a picture file; UnreadablePicture when it is missing, held by another program or too large."""
    try:
        if not path.is_file():
            raise UnreadablePicture(MISSING, code="picture-not-found", picture=path.name)
        if path.stat().st_size > MOST_BYTES:
            raise UnreadablePicture(TOO_HEAVY, picture=path.name, limit=MOST_BYTES // 1024 // 1024)
        return path.read_bytes()
    except OSError:
        raise UnreadablePicture(LOCKED, picture=path.name) from None


def _refuse_by_beginning(content: bytes, called: str) -> None:
    if not content:
        raise UnreadablePicture(EMPTY, picture=called)
    if len(content) > MOST_BYTES:
        raise UnreadablePicture(TOO_HEAVY, picture=called, limit=MOST_BYTES // 1024 // 1024)
    start = content[:1024]
    if start[4:8] == b"ftyp":  # ISO base media file: brands in the first box, ISO/IEC 14496-12
        brands = {start[at:at + 4] for at in (8, *range(16, min(int.from_bytes(start[:4]), 128), 4))}
        if brands & {b"avif", b"avis"}:
            raise UnreadablePicture(NEW_KIND, picture=called, kind="AVIF")
        if brands & _HEIC:
            raise UnreadablePicture(NEW_KIND, picture=called, kind="HEIC")
        raise UnreadablePicture(NO_PICTURE, picture=called, kind=FILM)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    kind = next((kind for sign, kind in ((b"%pdf", DOCUMENT), (b"pk\x03\x04", PACKED), (b"<svg", DRAWING)) if text.startswith(sign)), "")
    if not kind and text.startswith(b"<"):
        kind = DRAWING if b"<svg" in text else WEB_PAGE
    if kind:
        raise UnreadablePicture(NO_PICTURE, picture=called, kind=kind)


def _looked_at(content: bytes, called: str) -> PictureFacts:
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise UnreadablePicture(TOO_WIDE, picture=called, limit=MOST_PIXELS // 1_000_000)
        # phones write JPEG files with further pictures behind the first, which Pillow calls MPO
        kind = "JPEG" if image.format == "MPO" else str(image.format)
        animated = kind != "JPEG" and bool(getattr(image, "is_animated", False))
        mode, tells_place = image.mode, _tells_place(image)
        image.draft("RGB", (_DECODED_SIDE, _DECODED_SIDE))
        image.load()
        orientation = orientation_of(image)
        if kind == "TIFF":
            width, height = image.size  # Pillow turns a TIFF upright while it is loaded
        elif orientation in _LYING:
            width, height = height, width
        return PictureFacts(kind, width, height, len(content), hashlib.sha256(content).hexdigest(), mode, orientation, animated,
                            image.has_transparency_data, tells_place, look_of(upright(reduced(image), orientation)))


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """The picture turned as its EXIF orientation says."""
    return image.transpose(_TURNS[orientation]) if orientation in _TURNS else image


def orientation_of(image: Image.Image) -> int:
    """The EXIF orientation of a loaded picture, 1 to 8; 1 where nothing sensible is told."""
    try:
        told = image.getexif().get(ExifTags.Base.Orientation, 1)
    except _MISREAD:
        return 1
    return told if isinstance(told, int) and 1 <= told <= 8 else 1


def _tells_place(image: Image.Image) -> bool:
    written = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    if b"GPSLatitude" in (written.encode() if isinstance(written, str) else written):
        return True
    try:
        return bool(image.getexif().get_ifd(ExifTags.IFD.GPSInfo))
    except _MISREAD:
        return True  # what cannot be read is not given away
