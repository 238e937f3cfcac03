"""market.toml as people leave it: edited by hand, on Windows, half right."""

import pytest

from ocop_market.errors import SettingsError
from ocop_market.market import open_market
from ocop_market.settings import FILE_NAME, add_account, change_database, database_address, read_settings, write_new_market


@pytest.fixture
def folder(tmp_path):
    write_new_market(tmp_path / "Hợp tác xã", "HTX “Mẫu” \\ Xanh")
    return tmp_path / "Hợp tác xã"


def written(folder, text: str, encoding: str = "utf-8") -> None:
    (folder / FILE_NAME).write_bytes(text.encode(encoding))


def test_a_file_saved_by_notepad_is_read(folder):
    written(folder, 'name = "Chè"\r\n[accounts.shop]\r\nchannel = "shopee"\r\n', "utf-8-sig")
    add_account(folder, "till", "spreadsheet", {"folder": "C:\\\\HTX\\\\bán"})
    assert list(read_settings(folder).accounts) == ["shop", "till"]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1258"])
def test_a_file_in_another_encoding_is_named(folder, encoding):
    written(folder, 'name = "Chè"\n', encoding)
    with pytest.raises(SettingsError, match="settings-unreadable"):
        read_settings(folder)


@pytest.mark.parametrize("left", ["accounts = {}\n", "name = 1", "[accounts.shop"])
def test_an_account_is_never_added_to_a_file_that_it_would_break(folder, left):
    written(folder, left)
    before = (folder / FILE_NAME).read_bytes()
    with pytest.raises(SettingsError):
        add_account(folder, "till", "spreadsheet", {})
    assert (folder / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("name", [
    "", "..", "../up", "a/b", "a\\b", "C:", "a*b", "-x", " x", "x ", "x.", "a\nb", "con", "NUL.x", "x" * 41, "a<b"])
def test_a_name_that_is_no_file_name_everywhere_is_refused(folder, name):
    with pytest.raises(SettingsError) as refused:
        add_account(folder, name, "spreadsheet", {})
    assert refused.value.code == "setting-wrong" and "accounts" in refused.value.sentence("en")
    written(folder, f"[accounts.{_quoted(name)}]\nchannel = \"spreadsheet\"\n")
    with pytest.raises(SettingsError):
        read_settings(folder)


def _quoted(name: str) -> str:
    import json

    return json.dumps(name)


@pytest.mark.parametrize("name", ["my-shop", "Quầy hàng 2", "shop_1", "tiki.vn", "7"])
def test_a_name_in_any_language_is_taken(folder, name):
    add_account(folder, name, "spreadsheet", {})
    assert name in read_settings(folder).accounts


def test_two_names_that_differ_only_by_case_are_one_file_on_windows(folder):
    add_account(folder, "Shop", "spreadsheet", {})
    with pytest.raises(SettingsError, match="account-there"):
        add_account(folder, "shop", "spreadsheet", {})


def test_the_database_may_be_named_by_the_environment(folder, monkeypatch):
    written(folder, 'database = "env:OCOP_TEST_DATABASE"\n')
    with pytest.raises(SettingsError, match="environment-missing"):
        open_market(folder)
    monkeypatch.setenv("OCOP_TEST_DATABASE", "sổ sách.db")
    open_market(folder).close()
    assert (folder / "sổ sách.db").is_file()


def test_an_empty_database_is_a_wrong_setting(folder):
    written(folder, 'database = ""\n')
    with pytest.raises(SettingsError, match="setting-wrong"):
        open_market(folder)


@pytest.mark.parametrize(("before", "after"), [
    (b'name = "x"\n[publishing]\n', b'NEW\nname = "x"\n[publishing]\n'), (b"", b"NEW\n"),
    (b'\xef\xbb\xbf# caf\xc3\xa9\r\nname = "x"\r\n', b'\xef\xbb\xbfNEW\r\n# caf\xc3\xa9\r\nname = "x"\r\n'),
    (b'name = "x"\ndatabase = "old.db"  # mine\n# end', b'name = "x"\nNEW\n# end'), (b'"database"="old.db"', b"NEW\n"),
    (b'# database = "a"\n[accounts.a]\nchannel = "c"\ndatabase = "of the shop"\n',
     b'NEW\n# database = "a"\n[accounts.a]\nchannel = "c"\ndatabase = "of the shop"\n')])
def test_another_database_changes_one_line_and_keeps_the_others(tmp_path, before, after):
    (tmp_path / "market.toml").write_bytes(before)
    change_database(tmp_path, 'postgresql://u@"host"/d')
    assert (tmp_path / "market.toml").read_bytes() == after.replace(b"NEW", rb'database = "postgresql://u@\"host\"/d"')
    assert read_settings(tmp_path).database == 'postgresql://u@"host"/d'
    assert list(tmp_path.iterdir()) == [tmp_path / "market.toml"]


def test_a_file_in_which_the_line_cannot_be_found_is_left_as_it_is(tmp_path):
    content = b'name = """\ndatabase = "no setting"\n"""\ndatabase = "x.db"\n'
    (tmp_path / "market.toml").write_bytes(content)
    with pytest.raises(SettingsError, match="settings-by-hand"):
        change_database(tmp_path, "y.db")
    assert (tmp_path / "market.toml").read_bytes() == content


@pytest.mark.parametrize(("given", "found"), [
    ("postgresql://u@h/d", ("postgresql://u@h/d", "postgresql://u@h/d")), ("postgres://u@h/d", ("postgresql://u@h/d",) * 2),
    ("postgresql://u:p@h/d", ("postgresql://u:p@h/d", "env:OCOP_MARKET_DATABASE")),
    ("postgresql://u@h/d?password=p", ("postgresql://u@h/d?password=p", "env:OCOP_MARKET_DATABASE")),
    ("sqlite:///a.db", ("a.db", "a.db")), ("env:OFFICE", ("postgresql://u:p@h/d", "env:OFFICE"))])
def test_an_address_with_a_password_is_not_for_the_settings(monkeypatch, given, found):
    monkeypatch.setenv("OFFICE", "postgresql://u:p@h/d")
    assert database_address(given) == found


@pytest.mark.parametrize("given", ["market.db", "mysql://u:hush@h/d", "sqlite:///", "postgresql:x", ""])
def test_an_address_of_another_kind_is_refused_without_its_password(given):
    with pytest.raises(SettingsError, match="database-address") as told:
        database_address(given)
    assert "hush" not in told.value.sentence("en")
