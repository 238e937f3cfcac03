"""Categories by set and by SKU: suggested once, confirmed by a person, never overwritten."""

import tomllib
from dataclasses import replace

import pytest

from ocop_market.channels.api import Connector
from ocop_market.errors import Problem, Refused, SettingsError
from ocop_market.mapping.channel_map import ChannelMap
from ocop_market.mapping.suggestions import open_leaves
from ocop_market.publishing.wanted import want
from ocop_market.settings import AccountSettings, PublishingSettings

from .shelf import PROFILE, TEA, TODAY, Tree, completed

LEAVES = open_leaves(Tree().categories())


def goods(sku, name, product_set=11):
    return replace(TEA, sku=sku, name=name, product_set=product_set)


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return ChannelMap(path)


def read(path):
    return tomllib.loads(path.read_text(encoding="utf-8-sig"))


class MemoryTree(Tree, Connector):
    """The tree as a connector."""

    profile = PROFILE


def test_a_set_whose_products_go_to_one_category_gets_one_line_for_review(tmp_path):
    path = tmp_path / "maps" / "shop.toml"
    teas = [goods(f"T-{n}", f"Trà xanh số {n}") for n in range(5)]
    maps, count = completed(path, teas, Tree())
    assert (count, read(path)) == (1, {"sets": {"11": {"category": "3", "name": "Trà, chè ?"}}})
    assert {maps.choice(tea).category for tea in teas} == {"3"}
    assert not maps.choice(teas[0]).confirmed


def test_what_differs_from_its_set_gets_a_line_of_its_own(tmp_path):
    products = [*(goods(f"T-{n}", f"Trà xanh số {n}") for n in range(4)), goods("H", "Mật ong rừng")]
    maps, count = completed(tmp_path / "m.toml", products, Tree())
    assert (count, maps.choice(products[-1]).category, maps.choice(products[0]).category) == (2, "2", "3")
    assert '[skus."H"]  # Mật ong rừng' in maps.path.read_text(encoding="utf-8")


def test_a_set_that_spans_several_categories_is_suggested_by_sku(tmp_path):
    products = [goods("T", "Trà xanh"), goods("H", "Mật ong rừng"), goods("G", "Gạo nếp")]
    maps, count = completed(tmp_path / "m.toml", products, Tree())
    assert (count, "sets" in read(maps.path)) == (3, False)
    assert [maps.choice(product).category for product in products] == ["3", "2", "6"]


def test_products_without_a_set_are_suggested_by_sku_and_what_fits_nowhere_stays_open(tmp_path):
    products = [goods("A", "Mật ong rừng", None), goods("C", "Ghế mây", None)]
    maps, count = completed(tmp_path / "m.toml", products, Tree())
    assert (count, maps.choice(products[0]).category, maps.choice(products[1])) == (1, "2", None)
    problem = maps.problem(products[1], LEAVES, "Fake")
    assert problem.code == "no-category" and 'skus."C"' in problem.sentence("en")


def test_the_platform_is_asked_once_for_each_name_also_when_it_knows_nothing(tmp_path):
    tree = Tree()
    products = [goods("A", "Trà xanh"), goods("B", "Trà xanh"), goods("C", "Ghế mây", None)]
    completed(tmp_path / "m.toml", products, tree)
    assert sorted(tree.asked) == ["Ghế mây", "Trà xanh"]
    maps, count = completed(tmp_path / "m.toml", [*products, goods("D", "Trà nụ")], tree)
    assert (count, sorted(tree.asked)) == (0, ["Ghế mây", "Trà nụ", "Trà xanh"])
    maps.suggestions.forget()
    completed(tmp_path / "m.toml", products, tree)
    assert len(tree.asked) == 5


def test_a_remembered_answer_that_was_cut_short_is_asked_again(tmp_path):
    tree = Tree()
    completed(tmp_path / "m.toml", [goods("C", "Ghế mây", None), goods("E", "Bàn mây", None)], tree)
    memory = tmp_path / "m.asked.jsonl"
    memory.write_bytes(memory.read_bytes()[:-8])
    completed(tmp_path / "m.toml", [goods("C", "Ghế mây", None), goods("E", "Bàn mây", None)], tree)
    assert tree.asked == ["Ghế mây", "Bàn mây", "Bàn mây"]


def test_a_new_product_in_a_suggested_set_is_looked_at_by_itself(tmp_path):
    tree, path = Tree(), tmp_path / "m.toml"
    completed(path, [goods("A", "Trà xanh")], tree)
    maps, count = completed(path, [goods("A", "Trà xanh"), goods("H", "Mật ong")], tree)
    assert (count, maps.choice(goods("H", "Mật ong")).category) == (1, "2")


