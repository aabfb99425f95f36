"""Passkeys as the only factor, over the protocol."""

from dataclasses import replace

import pytest

from nextauth import Callbacks, Credentials, FormField, Revocation, User
from nextauth.errors import AccessDenied, CredentialsSignin, StoreUnavailable, SystemUnavailable
from nextauth.events import SignedIn
from nextauth.factors import WebAuthnFactor
from nextauth.providers import Passkey
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock, RecordingSink
from nextauth.web.request import step
from tests.software_authenticator import SoftwareAuthenticator
from tests.software_browser import Forgery
from tests.unit.protocol.enrolments import enrol_app, two_steps_of
from tests.unit.protocol.keys import (
    KEYS,
    POLICY,
    begin,
    enrol_key,
    enter_by_passkey,
    find_user,
    make_site,
)
from tests.unit.protocol.wire import Browser, ada, claims_of

GRACE = ("credentials", "2")
VERIFIED = 0x04


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sink() -> RecordingSink:
    return RecordingSink()


def test_a_passkey_alone_signs_in(clock: FakeClock, sink: RecordingSink) -> None:
    auth = make_site(clock, events=[sink])
    device = SoftwareAuthenticator.passkey()
    enrol_key(auth, clock, device)
    browser = Browser(auth)
    reply = enter_by_passkey(browser, device)
    assert reply.signs_in()
    claims = claims_of(browser)
    assert (claims["sub"], claims["provider"], claims["name"]) == ("1", "credentials", "Ada")
    assert claims["amr"] == ["swk", "user", "mfa"]
    assert [each.account.provider for each in sink.of(SignedIn)] == ["credentials"]


@pytest.mark.parametrize(
    "forgery",
    [
        Forgery(flags_off=VERIFIED),
        Forgery(rp_id="example.com"),
        Forgery(client_data={"origin": "https://evil.example"}),
        Forgery(user_handle=b""),
        Forgery(user_handle=b"somebody else"),
    ],
    ids=["verification", "rp-id", "origin", "no-user", "another-user"],
)
def test_a_passkey_alone_must_have_verified_its_user_here(
    clock: FakeClock, forgery: Forgery
) -> None:
    auth = make_site(clock)
    device = SoftwareAuthenticator.passkey()
    enrol_key(auth, clock, device)
    reply = enter_by_passkey(Browser(auth, way="json"), device, forgery)
    assert reply.status == 401
    assert reply.query == {"error": "CredentialsSignin", "code": "passkey"}


def test_a_passkeys_answer_is_good_once(clock: FakeClock) -> None:
    auth = make_site(clock)
    device = SoftwareAuthenticator.passkey()
    enrol_key(auth, clock, device)
    told = begin(Browser(auth), "signin/passkey")
    response = device.get(told["options"], origin="http://localhost:3000")
    sent = {"credential": response, "state": told["state"]}
    assert Browser(auth).post("callback/passkey", sent).signs_in()
    assert not Browser(auth).post("callback/passkey", sent).signs_in()


@pytest.mark.parametrize(
    "sent", [{}, {"credential": "{}"}, {"state": "x"}, {"credential": "x" * 9000}]
)
def test_what_is_no_passkeys_answer_is_refused(clock: FakeClock, sent: dict[str, str]) -> None:
    auth = make_site(clock)
    enrol_key(auth, clock, SoftwareAuthenticator.passkey())
    reply = Browser(auth, way="json").post("callback/passkey", sent)
    assert reply.status == 401


def test_a_challenge_lives_five_minutes(clock: FakeClock) -> None:
    auth = make_site(clock)
    device = SoftwareAuthenticator.passkey()
    enrol_key(auth, clock, device)
    told = begin(Browser(auth), "signin/passkey")
    response = device.get(told["options"], origin="http://localhost:3000")
    clock.advance(400)
    sent = {"credential": response, "state": told["state"]}
    assert not Browser(auth).post("callback/passkey", sent).signs_in()


def test_a_key_that_was_removed_signs_nobody_in(clock: FakeClock) -> None:
    auth = make_site(clock)
    device = SoftwareAuthenticator.passkey()
    key = enrol_key(auth, clock, device)
    step(two_steps_of(auth).tools.store.remove("credentials", "1", key, now=clock()))
    assert not enter_by_passkey(Browser(auth), device).signs_in()


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (None, 401, "CredentialsSignin"),
        (False, 403, "AccessDenied"),
        (AccessDenied(), 403, "AccessDenied"),
        (CredentialsSignin("left"), 401, "CredentialsSignin"),
        (SystemUnavailable("the directory is down"), 503, "SystemUnavailable"),
        (User(id="2"), 500, "Configuration"),
        (User(name="Ada"), 500, "Configuration"),
        ("ada", 500, "Configuration"),
        (RuntimeError("down"), 500, "Configuration"),
    ],
    ids=[
        "nobody",
        "false",
        "denied",
        "refused",
        "unavailable",
        "another",
        "no-id",
        "nonsense",
        "down",
    ],
)
def test_the_system_says_who_may_still_enter(
    clock: FakeClock, answer: object, status: int, error: str
) -> None:
    def find(_provider: str, _user_id: str) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    auth = make_site(clock, find_user=find)
    device = SoftwareAuthenticator.passkey()
    enrol_key(auth, clock, device)
    reply = enter_by_passkey(Browser(auth, way="json"), device)
    assert (reply.status, reply.query["error"]) == (status, error)
    assert not reply.signs_in()


