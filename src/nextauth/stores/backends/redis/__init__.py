"""Owns the store in Redis, for any number of processes: ``pip install 'nextauth[redis]'``."""

from __future__ import annotations

try:
    from nextauth.stores.backends.redis.factors import RedisFactors
    from nextauth.stores.backends.redis.limits import RedisLimits
    from nextauth.stores.backends.redis.pending import RedisPending
    from nextauth.stores.backends.redis.sessions import RedisSessions
except ImportError as _error:  # pragma: no cover - the packaging test runs without redis
    message = "nextauth.stores.backends.redis needs redis-py: pip install 'nextauth[redis]'"
    raise ImportError(message) from _error

__all__ = ["RedisStore"]


class RedisStore(RedisSessions, RedisLimits, RedisFactors, RedisPending):
    """Remembers sessions, tries, factors and pending states in Redis, for all processes of one.

    It connects when it is first asked, once for each event loop, and closes its connections when
    the loop ends. So it may be made before a server forks its workers.

    Args:
        url: Where Redis is, such as ``"redis://localhost:6379/0"``; or a function without arguments
            that makes a `redis.asyncio.Redis` or `RedisCluster`, for one event loop each time.
        prefix: What the keys begin with, in braces. Sites that share a Redis need different ones.
        timeout: Seconds that an operation may take. After that the store counts as down.

    Raises:
        ValueError: An argument is none of these.
    """
