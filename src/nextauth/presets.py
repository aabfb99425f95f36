"""Owns named sets of options, for sites that must hold up to a standard."""

from __future__ import annotations

from typing import TypedDict, TypeGuard

from nextauth.config import CookieOptions, Revocation, SessionOptions, TimePadding
from nextauth.protocols import lacking
from nextauth.stores import LimitStore, MemoryStore, SessionStore
from nextauth.throttle import Throttle
from nextauth.tokens.jwe import CLOCK_TOLERANCE

__all__ = ["AsvsOptions", "asvs"]

_MINUTE = 60
_HOUR = 60 * _MINUTE

# NIST SP 800-63B (revision 3), 4.2.3: at assurance level 2 people prove themselves anew after 30
# minutes without use, and after 12 hours in any case. (Revision 4, 2.2.3, would do with an hour and
# a day.) A token is believed for `CLOCK_TOLERANCE` seconds beyond its end.
_IDLE = 30 * _MINUTE - CLOCK_TOLERANCE
_ABSOLUTE = 12 * _HOUR
# A session that is used for so long is written anew: it ends that much earlier at most.
_UPDATE = _MINUTE


class AsvsOptions(TypedDict):
    """The arguments of `Auth` that `asvs` answers."""

    session: SessionOptions
    cookies: CookieOptions
    revocation: Revocation
    throttle: Throttle
    padding: TimePadding


def asvs(store: SessionStore | None = None, *, limits: LimitStore | None = None) -> AsvsOptions:
    """Answer options with which a site can meet OWASP ASVS 5.0, chapters V3, V6, V7 and V9.

    ``Auth(providers=[…], base_url="https://…", **asvs(store))``. The documentation says of each
    requirement whether it is met by this, is the application's, or is not met.

    - A session ends after 30 minutes without use, and after 12 hours (NIST SP 800-63B, 4.2.3).
    - Whoever signs out, or in anew, ends the session for every copy of its cookie. The store is
      asked at each request, and nobody is signed in while it cannot be (ASVS 7.2.4, 7.4.1).
    - No cookie can be planted by another host of the domain (ASVS 3.3.3).
    - ``Throttle.strict`` (ASVS 6.3.1). 100 wrong guesses at one account take four days; no account
      is locked after them (as NIST SP 800-63B, 5.2.2 asks), since strangers could do that to
      everybody (ASVS 6.1.1).
    - Refusals are held back, so that their time tells nothing (ASVS 6.3.8).

    It turns on no second factor, which level 2 asks for (ASVS 6.3.3): pass
    ``second_factor=SecondFactor(…)`` beside it.

    Args:
        store: Remembers which sessions are over. None: this process alone.
        limits: Where tries are counted. None: in `store` if it can count, as those in memory and
            Redis can; else in this process alone.
    """
    sessions = MemoryStore() if store is None else store
    if limits is None and _can_count(sessions):
        limits = sessions
    return AsvsOptions(
        session=SessionOptions(
            max_age=_IDLE,
            update_age=_UPDATE,
            absolute_max_age=_ABSOLUTE,
            browser_max_age=_IDLE,
        ),
        cookies=CookieOptions(host_prefix=True),
        revocation=Revocation(sessions, staleness=0, on_failure="closed"),
        throttle=Throttle.strict(store=limits),
        padding=TimePadding(),
    )


def _can_count(store: object) -> TypeGuard[LimitStore]:
    return lacking(store, LimitStore) is None
