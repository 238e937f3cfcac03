"""What a text may not say, and the innocent words that look like it."""

import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.catalog.claims import _OCOP, _PATTERNS, _STARS, Claim, _cure_in, claims_in, own_texts, stars_named
from ocop_market.catalog.findings import Severity
from ocop_market.catalog.goods import goods_kind
from ocop_market.catalog.notices import NO_MEDICINE
from ocop_market.catalog.standing import star_claim
from ocop_market.catalog.text_checks import text_findings
from ocop_market.model.product import Certificate, Group, LabelField, Place, Product
from ocop_market.model.text import tidy

TODAY = date(2026, 11, 22)
FOUR = Certificate(4, "12/QĐ-UBND", date(2025, 1, 10), date(2028, 1, 10))
TEA = Product("OC-1", "Trà Tân Cương", "HTX Chè Xanh", group=Group.FOOD, place=Place("Thái Nguyên"), certificates=(FOUR,))


def found(product: Product) -> list[tuple[str, str]]:
    told = text_findings(product, goods_kind(product), star_claim(product, TODAY), TODAY)
    return [(finding.problem.code, finding.severity.value) for finding in told]


@pytest.mark.parametrize("text", [
    "Chữa bệnh dạ dày", "chữa khỏi mất ngủ", "Chữa dứt điểm các chứng đau khớp", "hỗ trợ điều trị tiểu đường", "ĐẶC TRỊ ho lâu ngày",
    "trị mụn tận gốc", "Trị dứt điểm viêm xoang", "uống là khỏi bệnh", "khỏi hẳn ho", "phòng ngừa ung thư", "chống đột quỵ",
    "diệt tế bào ung thư", "giúp ngăn chặn và đẩy lùi khối u", "phòng và chống bệnh", "thần dược phòng the", "dùng thay thuốc",
    "thuốc tiên", "không phải là thuốc, chữa khỏi ung thư", "Dac tri dau da day", "chua benh mat ngu", "It cures cancer",
    "chữa lành vết thương"])
