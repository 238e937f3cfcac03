"""A copy of a picture that a channel takes: upright, in a screen's colours, on white, small enough, without a word about its origin."""

from __future__ import annotations

import io
import warnings
from math import ceil, sqrt

from PIL import Image, ImageCms

from ocop_market.channels.profile import PictureRules
from ocop_market.language import N_
from ocop_market.pictures.inspection import DAMAGED, FORMATS, SUFFIXES, UnreadablePicture, orientation_of, upright
from ocop_market.pictures.likeness import on_white

COPY_SIDE = 4096
"""Longest side of a copy in pixels, our own: enough for any screen, and a JPEG of any size is decoded in little memory."""
_QUALITIES = range(60, 93)
"""JPEG qualities between which the best that fits is looked for; below, artefacts show on labels and small print (our own)."""

TOO_HEAVY_STILL = N_("{picture} cannot be brought below {limit} KB without becoming smaller than {least} pixels. Save it by hand.")
TOO_SLIM = N_("{picture} is so long and narrow that it would be smaller than {least} pixels. Cut it to a less narrow shape.")


def render_copy(content: bytes, rules: PictureRules, name: str) -> tuple[bytes, str]:
    """The bytes of a copy that keeps the rules, and its file's suffix; the same for the same content and rules.

    Never larger in pixels than the original; white is added around it only where the shape is demanded. UnreadablePicture when
    it cannot be decoded or no copy keeps all rules.
    """
    image = _upright_on_white(content, rules, name)
    if rules.shape and rules.shape_demanded:
        image = _padded(image, rules.shape)
    side = min(rules.most_side or COPY_SIDE, COPY_SIDE)
    if max(image.size) > side:
        image = _shrunk(image, side / max(image.size))
    if min(image.size) < rules.least_side:
        raise UnreadablePicture(TOO_SLIM, code="picture-no-copy", picture=name, least=rules.least_side)
    kind = "JPEG" if not rules.formats or "JPEG" in rules.formats else rules.formats[0]
    while True:
        made = _encoded(image, kind, rules.most_bytes)
        if not rules.most_bytes or len(made) <= rules.most_bytes:
            return made, SUFFIXES[kind][0]
        image = _shrunk(image, 0.95 * min(1.0, sqrt(rules.most_bytes / len(made))))
        if min(image.size) < max(rules.least_side, 1):
            raise UnreadablePicture(TOO_HEAVY_STILL, code="picture-no-copy", picture=name, limit=rules.most_bytes // 1024,
                                    least=rules.least_side)


def _upright_on_white(content: bytes, rules: PictureRules, name: str) -> Image.Image:
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=FORMATS) as image:
            warnings.simplefilter("ignore")
            image.draft(None, (COPY_SIDE, COPY_SIDE))
            image.load()
            made = _for_screens(upright(image, orientation_of(image)))
    except MemoryError:
        raise
    except Exception:  # Pillow's decoders fail in many ways on damaged content
        raise UnreadablePicture(DAMAGED, picture=name) from None
    made.info = {}  # comments and colour profiles would go over into the file
    return made


def _for_screens(image: Image.Image) -> Image.Image:
    """RGB as screens show it (sRGB); a colour profile that does not fit the picture is left aside."""
    profile = image.info.get("icc_profile")
    flat = image if image.mode == "CMYK" else on_white(image)
    if profile:
        try:
            seen = ImageCms.profileToProfile(flat, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"),
                                             outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            seen = None
        if seen is not None:
            return seen
    return on_white(flat)


def _padded(image: Image.Image, shape: tuple[int, int]) -> Image.Image:
    """The picture in the middle of a white ground of the shape; nothing is cut off."""
    width, height = image.size
    wide, high = shape
    size = (ceil(height * wide / high), height) if width * high < height * wide else (width, ceil(width * high / wide))
    ground = Image.new("RGB", size, "white")
    ground.paste(image, ((size[0] - width) // 2, (size[1] - height) // 2))
    return ground


def _shrunk(image: Image.Image, share: float) -> Image.Image:
    width, height = image.size
    return image.resize((max(1, round(width * share)), max(1, round(height * share))), Image.Resampling.LANCZOS)


def _encoded(image: Image.Image, kind: str, most_bytes: int) -> bytes:
    """The picture in its best quality below the limit; the smallest there is when none is."""
    if kind != "JPEG":
        return _saved(image, kind, optimize=True)
    low, high = _QUALITIES[0], _QUALITIES[-1]
    best = _saved(image, kind, quality=high, optimize=True)
    if not most_bytes or len(best) <= most_bytes:
        return best
    best = _saved(image, kind, quality=low, optimize=True)
    if len(best) > most_bytes:
        return best
    while high - low > 1:
        middle = (low + high) // 2
        made = _saved(image, kind, quality=middle, optimize=True)
        if len(made) <= most_bytes:
            low, best = middle, made
        else:
            high = middle
    return best


def _saved(image: Image.Image, kind: str, **options: int | bool) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
