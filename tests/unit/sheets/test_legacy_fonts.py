"""Text of the old fonts TCVN3 and VNI: converted when it is certain, refused when it is not, left alone when it is none."""

import unicodedata
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.errors import SettingsError
from ocop_market.sheets.container import read_sheets
from ocop_market.sheets.legacy_fonts import LegacyFont, accented_words, find_font, to_unicode
from ocop_market.sheets.syllables import is_syllable
from tests.unit.sheets.workbooks import workbook

TCVN3, VNI = LegacyFont.TCVN3, LegacyFont.VNI
LIST = [["Tên sản phẩm", "Chủ thể", "Huyện"], ["Mật ong rừng", "Hợp tác xã Đồng Tâm", "Cầu Kè"],
        ["Nước mắm", "Cơ sở Nguyễn Văn Út", "Trà Vinh"], ["Chè xanh", "Tổ hợp tác Mười Lợi", "Vĩnh Long"]]
VOWELS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"
CONSONANTS = "bcdđghklmnpqrstvx"


def in_tcvn3(text: str) -> str:
    """TCVN3 by the order of its code points, where the program's table goes by the alphabet: one checks the other."""
    codes = bytes.fromhex(
        "B5B6B7B8B9BBBCBDBEC6C7C8C9CACBCCCECFD0D1D2D3D4D5D6D7D8DCDDDEDFE1E2E3E4E5E6E7E8E9EAEBECEDEEEFF1F2F3F4F5F6F7F8F9FAFBFCFDFE"
        "A8A9AAABACADAE").decode("latin-1")
    letters = "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵăâêôơưđ"
    capitals = {ord(letter): code for letter, code in zip("ĂÂÊÔƠƯĐ", "\xa1\xa2\xa3\xa4\xa5\xa6\xa7", strict=True)}
    small = {ord(letter): code for letter, code in zip(letters, codes, strict=True)}
    return text.translate(capitals | small | {ord(letter.upper()): code for letter, code in zip(letters, codes, strict=True)
                                              if letter not in "ăâêôơưđ"})


