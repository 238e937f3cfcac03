"""An adapter that plays prepared answers, so that every way in which a call can end is met without a network."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import requests
from requests.adapters import BaseAdapter

Step = int | tuple[int, dict[str, str]] | Exception | Callable[[requests.PreparedRequest], requests.Response]


def answer(status: int = 200, headers: dict[str, str] | None = None, body: bytes = b"{}") -> requests.Response:
    """A response as an adapter gives it."""
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers or {})
    response.raw = io.BytesIO(body)
    return response


class Scripted(BaseAdapter):
    """Plays one step a call: a status, a status with headers, an exception, or a function; the last one for ever."""

    def __init__(self, *steps: Step) -> None:
        super().__init__()
        self.steps = list(steps)
        self.sent: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """The next step."""
        self.sent.append(request)
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        if callable(step):
            return step(request)
        response = answer(*step) if isinstance(step, tuple) else answer(step)
        response.request, response.url = request, request.url or ""
        return response

    def close(self) -> None:
        """Nothing is open."""
