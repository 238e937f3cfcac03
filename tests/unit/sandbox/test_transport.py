"""A request that goes straight into the app arrives as it would over a socket."""

from __future__ import annotations

from json import dumps
from typing import Any

import pytest
import requests
from werkzeug.wrappers import Request, Response

from ocop_market.sandbox.server import serving
from ocop_market.sandbox.transport import WsgiAdapter


@Request.application
def echo(request: Request) -> Response:
    """Tells what came in."""
    if request.path == "/empty":
        return Response(b"", 204, {"X-Shop": "quầy".encode().decode("latin-1")})
    if request.path == "/away":
        return Response(b"", 302, {"Location": "/elsewhere"})
    body = request.get_data()
    told = {"method": request.method, "path": request.path, "query": request.args.to_dict(flat=False), "body": body.decode(),
            "type": request.content_type, "length": request.content_length or 0, "token": request.headers.get("Authorization"),
            "files": {}}
    return Response(dumps(told), 201, {"Content-Type": "application/json", "X-Shop": "1"})


@Request.application
def forms(request: Request) -> Response:
    """Tells the fields and files of a form."""
    told = {"fields": request.form.to_dict(), "files": {name: file.read().decode() for name, file in request.files.items()}}
    return Response(dumps(told), 200, {"Content-Type": "application/json"})


@pytest.fixture
def session() -> requests.Session:
    made = requests.Session()
    made.mount("https://", WsgiAdapter(echo))
    made.mount("http://", WsgiAdapter(echo))
    return made


def told(response: requests.Response) -> dict[str, Any]:
    answer: dict[str, Any] = response.json()
    return answer


def test_method_path_query_headers_and_body_arrive(session: requests.Session) -> None:
    response = session.put("https://shop.example/a/b?x=1&x=2", params={"tên": "chè & mật"}, json={"giá": 5},
                           headers={"Authorization": "Bearer t"})
    answer = told(response)
    assert (response.status_code, response.reason, response.headers["x-shop"]) == (201, "CREATED", "1")
    assert (answer["method"], answer["path"], answer["token"]) == ("PUT", "/a/b", "Bearer t")
    assert answer["query"] == {"x": ["1", "2"], "tên": ["chè & mật"]}
    assert answer["type"] == "application/json"


@pytest.mark.parametrize("path", ["/orders/HD%20001", "/products/code/CH%C3%88-200", "/a%2Fb", "/100%25", "/a+b", "/"])
def test_the_path_arrives_as_over_a_socket(session: requests.Session, path: str) -> None:
    with serving(echo) as url:
        over_socket = told(requests.get(url + path, timeout=5))
    assert told(session.get("http://shop.example" + path)) == over_socket


@pytest.mark.parametrize("body", [b"", "thân bài".encode(), b"x" * 100_000])
def test_bodies_arrive_as_over_a_socket(session: requests.Session, body: bytes) -> None:
    with serving(echo) as url:
        over_socket = told(requests.post(url + "/x", data=body, timeout=5))
    assert told(session.post("http://shop.example/x", data=body)) == over_socket


def test_forms_and_files_arrive() -> None:
    session = requests.Session()
    session.mount("https://", WsgiAdapter(forms))
    answer = session.post("https://shop.example/upload", data={"tên": "ảnh"}, files={"image": ("a.jpg", b"JPEG")}).json()
    assert answer == {"fields": {"tên": "ảnh"}, "files": {"image": "JPEG"}}


def test_an_empty_answer_and_its_status_come_back(session: requests.Session) -> None:
    response = session.get("https://shop.example/empty")
    assert (response.status_code, response.content) == (204, b"")


def test_a_redirect_comes_back_unfollowed_when_so_asked(session: requests.Session) -> None:
    response = session.get("https://shop.example/away", allow_redirects=False)
    assert (response.status_code, response.headers["Location"]) == (302, "/elsewhere")


def test_an_exception_of_the_app_is_raised_here() -> None:
    def broken(environ: object, start: object) -> list[bytes]:
        raise ZeroDivisionError

    session = requests.Session()
    session.mount("https://", WsgiAdapter(broken))
    with pytest.raises(ZeroDivisionError):
        session.get("https://shop.example/")


def test_the_answer_knows_its_request(session: requests.Session) -> None:
    response = session.get("https://shop.example/x?a=1")
    assert response.request.url == response.url == "https://shop.example/x?a=1"
