"""A client without a browser signs in to a token, and gets no cookie of any kind."""

from collections.abc import Mapping
from typing import Any

import pytest

from nextauth import (
    AccessDenied,
    Auth,
    Callbacks,
    Credentials,
    CredentialsSignin,
    JWTParams,
    Pages,
    SessionOptions,
    SubmittedCredentials,
    Throttle,
    User,
    Verified,
)
from nextauth.config import ForwardAuth
from nextauth.errors import SystemUnavailable
from nextauth.events import SignedIn, SignInFailed
from nextauth.stores import Limit
from nextauth.testing import FakeClock, RecordingSink
from tests.unit.protocol.programs import (
    JWT,
    OPTIONS,
    Program,
    signed_in_program,
    site_of,
    token_in,
)
from tests.unit.protocol.wire import CALLBACK, PASSWORD, Browser, make_auth, signed_in

ENDLESS = (Limit(1_000_000, 60),)
RIGHT = {"email": "ada@example.com", "password": PASSWORD}


def said(reply: Any) -> tuple[int, str, str | None]:  # noqa: ANN401
    """Answer what a refusal says: status, error, challenge. No refusal holds a token."""
    assert token_in(reply) is None
    assert reply.json["url"].startswith("http://localhost:3000/")
    return reply.status, reply.json["error"], reply.header("www-authenticate")


# --- signing in


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("dialect", ["authjs", "next-auth-v4"])
@pytest.mark.parametrize("on_loop", [False, True])
def test_the_right_password_is_answered_with_a_token(
    scheme: str, dialect: str, *, on_loop: bool
) -> None:
    sink = RecordingSink()
    program = Program(site_of(dialect=dialect, events=[sink]), scheme=scheme, on_loop=on_loop)
    reply = program.sign_in()
    assert token_in(reply) is not None
    session = program.session()
    assert session is not None
    assert (session.user.id, session.user.name, session.amr) == ("1", "Ada", ("pwd",))
    assert session.provider == "credentials"
    [signed] = sink.of(SignedIn)
    assert signed.sid == session.sid


@pytest.mark.parametrize(
    "accept",
    [JWT, "APPLICATION/JWT", f"text/html,{JWT}", f"{JWT};q=1, */*", f" {JWT} , application/json"],
)
def test_it_asks_for_a_token_by_accept(accept: str) -> None:
    reply = Program(site_of()).post(CALLBACK, RIGHT, accept=accept)
    assert token_in(reply) is not None


@pytest.mark.parametrize(
    "accept", [None, "", "*/*", "application/*", "application/jwtx", "xapplication/jwt", "x/y jwt"]
)
def test_who_does_not_ask_for_a_token_gets_none(accept: str | None) -> None:
    auth = site_of()
    program = Program(auth)
    program.borne = signed_in_program(auth).borne
    wire = Browser(auth, headers=program.headers(accept))
    reply = wire.post(CALLBACK, RIGHT)
    assert reply.status == 302
    assert reply.query["error"] == "MissingCSRF"


def test_by_default_there_are_no_tokens() -> None:
    auth = make_auth()
    reply = Browser(auth, headers=[("accept", JWT)]).post(CALLBACK, RIGHT)
    assert (reply.status, reply.query["error"]) == (302, "MissingCSRF")
    program = Program(auth)
    program.borne = signed_in_program(site_of()).borne
    assert program.session() is None
    assert auth.challenge(program.request()) == "Cookie"


def test_a_form_is_no_way_to_a_token() -> None:
    reply = Browser(site_of(), headers=[("accept", JWT)]).post(CALLBACK, RIGHT)
    assert said(reply) == (415, "UnsupportedMediaType", None)
    assert Program(site_of()).post(CALLBACK).status == 401  # no body is no password


