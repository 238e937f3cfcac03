"""What the tests about mapping share: a tea, a channel, a small tree of categories."""

from datetime import date

from ocop_market.channels.api import Attribute, Category, HasCategories
from ocop_market.channels.profile import ChannelProfile, DocPage
from ocop_market.mapping.channel_map import ChannelMap
from ocop_market.mapping.suggestions import open_leaves
from ocop_market.model.product import Certificate, Group, Picture, Place, Product

PROFILE = ChannelProfile("fake", "Fake", (DocPage("page", "2026-11"),), title_limit=60, title_minimum=10, description_limit=500,
                         picture_by="upload", picture_limit=3, option_limit=2, variant_limit=3, wholesale_steps=2)
TODAY = date(2026, 11, 22)
IN_FORCE = Certificate(4, "12/QĐ-UBND", date(2025, 1, 10), date(2028, 1, 10))
TEA = Product("OC-1", "Trà Tân Cương", "HTX Chè Xanh", group=Group.FOOD, place=Place("Thái Nguyên"), certificates=(IN_FORCE,),
              price=120_000, stock=40, weight_g=200, shelf_life_days=360, pictures=(Picture(path="a.png"),), product_set=11)


class Tree(HasCategories):
    """A small tree that recommends honey for honey, and counts what it is asked."""

    def __init__(self):
        self.asked = []
        self.closed = {"4"}
        self.wants = {}

    def categories(self):
        named = {"2": "Mật ong", "3": "Trà, chè", "4": "Mắm", "5": "Trái cây sấy", "6": "Gạo"}
        return [Category("1", "Thực phẩm", leaf=False),
                *(Category(number, name, "1", open_to_us=number not in self.closed) for number, name in named.items())]

    def attributes(self, category):
        return self.wants.get(category, [])

    def suggest(self, title):
        self.asked.append(title)
        return ["1", "2"] if "ong" in title else []


def completed(path, products, tree):
    """The map after suggestions, and how many lines were suggested."""
    maps = ChannelMap(path)
    count = maps.complete(products, tree, open_leaves(tree.categories()))
    return maps, count


def attribute(name, **other):
    return Attribute(other.pop("id", name), name, **other)
