"""Owns how a site is asked: few requests, each within bounds, to the one host that was named.

Nothing is followed and nothing is remembered: no redirect, no cookie, no proxy of the environment.
"""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import Callable

import httpx2

from nextauth.cli.doctor.site.wire import Answer, Ask, UnansweredError

__all__ = ["HttpClient"]

_ENOUGH = 512 * 1024  # bytes of a body, packed or not; ours have a tenth
_GZIP = 16 + zlib.MAX_WBITS  # with gzip's header and its checksum


class HttpClient:
    """Sends requests over HTTP/1.1, as most proxies do among each other.

    Args:
        transport: Carries them; None: straight to the site.
        host: The only host that is asked.
        clock: Answers Unix seconds.
        timer: Answers seconds of a clock that never goes back.
        timeout: Seconds that one request may take, to the last byte of its answer.
        in_all: Seconds for all of them together.
        most: How many there may be.
    """

    def __init__(  # noqa: PLR0913 - its bounds, each once
        self,
        transport: httpx2.AsyncBaseTransport | None = None,
        *,
        host: str,
        clock: Callable[[], float],
        timer: Callable[[], float],
        timeout: float = 10.0,
        in_all: float = 60.0,
        most: int = 16,
    ) -> None:
        self._transport: httpx2.AsyncBaseTransport = transport or httpx2.AsyncHTTPTransport(
            verify=ssl.create_default_context(), trust_env=False
        )
        self._host = host
        self._clock, self._timer = clock, timer
        self._timeout, self._most = timeout, most
        self._ends = timer() + in_all
        self.sent: int = 0

    async def send(self, ask: Ask) -> Answer:
        """Send a request, and answer what came back.

        Args:
            ask: The request.

        Raises:
            UnansweredError: There was no answer, or no more may be sent.
        """
        try:
            url = httpx2.URL(ask.url)
        except httpx2.InvalidURL:  # too long, or with a control character
            message = "that is no address"
            raise UnansweredError(message) from None
        if url.raw_host != self._host.encode("ascii"):  # (`host` has letters of an IDN in it)
            message = f"only {self._host} is asked"
            raise UnansweredError(message)
        left = min(self._timeout, self._ends - self._timer())
        if self.sent >= self._most or left <= 0:
            message = "the doctor's time, or the number of its requests, is used up"
            raise UnansweredError(message)
        self.sent += 1
        try:
            async with asyncio.timeout(left):
                return await self._exchanged(ask, url, left)
        except (TimeoutError, httpx2.TimeoutException):
            message = f"no answer within {left:.0f} seconds"
            raise UnansweredError(message) from None
        except (httpx2.RequestError, OSError) as error:
            is_certificate = _is_about_certificate(error)
            message = str(error) if isinstance(error, httpx2.ConnectError) else type(error).__name__
            raise UnansweredError(message, is_certificate=is_certificate) from None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def _exchanged(self, ask: Ask, url: httpx2.URL, left: float) -> Answer:
        began = self._timer()
        request = httpx2.Request(
            ask.method,
            url,
            # A connection that a refusal has closed must not fail the next question.
            headers=[("user-agent", "nextauth-doctor"), ("connection", "close"), *ask.headers],
            content=ask.body,
            extensions={"timeout": httpx2.Timeout(left).as_dict()},
        )
        response = await self._transport.handle_async_request(request)
        packed = bytearray()
        try:
            async for part in response.aiter_raw():
                packed += part
                if len(packed) >= _ENOUGH:
                    break
        finally:
            await response.aclose()
        took = self._timer() - began
        headers = tuple((name.lower(), value) for name, value in response.headers.multi_items())
        body = _unpacked(bytes(packed), response.headers.get("content-encoding", ""))
        return Answer(response.status_code, headers, body, self._clock(), took)


def _unpacked(body: bytes, encoding: str) -> bytes:
    """Undo gzip, once and as far as is enough: a few bytes may stand for any number of them.

    The library would undo every encoding that is named, one in another, however much it makes.
    """
    if encoding.strip().lower() not in {"gzip", "x-gzip"}:
        return body  # nothing else was asked for
    try:
        return zlib.decompressobj(_GZIP).decompress(body, _ENOUGH)
    except zlib.error:
        message = "its body is no gzip"
        raise UnansweredError(message) from None


def _is_about_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
