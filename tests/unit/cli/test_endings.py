"""However a command ends: a sentence and an exit code for people, one JSON document for scripts, never a traceback."""

import errno
import io
import json
import logging
import os

import click
import pytest

from ocop_market.cli import status
from ocop_market.cli.frame import Exit
from ocop_market.settings import add_account


def failing_with(error):
    def fail(*_, **__):
        raise error

    return fail


def fault(*_, **__):
    return {}["Nguyễn Văn A 0912345678"]


def one_document(text: str):
    return json.loads(text)


@pytest.mark.parametrize("as_json", [False, True])
def test_a_fault_of_the_program_is_a_sentence_with_its_place_and_no_value(run, market, monkeypatch, as_json):
    monkeypatch.setattr(status, "gather", fault)
    ran = run("status", "--market", market, *(["--json"] if as_json else []))
    assert ran.code == Exit.BROKEN
    said = one_document(ran.out)["error"]["message"] if as_json else ran.err
    assert "KeyError in tests.unit.cli.test_endings:" in said.replace("\n", " ")
    assert "Traceback" not in ran.out + ran.err and "0912345678" not in ran.out + ran.err


def test_the_traceback_is_shown_when_asked_for_without_the_texts_of_errors(run, market, monkeypatch):
    monkeypatch.setenv("OCOP_MARKET_DEBUG", "1")
    monkeypatch.setattr(status, "gather", failing_with(ValueError("access_token=hush-hush")))
    ran = run("status", "--market", market)
    assert ran.code == Exit.BROKEN
    assert "in failing_with" not in ran.out and "fail" in ran.err and "test_endings.py" in ran.err and "ValueError" in ran.err
    assert "hush-hush" not in ran.err


def test_a_validation_fault_shows_no_input_even_then(run, market, monkeypatch):
    from pydantic import BaseModel

    class Order(BaseModel):
        total: int

    answer = {"buyer": "Nguyễn Văn A"}

    def read(*_, **__):
        Order.model_validate(answer)

    monkeypatch.setenv("OCOP_MARKET_DEBUG", "1")
    monkeypatch.setattr(status, "gather", read)
    said = run("status", "--market", market).err
    assert "ValidationError in tests.unit.cli.test_endings:" in said and "Nguyễn" not in said


def test_secrets_of_web_addresses_stay_out_of_the_log(run, market, monkeypatch):
    def call(*_, **__):
        logging.getLogger("urllib3.connectionpool").debug("GET /x?sign=%s&access_token=%s", "hush-sign", "hush-token")
        logging.getLogger("connectors.shopee").warning("partner_key=%s", "hush-key")
        return {"products": 0, "accounts": {}}

    monkeypatch.setenv("OCOP_MARKET_DEBUG", "1")
    monkeypatch.setattr(status, "gather", call)
    ran = run("status", "--market", market)
    assert "sign=***" in ran.err and "hush" not in ran.err


def test_warnings_are_shown_without_debugging_and_without_secrets(run, market, monkeypatch):
    def call(*_, **__):
        logging.getLogger("ocop_market.anything").warning("token=%s", "hush-token")
        logging.getLogger("ocop_market.anything").debug("small talk")
        return {"products": 0, "accounts": {}}

    monkeypatch.setattr(status, "gather", call)
    ran = run("status", "--market", market)
    assert "token=***" in ran.err and "hush" not in ran.err and "small talk" not in ran.err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
@pytest.mark.parametrize("as_json", [False, True])
def test_a_stop_is_said_and_has_its_exit_code(run, market, monkeypatch, error, as_json):
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(status, "gather", failing_with(error))
    ran = run("status", "--market", market, *(["--json"] if as_json else []))
    assert ran.code == Exit.INTERRUPTED
    if as_json:
        assert one_document(ran.out)["error"]["code"] == "stopped"
    else:
        assert "Stopped." in ran.err and ran.out == ""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_question_that_nobody_can_answer_is_a_wrong_call(run, market, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    ran = run("accounts", "add", "x", "--channel", "shopee", "--market", market)
    assert ran.code == Exit.USAGE
    assert "nobody-to-ask" in ran.err and "Aborted" not in ran.err


def test_a_disk_that_refuses_is_json_too(run, market, monkeypatch):
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "market.db")
    monkeypatch.setattr(status, "gather", failing_with(full))
    ran = run("status", "--market", market, "--json")
    assert ran.code == Exit.INPUT
    assert one_document(ran.out)["error"]["code"] == "disk-refuses"


def test_one_account_with_a_fault_does_not_keep_the_others_from_being_pulled(run, market, monkeypatch):
    for name in ("first", "second"):
        add_account(market, name, "kiotviet", {"retailer": "x", "client_id": "y", "client_secret": "z"})
    add_account(market, "third", "kiotviet", {"retailer": "env:NOT_SET_ANYWHERE", "client_id": "y", "client_secret": "z"})
    add_account(market, "fourth", "no-such-channel", {})

    def pull(self, account, watch=None):
        self.connector(account)
        if account == "first":
            raise KeyError("Nguyễn Văn A")
        from ocop_market.sales.pull import Pulled
        from ocop_market.store.ledger import Saved

        return Pulled(Saved(new=1))

    monkeypatch.setattr("ocop_market.market.Market.pull_sales", pull)
    ran = run("pull", "--market", market, "--json")
    found = {report["account"]: (report["outcome"], (report["error"] or {}).get("code")) for report in one_document(ran.out)}
    assert found == {"first": ("failed", "unexpected"), "second": ("done", None), "third": ("failed", "environment-missing"),
                     "fourth": ("failed", "unknown-channel")}
    assert ran.code == Exit.BROKEN
    assert "Nguyễn" not in ran.out + ran.err


