"""The tables of the official reports with their columns: what templates can name, and in which order it is printed.

No official table template is public; the usual sheets of provincial workbooks are followed (product list, counts by star and
locality, by kind of subject, what changed in the period).
"""

from __future__ import annotations

from collections.abc import Sequence

from ocop_market.reports.official.figures import Bars, Cell, Column, RowOf, Table, Value

_STARS = (Column(key="ba_sao", heading="3 sao", cell=Cell.COUNT), Column(key="bon_sao", heading="4 sao", cell=Cell.COUNT),
          Column(key="nam_sao", heading="5 sao", cell=Cell.COUNT))
_TOTAL = Column(key="tong", heading="Tổng số", cell=Cell.COUNT)
_REVENUE = (Column(key="ky_nay", heading="Kỳ này", cell=Cell.DONG, width=4),
            Column(key="cung_ky", heading="Cùng kỳ năm trước", cell=Cell.DONG, width=4),
            Column(key="chenh_lech", heading="Chênh lệch", cell=Cell.DONG, width=4),
            Column(key="tang_truong", heading="Tăng/giảm", cell=Cell.GROWTH, width=3))
_PRODUCT = (Column(key="ma", heading="Mã", width=4), Column(key="ten", heading="Tên sản phẩm", width=5),
            Column(key="chu_the", heading="Chủ thể", width=5), Column(key="dia_phuong", heading="Địa phương", width=3),
            Column(key="sao", heading="Sao", cell=Cell.COUNT))


def _named(heading: str, key: str = "ten") -> Column:
    return Column(key=key, heading=heading, width=6)


