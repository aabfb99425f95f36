"""How a request asks to be answered is decided once, and stays so whoever asks for it again."""

import pytest

from nextauth import Auth, Request, SessionOptions
from nextauth.actions.asked import AskedRequest
from tests.unit.protocol.wire import make_auth

JWT = (b"accept", b"application/jwt")
BEARING = (b"authorization", b"Bearer a.b.c")
COOKIE = (b"cookie", b"a=b")


@pytest.fixture(scope="module", name="auth")
def make() -> Auth:
    return make_auth(session=SessionOptions(bearer=True))


def asked(auth: Auth, *headers: tuple[bytes, bytes], action: str = "session") -> AskedRequest:
    request = AskedRequest(auth.services, Request("POST", "/", headers=headers))
    request.action = action
    return request


def test_it_is_decided_when_the_request_comes(auth: Auth) -> None:
    request = asked(auth, JWT, BEARING)
    request.request.headers = (COOKIE,)
    assert request.is_bearer
    assert request.wants_token
    assert request.wants_json
    assert not request.wants_page
    assert request.borne == "a.b.c"


def test_to_sign_in_takes_more_than_bearing_a_token(auth: Auth) -> None:
    assert asked(auth, BEARING).is_bearer
    assert not asked(auth, BEARING, action="callback").is_bearer
    assert asked(auth, JWT, BEARING, action="callback").is_bearer


def test_what_a_browser_sent_bears_nothing(auth: Auth) -> None:
    request = asked(auth, JWT, BEARING, COOKIE)
    assert not request.is_bearer
    assert request.borne is None
    assert request.wants_token


def test_where_tokens_are_not_handed_out_nobody_bears_one() -> None:
    request = asked(make_auth(), JWT, BEARING)
    assert not request.is_bearer
    assert not request.wants_token
    assert request.borne is None