def test_refusals_are_json_and_say_why() -> None:
    sink = RecordingSink()

    def authorize(credentials: SubmittedCredentials) -> User | None:
        match credentials.get("password"):
            case "locked":
                raise CredentialsSignin(code="locked")
            case "denied":
                raise AccessDenied
            case "down":
                message = "the directory does not answer"
                raise SystemUnavailable(message)
            case "broken":
                message = "a mistake"
                raise RuntimeError(message)
        return None

    program = Program(site_of(authorize, events=[sink]))
    refused = program.sign_in("wrong")
    assert said(refused) == (401, "CredentialsSignin", "Bearer")
    assert refused.json["code"] == "credentials"
    assert refused.query == {"error": "CredentialsSignin", "code": "credentials"}
    assert program.sign_in("locked").json["code"] == "locked"
    assert said(program.sign_in("denied")) == (403, "AccessDenied", None)
    assert said(program.sign_in("broken")) == (500, "Configuration", None)
    down = program.sign_in("down")
    assert said(down) == (503, "SystemUnavailable", None)
    assert down.header("retry-after") == "1"
    assert said(program.post("callback/nobody", RIGHT)) == (400, "UnknownAction", None)
    assert said(program.post(CALLBACK, {"email": {"$ne": ""}})) == (400, "BadRequest", None)
    assert said(program.ask("GET", CALLBACK)) == (405, "MethodNotAllowed", None)
    assert program.borne is None
    assert len(sink.of(SignInFailed)) == 4


def test_too_many_tries_have_to_wait() -> None:
    throttle = Throttle(account=(Limit(2, 60),), address=ENDLESS, pair=ENDLESS, device=ENDLESS)
    program = Program(site_of(throttle=throttle, clock=FakeClock()))
    for _ in range(2):
        assert program.sign_in("wrong").status == 401
    reply = program.sign_in()
    assert said(reply) == (429, "TooManyRequests", None)
    assert int(reply.header("retry-after") or 0) > 0


def test_a_program_is_known_by_no_device() -> None:
    """Who has signed in once has no tries apart from everybody else's: no cookie says so."""
    throttle = Throttle(account=(Limit(2, 60),), address=ENDLESS, pair=ENDLESS, device=ENDLESS)
    auth = site_of(throttle=throttle, clock=FakeClock())
    program = signed_in_program(auth)
    for _ in range(2):
        Program(auth).sign_in("wrong")
    assert program.sign_in().status == 429


def test_callbacks_have_their_say() -> None:
    seen: list[str | None] = []

    def jwt(params: JWTParams) -> Mapping[str, Any] | None:
        seen.append(params.trigger)
        return {**params.token, "role": "admin"}

    program = signed_in_program(site_of(callbacks=Callbacks(jwt=jwt)))
    session = program.session()
    assert session is not None
    assert session.token["role"] == "admin"
    assert seen[0] == "signIn"
    for callbacks in (Callbacks(sign_in=lambda _: False), Callbacks(jwt=lambda _: None)):
        reply = Program(site_of(callbacks=callbacks)).sign_in()
        assert said(reply) == (403, "AccessDenied", None)
    diverted = Program(site_of(callbacks=Callbacks(sign_in=lambda _: "/terms"))).sign_in()
    assert said(diverted) == (403, "AccessDenied", None)
    assert diverted.path == "/terms"


def test_what_cannot_be_borne_is_not_handed_out(caplog: pytest.LogCaptureFixture) -> None:
    for value in ("x" * 20_000, object()):
        callbacks = Callbacks(jwt=lambda params, v=value: {**params.token, "v": v})  # type: ignore[misc]
        assert said(Program(site_of(callbacks=callbacks)).sign_in()) == (500, "Configuration", None)
    assert "Keep large things out" in caplog.text
    assert "JSON cannot" in caplog.text


def test_there_is_no_browser_to_be_closed_so_remembering_is_ignored() -> None:
    options = SessionOptions(
        max_age=1000, update_age=100, bearer=True, browser_max_age=50, remember_field="remember"
    )
    clock = FakeClock()

    def authorize(_: SubmittedCredentials) -> Verified:
        return Verified(User(id="1", name="Ada"), remember=False)

    provider = Credentials(authorize, account="email")
    program = signed_in_program(site_of(session=options, clock=clock, providers=[provider]))
    clock.advance(500)
    assert program.session() is not None


def test_a_page_of_the_applications_own_is_named() -> None:
    program = Program(site_of(pages=Pages(sign_in="/welcome")))
    assert program.sign_in("wrong").path == "/welcome"


# --- the token


