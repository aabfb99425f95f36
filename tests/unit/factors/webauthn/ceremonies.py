"""Owns one site and its ceremonies, for the tests beside this file."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Literal

from nextauth.factors.webauthn import (
    Assertion,
    RegisteredKey,
    StoredKey,
    WebAuthnPolicy,
    creation_options,
    request_options,
    verify_assertion,
    verify_registration,
)
from tests.software_authenticator import (
    ED25519,
    ES256,
    ES512,
    RS256,
    Forgery,
    SoftwareAuthenticator,
)

__all__ = [
    "ANOTHER_CHALLENGE",
    "CHALLENGE",
    "HANDLE",
    "ORIGIN",
    "POLICY",
    "assertion_of",
    "changed",
    "enrol",
    "registration_of",
    "sign_in",
    "verify_sign_in",
]

ORIGIN = "https://login.example.org"
POLICY = WebAuthnPolicy(
    rp_id="example.org",
    rp_name="Example",
    origins=(ORIGIN, "https://example.org"),
    algorithms=(ED25519, ES256, RS256, ES512),
)
CHALLENGE = bytes(range(32))
ANOTHER_CHALLENGE = bytes(range(1, 33))
HANDLE = b"the handle of ada"
NOTHING = Forgery()


def registration_of(
    key: SoftwareAuthenticator,
    *,
    policy: WebAuthnPolicy = POLICY,
    origin: str = ORIGIN,
    forgery: Forgery = NOTHING,
) -> str:
    options = creation_options(
        policy,
        challenge=CHALLENGE,
        user_handle=HANDLE,
        user_name="ada@example.org",
        display_name="Ada",
        user_verification="discouraged",
    )
    return key.create(options, origin=origin, forgery=forgery)


def enrol(
    key: SoftwareAuthenticator,
    *,
    policy: WebAuthnPolicy = POLICY,
    origin: str = ORIGIN,
    forgery: Forgery = NOTHING,
    expected_user_verification: bool = False,
) -> RegisteredKey:
    return verify_registration(
        policy,
        registration_of(key, policy=policy, origin=origin, forgery=forgery),
        user_handle=HANDLE,
        expected_challenge=CHALLENGE,
        expected_user_verification=expected_user_verification,
    )


def assertion_of(
    key: SoftwareAuthenticator,
    stored: StoredKey,
    *,
    policy: WebAuthnPolicy = POLICY,
    origin: str = ORIGIN,
    forgery: Forgery = NOTHING,
) -> str:
    options = request_options(
        policy, challenge=CHALLENGE, allow=[stored], user_verification="discouraged"
    )
    return key.get(options, origin=origin, forgery=forgery)


def verify_sign_in(
    response: str,
    stored: StoredKey,
    *,
    policy: WebAuthnPolicy = POLICY,
    last_counter: int = 0,
    expected_challenge: bytes = CHALLENGE,
    expected_user_handle: bytes | None = HANDLE,
    expected_user_verification: bool = False,
) -> Assertion:
    return verify_assertion(
        policy,
        response,
        key=stored,
        last_counter=last_counter,
        expected_challenge=expected_challenge,
        expected_user_handle=expected_user_handle,
        expected_user_verification=expected_user_verification,
    )


def sign_in(
    key: SoftwareAuthenticator,
    registered: RegisteredKey,
    *,
    origin: str = ORIGIN,
    forgery: Forgery = NOTHING,
    expected_user_handle: bytes | None = HANDLE,
    expected_user_verification: bool = False,
    on_regression: Literal["refuse", "report"] = "refuse",
) -> Assertion:
    return verify_sign_in(
        assertion_of(key, registered.key, origin=origin, forgery=forgery),
        registered.key,
        policy=replace(POLICY, on_regression=on_regression),
        last_counter=registered.counter,
        expected_user_handle=expected_user_handle,
        expected_user_verification=expected_user_verification,
    )


def changed(response: str, path: tuple[str, ...], value: object) -> str:
    """Answer the JSON with one member changed, or left out where `value` is ``...``."""
    read = json.loads(response)
    place = read
    for name in path[:-1]:
        place = place[name]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(read)
