"""Which products may be listed where: papers, certificates, kinds of goods, and what people are told to do."""

import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.catalog.claims import stars_named
from ocop_market.catalog.findings import Severity
from ocop_market.catalog.goods import goods_kind
from ocop_market.catalog.notices import NO_MEDICINE
from ocop_market.catalog.ocop_checks import OFF_SALE, findings
from ocop_market.catalog.paper_checks import KIND_NAMES, PAPER_NAMES
from ocop_market.catalog.readiness import Outlet, State, matrix, only, readiness, to_json
from ocop_market.catalog.standing import star_claim
from ocop_market.catalog.to_do import INSTRUCTIONS
from ocop_market.channels.profile import ChannelProfile, DocPage
from ocop_market.mapping.draft import draft_listing
from ocop_market.model.goods import GoodsKind
from ocop_market.model.product import (
    Certificate,
    Group,
    LabelField,
    Paper,
    PaperKind,
    Picture,
    Place,
    Product,
    Variant,
    WithdrawalCause,
)
from ocop_market.reports.readiness_sheet import to_xlsx
from ocop_market.rules.alcohol import AlcoholDuty, alcohol_duties
from ocop_market.settings import FoodPapers, PublishingSettings, StarPolicy
from tests.examples import examples

TODAY = date(2026, 11, 22)
SHOP = ChannelProfile("shop", "Shop", (DocPage("page", "2026-11"),), title_limit=60, description_limit=900)
GATED = replace(SHOP, key="gated", title="Gated", gates_age=True, cash_on_delivery=False)
COUNTER = replace(SHOP, key="counter", title="Counter", point_of_sale=True)
FOUR = Certificate(4, "12/QĐ-UBND", date(2025, 1, 10), date(2028, 1, 10))
GONE = Certificate(4, "12/QĐ-UBND", date(2021, 1, 10), date(2024, 1, 10))
FOOD_PAPERS = tuple(Paper(kind, "1/2026") for kind in (PaperKind.SELF_DECLARATION, PaperKind.FOOD_SAFETY, PaperKind.TEST_REPORT))
LABEL = dict.fromkeys(LabelField, "có ghi") | {LabelField.NOTICE: f"Thực phẩm bảo vệ sức khỏe. {NO_MEDICINE}"}
TEA = Product("OC-1", "Trà Tân Cương", "HTX Chè Xanh", group=Group.FOOD, place=Place("Thái Nguyên"), certificates=(FOUR,),
              price=120_000, stock=40, weight_g=200, papers=FOOD_PAPERS,
              label=LABEL)
WINE = replace(TEA, sku="OC-2", name="Rượu mơ", group=Group.DRINKS, alcohol_percent=Decimal(29), papers=(
    *FOOD_PAPERS, Paper(PaperKind.ALCOHOL_PRODUCTION, "1"), Paper(PaperKind.ALCOHOL_TRADE, "2")))
HEALTH = (Paper(PaperKind.REGISTERED_DECLARATION, "7/ĐKSP"), Paper(PaperKind.GMP, "8"), Paper(PaperKind.ADVERTISING_CONFIRMATION, "9/XNQC"),
          Paper(PaperKind.TEST_REPORT, "10"))
CAPSULES = replace(TEA, sku="OC-3", name="Viên nang nghệ", group=Group.MEDICINAL, product_set=18, papers=HEALTH)
POLICY = PublishingSettings()
WITHOUT_STARS = PublishingSettings(lapsed=StarPolicy.WITHOUT_STARS)


def found(product: Product, profile: ChannelProfile = SHOP, policy: PublishingSettings = POLICY, *, day: date = TODAY,
          practice: bool = False) -> list[tuple[str, str]]:
    told = findings(product, profile, policy, day, practice=practice)
    return [(finding.problem.code, finding.severity.value) for finding in told]


def state(product: Product, profile: ChannelProfile = SHOP, policy: PublishingSettings = POLICY, day: date = TODAY) -> State:
    return readiness(product, Outlet("shop", profile), policy, day).state


def test_a_product_with_certificate_and_papers_is_ready_without_a_remark():
    assert found(TEA) == []
    assert state(TEA) is State.READY


