"""What all contract cases share: the connector under test, its trials, and sentences for what it need not do."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest

from ocop_market.channels.api import Connector
from ocop_market.testing import NotWritten
from ocop_market.testing.trial import Ground, Trial

Case = TypeVar("Case", bound=Callable[..., Any])
NewTrial = Callable[..., Trial]


class ContractFrame:
    """The base of all cases. `channel` is the connector's key; see `contract_for` for the others."""

    channel: str
    settings: Mapping[str, Any] = {}
    reads_by_post: tuple[str, ...] = ()

    @pytest.fixture(scope="class")
    @classmethod
    def ground(cls, tmp_path_factory: pytest.TempPathFactory) -> Ground:
        """What the trials of this connector have in common."""
        return Ground(cls.channel, tmp_path_factory.mktemp("contract") / "blank", cls.settings).prepare()

    @pytest.fixture
    def new_trial(self, ground: Ground, tmp_path: Path) -> Iterator[NewTrial]:
        """Makes trials, each in a folder of its own, and closes them in the end."""
        made: list[Trial] = []

        def make(**options: Any) -> Trial:
            with_its_sentence = in_plain_words(ground.trial)
            trial: Trial = with_its_sentence(tmp_path / f"trial-{len(made)}", **options)
            made.append(trial)
            return trial

        yield make
        for trial in made:
            trial.close()


def needs(*roles: type, otherwise: str, sandbox: bool = True) -> Callable[[Case], Case]:
    """Runs a case only for connectors with one of these roles (and a practice server); others skip it with a sentence.

    `otherwise` follows the channel's name: "takes no listings".
    """

    def choose(case: Case) -> Case:
        @functools.wraps(case)
        def chosen(self: ContractFrame, ground: Ground, *arguments: Any, **fixtures: Any) -> None:
            kind: type[Connector] = ground.kind
            if not issubclass(kind, roles):
                pytest.skip(f"{kind.profile.title} {otherwise}, and need not.")
            if sandbox and not ground.has_sandbox:
                pytest.skip(f"{kind.profile.title} works without a network, so there is no practice server to try it on.")
            case(self, ground, *arguments, **fixtures)

        return chosen  # type: ignore[return-value]

    return choose


def in_plain_words(case: Callable[..., Any]) -> Callable[..., Any]:
    """Turns a part that is not written yet into a failure of one sentence."""

    @functools.wraps(case)
    def spoken(*arguments: Any, **fixtures: Any) -> Any:
        try:
            return case(*arguments, **fixtures)
        except NotWritten as error:
            sentence = str(error)
        return pytest.fail(f"Still to be written: {sentence}", pytrace=False)

    return spoken
