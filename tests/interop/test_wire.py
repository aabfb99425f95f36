"""Whole sessions and CSRF cookies go both ways between our server and the npm packages."""

from typing import Any
from urllib.parse import urlencode

import pytest

from nextauth import Auth, Credentials, User
from nextauth.web import Request, Response
from tests.interop.conftest import Npm

pytestmark = pytest.mark.interop

SECRET = "the secret of the interoperability tests"
NAMES = {"authjs": "authjs.session-token", "next-auth-v4": "next-auth.session-token"}
HOST = (b"host", b"localhost:3000")
FORM = (b"content-type", b"application/x-www-form-urlencoded")

dialect = pytest.mark.parametrize("dialect", list(NAMES))


def make(dialect: str = "authjs", **extra: Any) -> Auth:
    user = User(id="7", name="Ζωή", email="z@example.com", extra=extra)
    provider = Credentials(authorize=lambda _credentials: user, account="email")
    return Auth(providers=[provider], secret=SECRET, dialect=dialect, environ={})


def sign_in(auth: Auth, *, cookie: str = "", **form: str) -> Response:
    async def read_body(_limit: int) -> bytes:
        return urlencode({"password": "x", **form}).encode()

    headers = [HOST, FORM, (b"cookie", cookie.encode())]
    if "csrfToken" not in form:
        headers.append((b"sec-fetch-site", b"same-origin"))
    path = "/api/auth/callback/credentials"
    return auth.handle_sync(Request("POST", path, headers=headers, read_body=read_body))


def session_cookie(response: Response) -> str:
    pairs = [cookie.encode().decode().split(";")[0] for cookie in response.cookies]
    return "; ".join(pair for pair in pairs if "session-token" in pair)


@dialect
@pytest.mark.parametrize("size", [10, 7_000])
def test_npm_reads_the_session_that_we_set(npm: Npm, dialect: str, size: int) -> None:
    cookie = session_cookie(sign_in(make(dialect, note="x" * size)))
    opened = npm.value("getToken", dialect=dialect, cookie=cookie, secret=SECRET)
    assert (opened["sub"], opened["name"], opened["email"]) == ("7", "Ζωή", "z@example.com")
    assert opened["user"] == {"note": "x" * size}


@dialect
def test_we_read_the_session_that_npm_sealed(npm: Npm, dialect: str) -> None:
    salt = {"salt": NAMES[dialect]} if dialect == "authjs" else {}
    claims = {"sub": "7", "name": "Ζωή", "picture": "/z.png"}
    token = npm.value("encode", dialect=dialect, token=claims, secret=SECRET, **salt)
    cookie = f"{NAMES[dialect]}={token}".encode()
    request = Request("GET", "/", headers=[HOST, (b"cookie", cookie)])
    for writes in NAMES:
        session = make(writes).session_sync(request)
        assert session is not None
        assert (session.user.id, session.user.name, session.user.image) == ("7", "Ζωή", "/z.png")
        assert (session.sid, session.auth_time, session.provider) == (None, None, None)


def test_our_csrf_cookie_is_theirs(npm: Npm) -> None:
    response = make().handle_sync(Request("GET", "/api/auth/csrf", headers=[HOST]))
    (pair,) = [cookie.encode().decode().split(";")[0] for cookie in response.cookies]
    token = pair.split("=")[1].split("%7C")[0]
    form = urlencode({"password": "x", "csrfToken": token})
    path = "callback/credentials"
    answer = npm.value("auth", method="POST", path=path, cookie=pair, body=form, secret=SECRET)
    assert any("session-token" in cookie for cookie in answer["cookies"]), answer
    refused = npm.value("auth", method="POST", path=path, body=form, secret=SECRET)
    assert "MissingCSRF" in refused["location"]


def test_their_csrf_cookie_is_ours(npm: Npm) -> None:
    answer = npm.value("auth", path="csrf", secret=SECRET)
    (pair,) = [cookie for cookie in answer["cookies"] if "csrf-token" in cookie]
    token = pair.split("=")[1].split("%7C")[0]
    assert session_cookie(sign_in(make(), cookie=pair, csrfToken=token))
    assert not session_cookie(sign_in(make(), csrfToken=token))
