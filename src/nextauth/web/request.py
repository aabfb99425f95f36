"""Owns what a request is, for every framework alike, and how a blocking function is called."""

from __future__ import annotations

from collections.abc import (
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from concurrent.futures import Future
from threading import Event
from typing import Any, ParamSpec, Protocol, TypeVar
from urllib.parse import parse_qsl

from nextauth.web.percent import FEW_ESCAPES, percent_decoder

__all__ = ["MOST_HEADERS", "DirectRuntime", "Request", "Runtime", "no_body", "step"]

P = ParamSpec("P")
T = TypeVar("T")

MOST_HEADERS = 256
"""Headers of a request; servers that count them stop at about a hundred."""

_MOST_QUERY_FIELDS = 64
_MOST_ESCAPES = 8_192


class Runtime(Protocol):
    """Where a plain ``def`` of the application runs."""

    async def call(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn` where it may block, and answer what it returns.

        Raises:
            Busy: There is no room for it.
        """
        ...

    async def sleep(self, seconds: float) -> None:
        """Let time pass, while others run if they can."""
        ...

    async def wait(self, future: Future[T], *, timeout: float) -> T:  # noqa: ASYNC109 - see below
        """Answer what somebody else's future gets, in this or another thread or event loop.

        Raises:
            TimeoutError: `timeout` seconds are over.
        """
        ...


class DirectRuntime:
    """Calls the function at once: for servers that give each request a thread of its own."""

    async def call(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `fn` here and now."""
        return fn(*args, **kwargs)

    async def sleep(self, seconds: float) -> None:
        """Let time pass in this request's thread."""
        Event().wait(seconds)

    async def wait(self, future: Future[T], *, timeout: float) -> T:  # noqa: ASYNC109 - no loop
        """Answer what somebody else's future gets, and keep this request's thread until then.

        Raises:
            TimeoutError: `timeout` seconds are over.
        """
        return future.result(timeout)


def step(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end without an event loop.

    Args:
        coroutine: One that never waits for anything but a `DirectRuntime`.

    Returns:
        What it returns.

    Raises:
        RuntimeError: It waited for something that needs an event loop.
    """
    try:
        coroutine.send(None)
    except StopIteration as end:
        answer: T = end.value
        return answer
    coroutine.close()
    message = "something was awaited that needs an event loop; call the async method instead"
    raise RuntimeError(message)


async def no_body(_limit: int) -> bytes:
    """Answer the body of a request that has none."""
    return b""


class Request:
    """One HTTP request, as an integration hands it to the core.

    Args:
        method: The method, in capitals.
        path: The decoded path, from the site's root.
        query: The raw query string, without ``?``.
        headers: Names (lower case) and values, in the order in which they came.
        scheme: ``"http"`` or ``"https"``, as the server saw it.
        client: The peer's address, or None.
        read_body: Answers the whole body; is given the largest size allowed, in bytes, and raises
            PayloadTooLarge above it.
        runtime: Where a plain ``def`` of the application runs.

    Attributes:
        has_too_many_headers: Whether there were more than 256; it is then refused, or nobody's.
    """

    __slots__ = (
        "_named",
        "_query",
        "client",
        "has_too_many_headers",
        "headers",
        "method",
        "path",
        "query",
        "read_body",
        "runtime",
        "scheme",
    )

    def __init__(  # noqa: PLR0913, PLR0917 - what a request consists of
        self,
        method: str,
        path: str,
        query: bytes = b"",
        headers: Iterable[tuple[bytes, bytes]] = (),
        scheme: str = "http",
        client: str | None = None,
        read_body: Callable[[int], Awaitable[bytes]] = no_body,
        runtime: Runtime | None = None,
    ) -> None:
        self.method: str = method
        self.path: str = path
        self.query: bytes = query
        given = headers if isinstance(headers, (list, tuple)) else list(headers)
        # Each of them is looked at many times, so that of thousands none may decide anything.
        self.has_too_many_headers: bool = len(given) > MOST_HEADERS
        self.headers: list[tuple[bytes, bytes]] | tuple[tuple[bytes, bytes], ...] = (
            given[:MOST_HEADERS] if self.has_too_many_headers else given
        )
        self.scheme: str = scheme
        self.client: str | None = client
        self.read_body: Callable[[int], Awaitable[bytes]] = read_body
        self.runtime: Runtime = runtime or _DIRECT
        self._query: dict[str, str] | None = None
        self._named: Mapping[bytes, bytes] | None = None

    def __repr__(self) -> str:
        return f"Request({self.method} {self.path})"

    def header(self, name: bytes) -> str | None:
        """Answer the value of a header, or None; of a repeated one, its values joined by commas.

        Args:
            name: The header's name in lower case.
        """
        named = self._named
        if named is None:
            named = self._named = _by_name(self.headers)
        value = named.get(name)
        return None if value is None else value.decode("latin-1")

    def header_values(self, name: bytes) -> list[str]:
        """Answer the values of a header, one an occurrence.

        Args:
            name: The header's name in lower case.
        """
        named = self._named
        if named is None:
            named = self._named = _by_name(self.headers)
        value = named.get(name)
        if value is None:
            return []
        if len(named) == len(self.headers):
            return [value.decode("latin-1")]
        return [value.decode("latin-1") for key, value in self.headers if key == name]

    def query_value(self, name: str) -> str | None:
        """Answer the last value of a query parameter, or None.

        Args:
            name: The parameter's name.
        """
        if self._query is None:
            self._query = _parse_query(self.query)
        return self._query.get(name)


def _by_name(headers: Sequence[tuple[bytes, bytes]]) -> Mapping[bytes, bytes]:
    named = dict(headers)
    if len(named) == len(headers):
        return named
    values: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        values.setdefault(name, []).append(value)
    return {name: b", ".join(each) for name, each in values.items()}


def _parse_query(query: bytes) -> dict[str, str]:
    escapes = query.count(b"%")
    if not query or escapes > _MOST_ESCAPES:
        return {}
    try:
        if escapes > FEW_ESCAPES:
            return dict(_pairs_of_many(query))
        pairs = parse_qsl(
            query.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_QUERY_FIELDS
        )
    except ValueError:
        return {}
    return dict(pairs)


def _pairs_of_many(query: bytes) -> Iterator[tuple[str, str]]:
    """Read a query of so many escapes that they must be decoded at once."""
    decode = percent_decoder(query.count(b"%"))
    pairs = query.replace(b"+", b" ").split(b"&", _MOST_QUERY_FIELDS)
    if len(pairs) > _MOST_QUERY_FIELDS:
        message = f"the query has more than {_MOST_QUERY_FIELDS} fields"
        raise ValueError(message)
    for pair in pairs:
        name, _, value = pair.partition(b"=")
        yield decode(name).decode("utf-8", "replace"), decode(value).decode("utf-8", "replace")


_DIRECT = DirectRuntime()
