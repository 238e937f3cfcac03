"""A catalog's pictures on one channel, and the same picture on several products."""

from dataclasses import replace

import pytest

from ocop_market.model.product import Picture, Product
from ocop_market.pictures.album import Album
from ocop_market.pictures.check import Cure
from ocop_market.pictures.practice import practice_picture
from ocop_market.pictures.survey import Survey, same_pictures, survey

from .drawn import FETCHES, UPLOADS, drawn, put, saved


@pytest.fixture
def album(tmp_path):
    return Album(tmp_path / "pictures")


@pytest.fixture
def products(tmp_path):
    def product(number: int, *pictures: Picture) -> Product:
        return Product(f"T-{number}", f"Trà số {number}", "HTX Thử", pictures=pictures)

    def file(name: str, content: bytes) -> Picture:
        return Picture(path=str(put(tmp_path, name, content)))

    tea = saved(drawn(800, 600, 5))
    return [product(1, file("1.jpg", tea), file("1b.webp", saved(drawn(800, 600, 2), "WEBP"))), product(2, file("2.jpg", tea)),
            product(3, file("3.png", saved(drawn(800, 600, 5).resize((400, 300)), "PNG"))), product(4, Picture(path="gone.jpg")),
            product(5), product(6, file("6.jpg", saved(drawn(100, 100, 3)))), product(7, Picture(url="https://anh.example/7.jpg"))]


def by_sku(found: Survey) -> dict[tuple[str, int], tuple[list[str], Cure]]:
    return {(one.sku, one.position): ([f.problem.code for f in one.findings], one.outcome) for one in found.pictures}


def test_every_picture_and_every_product_without_one_is_accounted_for(products, album):
    found = survey(products, UPLOADS, album)
    assert by_sku(found) == {
        ("T-1", 1): ([], Cure.NONE), ("T-1", 2): (["picture-format"], Cure.COPY), ("T-2", 1): ([], Cure.NONE), ("T-3", 1): ([], Cure.NONE),
        ("T-4", 1): (["picture-not-found"], Cure.PERSON), ("T-5", 0): (["no-picture"], Cure.PERSON),
        ("T-6", 1): (["picture-too-small"], Cure.PERSON), ("T-7", 1): (["picture-only-link"], Cure.PERSON)}
    assert found.outcomes() == {"fit": 3, "copy": 1, "person": 3, "missing": 1, "copies": 0}
    assert not album.folder_for(UPLOADS).exists()


def test_copies_are_made_when_asked_for_and_known_afterwards(products, album):
    told = []
    made = survey(products, UPLOADS, album, fix=True, watch=lambda done, of: told.append((done, of)))
    assert made.outcomes() == {"fit": 4, "copy": 0, "person": 3, "missing": 1, "copies": 1}
    assert told == [(number, 7) for number in range(1, 8)]
    assert survey(products, UPLOADS, album) == made


def test_a_stopped_run_goes_on_with_what_is_left(products, album, tmp_path, monkeypatch):
    products.append(replace(products[0], sku="T-8", pictures=(Picture(path=str(put(tmp_path, "8.gif", saved(drawn(seed=8), "GIF")))),)))

    def stop(done: int, of: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        survey(products, UPLOADS, album, fix=True, watch=stop)
    rendered = []
    render = Album.copy_for.__globals__["render_copy"]
    monkeypatch.setitem(Album.copy_for.__globals__, "render_copy", lambda *given: (rendered.append(given[2]), render(*given))[1])
    assert survey(products, UPLOADS, Album(tmp_path / "pictures"), fix=True).outcomes()["copies"] == 2
    assert rendered == ["8.gif"]


def test_on_a_channel_that_fetches_a_file_alone_is_not_enough_but_its_copy_is_made(products, album):
    found = by_sku(survey(products, FETCHES, album, fix=True))
    assert found["T-1", 2] == (["picture-only-file", "picture-format"], Cure.PERSON)
    assert found["T-7", 1] == ([], Cure.NONE)
    assert len(list(album.folder_for(FETCHES).iterdir())) == 1


def test_more_pictures_than_the_channel_takes_are_told_but_not_counted_as_faults(products, album):
    full = replace(products[1], pictures=products[1].pictures * 4)
    last = survey([full], UPLOADS, album).pictures[-1]
    assert ([f.problem.sentence("en") for f in last.findings], last.outcome) == (
        ["Shop takes 3 pictures; 2.jpg is number 4 and stays back."], Cure.NONE)


def test_the_same_picture_on_several_products_is_found_by_content_and_by_look(products, album):
    exact, near = same_pictures(products, album)
    assert (exact.exact, exact.products) == (True, (("T-1", "1.jpg"), ("T-2", "2.jpg")))
    assert (near.exact, near.products) == (False, (("T-1", "1.jpg"), ("T-2", "2.jpg"), ("T-3", "3.png")))


def test_one_product_with_a_picture_in_two_sizes_is_no_repetition(products, album):
    assert same_pictures([replace(products[0], pictures=products[1].pictures + products[2].pictures)], album) == []


def test_practice_pictures_all_look_alike_and_are_not_reported(album, tmp_path):
    stripes = practice_picture("same", tmp_path)
    drawn_ones = [Product(f"P-{n}", "Trà", practice=frozenset({"pictures"}), pictures=(stripes,)) for n in (1, 2)]
    assert same_pictures(drawn_ones, album) == []
    assert len(same_pictures([replace(product, practice=frozenset()) for product in drawn_ones], album)) == 1
