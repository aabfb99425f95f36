"""Shows how the core sees a WSGI environment: one header, all of them, and too many of them."""

import pytest

from nextauth.integrations.wsgi import request_of
from nextauth.web.request import MOST_HEADERS

ENVIRON = {
    "REQUEST_METHOD": "POST",
    "PATH_INFO": "/a",
    "SERVER_NAME": "not a header",
    "CONTENT_TYPE": "application/json",
    "HTTP_COOKIE": "a=1; b=2",
    "HTTP_SEC_FETCH_SITE": "same-origin",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"cookie", "a=1; b=2"),
        (b"sec-fetch-site", "same-origin"),
        (b"content-type", "application/json"),
        (b"origin", None),
        (b"server-name", None),
    ],
)
def test_a_header_is_the_same_alone_and_among_all(name: bytes, value: str | None) -> None:
    alone, among_all = request_of(dict(ENVIRON)), request_of(dict(ENVIRON))
    assert len(among_all.headers) == 3
    for request in (alone, among_all):
        assert request.header(name) == value
        assert request.header_values(name) == ([] if value is None else [value])


def test_headers_that_are_set_take_the_place_of_the_servers() -> None:
    request = request_of(dict(ENVIRON))
    request.headers = [(b"cookie", b"c=3"), (b"cookie", b"d=4")]
    assert request.header(b"sec-fetch-site") is None
    assert request.header_values(b"cookie") == ["c=3", "d=4"]


@pytest.mark.parametrize("more", [MOST_HEADERS - 3, MOST_HEADERS - 2])
def test_too_many_headers_are_told_from_many(more: int) -> None:
    request = request_of({**ENVIRON, **{f"HTTP_X_{number}": "1" for number in range(more)}})
    assert request.has_too_many_headers is (more + 3 > MOST_HEADERS)
    assert len(request.headers) == MOST_HEADERS
    assert request.header(b"cookie") == "a=1; b=2"
