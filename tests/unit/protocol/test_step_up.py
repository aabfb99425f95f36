"""A signed-in person can be asked to prove anew who they are, and only they can do it."""

from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from nextauth import Auth, Credentials, FormField, Pages, Session, SubmittedCredentials, User
from nextauth.events import SignInFailed, StepUpAsked, StepUpPassed
from nextauth.sessions import Freshness, StepUp
from nextauth.testing import FakeClock, RecordingSink, mint_session
from nextauth.tokens.jwe import CLOCK_TOLERANCE
from tests.unit.protocol.wire import (
    CALLBACK,
    OTHER_SECRET,
    WAYS,
    Browser,
    claims_of,
    make_auth,
    signed_in,
)

FIELDS = {"email": FormField("E-mail"), "password": FormField("Password", type="password")}
PATH = "/money?to=Bob"


def anybody(credentials: SubmittedCredentials) -> User | None:
    """Let in everybody who knows the password, each by their own name."""
    name = credentials["email"].partition("@")[0]
    return User(id=name, name=name) if credentials["password"] == "correct horse" else None


def make_site(**options: Any) -> Auth:  # noqa: ANN401
    options.setdefault("providers", [Credentials(authorize=anybody, fields=FIELDS)])
    return make_auth(**options)


def ask(browser: Browser, max_age: int = 300, methods: tuple[str, ...] = ()) -> StepUp | None:
    name, _, query = PATH.partition("?")
    request = browser.request("GET", name, query=query)
    session = browser.auth.session_sync(request)
    assert session is not None
    return browser.auth.step_up_sync(request, session, Freshness(max_age, methods))


def ticket_of(step_up: StepUp | None) -> str:
    assert step_up is not None
    assert step_up.url is not None
    return dict(parse_qsl(urlsplit(step_up.url).query))["stepUp"]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sink() -> RecordingSink:
    return RecordingSink()


@pytest.fixture
def stale(clock: FakeClock, sink: RecordingSink) -> Browser:
    """A browser that signed in 301 seconds ago."""
    browser = signed_in(make_site(clock=clock, events=[sink]))
    clock.advance(301)
    return browser


# --- whether it is asked


def test_a_recent_sign_in_is_enough(clock: FakeClock) -> None:
    browser = signed_in(make_site(clock=clock))
    clock.advance(300)
    assert ask(browser) is None
    clock.advance(1)
    assert ask(browser) is not None


def test_a_refresh_does_not_make_a_session_fresh(stale: Browser) -> None:
    stale.post("session", {"data": "x"})
    assert ask(stale) is not None


def test_a_method_is_asked_for_by_its_name(clock: FakeClock) -> None:
    auth = make_site(
        clock=clock,
        providers=[Credentials(authorize=anybody, fields=FIELDS, amr=("pwd", "otp"))],
    )
    browser = signed_in(auth)
    assert ask(browser, methods=("hwk", "otp")) is None
    assert ask(browser, methods=("hwk",)) is not None


@pytest.mark.parametrize("auth_time", [None, "now", 2**60])
def test_a_session_whose_sign_in_nobody_knows_is_never_fresh(auth_time: object) -> None:
    browser = Browser(make_site())
    browser.jar = mint_session(browser.auth, User(id="ada"), auth_time=auth_time)
    assert ask(browser) is not None


def test_the_question_is_told_to_the_audit_stream(stale: Browser, sink: RecordingSink) -> None:
    ask(stale, methods=("otp",))
    [event] = sink.of(StepUpAsked)
    assert (event.provider, event.user_id, event.sid) == (
        "credentials",
        "ada",
        claims_of(stale)["sid"],
    )
    assert (event.max_age, event.methods) == (300, ("otp",))


def test_a_program_is_told_by_the_challenge_of_rfc_9470(stale: Browser) -> None:
    plain, named = ask(stale), ask(stale, methods=("otp", "hwk"))
    assert plain is not None
    assert plain.challenge == (
        'Bearer error="insufficient_user_authentication", '
        'error_description="A more recent sign-in is required", max_age="300"'
    )
    assert named is not None
    assert named.challenge == f'{plain.challenge}, acr_values="otp hwk"'


@pytest.mark.parametrize(
    ("max_age", "methods"), [("300", ()), (True, ()), (5, "otp"), (5, (7,)), (5, ('a"b',))]
)
def test_what_is_asked_must_be_askable(max_age: Any, methods: Any) -> None:  # noqa: ANN401
    with pytest.raises(TypeError, match=r"max_age must be|methods "):
        Freshness(max_age, methods)
    with pytest.raises(ValueError, match="cannot be younger than now"):
        Freshness(-1)


# --- the way there and back


def test_the_person_is_sent_to_sign_in_and_back_to_where_they_were(stale: Browser) -> None:
    step_up = ask(stale)
    assert step_up is not None
    assert step_up.url is not None
    url = urlsplit(step_up.url)
    assert url.path == "/api/auth/signin"
    query = parse_qs(url.query)
    assert query["callbackUrl"] == [f"http://localhost:3000{PATH}"]
    page = stale.get(f"signin?{url.query}")
    assert "Please confirm that it is you" in page.text
    assert f'name="stepUp" value="{query["stepUp"][0]}"' in page.text
    old = claims_of(stale)
    reply = stale.sign_in(stepUp=query["stepUp"][0])
    assert (reply.status, reply.url) == (302, f"http://localhost:3000{PATH}")
    assert ask(stale) is None
    new = claims_of(stale)
    assert new["sub"] == old["sub"]
    assert new["sid"] != old["sid"]


def test_passing_is_told_to_the_audit_stream(stale: Browser, sink: RecordingSink) -> None:
    stale.sign_in(stepUp=ticket_of(ask(stale)))
    [event] = sink.of(StepUpPassed)
    assert (event.user_id, event.sid) == ("ada", claims_of(stale)["sid"])


