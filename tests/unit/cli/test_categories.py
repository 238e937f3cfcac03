"""`categories`: what a person sees of an account's map, confirms and corrects."""

from dataclasses import replace

import pytest
from pydantic import BaseModel

from ocop_market import accounts
from ocop_market.channels.api import Connector
from ocop_market.cli.frame import Exit
from ocop_market.market import open_market
from ocop_market.store.catalog import save_products
from tests.unit.mapping.shelf import PROFILE, TEA, Tree, attribute


class NoSettings(BaseModel):
    """Asks for nothing."""


class Treed(Tree, Connector):
    """A channel with the small tree; honey asks for its kind."""

    profile = PROFILE
    Settings = NoSettings

    def __init__(self, account, settings, **kind):
        Connector.__init__(self, account, settings, **kind)
        Tree.__init__(self)
        self.wants = {"2": [attribute("Loại mật", required=True, choices={"1": "Rừng", "2": "Nhãn"}, free_text=False)]}


class Treeless(Connector):
    """A channel without categories."""

    profile = PROFILE
    Settings = NoSettings


@pytest.fixture
def shop(market, clock, monkeypatch):
    monkeypatch.setattr(accounts, "load_connector", lambda channel: {"tree": Treed, "bare": Treeless}[channel])
    with (market / "market.toml").open("a", encoding="utf-8") as file:
        file.write('[accounts.shop]\nchannel = "tree"\n[accounts.bare]\nchannel = "bare"\n')
    with open_market(market, clock=clock) as opened, opened.store.writing() as connection:
        save_products(connection, [
            *(replace(TEA, sku=f"T-{n}", name=f"Trà xanh {n}") for n in range(3)),
            replace(TEA, sku="H", name="Mật ong rừng", product_set=9),
            replace(TEA, sku="C", name="Ghế mây", product_set=None)], clock(), origin="test")
    return market


def places(ran):
    return {one["place"]: (one["category"], one["state"], len(one["products"]), [p["attribute"] for p in one["problems"]])
            for one in ran.json["places"]}


def test_the_map_is_shown_with_what_a_person_has_to_do_first(run, shop):
    ran = run("categories", "shop", "--market", shop)
    assert ran.code == Exit.PARTLY
    assert ran.out.index("Ghế mây") < ran.out.index("Mật ong") < ran.out.index("Trà, chè")
    assert "5 products: 0 in a confirmed category, 4 in a suggested one, 1 without" in ran.out
    assert "Rừng; Nhãn" in ran.out and "[sets.9.attributes]" in ran.out


def test_suggestions_are_confirmed_one_by_one_or_all_and_corrected(run, shop):
    assert places(run("categories", "shop", "--market", shop, "--json")) == {
        'skus."C"': ("", "none", 1, []), "sets.9": ("2", "suggested", 1, ["Loại mật"]), "sets.11": ("3", "suggested", 3, [])}
    assert "1 suggestions are confirmed" in run("categories", "shop", "--market", shop, "--confirm", "11").out
    assert "C goes to 6 (Thực phẩm › Gạo)" in run("categories", "shop", "--market", shop, "--set", "C=6", "--set", "T-0=2").out
    run("categories", "shop", "--market", shop, "--confirm-all")
    ran = run("categories", "shop", "--market", shop, "--json")
    assert places(ran) == {'skus."C"': ("6", "confirmed", 1, []), "sets.9": ("2", "confirmed", 1, ["Loại mật"]),
                           'skus."T-0"': ("2", "confirmed", 1, ["Loại mật"]), "sets.11": ("3", "confirmed", 2, [])}
    assert ran.code == Exit.PARTLY
    with (shop / "maps" / "shop.toml").open("a", encoding="utf-8") as file:
        file.write('\n[attributes]\n"Loại mật" = "rừng"\n')
    assert run("categories", "shop", "--market", shop).code == Exit.DONE


def test_a_category_that_is_gone_stands_first(run, shop):
    (shop / "maps").mkdir()
    (shop / "maps" / "shop.toml").write_text('[sets.11]\ncategory = "99"\nname = "Trà cũ"\n', encoding="utf-8")
    ran = run("categories", "shop", "--market", shop, "--json")
    assert next(iter(places(ran).items())) == ("sets.11", ("99", "gone", 3, []))


def test_categories_are_found_by_words_without_marks(run, shop):
    ran = run("categories", "shop", "--market", shop, "--find", "mat ong", "--json")
    assert (ran.code, ran.json) == (Exit.DONE, [{"category": "2", "path": "Thực phẩm › Mật ong"}])
    assert run("categories", "shop", "--market", shop, "--find", "xe đạp").code == Exit.PARTLY


@pytest.mark.parametrize(("arguments", "code"), [
    (["--set", "11"], "not-a-pair"), (["--set", "11=77"], "no-such-category"), (["--set", "11=4"], "no-such-category"),
    (["--set", "XYZ=3"], "no-such-place"), (["--confirm", "27"], "no-such-place"), (["--confirm", "3"], "not-suggested")])
def test_what_cannot_be_meant_is_a_sentence(run, shop, arguments, code):
    ran = run("categories", "shop", "--market", shop, *arguments)
    assert ran.code == Exit.INPUT and code in ran.err


def test_a_channel_without_categories_says_so(run, shop):
    ran = run("categories", "bare", "--market", shop)
    assert ran.code == Exit.INPUT and "no-categories" in ran.err and "bare.toml" in ran.err
