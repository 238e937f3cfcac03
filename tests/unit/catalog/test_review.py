"""A list against the catalog: what is asked, what an answer does, and that nothing is asked twice."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.catalog.intake import Intake, read_products
from ocop_market.catalog.questions import Answers, read_reviews, reviewed, write_reviews
from ocop_market.catalog.review import bring_in
from ocop_market.catalog.row_facts import Beside
from ocop_market.errors import SettingsError
from ocop_market.model.product import Certificate, CertificateKind, Evidence, Group, Product, WithdrawalCause
from tests.examples import examples

TODAY = date(2026, 11, 20)
HEAD = "Tên sản phẩm;Chủ thể;Tỉnh;Số quyết định;Ngày cấp;Hạng sao"
Catalog = tuple[Product, ...]


def table(*rows: str) -> bytes:
    return ("\n".join(rows) + "\n").encode()


def bring(content: bytes, known: Sequence[Product] = (), answers: Answers | None = None, beside: Beside | None = None,
          ) -> tuple[Intake, Catalog]:
    """What an import makes of a list, and the whole catalog afterwards."""
    given_answers = answers or Answers()
    read = read_products("a.csv", content, today=TODAY, answers=given_answers, beside=beside)
    intake, together = bring_in(read, known, given_answers)
    assert intake.rows == intake.accepted + intake.review + intake.refused
    now = {product.sku: product for product in known} | {product.sku: product for product in together.products}
    return intake, tuple(product for sku, product in sorted(now.items()) if sku not in together.renamed.values())


@pytest.fixture
def known() -> Catalog:
    return bring(table(HEAD, "Mật ong hoa nhãn;HTX Bình Minh;Lào Cai;12/QĐ-UBND;05/08/2024;4"))[1]


def only_code(intake: Intake) -> str:
    (asked,) = intake.questions
    return asked.problem.code


@pytest.mark.parametrize("row", [
    "Mật ong hoa nhản rừng;HTX Bình Minh;Lào Cai;;;", "Mật ongg hoa nhãn;HTX Bình Minh;;;;", "Mật ong hoa nhãn;HTX Bình Ming;Lào Cai;;;",
    "Mậtong hoa nhãn;Hợp tác xã Bình Minh;Tỉnh Lào Cai;;;"])
def test_a_name_or_producer_that_is_nearly_the_same_is_asked_about_and_not_written(known: Catalog, row: str) -> None:
    intake, after = bring(table(HEAD, row), known)
    assert (intake.accepted, intake.review, only_code(intake)) == (0, 1, "may-be-known")
    assert after == known


@pytest.mark.parametrize("row", [
    "Mật ong hoa nhãn;HTX Sao Mai;Lào Cai;;;", "Mật ong hoa nhãn;HTX Bình Minh;Yên Bái;;;", "Chè xanh;HTX Bình Minh;Lào Cai;;;",
    "Mật ong hoa nhãn loại 2;HTX Bình Minh;Lào Cai;;;"])
def test_another_producer_place_name_or_number_is_another_product_without_a_question(known: Catalog, row: str) -> None:
    intake, after = bring(table(HEAD, row), known)
    assert (intake.accepted, len(after)) == (1, 2)


def test_a_known_product_of_another_row_is_never_proposed(known: Catalog) -> None:
    rows = ["Mật ong hoa nhãn;HTX Bình Minh;Lào Cai;12/QĐ-UBND;05/08/2024;4", "Mật ong hoa nhãn rừng;HTX Bình Minh;Lào Cai;;;"]
    intake, after = bring(table(HEAD, *rows), known)
    assert (intake.accepted, len(after)) == (2, 2)


def test_the_answer_that_it_is_the_known_product_changes_that_one_and_keeps_its_name(known: Catalog) -> None:
    content = table(HEAD + ";Giá", "Mật ongg hoa nhãn;HTX Bình Minh;Lào Cai;;;;120.000")
    (asked,) = bring(content, known)[0].questions
    intake, after = bring(content, known, Answers({asked.key: f"same:{known[0].sku}"}))
    assert (intake.accepted, [(p.sku, p.name, p.price) for p in after]) == (1, [(known[0].sku, "Mật ong hoa nhãn", 120_000)])
    assert bring(content, after, Answers({asked.key: f"same:{known[0].sku}"}))[1] == after


def test_the_answer_that_it_is_another_makes_a_product_that_is_certain_from_then_on(known: Catalog) -> None:
    content = table(HEAD, "Mật ongg hoa nhãn;HTX Bình Minh;Lào Cai;;;")
    (asked,) = bring(content, known)[0].questions
    _, after = bring(content, known, Answers({asked.key: "apart"}))
    assert len(after) == 2
    intake, again = bring(content, after)
    assert (intake.accepted, again) == (1, after)


def test_the_answer_to_leave_a_row_out_refuses_it(known: Catalog) -> None:
    content = table(HEAD, "Mật ongg hoa nhãn;HTX Bình Minh;Lào Cai;;;")
    (asked,) = bring(content, known)[0].questions
    intake, after = bring(content, known, Answers({asked.key: "skip"}))
    assert (intake.refused, [note.problem.code for note in intake.notes], after) == (1, ["left-out"], known)


def test_a_barcode_known_under_another_name_is_asked_about() -> None:
    _, known = bring(table("Tên sản phẩm;Chủ thể;Mã vạch", "Mật ong;HTX A;8936003721777"))
    content = table("Tên sản phẩm;Chủ thể;Mã vạch", "Mật hoa rừng;HTX A;8936003721777")
    intake, _ = bring(content, known)
    assert only_code(intake) == "may-be-known"
    intake, after = bring(content, known, Answers({intake.questions[0].key: "apart"}))
    assert [note.problem.code for note in intake.notes] == ["gtin-known"]
    assert sorted(product.gtin for product in after) == ["", "08936003721777"]


def test_a_list_that_may_mean_several_known_products_asks_which() -> None:
    _, known = bring(table("Tên sản phẩm;Chủ thể", "Mật ong;HTX A", "Mật ong;HTX B"))
    content = table("Tên sản phẩm;Giá", "Mật ong;90.000")
    intake, after = bring(content, known)
    assert (intake.review, after) == (1, known)
    skus = {product.producer: product.sku for product in known}
    _, after = bring(content, known, Answers({intake.questions[0].key: f"same:{skus['HTX B']}"}))
    assert {product.producer: product.price for product in after} == {"HTX A": None, "HTX B": 90_000}


@pytest.mark.parametrize(("answer", "stars"), [("", 4), ("known", 4), ("told", 5)])
def test_other_stars_of_the_same_decision_are_asked_about_and_the_known_ones_stay_meanwhile(known: Catalog, answer: str, stars: int,
                                                                                            ) -> None:
    content = table(HEAD, "Mật ong hoa nhãn;HTX Bình Minh;Lào Cai;12/QĐ-UBND;05/08/2024;5")
    first, _ = bring(content, known)
    assert (first.review, only_code(first)) == (1, "stars-contradict")
    intake, after = bring(content, known, Answers({first.questions[0].key: answer}))
    assert (intake.review, [c.stars for c in after[0].certificates]) == (0 if answer else 1, [stars])


def test_a_decision_whose_day_and_month_are_swapped_is_asked_about(known: Catalog) -> None:
    content = table(HEAD, "Mật ong hoa nhãn;HTX Bình Minh;Lào Cai;12/QĐ-UBND;08/05/2024;4")
    first, _ = bring(content, known)
    assert only_code(first) == "date-swapped"
    _, after = bring(content, known, Answers({first.questions[0].key: "is:2024-08-05"}))
    assert after == known
    _, after = bring(content, known, Answers({first.questions[0].key: "is:2024-05-08"}))
    assert [c.issued_on for c in after[0].certificates] == [date(2024, 5, 8)]


def test_the_same_number_of_another_body_is_another_decision() -> None:
    head = HEAD + ";Cơ quan ban hành"
    _, known = bring(table(head, "Mật;HTX A;Lào Cai;12/QĐ-UBND;05/08/2024;3;UBND huyện Bảo Yên"))
    intake, after = bring(table(head, "Mật;HTX A;Lào Cai;12/QĐ-UBND;05/08/2024;4;Chủ tịch UBND tỉnh Lào Cai"), known)
    assert (intake.accepted, [c.stars for c in after[0].certificates]) == (1, [3, 4])
    assert bring(table(head, "Mật;HTX A;Lào Cai;12/QĐ-UBND;05/08/2024;4;Ủy ban nhân dân tỉnh Lào Cai"), after)[0].review == 0


def test_several_goods_in_one_row_wait_and_are_split_as_it_is_said() -> None:
    content = table("Tên sản phẩm;Chủ thể;Giá;Mã SKU", "Nước mắm Cửa Lò CL28 và Cửa Hội CH20, CH25;CTCP B;60.000;NM")
    intake, after = bring(content)
    assert (intake.review, after) == (1, ())
    (asked,) = intake.questions
    intake, after = bring(content, (), Answers({asked.key: asked.choices[0].code}))
    assert {p.sku: (p.name, p.price) for p in after} == {
        "NM-1": ("Nước mắm Cửa Lò CL28", 60_000), "NM-2": ("Nước mắm Cửa Hội CH20", 60_000), "NM-3": ("Nước mắm Cửa Hội CH25", 60_000)}
    assert intake.accepted == 1
    assert [p.name for p in bring(content, (), Answers({asked.key: "whole"}))[1]] == ["Nước mắm Cửa Lò CL28 và Cửa Hội CH20, CH25"]
    assert [p.name for p in bring(content, (), Answers({asked.key: "split:Mắm một; Mắm hai"}))[1]] == ["Mắm một", "Mắm hai"]


def test_a_group_that_the_name_speaks_against_is_asked_about_and_left_open() -> None:
    content = table("Tên sản phẩm;Chủ thể;Nhóm", "Chè xanh;HTX A;Đồ uống")
    intake, after = bring(content)
    assert (intake.review, only_code(intake), after[0].group) == (1, "group-doubtful", Group.UNKNOWN)
    answers = Answers({intake.questions[0].key: "is:11"})
    intake, after = bring(content, after, answers)
    assert (intake.accepted, after[0].group, after[0].product_set) == (1, Group.FOOD, 11)
    assert bring(content, after, answers)[1] == after


def test_an_sku_of_another_owner_is_refused_and_stays_as_it_was() -> None:
    content = table("Mã SKU;Tên sản phẩm;Giá", "A1;Mật ong;1000")
    _, known = bring(content, beside=Beside(owner="HTX Một"))
    other = table("Mã SKU;Tên sản phẩm;Giá", "A1;Chè xanh;2000")
    intake, after = bring(other, known, beside=Beside(owner="HTX Hai"))
    assert (intake.refused, after) == (1, known)
    assert "--sku-prefix HH-" in intake.notes[0].problem.sentence("en")
    intake, after = bring(other, known, beside=Beside(owner="HTX Hai", sku_prefix="HH-"))
    assert (intake.accepted, {p.sku: p.owner for p in after}) == (1, {"A1": "HTX Một", "HH-A1": "HTX Hai"})


def test_two_owners_may_have_the_same_product_each_under_a_beginning_of_its_own() -> None:
    content = table("Tên sản phẩm;Chủ thể", "Mật ong;HTX A")
    _, known = bring(content, beside=Beside(owner="Sở"))
    assert bring(content, known, beside=Beside(owner="HTX A"))[0].refused == 1
    intake, after = bring(content, known, beside=Beside(owner="HTX A", sku_prefix="A-"))
    assert (intake.accepted, sorted(product.owner for product in after)) == (1, ["HTX A", "Sở"])
    assert bring(content, after, beside=Beside(owner="HTX A", sku_prefix="A-"))[1] == after


def test_the_level_of_evidence_is_kept_per_fact_and_never_rises_by_itself() -> None:
    signed = Beside(evidence=Evidence.SIGNED)
    _, known = bring(table(HEAD, "Mật;HTX A;Lào Cai;12/QĐ-UBND;05/08/2024;4"), beside=signed)
    assert known[0].certificates[0].evidence is known[0].evidence["producer"] is Evidence.SIGNED
    _, after = bring(table(HEAD + ";Giá", "Mật;HTX A;Lào Cai;12/QĐ-UBND;;;50.000"), known, beside=Beside(evidence=Evidence.SHOP))
    assert (after[0].certificates[0].evidence, after[0].evidence["price"]) == (Evidence.SIGNED, Evidence.SHOP)
    _, silent = bring(table("Tên sản phẩm;Chủ thể;Giá", "Mật;HTX A;60.000"), after)
    assert (silent[0].price, "price" in silent[0].evidence, silent[0].evidence["name"]) == (60_000, False, Evidence.SIGNED)


def test_a_shop_page_does_not_put_a_signed_certificate_right() -> None:
    _, known = bring(table(HEAD, "Mật;HTX A;Lào Cai;12/QĐ-UBND;05/08/2024;4"), beside=Beside(evidence=Evidence.SIGNED))
    _, after = bring(table(HEAD, "Mật;HTX A;Lào Cai;;06/08/2024;4"), known, beside=Beside(evidence=Evidence.SHOP))
    assert after[0].certificates == known[0].certificates


def test_body_kind_withdrawal_and_new_application_are_read() -> None:
    head = HEAD + ";Cơ quan ban hành;Loại đánh giá;Ngày nộp hồ sơ đánh giá lại;Ngày thu hồi;Lý do thu hồi"
    intake, (product,) = bring(table(
        head, "Mật;HTX A;Lào Cai;12/QĐ-UBND;05/08/2024;4;UBND tỉnh Lào Cai;Nâng hạng;01/03/2026;02/04/2026;Không còn sản xuất"))
    assert (intake.accepted, intake.notes) == (1, ())
    assert product.certificates == (Certificate(
        4, "12/QĐ-UBND", date(2024, 8, 5), date(2027, 8, 5), body="UBND tỉnh Lào Cai", kind=CertificateKind.UPGRADE,
        reapplied_on=date(2026, 3, 1), withdrawn_on=date(2026, 4, 2), withdrawn_because=WithdrawalCause.NO_LONGER_MADE),)


def test_answers_are_kept_in_a_file_that_a_person_can_edit(tmp_path, known: Catalog) -> None:
    content = table(HEAD, "Mật ongg hoa nhãn;HTX Bình Minh;Lào Cai;;;")
    answers = Answers()
    bring(content, known, answers)
    write_reviews(tmp_path, reviewed([], "a.csv", answers.asked))
    text = (tmp_path / "reviews.toml").read_text(encoding="utf-8")
    (tmp_path / "reviews.toml").write_text(text.replace('answer = ""', 'answer = "apart"'), encoding="utf-8")
    kept = read_reviews(tmp_path)
    intake, _ = bring(content, known, Answers({one.key: one.answer for one in kept}))
    assert intake.accepted == 1
    assert [one.answer for one in reviewed(kept, "another.csv", {})] == ["apart"]
    (tmp_path / "reviews.toml").write_text("[[question", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_reviews(tmp_path)
    assert caught.value.code == "reviews-unreadable"


NAMES = st.sampled_from(["Mật ong", "Mật ongg", "Mật ong rừng", "Chè xanh và chè đen", "Chè", "", "Trà B1, B2", "Rượu nếp"])
ROW = st.tuples(NAMES, st.sampled_from(["HTX A", "HTX Aa", "", "Hộ sản xuất"]), st.sampled_from(["Lào Cai", "", "Yên Bái"]),
                st.sampled_from(["1/QĐ-UBND", "", "2/QĐ-UBND"]), st.sampled_from(["05/08/2024", "08/05/2024", "", "x"]),
                st.sampled_from(["3", "4", "", "5 tiềm năng"]), st.sampled_from(["Thực phẩm", "Đồ uống", "Khác", ""]),
                st.sampled_from(["8936003721777", ""]), st.sampled_from(["S", "", ""]))


def as_list(rows: list[tuple[str, ...]]) -> bytes:
    return table(HEAD + ";Nhóm;Mã vạch;Mã SKU", *(";".join(f'"{cell}"' for cell in row) for row in rows))


def test_a_product_that_the_list_names_by_its_sku_is_not_meant_by_another_row_of_its_old_name() -> None:
    head = "Mã SKU;Tên sản phẩm;Chủ thể"
    _, known = bring(table(head, "S1;Mật ong;HTX A"))
    content = table(head, ";Mật ong;HTX A", "S1;Mật ong rừng;HTX A")
    _, once = bring(content, known)
    assert sorted(product.name for product in once) == ["Mật ong", "Mật ong rừng"]
    assert bring(content, once)[1] == once


@examples(30, derandomize=True)
@given(st.lists(ROW, max_size=7), st.lists(ROW, max_size=7))
def test_importing_a_list_twice_changes_nothing_the_second_time(before: list[tuple[str, ...]], rows: list[tuple[str, ...]]) -> None:
    _, known = bring(as_list(before))
    _, once = bring(as_list(rows), known)
    _, twice = bring(as_list(rows), once)
    assert twice == once


def test_an_answered_product_of_two_rows_is_counted_row_by_row(known: Catalog) -> None:
    rows = ["Mật ongg hoa nhãn;HTX Bình Minh;Lào Cai;1/QĐ-UBND;05/08/2021;3",
            "Mật ongg hoa nhãn;HTX Bình Minh;Lào Cai;9/QĐ-UBND;06/09/2025;4"]
    intake, _ = bring(table(HEAD, *rows), known)
    assert (intake.rows, intake.review, intake.questions[0].rows) == (2, 2, (2, 3))


def test_an_sku_of_another_owner_is_not_overwritten_by_a_list_that_names_no_owner() -> None:
    head = "Mã SKU;Tên sản phẩm;Chủ thể;Giá"
    _, owned = bring(table(head, "SP01;Mật ong;HTX A;100000"), beside=Beside(owner="HTX A"))
    intake, after = bring(table(head, "SP01;Chè xanh;HTX B;50000"), owned)
    assert (intake.refused, [note.problem.code for note in intake.notes]) == (1, ["sku-of-other-owner"])
    assert after == owned
    intake, (honey,) = bring(table(head, "SP01;Mật ong;HTX A;120000"), owned)
    assert (intake.refused, honey.price, honey.owner) == (0, 120_000, "HTX A")