COLUMNS: dict[str, tuple[Column, ...]] = {
    "tong_hop": (_named("Chỉ tiêu", "chi_tieu"), Column(key="don_vi", heading="Đơn vị tính"),
                 Column(key="gia_tri", heading="Giá trị", cell=Cell.BY_UNIT, width=3)),
    "con_hieu_luc": (_named("Địa phương", "dia_phuong"), *_STARS, Column(key="khong_ro_han", heading="Chưa rõ thời hạn", cell=Cell.COUNT),
                     _TOTAL),
    "luy_ke": (_named("Địa phương", "dia_phuong"), *_STARS, _TOTAL),
    "bien_dong": (_named("Biến động trong kỳ", "loai"), *_STARS, _TOTAL),
    "san_pham_bien_dong": (*_PRODUCT, Column(key="loai", heading="Biến động", width=3),
                           Column(key="quyet_dinh", heading="Quyết định", width=4),
                           Column(key="ngay", heading="Ngày", cell=Cell.DAY, width=3)),
    "den_han": (*_PRODUCT, Column(key="quyet_dinh", heading="Quyết định", width=4),
                Column(key="het_han", heading="Hết hạn", cell=Cell.DAY, width=3),
                Column(key="con_lai", heading="Số ngày còn lại", cell=Cell.COUNT),
                Column(key="ho_so", heading="Hồ sơ đánh giá lại", width=4)),
    "chu_the": (_named("Loại hình chủ thể", "loai"), Column(key="con_hieu_luc", heading="Có sản phẩm còn hiệu lực", cell=Cell.COUNT),
                Column(key="ty_le", heading="Tỷ lệ", cell=Cell.SHARE), Column(key="luy_ke", heading="Lũy kế", cell=Cell.COUNT)),
    "diem_ban_dia_phuong": (_named("Địa phương", "dia_phuong"), Column(key="dang_hoat_dong", heading="Đang hoạt động", cell=Cell.COUNT),
                            Column(key="mo_trong_ky", heading="Mở trong kỳ", cell=Cell.COUNT),
                            Column(key="dong_trong_ky", heading="Đóng trong kỳ", cell=Cell.COUNT),
                            Column(key="chua_ro", heading="Chưa rõ ngày mở", cell=Cell.COUNT)),
    "diem_ban": (_named("Điểm bán"), _named("Tài khoản", "tai_khoan"), Column(key="san_pham", heading="Sản phẩm bán được", cell=Cell.COUNT),
                 *_REVENUE),
    "kenh": (_named("Kênh bán"), Column(key="loai", heading="Loại kênh", width=3),
             Column(key="dang_ban", heading="Sản phẩm đang đăng", cell=Cell.COUNT),
             Column(key="san_pham", heading="Sản phẩm bán được", cell=Cell.COUNT), *_REVENUE,
             Column(key="ty_trong", heading="Tỷ trọng", cell=Cell.SHARE)),
    "doanh_thu_sao": (_named("Hạng sao ngày bán"), *_REVENUE),
    "doanh_thu_nhom": (_named("Nhóm sản phẩm", "nhom"), *_REVENUE),
    "doanh_thu_dia_phuong": (_named("Địa phương", "dia_phuong"), *_REVENUE),
    "thanh_phan": (_named("Thành phần"), Column(key="san_pham", heading="Sản phẩm", cell=Cell.COUNT), *_REVENUE),
    "theo_thang": (_named("Tháng", "thang"), *_REVENUE),
    "muc_tieu": (_named("Mục tiêu", "ten"), Column(key="dia_ban", heading="Địa bàn", width=3),
                 Column(key="van_ban", heading="Văn bản", width=4), Column(key="den_ngay", heading="Đến ngày", cell=Cell.DAY, width=3),
                 Column(key="don_vi", heading="Đơn vị tính"), Column(key="can_dat", heading="Cần đạt", cell=Cell.BY_UNIT),
                 Column(key="ket_qua", heading="Kết quả", cell=Cell.BY_UNIT), Column(key="danh_gia", heading="Đánh giá", width=3)),
    "danh_muc": (Column(key="tt", heading="TT", cell=Cell.COUNT, width=1), *_PRODUCT, Column(key="nhom", heading="Nhóm", width=3),
                 Column(key="loai_chu_the", heading="Loại chủ thể", width=2), Column(key="quyet_dinh", heading="Quyết định", width=4),
                 Column(key="ngay_cap", heading="Ngày cấp", cell=Cell.DAY), Column(key="het_han", heading="Hết hạn", cell=Cell.DAY),
                 Column(key="tinh_trang", heading="Tình trạng", width=3)),
    "danh_sach_diem_ban": (Column(key="tt", heading="TT", cell=Cell.COUNT, width=1), Column(key="ma", heading="Mã"),
                           Column(key="ten", heading="Tên điểm bán", width=5), Column(key="loai", heading="Loại hình", width=3),
                           Column(key="cap", heading="Cấp"), Column(key="dia_phuong", heading="Địa phương", width=3),
                           Column(key="xa", heading="Xã, phường", width=3), Column(key="dia_chi", heading="Địa chỉ", width=5),
                           Column(key="van_ban", heading="Văn bản", width=3), Column(key="ngay_mo", heading="Ngày mở", cell=Cell.DAY),
                           Column(key="ngay_dong", heading="Ngày đóng", cell=Cell.DAY),
                           Column(key="tinh_trang", heading="Tình trạng", width=3)),
}
"""By key of the table; both keys are places in templates (`bang.con_hieu_luc.dong`, `dong.ba_sao`)."""
_CHARTS = {
    "con_hieu_luc": Bars(title="Sản phẩm còn hiệu lực theo địa phương và hạng sao", names=0, values=(1, 2, 3)),
    "chu_the": Bars(title="Chủ thể có sản phẩm còn hiệu lực", names=0, values=(1,)),
    "diem_ban_dia_phuong": Bars(title="Điểm giới thiệu và bán sản phẩm OCOP đang hoạt động", names=0, values=(1,)),
    "kenh": Bars(title="Doanh thu theo kênh bán", names=0, values=(4, 5)),
    "doanh_thu_sao": Bars(title="Doanh thu theo hạng sao trong ngày bán", names=0, values=(1, 2)),
    "doanh_thu_nhom": Bars(title="Doanh thu theo nhóm sản phẩm", names=0, values=(1, 2)),
    "doanh_thu_dia_phuong": Bars(title="Doanh thu theo địa phương", names=0, values=(1, 2)),
    "thanh_phan": Bars(title="Tăng trưởng theo thành phần", names=0, values=(2, 3)),
    "theo_thang": Bars(title="Doanh thu theo tháng", names=0, values=(1, 2)),
}
_IDENTITY = {"danh_muc": (1,), "danh_sach_diem_ban": (1, 2), "san_pham_bien_dong": (0, 5, 7), "diem_ban": (0, 1), "muc_tieu": (0, 1, 2)}
"""Of tables whose rows are not told apart by the first column."""


def filled(key: str, title: str, rows: Sequence[Sequence[Value]], *, notes: Sequence[str] = (), has_total: bool = False,
           of_rows: Sequence[RowOf | None] = ()) -> Table:
    """A table of the reports with the columns and the chart that belong to its key."""
    return Table(key=key, title=title, columns=COLUMNS[key], rows=tuple(tuple(row) for row in rows), notes=tuple(notes),
                 identity=_IDENTITY.get(key, (0,)), has_total=has_total, chart=_CHARTS.get(key), of_rows=tuple(of_rows))
