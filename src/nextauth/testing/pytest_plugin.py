"""Owns the pytest fixtures: ``pytest_plugins = ["nextauth.testing.pytest_plugin"]`` in conftest.py.

PYTEST_DONT_REWRITE: it asserts nothing, and pytest would warn if it had been imported before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

try:
    import pytest
except ImportError as _error:  # pragma: no cover - the tests run with pytest
    message = "nextauth.testing.pytest_plugin needs pytest: pip install 'nextauth[testing]'"
    raise ImportError(message) from _error

from nextauth.auth import Auth
from nextauth.models import User
from nextauth.testing.clients import Client
from nextauth.testing.clock import FakeClock
from nextauth.testing.signing import SignInAs, signed_in, signed_out
from nextauth.testing.sinks import RecordingSink

__all__ = ["auth", "auth_clock", "auth_events", "sign_in_as"]

C = TypeVar("C", bound=Client)

_NO_AUTH = """\
sign_in_as needs the Auth of your site. Write a fixture in conftest.py that answers it:

    @pytest.fixture
    def auth():
        from yourapp import auth
        return auth
"""


@pytest.fixture
def auth() -> Auth:
    """Your site's `Auth`: write a fixture of this name that answers it."""
    pytest.fail(_NO_AUTH, pytrace=False)


@pytest.fixture
def auth_clock() -> FakeClock:
    """A clock to turn, for ``Auth(clock=auth_clock)``."""
    return FakeClock()


@pytest.fixture
def auth_events() -> RecordingSink:
    """A sink that remembers, for ``Auth(events=[auth_events])``."""
    return RecordingSink()


@pytest.fixture
def sign_in_as(auth: Auth) -> Iterator[SignInAs]:
    """Sign a test client in: ``sign_in_as(client, User(id="1"))``. The test's end signs it out."""
    if not isinstance(auth, Auth):
        pytest.fail(f"The fixture auth answered a {type(auth).__name__}. {_NO_AUTH}", pytrace=False)
    given: list[tuple[Client, str | None]] = []

    def sign_in(client: C, user: User, *, base_url: str | None = None, **claims: object) -> C:
        signed_in(client, user, auth=auth, base_url=base_url, **claims)
        given.append((client, base_url))
        return client

    yield sign_in
    for client, base_url in given:
        signed_out(client, auth=auth, base_url=base_url)
