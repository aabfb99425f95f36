"""What docs/account-pages.md says of requests, answers and events is so."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from pyotp import TOTP

from nextauth import Auth, Revocation, SecondFactor
from nextauth.errors import StoreUnavailable
from nextauth.events import (
    FactorEnrolled,
    FactorRemoved,
    RecoveryCodesRenewed,
    SessionsRevoked,
)
from nextauth.factors import FEW_CODES, TotpFactor
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock, RecordingSink
from tests.docs.programs import ROOT
from tests.unit.protocol.enrolments import enrol_app, make_two_steps, wrong
from tests.unit.protocol.wire import Browser, Reply, signed_in

PAGE = ROOT / "docs" / "account-pages.md"
PLAIN = PAGE.read_text(encoding="utf-8")
TEXT = re.sub(r"\s+", " ", PLAIN)


class Failing(MemoryStore):
    """A store that can be switched off."""

    is_down = False

    async def enrolments(self, provider: str, user_id: str, *, now: float) -> Any:  # noqa: ANN401
        if self.is_down:
            message = "down"
            raise StoreUnavailable(message)
        return await super().enrolments(provider, user_id, now=now)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def make_account(clock: FakeClock, **options: Any) -> Auth:  # noqa: ANN401
    store = options.pop("factor_store", None) or MemoryStore()
    revocation = Revocation(store, staleness=0)
    return make_two_steps(
        clock, factor_store=store, factor_account_pages=True, revocation=revocation, **options
    )


def nothing_of_theirs(clock: FakeClock) -> Reply:
    return signed_in(make_account(clock), way="header").post("account/remove", {"id": "other"})


def nobody(clock: FakeClock) -> Reply:
    return Browser(make_account(clock), way="header").get("account")


def long_ago(clock: FakeClock) -> Reply:
    browser = signed_in(make_account(clock), way="header")
    clock.advance(601)
    return browser.post("account/factor/totp")


def a_wrong_code(clock: FakeClock) -> Reply:
    browser = signed_in(make_account(clock), way="header")
    secret = browser.post("account/factor/totp").json["secret"].replace(" ", "")
    code = wrong(TOTP(secret).at(int(clock())))
    return browser.post("account/factor/totp", {"code": code, "name": "x"})


def a_store_that_is_down(clock: FakeClock) -> Reply:
    store = Failing()
    browser = signed_in(make_account(clock, factor_store=store), way="header")
    store.is_down = True
    return browser.get("account")


@pytest.mark.parametrize(
    ("cause", "status", "told"),
    [
        (nothing_of_theirs, 400, "error=AccountChange"),
        (nobody, 401, "WWW-Authenticate: Cookie"),
        (long_ago, 401, "insufficient_user_authentication"),
        (a_wrong_code, 401, "error=SecondFactorRefused"),
        (a_store_that_is_down, 503, "try again"),
    ],
)
def test_each_refusal_is_as_its_row_says(
    clock: FakeClock, cause: Callable[[FakeClock], Reply], status: int, told: str
) -> None:
    assert any(row.startswith(f"| {status}") and told in row for row in PLAIN.splitlines())
    reply = cause(clock)
    challenge = f"WWW-Authenticate: {reply.header('www-authenticate')}"
    assert reply.status == status
    assert told in f"{reply.json['url']} {challenge} try again"


def test_the_answers_have_the_members_that_the_table_names(clock: FakeClock) -> None:
    auth = make_account(clock)
    browser = signed_in(auth, way="header")
    begun = browser.post("account/factor/totp").json
    members = ", ".join(f'"{name}"' for name in begun)
    assert f"`{{{members}}}`" in TEXT
    code = TOTP(begun["secret"].replace(" ", "")).at(int(clock()))
    done = browser.post("account/factor/totp", {"code": code, "name": "x"})
    assert (done.status, list(done.json)) == (200, ["url"])
    codes = browser.post("account/factor/recovery").json
    members = ", ".join(f'"{name}"' for name in codes)
    assert f"`{{{members}}}`" in TEXT
    told = browser.get("account").json
    assert list(told) == ["factors", "sessions"]


def test_each_change_is_the_event_that_it_names(clock: FakeClock) -> None:
    sink = RecordingSink()
    auth = make_account(clock, events=[sink])
    browser = signed_in(auth, way="header")
    other = signed_in(auth)
    secret = browser.post("account/factor/totp").json["secret"].replace(" ", "")
    code = TOTP(secret).at(int(clock()))
    browser.post("account/factor/totp", {"code": code, "name": "x"})
    browser.post("account/factor/recovery")
    [app] = [each for each in browser.get("account").json["factors"] if each["method"] == "totp"]
    browser.post("account/end-session")
    browser.post("account/remove", {"id": app["id"]})
    assert other.session() is None
    for kind in (FactorEnrolled, FactorRemoved, RecoveryCodesRenewed, SessionsRevoked):
        assert sink.of(kind)
        assert f"`{kind.__name__}`" in TEXT


def test_with_the_last_factor_the_codes_go_and_where_all_must_it_stays(clock: FakeClock) -> None:
    auth = make_account(clock, factor_policy="always")
    browser = signed_in(make_account(clock), way="header")
    assert browser.get("account").json["factors"] == []
    app = enrol_app(auth, clock)
    held = Browser(auth, way="header")
    held.sign_in()
    held.post("factor/totp", {"code": app.code()})
    assert held.post("account/remove", {"id": app.enrolment_id}).status == 400


def test_the_numbers_are_the_code_s() -> None:
    defaults = SecondFactor(MemoryStore(), methods=(TotpFactor(),))
    assert f"{defaults.step_up_for // 60} minutes old at most (`step_up_for`)" in TEXT
    assert FEW_CODES == 3
    assert "With three or fewer left" in TEXT
    assert defaults.account_pages is False
