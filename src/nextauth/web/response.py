"""Owns what a response is, and the few kinds that the protocol sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from nextauth.web.set_cookies import SetCookie

__all__ = ["Response"]

Header = tuple[bytes, bytes]

# None of these is a page: no browser may show it in a frame, load it as anything else, or hand it
# to another origin unasked. (Who asks by CORS is another matter.)
_NO_PAGE: tuple[Header, ...] = (
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)
_NO_STORE: tuple[Header, ...] = (*_NO_PAGE, (b"cache-control", b"private, no-cache, no-store"))
_JSON: tuple[Header, ...] = ((b"content-type", b"application/json"), *_NO_STORE)
_JWT: tuple[Header, ...] = ((b"content-type", b"application/jwt"), *_NO_STORE)
_REDIRECT: tuple[Header, ...] = ((b"content-length", b"0"), *_NO_STORE)


class Response:
    """One HTTP response, as the core hands it to an integration.

    Args:
        status: The status code.
        headers: Names (lower case) and values, without ``set-cookie``.
        body: The body.
        cookies: What goes out as ``set-cookie``; they travel on failures too.
    """

    __slots__ = ("body", "cookies", "headers", "status")

    def __init__(
        self,
        status: int,
        headers: Sequence[Header] = (),
        body: bytes = b"",
        cookies: Sequence[SetCookie] = (),
    ) -> None:
        self.status: int = status
        self.headers: list[Header] = [*headers]
        self.body: bytes = body
        self.cookies: list[SetCookie] = [*cookies]

    def __repr__(self) -> str:
        return f"Response({self.status}, {len(self.body)} bytes, {len(self.cookies)} cookies)"

    @classmethod
    def json(cls, value: object, status: int = 200, headers: Sequence[Header] = ()) -> Response:
        """Answer a value as JSON that no cache keeps.

        Args:
            value: Anything of JSON's types.
            status: The status code.
            headers: More headers.
        """
        body = msgspec.json.encode(value)
        return cls(status, (*_JSON, (b"content-length", b"%d" % len(body)), *headers), body)

    @classmethod
    def jwt(cls, token: str) -> Response:
        """Answer a token (RFC 7519, 10.3.1) that no cache keeps.

        Args:
            token: A compact JWE.
        """
        body = token.encode("ascii")
        return cls(200, [*_JWT, (b"content-length", b"%d" % len(body))], body)

    @classmethod
    def redirect(cls, location: str, status: int = 302) -> Response:
        """Send the browser elsewhere.

        Args:
            location: An absolute URL that passed the redirect rule; ASCII, no control characters.
            status: The status code.
        """
        return cls(status, [(b"location", location.encode("ascii")), *_REDIRECT])

    @classmethod
    def empty(cls, status: int = 204, headers: Mapping[bytes, bytes] | None = None) -> Response:
        """Answer without a body.

        Args:
            status: The status code.
            headers: More headers.
        """
        return cls(status, [*_NO_PAGE, *(headers or {}).items()])

    def header(self, name: bytes) -> bytes | None:
        """Answer the first value of a header, or None.

        Args:
            name: The header's name in lower case.
        """
        return next((value for key, value in self.headers if key == name), None)

    def raw_headers(self) -> list[Header]:
        """Answer every header that goes out, the cookies among them."""
        if not self.cookies:
            return self.headers
        return self.headers + [(b"set-cookie", cookie.encode()) for cookie in self.cookies]
