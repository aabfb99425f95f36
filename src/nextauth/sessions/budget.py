"""Owns how large a session's cookies may grow before somebody is told, or the session refused.

Browsers send all of them with every request, and common proxies refuse a request in which they pass
8 KiB, with an error that names neither the cookie nor the site.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nextauth.errors import CallbackError
from nextauth.tokens.jwe import encode_claims
from nextauth.web import SetCookie

__all__ = ["CookieBudget"]

_log = logging.getLogger("nextauth.sessions")


class CookieBudget:
    """Weighs the cookies of a session that is to be written.

    Args:
        limit: Bytes of the request's header line, with all the other cookies in it.
        refuses: Whether larger ones are refused; else there is one warning.
    """

    __slots__ = ("_has_warned", "_limit", "_refuses")

    def __init__(self, limit: int, *, refuses: bool) -> None:
        self._limit = limit
        self._refuses = refuses
        self._has_warned = False

    def check(
        self, claims: Mapping[str, Any], written: Sequence[SetCookie], *, others: int
    ) -> None:
        """Warn once of cookies that are too large, or refuse them.

        Args:
            claims: What they hold.
            written: The cookies, sealed.
            others: Bytes of the cookies that the browser sends beside them.

        Raises:
            CallbackError: They are too large, and such are refused.
        """
        size = others + sum(len(each.name) + len(each.value) + len("=; ") for each in written)
        size += len("cookie: ")  # the last cookie's "; " stands for the line's end
        if size <= self._limit or (self._has_warned and not self._refuses):
            return
        largest, weight = max(_weights(claims), key=lambda claim: claim[1])
        message = (
            f"The browser's cookies have {size} bytes with this session, and common proxies refuse "
            f"more than 8192 (budget={self._limit}). The session's largest claim is {largest!r} "
            f"with {weight} bytes: keep it where the users are, and look it up by the user's id."
        )
        if self._refuses:
            raise CallbackError(message)
        self._has_warned = True
        _log.warning(message, extra={"code": "cookie-budget"})


def _weights(claims: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Answer each claim with its bytes of JSON; those of a user's ``extra`` one by one."""
    for name, value in claims.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{key}", len(encode_claims({key: value[key]}))) for key in value)
        else:
            yield name, len(encode_claims({name: value}))
