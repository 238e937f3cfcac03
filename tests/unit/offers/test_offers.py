"""An account's offer of a product: its number, its price, and the steps that a person can follow."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.errors import SettingsError
from ocop_market.model.product import Product
from ocop_market.model.stock import Held, Offer
from ocop_market.offer_settings import AccountPrice, AccountStock
from ocop_market.offers.offers import Offers, Seller
from ocop_market.offers.on_hand import OnHand
from ocop_market.offers.single import SingleOffer, single_offers

TEA = Product("TRA", "Trà", price=50_000, owner="HTX Một")


def rule(**figures) -> AccountStock:
    return AccountStock.model_validate({"rule": next(iter(figures)), **figures} if figures else {})


def offers(there: int, *sellers: Seller, held=None, standing=None, opened=None) -> Offers:
    return Offers({"TRA": TEA}, sellers, {"TRA": OnHand(there, Decimal(there), ("",), date(2026, 11, 21), open=opened or {})},
                  {(account, "TRA"): one for account, one in (held or {}).items()},
                  {(account, "TRA"): units for account, units in (standing or {}).items()})


def steps(some: Offers, account: str, sku: str = "TRA") -> list[str]:
    return [reason.sentence("en").replace("\u00a0", " ") for reason in some.reasons(sku, account)]


def test_the_steps_lead_from_the_count_to_the_number():
    one = offers(106, Seller("shopee", rule(percent=50), AccountPrice(percent=Decimal(10))))
    assert one.offer("TRA", "shopee") == Offer("TRA", "shopee", 55_000, 53)
    assert steps(one, "shopee") == [
        "50.000 ₫ in the catalog", "+10 % on it: 55.000 ₫", "106 in the product list of 21/11/2026", "50 % of 106 = 53"]


@pytest.mark.parametrize(("stock", "told"), [
    (rule(fixed=20), "at most 20 here: 20"), (rule(reserve=6), "6 stay back: 100"), (rule(threshold=200), "fewer than 200: none here"),
    (rule(), "divided among shopee, tiki: 53")])
def test_each_rule_has_its_step(stock, told):
    assert told in steps(offers(106, Seller("shopee", stock), Seller("tiki")), "shopee")


def test_an_account_whose_share_others_took_first_is_told_so():
    both = offers(10, Seller("shopee", rule(percent=80)), Seller("tiki", rule(percent=50)))
    assert steps(both, "tiki")[-2:] == ["50 % of 10 = 5", "what others leave: 2"]


def test_locked_units_stay_on_their_account_and_the_rest_is_divided_without_them():
    both = offers(20, Seller("shopee"), Seller("tiki"), held={"shopee": Held(campaign=6)})
    assert (both.offer("TRA", "shopee").stock, both.offer("TRA", "tiki").stock) == (13, 7)
    assert "6 locked here come to it: 13" in steps(both, "shopee")


def test_an_offer_is_never_lowered_under_a_campaign_and_what_is_missing_is_told():
    both = offers(4, Seller("shopee"), Seller("tiki"), held={"shopee": Held(campaign=6)})
    offer = both.offer("TRA", "shopee")
    assert (offer.stock, offer.short) == (6, 2)
    assert "2 more than are there" in steps(both, "shopee")[-1]
    assert (both.offer("TRA", "tiki").stock, both.offer("TRA", "tiki").short) == (0, 0)


def test_units_that_the_platform_holds_for_known_orders_come_to_its_number_and_no_others():
    one = offers(97, Seller("tiki"), held={"tiki": Held(ordered=5)}, opened={"tiki": Decimal(3)})
    assert one.offer("TRA", "tiki").stock == 100, "two of the five orders are not known here yet: they are still in the 97"


def test_units_still_for_sale_elsewhere_are_waited_for():
    both = offers(8, Seller("shopee"), Seller("tiki"), standing={"shopee": 2, "tiki": 5})
    offer = both.offer("TRA", "shopee")
    assert offer.stock == 3
    assert steps(both, "shopee")[-1] == "tiki may sell 5 until told otherwise, so 3 for now"


def test_what_a_person_said_of_a_product_wins():
    sellers = [Seller("shopee", price=AccountPrice(percent=Decimal(10)), single={"TRA": SingleOffer(price=49_000, most=2)}), Seller("tiki")]
    both = offers(10, *sellers)
    offer = both.offer("TRA", "shopee")
    assert (offer.price, offer.stock, both.offer("TRA", "tiki").stock) == (49_000, 2, 8)
    assert "at most 2 of this product here: 2" in steps(both, "shopee")


def test_an_account_of_another_owner_takes_no_part():
    some = offers(10, Seller("shopee"), Seller("other", owner="HTX Hai"), Seller("tiki", owner="HTX Một"))
    assert [some.offer("TRA", account).stock for account in ("shopee", "tiki")] == [5, 5]
    assert list(some.of("other")) == []


def test_a_product_that_nobody_counted_and_priced_is_offered_to_nobody():
    one = Offers({"X": Product("X", "Mới")}, [Seller("shopee")], {})
    offer = one.offer("X", "shopee")
    assert (offer.price, offer.stock) == (None, 0) and "counted" in steps(one, "shopee", "X")[0]


def test_what_is_offered_beyond_the_stock_is_known():
    loose = AccountStock(exclusive=False)
    assert offers(10, Seller("a", loose, exclusive=False), Seller("b", loose, exclusive=False)).most_beyond("TRA") == 10
    assert offers(10, Seller("a"), Seller("b")).most_beyond("TRA") == 0


@given(st.integers(0, 50), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 60), st.integers(0, 60))
def test_for_any_locks_and_standing_offers_the_steps_end_at_the_number(there, locked, ordered, opened, mine, others):
    some = offers(there, Seller("a"), Seller("b"), held={"a": Held(locked, ordered)}, standing={"a": mine, "b": others},
                  opened={"a": Decimal(opened)})
    offer = some.offer("TRA", "a")
    assert locked <= offer.stock - min(ordered, opened) <= max(there, locked)
    assert offer.short == max(0, locked - there)


@pytest.mark.parametrize(("text", "code"), [
    ("[offer\n", "settings-unreadable"),
    ('[offer]\nTRA = { price = 0 }\n', "setting-wrong"), ('[offer]\nTRA = { prise = 9 }\n', "setting-wrong")])
def test_a_file_of_single_offers_that_is_wrong_is_named(tmp_path, text, code):
    (tmp_path / "offers").mkdir()
    (tmp_path / "offers" / "shopee.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        single_offers(tmp_path, "shopee")
    assert refused.value.code == code and "shopee.toml" in refused.value.sentence("en")


def test_a_file_of_single_offers_saved_by_notepad_is_read(tmp_path):
    (tmp_path / "offers").mkdir()
    (tmp_path / "offers" / "shopee.toml").write_bytes('[offer]\r\n"TRÀ-01" = { price = 125000, most = 20 }\r\n'.encode("utf-8-sig"))
    assert single_offers(tmp_path, "shopee") == {"TRÀ-01": SingleOffer(price=125_000, most=20)}
    assert single_offers(tmp_path, "tiki") == {}
