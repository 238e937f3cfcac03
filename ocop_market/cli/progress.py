"""Progress bars for long work; plain silence when the output is not a terminal or JSON was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ocop_market.cli.frame import console
from ocop_market.language import N_, say


@contextmanager
def bar(title: str, *, total: int | None = None, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Gives a function `(done, of how many)` that moves the bar."""
    with _display(quiet) as progress:
        task = progress.add_task(title, total=total)

        def move(done: int, expected: int) -> None:
            progress.update(task, completed=done, total=expected)

        yield move


@contextmanager
def pull_bar(account: str, *, quiet: bool = False) -> Iterator[Callable[[int, int, int], None]]:
    """Gives a function `(orders, done, expected)` for pulls; `done` and `expected` are in the connector's own unit."""
    with _display(quiet) as progress:
        title = say(N_("Sales of {account}"), account=account)
        task = progress.add_task(title, total=None)

        def move(orders: int, done: int, expected: int) -> None:
            progress.update(task, completed=done, total=expected or None,
                            description=say(N_("{title}: {orders} orders"), title=title, orders=orders))

        yield move


def _display(quiet: bool) -> Progress:
    return Progress(TextColumn("  {task.description}"), BarColumn(bar_width=30), MofNCompleteColumn(), TimeRemainingColumn(),
                    console=console, disable=quiet or not console.is_terminal, transient=True)
