"""The practice shop itself: who it is, its branches, product groups and sale channels. All invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.kiotviet.sandbox_dialect import local_text, without_gaps

RETAILER, RETAILER_ID = "htxluyentap", 500123
WEBHOOK_SECRET = "cHJhY3RpY2Ugd2ViaG9vayBzZWNyZXQ="
"""The base64 text as it was sent, which is the key itself."""
CLIENT_ID, CLIENT_SECRET = "5f0c1c0e-7a61-4d0e-9c7e-0c0b0a7e5a11", "0123456789ABCDEF0123456789ABCDEF01234567"
OPENED = datetime(2022, 1, 3, 1, 30, tzinfo=UTC)
"""When the shop, its branches, groups and channels were set up; none was edited since."""

FIRST_BRANCH = 301
STAFF_ID, STAFF = 4101, "Quầy bán hàng"

CATEGORIES = (
    (201, None, "Thực phẩm"), (202, None, "Đồ uống"), (203, None, "Dược liệu"), (204, None, "Thủ công mỹ nghệ"),
    (205, None, "Sinh vật cảnh"), (206, None, "Du lịch cộng đồng"), (211, 201, "Mật ong và hạt"), (212, 202, "Trà và cà phê"),
)
"""Product groups as (id, parent, name)."""

CHANNELS = (
    (1, "Bán trực tiếp", True), (2, "Facebook", True), (3, "Zalo", True), (4, "Shopee", True), (5, "Khác", True),
    (6, "Bản tin giấy", False),
)
"""Sale channels as (id, name, active). Shopee is there, as in a shop that set it up, but no sale comes from it."""

SWITCHES = {"ManagerCustomerByBranch": False, "AllowOrderWhenOutStock": True, "AllowSellWhenOrderOutStock": True,
            "AllowSellWhenOutStock": False}
"""Answer of /settings, shop settings chapter 2026-03."""


@dataclass(frozen=True)
class Branch:
    """A branch of the shop."""

    id: int
    name: str

    def row(self) -> dict[str, Any]:
        """The branch as /branches shows it."""
        number = self.id - FIRST_BRANCH + 1
        return {"id": self.id, "branchName": self.name, "branchCode": f"CN{number:03d}",
                "address": f"Số {number} đường Luyện Tập", "locationName": "Hà Nội - Quận Ba Đình", "wardName": "Phường Ngọc Hà",
                "contactNumber": f"02400000{number:02d}",
                "email": f"diem{number}@htx-luyen-tap.example", "retailerId": RETAILER_ID, "createdDate": local_text(OPENED)}


def branches(count: int) -> tuple[Branch, ...]:
    """So many branches, the first of which is the centre."""
    return tuple(Branch(FIRST_BRANCH + i, "Chi nhánh trung tâm" if i == 0 else f"Điểm bán số {i + 1}") for i in range(count))


def category_name(category: int) -> str | None:
    """The name of a product group; None when there is no such group."""
    return next((name for number, _, name in CATEGORIES if number == category), None)


def category_row(category: tuple[int, int | None, str]) -> dict[str, Any]:
    """A product group as /categories shows it, without its children."""
    number, parent, name = category
    return without_gaps(categoryId=number, parentId=parent, categoryName=name, retailerId=RETAILER_ID,
                        hasChild=any(above == number for _, above, _ in CATEGORIES), createdDate=local_text(OPENED))


def category_tree(categories: Sequence[tuple[int, int | None, str]] = CATEGORIES) -> list[dict[str, Any]]:
    """The groups with their children inside."""
    return [{**category_row(top), "children": [{**category_row(below), "children": []}
                                               for below in categories if below[1] == top[0]]}
            for top in categories if top[1] is None]


def channel_row(channel: tuple[int, str, bool]) -> dict[str, Any]:
    """A sale channel as /salechannel shows it."""
    number, name, active = channel
    return {"id": number, "name": name, "isActive": active, "img": "", "isNotDelete": number == 1}


def channel_detail(number: int) -> dict[str, Any]:
    """A sale channel as an invoice carries it: in PascalCase, invoices chapter 2026-03."""
    name = next(title for channel, title, _ in CHANNELS if channel == number)
    return {"IsNotDelete": number == 1, "RetailerId": RETAILER_ID, "Position": number, "IsActivate": True, "CreatedBy": STAFF_ID,
            "CreatedDate": local_text(OPENED), "Id": number, "Name": name}
