"""What the file of evidence says, as plain data: tables, remarks, and all that the figures depend on. In Vietnamese, as dossiers are."""

from __future__ import annotations

import hashlib
from datetime import date

from pydantic import BaseModel, ConfigDict

from ocop_market.reports.official.figures import Bars, Cell, Column, Table, canonical

_MONEY = (Column(key="tmdt", heading="Thương mại điện tử", cell=Cell.DONG, width=4),
          Column(key="diem_ban", heading="Điểm bán", cell=Cell.DONG, width=4),
          Column(key="khac", heading="Chưa rõ kênh", cell=Cell.DONG, width=3), Column(key="tong", heading="Tổng", cell=Cell.DONG, width=4))
COLUMNS: dict[str, tuple[Column, ...]] = {
    "san_pham": (Column(key="ma", heading="Mã", width=3), Column(key="ten", heading="Tên sản phẩm", width=5),
                 Column(key="chu_the", heading="Chủ thể", width=5), Column(key="dia_phuong", heading="Địa phương", width=4),
                 Column(key="sao", heading="Sao hiện nay", cell=Cell.COUNT, width=2)),
    "chung_nhan": (Column(key="ten", heading="Sản phẩm", width=5), Column(key="sao", heading="Sao", cell=Cell.COUNT),
                   Column(key="loai", heading="Loại", width=3), Column(key="quyet_dinh", heading="Quyết định", width=4),
                   Column(key="co_quan", heading="Cơ quan", width=4), Column(key="ngay_cap", heading="Ngày cấp", cell=Cell.DAY, width=3),
                   Column(key="het_han", heading="Hết hạn", cell=Cell.DAY, width=3),
                   Column(key="tinh_trang", heading="Tình trạng", width=4)),
    "kenh": (Column(key="kenh", heading="Kênh bán", width=4), Column(key="loai", heading="Loại", width=3),
             Column(key="lien_ket", heading="Đường dẫn gian hàng", width=5),
             Column(key="dang_ban", heading="Bài đang bán", cell=Cell.COUNT),
             Column(key="tu_ngay", heading="Bán từ", cell=Cell.DAY, width=3),
             Column(key="doanh_thu", heading="12 tháng gần nhất", cell=Cell.DONG, width=4),
             Column(key="nam_truoc", heading="12 tháng trước đó", cell=Cell.DONG, width=4),
             Column(key="tang_truong", heading="Tăng/giảm", cell=Cell.GROWTH, width=3),
             Column(key="ty_trong", heading="Tỷ trọng", cell=Cell.SHARE)),
    "bai_dang": (Column(key="ten", heading="Sản phẩm", width=5), Column(key="kenh", heading="Kênh bán", width=4),
                 Column(key="ma_bai", heading="Mã bài đăng", width=3), Column(key="lien_ket", heading="Đường dẫn", width=7)),
    "theo_nam": (Column(key="ky", heading="Mười hai tháng đến", cell=Cell.DAY, width=3), *_MONEY,
                 Column(key="tang_truong", heading="Tăng/giảm", cell=Cell.GROWTH, width=3),
                 Column(key="ty_trong", heading="Tỷ trọng TMĐT", cell=Cell.SHARE)),
    "theo_thang": (Column(key="thang", heading="Tháng", width=2), *_MONEY,
                   Column(key="so_luong", heading="Số lượng", cell=Cell.COUNT)),
}
"""By key of the table; both keys are places in templates (`bang.kenh.dong`, `dong.lien_ket`)."""
TITLES = {"san_pham": "Sản phẩm", "chung_nhan": "Lịch sử giấy chứng nhận OCOP", "kenh": "Kênh bán hàng và kết quả",
          "bai_dang": "Bài đang bán và đường dẫn", "theo_nam": "Doanh thu theo từng mười hai tháng", "theo_thang": "Doanh thu theo tháng"}
CHARTS = {"theo_nam": Bars(title="Doanh thu theo từng mười hai tháng", names=0, values=(1, 2)),
          "theo_thang": Bars(title="Doanh thu theo tháng", names=0, values=(1, 2))}


class Evidence(BaseModel):
    """The whole file. `conditions` tell basis, sources, days and the hash of what it was made from; `doubts` what is missing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    subject: str
    as_of: date
    start: date
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    doubts: tuple[str, ...]
    conditions: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of all that it says, in hex."""
        return hashlib.sha256(canonical(self).encode()).hexdigest()
