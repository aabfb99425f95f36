"""Owns how long a session lasts: while used, at the longest, and in a browser that forgets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nextauth.config import SessionOptions
from nextauth.sessions.claims import ADOPTED, REMEMBER

__all__ = ["Lifetimes", "is_remembered"]


def is_remembered(claims: Mapping[str, Any]) -> bool:
    """Tell whether a session's cookie outlives the browser; one of another program does.

    Args:
        claims: The session's claims.
    """
    return claims.get(REMEMBER) is not False


class Lifetimes:
    """Answers when a session ends.

    Args:
        options: The configured lifetimes.
    """

    __slots__ = ("_absolute", "_browser", "_idle", "_rest_of_browser", "_rest_of_idle")

    def __init__(self, options: SessionOptions) -> None:
        self._idle = options.max_age
        self._browser = options.browser_max_age
        self._absolute = options.absolute_max_age
        # What is left of a token's life when it is due to be written anew.
        self._rest_of_idle, self._rest_of_browser = (
            life - min(options.update_age, life) for life in (self._idle, self._browser)
        )

    @property
    def longest(self) -> int:
        """Seconds for which any session may last."""
        return self._absolute

    @property
    def shortest(self) -> int:
        """Seconds that any unused session lasts."""
        return min(self._idle, self._browser)

    @staticmethod
    def beginning(claims: Mapping[str, Any]) -> int | None:
        """Answer when a session began, at the latest; None if nobody knows.

        A sign-in of ours says when. A token of another program says when it was written, which may
        be long after: the first that we write in its place keeps that moment, as `ADOPTED`.

        Args:
            claims: The session's claims.
        """
        for name in ("auth_time", ADOPTED, "iat"):
            began = claims.get(name)
            if isinstance(began, int):
                return began
        return None

    def with_beginning(self, claims: Mapping[str, Any], now: float) -> Mapping[str, Any]:
        """Answer the claims of a token that is written now, with when its session began.

        Args:
            claims: The session's claims.
            now: Unix seconds.
        """
        if isinstance(claims.get("auth_time"), int) or isinstance(claims.get(ADOPTED), int):
            return claims
        began = self.beginning(claims)
        return {**claims, ADOPTED: int(now) if began is None else min(began, int(now))}

    def last_moment(self, claims: Mapping[str, Any]) -> int | None:
        """Answer when a session is over however much it is used; None if nobody knows its start.

        Args:
            claims: The session's claims.
        """
        began = self.beginning(claims)
        return None if began is None else began + self._absolute

    def is_over(self, claims: Mapping[str, Any], now: float) -> bool:
        """Tell whether a session has lasted as long as any may.

        Args:
            claims: The session's claims.
            now: Unix seconds.
        """
        auth_time = claims.get("auth_time")
        if isinstance(auth_time, int):
            return now >= auth_time + self._absolute
        last = self.last_moment(claims)
        return last is not None and now >= last

    def end_of_token(self, claims: Mapping[str, Any], now: float) -> int:
        """Answer when a token ends that is written now.

        Args:
            claims: The session's claims.
            now: Unix seconds.
        """
        end = int(now) + (self._idle if is_remembered(claims) else self._browser)
        last = self.last_moment(claims)
        return end if last is None or end < last else last

    def is_due(self, claims: Mapping[str, Any], now: float) -> bool:
        """Tell whether a used session's token is to be written anew.

        Args:
            claims: The session's claims, with ``exp``.
            now: Unix seconds.
        """
        rest = self._rest_of_idle if is_remembered(claims) else self._rest_of_browser
        if now < claims["exp"] - rest:
            return False
        # At its longest life's end a new token would end when this one does.
        return bool(claims["exp"] != self.last_moment(claims))
