"""Owns what crosses the border: Django's request becomes the core's, the core's answer Django's.

Cookies are read from the request's headers: ``request.COOKIES`` has lost repeated ones.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from http.cookies import Morsel
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from nextauth.errors import PayloadTooLarge
from nextauth.integrations import asgi, wsgi
from nextauth.integrations.django.runtime import RequestThreads
from nextauth.web import Request, Response
from nextauth.web.request import DirectRuntime

__all__ = ["add_headers", "is_asgi", "path_of", "request_of", "response_of"]

_DIRECT = DirectRuntime()


def is_asgi(request: HttpRequest) -> bool:
    """Tell whether an ASGI server sent a request.

    Args:
        request: Django's request.
    """
    return hasattr(request, "scope")


def request_of(request: HttpRequest, runtime: RequestThreads | None = None) -> Request:
    """Answer the core's request.

    Args:
        request: Django's request.
        runtime: Where plain ``def`` functions run, if an event loop waits; None for here and now.
    """
    path = path_of(request)
    if is_asgi(request):
        scope = request.scope  # type: ignore[attr-defined]
        # Django's own test client writes the query as text.
        query = str(request.META.get("QUERY_STRING", "")).encode("latin-1", "replace")
        asked = asgi.request_of({**scope, "path": path, "query_string": query})
        asked.read_body = _body_reader(request)
    else:
        asked = wsgi.request_of(request.META, path)
        if hasattr(request, "_body"):  # some middleware has read the input to its end
            asked.read_body = _body_reader(request)
    asked.runtime = runtime or _DIRECT
    return asked


def path_of(request: HttpRequest) -> str:
    """Answer the path as browsers see it, with the prefix of FORCE_SCRIPT_NAME or of the server.

    Args:
        request: Django's request.
    """
    prefix = str(request.META.get("SCRIPT_NAME", "")).rstrip("/")
    return f"{prefix}/{request.path_info.removeprefix('/')}"


def _body_reader(request: HttpRequest) -> Callable[[int], Awaitable[bytes]]:
    async def read_body(limit: int) -> bytes:
        # Django holds the body already, in memory or in a file.
        read: bytes | None = getattr(request, "_body", None)
        body = request.read(limit + 1) if read is None else read
        if len(body) > limit:
            message = f"the body has more than {limit} bytes"
            raise PayloadTooLarge(message)
        return bytes(body)

    return read_body


def response_of(response: Response) -> HttpResponse:
    """Answer Django's response.

    Args:
        response: The core's response.
    """
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in response.headers}
    answer = HttpResponse(response.body, status=response.status, headers=headers)
    if "content-type" not in headers:
        del answer.headers["Content-Type"]  # Django's own, on what has no content
    for cookie in response.cookies:
        _add_cookie(answer, cookie.encode())
    return answer


def add_headers(response: HttpResponseBase, headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Put headers of the core on a response; those of the same name go, cookies come beside.

    Args:
        response: Django's response.
        headers: Names and values.
    """
    for name, value in headers:
        if name == b"set-cookie":
            _add_cookie(response, value)
        else:
            response.headers[name.decode("latin-1")] = value.decode("latin-1")


def _add_cookie(response: HttpResponseBase, header: bytes) -> None:
    cookie = _Cookie(header.decode("latin-1"))
    before = response.cookies.get(cookie.key)
    if isinstance(before, _Cookie):
        # The same name for the domain and for this host are two cookies; Django keeps one of a
        # key, and writes them all without looking at it. Its test client does look.
        beside = f"{cookie.key}~{len(response.cookies)}"
        before.set(beside, before.value, before.coded_value)
        response.cookies[beside] = before
    response.cookies[cookie.key] = cookie


class _Cookie(Morsel[str]):
    """A cookie that goes out as the core wrote it; the standard library would quote some values."""

    def __init__(self, header: str) -> None:
        super().__init__()
        self._header = header
        name, _, rest = header.partition("=")
        value = rest.partition(";")[0]
        self.set(name, value, value)

    def OutputString(self, attrs: Any = None) -> str:  # noqa: ANN401, ARG002, N802 - its own name
        """Answer the header's value: what Django 6.1 asks for."""
        return self._header

    def output(self, attrs: Any = None, header: str = "", sep: str = "") -> str:  # noqa: ANN401, ARG002
        """Answer the header's value: what Django asks for until 6.0, without the header's name."""
        return f"{header}{self._header}"

    def __reduce__(self) -> tuple[type[_Cookie], tuple[str]]:
        return _Cookie, (self._header,)
