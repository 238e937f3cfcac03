"""Lists in and out, questions about them, counts and offers of the goods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ocop_market.catalog.forms import Columns, KnownForms
from ocop_market.catalog.intake import AskHeading, Intake, not_understood, read_list
from ocop_market.catalog.questions import Answers, Kept, answered, read_reviews, reviewed, write_reviews
from ocop_market.catalog.review import bring_in
from ocop_market.catalog.row_facts import Beside
from ocop_market.errors import Problem
from ocop_market.model.product import Product
from ocop_market.model.stock import Held
from ocop_market.offers.counting import count_by_hand, counted_again, read_source
from ocop_market.offers.offers import Offers
from ocop_market.offers.reading import load_offers
from ocop_market.pictures.beside import found_beside
from ocop_market.sheets.container import read_sheets
from ocop_market.store.catalog import ProductChange, load_history, load_products, save_products

if TYPE_CHECKING:
    pass
from ocop_market.market.base import MarketBase


class CatalogSide(MarketBase):
    """The catalog of a market."""

    def import_catalog(self, path: str | Path, *, adjust: Callable[[tuple[Product, ...]], Iterable[Product]] | None = None,
                       beside: Beside | None = None, columns: Columns | None = None, ask_heading: AskHeading | None = None,
                       ) -> tuple[Intake, int, int]:
        """Reads a product list into the catalog: what was read, how many products are new, how many changed.

        What the list does not tell of a known product stays as it is. `adjust` may complete the products before they are
        kept; `beside` tells what counts for the whole list, `columns` what single headings mean. Questions are kept in
        `reviews.toml`, what was said of columns in `lists.toml`. SettingsError when the file is no list at all.
        """
        name = Path(path).name
        sheets = read_sheets(name, self._content(path))
        forms, reviews = KnownForms(self.folder), read_reviews(self.folder)
        answers = Answers({one.key: one.answer for one in reviews if one.answer})
        read = read_list(name, sheets, today=self.today, beside=beside or Beside(), answers=answers, ask_heading=ask_heading,
                         columns={**forms.columns_of(sheets), **(columns or {})})
        listed = tuple(found_beside(product, Path(path).parent) for product in read.products)
        read = replace(read, products=listed if adjust is None else tuple(adjust(listed)))
        with self.store.writing() as connection:
            judged, together = bring_in(read, load_products(connection), answers)
            new, changed = save_products(connection, together.products, self.clock(), origin=name,
                                         renamed=together.renamed, joined=together.joined)
        after = reviewed(reviews, name, answers.asked)
        if after != reviews:
            write_reviews(self.folder, after)
        forms.keep(name, read.heading_row, read.told_columns)
        return not_understood(judged, answers), new, changed

    def hand_back(self, path: str | Path, read: Intake, to: str | Path) -> None:
        """Writes the list that was imported to a new workbook, with what became of each row; see `catalog.hand_back`.

        SettingsError (`hand-back-there`) when there is a file of that name already: no file is ever overwritten.
        """
        from ocop_market.catalog.hand_back import handed_back  # openpyxl is large and seldom needed

        self.refuse_to_overwrite(to)
        producers = {product.producer for product in self.products().values()}
        content = handed_back(Path(path).name, self._content(path), read, producers)
        with Path(to).open("xb") as file:
            file.write(content)

    def reviews(self) -> list[Kept]:
        """The questions about imported lists with the answers that were given."""
        return read_reviews(self.folder)

    def answer_reviews(self, answers: Mapping[str, str]) -> None:
        """Keeps answers by key of their questions; they count at the next import. SettingsError for one that is not offered."""
        write_reviews(self.folder, answered(read_reviews(self.folder), answers))

    def history(self, sku: str) -> list[ProductChange]:
        """What changed of a product, the first change first; empty when it is not known."""
        with self.store.reading() as connection:
            return load_history(connection, sku)

    def offers(self, *, practice: bool = False, held: Mapping[tuple[str, str], Held] | None = None,
               products: Mapping[str, Product] | None = None) -> Offers:
        """What the accounts (the practice ones or the others) offer of each product, and why; see `ocop_market.offers`.

        `held` is what platforms report as set aside, by account and SKU; `products` the catalog where it was read already.
        """
        goods = self.products() if products is None else products
        with self.store.reading() as connection:
            return load_offers(connection, self.settings, self.folder, goods, practice=practice, held=held)

    def read_stock(self) -> list[Problem]:
        """Reads the stock of the points of sale that count the goods; what could not be counted."""
        problems: list[Problem] = []
        for account in self.settings.stock.sources:
            with self.turn(account):
                problems += read_source(self.store, self.connector(account), account, self.settings, self.clock).problems
        return problems

    def count_stock(self, counted: Mapping[str, int] | None = None) -> None:
        """Keeps what a person counted just now, by SKU; without any, all figures as they stand are right again as of now."""
        products = self.products()
        with self.store.writing() as connection:
            if counted is None:
                counted_again(connection, products, self.clock())
            else:
                count_by_hand(connection, products, counted, self.clock())