def test_find_user_may_be_awaited_and_answer_a_mapping(clock: FakeClock) -> None:
    async def find(provider: str, user_id: str) -> dict[str, str]:
        return {"id": user_id, "name": f"{provider}'s"}

    auth = make_site(clock, find_user=find)
    device = SoftwareAuthenticator.passkey()
    enrol_key(auth, clock, device)
    browser = Browser(auth)
    assert enter_by_passkey(browser, device).signs_in()
    assert claims_of(browser)["name"] == "credentials's"


def test_a_passkey_needs_no_second_factor_beside_it(clock: FakeClock) -> None:
    auth = make_site(clock)
    enrol_app(auth, clock)
    device = SoftwareAuthenticator.passkey()
    enrol_key(auth, clock, device)
    assert enter_by_passkey(Browser(auth), device).signs_in()


def test_the_callbacks_have_their_say(clock: FakeClock) -> None:
    auth = make_site(clock, callbacks=Callbacks(sign_in=lambda _: False))
    device = SoftwareAuthenticator.passkey()
    enrol_key(auth, clock, device)
    assert enter_by_passkey(Browser(auth), device).query["error"] == "AccessDenied"


def test_sessions_by_passkey_end_with_the_persons_others(clock: FakeClock) -> None:
    store = MemoryStore()
    auth = make_site(clock, factor_store=store, revocation=Revocation(store, staleness=0))
    device = SoftwareAuthenticator.passkey()
    enrol_key(auth, clock, device)
    browser = Browser(auth)
    assert enter_by_passkey(browser, device).signs_in()
    clock.advance(5)
    auth.revoke_user_sync("credentials", "1")
    assert browser.session() is None


def test_while_the_store_is_down_nobody_enters(clock: FakeClock) -> None:
    class Down(MemoryStore):
        is_down = False

        async def find(self, enrolment_id: str, *, now: float):  # type: ignore[no-untyped-def]  # noqa: ANN202
            if self.is_down:
                message = "down"
                raise StoreUnavailable(message)
            return await super().find(enrolment_id, now=now)

    store = Down()
    auth = make_site(clock, factor_store=store)
    device = SoftwareAuthenticator.passkey()
    enrol_key(auth, clock, device)
    store.is_down = True
    assert enter_by_passkey(Browser(auth, way="json"), device).status == 503


def test_the_sign_in_page_offers_it(clock: FakeClock) -> None:
    fields = {"email": FormField("E-mail"), "password": FormField("Password", type="password")}
    providers = [Credentials(authorize=ada, fields=fields), Passkey(KEYS, find_user)]
    reply = Browser(make_site(clock, providers=providers)).get("signin")
    policy = reply.header("content-security-policy") or ""
    assert "script-src 'sha256-" in policy
    assert "connect-src 'self'" in policy
    assert 'autocomplete="username webauthn"' in reply.text
    assert 'data-start="/api/auth/signin/passkey"' in reply.text
    assert "Sign in with a passkey" in reply.text


def test_a_refused_passkey_marks_no_field_and_says_so(clock: FakeClock) -> None:
    fields = {"email": FormField("E-mail"), "password": FormField("Password", type="password")}
    providers = [Credentials(authorize=ada, fields=fields), Passkey(KEYS, find_user)]
    page = Browser(make_site(clock, providers=providers)).get(
        "signin?error=CredentialsSignin&code=passkey"
    )
    assert "The passkey was not accepted" in page.text
    assert "aria-invalid" not in page.text.partition("</style>")[2]


def test_a_challenge_lives_as_long_as_the_browser_asks(clock: FakeClock) -> None:
    keys = WebAuthnFactor(replace(POLICY, timeout=600))
    auth = make_site(clock, keys=keys)
    device = SoftwareAuthenticator.passkey()
    enrol_key(auth, clock, device, keys=keys)
    told = begin(Browser(auth), "signin/passkey")
    response = device.get(told["options"], origin="http://localhost:3000")
    clock.advance(590)
    sent = {"credential": response, "state": told["state"]}
    assert Browser(auth).post("callback/passkey", sent).signs_in()
