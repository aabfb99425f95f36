"""Owns how a session travels by cookie: which are read, and which are set and deleted for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nextauth.config import CookiePlan
from nextauth.errors import TokenError
from nextauth.sessions.budget import CookieBudget
from nextauth.sessions.carrier import Handed, sealed
from nextauth.sessions.claims import identity_of
from nextauth.sessions.lifetimes import is_remembered
from nextauth.tokens import DIALECTS, Keyring, OpenedToken
from nextauth.tokens.jwe import LONGEST_TOKEN
from nextauth.web import Cookies, SetCookie
from nextauth.web.cookies import ESCAPES_OF_A_TOKEN
from nextauth.web.set_cookies import chunk_cookie

if TYPE_CHECKING:
    from nextauth.sessions.acceptance import Acceptance
    from nextauth.tokens import TokenOpener

__all__ = ["CookieCarrier", "SessionCookie"]


class SessionCookie:
    """The session cookie on one kind of address, http or https.

    Args:
        plan: Names and attributes.
        keyring: The secrets.
        budget: How large the cookies may grow.
        entropy: Answers that many random bytes.
        acceptance: Opens sessions of older releases; None if they are not read.
    """

    __slots__ = (
        "_budget",
        "_codecs",
        "_most_escapes",
        "_names",
        "_openers",
        "_plan",
        "_reaches",
        "_writer",
    )

    def __init__(
        self,
        plan: CookiePlan,
        keyring: Keyring,
        *,
        budget: CookieBudget,
        entropy: Callable[[int], bytes],
        acceptance: Acceptance | None = None,
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
        self._openers: tuple[tuple[str, TokenOpener], ...] = self._codecs
        self._most_escapes = ESCAPES_OF_A_TOKEN
        if acceptance is not None:
            self._openers = acceptance.beside(self._codecs, plan.older)
            self._most_escapes = acceptance.most_escapes
        self._names = tuple(name for name, _ in self._openers)

    def read(self, cookies: Cookies, *, now: float) -> OpenedToken | None:
        """Open the session that a browser sent; with any damage it is nobody's.

        The dialect that is written comes first. A stale cookie beside a newer one is settled by
        which of them opens; if both do, by `_settled`. Older releases are read where no cookie of
        ours has come, or the value is none of ours.

        Args:
            cookies: The request's cookies.
            now: Unix seconds.
        """
        for name, opener in self._openers:
            opened = []
            candidates = cookies.candidates(name, self._most_escapes)
            for candidate in candidates:
                try:
                    opened.append(opener.open(candidate, now=now))
                except TokenError:
                    continue
            if candidates or cookies.has(name):
                return opened[0] if len(opened) == 1 else _settled(opened)
        return None

    def is_in(self, cookies: Cookies) -> bool:
        """Tell whether a browser sent any session cookie, whatever it holds.

        Args:
            cookies: The request's cookies.
        """
        return any(cookies.names_of(name) for name in self._names)

    def open(self, token: str, *, now: float) -> OpenedToken | None:
        """Open a token that came by itself, in whichever dialect; None with any damage.

        One of an older release has its cookie to come in.

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
        token = sealed(self._writer.seal, claims, longest=LONGEST_TOKEN)
        expires = int(claims["exp"]) if is_remembered(claims) else None
        whole = SetCookie(self._plan.session, token, self._plan.attributes, expires)
        written = chunk_cookie(whole)
        sent = self._sent(cookies)
        self._budget.check(claims, written, others=cookies.size_without(sent))
        if not sent:
            return written
        kept = {(cookie.name, cookie.attributes.domain) for cookie in written}
        stale = [
            cookie
            for cookie in self._deleting(sent)
            if (cookie.name, cookie.attributes.domain) not in kept
        ]
        return [*stale, *written]

    def delete(self, cookies: Cookies) -> list[SetCookie]:
        """Answer what makes the browser forget every session cookie that it sent.

        Args:
            cookies: The request's cookies.
        """
        return self._deleting(self._sent(cookies))

    def _sent(self, cookies: Cookies) -> list[str]:
        """Answer the names of the session cookies that came, with their chunks."""
        if not cookies.has_any(self._names):
            return []
        return [sent for name in self._names for sent in cookies.names_of(name)]

    def _deleting(self, names: Iterable[str]) -> list[SetCookie]:
        return [
            SetCookie(name, "", attributes, max_age=0)
            for name in names
            for attributes in self._reaches
        ]


def _settled(opened: Sequence[OpenedToken]) -> OpenedToken | None:
    """Answer the token that was written last, where all are of one session.

    Two answers to one browser that crossed leave both a whole and chunks, if one made the session
    too large for one cookie.

    Of two sessions nobody can tell whose browser this is: a neighbouring host can plant a session
    of its own, which must not take the place of the one that is there. So it is with one of an
    older release beside one of ours, for the latter may be the one that was planted.
    """
    identities = {identity_of(each.claims) for each in opened}
    if len(identities) != 1 or identities.pop()[-1] is None:
        return None
    return max(opened, key=_written_at)


def _written_at(token: OpenedToken) -> int:
    # Another program that has our secret stamps it anew: so this tells copies apart, and no more.
    written = token.claims.get("iat")
    return written if isinstance(written, int) else 0


class CookieCarrier:
    """The session cookie of an address, beside the cookies that the browser sent.

    Args:
        cookie: The session cookie of the address.
        cookies: The request's cookies.
    """

    __slots__ = ("_cookie", "_cookies")

    is_bearer = False

    def __init__(self, cookie: SessionCookie, cookies: Cookies) -> None:
        self._cookie = cookie
        self._cookies = cookies

    def open(self, now: float) -> OpenedToken | None:
        """Open the session that was sent; None with any damage.

        Args:
            now: Unix seconds.
        """
        return self._cookie.read(self._cookies, now=now)

    def write(self, claims: Mapping[str, Any]) -> Handed:
        """Seal claims into cookies, and delete what they replace.

        Args:
            claims: Stamped claims.

        Raises:
            CallbackError: The claims cannot be kept.
        """
        return Handed(tuple(self._cookie.write(claims, self._cookies)))

    def delete(self) -> tuple[SetCookie, ...]:
        """Answer what makes the browser forget every session cookie that it sent."""
        return tuple(self._cookie.delete(self._cookies))
