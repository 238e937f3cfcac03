"""What a trial's shop sells and who buys there: six articles and four months of simulated sales. All values are made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from ocop_market.channels.profile import ChannelProfile
from ocop_market.model.product import Certificate, Group, Place, Product
from ocop_market.pictures.practice import practice_picture
from ocop_market.sandbox.app import Sandbox
from ocop_market.sandbox.buyers import Fees, Good, History

NOW = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
FIRST_DAY = date(2026, 5, 20)
FEES = Fees(commission=40, payment=25, per_order=3_000)


def _product(sku: str, name: str, price: int, weight_g: int, province: str) -> Product:
    certificate = Certificate(4, "1204/QĐ-UBND", date(2025, 6, 2), date(2028, 6, 2), "contract")
    return Product(
        sku, name, producer="Hợp tác xã Nông sản Thử Nghiệm", group=Group.FOOD, place=Place(province, "Huyện Thử", "Xã Nghiệm"),
        certificates=(certificate,), price=price, stock=40, weight_g=weight_g, shelf_life_days=360,
        description=f"{name}, làm theo lối cũ của làng, đóng gói kín, bảo quản nơi khô mát. Hàng dùng để thử phần mềm.")


PRODUCTS = (
    _product("THU-TRA-200", "Trà Shan tuyết cổ thụ Suối Thử hộp 200 g", 185_000, 200, "Lào Cai"),
    _product("THU-MAT-ONG-500", "Mật ong hoa bạc hà Đồng Thử chai 500 ml", 240_000, 700, "Tuyên Quang"),
    _product("THU-CA-PHE-250", "Cà phê rang xay Buôn Thử gói 250 g", 95_000, 250, "Đắk Lắk"),
    _product("THU-MIEN-500", "Miến dong sợi nhỏ Làng Thử gói 500 g", 62_000, 500, "Thái Nguyên"),
    _product("THU-MAM-1000", "Nước mắm cốt cá cơm Cửa Thử chai 1 lít", 150_000, 1_200, "Nghệ An"),
    _product("THU-GAO-2000", "Gạo nếp nương Mường Thử túi 2 kg", 88_000, 2_000, "Điện Biên"),
)


def with_pictures(products: Sequence[Product], folder: Path) -> list[Product]:
    """The products with a picture each: a file in `folder`, and a link that nobody opens."""
    found = []
    for product in products:
        picture = practice_picture(product.sku, folder)
        found.append(replace(product, pictures=(replace(picture, url=f"https://anh.example/{Path(picture.path).name}"),)))
    return found


@lru_cache(maxsize=8)
def history_for(profile: ChannelProfile, sandbox: type[Sandbox]) -> History:
    """Four months at about two orders a day, as this kind of channel sells: over the counter, or in parcels with fees.

    Drawn once for all trials of a channel; a history only tells, and nobody changes it.
    """
    goods = [Good(p.sku, p.name, p.price or 0, p.weight_g or 0) for p in PRODUCTS]
    return History(
        goods, seed=f"contract-{profile.key}", first_day=FIRST_DAY, per_day=2.0, till=profile.point_of_sale,
        branches=2 if profile.point_of_sale else 1, partial_returns=sandbox.partial_returns,
        fees=None if profile.point_of_sale else FEES)
