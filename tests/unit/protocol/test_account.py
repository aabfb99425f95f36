"""People change their own factors and sessions: behind a recent sign-in, each change told."""

from typing import Any

import pytest
from pyotp import TOTP

from nextauth import Auth, Revocation
from nextauth.events import (
    FactorEnrolled,
    FactorRemoved,
    RecoveryCodesRenewed,
    SessionsRevoked,
    StepUpAsked,
)
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock, RecordingSink
from nextauth.web.request import step
from tests.software_authenticator import SoftwareAuthenticator
from tests.unit.protocol.enrolments import enrol_app, enter, two_steps_of, wrong
from tests.unit.protocol.keys import enter_by_passkey, make_site, prove, replace_way
from tests.unit.protocol.wire import ORIGIN, Browser, Reply, claims_of, make_auth, signed_in

HTML = (("accept", "text/html"),)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sink() -> RecordingSink:
    return RecordingSink()


def make_account(clock: FakeClock, **options: Any) -> Auth:  # noqa: ANN401
    store = options.pop("store", None) or MemoryStore()
    options.setdefault("factor_store", store)
    options.setdefault("revocation", Revocation(store, staleness=0))
    return make_site(clock, factor_account_pages=True, **options)


def enrolled(auth: Auth, clock: FakeClock, user: str = "1") -> dict[str, str]:
    """Answer the method of each enrolment of a person by its id."""
    store = two_steps_of(auth).tools.store
    known = step(store.enrolments("credentials", user, now=clock()))
    return {each.id: each.method for each in known if each.confirmed}


def secret_on(page: Reply) -> str:
    """Read the key that a page shows as text."""
    _, _, rest = page.text.partition('<code class="secret">')
    return rest.partition("</code>")[0].replace(" ", "")


def set_up_app(browser: Browser, clock: FakeClock) -> str:
    """Enrol an authenticator app on the account page; answer its secret."""
    begun = browser.post("account/factor/totp")
    assert begun.path == "/api/auth/account/factor/totp"
    secret = secret_on(browser.get("account/factor/totp", HTML))
    reply = browser.post(
        "account/factor/totp", {"code": TOTP(secret).at(int(clock())), "name": "My phone"}
    )
    assert reply.query == {"done": "factor"}, reply
    return secret


def test_without_account_pages_there_is_no_such_route(clock: FakeClock) -> None:
    assert Browser(make_site(clock)).get("account").status == 400
    assert Browser(make_auth()).get("account").status == 400


@pytest.mark.parametrize("path", ["account", "account/factor/totp"])
def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(clock: FakeClock, path: str) -> None:
    browser = Browser(make_account(clock))
    reply = browser.get(path, HTML)
    assert reply.path == "/api/auth/signin"
    assert reply.query["callbackUrl"] == f"{ORIGIN}/api/auth/account"
    told = browser.get(path)
    assert (told.status, told.path) == (401, "/api/auth/signin")
    assert told.header("www-authenticate") == "Cookie"


def test_an_app_is_enrolled_when_its_first_code_was_right(
    clock: FakeClock, sink: RecordingSink
) -> None:
    auth = make_account(clock, events=[sink])
    browser = signed_in(auth)
    browser.post("account/factor/totp")
    page = browser.get("account/factor/totp", HTML)
    assert "<svg" in page.text
    secret = secret_on(page)
    code = TOTP(secret).at(int(clock()))
    refused = browser.post("account/factor/totp", {"code": wrong(code), "name": "Phone"})
    assert refused.query == {"error": "SecondFactorRefused"}
    assert enrolled(auth, clock) == {}
    assert secret_on(browser.get("account/factor/totp", HTML)) == secret
    reply = browser.post("account/factor/totp", {"code": code, "name": "Phone"})
    assert reply.query == {"done": "factor"}
    assert list(enrolled(auth, clock).values()) == ["totp"]
    assert [each.method for each in sink.of(FactorEnrolled)] == ["totp"]
    assert "Phone" in browser.get("account", HTML).text
    stranger = Browser(auth)
    assert stranger.sign_in().path == "/api/auth/factor"
    assert not enter(stranger, code).signs_in(), "the first code was used up"
    clock.advance(30)
    assert enter(stranger, TOTP(secret).at(int(clock()))).signs_in()


