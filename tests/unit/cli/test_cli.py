"""The command line: help, exit codes, JSON, and a sentence for everything that can be wrong with what comes in."""

import json
import socket
import sqlite3
import zipfile
from pathlib import Path

import pytest

from ocop_market.cli.frame import Exit
from ocop_market.cli.main import COMMANDS, main, root
from ocop_market.settings import add_account

LIST = "Tên sản phẩm;Chủ thể;Tỉnh;Hạng sao;Giá;Tồn kho\nTrà Tân Cương;HTX Chè Xanh;Thái Nguyên;4 sao;120.000 đ;12\n"


def a_plain_sentence(ran, code: str) -> None:
    """Says what to do on standard error, carries its stable code, shows no traceback and no address."""
    assert code in ran.err, ran.err
    assert "Traceback" not in ran.err + ran.out
    assert ran.out == ""


GROUPS = ("accounts", "codes", "connector", "points", "queue", "schedule", "share", "webhooks")
"""Commands that only hold others."""


def test_help_lists_every_command(run):
    ran = run("--help")
    assert ran.code == Exit.DONE
    assert all(name in ran.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_in_both_languages(run, capsys, name):
    english = run(name, "--help").out
    with pytest.raises(SystemExit):
        main(["--lang", "vi", name, "--help"])
    vietnamese = capsys.readouterr().out
    assert len(english) > 80
    assert english != vietnamese


@pytest.mark.parametrize("name", [n for n in COMMANDS if n not in GROUPS])
def test_every_command_speaks_json_and_both_languages(name):
    names = {p.name for p in root.get_command(None, name).params} | {o for p in root.get_command(None, name).params for o in p.opts}
    assert {"--json", "--lang", "--market"} <= names


def test_the_line_in_the_list_of_commands_needs_no_import_but_is_about_the_same_command():
    for name in COMMANDS:
        assert root.get_command(None, name).name == name


def test_an_unknown_command_is_a_wrong_call(run):
    assert run("sell-everything").code == Exit.USAGE


def test_a_market_is_made_once(run, market):
    before = (market / "market.toml").read_bytes()
    ran = run("init", market)
    assert ran.code == Exit.INPUT
    a_plain_sentence(ran, "market-there")
    assert (market / "market.toml").read_bytes() == before


@pytest.mark.parametrize("command", [["status"], ["plan", "shop"], ["pull"], ["growth"], ["report"], ["import", "x.csv"],
                                     ["accounts", "list"], ["schedule", "show"], ["apply", "shop"]])
def test_without_a_market_every_command_says_how_to_make_one(run, tmp_path, command):
    ran = run(*command, "--market", tmp_path / "nowhere")
    assert ran.code == Exit.INPUT
    a_plain_sentence(ran, "no-market")
    assert "ocop-market init" in ran.err
    assert not (tmp_path / "nowhere").exists()


def test_a_list_is_imported_and_every_row_accounted_for(run, market, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(LIST + "Mật ong;HTX B;Bắc Giang;4 sao;không rõ;x\n;HTX C;Bắc Giang;3;1;1\n", encoding="utf-8-sig")
    body = run("import", file, "--market", market, "--json").json
    assert body["rows"] == body["accepted"] + body["refused"] == 3
    assert body["products"] == body["new"] == 2
    assert all(note["message"] and note["code"] for note in body["notes"])
    again = run("import", file, "--market", market, "--json").json
    assert (again["new"], again["changed"]) == (0, 0)


def _zip_that_is_no_workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "x")


BAD_FILES = {
    "missing.xlsx": lambda path: None,
    "empty.xlsx": lambda path: path.write_bytes(b""),
    "picture.xlsx": lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200)),
    "cut.xlsx": lambda path: path.write_bytes(b"PK\x03\x04" + bytes(50)),
    "paper.xlsx": lambda path: path.write_bytes(b"%PDF-1.7\n" + bytes(50)),
    "zip.xlsx": _zip_that_is_no_workbook,
    "letter.txt": lambda path: path.write_text("Kính gửi quý khách,\n\nXin chào.\n", encoding="utf-8"),
    "folder.csv": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_list_is_refused_and_nothing_is_written(run, market, tmp_path, name):
    BAD_FILES[name](tmp_path / name)
    ran = run("import", tmp_path / name, "--market", market)
    assert ran.code == Exit.INPUT
    assert "✗" in ran.err and "Traceback" not in ran.err
    assert run("status", "--market", market, "--json").json["products"] == 0


def test_a_settings_file_with_a_fault_is_named_with_its_line(run, market):
    (market / "market.toml").write_text('name = "x"\n[publishing\n', encoding="utf-8")
    ran = run("status", "--market", market)
    a_plain_sentence(ran, "settings-unreadable")
    assert "line 2" in ran.err


def test_a_wrong_setting_is_named_without_its_value(run, market):
    (market / "market.toml").write_text('[publishing]\nlapsed = "hush-hush"\n', encoding="utf-8")
    ran = run("status", "--market", market)
    a_plain_sentence(ran, "setting-wrong")
    assert "publishing.lapsed" in ran.err and "hush-hush" not in ran.err


