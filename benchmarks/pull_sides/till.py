"""A till of any size for benchmarks: KiotViet's lists in their documented shape, each invoice made from its number when asked for.

Nothing is drawn or kept, so a shop of a million invoices costs no more to answer for than one of a thousand, and both sides of
a benchmark read the same bytes. Buyers are false ones that `ocop_market.testing.canary` knows.
"""

import json
from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

GOODS = 200
LINES = 2
PAGE = 100
FIRST_ID = 1_000_000
SPREAD = timedelta(days=365)
CHANGED_EVERY = 100
"""How many invoices are changed by `POST /changed`: one in so many, the last ones (`recent`) or from all over the year (`spread`)."""
TIMES = "%Y-%m-%dT%H:%M:%S.0000000"
FIRST_MOMENT = datetime(2025, 11, 1)  # noqa: DTZ001  (KiotViet writes Viet Nam time without its zone)


class Till:
    """The WSGI app of a shop with `invoices` invoices of two lines over a year and no return slip."""

    def __init__(self, invoices: int, goods: int = GOODS) -> None:
        self._invoices, self._goods = invoices, goods
        self._changes: tuple[str, ...] = ()
        self._page = lru_cache(maxsize=2_000)(self._make_page)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        query = {name: values[0] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        match environ["REQUEST_METHOD"], environ["PATH_INFO"]:
            case "POST", "/connect/token":
                body = json.dumps({"access_token": "token", "expires_in": 10**6, "token_type": "Bearer"}).encode()
            case "POST", "/changed":
                word = environ["wsgi.input"].read().decode()
                self._changes = (*self._changes, word) if word else ()
                body = b"{}"
            case "GET", "/invoices":
                body = self._page(query.get("lastModifiedFrom", ""), int(query.get("currentItem", 0)), self._changes)
            case "GET", "/returns":
                body = b'{"total":0,"pageSize":100,"data":[]}'
            case _:
                start_response("404 Not Found", [("Content-Length", "0")])
                return [b""]
        start_response("200 OK", [("Content-Type", "application/json; charset=utf-8"), ("Content-Length", str(len(body)))])
        return [body]

    def _make_page(self, since: str, offset: int, changes: tuple[str, ...]) -> bytes:
        earliest = datetime.strptime(since[:19], "%Y-%m-%dT%H:%M:%S") if since else FIRST_MOMENT  # noqa: DTZ007
        first = bisect_left(range(self._invoices), earliest, key=self._placed)
        numbers: Sequence[int] = range(first, self._invoices)
        changed = {n: SPREAD + timedelta(hours=turn) for turn, word in enumerate(changes, 1) for n in self._changed(word)}
        if changed:
            late = {n for n, after in changed.items() if FIRST_MOMENT + after >= earliest}
            numbers = sorted({*numbers, *late})
        rows = [self._invoice(n, changed.get(n)) for n in numbers[offset:offset + PAGE]]
        return json.dumps({"total": len(numbers), "pageSize": PAGE, "data": rows, "timestamp": "2026-11-01T00:00:00.0000000"},
                          ensure_ascii=False, separators=(",", ":")).encode()

    def _changed(self, word: str) -> range:
        if word == "spread":
            return range(0, self._invoices, CHANGED_EVERY)
        return range(self._invoices - self._invoices // CHANGED_EVERY, self._invoices)

    def _placed(self, n: int) -> datetime:
        return FIRST_MOMENT + SPREAD * n / self._invoices

    def _invoice(self, n: int, changed: timedelta | None) -> dict[str, Any]:
        lines = [_line(n, i, self._goods, 0 if changed is None else changed.seconds // 3600) for i in range(LINES)]
        goods, placed = sum(line["subTotal"] for line in lines), self._placed(n).strftime(TIMES)
        return {
            "id": FIRST_ID + n, "code": f"HD{FIRST_ID + n}", "branchId": 501 + n % 3, "branchName": f"Chi nhánh {n % 3 + 1}",
            "purchaseDate": placed, "soldById": 9, "soldByName": "Nhân viên", "customerId": 7_000_000 + n,
            "customerCode": f"KH_nguoi-mua-gia_{n}", "customerName": f"Người Mua Giả CANARY {n}", "total": goods,
            "totalPayment": goods, "discount": 0, "totalTax": 0, "status": 1, "statusValue": "Hoàn thành", "usingCod": False,
            "createdDate": placed, "modifiedDate": (FIRST_MOMENT + changed).strftime(TIMES) if changed else placed,
            "payments": [{"id": 10 * n, "code": f"TTHD{n}", "amount": goods, "method": "Cash", "status": 0,
                          "statusValue": "Đã thanh toán", "transDate": placed}],
            "invoiceOrderSurcharges": [], "invoiceDetails": lines,
            "SaleChannel": {"Id": 2, "Name": "Bán trực tiếp"} if n % 2 else {"Id": 3, "Name": "Facebook"},
            "invoiceDelivery": {"receiver": f"Người Mua Giả CANARY {n}", "contactNumber": f"0999000{n % 1000:03d}",
                                "address": f"{n % 500} Đường CANARY Không Có Thật", "status": 3} if n % 5 == 0 else None,
        }


def _line(n: int, i: int, goods: int, more: int) -> dict[str, Any]:
    good = (n * 7 + i * 31) % goods
    price, quantity = 20_000 + 1_000 * (good % 90), 1 + (n + i) % 3 + more
    off = 1_000 if n % 4 == 0 else 0
    return {"productId": 40_000 + good, "productCode": f"SP{good:05d}", "productName": f"Đặc sản thử {good}", "quantity": float(quantity),
            "price": price, "discount": off, "discountRatio": 0, "allocationDiscount": 0, "subTotal": (price - off) * quantity,
            "note": f"Gói quà cho Người Mua Giả CANARY {n}" if n % 13 == 0 else None}
