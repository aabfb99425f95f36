"""Every test client is signed in as by a sign-in: the site's own cookies replace ours."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from nextauth import Auth, CookieOptions, SessionOptions
from nextauth.testing import FakeClock, signed_in, signed_out
from tests.unit.testing.samples import ADA, LARGE_GRACE, make_auth
from tests.unit.testing.visitors import VISITORS, Visitor

HOUR = 60 * 60

ADDRESSES: dict[str, tuple[str, CookieOptions]] = {
    "http": ("http://127.0.0.1:3000", CookieOptions()),
    "https": ("https://shop.example", CookieOptions()),
    "host-prefix": ("https://shop.example", CookieOptions(host_prefix=True)),
    "domain": ("https://www.shop.example", CookieOptions(domain="shop.example")),
}

OpenVisitor = Callable[[Auth], Visitor]


@pytest.fixture(params=ADDRESSES)
def address(request: pytest.FixtureRequest) -> tuple[str, CookieOptions]:
    return ADDRESSES[request.param]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def auth(address: tuple[str, CookieOptions], clock: FakeClock) -> Auth:
    base_url, cookies = address
    session = SessionOptions(max_age=24 * HOUR, update_age=HOUR)
    return make_auth(base_url=base_url, cookies=cookies, session=session, clock=clock)


@pytest.fixture(params=VISITORS)
def visitor(
    request: pytest.FixtureRequest, auth: Auth, address: tuple[str, CookieOptions]
) -> Iterator[Visitor]:
    with ExitStack() as stack:
        yield stack.enter_context(VISITORS[request.param](auth, address[0]))


def test_whoever_is_signed_in_is_there_until_they_sign_out(visitor: Visitor, auth: Auth) -> None:
    assert visitor.who() == "nobody"
    assert signed_in(visitor.client, ADA, auth=auth) is visitor.client
    assert visitor.who() == "Ada"
    visitor.sign_out()
    assert visitor.who() == "nobody"


def test_the_sites_refreshed_cookie_replaces_ours(
    visitor: Visitor, auth: Auth, clock: FakeClock
) -> None:
    signed_in(visitor.client, ADA, auth=auth)
    for _ in range(3):  # of the 24 hours that one token lasts
        clock.advance(20 * HOUR)
        assert visitor.who() == "Ada"


def test_a_large_session_is_signed_out_whole_and_another_takes_its_place(
    visitor: Visitor, auth: Auth
) -> None:
    signed_in(visitor.client, LARGE_GRACE, auth=auth)
    assert visitor.who() == "Grace"
    signed_in(visitor.client, ADA, auth=auth)
    assert visitor.who() == "Ada"
    signed_in(visitor.client, LARGE_GRACE, auth=auth)
    assert visitor.who() == "Grace"
    visitor.sign_out()
    assert visitor.who() == "nobody"
    signed_in(visitor.client, ADA, auth=auth)
    assert visitor.who() == "Ada"


def test_signed_out_takes_the_session_away(visitor: Visitor, auth: Auth) -> None:
    for user in (ADA, LARGE_GRACE):
        signed_in(visitor.client, user, auth=auth)
        assert visitor.who() == user.name
        assert signed_out(visitor.client, auth=auth) is visitor.client
        assert visitor.who() == "nobody"