def test_a_promise_of_a_cure_is_seen(text):
    assert Claim.CURE in claims_in(text)
    assert Claim.CURE in claims_in(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize("text", [
    "Bình chữa cháy mini", "Bánh đa chữ Đông", "chưa bệnh nào gặp", "chứa bệnh", "nước chấm chưa trị giá", "sửa chữa đau đầu",
    "giá trị dinh dưỡng", "giá trị gan vịt", "Nhà máy quản trị khép kín", "khỏi lo hết hàng", "Kẹo ho bà cố", "Du lịch chữa lành tâm hồn",
    "phòng bếp",
    "Phòng khám", "Quảng Trị cảm ơn", "thay thế thuốc trừ sâu", "phòng bệnh cho đàn gà", "Rượu rễ cây bách bệnh", NO_MEDICINE,
    "Không dùng để điều trị bệnh", "Sản phẩm không phải là thuốc chữa bệnh",
    "Người đang điều trị nên hỏi bác sĩ",
    "thơm ngon, mát gan", "Tri an khach hang", "chua ngot, chua thanh"])
def test_innocent_words_are_left_alone(text):
    assert Claim.CURE not in claims_in(text)


@pytest.mark.parametrize(("text", "claim"), [
    ("Cửa hàng OCOP 5 sao uy tín", Claim.SHOP_BADGE), ("Gian hàng đặc sản đạt chuẩn OCOP", Claim.SHOP_BADGE),
    ("Tất cả sản phẩm của chúng tôi đạt OCOP", Claim.SHOP_BADGE), ("100% sản phẩm đạt 4 sao", Claim.SHOP_BADGE),
    ("được Bộ Y tế chứng nhận", Claim.STATE), ("Nhà nước bảo đảm chất lượng", Claim.STATE), ("verified by the state", Claim.STATE),
    ("Trà ngon nhất Thái Nguyên", Claim.SUPERLATIVE), ("Thương hiệu số 1", Claim.SUPERLATIVE), ("cơ sở duy nhất", Claim.SUPERLATIVE),
    ("Mã vạch 893 là hàng Việt Nam", Claim.ORIGIN_BY_BARCODE), ("Mua ngay hôm nay", Claim.PROMOTION)])
def test_other_claims_are_seen_with_their_words(text, claim):
    words = claims_in(text)[claim]
    assert words
    assert words in text


@pytest.mark.parametrize("text", [
    "Sản phẩm OCOP 4 sao", "Hợp tác xã có sản phẩm OCOP", "mua tại cửa hàng giới thiệu sản phẩm OCOP", "thứ nhất là sạch, nhất là thơm",
    "Nhà số 1, thôn 2", "số 10 đường Láng",
    "hàng loại số 1", "Chứng nhận VietGAP số 123", "Bộ sản phẩm được đóng hộp", "mã vạch 8931234567890", "đồng nhất",
    "Bộ Công cụ nhà bếp", "làm quà tặng dịp Tết"])
def test_plain_facts_are_no_claims(text):
    assert not claims_in(text)


@pytest.mark.parametrize(("change", "expected"), [
    ({"name": "Trà OCOP 5 sao"}, [("star-in-text", "forbidden")]),
    ({"description": "Tiềm năng 5 sao"}, [("star-in-text", "forbidden")]),
    ({"producer": "Cửa hàng OCOP 5 sao"}, [("star-in-text", "forbidden"), ("shop-badge", "forbidden")]),
    ({"label": {LabelField.USE: "Chữa bệnh mất ngủ"}}, [("cure-claim", "forbidden")]),
    ({"description": "Ngon nhất vùng. Tốt nhất nước."}, [("superlative", "warning")]),
    ({"description": "được Bộ Y tế chứng nhận"}, [("state-as-witness", "warning")]),
    ({"description": "Mua ngay kẻo hết"}, []),
    ({"name": "Trà OCOP 4 sao", "description": "Trà OCOP đạt bốn sao"}, []),
    ({"certificates": (), "description": "Trà OCOP"}, [("star-in-text", "forbidden")]),
    ({"certificates": (Certificate(5, "1/QĐ", date(2026, 1, 1), potential=True),), "name": "Trà 5 sao"}, [("star-in-text", "forbidden")])])
def test_every_text_of_a_product_is_looked_at(change, expected):
    assert found(replace(TEA, **change)) == expected


@pytest.mark.parametrize(("percent", "expected"), [
    (None, [("alcohol-advertised", "forbidden")]), (Decimal(15), [("alcohol-advertised", "forbidden")]), (Decimal("14.9"), [])])
def test_strong_alcohol_may_not_be_advertised_and_unknown_strength_counts_as_strong(percent, expected):
    wine = replace(TEA, name="Rượu mơ", alcohol_percent=percent, description="Mua ngay, tặng kèm ly")
    assert found(wine) == expected


def test_of_one_field_each_kind_of_claim_is_told_once():
    label = {LabelField.USE: "chữa bệnh", LabelField.WARNING: "chữa khỏi ho"}
    assert found(replace(TEA, label=label)) == [("cure-claim", Severity.FORBIDDEN.value)]


def test_the_sentence_names_the_words_and_the_field():
    told = next(iter(text_findings(replace(TEA, description="Đặc trị ho"), goods_kind(TEA), star_claim(TEA, TODAY), TODAY)))
    assert "“Đặc trị”" in told.problem.sentence("en")
    assert told.problem.field == "description"
    assert {field for field, _ in own_texts(TEA)} == {"title", "description", "producer", "place"}


SAID = [*"İıſ★⭐*.5", "OCOP", "o.c.o.p", "4 sao", "hạng bốn sao", "ngon nhất", "số 1", "hàng đầu", "mã vạch 893", "việt nam", "Mua ngay",
        "hãy thử", "Bộ Y tế", "nhà nước", "chứng nhận", "shop", "tất cả sản phẩm", "chữa khỏi ho", "ĐẶC TRỊ", "phòng bệnh", "tri benh",
        "than duoc", "không phải thuốc", "thay thế thuốc", "heals", "verified by the state", "trà ngon", "không thể bỏ lỡ", "1 ſao"]


@given(st.lists(st.sampled_from(SAID)).map(" ".join))
def test_a_text_is_searched_wherever_a_claim_can_stand(text):
    plain = tidy(text)
    assert dict(claims_in(text)) | {Claim.CURE: ""} == {
        claim: told[0] for claim, pattern in _PATTERNS.items() if (told := pattern.search(plain))} | {Claim.CURE: ""}
    assert (Claim.CURE in claims_in(text)) == bool(_cure_in(plain))
    assert bool(stars_named(text)) == bool(_STARS.search(text) or _OCOP.search(text))
