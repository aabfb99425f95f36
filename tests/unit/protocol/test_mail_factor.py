"""A code by e-mail as the second factor, over a real mail server."""

import re
from collections.abc import Generator
from typing import Any

import pytest

from nextauth import Auth, Credentials, User
from nextauth.factors import MailFactor, RecoveryFactor, SmtpMailer, TotpFactor
from nextauth.models import Challenge
from nextauth.stores import Limit
from nextauth.testing import FakeClock
from tests.servers import free_port
from tests.smtp_server import Handler, smtp_server
from tests.unit.protocol.enrolments import enrol_app, enter, make_two_steps
from tests.unit.protocol.wire import Browser, Reply, claims_of

HTML = (("accept", "text/html"),)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


class Post:
    """The mail server, and what came to it."""

    def __init__(self, port: int, handler: Handler) -> None:
        self.mailer = SmtpMailer(
            "127.0.0.1", port, sender="login@example.com", security="none", timeout=20
        )
        self.handler = handler

    def codes(self) -> list[str]:
        found = []
        for letter in self.handler.letters:
            match = re.search(r"@localhost #(\d{8})", letter.message.get_content())
            assert match
            found.append(match[1])
        return found

    def site(self, clock: FakeClock, *, role: Any = "fallback", **options: Any) -> Auth:  # noqa: ANN401
        options.setdefault("factor_policy", "always")
        methods = (TotpFactor(), MailFactor(self.mailer, role=role), RecoveryFactor())
        return make_two_steps(clock, factor_methods=methods, **options)


@pytest.fixture
def post() -> Generator[Post]:
    handler = Handler()
    with smtp_server(handler) as port:
        yield Post(port, handler)


def send(browser: Browser) -> Reply:
    return browser.post("factor/email", headers=(*browser.headers, *HTML))


def test_a_code_is_sent_and_signs_in(clock: FakeClock, post: Post) -> None:
    browser = Browser(post.site(clock))
    assert browser.sign_in(callbackUrl="/inside").path == "/api/auth/factor"
    assert post.codes() == []
    before = browser.get("factor", HTML).text
    assert "Send me a code" in before
    assert 'name="code"' not in before
    assert send(browser).query == {"method": "email"}
    assert 'name="code"' in browser.get("factor", HTML).text
    (letter,) = post.handler.letters
    assert letter.message["To"] == "ada@example.com"
    (code,) = post.codes()
    assert enter(browser, "00000000" if code != "00000000" else "1" * 8, "email").query["error"]
    reply = enter(browser, f"{code[:4]} {code[4:]}", "email")
    assert reply.signs_in()
    assert reply.path == "/inside"
    assert claims_of(browser)["amr"] == ["pwd", "mca", "mfa"]


def test_in_json_the_address_is_masked(clock: FakeClock, post: Post) -> None:
    browser = Browser(post.site(clock), way="header")
    browser.sign_in()
    (method,) = browser.get("factor").json["methods"]
    assert (method["id"], method["starts"]) == ("email", True)
    told = browser.post("factor/email").json
    assert told == {"method": "email", "sentTo": "a…@example.com"}
    assert enter(browser, post.codes()[0], "email").status == 200


def test_a_code_is_good_for_its_own_sign_in_and_its_ten_minutes(
    clock: FakeClock, post: Post
) -> None:
    auth = post.site(clock, factor_pending_for=3600)
    one, other = Browser(auth), Browser(auth)
    for browser in (one, other):
        browser.sign_in()
        send(browser)
    first, second = post.codes()
    assert not enter(other, first, "email").signs_in()
    clock.advance(600)
    assert not enter(other, second, "email").signs_in()
    send(other)
    assert enter(other, post.codes()[2], "email").signs_in()


def test_a_code_finishes_its_sign_in_once(clock: FakeClock, post: Post) -> None:
    browser = Browser(post.site(clock))
    browser.sign_in()
    send(browser)
    copy = Browser(browser.auth)
    copy.jar = dict(browser.jar)
    (code,) = post.codes()
    assert enter(browser, code, "email").signs_in()
    assert not enter(copy, code, "email").signs_in()


def test_another_code_takes_the_place_of_the_first(clock: FakeClock, post: Post) -> None:
    browser = Browser(post.site(clock))
    browser.sign_in()
    for _ in range(2):
        send(browser)
    first, second = post.codes()
    assert not enter(browser, first, "email").signs_in()
    assert enter(browser, second, "email").signs_in()


def test_messages_are_limited(clock: FakeClock, post: Post) -> None:
    auth = post.site(clock, factor_start_limits=(Limit(2, 3600),))
    statuses = []
    for _ in range(3):
        browser = Browser(auth, way="json")
        browser.sign_in()
        statuses.append(browser.post("factor/email").status)
    assert statuses == [200, 200, 429]
    assert len(post.codes()) == 2


def test_a_mail_server_that_is_down_is_told_and_costs_nothing(clock: FakeClock) -> None:
    mailer = SmtpMailer(
        "127.0.0.1", free_port(), sender="login@example.com", security="none", timeout=20
    )
    auth = make_two_steps(
        clock,
        factor_methods=(MailFactor(mailer),),
        factor_policy="always",
        factor_start_limits=(Limit(1, 3600),),
    )
    browser = Browser(auth, way="json")
    browser.sign_in()
    for _ in range(3):
        assert browser.post("factor/email").status == 503


def test_who_has_an_app_is_offered_no_mail_unless_it_is_always(
    clock: FakeClock, post: Post
) -> None:
    for role, offered in (("fallback", ["totp"]), ("always", ["totp", "email"])):
        auth = post.site(clock, role=role, factor_policy="enrolled")
        enrol_app(auth, clock)
        browser = Browser(auth)
        browser.sign_in()
        assert [each["id"] for each in browser.get("factor").json["methods"]] == offered


def test_authorize_may_name_it(clock: FakeClock, post: Post) -> None:
    user = User(id="1", email="ada@example.com")
    provider = Credentials(lambda _: Challenge(user, methods=("email",)), account="email")
    browser = Browser(post.site(clock, providers=[provider], factor_policy="enrolled"))
    browser.sign_in()
    send(browser)
    assert enter(browser, post.codes()[0], "email").signs_in()


@pytest.mark.parametrize("email", [None, "", "no address", "a@b@c", "a\r\nb@example.com"])
def test_without_an_address_nobody_is_written_to(
    clock: FakeClock, post: Post, email: str | None
) -> None:
    provider = Credentials(lambda _: User(id="1", email=email), account="email")
    browser = Browser(post.site(clock, providers=[provider]), way="json")
    reply = browser.sign_in()
    assert reply.query["error"] == "SecondFactorMissing"
    assert post.codes() == []
