"""Owns how a session travels: which cookies are read, and which are set and deleted for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from nextauth.config import CookiePlan
from nextauth.errors import CallbackError, TokenError
from nextauth.sessions.budget import CookieBudget
from nextauth.sessions.lifetimes import is_remembered
from nextauth.tokens import DIALECTS, Keyring, OpenedToken
from nextauth.tokens.jwe import LONGEST_TOKEN
from nextauth.web import Cookies, SetCookie
from nextauth.web.cookies import chunk_cookie

__all__ = ["SessionCookie", "Writing"]


class SessionCookie:
    """The session cookie on one kind of address, http or https.

    Args:
        plan: Names and attributes.
        keyring: The secrets.
        budget: How large the cookies may grow.
        entropy: Answers that many random bytes.
    """

    __slots__ = ("_budget", "_codecs", "_plan", "_reaches", "_writer")

    def __init__(
        self,
        plan: CookiePlan,
        keyring: Keyring,
        *,
        budget: CookieBudget,
        entropy: Callable[[int], bytes],
    ) -> None:
        self._plan = plan
        self._budget = budget
        own = plan.attributes
        # Who once signed in without the domain still has a cookie of this host, and it would lie
        # beside the domain's with another value: both variants go, or the person is locked out.
        self._reaches = (own,) if own.domain is None else (own, replace(own, domain=None))
        self._codecs = tuple(
            (name, DIALECTS[dialect].codec(keyring, cookie_name=name, entropy=entropy))
            for dialect, name in plan.readable.items()
        )
        self._writer = self._codecs[0][1]

    def read(self, cookies: Cookies, *, now: float) -> OpenedToken | None:
        """Open the session that a browser sent; with any damage it is nobody's.

        The dialect that is written comes first. A stale cookie beside a newer one is settled by
        which of them opens; if both do, nobody can tell whose session it is.

        Args:
            cookies: The request's cookies.
            now: Unix seconds.
        """
        for name, codec in self._codecs:
            if not cookies.has(name):
                continue
            opened = []
            for candidate in cookies.candidates(name):
                try:
                    opened.append(codec.open(candidate, now=now))
                except TokenError:
                    continue
            return opened[0] if len(opened) == 1 else None
        return None

    def is_in(self, cookies: Cookies) -> bool:
        """Tell whether a browser sent any session cookie, whatever it holds.

        Args:
            cookies: The request's cookies.
        """
        return any(cookies.names_of(name) for name, _ in self._codecs)

    def open(self, token: str, *, now: float) -> OpenedToken | None:
        """Open a token that came by itself, in whichever dialect; None with any damage.

        Args:
            token: Anything that a client sent.
            now: Unix seconds.
        """
        for _, codec in self._codecs:
            try:
                return codec.open(token, now=now)
            except TokenError:
                continue
        return None

    def write(self, claims: Mapping[str, Any], cookies: Cookies) -> list[SetCookie]:
        """Seal claims into cookies, and delete what they replace.

        Args:
            claims: Stamped claims.
            cookies: The request's cookies.

        Raises:
            CallbackError: The claims are not of JSON's types, or too large for any browser or for
                the budget.
        """
        try:
            token = self._writer.seal(claims)
        except (TypeError, ValueError, RecursionError, OverflowError) as error:
            message = "The token holds a value that JSON cannot. Keep text, numbers and lists."
            raise CallbackError(message) from error
        if len(token) > LONGEST_TOKEN:
            message = (
                f"The token has {len(token)} characters; no browser and server carry more than "
                f"{LONGEST_TOKEN}. Keep large things out of the token and the user's extra."
            )
            raise CallbackError(message)
        expires = int(claims["exp"]) if is_remembered(claims) else None
        whole = SetCookie(self._plan.session, token, self._plan.attributes, expires)
        written = chunk_cookie(whole)
        others = cookies.size_without(self._plan.readable.values())
        self._budget.check(claims, written, others=others)
        kept = {(cookie.name, cookie.attributes.domain) for cookie in written}
        stale = [
            cookie
            for cookie in self.delete(cookies)
            if (cookie.name, cookie.attributes.domain) not in kept
        ]
        return [*stale, *written]

    def delete(self, cookies: Cookies) -> list[SetCookie]:
        """Answer what makes the browser forget every session cookie that it sent.

        Args:
            cookies: The request's cookies.
        """
        return [
            SetCookie(sent, "", attributes, max_age=0)
            for name in self._plan.readable.values()
            for sent in cookies.names_of(name)
            for attributes in self._reaches
        ]


class Writing:
    """A session cookie beside the cookies that the browser sent: where a token is read and written.

    Args:
        cookie: The session cookie of the address.
        cookies: The request's cookies.
    """

    __slots__ = ("_cookie", "_cookies")

    def __init__(self, cookie: SessionCookie, cookies: Cookies) -> None:
        self._cookie = cookie
        self._cookies = cookies

    def read(self, now: float) -> Mapping[str, Any] | None:
        """Answer the claims of the session that was sent, or None.

        Args:
            now: Unix seconds.
        """
        opened = self._cookie.read(self._cookies, now=now)
        return None if opened is None else opened.claims

    def write(self, claims: Mapping[str, Any]) -> tuple[SetCookie, ...]:
        """Seal claims into cookies, and delete what they replace.

        Args:
            claims: Stamped claims.

        Raises:
            CallbackError: The claims cannot be kept.
        """
        return tuple(self._cookie.write(claims, self._cookies))

    def delete(self) -> tuple[SetCookie, ...]:
        """Answer what makes the browser forget every session cookie that it sent."""
        return tuple(self._cookie.delete(self._cookies))
