"""A market to practise with: a real list of recognised products, and the export of a till that never was."""

from importlib.resources import files

PRODUCT_LIST = "ocop_products.csv"


def product_list() -> bytes:
    """The list of 356 recognitions that comes with the program, as CSV; `data/README.md` tells where each row is from."""
    return files(__name__).joinpath("data", PRODUCT_LIST).read_bytes()
