"""Every command that the documentation or a message names exists, with the options shown; nothing is run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ocop_market.cli.main import COMMANDS, root
from tests.docs.pages import DOCS, PAGES, ROOT, Block, blocks, inline_code, name_of

PROGRAM = re.compile(r"(?:^|[\s\\/])ocop-market(?:\s+(?P<rest>.*))?$")
MAKE = re.compile(r"^\s*make(?:\s+(?P<target>[a-z]+))?\b", re.MULTILINE)
SHELLS = ("sh", "console", "bat", "powershell")
WINDOWS = ("bat", "powershell")
MENTION = re.compile(r"ocop-market ([a-z]+(?:-[a-z]+)*)(?: ([a-z]+))?")
ANY_PAGE = [page for page in PAGES if page != DOCS / "reference" / "cli.md"]
"""The page of commands is written from the commands themselves."""


def commands_in(block: Block) -> Iterator[tuple[int, list[str]]]:
    """The words behind `ocop-market` in each line of a block, with the line's number."""
    for number, line in enumerate(block.text.splitlines(), block.line):
        found = PROGRAM.search(re.split(r"\s#|\||;|>", line)[0].rstrip())
        if found:
            words = shlex.split(found["rest"] or "", posix=block.language not in WINDOWS)
            yield number, [word.strip('"') for word in words]


def understand(words: list[str], *, complete: bool) -> None:
    """Lets click read the words without running anything; UsageError says what is wrong with them.

    A mention that is not `complete` may leave out arguments.
    """
    command: click.Command = root
    context = click.Context(root, info_name="ocop-market")
    rest = words
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name, *rest = rest
        found = command.get_command(context, name)
        if found is None:
            raise click.UsageError(f"there is no command {name}")
        command = found
    if isinstance(command, click.Group):
        known = {spelling for parameter in command.get_params(context) for spelling in parameter.opts}
        if unknown := [word for word in rest if word.startswith("-") and word not in known]:
            raise click.UsageError(f"there is no option {unknown[0]}")
        return
    try:
        command.make_context("ocop-market", list(rest))
    except click.MissingParameter:
        if complete:
            raise


@pytest.mark.parametrize("page", ANY_PAGE, ids=name_of)
def test_commands_shown_can_be_called_like_this(page: Path) -> None:
    wrong = []
    for block in blocks(page, *SHELLS):
        for line, words in commands_in(block):
            try:
                understand(words, complete=True)
            except click.UsageError as error:
                wrong.append(f"line {line}: ocop-market {' '.join(words)}: {error.format_message()}")
    assert not wrong


@pytest.mark.parametrize("page", ANY_PAGE, ids=name_of)
def test_commands_mentioned_exist(page: Path) -> None:
    wrong = []
    for code in inline_code(page):
        if code.startswith("ocop-market "):
            try:
                understand(shlex.split(code)[1:], complete=False)
            except click.UsageError as error:
                wrong.append(f"{code}: {error.format_message()}")
    assert not wrong


def test_commands_named_in_messages_exist() -> None:
    catalogue = (ROOT / "ocop_market" / "locale" / "ocop_market.pot").read_text(encoding="utf-8")
    messages = re.sub(r'"\n"', "", catalogue)
    found = MENTION.findall(messages)
    assert len(found) > 10
    for command, inner in found:
        assert command in COMMANDS
        group = root.get_command(click.Context(root), command)
        if isinstance(group, click.Group) and inner:
            assert inner in group.list_commands(click.Context(group)), f"ocop-market {command} {inner}"


def test_a_wrong_option_would_be_noticed() -> None:
    with pytest.raises(click.UsageError):
        understand(["plan", "my-shop", "--everything"], complete=True)
    with pytest.raises(click.UsageError):
        understand(["plan"], complete=True)
    with pytest.raises(click.UsageError):
        understand(["publish", "my-shop"], complete=False)


def test_make_targets_shown_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    shown = {(name_of(page), found["target"]) for page in PAGES for block in blocks(page, "sh")
             for found in MAKE.finditer(block.text) if found["target"]}
    assert shown
    assert [(page, target) for page, target in shown if target not in targets] == []
