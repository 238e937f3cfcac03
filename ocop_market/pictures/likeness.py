"""The same picture found again: exactly by its bytes, nearly by how it looks.

Looks are difference hashes (N. Krawetz, "Kind of Like That", 2013) in both directions, with the mean colours of four quarters:
boxes of one range often differ by their colour alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from PIL import Image

_SIDE = 8
_LOOKED_AT_SIDE = 256
_AVERAGED = frozenset({"L", "LA", "RGB", "RGBA", "CMYK"})
"""Modes in which the mean of two pixels has a meaning; numbers of a palette have none."""
_BITS = 2 * _SIDE * _SIDE
_STEP = 2
"""Brightness that counts as a difference; less is the noise of saving."""
MOST_BITS_APART = 10
"""Of 128; the same picture saved smaller or at another quality keeps below, others have about 50."""
_MOST_COLOUR_APART = 24
"""Of 255, in any quarter and colour."""
_FEWEST_BITS = 8
"""With fewer a picture is too plain to be recognised."""


def reduced(image: Image.Image) -> Image.Image:
    """A small one in place of a very large one, for looking at; saves memory."""
    factor = max(image.size) // _LOOKED_AT_SIDE
    return image.reduce(factor) if factor > 1 and image.mode in _AVERAGED else image


def look_of(image: Image.Image) -> str:
    """How a picture looks on white: 32 hex digits of differences and 24 of colours."""
    seen = on_white(image)
    grey = seen.convert("L")
    across = grey.resize((_SIDE + 1, _SIDE), Image.Resampling.BOX).tobytes()
    down = grey.resize((_SIDE, _SIDE + 1), Image.Resampling.BOX).tobytes()
    width = _SIDE + 1
    differences = [across[row * width + column] > across[row * width + column + 1] + _STEP
                   for row in range(_SIDE) for column in range(_SIDE)]
    differences += [down[place] > down[place + _SIDE] + _STEP for place in range(_SIDE * _SIDE)]
    bits = sum(1 << place for place, brighter in enumerate(differences) if brighter)
    return f"{bits:0{_BITS // 4}x}" + seen.resize((2, 2), Image.Resampling.BOX).tobytes().hex()


def on_white(image: Image.Image) -> Image.Image:
    """The picture in RGB, what shines through replaced by white; sixteen bits of grey become eight."""
    if image.mode.startswith("I;16"):
        image = image.point(lambda grey: grey * (1 / 256) + 0).convert("L")
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    clear = image.convert("RGBA")
    ground = Image.new("RGB", clear.size, "white")
    ground.paste(clear, mask=clear.getchannel("A"))
    return ground


def alike(one: str, other: str) -> bool:
    """Whether two looks are those of the same picture, saved another way perhaps."""
    return bool(groups_alike({"one": one, "other": other}))


def groups_alike(looks: Mapping[str, str]) -> list[list[str]]:
    """Keys whose looks are alike, in groups of at least two; a group also holds what is alike by way of another member.

    Every pair of like tint is compared: some seconds for ten thousand pictures.
    """
    leader = {key: key for key in looks}

    def lead(key: str) -> str:
        while leader[key] != key:
            key = leader[key]
        return key

    for one, other in _pairs_alike(looks):
        leader[lead(other)] = lead(one)
    groups: dict[str, list[str]] = defaultdict(list)
    for key in looks:
        groups[lead(key)].append(key)
    return [group for group in groups.values() if len(group) > 1]


def _pairs_alike(looks: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Pairs close in both differences and colours; those too plain to be recognised are left out."""
    cut = _BITS // 4
    told = [(bytes.fromhex(look[cut:]), int(look[:cut], 16), key) for key, look in looks.items() if look]
    seen = sorted(one for one in told if one[1].bit_count() >= _FEWEST_BITS)
    for place, (colours, bits, key) in enumerate(seen):
        for i in range(place + 1, len(seen)):
            other_colours, other_bits, other = seen[i]
            if other_colours[0] - colours[0] > _MOST_COLOUR_APART:
                break  # sorted by the first colour: all that follow are further away
            if (bits ^ other_bits).bit_count() <= MOST_BITS_APART and _same_tint(colours, other_colours):
                yield key, other


def _same_tint(one: bytes, other: bytes) -> bool:
    return all(abs(a - b) <= _MOST_COLOUR_APART for a, b in zip(one, other, strict=True))
