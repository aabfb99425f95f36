"""Owns the directory on the tests' login API, and how tests ask it."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from nextauth.directories import UserMap
from nextauth.directories.http import HttpDirectory, JsonPath, Tokens
from nextauth.errors import SystemUnavailable
from nextauth.models import SubmittedCredentials, User
from nextauth.web import Request
from tests.login_api import Account, LoginApi

__all__ = ["ADA", "PASSWORD", "WHO", "ask", "asked", "login_api", "made", "unavailable"]

PASSWORD = "correct horse battery"
ADA = {"username": "ada", "password": PASSWORD}
WHO = UserMap(id="id", name="name", email="$.mail.work")


@contextmanager
def login_api(**options: Any) -> Generator[LoginApi]:  # noqa: ANN401
    """Run the login API, in which Ada has an account."""
    with LoginApi(**options).running() as server:
        server.api.accounts["ada"] = Account("1", PASSWORD, "ada@example.com")
        yield server


def made(where: LoginApi | str, path: str = "/session", **options: Any) -> HttpDirectory:  # noqa: ANN401
    """Make a directory on a server."""
    origin = where if isinstance(where, str) else where.origin
    options.setdefault("send", {"username": "login", "password": "secret"})
    options.setdefault("users", WHO)
    options.setdefault("users_at", "$.user")
    options.setdefault("success", JsonPath("$.ok", equals=True))
    options.setdefault("timeout", 20)
    tokens = options.get("tokens")
    if isinstance(tokens, dict):
        options["tokens"] = Tokens(refresh_url=f"{origin}/refresh", **tokens)
    return HttpDirectory(f"{origin}{path}", **options)


async def asked(
    directory: HttpDirectory, request: Request | None = None, **fields: str
) -> User | None:
    """Sign in."""
    return await directory.check(SubmittedCredentials({**ADA, **fields}), request)


def ask(directory: HttpDirectory, request: Request | None = None, **fields: str) -> User | None:
    """Sign in, on a loop of its own."""
    return asyncio.run(asked(directory, request, **fields))


def unavailable(directory: HttpDirectory, match: str | None = None, **fields: str) -> None:
    """Assert that the system cannot be asked, and that no secret is told with that."""
    with pytest.raises(SystemUnavailable, match=match) as caught:
        ask(directory, None, **fields)
    assert PASSWORD not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__
