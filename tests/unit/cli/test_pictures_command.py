"""`ocop-market pictures`: what is told, what is made, and how it ends."""

import pytest

from ocop_market.cli.frame import Exit
from ocop_market.market import open_market
from ocop_market.model.product import Picture, Product
from ocop_market.store.catalog import save_products
from tests.unit.pictures.drawn import drawn, put, saved


@pytest.fixture
def stocked(market, tmp_path):
    webp, jpeg = saved(drawn(700, 700), "WEBP"), saved(drawn(700, 700, 2))
    files = [put(tmp_path, "one.webp", webp), put(tmp_path, "two.jpg", jpeg), put(tmp_path, "again.jpg", jpeg)]
    products = [Product(f"T-{number}", f"Tea {number}", "HTX", pictures=(Picture(path=str(path)),)) for number, path in enumerate(files)]
    with open_market(market) as opened, opened.store.writing() as connection:
        save_products(connection, products, opened.clock(), origin="test")
    return market


def test_what_does_not_fit_is_told_with_counts_and_the_next_step(run, stocked):
    ran = run("pictures", "--market", stocked, "--channel", "shopee")
    assert ran.code == Exit.PARTLY
    words = " ".join(ran.out.replace("│", " ").split())
    assert "Shopee: 2 pictures can be sent, 1 need a copy, 0 need you, 0 products have none. Copies made so far: 0." in words
    assert "one.webp is of the kind WEBP" in words
    assert "ocop-market pictures --channel shopee --fix" in words
    assert "T-1: two.jpg T-2: again.jpg" in words
    assert not (stocked / "pictures" / "shopee").exists()


def test_what_only_a_person_can_do_comes_first(run, stocked, tmp_path):
    put(tmp_path, "two.jpg", b"<html>no picture</html>")
    words = run("pictures", "--market", stocked, "--channel", "shopee").out
    assert words.index("two.jpg is not a picture") < words.index("one.webp is of the kind")


def test_fix_makes_the_copies_and_then_all_is_well(run, stocked):
    assert run("pictures", "--market", stocked, "--channel", "shopee", "--fix").code == Exit.DONE
    assert [path.suffix for path in (stocked / "pictures" / "shopee").iterdir()] == [".jpg"]
    ran = run("pictures", "--market", stocked, "--channel", "shopee")
    assert ran.code == Exit.DONE and "copy made" in ran.out


def test_json_tells_every_picture(run, stocked):
    told = run("pictures", "--market", stocked, "--channel", "shopee", "--json", "--fix").json
    shopee = told["channels"]["shopee"]
    assert {key: shopee[key] for key in ("fit", "copy", "person", "missing", "copies")} == {
        "fit": 3, "copy": 0, "person": 0, "missing": 0, "copies": 1}
    assert shopee["problems"] == {"picture-format": 1}
    assert [(one["sku"], one["outcome"], [f["code"] for f in one["findings"]]) for one in shopee["pictures"]] == [
        ("T-0", "none", ["picture-format"]), ("T-1", "none", []), ("T-2", "none", [])]
    assert told["same"] == [{"exact": True, "products": [{"sku": "T-1", "picture": "two.jpg"}, {"sku": "T-2", "picture": "again.jpg"}]}]


def test_without_an_account_all_channels_that_take_pictures_are_looked_at(run, stocked):
    channels = run("pictures", "--market", stocked, "--json").json["channels"]
    assert {"shopee", "tiki"} <= channels.keys() and not {"kiotviet", "spreadsheet"} & channels.keys()
    with (stocked / "market.toml").open("a", encoding="utf-8") as file:
        file.write('[accounts.mine]\nchannel = "tiki"\n')
    assert run("pictures", "--market", stocked, "--json").json["channels"].keys() == {"tiki"}


def test_where_the_platform_fetches_one_is_told_to_put_the_copies_there(run, stocked):
    ran = run("pictures", "--market", stocked, "--channel", "tiki", "--fix")
    assert ran.code == Exit.PARTLY
    assert f"put the copies in {stocked / 'pictures' / 'tiki'} on a public address" in ran.out


def test_a_channel_that_takes_no_pictures_and_one_that_is_not_there_end_with_a_sentence(run, stocked):
    ran = run("pictures", "--market", stocked, "--channel", "kiotviet")
    assert ran.code == Exit.INPUT and "takes no pictures" in ran.err
    assert run("pictures", "--market", stocked, "--channel", "nowhere").code == Exit.INPUT
