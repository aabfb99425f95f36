"""What docs/second-factors.md says of signing in by two steps is what the code does."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from nextauth import Auth, Callbacks, Challenge, Credentials, SecondFactor, Texts, User
from nextauth.errors import TokenError
from nextauth.factors import MailFactor, RecoveryFactor, SmtpMailer, TotpFactor, TotpOptions
from nextauth.stores import Limit, MemoryStore
from nextauth.testing import FakeClock
from nextauth.throttle import most_within
from nextauth.web.request import step
from tests.docs.programs import ROOT, blocks_of
from tests.smtp_server import Handler, smtp_server
from tests.unit.protocol.enrolments import (
    enrol_app,
    enrol_codes,
    enter,
    make_two_steps,
    pending_of,
    two_steps_of,
)
from tests.unit.protocol.wire import (
    OTHER_SECRET,
    PASSWORD,
    SECRET,
    Browser,
    claims_of,
    signed_in,
)

PAGE = ROOT / "docs" / "second-factors.md"
TEXT = re.sub(r"\s+", " ", PAGE.read_text(encoding="utf-8"))
DAY = 86_400
UNITS = {60: "in a minute", 3600: "in an hour", DAY: "in a day"}
DEFAULTS = SecondFactor(MemoryStore(), methods=(TotpFactor(),))
MAILER = SmtpMailer("localhost", sender="login@example.com", security="none")


class Form(HTMLParser):
    """Where a form posts to, and the names of its inputs."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action, self.names = "", list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given["action"]
        elif tag == "input":
            self.names.append(given["name"])


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def test_the_heading_that_other_pages_link_to_is_there() -> None:
    assert "\n## In two steps\n" in PAGE.read_text("utf-8")


def test_the_numbers_of_guesses_are_the_code_s() -> None:
    told = ", ".join(f"{each.tries} {UNITS[int(each.per)]}" for each in DEFAULTS.limits)
    assert f"{told} (`limits`)" in TEXT
    guesses = most_within(DEFAULTS.limits, 30 * DAY)
    assert f"{guesses} guesses in 30 days" in TEXT
    valid = 2 * TotpOptions.standard().tolerance + 1
    assert valid == 3
    assert f"one in some {round(10**6 / (guesses * valid) / 10) * 10} " in TEXT
    assert DEFAULTS.start_limits == (Limit(5, 600), Limit(20, DAY))
    assert "5 times in 10 minutes, 20 in a day (`start_limits`)" in TEXT
    assert DEFAULTS.pending_for == 600
    assert "for 10 minutes (`pending_for`)" in TEXT


def test_the_form_of_the_page_needs_no_script(clock: FakeClock) -> None:
    [html] = blocks_of(PAGE, "html")
    form = Form(html.text)
    auth = make_two_steps(clock)
    app = enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    action = form.action.removeprefix("/api/auth/")
    assert browser.post(action, dict.fromkeys(form.names, app.code())).signs_in()


@pytest.mark.parametrize(
    ("policy", "status"), [("enrolled", 200), ("always", 403), (lambda _: True, 403)]
)
def test_who_has_none_is_refused_where_everybody_must(
    clock: FakeClock,
    policy: Any,  # noqa: ANN401
    status: int,
) -> None:
    auth = make_two_steps(clock, factor_policy=policy)
    assert Browser(auth, way="json").sign_in().status == status


def test_codes_by_mail_are_no_reason_to_ask_and_a_fallback_is_for_who_has_nothing_else(
    clock: FakeClock,
) -> None:
    def methods_offered(auth: Auth) -> list[str]:
        browser = Browser(auth)
        browser.sign_in()
        offer = browser.get("factor")
        return [each["id"] for each in offer.json["methods"]] if offer.status == 200 else []

    def site(role: Any, policy: str) -> Auth:  # noqa: ANN401
        methods = (TotpFactor(), RecoveryFactor(), MailFactor(MAILER, role=role))
        return make_two_steps(clock, factor_methods=methods, factor_policy=policy)

    assert methods_offered(site("fallback", "enrolled")) == []
    assert methods_offered(site("fallback", "always")) == ["email"]
    for role, offered in (("fallback", ["totp"]), ("always", ["totp", "email"])):
        auth = site(role, "always")
        enrol_app(auth, clock)
        assert methods_offered(auth) == offered


