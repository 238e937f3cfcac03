"""Where a pull of sales stands: what is read, what is being read, and the cursor that says so."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from connectors.kiotviet import facts
from ocop_market.channels.api import Cursor

STREAMS = ("invoices", "returns")


@dataclass(frozen=True)
class Run:
    """An unfinished pass: `stream` is read from record `offset` on, documents changed from `since[stream]` to `until`.

    `total` is the length of the list told last, `newest` the latest change met in this stream.
    """

    stream: str
    since: dict[str, datetime]
    until: datetime
    offset: int = 0
    total: int | None = None
    newest: datetime | None = None

    def moved(self, offset: int, total: int | None, newest: datetime | None) -> Run:
        """The pass one page further, with the latest change met on that page."""
        known = [moment for moment in (self.newest, newest) if moment is not None]
        return replace(self, offset=offset, total=total, newest=max(known, default=None))


@dataclass(frozen=True)
class Standing:
    """`marks` holds, by stream, the latest change read by finished passes; `run` is the pass under way."""

    marks: dict[str, datetime] = field(default_factory=dict)
    run: Run | None = None

    def begin(self, start: datetime, until: datetime) -> Standing:
        """A new pass up to `until`: from each stream's mark less the overlap, or from `start` where there is none."""
        since = {stream: self.marks[stream] - facts.OVERLAP if stream in self.marks else start for stream in STREAMS}
        return replace(self, run=Run(STREAMS[0], since, until))

    def next_stream(self, run: Run) -> Standing:
        """The standing when the stream of `run` is read to its end: its mark moves, never backwards."""
        marks = dict(self.marks)
        known = [moment for moment in (marks.get(run.stream), run.newest) if moment is not None]
        if known:
            marks[run.stream] = max(known)
        later = STREAMS[STREAMS.index(run.stream) + 1:]
        return Standing(marks, Run(later[0], run.since, run.until) if later else None)

    def as_cursor(self) -> Cursor:
        """The standing as JSON."""
        cursor: dict[str, Any] = {"marks": _texts(self.marks)}
        if (run := self.run) is not None:
            cursor["run"] = {
                "stream": run.stream, "since": _texts(run.since), "until": run.until.isoformat(), "offset": run.offset,
                "total": run.total, "newest": run.newest.isoformat() if run.newest else None,
            }
        return cursor

    @classmethod
    def from_cursor(cls, cursor: Cursor | None) -> Standing:
        """The standing that a cursor tells; nothing read yet when there is none."""
        if not cursor:
            return cls()
        run = cursor.get("run")
        return cls(_moments(cursor["marks"]), None if run is None else Run(
            run["stream"], _moments(run["since"]), datetime.fromisoformat(run["until"]), run["offset"], run["total"],
            datetime.fromisoformat(run["newest"]) if run["newest"] else None))


def _texts(moments: dict[str, datetime]) -> dict[str, str]:
    return {name: moment.isoformat() for name, moment in moments.items()}


def _moments(texts: dict[str, str]) -> dict[str, datetime]:
    return {name: datetime.fromisoformat(text) for name, text in texts.items()}
