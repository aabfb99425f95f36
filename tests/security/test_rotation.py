"""A new secret, first in the list, signs nobody out and breaks nothing that is open."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from nextauth import (
    Auth,
    Callbacks,
    Credentials,
    FormField,
    Request,
    Revocation,
    SessionOptions,
    SubmittedCredentials,
    Throttle,
    User,
)
from nextauth.sessions import Freshness
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock
from tests.unit.protocol.wire import (
    CALLBACK,
    CALLBACK_URL,
    CSRF,
    OTHER_SECRET,
    PASSWORD,
    SECRET,
    Browser,
    ada,
    claims_of,
    make_auth,
)

BEFORE, BOTH, AFTER = [SECRET], [OTHER_SECRET, SECRET], [OTHER_SECRET]
FIELDS = {
    "email": FormField("E-mail", type="email"),
    "password": FormField("Password", type="password"),
}
DIALECTS = ["authjs", "next-auth-v4"]
UPDATE_AGE = 100
AFTER_CHECKS = 1000


class Site:
    """One site, whose secrets change: all that it keeps is in its store and in the browsers."""

    def __init__(self, authorize: Any = ada, **options: Any) -> None:  # noqa: ANN401
        self.clock = FakeClock()
        provider = Credentials(authorize=authorize, fields=FIELDS)
        session = SessionOptions(max_age=10_000, update_age=UPDATE_AGE)
        self.options = {"providers": [provider], "session": session, **options}

    def under(self, secrets: Sequence[str]) -> Auth:
        return make_auth(secret=list(secrets), clock=self.clock, **self.options)

    def browser(self, **options: Any) -> Browser:  # noqa: ANN401
        return Browser(self.under(BEFORE), **options)

    def rotate(self, browser: Browser, secrets: Sequence[str]) -> None:
        browser.auth = self.under(secrets)


def name_of(browser: Browser) -> object:
    shown = browser.session()
    return shown["user"]["name"] if shown else None


# --- sessions


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("size", [0, 9000])
def test_nobody_is_signed_out_and_the_next_write_is_under_the_new_secret(
    dialect: str, size: int
) -> None:
    def authorize(_: SubmittedCredentials) -> User:
        return User(id="1", name="Ada", extra={"pad": "x" * size})

    site = Site(authorize, dialect=dialect)
    browser = site.browser()
    browser.sign_in()
    sid = claims_of(browser)["sid"]
    site.rotate(browser, BOTH)
    assert (name_of(browser), claims_of(browser)["sid"]) == ("Ada", sid)
    site.clock.advance(UPDATE_AGE)
    assert browser.get("session").set
    site.rotate(browser, AFTER)
    assert (name_of(browser), claims_of(browser)["sid"]) == ("Ada", sid)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_removing_the_old_secret_ends_the_sessions_that_were_not_written_since(
    dialect: str,
) -> None:
    site = Site(dialect=dialect)
    browser = site.browser()
    browser.sign_in()
    site.rotate(browser, BOTH)
    assert name_of(browser) == "Ada"
    site.rotate(browser, AFTER)
    assert browser.get("session").deletes(f"{dialect.removesuffix('-v4')}.session-token")
    assert name_of(browser) is None


def test_who_signs_in_during_the_rotation_needs_the_old_secret_no_more() -> None:
    site = Site()
    browser = site.browser()
    site.rotate(browser, BOTH)
    browser.sign_in()
    site.rotate(browser, AFTER)
    assert name_of(browser) == "Ada"


def test_a_new_secret_that_every_process_knew_before_it_came_first_fails_nowhere() -> None:
    site = Site()
    for signing, reading in (
        ([SECRET, OTHER_SECRET], BEFORE),
        ([SECRET, OTHER_SECRET], BOTH),
        (BOTH, [SECRET, OTHER_SECRET]),
    ):
        browser = site.browser()
        site.rotate(browser, signing)
        browser.sign_in()
        site.rotate(browser, reading)
        assert name_of(browser) == "Ada"


def test_what_was_ended_stays_ended() -> None:
    site = Site(revocation=Revocation(MemoryStore()))
    browser = site.browser()
    browser.sign_in()
    copy = dict(browser.jar)
    browser.post("signout")
    site.rotate(browser, BOTH)
    browser.jar = copy
    assert name_of(browser) is None


# --- forms that are open


@pytest.mark.parametrize("headers", [[], [("sec-fetch-site", "none")], [("origin", "null")]])
def test_a_form_that_was_open_still_posts(headers: list[tuple[str, str]]) -> None:
    site = Site()
    browser = site.browser(headers=headers)
    page = browser.get("signin").text
    token = browser.get("csrf").json["csrfToken"]
    assert token in page
    site.rotate(browser, BOTH)
    assert browser.get("csrf").json["csrfToken"] == token  # another tab keeps the token
    assert browser.sign_in(csrfToken=token).signs_in()
    assert name_of(browser) == "Ada"


def test_without_the_old_secret_an_open_form_comes_back_with_a_new_token() -> None:
    site = Site()
    browser = site.browser(headers=[])
    token = browser.get("csrf").json["csrfToken"]
    site.rotate(browser, AFTER)
    reply = browser.sign_in(csrfToken=token)
    assert reply.query == {"error": "MissingCSRF"}
    assert CSRF in reply.set
    assert browser.sign_in(csrfToken=browser.get("csrf").json["csrfToken"]).signs_in()


def test_where_the_flow_was_to_end_is_kept() -> None:
    site = Site()
    browser = site.browser()
    browser.get("signin?callbackUrl=/orders")
    assert CALLBACK_URL in browser.jar
    site.rotate(browser, BOTH)
    assert browser.sign_in().url.endswith("/orders")


# --- a proof that was asked for


def ticket_of(browser: Browser) -> str:
    request = browser.request("GET", "/money")
    session = browser.auth.session_sync(request)
    assert session is not None
    asked = browser.auth.step_up_sync(request, session, Freshness(60))
    assert asked is not None
    assert asked.url is not None
    return dict(parse_qsl(urlsplit(asked.url).query))["stepUp"]


@pytest.mark.parametrize(("secrets", "is_believed"), [(BOTH, True), (AFTER, False)])
def test_a_ticket_of_before_still_admits_the_same_person_alone(
    *, secrets: list[str], is_believed: bool
) -> None:
    def anybody(credentials: SubmittedCredentials) -> User:
        return User(id=credentials["email"], name="Ada")

    site = Site(anybody)
    browser = site.browser()
    browser.sign_in()
    site.clock.advance(61)
    ticket = ticket_of(browser)
    site.rotate(browser, secrets)
    fields = {"email": "mallory@example.com", "password": PASSWORD, "stepUp": ticket}
    reply = browser.post(CALLBACK, fields)
    # A ticket that nobody can read asks for nothing: whoever it is signs in to a session of theirs.
    assert reply.signs_in() is not is_believed
    if is_believed:
        assert reply.query["error"] == "StepUpMismatch"
        assert browser.sign_in(stepUp=ticket).signs_in()


# --- what was kept to ask the system again


def revalidating(asked: list[dict[str, str]], **options: Any) -> Site:  # noqa: ANN401
    def authorize(credentials: SubmittedCredentials) -> User:
        asked.append(dict(credentials))
        return User(id="1", name="Ada")

    provider = Credentials(
        authorize=authorize,
        fields=FIELDS,
        revalidate_fields=("email", "password"),
        revalidate_after=AFTER_CHECKS,
    )
    return Site(providers=[provider], **options)


def test_kept_credentials_are_still_read_and_the_next_write_moves_them_too() -> None:
    asked: list[dict[str, str]] = []
    site = revalidating(asked)
    browser = site.browser()
    browser.sign_in()
    site.rotate(browser, BOTH)
    site.clock.advance(UPDATE_AGE)
    assert browser.get("session").set  # written anew, and nobody asked
    site.rotate(browser, AFTER)
    for expected in (2, 3):
        site.clock.advance(AFTER_CHECKS)
        assert name_of(browser) == "Ada"
        assert len(asked) == expected
        assert asked[-1] == {"email": "ada@example.com", "password": PASSWORD}


def test_a_jwt_callback_does_not_hinder_that() -> None:
    asked: list[dict[str, str]] = []
    site = revalidating(asked, callbacks=Callbacks(jwt=lambda _: {"seen": True}))
    browser = site.browser()
    browser.sign_in()
    site.rotate(browser, BOTH)
    site.clock.advance(UPDATE_AGE)
    assert browser.get("session").set
    site.rotate(browser, AFTER)
    site.clock.advance(AFTER_CHECKS)
    browser.get("session")
    assert len(asked) == 2
    assert claims_of(browser)["seen"] is True


def test_kept_credentials_that_are_under_a_removed_secret_end_the_session() -> None:
    asked: list[dict[str, str]] = []
    site = revalidating(asked)
    browser = site.browser()
    browser.sign_in()
    site.rotate(browser, AFTER)
    assert name_of(browser) is None
    assert len(asked) == 1


# --- the device that is known


def guess(auth: Auth, address: str) -> int:
    """Guess at the account from an address, in a browser that nobody knows."""

    class Stranger(Browser):
        def request(self, *args: Any, **kwargs: Any) -> Request:  # noqa: ANN401
            asked = super().request(*args, **kwargs)
            asked.client = address
            return asked

    return Stranger(auth, way="header").sign_in("wrong").status


def use_up(auth: Auth) -> None:
    """Leave no try on the account to strangers."""
    statuses = [guess(auth, f"198.51.100.{number}") for number in range(25)]
    assert statuses[-1] == 429


@pytest.mark.parametrize(("secrets", "status"), [(BOTH, 401), (AFTER, 429)])
def test_a_device_that_was_known_is_known(secrets: list[str], status: int) -> None:
    site = Site(throttle=Throttle.standard())
    person = site.browser(way="header")
    person.sign_in()
    site.rotate(person, secrets)
    use_up(person.auth)
    assert person.sign_in("wrong").status == status


def test_tries_that_were_counted_begin_at_zero() -> None:
    site = Site(throttle=Throttle.standard())
    use_up(site.under(BEFORE))
    assert guess(site.under(BOTH), "198.51.100.200") == 401


def test_a_device_that_signs_in_again_is_known_by_the_new_secret() -> None:
    site = Site(throttle=Throttle.standard())
    person = site.browser(way="header")
    person.sign_in()
    site.rotate(person, BOTH)
    person.sign_in()
    site.rotate(person, AFTER)
    use_up(person.auth)
    assert person.sign_in("wrong").status == 401
