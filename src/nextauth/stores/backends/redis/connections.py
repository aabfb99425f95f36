"""Owns how Redis is reached: a pool for each event loop, a time limit, what a failure means."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool, Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import NoScriptError, RedisClusterException, RedisError
from redis.exceptions import TimeoutError as TooSlow

from nextauth.errors import StoreUnavailable
from nextauth.stores.backends.loops import PerLoop
from nextauth.stores.backends.redis.scripts import Script

__all__ = ["Client", "RedisConnections"]

T = TypeVar("T")

Client = Redis | RedisCluster
_MOST_CONNECTIONS = 50  # a pool; a further command waits for one, within its time limit

# How much longer than by the given time Redis itself keeps a key. The clocks of several machines
# differ, and one that is behind must still find what another wrote.
_GRACE_MS = 60_000


class RedisConnections:
    """What all parts of the store ask Redis through.

    Args:
        url: Where Redis is, or a function that makes a client for one event loop.
        prefix: What all keys begin with, in braces: sites that share a Redis need different ones.
        timeout: Seconds that an operation may take.
    """

    def __init__(
        self, url: str | Callable[[], Client], *, prefix: str = "nextauth", timeout: float = 1.0
    ) -> None:
        if not isinstance(prefix, str) or not prefix:
            message = f"prefix={prefix!r} is no text; use the site's name"
            raise ValueError(message)
        if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout > 0:
            message = f"timeout={timeout!r} is no time; use seconds, such as 1.0"
            raise ValueError(message)
        self._timeout = timeout
        self._name = f"{type(self).__name__}({_place(url)!r}, prefix={prefix!r})"
        # What is in braces decides the slot in a cluster: a script needs all its keys in one.
        self._prefix = f"{{{prefix}}}:"
        self._clients: PerLoop[Client] = PerLoop(_maker(url, timeout), _close)

    def __repr__(self) -> str:
        return self._name

    @property
    def waits(self) -> bool:
        """Always: for the network."""
        return True

    async def aclose(self) -> None:
        """Close the running event loop's connections; they close with the loop, too."""
        await self._clients.aclose()

    def _key(self, kind: str, name: str) -> bytes:
        return f"{self._prefix}{kind}:{name}".encode("utf-8", "surrogatepass")

    def _lasts_ms(self, seconds: float) -> int:
        return int(max(seconds, 0.0) * 1000) + _GRACE_MS

    async def _ask(
        self, operation: str, ask: Callable[[Client], Awaitable[T]], *, may_repeat: bool = True
    ) -> T:
        """Ask Redis something within the time limit.

        A connection that was good may be gone, since Redis was started anew or a firewall forgot
        it. So what may be done twice is tried on another.
        """
        client = await self._clients.get()
        try:
            async with asyncio.timeout(self._timeout):
                try:
                    return await ask(client)
                except Unreachable:
                    if not may_repeat:
                        raise
                    return await ask(client)
        except (TimeoutError, TooSlow):
            message = f"{type(self).__name__}.{operation}: no answer within {self._timeout} seconds"
            raise StoreUnavailable(message) from None
        except (RedisError, RedisClusterException, OSError) as error:
            message = f"{type(self).__name__}.{operation}: {type(error).__name__}: {error}"
            raise StoreUnavailable(message) from None

    async def _run(
        self,
        script: Script,
        keys: Sequence[bytes],
        arguments: Sequence[str],
        *,
        now: float,
        lasts: float = 0.0,
    ) -> Any:  # noqa: ANN401 - what the script returns
        """Run a script. Its first arguments are the prefix, the time, and how long a key stays."""
        given = (self._prefix, repr(float(now)), str(self._lasts_ms(lasts)), *arguments)

        async def ask(client: Client) -> Any:  # noqa: ANN401
            try:
                return await client.evalsha(script.sha, len(keys), *keys, *given)
            except NoScriptError:
                return await client.eval(script.text, len(keys), *keys, *given)

        return await self._ask(script.operation, ask, may_repeat=script.may_repeat)


def _maker(url: str | Callable[[], Client], timeout: float) -> Callable[[], Client]:
    if callable(url):
        return url

    def pool() -> BlockingConnectionPool:
        return BlockingConnectionPool.from_url(
            url,
            max_connections=_MOST_CONNECTIONS,
            timeout=timeout,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )

    pool()  # an address that is none is refused now, not at the first request
    return lambda: Redis.from_pool(pool())


def _place(url: object) -> str:
    """Answer an address without the password and the options that may be in it."""
    if not isinstance(url, str):
        return "…"
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


async def _close(client: Client) -> None:
    await client.aclose()