# --- kinds of goods


@pytest.mark.parametrize(("change", "kind"), [
    ({"product_set": 1}, GoodsKind.FRESH_FOOD), ({"product_set": 4}, GoodsKind.RAW_FOOD), ({"product_set": 13}, GoodsKind.PROCESSED_FOOD),
    ({"product_set": 17}, GoodsKind.PROCESSED_FOOD), ({"product_set": 14, "name": "Men lá"}, GoodsKind.ALCOHOL),
    ({"product_set": 18}, GoodsKind.HEALTH_FOOD), ({"product_set": 18, "name": "Thuốc nam"}, GoodsKind.MEDICINE),
    ({"product_set": 19}, GoodsKind.COSMETIC), ({"product_set": 20}, GoodsKind.HERBAL), ({"product_set": 22}, GoodsKind.CRAFT),
    ({"product_set": 24}, GoodsKind.PLANT), ({"product_set": 25}, GoodsKind.ANIMAL), ({"product_set": 26}, GoodsKind.TOURISM),
    ({"product_set": 9, "name": "Giấm rượu vang"}, GoodsKind.PROCESSED_FOOD), ({"product_set": 17, "name": "Rượu mơ"}, GoodsKind.ALCOHOL),
    ({"product_set": 12, "name": "Viên nang trà"}, GoodsKind.HEALTH_FOOD), ({"name": "Giấm rượu vang"}, GoodsKind.ALCOHOL),
    ({"name": "Cam sành"}, GoodsKind.FRESH_FOOD), ({"name": "Cam sấy"}, GoodsKind.PROCESSED_FOOD),
    ({"name": "Mật ong rừng"}, GoodsKind.RAW_FOOD),
    ({"name": "Gạo sạch"}, GoodsKind.RAW_FOOD), ({"name": "Đậu xanh"}, GoodsKind.RAW_FOOD),
    ({"name": "Bánh gạo"}, GoodsKind.PROCESSED_FOOD),
    ({"group": Group.MEDICINAL, "name": "Dầu gội bồ kết"}, GoodsKind.COSMETIC),
    ({"group": Group.MEDICINAL, "name": "Cao chè vằng"}, GoodsKind.HEALTH_FOOD),
    ({"group": Group.MEDICINAL, "name": "Tinh dầu tràm"}, GoodsKind.HERBAL),
    ({"group": Group.ORNAMENTAL, "name": "Hoa đào"}, GoodsKind.PLANT),
    ({"group": Group.ORNAMENTAL, "name": "Gà chọi"}, GoodsKind.ANIMAL),
    ({"group": Group.TOURISM, "name": "Rượu cần homestay"}, GoodsKind.TOURISM),
    ({"group": Group.UNKNOWN, "name": "Mộc Bảo An"}, GoodsKind.UNKNOWN),
    ({"group": Group.DRINKS, "name": "Nước sâm"}, GoodsKind.PROCESSED_FOOD)])
def test_the_kind_of_goods_comes_from_the_set_then_from_group_and_name(change, kind):
    assert goods_kind(replace(TEA, **change)) is kind


def test_every_kind_and_paper_has_a_name():
    assert set(KIND_NAMES) == set(GoodsKind)
    assert set(PAPER_NAMES) == set(PaperKind)