def test_it_is_somebody_where_the_application_asks_and_is_never_written_anew_there() -> None:
    clock = FakeClock()
    auth = site_of(clock=clock)
    program = signed_in_program(auth)
    clock.advance(900)
    resumed = auth.resume_sync(program.request())
    assert resumed.session is not None
    assert (resumed.cookies, resumed.token) == ((), None)
    clock.advance(116)  # 15 seconds are two clocks' difference
    assert program.session() is None
    assert auth.challenge(program.request()) == 'Bearer error="invalid_token"'


def test_get_session_answers_the_token_to_go_on_with() -> None:
    clock = FakeClock()
    auth = site_of(clock=clock)
    program = signed_in_program(auth)
    first, began = program.borne, program.session()
    clock.advance(99)
    assert token_in(program.refresh()) == first
    clock.advance(1)
    second = token_in(program.refresh())
    assert second not in {first, None}
    after = program.session()
    assert began is not None
    assert after is not None
    assert (after.sid, after.auth_time) == (began.sid, began.auth_time)
    assert (after.expires - began.expires).total_seconds() == 100
    program.borne = first
    assert program.session() is not None, "the old one ends by its own time"
    clock.advance(916)
    assert program.session() is None
    program.borne = second
    assert program.session() is not None


def test_however_often_it_is_refreshed_the_longest_life_counts_from_the_sign_in() -> None:
    clock = FakeClock()
    options = SessionOptions(max_age=1000, update_age=100, absolute_max_age=2500, bearer=True)
    program = signed_in_program(site_of(clock=clock, session=options))
    for _ in range(4):
        clock.advance(600)
        assert token_in(program.refresh()) is not None
    clock.advance(100)
    assert program.session() is None
    assert said(program.refresh()) == (401, "SessionRequired", 'Bearer error="invalid_token"')


def test_in_json_get_session_shows_who_is_there_and_changes_nothing() -> None:
    clock = FakeClock()
    callbacks = Callbacks(session=lambda params: {**params.session, "seen": True})
    program = signed_in_program(site_of(clock=clock, callbacks=callbacks))
    borne = program.borne
    clock.advance(500)
    shown = program.ask("GET", "session", accept="application/json")
    assert shown.json["user"]["name"] == "Ada"
    assert shown.json["seen"] is True
    session = program.session()
    assert session is not None
    assert shown.json["expires"].startswith(f"{session.expires:%Y-%m-%dT%H:%M:%S}")
    assert program.borne == borne
    program.borne = "damaged"
    assert program.ask("GET", "session", accept=None).json is None
    looked = program.ask("HEAD", "session")
    assert (looked.status, looked.text) == (401, "")
    program.borne = borne
    looked = program.ask("HEAD", "session")
    assert (looked.status, looked.text) == (200, "")


@pytest.mark.parametrize("borne", ["", "x", "%E0%A4%A", "a.b.c.d.e", "a b", "é", "x" * 20_000])
def test_what_is_malformed_is_nobody(borne: str) -> None:
    program = Program(site_of())
    program.borne = borne
    assert program.session() is None
    assert program.ask("GET", "session", accept=None).json is None
    assert said(program.refresh()) == (401, "SessionRequired", 'Bearer error="invalid_token"')
    assert said(program.post("session", {"data": 1}))[:2] == (401, "SessionRequired")


def test_who_bears_nothing_is_asked_to_sign_in() -> None:
    assert said(Program(site_of()).refresh())[:2] == (401, "SessionRequired")


def test_an_update_answers_the_token_that_the_callback_made() -> None:
    def jwt(params: JWTParams) -> Mapping[str, Any]:
        if params.trigger == "update":
            return {**params.token, "theme": params.session}
        return params.token

    program = signed_in_program(site_of(callbacks=Callbacks(jwt=jwt)))
    first = program.borne
    assert token_in(program.post("session", {"data": "dark"}, accept=None)) is not None
    assert program.borne != first
    session = program.session()
    assert session is not None
    assert session.token["theme"] == "dark"


def test_a_callback_may_end_it_when_it_is_read() -> None:
    def jwt(params: JWTParams) -> Mapping[str, Any] | None:
        return params.token if params.trigger == "signIn" else None

    program = Program(site_of(callbacks=Callbacks(jwt=jwt)))
    assert token_in(program.sign_in()) is not None
    assert program.session() is None
    assert said(program.refresh())[:2] == (401, "SessionRequired")


