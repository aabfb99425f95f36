"""Owns the options that an application may set, with their defaults; `checks` judges them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nextauth.web.cookies import SameSite

__all__ = ["CookieOptions", "Pages", "SessionOptions", "Theme"]

DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How long a session lasts.

    Args:
        strategy: ``"jwt"``, the only one: the session is an encrypted token in a cookie.
        max_age: Seconds until an unused session ends.
        update_age: Seconds after which a used session's cookie is written anew.
        accept_bearer: Also read the session from ``Authorization: Bearer``, where no session
            cookie came. Applications see it; the protocol's own routes do not.
    """

    strategy: str = "jwt"
    max_age: int = 30 * DAY
    update_age: int = DAY
    accept_bearer: bool = False


@dataclass(frozen=True, slots=True)
class CookieOptions:
    """Names and reach of the cookies. They are always HttpOnly.

    Args:
        secure: Send them over https only; None decides by the site's address.
        same_site: Whether other sites' requests carry them. The CSRF cookie stays ``lax`` unless
            this is ``none``.
        domain: Widen session and callback-url cookie to this domain and all below it.
        host_prefix: Call the session cookie ``__Host-…`` on https: no other host of the domain
            can plant one (RFC 6265bis, 4.1.3.2).
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