@pytest.mark.parametrize(("product", "profile", "expected"), [
    (WINE, SHOP, [("alcohol", "forbidden")]),
    (WINE, replace(GATED, cash_on_delivery=True), [("alcohol-paid-in-cash", "forbidden")]),
    (WINE, GATED, []),
    (replace(WINE, alcohol_percent=None), GATED, [("alcohol-percent-missing", "missing"), ("label-incomplete", "warning")]),
    (replace(WINE, alcohol_percent=Decimal("5.4"), papers=WINE.papers[:-1]), GATED, []),
    (replace(WINE, alcohol_percent=Decimal("5.5"), papers=WINE.papers[:-1]), GATED, [("papers-missing", "missing")]),
    (replace(WINE, alcohol_percent=None, papers=WINE.papers[:-1]), GATED,
     [("alcohol-percent-missing", "missing"), ("papers-missing", "missing"), ("label-incomplete", "warning")]),
    (CAPSULES, SHOP, []),
    (replace(CAPSULES, papers=HEALTH[1:]), SHOP, [("papers-missing", "missing")]),
    (replace(CAPSULES, papers=(*HEALTH[:2], Paper(PaperKind.ADVERTISING_CONFIRMATION), HEALTH[3])), SHOP,
     [("paper-without-number", "missing")]),
    (replace(CAPSULES, name="Thuốc nam gia truyền"), SHOP, [("medicine", "forbidden")]),
    (replace(TEA, product_set=19), SHOP, [("papers-missing", "missing")]),
    (replace(TEA, product_set=19, papers=(Paper(PaperKind.COSMETIC_NOTIFICATION, "5"),)), SHOP, []),
    (replace(TEA, product_set=20, papers=()), SHOP, [("papers-missing", "missing")]),
    (replace(TEA, product_set=20), SHOP, []),
    (replace(TEA, product_set=26, stock=None, weight_g=None), COUNTER, [("tourism-service", "forbidden")]),
    (replace(TEA, product_set=24), SHOP, [("living-goods", "forbidden")]),
    (replace(TEA, product_set=24, papers=(Paper(PaperKind.QUARANTINE, "1"),)), SHOP, []),
    (replace(TEA, product_set=25, papers=(Paper(PaperKind.QUARANTINE, "1"),)), SHOP, [("living-goods", "forbidden")]),
    (replace(TEA, product_set=25, papers=(Paper(PaperKind.QUARANTINE, "1"),)), COUNTER, []),
    (replace(TEA, product_set=1), SHOP, [("fresh-food", "warning")]),
    (replace(TEA, product_set=1), COUNTER, []),
    (replace(TEA, product_set=21), replace(SHOP, refuses=frozenset({GoodsKind.CRAFT})), [("refused-by-channel", "forbidden")]),
    (replace(TEA, group=Group.UNKNOWN, name="Mộc Bảo An"), SHOP, [("kind-unknown", "warning")]),
    (replace(TEA, group=Group.UNKNOWN, name="Nano curcumin"), SHOP, [("kind-in-doubt", "warning")])])
def test_what_the_kind_of_goods_asks_for(product, profile, expected):
    assert found(product, profile) == expected


# --- papers


def with_paper(kind: PaperKind, ends: date | None, product: Product = TEA) -> Product:
    return replace(product, papers=(*(p for p in product.papers if p.kind is not kind), Paper(kind, "1", expires_on=ends)))


@pytest.mark.parametrize(("ends", "warn", "require"), [
    (TODAY, [("paper-ended", "warning")], [("paper-ended", "missing")]),
    (TODAY + timedelta(days=1), [("paper-ends", "warning")], [("paper-ends", "warning")]),
    (TODAY + timedelta(days=30), [("paper-ends", "warning")], [("paper-ends", "warning")]),
    (TODAY + timedelta(days=31), [], []), (None, [], [])])
def test_a_paper_counts_until_the_day_before_its_end_and_is_told_thirty_days_before(ends, warn, require):
    product = with_paper(PaperKind.FOOD_SAFETY, ends)
    assert found(product) == warn
    assert found(product, policy=PublishingSettings(food_papers=FoodPapers.REQUIRE)) == require


def test_a_renewed_paper_takes_the_place_of_the_one_that_ended():
    renewed = replace(TEA, papers=(*TEA.papers, Paper(PaperKind.VIETGAP, "1", expires_on=TODAY), Paper(PaperKind.VIETGAP, "2")))
    assert found(renewed) == []


def test_a_paper_issued_later_does_not_count_yet():
    product = replace(CAPSULES, papers=(*HEALTH[1:], replace(HEALTH[0], issued_on=TODAY + timedelta(days=1))))
    assert found(product) == [("papers-missing", "missing")]
    assert found(product, day=TODAY + timedelta(days=1)) == []


def test_the_end_of_a_paper_that_no_law_asks_for_is_only_a_remark():
    assert found(with_paper(PaperKind.VIETGAP, TODAY - timedelta(days=5))) == [("paper-ended", "warning")]


