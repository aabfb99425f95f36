"""Owns what the doctor measures without judging it: sizes and times."""

from __future__ import annotations

import os
from collections.abc import Iterator

from nextauth.cli.doctor.configured.subject import Configured
from nextauth.cli.doctor.site.visit import Visit
from nextauth.models import Account, User
from nextauth.sessions.claims import new_claims, stamp
from nextauth.tokens import Keyring
from nextauth.web.set_cookies import CHUNK_SIZE

__all__ = ["measured_configuration", "measured_site"]

# Somebody like most: an id of a UUID's length, a name, an address.
_ID = "0" * 36
_SOMEBODY = User(id=_ID, name="Ada King, Lovelace", email="ada.lovelace@example.com")
_SID, _JTI = "0" * 43, "0" * 32
_WHOLE = 10  # from here on nobody asks for tenths
_ROUTES = ("providers", "session", "signin")


def measured_configuration(configured: Configured) -> Iterator[str]:
    """Answer how large a session is, how much room there is beside it, and how fast stores are.

    Args:
        configured: The configuration.
    """
    settings = configured.settings
    if not settings.only_reads:
        name, size = _session(configured)
        budget = settings.cookies.budget - len(f"cookie: {name}.0=; {name}.1=")
        yield (
            f"a session without anything of your own takes {size} bytes of cookie; about "
            f"{_room(CHUNK_SIZE - size)} bytes of your own fit in before it is split into two, and "
            f"{_room(budget - size)} before the budget of {settings.cookies.budget} is used up"
        )
    for answer in configured.answers:
        if answer.seconds is not None:
            yield f"the store for {answer.use} answers in {_milliseconds(answer.seconds)}"


def _session(configured: Configured) -> tuple[str, int]:
    settings, now = configured.settings, configured.now
    plan = settings.secure if configured.is_public else settings.insecure
    account = Account(next(iter(settings.providers)), "credentials", _ID)
    claims = new_claims(_SOMEBODY, account, amr=("pwd",), sid=_SID, auth_time=int(now))
    expires = int(now) + settings.session.max_age
    codec = settings.dialect.codec(
        Keyring(settings.secrets), cookie_name=plan.session, entropy=os.urandom
    )
    return plan.session, len(codec.seal(stamp(claims, now=now, expires=expires, jti=_JTI)))


def _room(left: int) -> str:
    return f"{max(0, left) * 3 // 4:,}"  # base64url writes three bytes as four characters


def measured_site(visit: Visit) -> Iterator[str]:
    """Answer how fast the routes are.

    Args:
        visit: What the site answered.
    """
    answers = [(name, visit.answer(name)) for name in _ROUTES]
    times = [f"{name} {_milliseconds(each.took)}" for name, each in answers if each is not None]
    if times:
        yield f"answers of the site, each with a new connection: {', '.join(times)}"


def _milliseconds(seconds: float) -> str:
    milliseconds = seconds * 1000
    return f"{milliseconds:.0f} ms" if milliseconds >= _WHOLE else f"{milliseconds:.1f} ms"
