"""`share` as commands: a bundle made at a co-operative, registered and taken in at an office, and what is refused."""

import zipfile
from datetime import UTC, date, datetime
from functools import partial

import pytest

from ocop_market.cli import share
from ocop_market.cli.frame import Exit
from ocop_market.market import open_market
from tests.unit.sharing.conftest import TEA, keep, made, sale


@pytest.fixture
def folders(tmp_path, run, clock, monkeypatch):
    clock.now = datetime(2026, 11, 22, 3, tzinfo=UTC)
    monkeypatch.setattr(share, "open_market", partial(open_market, clock=clock))
    coop = made(tmp_path / "coop", clock, 'name = "HTX Trà"\n[accounts.shop]\nchannel = "shopee"\nshop_id = 7\n', TEA)
    keep(coop, "shop", sale("A1", date(2026, 3, 1)))
    coop.close()
    made(tmp_path / "office", clock, 'name = "Sở"\n', TEA).close()
    return tmp_path / "coop", tmp_path / "office"


def test_from_a_producers_ledger_to_the_offices_and_back_out_again(run, folders, tmp_path):
    coop, office = folders
    (tmp_path / "inbox").mkdir()
    bundle = tmp_path / "inbox" / "b.zip"
    written = run("share", "make", "--market", coop, "--to-file", bundle, "--json")
    assert (written.code, written.json["rows"], written.json["worth"]) == (Exit.DONE, 1, 95_000)
    shown = run("share", "show", bundle)
    assert "HTX Trà" in shown.out
    assert written.json["code"] in shown.out.replace("\n", " ")
    unknown = run("share", "take", bundle, "--market", office)
    assert unknown.code == Exit.PARTLY
    assert "share register" in unknown.out
    assert run("share", "register", "htx-tra", bundle, "--code", written.json["code"], "--market", office).code == Exit.DONE
    taken = run("share", "take", tmp_path / "inbox", "--market", office, "--json")
    assert (taken.code, taken.json["taken"][0]["lines"], taken.json["unattributed"]) == (Exit.DONE, 1, 0)
    listed = run("share", "list", "--market", office, "--json").json
    assert listed["bundles"][0]["accounts"] == {"htx-tra.shop": {"counted": 690, "newer": 0, "own": 0}}
    assert "690 of 690" in run("share", "list", "--market", office).out
    assert run("share", "revoke", bundle, "--market", coop).code == Exit.DONE
    back = run("share", "take", tmp_path / "inbox", "--market", office, "--json")
    assert [one["revoked"] for one in back.json["taken"]] == [1]
    assert [one["code"] for one in back.json["refused"]] == ["bundle-revoked"]
    assert run("share", "list", "--market", office, "--json").json["bundles"][0]["state"] == "revoked"
    assert run("share", "forget", "htx-tra", "--market", office).code == Exit.DONE
    assert "No producer shares" in run("share", "list", "--market", office).out


def test_what_cannot_be_shared_or_taken_is_a_sentence(run, folders, tmp_path):
    coop, office = folders
    for arguments, code in (
            (("--from", "01/01/2020", "--to", "01/02/2020"), "nothing-sold"), (("--from", "02/02/2026", "--to", "01/02/2026"),
            "period-upside-down"), (("--valid-until", "01/01/2026"), "bundle-expired"), (("--account", "lazada"), "unknown-account")):
        ended = run("share", "make", "--market", coop, "--to-file", tmp_path / "x.zip", *arguments)
        assert (ended.code, code in ended.err) == (Exit.INPUT, True)
    (tmp_path / "empty").mkdir()
    assert run("share", "take", tmp_path / "empty", "--market", office).code == Exit.INPUT
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("../evil", "x")
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04")
    ended = run("share", "take", tmp_path / "bad.zip", tmp_path / "cut.zip", "--market", office, "--json")
    assert (ended.code, [one["code"] for one in ended.json["refused"]]) == (Exit.PARTLY, ["no-bundle", "file-damaged"])
    assert run("share", "same", "htx.shop", "--market", office).code == Exit.USAGE
    assert run("share", "same", "htx.shop", "--no", "--market", office).code == Exit.INPUT


def test_no_bundle_is_ever_overwritten(run, folders, tmp_path):
    for code in (Exit.DONE, Exit.INPUT):
        assert run("share", "make", "--market", folders[0], "--to-file", tmp_path / "b.zip").code == code