def test_ordinary_food_without_papers_is_listed_unless_the_setting_says_otherwise():
    bare = replace(TEA, papers=())
    assert state(bare) is State.REMARKS
    assert state(bare, policy=PublishingSettings(food_papers=FoodPapers.REQUIRE)) is State.MISSING
    test_report = [finding for finding in findings(bare, SHOP, PublishingSettings(food_papers=FoodPapers.REQUIRE), TODAY, practice=False)
                   if finding.problem.values["paper"] == PAPER_NAMES[PaperKind.TEST_REPORT]]
    assert [finding.severity for finding in test_report] == [Severity.WARNING]


def test_the_setting_for_food_never_softens_health_food():
    assert state(replace(CAPSULES, papers=())) is State.MISSING


# --- certificates


@pytest.mark.parametrize(("certificate", "withheld", "as_goods"), [
    (GONE, [("certificate-lapsed", "forbidden")], [("listed-without-stars", "warning")]),
    (replace(FOUR, withdrawn_on=date(2026, 1, 1), withdrawn_because=WithdrawalCause.MARK_MISUSED), [("certificate-withdrawn", "forbidden")],
     [("listed-without-stars", "warning")]),
    (replace(FOUR, stars=5, potential=True), [("certificate-potential", "missing")], [("listed-without-stars", "warning")]),
    (replace(FOUR, stars=None), [("certificate-missing", "missing")], [("listed-without-stars", "warning")]),
    (replace(FOUR, expires_on=TODAY + timedelta(days=30)), [("certificate-ends", "warning")], [("certificate-ends", "warning")]),
    (replace(FOUR, issued_on=date(2023, 11, 1), expires_on=date(2026, 11, 1), reapplied_on=date(2026, 6, 1)),
     [("certificate-extended", "warning")], [("certificate-extended", "warning")])])
def test_how_the_certificate_stands_decides_with_the_setting(certificate, withheld, as_goods):
    product = replace(TEA, certificates=(certificate,))
    assert found(product) == withheld
    assert found(product, policy=WITHOUT_STARS) == as_goods


def test_a_lapsed_product_goes_on_as_ordinary_goods_only_when_its_texts_say_nothing_of_ocop():
    lapsed = replace(TEA, certificates=(GONE,))
    assert state(lapsed, policy=WITHOUT_STARS) is State.REMARKS
    assert state(replace(lapsed, name="Trà OCOP"), policy=WITHOUT_STARS) is State.FORBIDDEN
    assert state(replace(lapsed, label={LabelField.NOTICE: "OCOP 4 sao"}), policy=WITHOUT_STARS) is State.FORBIDDEN


# --- labels


def test_what_is_not_known_of_the_label_is_a_remark_with_the_missing_parts():
    assert found(replace(TEA, label={})) == [("label-unknown", "warning")]
    partly = replace(TEA, label={field: text for field, text in LABEL.items() if field is not LabelField.INGREDIENTS})
    assert found(partly) == [("label-incomplete", "warning")]
    assert "ingredients" in findings(partly, SHOP, POLICY, TODAY, practice=False)[0].problem.sentence("en")
    assert state(partly) is State.REMARKS


def test_before_the_first_known_decree_nothing_is_said_of_labels():
    old = replace(TEA, label={LabelField.USE: "pha với nước sôi"})
    assert "label-incomplete" not in dict(found(old, day=date(2016, 1, 1)))


# --- texts of the draft


def description(product: Product) -> str:
    return draft_listing(product, category="1", attributes=[], profile=SHOP, day=TODAY)[0].description


def test_the_description_carries_the_notice_and_the_numbers_that_the_law_asks_for():
    assert NO_MEDICINE in description(CAPSULES)
    assert "9/XNQC" in description(CAPSULES)
    assert "phiếu công bố mỹ phẩm: 5." in description(replace(TEA, product_set=19, papers=(Paper(PaperKind.COSMETIC_NOTIFICATION, "5"),)))
    assert "Độ cồn: 29% thể tích." in description(WINE)
    assert NO_MEDICINE not in description(TEA)