def in_vni(text: str) -> str:
    """VNI: the letter without its tone, then the sign of the tone; hats and tones share one sign."""
    single = {"đ": "ñ", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î", "ì": "ì", "í": "í", "ơ": "ô", "ư": "ö"}
    tones = {"\u0300": "ø", "\u0301": "ù", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
    hats = {"": "â", "\u0300": "à", "\u0301": "á", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
    breves = {"": "ê", "\u0300": "è", "\u0301": "é", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}

    def typed(letter: str) -> str:
        small = letter.lower()
        marks = unicodedata.normalize("NFD", small)
        tone = "".join(mark for mark in marks if mark in tones)
        if small in single:
            sign = single[small]
        elif "\u0302" in marks:
            sign = marks[0] + hats[tone]
        elif "\u0306" in marks:
            sign = marks[0] + breves[tone]
        elif "\u031b" in marks:
            sign = single["ơ" if marks[0] == "o" else "ư"] + tones.get(tone, "")
        else:
            sign = marks[0] + tones.get(tone, "") if tone else small
        return sign if letter == small else sign.upper()
    return "".join(map(typed, text))


def listed(table: list[list[str]]) -> str:
    return "\n".join(";".join(row) for row in table)


LOWER = st.text(alphabet=VOWELS + CONSONANTS + " .,", max_size=40)


@given(LOWER)
def test_tcvn3_comes_back_letter_by_letter(text: str) -> None:
    assert to_unicode(in_tcvn3(text), TCVN3) == text


@given(st.text(alphabet=VOWELS + VOWELS.upper() + CONSONANTS + CONSONANTS.upper() + " .,0", max_size=40))
def test_vni_comes_back_letter_by_letter(text: str) -> None:
    assert to_unicode(in_vni(text), VNI) == text


def test_every_vietnamese_letter_has_its_own_sign() -> None:
    letters = set(VOWELS + "đ")
    assert len({in_tcvn3(letter) for letter in letters}) == len({in_vni(letter) for letter in letters}) == len(letters)


@pytest.mark.parametrize("text", ["HỢP TÁC XÃ NÔNG NGHIỆP", "Hồ Bá Tư", "UBND tỉnh ĐỒNG THÁP"])
def test_capitals_of_tcvn3_are_told_by_the_other_letters_of_the_word(text: str) -> None:
    assert to_unicode(in_tcvn3(text), TCVN3) == text


@pytest.mark.parametrize("typed", [in_tcvn3, in_vni], ids=["TCVN3", "VNI"])
@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-16"])
def test_texts_of_old_fonts_are_converted_with_a_note(typed: object, encoding: str) -> None:
    assert callable(typed)
    sheet = read_sheets("x", typed(listed(LIST)).encode(encoding))[0]
    assert [list(row) for row in sheet.rows] == [[cell.replace("Út", "út") if typed is in_tcvn3 else cell for cell in row] for row in LIST]
    assert [note.code for note in sheet.notes] == ["text-font-converted"]
    assert ("TCVN3" if typed is in_tcvn3 else "VNI") in sheet.notes[0].sentence("en")


@pytest.mark.parametrize("typed", [in_tcvn3, in_vni], ids=["TCVN3", "VNI"])
def test_workbooks_of_old_fonts_are_converted(typed: object) -> None:
    assert callable(typed)
    content = workbook([[typed(cell) for cell in row] for row in LIST], [["only ASCII"]])
    sheets = read_sheets("x", content)
    assert sheets[0].rows[2][0] == "Nước mắm"
    assert [len(sheet.notes) for sheet in sheets] == [1, 0]


@pytest.mark.parametrize("typed", [in_tcvn3, in_vni], ids=["TCVN3", "VNI"])
def test_unicode_headings_over_old_text_stay_as_they_are(typed: object) -> None:
    assert callable(typed)
    body = [[typed(cell) for cell in row] for row in LIST[1:]]
    sheet = read_sheets("x", workbook([LIST[0], *body, ["Gạo nếp", typed("có"), "Xã Ba Động"]]))[0]
    assert (sheet.rows[0], sheet.rows[1][1]) == (tuple(LIST[0]), "Hợp tác xã Đồng Tâm")
    assert sheet.rows[4] == ("Gạo nếp", "có", "Xã Ba Động")


def test_text_that_fits_no_font_wholly_is_refused_with_advice() -> None:
    words = [in_tcvn3(word) for word in ("mật", "nước", "mắm", "sản", "phẩm", "rừng")]
    strange = ["br®k", "pl¶d", "str¬g", "k¸k", "w½w", "z¼z", "q¾q"]
    with pytest.raises(SettingsError) as caught:
        read_sheets("tệp", ";".join(words + strange).encode())
    assert caught.value.code == "text-legacy-font"
    assert "UniKey" in caught.value.sentence("en")


@pytest.mark.parametrize("text", [
    "Aµ;Aµ;Aµ;Aµ;Aµ;Aµ", "µ;¸;¶;·;¹;»;¼;½;¾;ª;«", "Nano®;5 m²;½ ký;café;naïve;déjà vu", "thé;blé;crème;brûlée;pâté;rosé;purée",
    "größe;für;öl;übung;straße;käse;müsli"])
def test_signs_and_foreign_words_are_no_old_font(text: str) -> None:
    sheet = read_sheets("x", text.encode())[0]
    assert (sheet.rows[0], sheet.notes) == (tuple(text.split(";")), ())


def test_the_list_of_the_demo_is_vietnamese_and_needs_no_conversion() -> None:
    text = files("ocop_market.demo").joinpath("data", "ocop_products.csv").read_text("utf-8")
    words = set(accented_words(text.splitlines()))
    assert sum(map(is_syllable, words)) > 0.98 * len(words)
    assert find_font(text.splitlines()) is None


@given(st.lists(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12), max_size=30))
def test_random_text_is_never_taken_for_an_old_font(texts: list[str]) -> None:
    assert find_font(texts) is None


@pytest.mark.parametrize(("word", "is_one"), [
    ("nghiêng", True), ("Nước", True), ("QUỐC", True), ("giữa", True), ("hoà", True), ("hòa", True), ("Đắk", False), ("phÈm", False),
    ("mat", False), ("mạt", True), ("màt", False), ("hµng", False), ("naïve", False), ("café", False), ("ñôn", False), ("khuỷu", True)])
def test_syllables_are_known_by_their_parts_and_tone(word: str, is_one: bool) -> None:
    assert is_syllable(word) is is_one
