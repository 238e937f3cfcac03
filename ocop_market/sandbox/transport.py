"""A requests adapter that calls a WSGI app in-process: no socket, no thread, the same app."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.cookies import extract_cookies_to_jar
from requests.structures import CaseInsensitiveDict
from werkzeug.test import EnvironBuilder, run_wsgi_app


class WsgiAdapter(BaseAdapter):
    """Sends every request into `app`, whatever its host."""

    def __init__(self, app: Any) -> None:
        super().__init__()
        self._app = app

    def send(self, request: requests.PreparedRequest, stream: bool = False,
             timeout: float | tuple[float, float] | tuple[float, None] | None = None, verify: bool | str = True,
             cert: Any = None, proxies: Mapping[str, str] | None = None) -> requests.Response:
        """The app's answer as a requests Response; an exception of the app is raised here."""
        body = request.body or b""
        address = requests.compat.urlsplit(request.url or "")
        environ = EnvironBuilder(
            path=address.path or "/", query_string=address.query, base_url=f"{address.scheme}://{address.netloc}/",
            method=request.method or "GET", headers=list(request.headers.items()),
            input_stream=io.BytesIO(body.encode() if isinstance(body, str) else bytes(body)),
        ).get_environ()
        chunks, status, headers = run_wsgi_app(self._app, environ, buffered=True)
        response = requests.Response()
        response.status_code = int(status.split(" ", 1)[0])
        response.reason = status.partition(" ")[2]
        response.headers = CaseInsensitiveDict(headers.items())
        response.url = request.url or ""
        response.request = request
        response.encoding = "utf-8"
        response.raw = io.BytesIO(b"".join(chunks))
        extract_cookies_to_jar(response.cookies, request, response)  # type: ignore[no-untyped-call]
        return response

    def close(self) -> None:
        """Nothing is open."""
