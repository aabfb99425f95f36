"""A proxy asks who is signed in: each header is always there, and nobody can make one up."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from nextauth import Credentials, ForwardAuth, SessionOptions, User
from nextauth.testing import FakeClock
from tests.unit.protocol.wire import ORIGIN, SESSION, Browser, make_auth, signed_in

HEADERS = ForwardAuth(
    {
        "X-Auth-User": "id",
        "X-Auth-Name": "name",
        "X-Auth-Email": "email",
        "X-Auth-Picture": "image",
        "X-Auth-Provider": "provider",
        "X-Auth-Methods": "amr",
        "X-Auth-Roles": "roles",
        "X-Auth-Boss": "is_boss",
        "X-Auth-Team": "team",
    }
)


def authorize(_: object) -> User:
    extra = {"roles": ["admin", "a,b"], "is_boss": True, "team": {"id": 1}}
    return User(id="1", name="Ada Löve\nlace", email="ada@example.com", extra=extra)


def test_whoever_is_signed_in_is_told_in_headers() -> None:
    auth = make_auth(authorize, forward_auth=HEADERS)
    reply = signed_in(auth).get("verify")
    assert (reply.status, reply.text) == (204, "")
    assert reply.header("x-auth-user") == "1"
    assert reply.header("x-auth-name") == "Ada%20L%C3%B6ve%0Alace"
    assert reply.header("x-auth-email") == "ada@example.com"
    assert reply.header("x-auth-picture") == ""
    assert reply.header("x-auth-provider") == "credentials"
    assert reply.header("x-auth-methods") == "pwd"
    assert reply.header("x-auth-roles") == "admin,a%2Cb"
    assert reply.header("x-auth-boss") == "true"
    assert reply.header("x-auth-team") == ""
    assert reply.header("cache-control") == "private, no-store"


@pytest.mark.parametrize("name", HEADERS.headers)
def test_nobody_is_told_in_empty_headers(name: str) -> None:
    reply = Browser(make_auth(forward_auth=HEADERS)).get("verify")
    assert reply.status == 401
    assert reply.header("www-authenticate") == "Cookie"
    assert reply.header(name.lower()) == ""
    assert reply.header("cache-control") == "private, no-store"


def test_what_a_client_made_up_is_not_read() -> None:
    sent = [("x-auth-user", "2"), ("x_auth_user", "2"), ("x-auth-roles", "admin")]
    assert Browser(make_auth(forward_auth=HEADERS)).get("verify", sent).header("x-auth-user") == ""
    browser = signed_in(make_auth(forward_auth=HEADERS))
    reply = browser.get("verify", sent)
    assert reply.all("x-auth-user") == ["1"]
    assert reply.all("x-auth-roles") == [""]


def test_by_default_the_usual_ones_are_sent() -> None:
    reply = signed_in(make_auth(forward_auth=ForwardAuth())).get("verify")
    assert reply.header("x-auth-user") == "1"
    assert reply.header("x-auth-email") == "ada@example.com"


def test_a_session_that_is_used_through_the_proxy_rolls_on() -> None:
    clock = FakeClock()
    session = SessionOptions(max_age=600, update_age=60)
    browser = signed_in(make_auth(forward_auth=HEADERS, clock=clock, session=session))
    for _ in range(5):
        clock.advance(400)
        reply = browser.get("verify")
        assert reply.status == 204
        assert SESSION in reply.set
    clock.advance(616)
    assert browser.get("verify").status == 401


def test_head_is_answered_alike_and_changes_nothing() -> None:
    clock = FakeClock()
    session = SessionOptions(max_age=600, update_age=60)
    browser = signed_in(make_auth(forward_auth=HEADERS, clock=clock, session=session))
    clock.advance(400)
    reply = browser.get("verify", method="HEAD")
    assert (reply.status, reply.set) == (204, {})
    assert reply.header("x-auth-user") == "1"


def test_a_disabled_account_passes_no_more() -> None:
    is_there, clock = True, FakeClock()
    provider = Credentials(
        authorize, account="email", revalidate=lambda _: is_there, revalidate_after=60
    )
    browser = signed_in(make_auth(providers=[provider], forward_auth=HEADERS, clock=clock))
    is_there = False
    clock.advance(61)
    assert browser.get("verify").status == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_other_methods_are_refused(method: str) -> None:
    assert signed_in(make_auth(forward_auth=HEADERS)).get("verify", method=method).status == 405


def test_without_it_there_is_no_such_route() -> None:
    assert Browser(make_auth()).get("verify").status == 400


@pytest.mark.parametrize("header", ["x-original-uri", "x-forwarded-uri"])
@pytest.mark.parametrize(
    ("asked", "back"),
    [
        ("/report?a=1&b=2", f"{ORIGIN}/report?a=1&b=2"),
        ("//evil.example/", ORIGIN),
        ("https://evil.example/", ORIGIN),
        ("/\\evil.example", ORIGIN),
        ("", f"{ORIGIN}/"),
    ],
    ids=range(5),
)
def test_a_person_is_sent_to_sign_in_and_comes_back_to_this_site(
    header: str, asked: str, back: str
) -> None:
    reply = Browser(make_auth(forward_auth=HEADERS)).get("verify", [(header, asked)])
    address = urlsplit(reply.header("x-auth-signin") or "")
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{ORIGIN}/api/auth/signin"
    assert dict(parse_qsl(address.query))["callbackUrl"] == back
