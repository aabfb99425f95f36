"""Owns signed-in browsers: the session's cookies as Playwright takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from nextauth.auth import Auth
from nextauth.models import User
from nextauth.testing.sessions import asked_at, session_cookies
from nextauth.web import SetCookie
from nextauth.web.set_cookies import SameSite

if TYPE_CHECKING:
    # Playwright exports the type of what `add_cookies` takes under no public name.
    from playwright._impl._api_structures import SetCookieParam
    from playwright.sync_api import StorageState, StorageStateCookie

__all__ = ["playwright_cookies", "storage_state"]

_SAME_SITE: dict[SameSite, Literal["Lax", "Strict", "None"]] = {
    "lax": "Lax",
    "strict": "Strict",
    "none": "None",
}
_UNTIL_THE_BROWSER_CLOSES = -1


def playwright_cookies(
    auth: Auth, user: User, *, base_url: str | None = None, **claims: object
) -> list[SetCookieParam]:
    """Answer the session cookies for ``context.add_cookies(...)``; its async form is awaited.

    The callbacks do not run: give what your ``jwt`` callback would add as `claims`.

    Args:
        auth: The site's `Auth`.
        user: Who is signed in; with an id.
        base_url: Where the browser goes, if `auth` has no address of its own.
        claims: More claims for the token, or others instead of its own.

    Raises:
        ValueError: Nobody said where the browser goes, or `user` has no id.
    """
    state = storage_state(auth, user, base_url=base_url, **claims)
    # What a state holds, `add_cookies` takes; only the types are two.
    return cast("list[SetCookieParam]", state["cookies"])


def storage_state(
    auth: Auth, user: User, *, base_url: str | None = None, **claims: object
) -> StorageState:
    """Answer the state of a browser in which `user` is signed in.

    It is for ``browser.new_context(storage_state=...)``, and JSON may keep it in a file.

    Args:
        auth: The site's `Auth`.
        user: Who is signed in; with an id.
        base_url: Where the browser goes, if `auth` has no address of its own.
        claims: More claims for the token, or others instead of its own.

    Raises:
        ValueError: Nobody said where the browser goes, or `user` has no id.
    """
    at = asked_at(auth, base_url)
    cookies = session_cookies(auth, user, at=at, claims=claims)
    return {"cookies": [_kept(cookie, at.host) for cookie in cookies], "origins": []}


def _kept(cookie: SetCookie, host: str) -> StorageStateCookie:
    attributes = cookie.attributes
    return {
        "name": cookie.name,
        "value": cookie.value,
        # With a dot, hosts below the domain get it too; without, the host alone.
        "domain": host if attributes.domain is None else f".{attributes.domain}",
        "path": attributes.path,
        "expires": _UNTIL_THE_BROWSER_CLOSES,
        "httpOnly": attributes.http_only,
        "secure": attributes.secure,
        "sameSite": _SAME_SITE[attributes.same_site],
    }