def test_who_has_just_enrolled_may_go_on(clock: FakeClock, sink: RecordingSink) -> None:
    auth = make_account(clock, events=[sink])
    browser = signed_in(auth)
    set_up_app(browser, clock)
    assert claims_of(browser)["amr"] == ["pwd", "mfa"]
    page = browser.post("account/factor/recovery")
    assert page.status == 200
    assert page.text.count("<li><code>") == 10
    assert [each.count for each in sink.of(RecoveryCodesRenewed)] == [10]
    assert sorted(enrolled(auth, clock).values()) == ["recovery", "totp"]


def test_new_recovery_codes_end_the_old_ones(clock: FakeClock) -> None:
    auth = make_account(clock)
    browser = signed_in(auth)
    set_up_app(browser, clock)
    old = browser.post("account/factor/recovery").text
    clock.advance(1)
    new = browser.post("account/factor/recovery").text
    assert list(enrolled(auth, clock).values()).count("recovery") == 1
    codes = [page.partition("<li><code>")[2].partition("</code>")[0] for page in (old, new)]
    stranger = Browser(auth)
    stranger.sign_in()
    assert not enter(stranger, codes[0], "recovery").signs_in()
    assert enter(stranger, codes[1], "recovery").signs_in()


def test_a_security_key_is_enrolled_by_the_pages_script(
    clock: FakeClock, sink: RecordingSink
) -> None:
    auth = make_account(clock, events=[sink])
    browser = signed_in(auth)
    assert browser.post("account/factor/webauthn").path.endswith("/account/factor/webauthn")
    page = browser.get("account/factor/webauthn", HTML)
    assert 'data-webauthn="create"' in page.text
    told = replace_way(browser, "header").post("account/factor/webauthn").json
    device = SoftwareAuthenticator.passkey()
    response = device.create(told["options"], origin=ORIGIN)
    reply = browser.post("account/factor/webauthn", {"credential": response, "name": "Key"})
    assert reply.query == {"done": "factor"}
    again = browser.post("account/factor/webauthn", {"credential": response, "name": "Key"})
    assert again.query == {"error": "SecondFactorRefused"}, "its challenge was used up"
    other = Browser(auth)
    other.sign_in()
    assert prove(other, device).signs_in()
    assert enter_by_passkey(Browser(auth), device).signs_in()


@pytest.mark.parametrize("action", ["account/factor/totp", "account/remove", "account/rename"])
def test_a_sign_in_that_is_not_recent_must_be_renewed(
    clock: FakeClock, sink: RecordingSink, action: str
) -> None:
    auth = make_account(clock, events=[sink])
    browser = signed_in(auth)
    clock.advance(601)
    reply = browser.post(action, {"id": "x", "name": "y"}, headers=(*browser.headers, *HTML))
    assert reply.path == "/api/auth/signin"
    assert "stepUp" in reply.query
    assert reply.query["callbackUrl"] == f"{ORIGIN}/api/auth/account"
    assert len(sink.of(StepUpAsked)) == 1
    told = replace_way(browser, "header").post(action, {"id": "x", "name": "y"})
    assert told.status == 401
    assert "insufficient_user_authentication" in (told.header("www-authenticate") or "")


def test_who_has_a_factor_changes_nothing_without_it(clock: FakeClock) -> None:
    auth = make_account(clock)
    browser = signed_in(auth)
    app = enrol_app(auth, clock)
    sent = {"id": app.enrolment_id}
    reply = browser.post("account/remove", sent, headers=(*browser.headers, *HTML))
    assert reply.path == "/api/auth/signin"
    assert enrolled(auth, clock) == {app.enrolment_id: "totp"}
    browser.sign_in()
    enter(browser, app.code())
    assert browser.post("account/remove", sent).query == {"done": "remove"}
    assert enrolled(auth, clock) == {}


def test_a_trusted_browser_changes_nothing_without_the_factor(clock: FakeClock) -> None:
    auth = make_account(clock, factor_trust_days=30)
    app = enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    enter(browser, app.code(), trustDevice="on")
    assert browser.sign_in().signs_in()
    assert claims_of(browser)["amr"] == ["pwd"]
    sent = {"id": app.enrolment_id}
    reply = browser.post("account/remove", sent, headers=(*browser.headers, *HTML))
    assert reply.path == "/api/auth/signin"
    assert "Trusted browsers" in browser.get("account", HTML).text


@pytest.mark.parametrize("action", ["rename", "remove"])
def test_anothers_factor_is_not_found(clock: FakeClock, sink: RecordingSink, action: str) -> None:
    auth = make_account(clock, events=[sink])
    app = enrol_app(auth, clock, ("credentials", "2"))
    browser = signed_in(auth)
    reply = browser.post(f"account/{action}", {"id": app.enrolment_id, "name": "Mine"})
    assert reply.query == {"error": "AccountChange"}
    assert enrolled(auth, clock, "2") == {app.enrolment_id: "totp"}
    assert sink.of(FactorRemoved) == []


