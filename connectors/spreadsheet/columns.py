"""Headings of sales files, folded, by form; and those that show that a file holds no sales.

Buyer columns (name, telephone, address, e-mail) are not listed on purpose: what is not listed is never read.
"""

from __future__ import annotations

from ocop_market.sheets.headings import Vocabulary

# KiotViet, export "Danh sách chi tiết hóa đơn", 2026-08: `Giảm giá` and `Trạng thái` stand twice; the one left of
# `Mã hàng` belongs to the invoice, the one right of it to the line
KIOTVIET_INVOICES = Vocabulary(
    required=frozenset({"document", "time", "sku", "quantity", "amount", "goods_total", "due"}),
    pivot="sku",
    left=frozenset({"invoice_discount", "status"}),
    right=frozenset({"unit_discount", "line_status"}),
    aliases={
        "place": ("chi nhanh",), "document": ("ma hoa don",), "time": ("thoi gian",), "updated": ("ngay cap nhat",),
        "channel": ("kenh ban",), "source_code": ("ma dat hang",),
        "goods_total": ("tong tien hang",), "invoice_discount": ("giam gia hoa don", "giam gia"),
        "vat": ("vat",), "other": ("thu khac",), "due": ("khach can tra",), "paid": ("khach da tra",), "cash": ("tien mat",),
        "card": ("the",), "wallet": ("vi",), "transfer": ("chuyen khoan",), "status": ("trang thai",), "sku": ("ma hang",),
        "name": ("ten hang",), "quantity": ("so luong",), "unit_price": ("don gia",), "unit_discount": ("giam gia",),
        "price": ("gia ban",), "amount": ("thanh tien",), "line_status": ("trang thai",),
    },
)

# KiotViet, export "Danh sách chi tiết trả hàng", 2026-08
KIOTVIET_RETURNS = Vocabulary(
    required=frozenset({"document", "time", "sku", "quantity", "price"}),
    pivot="sku",
    left=frozenset({"status", "discount"}),
    right=frozenset({"line_status"}),
    aliases={
        "place": ("chi nhanh",), "document": ("ma tra hang", "ma phieu tra"), "invoice": ("ma hoa don",), "time": ("thoi gian",),
        "updated": ("ngay cap nhat",), "goods_total": ("tong tien hang tra",), "discount": ("giam gia phieu tra", "giam gia"),
        "fee": ("phi tra hang",), "vat": ("vat hoan lai",), "other": ("thu khac hoan lai",), "due": ("can tra khach",),
        "status": ("trang thai",), "sku": ("ma hang",), "name": ("ten hang",), "quantity": ("so luong",),
        "price": ("gia nhap lai",), "line_status": ("trang thai",),
    },
)

# KiotViet, report "Báo cáo bán hàng theo lợi nhuận" in full, 2026-08: a row repeats the sums of its period and of its document
KIOTVIET_PROFIT = Vocabulary(
    required=frozenset({"document", "time", "sku", "quantity", "price", "goods_total", "invoice_discount", "due"}),
    aliases={
        "place": ("chi nhanh",), "document": ("ma giao dich",), "time": ("thoi gian theo giao dich",),
        "goods_total": ("tong tien hang theo giao dich",), "invoice_discount": ("giam gia theo giao dich",),
        "due": ("doanh thu theo giao dich",), "sku": ("ma hang",), "name": ("ten hang",), "quantity": ("sl", "so luong"),
        "price": ("gia ban sp",),
    },
)

# Loyverse, export "Receipts by item", 2026-07
LOYVERSE_ITEMS = Vocabulary(
    required=frozenset({"document", "time", "type", "quantity", "gross", "net"}),
    aliases={
        "place": ("store",), "document": ("receipt number",), "time": ("date",), "type": ("receipt type",), "sku": ("sku",),
        "name": ("item", "item name"), "quantity": ("quantity",), "gross": ("gross sales",), "discount": ("discounts",),
        "net": ("net sales",), "status": ("status",),
    },
)

# Sapo, help page "Nhập đơn hàng từ file", 2026-03, and its exports: the first row of an order has what all rows share
SAPO_ORDERS = Vocabulary(
    required=frozenset({"document", "time", "sku", "quantity", "unit_price"}),
    aliases={
        "place": ("chi nhanh", "chi nhanh ban"), "document": ("ma don hang", "ma don"),
        "time": ("ngay ban", "ngay tao", "ngay chung tu", "ngay tao don", "ngay dat hang"), "updated": ("ngay cap nhat",),
        "channel": ("nguon ban hang", "nguon don hang"), "source_code": ("ma tham chieu",), "status": ("trang thai", "trang thai don hang"),
        "order_discount": ("chiet khau don hang", "giam gia don hang", "chiet khau tong don"),
        "due": ("khach phai tra",), "delivery": ("phi giao hang", "phi van chuyen", "phi giao hang thu cua khach"),
        "sku": ("ma sku", "sku", "ma san pham"), "name": ("ten san pham",), "quantity": ("so luong", "so luong san pham"),
        "unit_price": ("don gia", "gia ban"), "discount": ("chiet khau san pham", "chiet khau", "giam gia san pham"),
        "amount": ("thanh tien",),
    },
)

PLAIN_SALES = Vocabulary(
    required=frozenset({"time", "quantity"}),
    least=4,
    aliases={
        "place": ("chi nhanh", "cua hang", "diem ban", "kho", "store"),
        "document": ("ma hoa don", "so hoa don", "ma hd", "so hd", "ma don hang", "ma dh", "ma don", "so phieu", "ma phieu", "so chung tu",
                     "receipt number"),
        "time": ("thoi gian ban", "thoi gian", "ngay ban", "ngay hoa don", "ngay ban hang", "ngay lap", "ngay tao",
                 "ngay chung tu", "ngay dat", "ngay dat hang", "ngay gio ban", "ngay gio", "ngay", "date"),
        "updated": ("ngay cap nhat",),
        "channel": ("kenh ban", "kenh ban hang", "kenh", "nguon don", "nguon don hang", "nguon ban hang", "san", "san tmdt"),
        "source_code": ("ma don san", "ma don hang san", "ma don tren san", "ma tham chieu"),
        "sku": ("ma sku", "ma hang", "ma sp", "ma san pham", "ma hang hoa", "sku"),
        "name": ("ten hang", "ten san pham", "ten hang hoa", "ten sp", "mat hang", "san pham", "item", "dien giai"),
        "quantity": ("so luong", "sl", "so luong ban", "quantity"),
        "unit_price": ("don gia", "gia ban", "gia", "price"),
        "discount": ("giam gia", "chiet khau", "ck", "khuyen mai", "discount"),
        "amount": ("thanh tien", "doanh thu", "tong tien", "tien hang", "net sales", "amount"),
        "status": ("trang thai", "trang thai don hang", "tinh trang", "tinh trang don hang", "status"),
    },
)

PURCHASES = frozenset({"ma nhap hang", "ma tra hang nhap", "ma chuyen hang", "ma dat hang nhap", "ma kiem kho", "gia nhap",
                       "nha cung cap", "ma nha cung cap", "ma dat hang"})
"""Headings of purchases, transfers, stock counts and orders that are not sold yet; `Mã hóa đơn` beside them clears a file."""
NO_GOODS = frozenset({"ngay thang ghi so", "chung tu", "dien giai", "so tien", "thu", "chi", "khach can tra", "payment type",
                      "total collected", "so du", "phat sinh co", "tong tien hang", "khach da tra", "gross sales"})
"""Headings of books, invoice lists and statements that tell money, not goods."""
