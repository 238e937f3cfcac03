"""The page of a co-operative however full it is: one sheet of paper, nothing from outside."""

import io

from pypdf import PdfReader

from ocop_market.reports.coop.page import to_html, to_pdf
from ocop_market.reports.coop.printed import MOST_CHANNELS, MOST_PRICES, MOST_PRODUCTS
from ocop_market.reports.coop.this_week import MOST

LONG = "Bột dinh dưỡng ngũ cốc nảy mầm hữu cơ"
TASK = "24 bài đăng bán đang lỗ với giá hiện nay, nhiều nhất là Khô ếch Minh Nhựt – 400 g trên shopee: 248.000 ₫ thấp hơn 275.261 ₫."


def table(title, headings, rows, row, foot=()):
    return {"title": title, "headings": list(headings), "rows": [list(row)] * rows, "foot": list(foot), "notes": [TASK, TASK],
            "marked": [True] * rows}


FULL = {
    "title": f"Bán được gì, còn lại bao nhiêu: {LONG}", "span": "Từ 01/10/2026 đến 31/10/2026", "notes": [TASK, TASK],
    "boxes": [["Doanh thu", "1.035.987.400 ₫"]] * 4,
    "tasks": {"title": "Việc cần làm trong tuần", "rows": [[TASK, "ocop-market plan shopee"]] * MOST, "notes": ["… và 9 việc nữa"]},
    "channels": table("Kênh", "abcdef", MOST_CHANNELS + 1, [LONG, "1.012.024.900 ₫", "+81,9 %", "-1.516.662 ₫", "10.508.238 ₫", "87,4 %"],
                      "abcdef"),
    "products": table("Sản phẩm", "abcd", MOST_PRODUCTS, [LONG, "3.257.450 ₫", "+62,1 %", "kiotviet 67,2 %, quay-hang 32,8 %"]),
    "prices": table("Giá", "abcde", MOST_PRICES, [f"{LONG} · shopee", "248.000 ₫", "275.261 ₫", "-23.541 ₫ (lỗ)",
                                                  "(235.600 ₫ + 2.100 ₫) ÷ (96,8 % × 89,2 %)"]),
    "foot": [TASK, "Lập lúc 22/11/2026 19:01"]}


def test_a_full_page_is_one_sheet_of_paper():
    pages = PdfReader(io.BytesIO(to_pdf(FULL))).pages
    assert len(pages) == 1
    assert "Lập lúc" in pages[0].extract_text()


def test_every_text_stands_on_the_web_page_and_nothing_is_fetched():
    page = to_html(FULL)
    for text in (FULL["title"], TASK, "1.012.024.900 ₫", "(235.600 ₫ + 2.100 ₫) ÷ (96,8 % × 89,2 %)"):
        assert text in page
    assert "src=" not in page
    assert "url(" not in page