def test_a_code_by_mail_is_for_the_sign_in_that_it_was_sent_for(clock: FakeClock) -> None:
    provider = Credentials(lambda _: User(id="1", email="ada@example.com"), account="email")
    handler = Handler()
    with smtp_server(handler) as port:
        mailer = SmtpMailer(
            "127.0.0.1", port, sender="login@example.com", security="none", timeout=120
        )
        auth = make_two_steps(
            clock,
            providers=[provider],
            factor_methods=(MailFactor(mailer),),
            factor_policy="always",
        )
        asked, other = Browser(auth), Browser(auth)
        for browser in (asked, other):
            browser.sign_in()
        enter(asked, "", "email")
        [letter] = handler.letters
        code = str(letter.message.get_content()).split(maxsplit=1)[0]
        assert not enter(other, code, "email").signs_in()
        assert enter(asked, code, "email").signs_in()
        assert not enter(asked, code, "email").signs_in()


def test_a_challenge_asks_in_a_trusted_browser_too(clock: FakeClock) -> None:
    answers: list[User | Challenge] = [User(id="1"), User(id="1"), Challenge(User(id="1"))]
    provider = Credentials(authorize=lambda _: answers.pop(0), account="email")
    auth = make_two_steps(clock, providers=[provider], factor_trust_days=30)
    app = enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    assert "authjs.trusted-device" in enter(browser, app.code(), trustDevice="on").set
    assert browser.sign_in().signs_in()
    assert claims_of(browser)["amr"] == ["pwd"]
    assert browser.sign_in().path == "/api/auth/factor"


@pytest.mark.parametrize("is_asked_for", [False, True])
def test_what_was_typed_is_kept_only_if_somebody_asks_for_it(
    clock: FakeClock, *, is_asked_for: bool
) -> None:
    callbacks = Callbacks(sign_in=lambda _: True) if is_asked_for else Callbacks()
    auth = make_two_steps(clock, callbacks=callbacks)
    enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    assert (PASSWORD in pending_of(browser).credentials.values()) is is_asked_for


def test_a_secret_that_is_taken_out_takes_unused_apps_with_it(clock: FakeClock) -> None:
    """Codes on paper are good under any secret."""
    store, old, new = MemoryStore(), OTHER_SECRET, SECRET

    def site(*secrets: str) -> Auth:
        return make_two_steps(clock, factor_store=store, secret=list(secrets))

    def proves(auth: Auth, code: str, method: str = "totp") -> bool:
        browser = Browser(auth)
        browser.sign_in()
        return enter(browser, code, method).signs_in()

    used, unused = enrol_app(site(old), clock), enrol_app(site(old), clock, ("credentials", "2"))
    codes = enrol_codes(site(old), clock)
    assert proves(site(new, old), used.code())
    clock.advance(30)
    assert proves(site(new), used.code())
    assert proves(site(new), codes[0], "recovery")
    tools = two_steps_of(site(new)).tools
    [left] = step(tools.store.enrolments("credentials", "2", now=clock()))
    assert left.id == unused.enrolment_id
    with pytest.raises(TokenError):
        tools.secrets.open(left.data, provider="credentials", user_id="2")


def test_ids_are_kept_in_clear_and_secrets_are_not(clock: FakeClock) -> None:
    auth = make_two_steps(clock)
    app = enrol_app(auth, clock)
    [kept] = auth.factors_of_sync("credentials", "1")
    assert kept.user_id == "1"
    assert app.secret not in kept.data


def test_after_a_reset_sessions_go_on(clock: FakeClock) -> None:
    auth = make_two_steps(clock)
    browser = signed_in(auth)
    enrol_app(auth, clock)
    auth.reset_factors_sync("credentials", "1")
    assert browser.session() is not None


def test_the_checkbox_says_what_the_page_says() -> None:
    assert f'"{Texts().factor_trust.replace("{days}", "30")}"' in TEXT


@pytest.mark.parametrize("folder", sorted(set(re.findall(r"`examples/([\w-]+)`", TEXT))))
def test_each_example_that_it_names_is_there(folder: str) -> None:
    assert (ROOT / "examples" / folder / "README.md").is_file()
