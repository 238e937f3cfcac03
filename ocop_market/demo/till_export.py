"""The files that a till's clerk would export: invoice lines and return lines in KiotViet's form, from simulated buyers.

Written with false buyers in the columns where real ones stand, so that a reader can be shown to drop them.
Form: export "Danh sách chi tiết hóa đơn" and "Danh sách chi tiết trả hàng" of KiotViet, as importers of 2026 describe it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import xlsxwriter

from ocop_market.model.clock import VIETNAM
from ocop_market.model.money import share_out
from ocop_market.sandbox.buyers import History, SimLine, SimOrder, SimReturn, Step

INVOICE_COLUMNS = (
    "Chi nhánh", "Mã vận đơn", "Mã hóa đơn", "Mã đặt hàng", "Mã trả hàng", "Thời gian", "Thời gian tạo", "Ngày cập nhật",
    "Mã khách hàng", "Tên khách hàng", "Điện thoại", "Địa chỉ", "Bảng giá", "Người bán", "Người tạo", "Kênh bán", "Ghi chú",
    "Tổng tiền hàng", "Giảm giá", "VAT", "Thu khác", "Khách cần trả", "Khách đã trả", "Tiền mặt", "Thẻ", "Ví", "Chuyển khoản",
    "Điểm", "Voucher", "Còn cần thu (COD)", "Trạng thái", "Mã hàng", "Mã vạch", "Tên hàng", "Thương hiệu", "ĐVT", "Ghi chú",
    "Số lượng", "Đơn giá", "Giảm giá %", "Giảm giá", "Giá bán", "Thành tiền",
)
RETURN_COLUMNS = (
    "Chi nhánh", "Mã trả hàng", "Mã hóa đơn", "Thời gian", "Thời gian tạo", "Ngày cập nhật", "Mã khách hàng", "Tên khách hàng",
    "Điện thoại", "Người nhận trả", "Ghi chú", "Tổng tiền hàng trả", "Giảm giá phiếu trả", "Phí trả hàng", "VAT hoàn lại",
    "Thu khác hoàn lại", "Cần trả khách", "Đã trả khách", "Tiền mặt", "Thẻ", "Ví", "Chuyển khoản", "Trạng thái", "Mã hàng",
    "Mã vạch", "Tên hàng", "ĐVT", "Ghi chú", "Số lượng", "Giá nhập lại",
)
_INVOICE_NOTE, _LINE_NOTE = 16, 36
_INVOICE_DISCOUNT, _LINE_DISCOUNT = 18, 40
_WRITTEN_ON = datetime(2026, 1, 1)  # noqa: DTZ001  (a fixed date in the file's properties keeps the bytes the same)
_FRACTION = Decimal("0.0001")

Cell = str | int | Decimal | datetime


def invoice_number(order: SimOrder) -> str:
    """The invoice's number at the till."""
    return f"HD{order.number}"


def write_till_export(history: History, now: datetime, branch_names: Sequence[str]) -> bytes:
    """All invoices up to `now`, one row a line with the invoice's values repeated, as .xlsx; cancelled ones too."""
    rows = [row for order in history.orders(now) for row in _invoice_rows(order, now, branch_names)]
    return _workbook("Danh sách chi tiết hóa đơn", INVOICE_COLUMNS, rows)


def write_till_returns(history: History, now: datetime, branch_names: Sequence[str]) -> bytes:
    """All goods brought back up to `now`, one row a line, as .xlsx."""
    rows = [row for order in history.orders(now) for row in _return_rows(order, now, branch_names)]
    return _workbook("Danh sách chi tiết trả hàng", RETURN_COLUMNS, rows)


