"""Who is asked for a second factor: by enrolment, by a policy, by ``authorize``."""

from typing import Any

import pytest

from nextauth import (
    Credentials,
    SubmittedCredentials,
    User,
    Verified,
)
from nextauth.factors import FactorPolicyParams, TotpFactor
from nextauth.models import Challenge
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock, RecordingSink
from tests.unit.protocol.enrolments import (
    enrol_app,
    enrol_codes,
    enter,
    make_two_steps,
)
from tests.unit.protocol.wire import (
    CALLBACK,
    Browser,
    both,
    claims_of,
    either,
    make_auth,
)

PENDING = "authjs.pending"
HTML = (("accept", "text/html"),)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sink() -> RecordingSink:
    return RecordingSink()


def test_who_has_enrolled_nothing_is_not_asked(clock: FakeClock) -> None:
    browser = Browser(make_two_steps(clock))
    assert browser.sign_in().signs_in()
    assert claims_of(browser)["amr"] == ["pwd"]


def test_recovery_codes_alone_are_no_reason_to_ask(clock: FakeClock) -> None:
    auth = make_two_steps(clock)
    enrol_codes(auth, clock)
    assert Browser(auth).sign_in().signs_in()


def test_a_factor_that_is_not_configured_any_more_lets_nobody_in_without(clock: FakeClock) -> None:
    store = MemoryStore()
    auth = make_two_steps(clock, factor_store=store)
    enrol_app(auth, clock)
    other = make_two_steps(clock, factor_store=store, factor_methods=(_Spoken(),))
    reply = Browser(other).sign_in()
    assert reply.query["error"] == "SecondFactorMissing"
    assert not reply.signs_in()


class _Spoken(TotpFactor):
    __slots__ = ()
    method = "spoken"


def test_authorize_can_ask_for_a_second_factor_by_name(clock: FakeClock) -> None:
    def authorize(credentials: SubmittedCredentials) -> Challenge:
        return Challenge({"id": "1"}, methods=(credentials["wanted"],))

    provider = Credentials(authorize=authorize, account="email")
    auth = make_two_steps(clock, providers=[provider])
    app = enrol_app(auth, clock)
    enrol_codes(auth, clock)
    browser = Browser(auth, way="json")
    browser.post(CALLBACK, {"email": "a", "wanted": "totp"})
    offer = browser.get("factor").json
    assert [each["id"] for each in offer["methods"]] == ["totp"]
    assert browser.post("factor/recovery", {"code": "x"}).status == 400
    assert enter(browser, app.code()).signs_in()


def test_a_challenge_that_the_person_cannot_meet_lets_nobody_in(clock: FakeClock) -> None:
    provider = Credentials(authorize=lambda _: Challenge(User(id="1")), account="email")
    auth = make_two_steps(clock, providers=[provider])
    reply = Browser(auth, way="json").sign_in()
    assert reply.status == 403
    assert reply.query["error"] == "SecondFactorMissing"


def test_a_challenge_without_second_factors_is_a_mistake_of_the_configuration() -> None:
    auth = make_auth(lambda _: Challenge(User(id="1")))
    reply = Browser(auth, way="json").sign_in()
    assert reply.status == 500
    assert not reply.signs_in()


def test_a_user_without_an_id_cannot_have_second_factors(clock: FakeClock) -> None:
    provider = Credentials(authorize=lambda _: User(name="Ada"), account="email")
    reply = Browser(make_two_steps(clock, providers=[provider]), way="json").sign_in()
    assert reply.status == 500
    assert not reply.signs_in()


@both
def test_a_policy_decides_who_is_asked(clock: FakeClock, *, is_async: bool) -> None:
    seen: list[FactorPolicyParams] = []

    def policy(params: FactorPolicyParams) -> bool:
        seen.append(params)
        return False

    auth = make_two_steps(clock, factor_policy=either(policy, is_async=is_async))
    enrol_app(auth, clock)
    assert Browser(auth).sign_in().signs_in()
    assert [each.enrolled for each in seen] == [frozenset({"totp"})]
    assert seen[0].account.provider == "credentials"
    assert seen[0].amr == ("pwd",)


@pytest.mark.parametrize("answer", [None, "no", 1, RuntimeError("down")])
def test_a_policy_that_fails_lets_nobody_in(clock: FakeClock, answer: object) -> None:
    def policy(_: FactorPolicyParams) -> Any:  # noqa: ANN401
        if isinstance(answer, Exception):
            raise answer
        return answer

    auth = make_two_steps(clock, factor_policy=policy)
    reply = Browser(auth, way="json").sign_in()
    assert reply.status == 500
    assert not reply.signs_in()


def test_always_refuses_who_has_none(clock: FakeClock) -> None:
    reply = Browser(make_two_steps(clock, factor_policy="always"), way="json").sign_in()
    assert reply.status == 403
    assert reply.query["error"] == "SecondFactorMissing"


def test_authorize_may_say_that_several_factors_were_proven(clock: FakeClock) -> None:
    provider = Credentials(
        authorize=lambda _: Verified({"id": "1"}, amr=("pwd", "otp", "mfa")), account="email"
    )
    auth = make_two_steps(clock, providers=[provider])
    enrol_app(auth, clock)
    assert Browser(auth).sign_in().signs_in()