def test_a_locked_market_says_so_and_how_to_go_on(run, market, monkeypatch):
    from ocop_market.store import engine

    monkeypatch.setattr(engine.Store.__init__, "__kwdefaults__", {"wait_seconds": 0.1})
    other = sqlite3.connect(market / "market.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    file = market / "list.csv"
    file.write_text(LIST, encoding="utf-8")
    ran = run("import", file, "--market", market)
    other.execute("ROLLBACK")
    other.close()
    assert ran.code == Exit.LATER
    a_plain_sentence(ran, "market-locked")
    assert run("import", file, "--market", market, "--json").json["new"] == 1


def test_a_damaged_database_is_not_overwritten(run, market):
    (market / "market.db").write_bytes(b"garbage" * 1000)
    for leftover in market.glob("market.db-*"):
        leftover.unlink()
    ran = run("status", "--market", market)
    assert ran.code != Exit.DONE
    a_plain_sentence(ran, "not-a-market")
    assert (market / "market.db").read_bytes().startswith(b"garbage")


@pytest.mark.parametrize(("command", "code"), [
    (["plan", "nobody"], "unknown-account"), (["pull", "nobody"], "unknown-account"), (["accounts", "check", "nobody"], "unknown-account"),
    (["accounts", "add", "x", "--channel", "amazon"], "unknown-channel"), (["sandbox", "amazon"], "unknown-channel"),
    (["sandbox", "shopee", "--fault", "explode"], "fault-unknown"),
    (["sandbox", "tiki", "--call", "http://htx.example.vn/tiki/1"], "not-this-computer"),
    (["sandbox", "tiki", "--call", "127.0.0.1:8765"], "no-address"),
    (["sandbox", "shopee", "--months", "0", "--call", "http://127.0.0.1:9/shopee/1"], "address-not-taken"),
    (["apply", "nothing.json"], "plan-unreadable"),
    (["growth", "--from", "2026-05-01", "--to", "2026-04-01"], "period-upside-down"),
    (["accounts", "add", "x", "--channel", "shopee", "--set", "colour=red"], "setting-unknown")])
def test_what_does_not_exist_is_named(run, market, command, code):
    ran = run(*command, "--market", market)
    assert ran.code in (Exit.INPUT, Exit.PARTLY)
    a_plain_sentence(ran, code)


def test_errors_are_json_too(run, market):
    assert run("plan", "nobody", "--market", market, "--json").json["error"]["code"] == "unknown-account"


def test_a_port_in_use_is_a_sentence(run, market):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = run("sandbox", "shopee", "--months", "0", "--port", taken.getsockname()[1])
    assert ran.code == Exit.INPUT
    a_plain_sentence(ran, "port-in-use")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_server_that_does_not_answer_is_said_and_tried_later(run, market, monkeypatch):
    monkeypatch.setattr("ocop_market.channels.http.Http._wait", lambda *_: 0.0)
    url = f"http://127.0.0.1:{_free_port()}"
    add_account(market, "till", "kiotviet", {"retailer": "x", "client_id": "y", "client_secret": "z", "api_url": url, "id_url": url})
    ran = run("pull", "till", "--market", market)
    assert ran.code == Exit.LATER
    assert "unreachable" in ran.err and "127.0.0.1" not in ran.err
    assert "→" in run("status", "--market", market).out


def test_a_plan_edited_by_hand_is_refused(run, market, tmp_path):
    path = tmp_path / "plan.json"
    add_account(market, "sheet", "spreadsheet", {"practice": True, "folder": "out"})
    assert run("plan", "sheet", "--market", market, "--out", path).code == Exit.DONE
    body = json.loads(path.read_text(encoding="utf-8"))
    body["unchanged"] = 99
    path.write_text(json.dumps(body), encoding="utf-8")
    a_plain_sentence(run("apply", path, "--market", market), "plan-damaged")


def test_secrets_are_asked_for_and_never_stand_in_the_settings(run, market, monkeypatch):
    monkeypatch.setattr("click.prompt", lambda text, **more: "hush-hush-key" if more.get("hide_input") else "7")
    assert run("accounts", "add", "shop", "--channel", "shopee", "--set", "partner_id=1", "--set", "shop_id=2",
               "--market", market).code == Exit.DONE
    for file in market.iterdir():
        assert b"hush-hush-key" not in file.read_bytes()
    assert "hush-hush" not in run("accounts", "list", "--market", market, "--json").out
    a_plain_sentence(run("accounts", "add", "shop", "--channel", "shopee", "--set", "partner_id=1", "--set", "shop_id=2",
                         "--market", market), "account-there")


def test_a_broken_list_for_a_till_is_refused(run, market, tmp_path):
    add_account(market, "till", "spreadsheet", {"folder": "out"})
    path = tmp_path / "sales.xlsx"
    path.write_bytes(b"not a workbook")
    ran = run("pull", "till", "--file", path, "--market", market)
    assert ran.code == Exit.INPUT and "✗" in ran.err


def test_the_demo_leaves_a_folder_with_other_files_alone(run, tmp_path):
    other = tmp_path / "my-files"
    other.mkdir()
    (other / "thesis.docx").write_bytes(b"years of work")
    ran = run("demo", other)
    assert ran.code == Exit.INPUT
    a_plain_sentence(ran, "folder-in-use")
    assert [p.name for p in other.iterdir()] == ["thesis.docx"]
