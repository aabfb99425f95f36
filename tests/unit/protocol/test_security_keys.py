"""Security keys as the second factor, over the protocol."""

import pytest

from nextauth.events import SecondFactorRefused, SignCountRegressed
from nextauth.testing import FakeClock, RecordingSink
from nextauth.web.request import step
from tests.software_authenticator import SoftwareAuthenticator
from tests.software_browser import Forgery
from tests.unit.protocol.enrolments import two_steps_of
from tests.unit.protocol.keys import (
    begin,
    enrol_key,
    make_site,
    prove,
    reporting,
)
from tests.unit.protocol.wire import Browser, claims_of

GRACE = ("credentials", "2")
VERIFIED = 0x04


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sink() -> RecordingSink:
    return RecordingSink()


@pytest.mark.parametrize(
    ("device", "amr"),
    [
        (SoftwareAuthenticator(), "hwk"),
        (SoftwareAuthenticator.u2f(), "hwk"),
        (SoftwareAuthenticator.passkey(), "swk"),
    ],
    ids=["key", "u2f", "passkey"],
)
def test_a_key_is_a_second_factor(
    clock: FakeClock, device: SoftwareAuthenticator, amr: str
) -> None:
    auth = make_site(clock)
    enrol_key(auth, clock, device)
    browser = Browser(auth)
    assert browser.sign_in(callbackUrl="/inside").path == "/api/auth/factor"
    reply = prove(browser, device)
    assert reply.signs_in()
    assert reply.path == "/inside"
    assert claims_of(browser)["amr"] == ["pwd", amr, "user", "mfa"]


def test_a_second_key_works_as_the_first(clock: FakeClock) -> None:
    auth = make_site(clock)
    one, other = SoftwareAuthenticator(), SoftwareAuthenticator()
    for device in (one, other):
        enrol_key(auth, clock, device)
    for device in (one, other, one):
        browser = Browser(auth)
        browser.sign_in()
        assert prove(browser, device).signs_in()


@pytest.mark.parametrize(
    "forgery",
    [
        Forgery(rp_id="example.com"),
        Forgery(client_data={"challenge": "AAAAAAAAAAAAAAAAAAAAAA"}),
        Forgery(client_data={"origin": "https://evil.example"}),
        Forgery(client_data={"crossOrigin": True}),
        Forgery(client_data={"type": "webauthn.create"}),
        Forgery(flags_off=0x01),
    ],
    ids=["rp-id", "challenge", "origin", "cross-origin", "type", "presence"],
)
def test_what_a_key_says_of_something_else_is_refused(
    clock: FakeClock, sink: RecordingSink, forgery: Forgery
) -> None:
    auth = make_site(clock, events=[sink])
    device = SoftwareAuthenticator()
    enrol_key(auth, clock, device)
    browser = Browser(auth)
    browser.sign_in()
    reply = prove(browser, device, forgery)
    assert reply.query["error"] == "SecondFactorRefused"
    assert [type(each) for each in sink.events].count(SecondFactorRefused) == 1
    assert browser.session() is None
    assert prove(browser, device).signs_in()


def test_anothers_key_is_refused(clock: FakeClock) -> None:
    auth = make_site(clock)
    mine, hers = SoftwareAuthenticator(), SoftwareAuthenticator()
    enrol_key(auth, clock, mine)
    enrol_key(auth, clock, hers, GRACE)
    browser = Browser(auth)
    browser.sign_in()
    reply = prove(browser, hers, allowCredentials=[])
    assert reply.query["error"] == "SecondFactorRefused"


def test_one_answer_is_good_once(clock: FakeClock) -> None:
    auth = make_site(clock)
    device = SoftwareAuthenticator.passkey()
    enrol_key(auth, clock, device)
    first, second = Browser(auth), Browser(auth)
    for browser in (first, second):
        browser.sign_in()
    options = begin(first)["options"]
    begin(second)
    response = device.get(options, origin="http://localhost:3000")
    stolen = dict(first.jar)
    assert first.post("factor/webauthn", {"credential": response}).signs_in()
    assert not second.post("factor/webauthn", {"credential": response}).signs_in()
    first.jar = stolen
    assert not first.post("factor/webauthn", {"credential": response}).signs_in()


def test_a_challenge_is_over_with_the_first_try(clock: FakeClock) -> None:
    auth = make_site(clock)
    device = SoftwareAuthenticator()
    enrol_key(auth, clock, device)
    browser = Browser(auth)
    browser.sign_in()
    options = begin(browser)["options"]
    response = device.get(options, origin="http://localhost:3000")
    assert browser.post("factor/webauthn", {"credential": "{}"}).query["error"]
    assert not browser.post("factor/webauthn", {"credential": response}).signs_in()


def test_a_counter_that_goes_back_is_refused_and_told(
    clock: FakeClock, sink: RecordingSink
) -> None:
    auth = make_site(clock, events=[sink])
    device = SoftwareAuthenticator()
    key = enrol_key(auth, clock, device)
    browser = Browser(auth)
    browser.sign_in()
    assert prove(browser, device, Forgery(counter=9)).signs_in()
    browser.sign_in()
    assert not prove(browser, device, Forgery(counter=9)).signs_in()
    told = sink.of(SignCountRegressed)
    assert [(each.user_id, each.factor_id, each.is_refused) for each in told] == [("1", key, True)]


def test_a_site_may_only_report_it(clock: FakeClock, sink: RecordingSink) -> None:
    keys = reporting()
    auth = make_site(clock, keys=keys, events=[sink])
    device = SoftwareAuthenticator()
    enrol_key(auth, clock, device, keys=keys)
    browser = Browser(auth)
    for counter in (9, 3):
        browser.sign_in()
        assert prove(browser, device, Forgery(counter=counter)).signs_in()
    assert [each.is_refused for each in sink.of(SignCountRegressed)] == [False]


def test_it_is_kept_whether_a_passkey_was_backed_up(clock: FakeClock) -> None:
    auth = make_site(clock)
    device = SoftwareAuthenticator.passkey()
    enrol_key(auth, clock, device)
    browser = Browser(auth)
    browser.sign_in()
    assert prove(browser, device, Forgery(flags_off=0x10)).signs_in()
    store = two_steps_of(auth).tools.store
    (enrolment,) = step(store.enrolments("credentials", "1", now=clock()))
    assert '"bs":false' in enrolment.data


def test_signing_in_often_keeps_nobody_out(clock: FakeClock) -> None:
    auth = make_site(clock)
    device = SoftwareAuthenticator()
    enrol_key(auth, clock, device)
    for _ in range(25):
        browser = Browser(auth)
        browser.sign_in()
        assert prove(browser, device).signs_in()
