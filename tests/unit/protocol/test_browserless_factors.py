"""A client without a browser proves a second factor first, and bears a handle until then."""

import json
from typing import Any

import pytest

from nextauth import Auth, Callbacks, Challenge, Credentials, Revocation, SubmittedCredentials
from nextauth.events import SecondFactorAsked, SecondFactorRefused, SignedIn
from nextauth.stores import Limit, MemoryStore
from nextauth.testing import FakeClock, RecordingSink
from tests.software_authenticator import SoftwareAuthenticator
from tests.unit.protocol.enrolments import (
    App,
    enrol_app,
    enrol_codes,
    make_two_steps,
    two_steps_of,
    wrong,
)
from tests.unit.protocol.keys import enrol_key
from tests.unit.protocol.keys import make_site as make_keys
from tests.unit.protocol.programs import OPTIONS, Program, token_in
from tests.unit.protocol.wire import ORIGIN, Browser, ada


def besieged(**options: Any) -> tuple[Auth, App, FakeClock]:  # noqa: ANN401
    clock = FakeClock()
    auth = make_two_steps(clock, **{"session": OPTIONS, **options})
    return auth, enrol_app(auth, clock), clock


def held(auth: Auth, **fields: Any) -> Program:  # noqa: ANN401
    """Answer a program whose password was right."""
    program = Program(auth)
    reply = program.sign_in(**fields)
    assert (reply.status, reply.json["error"]) == (401, "SecondFactorRequired")
    assert reply.header("www-authenticate") == "Bearer"
    assert reply.path == "/api/auth/factor"
    assert program.borne == reply.json["pending"]
    assert program.session() is None
    return program


@pytest.mark.parametrize("accept", ["application/jwt", None])
def test_a_token_comes_with_the_last_factor_only(accept: str | None) -> None:
    sink = RecordingSink()
    auth, app, _ = besieged(events=[sink])
    program = held(auth)
    offer = program.ask("GET", "factor", accept=accept)
    assert [each["id"] for each in offer.json["methods"]] == ["totp"]
    refused = program.post("factor/totp", {"code": wrong(app.code())}, accept=accept)
    assert (refused.status, refused.json["error"]) == (401, "SecondFactorRefused")
    assert (refused.query["method"], refused.header("www-authenticate")) == ("totp", "Bearer")
    assert program.post("factor/totp", {"code": " "}).json["error"] == "SecondFactorRefused"
    assert sink.of(SignedIn) == []
    handle = program.borne
    assert token_in(program.post("factor/totp", {"code": app.code()}, accept=accept)) is not None
    session = program.session()
    assert session is not None
    assert session.amr == ("pwd", "otp", "mfa")
    assert (len(sink.of(SecondFactorAsked)), len(sink.of(SecondFactorRefused))) == (1, 1)
    assert len(sink.of(SignedIn)) == 1
    program.borne = handle
    again = program.post("factor/totp", {"code": app.code(1)})
    assert (again.status, again.json["error"]) == (401, "SecondFactorExpired")
    assert program.ask("GET", "factor").json["error"] == "SecondFactorExpired"


def test_who_has_no_factor_gets_the_token_at_once_and_who_must_have_one_is_refused() -> None:
    clock = FakeClock()
    auth = make_two_steps(clock, session=OPTIONS)
    assert token_in(Program(auth).sign_in()) is not None
    auth = make_two_steps(clock, session=OPTIONS, factor_policy="always")
    reply = Program(auth).sign_in()
    assert (reply.status, reply.json["error"]) == (403, "SecondFactorMissing")


def test_no_such_client_is_trusted_with_a_password_alone_later() -> None:
    auth, app, clock = besieged(factor_trust_days=30)
    program = held(auth)
    assert program.ask("GET", "factor").json["trustDays"] == 0
    reply = program.post("factor/totp", {"code": app.code(), "trustDevice": True})
    assert token_in(reply) is not None
    store = two_steps_of(auth).tools.store
    assert isinstance(store, MemoryStore)
    clock.advance(60)
    held(auth)


def test_a_handle_ends_in_the_way_in_which_it_began() -> None:
    auth, app, _ = besieged()
    plan = auth.settings.insecure
    program, browser = held(auth), Browser(auth)
    browser.jar = {plan.pending: program.borne or ""}
    reply = browser.post("factor/totp", {"code": app.code()})
    assert reply.query["error"] == "SecondFactorExpired"
    assert not reply.signs_in()
    browser = Browser(auth)
    browser.sign_in()
    stolen = Program(auth)
    stolen.borne = browser.jar[plan.pending]
    reply = stolen.post("factor/totp", {"code": app.code()})
    assert (reply.status, reply.json["error"]) == (401, "SecondFactorExpired")
    assert stolen.ask("GET", "factor").status == 401


