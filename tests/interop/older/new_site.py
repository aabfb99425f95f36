"""Owns the server that takes the old sites' place: it reads their cookies until a moment."""

import os
from datetime import datetime

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from nextauth import Accept, Auth, Credentials, FormField, SubmittedCredentials, User
from nextauth.integrations.starlette import AuthMiddleware, current_session, session_required

_PAGE = """<!doctype html>
<html lang="en">
<head><title>New site</title><link rel="icon" href="data:,"></head>
<body><h1>{heading}</h1></body>
</html>
"""


async def authorize(credentials: SubmittedCredentials) -> User | None:
    if credentials["password"] != "correct horse":
        return None
    return User(id=7, name="Grace Hopper", email="grace@example.com")


auth = Auth(
    providers=[
        Credentials(
            authorize=authorize,
            fields={
                "email": FormField("Email", type="email"),
                "password": FormField("Password", type="password"),
            },
        )
    ],
    secret="Zk8vQ2mX5tB9wR1yN4cJ7hD0sF3gL6pA-uE_iOaT",
    dialect=os.environ["NEW_SITE_DIALECT"],
    accept=[
        Accept(
            os.environ["NEW_SITE_VERSION"],
            secret=os.environ["NEW_SITE_OLD_SECRET"],
            until=datetime.fromisoformat(os.environ["NEW_SITE_UNTIL"]),
        )
    ],
)


@session_required(auth)
async def private(request: Request) -> HTMLResponse:
    session = await current_session(request, auth)
    assert session is not None
    heading = f"{session.user.name} ({session.user.id}) is signed in"
    return HTMLResponse(_PAGE.format(heading=heading))


app = Starlette(
    routes=[Route("/private", private)],
    middleware=[Middleware(AuthMiddleware, auth=auth)],
)