def test_a_factor_gets_another_name(clock: FakeClock) -> None:
    auth = make_account(clock)
    browser = signed_in(auth)
    set_up_app(browser, clock)
    (key,) = enrolled(auth, clock)
    assert browser.post("account/rename", {"id": key, "name": " "}).query["error"]
    sent = {"id": key, "name": "<b>Old\nphone</b>" + "x" * 200}
    assert browser.post("account/rename", sent).query == {"done": "rename"}
    page = browser.get("account", HTML).text
    assert "&lt;b&gt;Old phone&lt;/b&gt;" in page
    assert "x" * 60 not in page


def test_with_the_last_factor_codes_and_trusted_browsers_go(
    clock: FakeClock, sink: RecordingSink
) -> None:
    auth = make_account(clock, factor_trust_days=30, events=[sink])
    browser = signed_in(auth)
    secret = set_up_app(browser, clock)
    browser.post("account/factor/recovery")
    clock.advance(30)
    browser.sign_in()
    enter(browser, TOTP(secret).at(int(clock())), trustDevice="on")
    known = enrolled(auth, clock)
    assert sorted(known.values()) == ["recovery", "totp", "trusted-device"]
    key = next(each for each in known if known[each] == "totp")
    browser.post("account/remove", {"id": key})
    assert enrolled(auth, clock) == {}
    assert len(sink.of(FactorRemoved)) == 3


def test_where_everybody_must_have_one_the_last_one_stays(clock: FakeClock) -> None:
    auth = make_account(clock, factor_policy="always")
    app = enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    enter(browser, app.code())
    reply = browser.post("account/remove", {"id": app.enrolment_id})
    assert reply.query == {"error": "AccountChange"}
    assert enrolled(auth, clock) == {app.enrolment_id: "totp"}


def test_the_overview_lists_sessions_and_ends_them(clock: FakeClock, sink: RecordingSink) -> None:
    auth = make_account(clock, events=[sink])
    here, there, elsewhere = (signed_in(auth) for _ in range(3))
    listed = here.get("account").json["sessions"]
    assert [each["isThis"] for each in listed].count(True) == 1
    sid = claims_of(there)["sid"]
    assert here.post("account/end-session", {"sid": sid}).query == {"done": "end-session"}
    assert there.session() is None
    assert elsewhere.session() is not None
    assert here.post("account/end-session").query == {"done": "end-session"}
    assert elsewhere.session() is None
    assert here.session() is not None
    assert len(sink.of(SessionsRevoked)) == 2
    other = here.post("account/end-session", {"sid": "another's"})
    assert other.query == {"error": "AccountChange"}


def test_without_revocation_there_are_no_sessions_to_end(clock: FakeClock) -> None:
    auth = make_account(clock, revocation=None)
    browser = signed_in(auth)
    assert browser.get("account").json == {"factors": [], "sessions": []}
    assert browser.post("account/end-session").query == {"error": "AccountChange"}


@pytest.mark.parametrize(
    "path", ["account/other", "account/factor", "account/factor/email", "account/factor/a/b"]
)
def test_a_path_that_names_nothing_is_refused(clock: FakeClock, path: str) -> None:
    browser = signed_in(make_account(clock), way="json")
    assert browser.post(path).status == 400
    assert browser.get(path).status == 400


def test_a_form_from_elsewhere_changes_nothing(clock: FakeClock) -> None:
    auth = make_account(clock)
    browser = signed_in(auth)
    set_up_app(browser, clock)
    (key,) = enrolled(auth, clock)
    sent = [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")]
    assert browser.post("account/remove", {"id": key}, headers=sent).query["error"]
    assert len(enrolled(auth, clock)) == 1


def test_one_key_is_enrolled_by_one_person_only(clock: FakeClock) -> None:
    auth = make_account(clock)
    browser = signed_in(auth)
    device = SoftwareAuthenticator()
    told = replace_way(browser, "header").post("account/factor/webauthn").json
    response = device.create(told["options"], origin=ORIGIN)
    sent = {"credential": response, "name": "Key"}
    assert browser.post("account/factor/webauthn", sent).query == {"done": "factor"}
    told = replace_way(browser, "header").post("account/factor/webauthn").json
    assert [each["id"] for each in told["options"]["excludeCredentials"]] != []
