"""Owns how a system is asked over HTTP: one request, one answer, within bounds of time and size.

Nothing is followed and nothing is remembered: no redirect, no cookie, no proxy of the environment.
So what one person sends reaches the one address that was configured, and what the system says to
one person never travels with another's request.
"""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

import httpx2

from nextauth.directories.breaker import Breaker
from nextauth.directories.http.checks import Headers
from nextauth.directories.http.verdicts import Answer
from nextauth.errors import SystemUnavailable
from nextauth.stores.backends.loops import PerLoop

__all__ = ["Call", "Wire", "tls_context"]

_IDLE = 4.0  # seconds; many servers close after five, and a request must not meet that moment
_DOWN = frozenset({502, 503, 504})
_TOO_MANY = 429
_FAILING = 500
_ANY_ZLIB = 47  # gzip and zlib alike


@dataclass(frozen=True, slots=True)
class Call:
    """A request to be sent. Nothing of it but the method is in the repr.

    Args:
        method: Its method.
        url: Where it goes.
        headers: Names in lower case, and values.
        body: The body.
    """

    method: str
    url: str = field(repr=False)
    headers: Headers = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)


class Wire:
    """Asks one system.

    Args:
        breaker: Leaves it alone while it fails.
        timeout: Seconds that a request may take, from connecting to the last byte of its answer.
        longest: Bytes that an answer's body may have, packed and unpacked.
        connections: How many there may be at once, for each event loop.
        tls: What the system's certificate is checked against.
        transport: Makes what sends, for one event loop each time; None: straight to the system.
        clock: Answers Unix seconds.
    """

    def __init__(  # noqa: PLR0913 - its bounds, each once
        self,
        breaker: Breaker,
        *,
        timeout: float,
        longest: int,
        connections: int,
        tls: ssl.SSLContext,
        transport: Callable[[], httpx2.AsyncBaseTransport] | None,
        clock: Callable[[], float],
    ) -> None:
        self.timeout: float = timeout
        self._breaker = breaker
        self._longest = longest
        self._clock = clock
        limits = httpx2.Limits(
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=_IDLE,
        )

        def straight() -> httpx2.AsyncBaseTransport:
            return httpx2.AsyncHTTPTransport(verify=tls, trust_env=False, limits=limits)

        self._transports: PerLoop[httpx2.AsyncBaseTransport] = PerLoop(
            transport or straight, lambda each: each.aclose()
        )

    def __repr__(self) -> str:
        return f"Wire({self._breaker.system!r})"

    @property
    def system(self) -> str:
        """What the system is called in messages."""
        return self._breaker.system

    async def ask(self, call: Call) -> Answer:
        """Send a request and read its answer, whatever that says.

        An answer of 500 is no reason to leave the system alone: somebody may know what to send to
        make it fail, and would lock out everybody else. The same goes for 429.

        Args:
            call: The request.

        Raises:
            SystemUnavailable: There is no answer, or one that says that there is none.
        """
        with self._breaker.trying():
            answer = await self._answer(call)
            if answer.status in _DOWN:
                self.fail(f"it answered {answer.status}")
        if answer.status == _TOO_MANY:
            self.fail("it answered 429: it takes no more tries at present")
        if answer.status >= _FAILING:
            self.fail(f"it answered {answer.status}")
        return answer

    def fail(self, reason: str) -> NoReturn:
        """Say that the system cannot be asked.

        Args:
            reason: What happened; no secret.

        Raises:
            SystemUnavailable: Always.
        """
        message = f"{self.system}: {reason}"
        raise SystemUnavailable(message) from None

    async def aclose(self) -> None:
        """Close the running event loop's connections; they close with the loop, too."""
        await self._transports.aclose()

    async def _answer(self, call: Call) -> Answer:
        try:
            async with asyncio.timeout(self.timeout):
                return await self._exchanged(call)
        except SystemUnavailable:
            raise
        except (TimeoutError, httpx2.TimeoutException):
            self.fail(f"no answer within {self.timeout} seconds")
        except httpx2.ConnectError as error:  # what it says is about hosts and certificates
            self.fail(f"it cannot be reached: {error}")
        except Exception as error:  # noqa: BLE001 - whatever the network is, it is no answer
            self.fail(f"the exchange failed: {type(error).__name__}")

    async def _exchanged(self, call: Call) -> Answer:
        transport = await self._transports.get()
        request = httpx2.Request(
            call.method,
            call.url,
            headers=[("user-agent", "nextauth"), *call.headers, ("accept-encoding", "identity")],
            content=call.body,
            extensions={"timeout": httpx2.Timeout(self.timeout).as_dict()},
        )
        response = await transport.handle_async_request(request)
        try:
            body = await self._read(response)
        finally:
            await response.aclose()
        headers = [(name.lower(), value) for name, value in response.headers.multi_items()]
        return Answer(call.url, response.status_code, headers, body, now=self._clock())

    async def _read(self, response: httpx2.Response) -> bytes:
        packing = response.headers.get("content-encoding", "identity").strip().lower()
        if packing in {"", "identity"}:
            return await self._collected(response)
        if packing not in {"gzip", "x-gzip", "deflate"}:
            self.fail("its answer is packed in a way that was not asked for")
        packed = await self._collected(response)
        if not packed:
            return b""
        unpacking = zlib.decompressobj(_ANY_ZLIB)
        try:
            body = unpacking.decompress(packed, self._longest + 1)
        except zlib.error:
            self.fail("its answer does not unpack")
        self._check_size(len(body))
        if not unpacking.eof or unpacking.unused_data:
            self.fail("its answer does not unpack")
        return body

    async def _collected(self, response: httpx2.Response) -> bytes:
        if not isinstance(response.stream, httpx2.AsyncByteStream):
            self.fail("its transport is not for an event loop")
        body = bytearray()
        async for part in response.stream:
            body += part
            self._check_size(len(body))
        return bytes(body)

    def _check_size(self, size: int) -> None:
        if size > self._longest:
            self.fail(f"its answer is longer than {self._longest} bytes")


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Answer what certificates are checked against.

    Args:
        ca_file: A PEM file with the only authorities that are trusted; None: the machine's.

    Raises:
        ValueError: The file cannot be read, or holds no certificate.
    """
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # an SSLError is one
        message = f"ca_file={ca_file!r} holds no certificates in PEM: {error}"
        raise ValueError(message) from None