def test_a_notice_survives_a_description_that_is_cut():
    assert NO_MEDICINE in description(replace(CAPSULES, description="Nghệ vàng. " * 500))


# --- the property: no star that is not in force


def days(low: int, high: int) -> st.SearchStrategy[date]:
    return st.integers(low, high).map(lambda n: TODAY + timedelta(days=n))


CERTIFICATES = st.builds(
    Certificate, st.sampled_from([None, 3, 4, 5]), st.just("1/QĐ"), st.none() | days(-1500, 30), st.none() | days(-400, 1200),
    potential=st.booleans(), reapplied_on=st.none() | days(-300, 0), withdrawn_on=st.none() | days(-300, 30))
PIECES = st.lists(st.sampled_from(
    ["Trà", "xanh", "OCOP", "o.c.o.p", "3", "4", "5", "sao", "★★★★", "4*", "đạt", "bốn", "tiềm năng 5 sao", "số", "-", "Sao Mai", "4 SAO",
    "\n"]),
    max_size=6).map(" ".join)
TEXTS = st.sampled_from(["", "Trà sạch", "Sao vàng"]) | PIECES
PRODUCTS = st.builds(
    replace, st.just(TEA), name=TEXTS.map(lambda text: text or "Trà 4"), producer=TEXTS, description=TEXTS,
    place=TEXTS.map(lambda text: Place("Thái Nguyên", commune=text)), certificates=st.lists(CERTIFICATES, max_size=3).map(tuple),
    label=st.dictionaries(st.sampled_from(list(LabelField)), TEXTS, max_size=1))


@given(product=PRODUCTS, day=days(-100, 800), policy=st.sampled_from([POLICY, WITHOUT_STARS]), limit=st.sampled_from([0, 20, 60]))
@examples(100)
def test_a_product_that_is_ready_never_shows_a_star_that_is_not_in_force(product, day, policy, limit):
    profile = replace(SHOP, title_limit=limit, description_limit=limit * 2, title_minimum=10)
    if not readiness(product, Outlet("shop", profile), policy, day).ready:
        return
    stars = star_claim(product, day).stars
    allowed = {0, stars} if stars else set()
    for text in (product.name, product.description, product.producer, product.place.commune, *product.label.values()):
        assert stars_named(text) <= allowed
    draft, problems = draft_listing(product, category="1", attributes=[], profile=profile, day=day)
    assert [p.code for p in problems] == ["star-in-text"] * len(problems)
    if not problems:
        assert stars_named(draft.title) | stars_named(draft.description) <= allowed


# --- many products, many outlets


PRACTICE = replace(TEA, sku="OC-4", practice=frozenset({"price"}))
OUTLETS = (Outlet("shop", SHOP), Outlet("counter", COUNTER, practice=True, owner="HTX A"))


def test_the_matrix_counts_every_product_once_at_every_outlet():
    whole = matrix([TEA, WINE, replace(PRACTICE, owner="HTX A")], OUTLETS, POLICY, TODAY)
    counts = {name: {one.value: count for one, count in of_outlet.items() if count} for name, of_outlet in whole.counts().items()}
    assert counts == {"shop": {"ready": 1, "forbidden": 2}, "counter": {"elsewhere": 2, "ready": 1}}
    assert [row[0].sku for row in only(whole, [State.FORBIDDEN]).rows] == ["OC-2", "OC-4"]


def test_reasons_are_gathered_by_what_is_to_be_done():
    lacking = [replace(CAPSULES, sku=f"H-{i}", papers=HEALTH[i:]) for i in range(3)]
    tasks = matrix([WINE, *lacking], OUTLETS[:1], POLICY, TODAY).tasks()
    assert [(task.instruction.title("en"), len(task.skus), task.outlets) for task in tasks] == [
        ("Alcohol, where no age is checked", 1, ("shop",)), ("Missing: registered declaration", 2, ("shop",)),
        ("Missing: GMP certificate for health food", 1, ("shop",))]
    assert all("ocop-market import" in task.instruction.step("en") for task in tasks[1:])


def test_goods_that_need_one_of_several_papers_are_one_task():
    tasks = matrix([replace(TEA, product_set=20, papers=())], OUTLETS[:1], POLICY, TODAY).tasks()
    assert [task.instruction.title("en") for task in tasks] == [
        "Missing one of: self-declaration of the product, registered declaration, cosmetic notification number"]


