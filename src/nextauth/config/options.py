"""Owns the options that an application may set, with their defaults; `checks` judges them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from nextauth.stores import MemoryStore, SessionStore
from nextauth.web.cookies import SameSite

__all__ = ["CookieOptions", "Pages", "Revocation", "SessionOptions", "Theme", "TimePadding"]

HOUR = 60 * 60
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How long a session lasts.

    Args:
        strategy: ``"jwt"``, the only one: the session is an encrypted token in a cookie.
        max_age: Seconds until an unused session ends.
        update_age: Seconds after which a used session's cookie is written anew.
        accept_bearer: Also read the session from ``Authorization: Bearer``, where no session
            cookie came. Applications see it; the protocol's own routes do not.
        absolute_max_age: Seconds after the sign-in at which a session ends, however much it is
            used.
        remember_field: Name of the form's field, such as a checkbox, that asks to stay signed in.
            Who leaves it out has a cookie that ends with the browser. Without a name everybody
            is remembered, unless ``authorize`` answers otherwise with `Verified`.
        browser_max_age: Seconds until an unused session ends that is not remembered.
    """

    strategy: str = "jwt"
    max_age: int = 30 * DAY
    update_age: int = DAY
    accept_bearer: bool = False
    absolute_max_age: int = 400 * DAY
    remember_field: str | None = None
    browser_max_age: int = 12 * HOUR


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

    store: SessionStore = field(default_factory=MemoryStore)
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
    """

    sign_in: str | None = None
    sign_out: str | None = None
    error: str | None = None
    verify_request: str | None = None


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
