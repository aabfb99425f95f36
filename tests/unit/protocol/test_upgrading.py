"""Cookies of other releases are read: those of before, and such as a later one may write."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from nextauth import Auth, Callbacks, SessionOptions
from nextauth.sessions import StepUpTicket
from nextauth.sessions.claims import SCHEMA_VERSION
from nextauth.testing import FakeClock
from nextauth.web import Cookies, Origin
from tests.unit.protocol.wire import Browser, claims_of, make_auth
from tests.vectors.make_schema import MOMENT, PASSWORD, SITES, make_site

VECTORS = Path(__file__).parents[2] / "vectors"
CASES: list[dict[str, Any]] = [
    case
    for version in range(1, SCHEMA_VERSION + 1)
    for case in json.loads((VECTORS / f"schema-{version}.json").read_text("utf-8"))["cases"]
]
recorded = pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case['site']}-{case['dialect']}"
)
FULL = [case for case in CASES if case["site"] == "full"]
OWN = ("provider", "sid", "auth_time", "amr", "nextauth", "jti", "iat")
OPTIONAL = ("nextauth_remember", "nextauth_epoch", "nextauth_checked", "nextauth_kept")
FUTURE = {
    "nextauth_future": {"any": ["thing", 1, None]},
    "nextauth_flag": True,
    "nextauth_": "",
}


class Visit:
    """A browser that comes back with recorded cookies, a minute later, in this release."""

    def __init__(self, case: dict[str, Any], *, without_session: bool = False) -> None:
        self.clock = FakeClock(MOMENT + 60)
        self.asked: list[Any] = []
        self.auth = make_site(case["site"], case["dialect"], clock=self.clock, asked=self.asked)
        self.browser = Browser(self.auth, headers=(), way="header")
        self.browser.jar = {
            name: value
            for name, value in case["cookies"].items()
            if not (without_session and "session-token" in name)
        }


def test_each_kind_of_cookie_is_recorded_in_both_dialects() -> None:
    kinds = {(case["site"], case["dialect"]) for case in CASES}
    assert kinds == {(site, each) for site in SITES for each in ("authjs", "next-auth-v4")}
    for case in CASES:
        names = {name.rpartition("Host-")[2].partition(".")[2] for name in case["cookies"]}
        assert {"csrf-token", "callback-url", "device"} < names
        assert any(name.startswith("session-token") for name in names)


@recorded
def test_a_recorded_session_is_the_same_persons(case: dict[str, Any]) -> None:
    visit = Visit(case)
    assert claims_of(visit.browser) == case["claims"]
    assert visit.browser.session()["user"] == {"name": "Ada", "email": "ada@example.com"}


@recorded
def test_it_is_written_on_without_a_loss(case: dict[str, Any]) -> None:
    visit = Visit(case)
    visit.browser.headers = (("sec-fetch-site", "same-origin"),)
    written = visit.browser.post("session", {"data": "x"}).set
    ends = {each.expires for name, each in written.items() if "session-token" in name}
    is_remembered = case["claims"].get("nextauth_remember") is not False
    assert (ends == {None}) is not is_remembered
    after = claims_of(visit.browser)
    anew = {"iat", "exp", "jti"}
    assert all(after[name] != case["claims"][name] for name in anew)
    assert all(after[name] == value for name, value in case["claims"].items() if name not in anew)


@recorded
def test_an_open_form_posts_and_leads_where_it_was_to(case: dict[str, Any]) -> None:
    visit = Visit(case, without_session=True)
    reply = visit.browser.sign_in(csrfToken=case["csrf_token"])
    assert reply.status == 200
    assert reply.url.endswith("/orders?page=2")


@recorded
def test_a_recorded_device_is_known(case: dict[str, Any]) -> None:
    visit = Visit(case, without_session=True)
    token = {"csrfToken": case["csrf_token"]}
    stranger = Visit(case, without_session=True).browser
    stranger.auth = visit.auth
    stranger.jar = {name: each for name, each in stranger.jar.items() if "device" not in name}
    statuses = [stranger.sign_in("wrong", **token).status for _ in range(11)]
    assert statuses[-1] == 429
    assert visit.browser.sign_in("wrong", **token).status == 401


@recorded
def test_a_recorded_step_up_is_still_that_persons(case: dict[str, Any]) -> None:
    visit = Visit(case)
    read = visit.auth.services.step_up.read
    assert read(case["step_up"], now=visit.clock()) == StepUpTicket("credentials", "1")


@pytest.mark.parametrize("case", FULL, ids=lambda case: str(case["dialect"]))
def test_recorded_credentials_are_asked_with_again(case: dict[str, Any]) -> None:
    visit = Visit(case)
    visit.clock.advance(15 * 60)
    assert visit.browser.session()["user"]["name"] == "Ada"
    assert visit.asked == [{"email": "ada@example.com", "password": PASSWORD}]


@pytest.mark.parametrize("case", FULL, ids=lambda case: str(case["dialect"]))
def test_a_recorded_session_can_be_ended(case: dict[str, Any]) -> None:
    visit = Visit(case)
    visit.auth.revoke_sync(case["claims"]["sid"])
    assert visit.browser.session() in (None, {})


@pytest.mark.parametrize("case", FULL, ids=lambda case: str(case["dialect"]))
def test_a_recorded_session_began_after_all_of_the_persons_were_ended(case: dict[str, Any]) -> None:
    visit = Visit(case)
    visit.clock.now = MOMENT - 1
    visit.auth.revoke_user_sync("credentials", "1")
    visit.clock.now = MOMENT + 60
    assert visit.browser.session()["user"]["name"] == "Ada"
    visit.auth.revoke_user_sync("credentials", "1")
    assert visit.browser.session() in (None, {})


# --- a release that is older, or newer


def browser_with(auth: Auth, claims: Mapping[str, Any]) -> Browser:
    """Answer a browser with the session cookie of a release that writes these claims."""
    browser = Browser(auth)
    here = auth.settings.address.base_url or Origin("http", "localhost", 3000)
    cookie = auth.services.sessions.cookie_on(here)
    browser.jar = {each.name: each.value for each in cookie.write(claims, Cookies(()))}
    return browser


def claims_at(clock: FakeClock) -> dict[str, Any]:
    """Answer all claims that this release writes, of a session that has just begun."""
    now = int(clock.now)
    times = {"auth_time": now, "iat": now, "nextauth_checked": now, "exp": now + 30 * 86_400}
    return {**FULL[0]["claims"], **times, "nextauth_remember": True}


@pytest.mark.parametrize("missing", [*((each,) for each in (*OWN, *OPTIONAL)), (*OWN, *OPTIONAL)])
def test_a_token_without_what_a_later_release_added_is_read(missing: tuple[str, ...]) -> None:
    clock = FakeClock()
    claims = {name: value for name, value in claims_at(clock).items() if name not in missing}
    browser = browser_with(make_auth(clock=clock), claims)
    assert browser.session()["user"] == {"name": "Ada", "email": "ada@example.com"}
    assert claims_of(browser) == claims


@pytest.mark.parametrize("missing", OPTIONAL)
def test_so_it_is_where_everything_is_turned_on(missing: str) -> None:
    clock = FakeClock(MOMENT)
    claims = {name: value for name, value in claims_at(clock).items() if name != missing}
    auth = make_site("full", "authjs", clock=clock)
    assert browser_with(auth, claims).session()["user"]["name"] == "Ada"


@pytest.mark.parametrize("version", [0, 2, 99, "two", 1.5, None, {"major": 2}, True])
def test_another_schema_version_is_no_reason_to_refuse_a_token(version: object) -> None:
    clock = FakeClock()
    auth = make_auth(clock=clock, session=SessionOptions(update_age=0))
    browser = browser_with(auth, {**claims_at(clock), "nextauth": version})
    assert browser.session()["user"]["name"] == "Ada"
    assert claims_of(browser)["nextauth"] == version  # what wrote it can still tell


def test_claims_of_the_future_are_kept_and_decide_nothing() -> None:
    clock = FakeClock()
    auth = make_auth(clock=clock, session=SessionOptions(update_age=0))
    browser = browser_with(auth, {**claims_at(clock), **FUTURE})
    shown = browser.session()
    assert shown["user"] == {"name": "Ada", "email": "ada@example.com"}
    clock.advance(1)
    assert browser.get("session").set
    claims = claims_of(browser)
    assert {name: claims[name] for name in FUTURE} == FUTURE


def test_no_callback_can_change_or_drop_them() -> None:
    changed = {**dict.fromkeys(FUTURE, "forged"), "nextauth_new": "forged", "role": "admin"}
    clock = FakeClock()
    auth = make_auth(clock=clock, callbacks=Callbacks(jwt=lambda _: changed))
    browser = browser_with(auth, {**claims_at(clock), **FUTURE})
    browser.session()
    claims = claims_of(browser)
    assert {name: claims[name] for name in FUTURE} == FUTURE
    assert claims["role"] == "admin"
    assert "nextauth_new" not in claims
