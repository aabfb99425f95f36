"""Owns our side of the comparison: the sites of `sites.py` as one ASGI application for uvicorn."""

from collections.abc import Mapping
from typing import Any

from nextauth import (
    AccessDenied,
    Auth,
    Callbacks,
    Credentials,
    CredentialsSignin,
    FormField,
    JWTParams,
    Pages,
    RedirectParams,
    SessionParams,
    SignInParams,
    User,
)
from nextauth.integrations.asgi import AuthApp, Receive, Scope, Send
from tests.interop.differential.sites import PAGES, SECRET, SITES, Site

__all__ = ["app", "make_auth"]


def _person(user_id: str) -> User:
    picture = "https://app.example.com/g.png"
    return User(id=user_id, name="Grace", email="grace@example.com", image=picture)


_PEOPLE = {
    "right": _person("7"),
    "unwelcome": _person("8"),
    "diverted": _person("9"),
    "astray": _person("10"),
    "nobody": _person("11"),
}
_VERDICTS: Mapping[str, bool | str] = {
    "8": False,
    "9": "/welcome?step=1",
    "10": "https://evil.example/phish",
}


async def authorize(credentials: Mapping[str, str]) -> Any:
    password = credentials.get("password", "")
    if password == "barred":
        return False
    if password == "denied":
        raise AccessDenied
    if password == "coded":
        raise CredentialsSignin(code="locked")
    if password == "broken":
        message = "the directory is down"
        raise RuntimeError(message)
    return _PEOPLE.get(password)


async def _sign_in(params: SignInParams) -> bool | str:
    return _VERDICTS.get(params.user.id or "", True)


async def _redirect(params: RedirectParams) -> str:
    if params.url == "go:home":
        return f"{params.base_url}/home?from=callback"
    return params.url


async def _jwt(params: JWTParams) -> dict[str, Any] | None:
    token = params.token
    if (params.user is not None and params.user.id == "11") or token.get("over"):
        return None
    if params.user is not None:
        token["role"] = "admin"
    posted = params.session if isinstance(params.session, dict) else {}
    if params.trigger == "update" and isinstance(posted.get("name"), str):
        token["name"] = posted["name"]
    return token


async def _session(params: SessionParams) -> dict[str, Any]:
    return {**params.session, "role": params.token.get("role")}


def make_auth(site: Site) -> Auth:
    """Make one site with our library.

    Args:
        site: Its configuration.
    """
    fields = {
        "email": FormField("Email", type="email", required=False),
        "password": FormField("Password", type="password"),
    }
    own = Callbacks(sign_in=_sign_in, redirect=_redirect, jwt=_jwt, session=_session)
    pages = Pages(
        sign_in=PAGES["signIn"],
        sign_out=PAGES["signOut"],
        error=PAGES["error"],
        verify_request=PAGES["verifyRequest"],
    )
    return Auth(
        providers=[Credentials(authorize=authorize, fields=fields)],
        secret=SECRET,
        base_url=site.origin,
        base_path=site.base_path,
        callbacks=own if site.has_own else None,
        pages=pages if site.has_own else None,
        dialect=site.dialect,
        padding=None,  # it answers thousands of refusals
        throttle=None,  # ... and is asked them from one address
        environ={},
    )


_APPS = {key.encode(): AuthApp(make_auth(site)) for key, site in SITES.items()}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve the site that the header ``x-site`` names."""
    if scope["type"] == "lifespan":
        await next(iter(_APPS.values()))(scope, receive, send)
        return
    await _APPS[dict(scope["headers"])[b"x-site"]](scope, receive, send)
