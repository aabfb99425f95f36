"""Owns the server that the old clients talk to: the v4 dialect, and their pages."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from nextauth import AccessDenied, Auth, Credentials, FormField, SubmittedCredentials, User
from nextauth.integrations.starlette import AuthMiddleware

PASSWORD = "analytical"
BANNED = "mallory@example.com"
_PAGE = """<!doctype html>
<html lang="en">
<head><title>Client {version}</title><link rel="icon" href="data:,"></head>
<body><div id="root"></div><script src="/bundles/{version}.js"></script></body>
</html>
"""


async def authorize(credentials: SubmittedCredentials) -> User | None:
    email = credentials["email"]
    if credentials["password"] != PASSWORD:
        return None
    if email == BANNED:
        raise AccessDenied
    return User(id="1", name="Ada Lovelace", email=email)


async def page(request: Request) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(version=request.path_params["version"]))


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
    dialect="next-auth-v4",
)
# The bundles are built after this module is first imported.
bundles = StaticFiles(directory=Path(__file__).with_name("dist"), check_dir=False)
app = Starlette(
    routes=[Route("/{version}", page), Mount("/bundles", bundles)],
    middleware=[Middleware(AuthMiddleware, auth=auth)],
)
