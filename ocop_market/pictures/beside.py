"""Pictures named in a list, found beside it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from ocop_market.model.product import Picture, Product


def found_beside(product: Product, folder: Path) -> Product:
    """The product with its pictures' files found, seen from the list's folder, else from the present one.

    A file that is there is named from the root and by its content; one that is not keeps the name that the list gave.
    """
    return replace(product, pictures=tuple(_found(picture, folder) for picture in product.pictures))


def _found(picture: Picture, folder: Path) -> Picture:
    path = next((place for place in (folder / picture.path, Path(picture.path)) if picture.path and place.is_file()), None)
    if path is None:
        return picture
    return replace(picture, path=str(path.resolve()), digest=hashlib.sha256(path.read_bytes()).hexdigest())
