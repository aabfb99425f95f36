"""Owns the options that an application may set, with their defaults; `checks` judges them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from nextauth.web.set_cookies import SameSite

if TYPE_CHECKING:
    from nextauth.stores import SessionStore

__all__ = [
    "CookieOptions",
    "ForwardAuth",
    "Pages",
    "Revocation",
    "SessionOptions",
    "Theme",
    "TimePadding",
]

HOUR = 60 * 60
DAY = 24 * HOUR

_FORWARDED: Mapping[str, str] = MappingProxyType(
    {
        "X-Auth-User": "id",
        "X-Auth-Name": "name",
        "X-Auth-Email": "email",
        "X-Auth-Provider": "provider",
        "X-Auth-Methods": "amr",
    }
)


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How long a session lasts.

    Args:
        strategy: ``"jwt"``, the only one: the session is an encrypted token in a cookie.
        max_age: Seconds until an unused session ends.
        update_age: Seconds after which a used session's cookie is written anew.
        accept_bearer: Also read the session from ``Authorization: Bearer``, where no session
            cookie came: the value of a session cookie, such as an Auth.js site hands on.
            Applications see it; the protocol's own routes do not.
        absolute_max_age: Seconds after the sign-in at which a session ends, however much it is
            used.
        remember_field: Name of the form's field, such as a checkbox, that asks to stay signed in.
            Who leaves it out has a cookie that ends with the browser. Without a name everybody
            is remembered, unless ``authorize`` answers otherwise with `Verified`.
        browser_max_age: Seconds until an unused session ends that is not remembered.
        bearer: Sign in clients without a browser, such as a telephone's app: they get a token
            instead of cookies, and bear it in ``Authorization: Bearer``. It has a key of its own,
            so that it is no session cookie, and no session cookie is such a token.
    """

    strategy: str = "jwt"
    max_age: int = 30 * DAY
    update_age: int = DAY
    accept_bearer: bool = False
    absolute_max_age: int = 400 * DAY
    remember_field: str | None = None
    browser_max_age: int = 12 * HOUR
    bearer: bool = False


def _own_store() -> SessionStore:
    from nextauth.stores import MemoryStore  # noqa: PLC0415 - most sites keep no sessions

    return MemoryStore()


@dataclass(frozen=True, slots=True)
class Revocation:
    """Lets sessions be ended before their time: ``Auth(revocation=Revocation(store))``.

    Args:
        store: Remembers which are over. The default one is of this process alone.
        staleness: Seconds for which an answer of the store is believed: an ended session may be
            served that long by other processes. 0 asks at every request.
        on_failure: What a session is worth while the store cannot be asked: ``"closed"``, nobody
            is signed in, or ``"open"``, whoever was not seen to be ended is.
        adopt_until: Until when a session that has no id, since another program made it, is given
            one (aware). Afterwards, and by default, it is refused: it could not be ended.
        seen_every: Seconds after which it is noted again that a session is in use.
    """

    store: SessionStore = field(default_factory=_own_store)
    staleness: float = 5.0
    on_failure: Literal["closed", "open"] = "closed"
    adopt_until: datetime | None = None
    seen_every: float = 300.0


@dataclass(frozen=True, slots=True)
class TimePadding:
    """How long a refused sign-in takes, so that its time does not tell which accounts exist.

    Choose a floor above what checking a wrong password takes. A server that gives each request a
    thread, as most WSGI servers do, keeps that thread while it waits.

    Args:
        floor: Seconds that a refusal takes at least.
        quantum: Seconds between the moments at which a refusal may go out, from the floor on. The
            first of them is random, within one quantum.
        longest: Seconds after which a refusal goes out whatever the clock says.
        most_held: How many may wait at once; one more is answered with 503.
    """

    floor: float = 0.2
    quantum: float = 0.05
    longest: float = 0.5
    most_held: int = 256


@dataclass(frozen=True, slots=True)
class CookieOptions:
    """Names and reach of the cookies. They are always HttpOnly.

    Args:
        secure: Send them over https only; None decides by the site's address.
        same_site: Whether other sites' requests carry them. The CSRF cookie stays ``lax`` unless
            this is ``none``.
        domain: Widen session and callback-url cookie to this domain and all below it.
        host_prefix: Call session and callback-url cookie ``__Host-…`` on https: no other host of
            the domain can plant one (RFC 6265bis, 4.1.3.2). The others are called so in any case.
        budget: Bytes that the browser's cookies should stay below, as one header line, when a
            session is written; common proxies refuse more.
        over_budget: What happens above: ``"warn"`` once, or ``"refuse"`` to write the session.
        session_token: Full name of the session cookie, instead of the dialect's.
        callback_url: Full name of the callback-url cookie.
        csrf_token: Full name of the CSRF cookie.
    """

    secure: bool | None = None
    same_site: SameSite = "lax"
    domain: str | None = None
    host_prefix: bool = False
    budget: int = 8192
    over_budget: Literal["warn", "refuse"] = "warn"
    session_token: str | None = None
    callback_url: str | None = None
    csrf_token: str | None = None


@dataclass(frozen=True, slots=True)
class Pages:
    """The application's own pages instead of ours: paths on the site, or URLs on trusted origins.

    Args:
        sign_in: Gets ``callbackUrl``, and after a refusal ``error`` and ``code``.
        sign_out: Asks for confirmation and posts to ``signout``.
        error: Gets ``error``.
        verify_request: Says that an e-mail was sent; gets ``provider`` and ``type``.
        second_factor: Asks for the second factor; gets ``error`` and ``method`` after a refusal.
    """

    sign_in: str | None = None
    sign_out: str | None = None
    error: str | None = None
    verify_request: str | None = None
    second_factor: str | None = None


@dataclass(frozen=True, slots=True)
class ForwardAuth:
    """Lets a proxy ask at ``GET verify`` who is signed in, for applications that do not know us.

    Args:
        headers: What the answer's headers hold, by their names: a member of the user (``"id"``,
            ``"name"``, ``"email"``, ``"image"``), ``"provider"``, ``"amr"``, or a key of the
            user's ``extra``. Each is always sent, and empty where there is nothing, so that what
            a client made up is overwritten. Values are percent-encoded.
    """

    headers: Mapping[str, str] = field(default_factory=lambda: _FORWARDED, hash=False)


@dataclass(frozen=True, slots=True)
class Theme:
    """How the pages look.

    Args:
        name: The site's name.
        logo: A path on the site, or a ``data:image/…`` URI.
        logo_dark: The same for the dark scheme.
        brand_color: ``#rgb`` or ``#rrggbb``; colours the button.
        button_text: Colour of the button's text; None chooses the readable one.
        color_scheme: ``"auto"`` follows the reader's system.
    """

    name: str | None = None
    logo: str | None = None
    logo_dark: str | None = None
    brand_color: str | None = None
    button_text: str | None = None
    color_scheme: Literal["auto", "light", "dark"] = "auto"
