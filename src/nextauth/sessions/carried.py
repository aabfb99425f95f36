"""Owns what carries a request's session: its address's cookie, or a token that came by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nextauth.config import Accept, Settings
from nextauth.sessions.bearer_tokens import BearerCarrier, BearerTokens
from nextauth.sessions.budget import CookieBudget
from nextauth.sessions.carrier import Carrier
from nextauth.sessions.cookie import CookieCarrier, SessionCookie
from nextauth.tokens import Keyring, OpenedToken
from nextauth.web import Cookies, Origin

if TYPE_CHECKING:
    from nextauth.sessions.acceptance import Acceptance

__all__ = ["CarriedSessions"]


class CarriedSessions:
    """Finds the tokens of sessions; what they are worth is not decided here.

    Args:
        settings: The checked configuration.
        keyring: The secrets.
        entropy: Answers that many random bytes.
    """

    __slots__ = ("_bearers", "_insecure", "_secure", "_settings")

    def __init__(
        self, settings: Settings, keyring: Keyring, *, entropy: Callable[[int], bytes]
    ) -> None:
        self._settings = settings
        options = settings.cookies
        budget = CookieBudget(options.budget, refuses=options.over_budget == "refuse")
        acceptance = _acceptance_of(settings.accept) if settings.accept else None
        self._secure, self._insecure = (
            SessionCookie(plan, keyring, budget=budget, entropy=entropy, acceptance=acceptance)
            for plan in (settings.secure, settings.insecure)
        )
        self._bearers = BearerTokens(keyring, entropy=entropy)

    def cookie_on(self, origin: Origin) -> SessionCookie:
        """Answer the session cookie of an address.

        Args:
            origin: Our origin.
        """
        return self._secure if origin.is_secure else self._insecure

    def cookie_came(self, cookies: Cookies) -> bool:
        """Tell whether a browser sent a session cookie of ours, or may have, whatever it holds.

        Args:
            cookies: The request's cookies.
        """
        return cookies.are_too_many or self._secure.is_in(cookies) or self._insecure.is_in(cookies)

    def in_cookie(self, cookies: Cookies, origin: Origin) -> Carrier:
        """Answer what carries a browser's session.

        Args:
            cookies: The request's cookies.
            origin: Our origin.
        """
        return CookieCarrier(self.cookie_on(origin), cookies)

    def borne(self, token: str | None) -> Carrier:
        """Answer what carries the session of a client without a browser.

        Args:
            token: What it bears, whatever that is; None for nothing.
        """
        return BearerCarrier(self._bearers, token)

    def open_token(self, token: str, *, now: float) -> OpenedToken | None:
        """Open a token that came by itself; None with any damage.

        It is one that we handed to a client without a browser, or a cookie's value; keys tell them
        apart. The client that bears a cookie's was handed it by a site on http or https, whose
        cookie's name is part of an authjs token's key: both are tried.

        Args:
            token: Anything that a client sent.
            now: Unix seconds.
        """
        options = self._settings.session
        opened = self._bearers.open(token, now=now) if options.bearer else None
        if opened is None and options.accept_bearer:
            opened = self._secure.open(token, now=now) or self._insecure.open(token, now=now)
        return opened


def _acceptance_of(accept: Sequence[Accept]) -> Acceptance:
    from nextauth.sessions.acceptance import (  # noqa: PLC0415 - most sites read no older release
        Acceptance,
    )

    return Acceptance(accept)