def test_a_confirmed_set_holds_for_new_products_without_a_question(tmp_path):
    tree, path = Tree(), tmp_path / "m.toml"
    written(path, '[sets.11]\ncategory = 6\nname = "Gạo"\n')
    before = path.read_bytes()
    maps, count = completed(path, [goods("H", "Mật ong")], tree)
    assert (count, tree.asked, maps.choice(goods("H", "Mật ong")).category) == (0, [], "6")
    assert path.read_bytes() == before


@pytest.mark.parametrize(("text", "category"), [
    ('[sets.11]\ncategory="3"\nname="x ?"\n[skus."A"]\ncategory="2"\nname="y ?"\n', "2"),
    ('[sets.11]\ncategory="3"\nname="x"\n[skus."A"]\ncategory="2"\nname="y ?"\n', "3"),
    ('[sets.11]\ncategory="3"\nname="x"\n[skus."A"]\ncategory="2"\nname="y"\n', "2"),
    ('[sets.11]\ncategory="3"\nname="x ?"\n[skus."A"]\ncategory="2"\n', "2"),
    ('[category]\n"A" = { id = "6", name = "z" }\n[skus."A"]\ncategory="2"\n', "2"),
    ('[category]\n"A" = { id = 6, name = "z" }\n[skus."A".attributes]\nx = 1\n', "6")])
def test_what_a_person_confirmed_goes_before_suggestions_and_the_sku_before_its_set(tmp_path, text, category):
    assert written(tmp_path / "m.toml", text).choice(goods("A", "Trà")).category == category


