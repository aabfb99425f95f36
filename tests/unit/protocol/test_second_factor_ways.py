"""How a second factor is asked for: by a page of ours, by one's own, by JSON."""

import pytest

from nextauth import Pages
from nextauth.testing import FakeClock, RecordingSink
from tests.unit.protocol.enrolments import (
    enrol_app,
    enrol_codes,
    enter,
    make_two_steps,
    wrong,
)
from tests.unit.protocol.wire import (
    Browser,
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


def test_the_json_way_tells_what_can_be_proven_and_finishes_in_place(clock: FakeClock) -> None:
    auth = make_two_steps(clock, factor_trust_days=30)
    app = enrol_app(auth, clock)
    enrol_codes(auth, clock)
    browser = Browser(auth, way="header")
    assert browser.get("factor").status == 401
    browser.sign_in(callbackUrl="/inside")
    offer = browser.get("factor")
    assert offer.status == 200
    assert offer.json["trustDays"] == 30
    assert offer.json["callbackUrl"].endswith("/inside")
    assert offer.json["methods"] == [
        {
            "id": "totp",
            "name": "Authenticator app",
            "starts": False,
            "fields": {"code": {"label": "Code", "type": "text"}},
        },
        {
            "id": "recovery",
            "name": "Recovery code",
            "starts": False,
            "fields": {"code": {"label": "Recovery code", "type": "text"}},
        },
    ]
    body = f'{{"code": "{app.code()}", "trustDevice": true}}'.encode()
    reply = browser.post_body("factor/totp", body, kind="application/json")
    assert reply.status == 200
    assert reply.path == "/inside"
    assert "authjs.trusted-device" in reply.set


def test_the_page_shows_the_first_factor_and_the_ways_to_the_others(clock: FakeClock) -> None:
    auth = make_two_steps(clock, factor_trust_days=30)
    enrol_app(auth, clock)
    enrol_codes(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    page = browser.get("factor", HTML)
    assert page.status == 200
    assert 'action="/api/auth/factor/totp"' in page.text
    assert 'autocomplete="one-time-code"' in page.text
    assert "/api/auth/factor?method=recovery" in page.text
    assert 'name="trustDevice"' in page.text
    other = browser.get("factor?method=recovery&error=SecondFactorRefused", HTML)
    assert 'action="/api/auth/factor/recovery"' in other.text
    assert "That did not work" in other.text


def test_without_a_sign_in_that_waits_the_page_leads_to_the_sign_in(clock: FakeClock) -> None:
    reply = Browser(make_two_steps(clock)).get("factor", HTML)
    assert reply.status == 302
    assert reply.path == "/api/auth/signin"
    assert reply.query["error"] == "SecondFactorExpired"


def test_an_application_may_bring_a_page_of_its_own(clock: FakeClock) -> None:
    auth = make_two_steps(clock, pages=Pages(second_factor="/two"))
    app = enrol_app(auth, clock)
    browser = Browser(auth)
    assert browser.sign_in().path == "/two"
    assert browser.get("factor", HTML).path == "/two"
    assert browser.get("factor").json["methods"]
    assert enter(browser, wrong(app.code())).path == "/two"


def test_without_second_factors_there_is_no_such_route() -> None:
    assert Browser(make_auth()).get("factor").status == 400


@pytest.mark.parametrize("path", ["factor/", "factor/other", "factor/totp/more", "factor//totp"])
def test_a_path_that_names_no_factor_is_refused(clock: FakeClock, path: str) -> None:
    auth = make_two_steps(clock)
    app = enrol_app(auth, clock)
    browser = Browser(auth, way="json")
    browser.sign_in()
    assert browser.post(path, {"code": app.code()}).status == 400
    assert browser.session() is None


def test_get_factor_takes_no_word(clock: FakeClock) -> None:
    assert Browser(make_two_steps(clock)).get("factor/totp").status == 400


def test_a_form_from_elsewhere_is_refused(clock: FakeClock) -> None:
    auth = make_two_steps(clock)
    app = enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    sent = [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")]
    reply = browser.post("factor/totp", {"code": app.code()}, headers=sent)
    assert not reply.signs_in()
    assert reply.query["error"] == "MissingCSRF"
    assert reply.path == "/api/auth/factor"