def test_what_fails_for_now_throws_no_good_token_away() -> None:
    fails = False

    def jwt(params: JWTParams) -> Mapping[str, Any] | None:
        if fails:
            message = "the roles cannot be asked"
            raise ConnectionError(message)
        return params.token

    program = signed_in_program(site_of(callbacks=Callbacks(jwt=jwt)))
    fails = True
    for reply in (program.refresh(), program.post("session", {"data": 1})):
        assert said(reply)[:2] == (503, "Busy")
        assert reply.header("retry-after") == "1"
    fails = False
    assert token_in(program.refresh()) is not None


def test_a_secret_is_changed_under_it() -> None:
    clock = FakeClock()
    old, new = "an-old-secret-of-32-bytes-and-mo", "a-new-secret-of-32-bytes-and-mor"
    borne = signed_in_program(site_of(secret=old, clock=clock)).borne
    program = Program(site_of(secret=[new, old], clock=clock))
    program.borne = borne
    clock.advance(200)
    assert token_in(program.refresh()) is not None
    after = Program(site_of(secret=new, clock=clock))
    after.borne = program.borne
    assert after.session() is not None
    after.borne = borne
    assert after.session() is None


# --- beside cookies, and beside the other kind of token


def test_where_a_session_cookie_came_the_cookie_decides() -> None:
    auth = site_of()
    program = signed_in_program(auth)
    for value in ("damaged", ""):
        request = program.request(("cookie", f"authjs.session-token={value}"))
        assert auth.session_sync(request) is None
    assert auth.session_sync(program.request(("cookie", "theme=dark"))) is not None


@pytest.mark.parametrize(
    "beside", [("cookie", "theme=dark"), ("origin", "null"), ("sec-fetch-site", "none")]
)
def test_the_protocol_takes_whoever_has_what_browsers_add_for_a_browser(
    beside: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    auth = site_of()
    program = signed_in_program(auth)
    wire = Browser(auth, headers=[*program.headers(), beside])
    reply = wire.post_body(CALLBACK, b'{"email":"ada","password":"x"}', kind="application/json")
    assert (reply.status, reply.json["error"]) == (403, "MissingCSRF")
    assert "to get a token, send no Cookie" in caplog.text
    assert wire.get("session", [*program.headers(), beside]).json is None
    assert wire.post("signout", headers=[*program.headers(), beside]).status == 403
    assert program.session() is not None


def test_a_page_of_our_own_gets_a_cookie_whatever_it_accepts() -> None:
    browser = Browser(site_of(), headers=[("accept", JWT), ("sec-fetch-site", "same-origin")])
    reply = browser.sign_in()
    assert reply.signs_in()
    assert reply.header("content-type") != JWT
    assert browser.session() is not None


def test_each_kind_of_token_is_of_one_option() -> None:
    cookie = signed_in(make_auth()).jar["authjs.session-token"]
    borne = signed_in_program(site_of()).borne
    for accepts, bears in ((False, True), (True, False), (True, True)):
        auth = make_auth(session=SessionOptions(accept_bearer=accepts, bearer=bears))
        program = Program(auth)
        program.borne = cookie
        assert (program.session() is not None) is accepts
        assert program.ask("GET", "session", accept=None).json is None
        program.borne = borne
        assert (program.session() is not None) is bears
        shown = program.ask("GET", "session", accept=None)
        assert (shown.json is not None) is bears


def test_an_auth_that_only_reads_reads_it() -> None:
    program = Program(Auth(secret=make_auth().settings.secrets, session=OPTIONS, environ={}))
    program.borne = signed_in_program(site_of()).borne
    session = program.session()
    assert session is not None
    assert session.user.name == "Ada"


def test_a_proxy_that_asks_is_told() -> None:
    program = Program(site_of(forward_auth=ForwardAuth()))
    refused = program.ask("GET", "verify")
    assert (refused.status, refused.header("www-authenticate")) == (401, "Bearer")
    program.sign_in()
    told = program.ask("GET", "verify", accept=None)
    assert (told.status, told.header("x-auth-user")) == (204, "1")
