"""Owns signing test clients in and out, without a form."""

from __future__ import annotations

from typing import Protocol, TypeVar

from nextauth.auth import Auth
from nextauth.models import User
from nextauth.testing.clients import Client, Pocket, pocket_of
from nextauth.testing.sessions import asked_at, ending_cookies, session_cookies
from nextauth.web import Origin, Request

__all__ = ["SignInAs", "signed_in", "signed_out"]

C = TypeVar("C", bound=Client)


class SignInAs(Protocol):
    """What the fixture ``sign_in_as`` answers: `signed_in` with the site's `Auth`."""

    def __call__(
        self, client: C, user: User, *, base_url: str | None = None, **claims: object
    ) -> C:
        """Sign a test client in, until the test ends.

        Args:
            client: As for `signed_in`.
            user: Who is signed in; with an id.
            base_url: Where the client asks, if it does not know.
            claims: More claims for the token, or others instead of its own.
        """
        ...


def signed_in(
    client: C, user: User, *, auth: Auth, base_url: str | None = None, **claims: object
) -> C:
    """Sign a test client in, and answer it. Whoever was signed in before no longer is.

    The callbacks do not run: give what your ``jwt`` callback would add as `claims`.

    Args:
        client: A test client of Starlette, FastAPI, Litestar, Flask, Quart or Django, or a client
            of httpx2 or httpx; for a browser, see `playwright_cookies`.
        user: Who is signed in; with an id.
        auth: The site's `Auth`.
        base_url: Where the client asks, if it does not know or each request says.
        claims: More claims for the token, or others instead of its own.

    Raises:
        TypeError: The client keeps no cookies, or in a way that we do not know.
        ValueError: Nobody said where the client asks, the site does not know that address, the
            client would never send the cookie there, or `user` has no id.
    """
    pocket = pocket_of(client)
    at = asked_at(auth, base_url, pocket.address)
    _refuse_where_nobody_is_signed_in(auth, pocket, at, is_told=base_url is not None)
    for cookie in [
        *ending_cookies(auth, at=at),
        *session_cookies(auth, user, at=at, claims=claims),
    ]:
        pocket.take(cookie, at=at)
    return client


def signed_out(client: C, *, auth: Auth, base_url: str | None = None) -> C:
    """Take the session away from a test client, and answer it.

    The site is not asked, so no event tells of it: post to ``/api/auth/signout`` to test signing
    out itself.

    Args:
        client: As for `signed_in`.
        auth: The site's `Auth`.
        base_url: Where the client asks, if it does not know or each request says.

    Raises:
        TypeError: The client keeps no cookies, or in a way that we do not know.
        ValueError: Nobody said where the client asks.
    """
    pocket = pocket_of(client)
    at = asked_at(auth, base_url, pocket.address)
    for cookie in ending_cookies(auth, at=at):
        pocket.take(cookie, at=at)
    return client


def _refuse_where_nobody_is_signed_in(
    auth: Auth, pocket: Pocket, at: Origin, *, is_told: bool
) -> None:
    headers = [(b"host", at.netloc.encode())] if is_told or pocket.names_host else []
    if auth.settings.address.origin(Request("GET", "/", headers=headers, scheme=at.scheme)) is None:
        message = (
            f"Nobody is signed in at {at}, since the site does not know that address. {pocket.fix}"
            f", or give Auth base_url={str(at)!r} (or AUTH_URL) in tests."
        )
        raise ValueError(message)
