"""A key signs in only if each step of WebAuthn Level 3, 7.2 holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nextauth.factors.webauthn import (
    Assertion,
    RegisteredKey,
    StoredKey,
    WebAuthnError,
    credential_id_of,
    request_options,
    user_handle_of,
)
from tests.software_authenticator import (
    BE,
    BS,
    ED25519,
    ES256,
    ES512,
    RS256,
    UP,
    UV,
    Authority,
    Forgery,
    SoftwareAuthenticator,
)
from tests.software_browser import to_text
from tests.unit.factors.webauthn.ceremonies import (
    ANOTHER_CHALLENGE,
    CHALLENGE,
    HANDLE,
    ORIGIN,
    POLICY,
    assertion_of,
    changed,
    enrol,
    registration_of,
    sign_in,
    verify_sign_in,
)


def enrolled(**made: Any) -> tuple[SoftwareAuthenticator, RegisteredKey]:  # noqa: ANN401
    key = SoftwareAuthenticator(**made)
    return key, enrol(key)


def refusal(**arguments: Any) -> str:  # noqa: ANN401 - those of `sign_in`
    key, registered = enrolled()
    with pytest.raises(WebAuthnError) as refused:
        sign_in(key, registered, **arguments)
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None
    return refused.value.reason


@pytest.mark.parametrize("algorithm", [ES256, ED25519, RS256, ES512])
def test_every_algorithm(algorithm: int) -> None:
    key, registered = enrolled(algorithm=algorithm)
    assert sign_in(key, registered) == Assertion(
        counter=2,
        is_user_verified=True,
        is_backup_eligible=False,
        is_backed_up=False,
        has_regressed=False,
    )


def test_after_a_while_in_a_store() -> None:
    key, registered = enrolled()
    kept = replace(registered, key=StoredKey.from_text(registered.key.to_text()))
    assert sign_in(key, kept).counter == 2


def test_a_u2f_key() -> None:
    key = SoftwareAuthenticator.u2f(Authority())
    registered = enrol(key)
    response = assertion_of(key, registered.key)
    assert user_handle_of(response) is None
    assert not sign_in(key, registered).is_user_verified
    with pytest.raises(WebAuthnError, match="user-not-verified"):
        sign_in(key, registered, expected_user_verification=True)
    with pytest.raises(WebAuthnError, match="user-mismatch"):  # it cannot say who its user is
        sign_in(key, registered, expected_user_handle=None)


def test_a_passkey_alone() -> None:
    key = SoftwareAuthenticator.passkey()
    registered = enrol(key)
    options = request_options(POLICY, challenge=CHALLENGE, user_verification="required")
    response = key.get(options, origin=ORIGIN)
    assert credential_id_of(response) == registered.key.credential_id
    assert user_handle_of(response) == HANDLE
    done = verify_sign_in(
        response,
        registered.key,
        last_counter=registered.counter,
        expected_user_handle=None,
        expected_user_verification=True,
    )
    assert done == Assertion(
        counter=0,
        is_user_verified=True,
        is_backup_eligible=True,
        is_backed_up=True,
        has_regressed=False,
    )


@pytest.mark.parametrize(
    ("client_data", "reason"),
    [
        ({"type": "webauthn.create"}, "type-mismatch"),
        ({"origin": "https://example.com"}, "origin-mismatch"),
        ({"origin": "https://login.example.org."}, "origin-mismatch"),
        ({"challenge": to_text(ANOTHER_CHALLENGE)}, "challenge-mismatch"),
        ({"challenge": to_text(CHALLENGE) + "=="}, "challenge-mismatch"),
        ({"crossOrigin": True}, "cross-origin"),
        ({"crossOrigin": 0}, "malformed"),
        ({"crossOrigin": True, "topOrigin": "https://example.com"}, "cross-origin"),
        ({"topOrigin": ORIGIN}, "cross-origin"),
    ],
    ids=range(9),
)
def test_client_data(client_data: dict[str, Any], reason: str) -> None:
    assert refusal(forgery=Forgery(client_data=client_data)) == reason


@pytest.mark.parametrize(
    ("forgery", "reason"),
    [
        (Forgery(rp_id="example.com"), "rp-mismatch"),
        (Forgery(flags_off=UP), "user-not-present"),
        (Forgery(flags_on=BS), "backup-invalid"),
        (Forgery(flags_on=BE), "backup-changed"),
        (Forgery(flags_on=BE | BS), "backup-changed"),
        (Forgery(credential_id=b"another"), "credential-mismatch"),
        (Forgery(user_handle=b"of another"), "user-mismatch"),
        (Forgery(user_handle=bytes(65)), "malformed"),
        (Forgery(flags_on=0x40), "malformed"),
        (Forgery(flags_on=0x80), "malformed"),
        (Forgery(extensions=b"\xfb" + bytes(8)), "malformed"),
        (Forgery(counter=1), "counter-regressed"),
        (Forgery(counter=0), "counter-regressed"),
    ],
    ids=range(13),
)
def test_authenticator_data(forgery: Forgery, reason: str) -> None:
    assert refusal(forgery=forgery) == reason


def test_a_key_that_could_be_copied_stays_one() -> None:
    key = SoftwareAuthenticator.passkey()
    registered = enrol(key)
    gone = Forgery(flags_off=BE | BS)
    with pytest.raises(WebAuthnError, match="backup-changed"):
        sign_in(key, registered, forgery=gone)
    assert not sign_in(key, registered, forgery=Forgery(flags_off=BS)).is_backed_up


def test_extensions_and_an_empty_user_handle_are_allowed() -> None:
    key, registered = enrolled()
    forgery = Forgery(extensions=b"\xa1\x61\x61\xf5", user_handle=b"")
    assert sign_in(key, registered, forgery=forgery).counter == 2


def test_user_verification() -> None:
    unverified = Forgery(flags_off=UV)
    assert refusal(forgery=unverified, expected_user_verification=True) == "user-not-verified"
    key, registered = enrolled()
    assert not sign_in(key, registered, forgery=unverified).is_user_verified
    response = assertion_of(key, registered.key, forgery=unverified)
    with pytest.raises(WebAuthnError, match="user-not-verified"):
        verify_sign_in(
            response, registered.key, policy=replace(POLICY, user_verification="required")
        )


@pytest.mark.parametrize(
    ("last", "counter", "has_regressed"),
    [
        (0, 0, False),
        (0, 1, False),
        (1, 2, False),
        (1, 2**32 - 1, False),
        (1, 1, True),
        (2, 1, True),
        (1, 0, True),
        (2**32 - 1, 0, True),
    ],
)
def test_the_signature_counter(last: int, counter: int, has_regressed: bool) -> None:  # noqa: FBT001
    """WebAuthn Level 3, 6.1.1."""
    key, registered = enrolled()
    forgery = Forgery(counter=counter)
    kept = replace(registered, counter=last)
    reported = sign_in(key, kept, forgery=forgery, on_regression="report")
    assert (reported.counter, reported.has_regressed) == (counter, has_regressed)
    if has_regressed:
        with pytest.raises(WebAuthnError, match="counter-regressed"):
            sign_in(key, kept, forgery=forgery)
    else:
        assert sign_in(key, kept, forgery=forgery) == reported


def test_only_a_key_can_make_us_report_that_it_was_copied() -> None:
    key, registered = enrolled()
    response = assertion_of(key, registered.key, forgery=Forgery(counter=0, flags_on=BE))
    forged = changed(response, ("response", "signature"), to_text(b"none"))
    with pytest.raises(WebAuthnError, match="signature-invalid"):
        verify_sign_in(forged, registered.key, last_counter=7)


def test_a_replay_with_another_challenge() -> None:
    key, registered = enrolled()
    response = assertion_of(key, registered.key)
    assert verify_sign_in(response, registered.key).counter == 2
    with pytest.raises(WebAuthnError, match="challenge-mismatch"):
        verify_sign_in(response, registered.key, expected_challenge=ANOTHER_CHALLENGE)


def test_a_registration_is_no_assertion() -> None:
    key, registered = enrolled()
    with pytest.raises(WebAuthnError, match="malformed"):
        verify_sign_in(registration_of(key), registered.key)


def test_another_users_key() -> None:
    _, mine = enrolled()
    theirs, registered = enrolled()
    response = assertion_of(theirs, registered.key)
    named = to_text(mine.key.credential_id)
    renamed = changed(changed(response, ("id",), named), ("rawId",), named)
    with pytest.raises(WebAuthnError, match="credential-mismatch"):
        verify_sign_in(response, mine.key)
    with pytest.raises(WebAuthnError, match="signature-invalid"):
        verify_sign_in(renamed, mine.key)
    with pytest.raises(WebAuthnError, match="user-mismatch"):
        verify_sign_in(response, replace(registered.key, user_handle=b"of another"))
    with pytest.raises(WebAuthnError, match="user-mismatch"):
        verify_sign_in(response, registered.key, expected_user_handle=b"of another")
    with pytest.raises(WebAuthnError, match="user-mismatch"):
        verify_sign_in(
            response,
            replace(registered.key, user_handle=b"of another"),
            expected_user_handle=None,
        )


def test_a_key_that_names_nobody_is_of_nobody_else() -> None:
    """The handle in the response may be missing; that of the kept key still counts."""
    key = SoftwareAuthenticator.u2f()
    registered = enrol(key)
    response = assertion_of(key, registered.key)
    with pytest.raises(WebAuthnError, match="user-mismatch"):
        verify_sign_in(response, registered.key, expected_user_handle=b"of another")


def test_a_short_challenge_is_our_mistake() -> None:
    key, registered = enrolled()
    with pytest.raises(ValueError, match="16 random bytes"):
        verify_sign_in(
            assertion_of(key, registered.key), registered.key, expected_challenge=b"short"
        )


def test_what_was_kept_is_damaged() -> None:
    key, registered = enrolled()
    for wrong in (b"\x04", b"\xa0", b"", b"\xff" * 40):
        damaged = replace(registered.key, public_key=wrong)
        with pytest.raises(WebAuthnError, match="signature-invalid"):
            verify_sign_in(assertion_of(key, registered.key), damaged)
