"""Stock and price rules as people write them in market.toml; what does not fit is a sentence."""

import pytest

from ocop_market.errors import SettingsError
from ocop_market.language import use_language
from ocop_market.offer_settings import StockRule
from ocop_market.settings import FILE_NAME, read_settings


@pytest.fixture(autouse=True)
def _in_english():
    use_language("en")
    yield
    use_language("vi")


def read(tmp_path, text: str):
    (tmp_path / FILE_NAME).write_text(f'[accounts.shop]\nchannel = "shopee"\n{text}', encoding="utf-8")
    return read_settings(tmp_path)


def test_rules_are_read(tmp_path):
    shop = read(tmp_path, '[accounts.shop.stock]\nrule = "percent"\npercent = 50\nreserve = 3\nunits = { "TRA-KG" = 2 }\n'
                          '[accounts.shop.price]\npercent = 8.5\nround_to = 1000\nfloor = "catalog"\n').account("shop")
    assert (shop.stock.rule, shop.stock.percent, shop.stock.reserve, shop.stock.units["TRA-KG"]) == (StockRule.PERCENT, 50, 3, 2)
    assert (str(shop.price.percent), shop.price.floor) == ("8.5", "catalog")
    assert shop.own == {}, "the channel does not see them"


def test_without_rules_the_price_is_the_catalogs_and_the_stock_is_divided(tmp_path):
    shop = read(tmp_path, "").account("shop")
    assert (shop.stock.rule, shop.stock.exclusive, shop.price.percent) == (StockRule.ALL, None, 0)


@pytest.mark.parametrize(("text", "told"), [
    ('[accounts.shop.stock]\nrule = "percent"\n', "needs the figure percent"),
    ('[accounts.shop.stock]\nrule = "threshold"\n', "needs the figure threshold"),
    ("[accounts.shop.stock]\nfixed = 5\n", "does not belong to the rule all"),
    ('[accounts.shop.stock]\nrule = "half"\n', "choose from"),
    ('[accounts.shop.stock]\nrule = "percent"\npercent = 101\n', "at most 100"),
    ('[accounts.shop.stock]\nrule = "fixed"\nfixed = -1\n', "at least 0"),
    ("[accounts.shop.stock.units]\nX = 0\n", "more than 0"),
    ("[accounts.shop.price]\nending = 900\n", "needs round_to"),
    ("[accounts.shop.price]\nfloor = 5\nceiling = 4\n", "below the floor"),
    ("[accounts.shop.price]\npercent = -100\n", "more than -100"),
    ('[stock]\nsources = ["till"]\n', "there is no account 'till'"),
])
def test_a_wrong_figure_is_a_sentence_with_its_place(tmp_path, text, told):
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, text)
    assert told in refused.value.sentence("en")
    assert "the setting accounts.shop." in refused.value.sentence("en") or "the setting stock" in refused.value.sentence("en")