def test_the_page_offers_the_same_provider_alone() -> None:
    clock = FakeClock()
    providers = [
        Credentials(authorize=anybody, fields=FIELDS),
        Credentials(authorize=anybody, fields=FIELDS, id="staff", name="Staff"),
    ]
    browser = signed_in(make_site(clock=clock, providers=providers))
    clock.advance(301)
    page = browser.get(f"signin?stepUp={ticket_of(ask(browser))}")
    assert 'action="/api/auth/callback/credentials"' in page.text
    assert "callback/staff" not in page.text


def test_a_page_of_the_applications_own_is_handed_the_ticket() -> None:
    clock = FakeClock()
    browser = signed_in(make_site(clock=clock, pages=Pages(sign_in="/login")))
    clock.advance(301)
    step_up = ask(browser)
    assert step_up is not None
    assert step_up.url is not None
    assert step_up.url.startswith("http://localhost:3000/login?")
    ticket = ticket_of(step_up)
    assert browser.get(f"signin?stepUp={ticket}").query["stepUp"] == ticket


# --- somebody else


@pytest.mark.parametrize("way", WAYS)
def test_another_persons_proof_is_refused_and_the_session_stays(
    clock: FakeClock, sink: RecordingSink, way: str
) -> None:
    browser = signed_in(make_site(clock=clock, events=[sink]))
    browser.way = way
    clock.advance(301)
    ticket, before = ticket_of(ask(browser)), dict(browser.jar)
    fields = {"email": "mallory@example.com", "password": "correct horse", "stepUp": ticket}
    reply = browser.post(CALLBACK, fields)
    assert reply.status == (302 if way == "form" else 403)
    assert (reply.path, reply.query["error"]) == ("/api/auth/signin", "StepUpMismatch")
    assert reply.query["stepUp"] == ticket
    assert not reply.signs_in()
    assert {name: browser.jar[name] for name in before} == before
    assert ask(browser) is not None
    [event] = sink.of(SignInFailed)
    assert (event.reason, event.user_id) == ("StepUpMismatch", "mallory")
    assert sink.of(StepUpPassed) == []


def test_the_same_id_at_another_provider_is_another_person(clock: FakeClock) -> None:
    providers = [
        Credentials(authorize=anybody, fields=FIELDS),
        Credentials(authorize=anybody, fields=FIELDS, id="staff"),
    ]
    browser = signed_in(make_site(clock=clock, providers=providers))
    clock.advance(301)
    fields = {"email": "ada@example.com", "password": "correct horse"}
    reply = browser.post("callback/staff", {**fields, "stepUp": ticket_of(ask(browser))})
    assert reply.query["error"] == "StepUpMismatch"


def test_a_wrong_password_may_be_tried_again_by_the_same_person(stale: Browser) -> None:
    ticket = ticket_of(ask(stale))
    reply = stale.sign_in("wrong", stepUp=ticket)
    assert (reply.query["error"], reply.query["stepUp"]) == ("CredentialsSignin", ticket)
    assert stale.session()["user"]["name"] == "ada"


def test_without_the_ticket_somebody_else_signs_in_as_themselves(stale: Browser) -> None:
    # Nobody's session is made fresh by that: it is replaced.
    stale.post(CALLBACK, {"email": "mallory@example.com", "password": "correct horse"})
    assert claims_of(stale)["sub"] == "mallory"


@pytest.mark.parametrize("ticket", ["", "x", "a" * 1024, "e30.e30.e30.e30.e30"])
def test_what_is_no_ticket_is_not_believed(stale: Browser, ticket: str) -> None:
    page = stale.get(f"signin?stepUp={ticket}")
    assert "stepUp" not in page.text
    assert stale.sign_in(stepUp=ticket).url == "http://localhost:3000"


def test_a_ticket_is_good_for_ten_minutes_on_this_site(stale: Browser, clock: FakeClock) -> None:
    ticket = ticket_of(ask(stale))
    elsewhere = Browser(make_site(secret=OTHER_SECRET, clock=clock))
    assert "stepUp" not in elsewhere.get(f"signin?stepUp={ticket}").text
    assert "stepUp" in stale.get(f"signin?stepUp={ticket}").text
    clock.advance(616)
    assert "stepUp" not in stale.get(f"signin?stepUp={ticket}").text


def test_a_ticket_is_no_session_and_a_session_no_ticket(stale: Browser) -> None:
    ticket = ticket_of(ask(stale))
    [name] = [each for each in stale.jar if "session" in each]
    assert (
        stale.auth.services.step_up.read(stale.jar[name], now=stale.auth.services.clock()) is None
    )
    stale.jar[name] = ticket
    assert stale.session() is None


def test_a_session_of_another_program_has_no_ticket() -> None:
    browser = Browser(make_site())
    browser.jar = mint_session(browser.auth, User(id="ada"), provider=None, auth_time=None)
    step_up = ask(browser)
    assert step_up is not None
    assert "stepUp" not in (step_up.url or "")


def test_a_frozen_session_can_be_judged_without_a_request() -> None:
    session = Session(User(id="1"), expires=None, token={}, auth_time=1000)  # type: ignore[arg-type]
    assert Freshness(10).holds(session, 1010)
    assert not Freshness(10).holds(session, 1011)


def test_a_sign_in_at_a_machine_whose_clock_is_ahead_is_fresh_within_the_tolerance() -> None:
    session = Session(User(id="1"), expires=None, token={}, auth_time=1000)  # type: ignore[arg-type]
    assert Freshness(0).holds(session, 1000 - CLOCK_TOLERANCE)
    assert not Freshness(300).holds(session, 1000 - CLOCK_TOLERANCE - 1)
