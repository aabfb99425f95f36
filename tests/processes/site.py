"""Owns a site that runs as several processes on one Redis: ``uvicorn --factory …site:site``.

SITE_REDIS and SITE_STALENESS in the environment say where Redis is, and how long it is believed.
"""

import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nextauth import Auth, Credentials, FormField, Revocation, SubmittedCredentials, User
from nextauth.errors import StoreUnavailable
from nextauth.integrations.asgi import AuthMiddleware, reader_of
from nextauth.stores import Limit
from nextauth.stores.backends.redis import RedisStore
from nextauth.throttle import Throttle

__all__ = ["ACCOUNT_LIMIT", "PASSWORD", "site"]

PASSWORD = "analytical"
ACCOUNT_LIMIT = Limit(10, 24 * 60 * 60.0)
_WIDE = (Limit(1_000_000, 60.0),)


async def _authorize(form: SubmittedCredentials) -> User | None:
    if form["password"] != PASSWORD:
        return None
    return User(id=form["email"], name=form["email"])


def site() -> Starlette:
    """Answer the site, as the environment wants it."""
    # A busy machine is no outage: these tests are about a Redis that is there, or is not.
    store = RedisStore(os.environ["SITE_REDIS"], timeout=60)
    auth = Auth(
        providers=[
            Credentials(
                authorize=_authorize,
                fields={"email": FormField("Email"), "password": FormField("Password")},
            )
        ],
        secret="kV3q-of-the-two-processes-9Zx7LwTeQp",
        base_url="http://site.localhost",
        trusted_proxies=("127.0.0.0/8",),
        revocation=Revocation(store, staleness=float(os.environ["SITE_STALENESS"])),
        throttle=Throttle(
            account=(ACCOUNT_LIMIT,), pair=_WIDE, address=_WIDE, device=_WIDE, store=store
        ),
        padding=None,
    )

    async def end(request: Request) -> Response:
        """End the session that asks; 204 if that is sure."""
        session = await reader_of(request.scope, auth).session()
        if session is None or session.sid is None:
            return Response(status_code=401)
        try:
            await auth.revoke(session.sid)
        except StoreUnavailable:
            return Response(status_code=503)
        return Response(status_code=204)

    async def end_all(request: Request) -> Response:
        """End all sessions of the user who asks."""
        session = await reader_of(request.scope, auth).session()
        if session is None or session.user.id is None:
            return Response(status_code=401)
        await auth.revoke_user("credentials", session.user.id)
        return Response(status_code=204)

    routes = [
        Route("/end", end, methods=["POST"]),
        Route("/end-all", end_all, methods=["POST"]),
    ]
    app = Starlette(routes=routes)
    app.add_middleware(AuthMiddleware, auth=auth)
    return app
