"""Every Python example of the documentation runs, on practice shops inside the test."""

from contextvars import copy_context
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, blocks, name_of

WITH_EXAMPLES = [page for page in PAGES if any(blocks(page, "python"))]


def run_examples(page: Path) -> None:
    """All examples of a page, one after the other, sharing their names; a failure shows the line of the page."""
    names: dict[str, object] = {"__name__": "example"}
    for block in blocks(page, "python"):
        source = "\n" * (block.line - 1) + block.text
        exec(compile(source, str(page), "exec"), names)  # noqa: S102


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=name_of)
def test_every_example_runs(page: Path) -> None:
    copy_context().run(run_examples, page)


@pytest.mark.usefixtures("stage")
def test_the_readme_publishes_and_counts_what_was_sold(capsys: pytest.CaptureFixture[str]) -> None:
    copy_context().run(run_examples, ROOT / "README.md")
    said = capsys.readouterr().out
    assert "{'create': 3, 'update': 0, 'withdraw': 0, 'unchanged': 0, 'waiting': 0, 'withheld': 0, 'drifted': 0, 'undone': 0}" in said
    assert "new orders, complete to 2026-11-01" in said
    assert "\nmy-shop " in said

