"""Lists files above 400 lines and functions above 60, longest first: something to talk about, not an error."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("ocop_market", "connectors", "sync_jobs", "tests", "tools", "benchmarks")
FILE_LINES, FUNCTION_LINES = 400, 60


def long_ones() -> Iterator[tuple[int, str]]:
    """Number of lines and place of every file and function that is longer than the measure."""
    for path in (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))):
        text, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
        if (lines := text.count("\n")) > FILE_LINES:
            yield lines, name
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    yield lines, f"{name}:{node.lineno} {node.name}"


if __name__ == "__main__":
    for count, place in sorted(long_ones(), reverse=True):
        click.echo(f"{count:5} lines  {place}")