def test_a_market_without_shops_says_how_to_add_one(run, market):
    ran = run("pull", "--market", market)
    assert ran.code == Exit.DONE and "accounts add" in ran.out
    assert one_document(run("pull", "--market", market, "--json").out) == []


def test_status_tells_why_the_last_run_failed(run, market):
    add_account(market, "till", "kiotviet", {"retailer": "env:NOT_SET_ANYWHERE", "client_id": "y", "client_secret": "z"})
    assert run("pull", "till", "--market", market).code == Exit.INPUT
    assert "NOT_SET_ANYWHERE" in run("status", "--market", market).out.replace("\n", " ")
    (entry,) = run("status", "--market", market, "--json").json["accounts"]["till"]["runs"]
    assert entry["error"]["code"] == "environment-missing" and "NOT_SET_ANYWHERE" in entry["error"]["message"]


def test_long_lines_to_copy_are_never_broken(run, tmp_path):
    folder = tmp_path / ("rất dài " * 12).strip() / "chợ [phiên]"
    assert str(folder) in run("init", folder).out


@pytest.fixture
def sheet(run, market, tmp_path):
    """A market with a list and a listing sheet."""
    add_account(market, "sheet", "spreadsheet", {"folder": "out [1]"})
    (tmp_path / "list.csv").write_text(
        "Mã hàng;Tên sản phẩm;Hạng sao;Ngày cấp;Giá;Tồn kho;Khối lượng (g)\nA;Trà;4 sao;01/03/2026;50.000;5;500\n", encoding="utf-8")
    run("import", tmp_path / "list.csv", "--market", market)
    return market


def test_a_plan_file_with_a_mark_before_it_or_another_ending_is_read(run, sheet, tmp_path):
    for name, before in (("kế hoạch.json", b"\xef\xbb\xbf"), ("plan.txt", b"")):
        path = tmp_path / name
        assert run("plan", "sheet", "--out", path, "--market", sheet).code == Exit.DONE
        path.write_bytes(before + path.read_bytes().replace(b"\n", b"\r\n"))
        assert run("apply", path, "--market", sheet).code == Exit.DONE, name


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff\xfe{\x00}\x00", b"[" * 100_000, b'{"account": 1, "digest": "x"}'])
def test_a_file_that_is_no_plan_is_a_sentence(run, sheet, tmp_path, content):
    (tmp_path / "plan.json").write_bytes(content)
    ran = run("apply", tmp_path / "plan.json", "--market", sheet)
    assert ran.code == Exit.INPUT and "plan-damaged" in ran.err


def test_a_plan_that_was_made_already_says_so(run, sheet, tmp_path):
    run("plan", "sheet", "--out", tmp_path / "plan.json", "--market", sheet)
    run("apply", tmp_path / "plan.json", "--market", sheet)
    assert "made before" in run("apply", tmp_path / "plan.json", "--market", sheet).out


def test_growth_as_json_is_stable_and_names_what_is_missing(run, sheet):
    body = run("growth", "--from", "29/02/2024", "--to", "01/03/2024", "--market", sheet, "--json").json
    assert body["before"] == ["2023-02-28", "2023-03-01"]
    assert set(body) == {"basis", "basis_text", "period", "before", "tables", "begins", "ends_early", "geography", "geography_text",
                         "unknown_states", "breakdown", "against", "asked", "notes", "change", "parts", "reasons", "same_sellers",
                         "effects", "real", "years", "before_after", "figures"}
    assert set(body["tables"]) == {"channel", "star", "province"}
    assert body["tables"]["channel"] == {"rows": [], "total": {"now": 0, "before": 0, "growth": None}, "unknown": 0}


def test_an_account_whose_secrets_come_from_the_environment_can_be_checked_and_keyed_anew(run, market, monkeypatch):
    monkeypatch.setenv("TEST_PARTNER", "7")
    monkeypatch.setattr("click.prompt", lambda text, **more: "hush")
    ran = run("accounts", "add", "shop", "--channel", "shopee", "--set", "partner_id=env:TEST_PARTNER", "--set", "shop_id=2",
              "--market", market)
    assert ran.code == Exit.DONE, ran.err
    assert run("accounts", "keys", "shop", "--market", market).code == Exit.DONE


def test_nothing_is_asked_for_an_account_that_cannot_be_added(run, market, tmp_path, monkeypatch):
    monkeypatch.setattr("click.prompt", lambda *_, **__: pytest.fail("asked"))
    add_account(market, "shop", "spreadsheet", {})
    for name, folder, code in (("shop", market, "account-there"), ("a/b", market, "setting-wrong"), ("x", tmp_path / "none", "no-market")):
        assert code in run("accounts", "add", name, "--channel", "shopee", "--market", folder).err


def test_the_schedule_tells_of_every_account_in_one_document(run, market):
    add_account(market, "till", "kiotviet", {"retailer": "env:NOT_SET_ANYWHERE", "client_id": "y", "client_secret": "z"})
    ran = run("schedule", "run", "--once", "--market", market, "--json")
    assert [(one["account"], one["error"]["code"]) for one in ran.json] == [("till", "environment-missing")]
    assert ran.code == Exit.PARTLY


def test_the_traceback_of_a_fault_in_one_account_is_shown_when_asked_for(run, market, monkeypatch):
    add_account(market, "till", "kiotviet", {"retailer": "x", "client_id": "y", "client_secret": "z"})
    monkeypatch.setattr("ocop_market.market.Market.pull_sales", fault)
    said = run("pull", "till", "--market", market).err
    assert "Traceback" not in said and said.count("KeyError") == 1
    monkeypatch.setenv("OCOP_MARKET_DEBUG", "1")
    said = run("pull", "till", "--market", market).err
    assert "Traceback" in said and "in fault" in said