def test_a_wrong_code_too_many_has_to_wait() -> None:
    auth, app, _ = besieged(factor_limits=(Limit(1, 60),))
    program = held(auth)
    program.post("factor/totp", {"code": wrong(app.code())})
    reply = program.post("factor/totp", {"code": app.code()})
    assert (reply.status, reply.json["error"]) == (429, "TooManyRequests")
    assert reply.header("retry-after") is not None


def test_signing_out_or_in_anew_ends_what_waits() -> None:
    auth, app, _ = besieged(revocation=Revocation(MemoryStore()))
    program = held(auth)
    assert program.post("signout").status == 200
    assert program.ask("GET", "factor").status == 401
    program.sign_in()
    first = program.borne
    program.sign_in()
    second, program.borne = program.borne, first
    assert program.post("factor/totp", {"code": app.code()}).json["error"] == "SecondFactorExpired"
    program.borne = second
    assert token_in(program.post("factor/totp", {"code": app.code()})) is not None


def test_it_waits_for_some_minutes() -> None:
    auth, app, clock = besieged(factor_pending_for=600)
    program = held(auth)
    clock.advance(600)
    assert program.post("factor/totp", {"code": app.code()}).json["error"] == "SecondFactorExpired"


def test_recovery_codes_work_and_callbacks_run_at_the_end() -> None:
    ran: list[str] = []

    def jwt(params: Any) -> Any:  # noqa: ANN401
        ran.append(params.trigger or "read")
        return params.token

    auth, _, clock = besieged(callbacks=Callbacks(jwt=jwt))
    code, *_ = enrol_codes(auth, clock)
    program = held(auth)
    assert ran == []
    assert program.post("factor/email", {"code": code}).json["error"] == "UnknownAction"
    assert token_in(program.post("factor/recovery", {"code": code})) is not None
    assert ran == ["signIn"]


def test_a_challenge_of_authorize_is_asked_for() -> None:
    def authorize(credentials: SubmittedCredentials) -> Challenge | None:
        user = ada(credentials)
        return None if user is None else Challenge(user)

    auth, app, _ = besieged(providers=[Credentials(authorize, account="email")])
    program = held(auth)
    assert token_in(program.post("factor/totp", {"code": app.code()})) is not None


def test_a_form_is_no_way_to_prove_one() -> None:
    auth, app, _ = besieged()
    program = held(auth)
    wire = Browser(auth, headers=program.headers())
    reply = wire.post("factor/totp", {"code": app.code()})
    assert (reply.status, reply.json["error"]) == (415, "UnsupportedMediaType")
    kind = "application/json; charset=utf-8"
    reply = wire.post_body("factor/totp", json.dumps({"code": app.code()}).encode(), kind=kind)
    assert token_in(reply) is not None


def test_a_security_key_is_begun_and_proven() -> None:
    clock, device = FakeClock(), SoftwareAuthenticator.passkey()
    auth = make_keys(clock, session=OPTIONS)
    enrol_key(auth, clock, device)
    program = held(auth)
    begun = program.post("factor/webauthn", {})
    assert begun.json["method"] == "webauthn"
    proof = {"credential": device.get(begun.json["options"], origin=ORIGIN)}
    assert token_in(program.post("factor/webauthn", proof)) is not None


def test_a_passkey_alone_is_begun_and_proven() -> None:
    clock, device = FakeClock(), SoftwareAuthenticator.passkey()
    auth = make_keys(clock, session=OPTIONS)
    enrol_key(auth, clock, device)
    program = Program(auth)
    begun = program.post("signin/passkey").json
    proof = {"credential": device.get(begun["options"], origin=ORIGIN), "state": begun["state"]}
    assert token_in(program.post("callback/passkey", proof)) is not None
    session = program.session()
    assert session is not None
    assert session.amr == ("swk", "user", "mfa")


# --- the account


def test_it_sets_up_a_factor_and_signs_in_with_it() -> None:
    clock = FakeClock()
    auth = make_two_steps(clock, session=OPTIONS, factor_account_pages=True)
    program = Program(auth)
    refused = program.ask("GET", "account")
    assert (refused.status, refused.header("www-authenticate")) == (401, "Bearer")
    program.sign_in()
    begun = program.post("account/factor/totp").json
    secret = begun["secret"].replace(" ", "")
    app = App(auth, clock, secret, "")
    assert program.post("account/factor/totp", {"code": app.code()}).status == 200
    shown = program.ask("GET", "account").json
    assert [each["method"] for each in shown["factors"]] == ["totp"]
    session = program.session()
    assert session is not None
    assert session.amr == ("pwd",), "its next sign-in says that a factor was proven"
    [factor] = shown["factors"]
    refused = program.post("account/remove", {"id": factor["id"]})
    assert (refused.status, refused.path) == (401, "/api/auth/signin")
    clock.advance(30)
    held_again = held(auth)
    assert token_in(held_again.post("factor/totp", {"code": app.code()})) is not None
    assert held_again.post("account/remove", {"id": factor["id"]}).status == 200
