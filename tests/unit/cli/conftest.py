"""The command line called in this process: its exit code and what it printed."""

import json
from pathlib import Path

import pytest

from ocop_market.cli.frame import Exit
from ocop_market.cli.main import main


class Ran:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OCOP_MARKET", raising=False)
    monkeypatch.delenv("OCOP_MARKET_DEBUG", raising=False)

    def go(*arguments: object) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--lang", "en", *map(str, arguments)])
        captured = capsys.readouterr()
        code = ended.value.code
        return Ran(0 if code is None else int(code), captured.out, captured.err)

    return go


@pytest.fixture
def market(run, tmp_path) -> Path:
    assert run("init", tmp_path / "m").code == Exit.DONE
    return tmp_path / "m"


@pytest.fixture
def ring():
    """A keyring in memory in place of this computer's."""
    keyring = pytest.importorskip("keyring")
    from tests.unit.cli.keyring_in_memory import InMemory

    before = keyring.get_keyring()
    keyring.set_keyring(made := InMemory())
    yield made
    keyring.set_keyring(before)
