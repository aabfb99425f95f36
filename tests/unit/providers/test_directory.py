"""A directory can be handed to Credentials as it is, and its outage is no failed guess."""

from collections.abc import Mapping
from typing import Any

import pytest

from nextauth import Credentials, FormField, Throttle, User
from nextauth.directories import FIELDS
from nextauth.errors import CredentialsSignin, SystemUnavailable
from nextauth.events import SignInFailed
from nextauth.models import SubmittedCredentials
from nextauth.stores import Limit
from nextauth.testing import FakeClock, RecordingSink
from tests.unit.protocol.wire import CALLBACK, Browser, make_auth


class Staff:
    """A directory of one person."""

    def __init__(self) -> None:
        self.is_down = False
        self.is_there = True
        self.account = "username"
        self.fields: Mapping[str, FormField] = FIELDS

    def check(self, credentials: SubmittedCredentials) -> User | None:
        if self.is_down:
            message = "staff was not reached"
            raise SystemUnavailable(message)
        if credentials.get("password") == "expired":
            raise CredentialsSignin(code="expired")
        return User(id="1") if credentials.get("password") == "correct horse" else None

    async def revalidate(self, user: User) -> bool:
        if self.is_down:
            message = "staff was not reached"
            raise SystemUnavailable(message)
        return self.is_there and user.id == "1"


def enter(browser: Browser, password: str = "correct horse") -> int:
    return browser.post(CALLBACK, {"username": "ada", "password": password}).status


def test_it_says_its_fields_its_account_and_how_it_is_asked_again() -> None:
    staff, clock = Staff(), FakeClock()
    provider = Credentials(staff, revalidate_after=60)
    assert provider.fields == FIELDS
    assert provider.account == "username"
    browser = Browser(make_auth(providers=[provider], clock=clock), way="json")
    assert enter(browser) == 200
    clock.advance(61)
    assert browser.session() is not None
    staff.is_there = False
    clock.advance(61)
    assert browser.session() is None


def test_what_is_said_of_it_counts_more() -> None:
    fields = {"pin": FormField("PIN")}
    provider = Credentials(Staff(), fields=fields, account="pin", revalidate=lambda _: True)
    assert dict(provider.fields) == fields
    assert provider.account == "pin"


def test_a_public_code_reaches_the_page() -> None:
    browser = Browser(make_auth(providers=[Credentials(Staff())]), way="json")
    reply = browser.post(CALLBACK, {"username": "ada", "password": "expired"})
    assert reply.query == {"error": "CredentialsSignin", "code": "expired"}


@pytest.mark.parametrize("way", ["form", "json"])
def test_an_outage_is_told_and_is_no_guess(way: str) -> None:
    staff, sink = Staff(), RecordingSink()
    limit = (Limit(2, 3600),)
    throttle = Throttle(account=limit, pair=limit, address=limit, device=limit)
    auth = make_auth(providers=[Credentials(staff)], throttle=throttle, events=[sink])
    browser = Browser(auth, way=way)
    staff.is_down = True
    for _ in range(5):
        sent = {"username": "ada", "password": "correct horse"}
        accept = [("accept", "text/html")] if way == "form" else []
        reply = browser.post(CALLBACK, sent, headers=(*browser.headers, *accept))
        assert reply.status == 503
        assert not reply.signs_in()
        text = reply.text if way == "form" else reply.query["error"]
        assert ("cannot be reached" if way == "form" else "SystemUnavailable") in text
    assert sink.of(SignInFailed) == []
    staff.is_down = False
    assert enter(browser) in {200, 302}


def test_while_it_is_down_whoever_is_signed_in_stays_for_a_while() -> None:
    staff, clock = Staff(), FakeClock()
    provider = Credentials(staff, revalidate_after=60, revalidate_grace=600)
    browser = Browser(make_auth(providers=[provider], clock=clock), way="json")
    enter(browser)
    staff.is_down = True
    clock.advance(61)
    assert browser.session() is not None
    clock.advance(700)
    assert browser.session() is None


def test_a_class_is_no_directory() -> None:
    staff: Any = Staff
    assert Credentials(staff, account="x").authorize is staff
