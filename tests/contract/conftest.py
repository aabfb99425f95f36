"""Owns the fixtures of the contract: every scenario runs over every integration."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nextauth import Auth, Credentials, FormField, SubmittedCredentials, User
from nextauth.testing import FakeClock, RecordingSink
from tests.contract.applications import BUILDERS, ON_WSGI
from tests.contract.site import PASSWORD, AsgiCaller, Site, WsgiCaller

SECRET = "kV3q-of-the-contract-alone-9Zx7LwTe"

FIELDS = {
    "email": FormField("Email", type="email"),
    "password": FormField("Password", type="password"),
}

OpenSite = Callable[..., Site]


def ada(credentials: SubmittedCredentials) -> User | None:
    """Let in whoever knows the password."""
    if credentials.get("password") != PASSWORD:
        return None
    return User(id="1", name="Ada", email="ada@example.com")


@pytest.fixture(params=list(BUILDERS))
def kind(request: pytest.FixtureRequest) -> str:
    """The integration; a test that needs a part of them says which."""
    name = request.param
    assert isinstance(name, str)
    return name


@pytest.fixture
def open_site(kind: str) -> Iterator[OpenSite]:
    """Open a site behind the integration; what is given goes to `Auth`."""
    opened: list[Site] = []

    def open_it(
        authorize: Callable[..., Any] = ada,
        *,
        build: Callable[[Auth], Any] = BUILDERS[kind],
        wrap: Callable[[Any], Any] | None = None,
        **options: Any,  # noqa: ANN401
    ) -> Site:
        clock, sink = FakeClock(), RecordingSink()
        options.setdefault("padding", None)  # nothing here measures time
        auth = Auth(
            providers=[Credentials(authorize=authorize, fields=FIELDS)],
            secret=SECRET,
            clock=clock,
            events=[sink],
            environ={},
            **options,
        )
        app = build(auth) if wrap is None else wrap(build(auth))
        caller = WsgiCaller(app) if kind in ON_WSGI else AsgiCaller(app)
        opened.append(Site(auth, clock, sink, caller))
        return opened[-1]

    yield open_it
    for site in opened:
        site.caller.close()


@pytest.fixture
def site(open_site: OpenSite) -> Site:
    """A site with nothing special about it."""
    return open_site()