def test_files_of_the_older_form_are_read_and_their_lines_and_remarks_stay(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_bytes('\ufeff# Xem lại tháng 12\r\n[category]\r\n"Z" = { id = "2", name = "Mật ong" }  # đã hỏi kênh\r\n'.encode())
    maps, _ = completed(path, [goods("Z", "Trà khác"), goods("TRÀ-1", "Trà xanh", None)], Tree())
    text = path.read_text(encoding="utf-8")
    assert "# Xem lại tháng 12" in text and '"Z" = { id = "2", name = "Mật ong" }  # đã hỏi kênh' in text and "# Trà xanh" in text
    assert (maps.choice(goods("Z", "Trà khác")).category, ChannelMap(path).choice(goods("TRÀ-1", "", None)).category) == ("2", "3")


def test_confirming_and_choosing_keep_every_remark_of_a_person(tmp_path):
    maps = written(tmp_path / "m.toml", (
        "# của chị kế toán\n\n[category]\n\"A\" = { id = \"2\", name = \"Mật ong ?\" } # hỏi lại\n\n[sets.11] # chè\n"
        "category = \"3\"   # mã cũ\nname = \"Trà, chè ?\"\n\n[sets.11.attributes]\n\"Xuất xứ\" = \"Việt Nam\"  # luôn luôn\n"))
    maps.confirm([choice for choice in maps.choices() if choice.place == "sets.11"])
    maps.choose('skus."A"', "6", "Gạo")
    maps.choose("sets.3", "6", "Gạo")
    text = maps.path.read_text(encoding="utf-8")
    for remark in ("# của chị kế toán", "# hỏi lại", "[sets.11] # chè", "# mã cũ", "# luôn luôn"):
        assert remark in text
    again = ChannelMap(maps.path)
    assert [(choice.place, choice.category, choice.confirmed) for choice in again.choices()] == [
        ("sets.11", "3", True), ("sets.3", "6", True), ('category."A"', "6", True)]


def test_a_person_s_lines_that_came_in_meanwhile_are_not_lost(tmp_path):
    maps = written(tmp_path / "m.toml", "")
    written(maps.path, '[sets.3]\ncategory = "6"  # vừa nhập\n')
    maps.complete([goods("T", "Trà xanh")], Tree(), LEAVES)
    assert "# vừa nhập" in maps.path.read_text(encoding="utf-8")
    assert read(maps.path)["sets"].keys() == {"3", "11"}


def test_a_suggestion_whose_category_is_gone_is_made_anew_and_a_confirmed_one_is_told(tmp_path):
    maps = written(tmp_path / "m.toml", '[sets.11] # chè\ncategory = "99"\nname = "Cũ ?"\n\n[sets.3]\ncategory = "4"\nname = "Gạo"\n')
    assert maps.complete([goods("T", "Trà xanh"), goods("G", "Gạo nếp", 3)], Tree(), LEAVES) == 1
    assert maps.choice(goods("T", "Trà xanh")).category == "3"
    assert "[sets.11] # chè" in maps.path.read_text(encoding="utf-8")
    problem = maps.problem(goods("G", "Gạo nếp", 3), LEAVES, "Fake")
    assert problem.code == "category-gone" and "[sets.3]" in problem.sentence("en") and "4" in problem.sentence("vi")


def test_skus_with_any_letters_find_their_lines_again(tmp_path):
    odd = ['a"b', "a.b", "a b", "a\\b", "Trà’s", "[x]", "#1"]
    products = [goods(sku, "Mật ong", None) for sku in odd]
    maps, count = completed(tmp_path / "m.toml", products, Tree())
    assert (count, {ChannelMap(maps.path).choice(product).category for product in products}) == (7, {"2"})
    maps.confirm(maps.choices())
    assert all(ChannelMap(maps.path).choice(product).confirmed for product in products)


@pytest.mark.parametrize(("text", "code"), [
    ("[category\n", "category-map-unreadable"), ("[sets.27]\ncategory = 1\n", "setting-wrong"), ("[sets.3]\nkind = 1\n", "setting-wrong"),
    ('[texts]\ntitle = "{ten}"\n', "text-place-unknown"), ('[sets.3.texts]\ndescription = "a\\n{giá}"\n', "text-place-unknown"),
    ("[parcel]\nsize_cm = [10, 0, 5]\n", "setting-wrong"), ("[extra]\nfrom = 2026-01-01\n", "setting-wrong")])
def test_a_broken_map_is_a_sentence_and_stays_as_it_is(tmp_path, text, code):
    path = tmp_path / "shop.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=code):
        ChannelMap(path)
    assert path.read_text(encoding="utf-8") == text


def test_an_unknown_place_is_told_with_the_known_ones(tmp_path):
    with pytest.raises(SettingsError) as refused:
        written(tmp_path / "m.toml", '[sets.3.texts]\ntitle = "{name} {gia}"\n')
    sentence = refused.value.sentence("en")
    assert "{gia}" in sentence and "[sets.3.texts] title" in sentence and "producer" in sentence


def test_what_lies_nearest_counts(tmp_path):
    maps = written(tmp_path / "m.toml", (
        '[texts]\ntitle = "A {name}"\ndescription = "D"\n[extra]\nvat = 8\nmeta = { a = 1, b = 1 }\n[parcel]\nsize_cm = [30, 20, 10]\n'
        'days_to_ship = 2\n[sets.11.texts]\ntitle = "S {name}"\n[sets.11.extra.meta]\nb = 2\n[sets.11.parcel]\ndays_to_ship = 5\n'
        '[skus."A".texts]\ntitle = "K"\n[skus."A".extra]\nvat = 10\n[skus."A".parcel]\npacking_g = 0\n'))
    own, of_set = maps.mapped(goods("A", "x")), maps.mapped(goods("B", "x"))
    assert (own.templates.title, of_set.templates.title, maps.mapped(goods("C", "x", 3)).templates.title) == ("K", "S {name}", "A {name}")
    assert {own.templates.description, of_set.templates.description} == {"D"}
    assert (own.extra, of_set.extra) == ({"vat": 10, "meta": {"a": 1, "b": 2}}, {"vat": 8, "meta": {"a": 1, "b": 2}})
    assert (of_set.usual.size_cm, of_set.usual.days_to_ship, own.own.packing_g, of_set.own.packing_g) == ((30, 20, 10), 5, 0, None)


def test_a_category_that_the_platform_refuses_withholds_its_products_only(tmp_path):
    class Strict(MemoryTree):
        def attributes(self, category):
            if category == "6":
                raise Refused([Problem("no-such-category", "There is no category 6.", "category")])
            return []

    path = tmp_path / "shop.toml"
    path.write_text('[category]\n"A" = { id = "6" }\n"B" = { id = "3" }\n"C" = { id = "99" }\n', encoding="utf-8")
    products = [goods("A", "Trà"), goods("B", "Trà"), goods("C", "Trà khác")]
    wanted = want(products, Strict(), AccountSettings(channel="x"), PublishingSettings(), ChannelMap(path), TODAY)
    assert list(wanted.drafts) == ["B"]
    assert {w.sku: [p.code for p in w.problems] for w in wanted.withheld} == {"A": ["no-such-category"], "C": ["category-gone"]}