def test_every_reason_for_withholding_has_a_next_step():
    assert set(INSTRUCTIONS) >= OFF_SALE
    assert all(title and step for title, step in INSTRUCTIONS.values())


def test_the_json_tells_every_finding_in_words():
    body = to_json(matrix([WINE], OUTLETS[:1], POLICY, TODAY), {"shop": "fake"})
    assert body["outlets"][0]["counts"]["forbidden"] == 1
    finding = body["products"][0]["outlets"]["shop"]["findings"][0]
    assert (finding["code"], finding["severity"]) == ("alcohol", "forbidden")
    assert "Rượu mơ" in finding["message"]


def test_the_workbook_holds_every_product_and_turns_no_text_into_a_formula():
    tricky = replace(WINE, name="=1+1 Rượu mơ")
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(matrix([TEA, tricky], OUTLETS, POLICY, TODAY))))
    to_do, products, reasons = book.worksheets
    assert [cell.value for cell in products["A"]][1:] == ["OC-1", "OC-2"]
    assert (products["B3"].value, products["B3"].data_type) == ("'=1+1 Rượu mơ", "s")
    assert to_do.max_row == 4
    assert reasons["A2"].value == "OC-2"


def test_a_picture_that_the_channel_cannot_take_is_missing():
    linked = replace(SHOP, picture_by="link")
    assert found(replace(TEA, pictures=(Picture(path="a.png"),)), linked) == [("no-picture", "missing")]


# --- alcohol, by strength and day


@pytest.mark.parametrize(("percent", "day", "duties"), [
    (Decimal(5), TODAY, {AlcoholDuty.AGE_CHECK, AlcoholDuty.NO_CASH}),
    (Decimal("14.9"), TODAY, {AlcoholDuty.AGE_CHECK, AlcoholDuty.NO_CASH}),
    (Decimal(15), TODAY, set(AlcoholDuty)), (None, TODAY, set(AlcoholDuty)), (Decimal(40), date(2019, 6, 1), set(AlcoholDuty))])
def test_duties_of_who_sells_alcohol_depend_on_its_strength(percent, day, duties):
    assert alcohol_duties(percent, day) == duties


def in_packings(*variants: Variant) -> Product:
    return replace(TEA, price=None, stock=None, weight_g=None, options=("Khối lượng",), variants=variants)


SMALL, LARGE = Variant("T-1", ("100 g",), 60_000, 5, 100, "08936000000011"), Variant("T-2", ("500 g",), 250_000, 0, 500)


def test_a_product_in_packings_needs_no_price_stock_or_weight_of_its_own() -> None:
    codes = {finding.problem.code for finding in findings(in_packings(SMALL, LARGE), SHOP, POLICY, TODAY, practice=False)}
    assert codes.isdisjoint({"no-price", "no-stock", "no-weight", "packings-one-barcode"})


@pytest.mark.parametrize(("lacking", "code"), [
    ({"price": None}, "no-price"), ({"price": 0}, "no-price"), ({"stock": None}, "no-stock"), ({"weight_g": None}, "no-weight"),
    ({"gtin": SMALL.gtin}, "packings-one-barcode")])
def test_each_packing_needs_price_stock_weight_and_a_barcode_of_its_own(lacking: dict[str, object], code: str) -> None:
    product = in_packings(SMALL, replace(LARGE, **lacking))
    (finding,) = [f for f in findings(product, SHOP, POLICY, TODAY, practice=False) if f.problem.code == code]
    assert finding.withholds
    assert "500 g" in finding.problem.sentence("en")
    assert ("100 g" in finding.problem.sentence("en")) == (code == "packings-one-barcode")
    assert code in INSTRUCTIONS


def test_the_name_of_a_packing_may_claim_no_star() -> None:
    product = in_packings(SMALL, replace(LARGE, values=("Hộp quà OCOP 5 sao",)))
    assert "star-in-text" in {finding.problem.code for finding in findings(product, SHOP, POLICY, TODAY, practice=False)}
