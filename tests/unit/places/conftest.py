"""Both lists of communes: the few of this package, and all of them where the extra is installed."""

import csv
from datetime import date
from importlib.resources import files

import pytest

from ocop_market.model.product import Certificate, Place, Product
from ocop_market.places.gazetteer import Gazetteer, small_gazetteer
from ocop_market.places.package_tables import read_package


@pytest.fixture(scope="session")
def small() -> Gazetteer:
    return small_gazetteer()


@pytest.fixture(scope="session")
def full() -> Gazetteer:
    found = read_package()
    if found is None:
        pytest.skip('needs the extra: pip install "ocop-market[places]"')
    return found


@pytest.fixture(scope="session")
def demo_products() -> list[Product]:
    """The 356 rows of the demo list with place and date."""
    text = files("ocop_market.demo").joinpath("data", "ocop_products.csv").read_text(encoding="utf-8")
    return [Product(str(i), row["product_name"], place=Place(row["province"], row["district"], row["commune"]), certificates=(
        Certificate(3, row["certificate_no"], date.fromisoformat(row["certified_on"])),) if row["certified_on"] else ())
        for i, row in enumerate(csv.DictReader(text.splitlines()))]
