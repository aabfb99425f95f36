"""Owns people with security keys and passkeys, as software: enrolled through the factor itself."""

from dataclasses import replace
from typing import Any

from nextauth import Auth, Credentials, SubmittedCredentials, User
from nextauth.factors import RecoveryFactor, TotpFactor, WebAuthnFactor, WebAuthnPolicy
from nextauth.providers import Passkey
from nextauth.testing import FakeClock
from nextauth.web.request import step
from tests.software_authenticator import SoftwareAuthenticator
from tests.software_browser import Forgery
from tests.unit.protocol.enrolments import ADA, make_two_steps, step_of
from tests.unit.protocol.wire import ORIGIN, Browser, Reply, ada

POLICY = WebAuthnPolicy("localhost", "Example", (ORIGIN,))
KEYS = WebAuthnFactor(POLICY)
NOTHING = Forgery()

PEOPLE = {
    ("credentials", "1"): User(id="1", name="Ada", email="ada@example.com"),
    ("credentials", "2"): User(id="2", name="Grace"),
}


def find_user(provider: str, user_id: str) -> User | None:
    """Answer who somebody is now."""
    return PEOPLE.get((provider, user_id))


def make_site(clock: FakeClock, *, keys: WebAuthnFactor = KEYS, **options: Any) -> Auth:  # noqa: ANN401
    """Make a site with passwords, passkeys and every second factor of this file."""
    passkey = Passkey(keys, options.pop("find_user", find_user))
    options.setdefault("providers", [Credentials(authorize=ada, account="email"), passkey])
    options.setdefault("factor_methods", (keys, TotpFactor(), RecoveryFactor()))
    return make_two_steps(clock, **options)


def enrol_key(
    auth: Auth,
    clock: FakeClock,
    device: SoftwareAuthenticator,
    user: tuple[str, str] = ADA,
    *,
    keys: WebAuthnFactor = KEYS,
) -> str:
    """Enrol a key for a person; answer the enrolment's id."""
    where = step_of(auth, *user, clock())
    offered = step(keys.offer(where))
    response = device.create(dict(offered.shown)["options"], origin=ORIGIN)
    answer = SubmittedCredentials({"credential": response})
    enrolled = step(keys.enrol(where, answer, offered.kept, name="Key"))
    assert enrolled is not None
    assert step(where.tools.store.enrol(enrolled.enrolment, now=clock()))
    return enrolled.enrolment.id


def begin(browser: Browser, action: str = "factor/webauthn") -> dict[str, Any]:
    """Ask for a challenge, as the page's script does."""
    asking = replace_way(browser, "header")
    reply = asking.post(action)
    assert reply.status == 200, reply
    told = reply.json
    assert isinstance(told, dict)
    return told


def replace_way(browser: Browser, way: str) -> Browser:
    """Answer the same browser, asking in another way."""
    other = Browser(browser.auth, way=way, headers=browser.headers)
    other.jar = browser.jar
    return other


def prove(
    browser: Browser,
    device: SoftwareAuthenticator,
    forgery: Forgery = NOTHING,
    **seen: Any,  # noqa: ANN401
) -> Reply:
    """Prove a key as the second factor."""
    options = begin(browser)["options"] | seen
    origin = options.pop("origin", ORIGIN)
    response = device.get(options, origin=origin, forgery=forgery)
    return browser.post("factor/webauthn", {"credential": response})


def enter_by_passkey(
    browser: Browser,
    device: SoftwareAuthenticator,
    forgery: Forgery = NOTHING,
    **seen: Any,  # noqa: ANN401
) -> Reply:
    """Sign in with a passkey alone."""
    told = begin(browser, "signin/passkey")
    options = told["options"] | seen
    origin = options.pop("origin", ORIGIN)
    response = device.get(options, origin=origin, forgery=forgery)
    return browser.post("callback/passkey", {"credential": response, "state": told["state"]})


def reporting(policy: WebAuthnPolicy = POLICY) -> WebAuthnFactor:
    """Answer keys that report a counter that went back, and go on."""
    return WebAuthnFactor(replace(policy, on_regression="report"))