def _invoice_rows(order: SimOrder, now: datetime, branches: Sequence[str]) -> Iterator[list[Cell]]:
    on_invoice = _invoice_discount(order)
    amounts = [line.list_amount if on_invoice else line.seller_amount for line in order.lines]
    due = sum(amounts) - on_invoice
    cancelled = order.state(now) is Step.CANCELLED
    common = _buyer_cells(order) | _payment_cells(due, in_cash=order.cod) | {
        "Chi nhánh": branches[order.branch % len(branches)], "Mã hóa đơn": invoice_number(order),
        "Thời gian": _local(order.placed_at), "Thời gian tạo": _local(order.placed_at),
        "Ngày cập nhật": _local(order.updated_at(now)), "Bảng giá": "Bảng giá chung", "Kênh bán": "Bán trực tiếp",
        "Tổng tiền hàng": sum(amounts), "VAT": 0, "Thu khác": 0, "Khách cần trả": due, "Khách đã trả": due,
        "Trạng thái": "Đã hủy" if cancelled else "Hoàn thành",
    }
    for line, amount in zip(order.lines, amounts, strict=True):
        off = Decimal(0) if on_invoice else Decimal(line.seller_discount) / line.quantity
        own: dict[str, Cell] = {
            "Mã hàng": line.good.sku, "Tên hàng": line.good.name, "ĐVT": "kg" if line.good.loose else "--",
            "Số lượng": line.quantity, "Đơn giá": line.unit_price, "Giảm giá %": 0, "Giá bán": line.unit_price - off,
            "Thành tiền": amount,
        }
        row: list[Cell] = [{**common, **own}.get(heading, "") for heading in INVOICE_COLUMNS]
        row[_INVOICE_NOTE], row[_LINE_NOTE] = "--", ""
        row[_INVOICE_DISCOUNT], row[_LINE_DISCOUNT] = on_invoice, off
        yield row


def _invoice_discount(order: SimOrder) -> int:
    """The whole discount, where giving it on the invoice comes to the same for each line; else 0."""
    total = sum(line.seller_discount for line in order.lines)
    if order.number % 2 or not total:
        return 0
    shared = share_out(total, [line.list_amount for line in order.lines])
    return total if shared == [line.seller_discount for line in order.lines] else 0


def _buyer_cells(order: SimOrder) -> dict[str, Cell]:
    if order.number % 3 == 0:
        return {"Mã khách hàng": "Khách lẻ"}
    return {"Mã khách hàng": f"KH{order.number % 997:06d}", "Tên khách hàng": order.buyer.name,
            "Điện thoại": order.buyer.phone, "Địa chỉ": order.buyer.street}


def _payment_cells(due: int, *, in_cash: bool) -> dict[str, Cell]:
    return {"Tiền mặt": due if in_cash else 0, "Chuyển khoản": 0 if in_cash else due, "Thẻ": 0, "Ví": 0, "Điểm": 0}


def _return_rows(order: SimOrder, now: datetime, branches: Sequence[str]) -> Iterator[list[Cell]]:
    slips: dict[datetime, list[SimReturn]] = {}
    for back in order.returns_by(now):
        slips.setdefault(back.at, []).append(back)
    for at, backs in slips.items():
        total = sum(back.refund for back in backs)
        common: Mapping[str, Cell] = _buyer_cells(order) | _payment_cells(total, in_cash=True) | {
            "Chi nhánh": branches[order.branch % len(branches)], "Mã trả hàng": f"TH{backs[0].number}",
            "Mã hóa đơn": invoice_number(order), "Thời gian": _local(at), "Thời gian tạo": _local(at),
            "Ngày cập nhật": _local(at), "Tổng tiền hàng trả": total, "Giảm giá phiếu trả": 0, "Phí trả hàng": 0,
            "VAT hoàn lại": 0, "Thu khác hoàn lại": 0, "Cần trả khách": total, "Đã trả khách": total, "Trạng thái": "Đã trả",
        }
        for back in backs:
            line: SimLine = order.lines[back.line]
            own: dict[str, Cell] = {
                "Mã hàng": line.good.sku, "Tên hàng": line.good.name, "ĐVT": "kg" if line.good.loose else "--",
                "Số lượng": back.quantity,
                "Giá nhập lại": (Decimal(back.refund) / back.quantity).quantize(_FRACTION, rounding=ROUND_HALF_UP),
            }
            yield [{**common, **own}.get(heading, "") for heading in RETURN_COLUMNS]


def _local(moment: datetime) -> datetime:
    return moment.astimezone(VIETNAM).replace(tzinfo=None)


def _workbook(title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    workbook.set_properties({"created": _WRITTEN_ON})
    sheet: Any = workbook.add_worksheet(title)
    sheet.write_row(0, 0, columns, workbook.add_format({"bold": True}))
    moment = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(number, column, cell, moment)
            elif isinstance(cell, str):
                if cell:
                    sheet.write_string(number, column, cell)
            else:
                sheet.write_number(number, column, cell)
    workbook.close()
    return content.getvalue()
