"""Pictures drawn for a test, the same every time, and channels that take them."""

from __future__ import annotations

import io
import random
from pathlib import Path

from PIL import Image

from ocop_market.channels.profile import ChannelProfile, PictureRules

UPLOADS = ChannelProfile("shop", "Shop", (), picture_by="upload", picture_limit=3,
                         pictures=PictureRules(formats=("JPEG", "PNG"), most_bytes=200_000, least_side=300, most_side=1200))
FETCHES = ChannelProfile("fetch", "Fetch", (), picture_by="link", pictures=PictureRules(formats=("JPEG", "PNG"), least_side=500))


def drawn(width: int = 640, height: int = 480, seed: int = 1, mode: str = "RGB") -> Image.Image:
    """Coloured boxes on a light ground; another seed, another picture."""
    drawing = random.Random(seed)
    image = Image.new("RGB", (width, height), tuple(drawing.randint(150, 255) for _ in range(3)))
    for _ in range(14):
        left, top = drawing.randrange(width - 20), drawing.randrange(height - 20)
        right, bottom = drawing.randint(left + 10, width), drawing.randint(top + 10, height)
        image.paste(tuple(drawing.randrange(256) for _ in range(3)), (left, top, right, bottom))
    return image if mode == "RGB" else image.convert(mode)


def noisy(width: int, height: int, seed: int = 1) -> Image.Image:
    """Nothing but grain, which no format makes small."""
    return Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(width * height * 3))


def saved(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """The bytes of a file of that kind."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def put(folder: Path, name: str, content: bytes) -> Path:
    """A file with that content."""
    path = folder / name
    path.write_bytes(content)
    return path


def opened(content: bytes) -> Image.Image:
    """The picture of a file's bytes, decoded."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def with_place(orientation: int = 1) -> Image.Exif:
    """EXIF of a phone: orientation, camera, and where it was."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x0110] = "Phone of Somebody"
    exif.get_ifd(0x8825).update({1: "N", 2: (21.0, 35.0, 12.0), 3: "E", 4: (105.0, 50.0, 6.0)})
    return exif
