import struct
import zlib
from pathlib import Path

from ocop_market.catalog.practice import with_practice_values
from ocop_market.demo.shops import SHOPS, goods_of
from ocop_market.model.product import Group, Picture, Product, Variant
from ocop_market.pictures.practice import SIDE, draw_stripes

HONEY = Product(sku="A1", name="Mật ong hoa nhãn", producer="HTX A", group=Group.FOOD)
ALL = {"price", "stock", "weight_g", "shelf_life_days", "description", "pictures"}


def filled(product: Product, folder: Path | None) -> Product:
    return with_practice_values([product], picture_url=lambda name: f"https://anh.example/{name}", folder=folder)[0]


def chunks(png: bytes) -> dict[bytes, bytes]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    found, place = {}, 8
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place:place + 8])
        body = png[place + 8:place + 8 + length]
        assert struct.unpack(">I", png[place + 8 + length:place + 12 + length])[0] == zlib.crc32(kind + body)
        found[kind] = body
        place += 12 + length
    return found


def test_all_that_is_missing_is_made_up_and_named(tmp_path: Path) -> None:
    product = filled(HONEY, tmp_path)
    assert product.practice == ALL
    assert product.price is not None
    assert product.stock is not None
    assert product.price % 1000 == 0
    assert 110_000 <= product.price <= 260_000
    assert product.stock > 0
    assert product.weight_g in (500, 700, 1000)
    assert "thực hành" in product.description


def test_what_is_known_stays_and_is_not_named(tmp_path: Path) -> None:
    known = Product(sku="A1", name="Mật", price=99_500, stock=0, weight_g=1, shelf_life_days=9, description="d",
        pictures=(Picture("u"),))
    assert filled(known, tmp_path) == known


def test_values_follow_from_the_sku(tmp_path: Path) -> None:
    assert filled(HONEY, tmp_path) == filled(HONEY, tmp_path)
    other = filled(Product(sku="A2", name=HONEY.name, producer="HTX A", group=Group.FOOD), tmp_path)
    assert other.pictures[0].digest != filled(HONEY, tmp_path).pictures[0].digest


def test_picture_is_a_large_striped_png_with_file_link_and_digest(tmp_path: Path) -> None:
    picture = filled(HONEY, tmp_path / "new").pictures[0]
    content = Path(picture.path).read_bytes()
    parts = chunks(content)
    assert struct.unpack(">II", parts[b"IHDR"][:8]) == (SIDE, SIDE) >= (600, 600)
    rows = zlib.decompress(parts[b"IDAT"])
    assert len(rows) == SIDE * (SIDE + 1)
    assert set(rows) == {0, 1}
    assert picture.url == f"https://anh.example/{Path(picture.path).name}"


def test_pictures_have_names_that_every_system_takes(tmp_path: Path) -> None:
    odd = filled(Product(sku='a/b:c*"<CON', name="Mật"), tmp_path)
    assert Path(odd.pictures[0].path).parent == tmp_path


def test_without_a_folder_no_picture_is_made() -> None:
    assert filled(HONEY, None).pictures == ()


def test_tour_has_neither_weight_nor_stock(tmp_path: Path) -> None:
    tour = filled(Product(sku="T", name="Du lịch cộng đồng", group=Group.TOURISM), tmp_path)
    assert (tour.weight_g, tour.stock, tour.shelf_life_days) == (None, None, None)


def test_every_sku_has_its_own_colours() -> None:
    assert len({draw_stripes(f"SKU-{number}") for number in range(300)}) == 300


MANY = [Product(sku=f"A{i}", name="Mật ong hoa nhãn", producer="HTX A", group=Group.FOOD) for i in range(60)]


def test_packings_are_made_up_only_where_asked_and_marked_as_such() -> None:
    plain = with_practice_values(MANY, picture_url=None, folder=None)
    made = with_practice_values(MANY, picture_url=None, folder=None, packings=True)
    assert not any(product.variants for product in plain)
    in_several = [product for product in made if product.variants]
    assert 3 < len(in_several) < 30
    assert [product for product in made if not product.variants] == [
        old for old, new in zip(plain, made, strict=True) if not new.variants]
    for product in in_several:
        assert {"variants", "price", "stock", "weight_g"} <= product.practice
        assert all(variant.price and variant.stock and variant.weight_g for variant in product.variants)
        assert len(set(product.sold_skus)) == len(product.variants) > 1
    assert any(variant.values == ("Hộp quà",) for product in in_several for variant in product.variants)


def test_real_prices_are_never_put_into_made_up_packings() -> None:
    priced = [Product(sku=p.sku, name=p.name, group=Group.FOOD, price=1000, weight_g=500) for p in MANY]
    assert not any(product.variants for product in with_practice_values(priced, picture_url=None, folder=None, packings=True))


def test_what_a_list_leaves_out_of_its_packings_is_made_up_and_marked() -> None:
    listed = Product("B", "Mật ong", group=Group.FOOD, options=("Khối lượng",), variants=(
        Variant("B-5", ("500 g",), 120_000, None, 500), Variant("B-1", ("1 kg",), 230_000, 4, 1000)))
    product = filled(listed, None)
    assert (product.price, product.variants[1], product.variants[0].price) == (None, listed.variants[1], 120_000)
    assert product.variants[0].stock
    assert product.practice & {"price", "stock", "weight_g", "variants"} == {"stock"}


def test_simulated_buyers_buy_packings_under_their_own_skus() -> None:
    made = with_practice_values(MANY, picture_url=None, folder=None, packings=True)
    goods = {good.sku: good for good in goods_of(made, SHOPS["shopee"])}
    several = next(product for product in made if product.variants)
    assert several.sku not in goods
    for variant in several.variants:
        good = goods[variant.sku]
        assert (good.price, good.product_sku, good.packing) == (variant.price, several.sku, variant.values)
    assert set(goods) <= {sku for product in made for sku in product.sold_skus}
