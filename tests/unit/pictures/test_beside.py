"""Pictures named in a list lie beside it, wherever the program is started."""

import hashlib

from ocop_market.market import new_market, open_market
from ocop_market.model.product import Picture

LIST = "Tên sản phẩm;Chủ thể;Tỉnh;Hình ảnh\nTrà;HTX;Thái Nguyên;ảnh/tra.jpg\nMật;HTX;Hà Giang;khong-co.jpg\n"


def test_a_path_is_seen_from_the_list_first_and_its_content_is_known(tmp_path, monkeypatch):
    (tmp_path / "danh sách" / "ảnh").mkdir(parents=True)
    picture = tmp_path / "danh sách" / "ảnh" / "tra.jpg"
    picture.write_bytes(b"\xff\xd8 picture")
    file = tmp_path / "danh sách" / "list.csv"
    file.write_text(LIST, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    new_market("m")
    with open_market("m") as market:
        market.import_catalog(file)
        found = {product.name: product.pictures for product in market.products().values()}
        assert found["Trà"] == (Picture(path=str(picture), digest=hashlib.sha256(b"\xff\xd8 picture").hexdigest()),)
        assert found["Mật"][0].path == "khong-co.jpg"
        picture.write_bytes(b"\xff\xd8 another")
        assert market.import_catalog(file)[2] == 1  # the same path with another picture is a change
