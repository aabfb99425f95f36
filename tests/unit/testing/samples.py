"""Owns what the tests of `nextauth.testing` share: an `Auth`, people, and reading cookies."""

from typing import Any

from nextauth import Auth, Credentials, Request, Session, User

SECRET = "kV3q-of-the-testing-tests-alone-9Zx"
ADA = User(id="1", name="Ada", email="ada@example.com", extra={"role": "admin"})
GRACE = User(id="2", name="Grace")
LARGE_GRACE = User(id="2", name="Grace", extra={"note": "x" * 4000})
"""Her session does not fit into one cookie."""


def make_auth(**options: Any) -> Auth:  # noqa: ANN401
    provider = Credentials(authorize=lambda _credentials: ADA, account="email")
    return Auth(providers=[provider], secret=SECRET, environ={}, **options)


def read(auth: Auth, cookies: dict[str, str], *, host: str, scheme: str = "http") -> Session | None:
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = [(b"host", host.encode()), (b"cookie", cookie.encode())]
    return auth.session_sync(Request("GET", "/", headers=headers, scheme=scheme))
