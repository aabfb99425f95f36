"""The site of docs/passkeys.md signs in with a key, and what the page says of keys is so."""

import re
from pathlib import Path

import pytest

from nextauth import Credentials
from nextauth.errors import ConfigurationError
from nextauth.factors import WebAuthnFactor, WebAuthnPolicy
from nextauth.providers import Passkey
from nextauth.testing import FakeClock
from tests.docs.programs import ROOT, programs_of
from tests.software_authenticator import SoftwareAuthenticator
from tests.unit.protocol.keys import (
    KEYS,
    enrol_key,
    enter_by_passkey,
    find_user,
    make_site,
    prove,
)
from tests.unit.protocol.wire import OTHER_SECRET, SECRET, Browser, ada, claims_of

PAGE = ROOT / "docs" / "passkeys.md"
TEXT = re.sub(r"\s+", " ", PAGE.read_text(encoding="utf-8"))

WITH_A_KEY = f"""
import sys

sys.path.insert(0, {str(ROOT)!r})
from tests.software_authenticator import SoftwareAuthenticator

ORIGIN = "http://localhost:8000"
client.headers["X-Auth-Return-Redirect"] = "1"


def post(path, **form):
    return client.post(f"/api/auth/{{path}}", json=form).json()


device = SoftwareAuthenticator.passkey()
begun = post("account/factor/webauthn")
made = device.create(begun["options"], origin=ORIGIN)
print(post("account/factor/webauthn", credential=made, name="Laptop")["url"])

post("signout")
print(post("callback/credentials", **form)["url"])
begun = post("factor/webauthn")
post("factor/webauthn", credential=device.get(begun["options"], origin=ORIGIN))
print(client.get("/").json())

post("signout")
begun = post("signin/passkey")
signed = device.get(begun["options"], origin=ORIGIN)
post("callback/passkey", credential=signed, state=begun["state"])
print(client.get("/").json())

post("signout")
PEOPLE.clear()
begun = post("signin/passkey")
signed = device.get(begun["options"], origin=ORIGIN)
print(post("callback/passkey", credential=signed, state=begun["state"])["url"])
PEOPLE["1"] = User(id="1", name="Ada")
begun = post("signin/passkey")
signed = device.get(begun["options"], origin=ORIGIN)
post("callback/passkey", credential=signed, state=begun["state"])
"""


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def test_its_site_takes_a_key_after_the_password_and_instead_of_it(tmp_path: Path) -> None:
    [program] = programs_of(PAGE)
    assert program.run(tmp_path, then=WITH_A_KEY).splitlines() == [
        "http://localhost:8000/api/auth/account?done=factor",
        "http://localhost:8000/api/auth/factor",
        "Ada, by pwd, swk, user, mfa",
        "Ada, by swk, user, mfa",
        "http://localhost:8000/api/auth/signin?error=CredentialsSignin&code=passkey",
    ]


def test_how_a_passkey_proves_it_is_told(clock: FakeClock) -> None:
    auth = make_site(clock)
    device = SoftwareAuthenticator.passkey()
    enrol_key(auth, clock, device)
    browser = Browser(auth)
    enter_by_passkey(browser, device)
    told = tuple(claims_of(browser)["amr"])
    assert f"`{told}`".replace("'", '"') in TEXT


def test_an_origin_that_is_not_the_sites_own_is_refused(clock: FakeClock) -> None:
    with pytest.raises(ConfigurationError, match="webauthn-origin"):
        make_site(clock, base_url="https://shop.example")


def test_a_new_secret_leaves_the_keys_as_they_are(clock: FakeClock) -> None:
    auth = make_site(clock)
    device = SoftwareAuthenticator.passkey()
    enrol_key(auth, clock, device)
    store = auth.settings.second_factor
    assert store is not None
    renewed = make_site(clock, factor_store=store.store, secret=[OTHER_SECRET])
    assert SECRET != OTHER_SECRET
    assert enter_by_passkey(Browser(renewed), device).signs_in()
    browser = Browser(renewed)
    browser.sign_in()
    assert prove(browser, device).signs_in()


def test_a_provider_that_keeps_what_was_typed_is_refused_beside_it(clock: FakeClock) -> None:
    again = Credentials(ada, account="email", revalidate_fields=("email", "password"))
    with pytest.raises(ConfigurationError, match="revalidate="):
        make_site(clock, providers=[again, Passkey(KEYS, find_user)])


@pytest.mark.parametrize("resident", ["preferred", "required", "discouraged"])
def test_each_way_to_keep_a_key_has_its_row(resident: str) -> None:
    assert f'`"{resident}"`' in TEXT
    policy = WebAuthnPolicy("localhost", "Example", ("http://localhost:3000",))
    assert WebAuthnFactor(policy).resident == "preferred"
