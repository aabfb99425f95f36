"""Owns how the use of a key is verified (WebAuthn Level 3, 7.2)."""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest

from nextauth.factors.webauthn.authenticator_data import AuthenticatorData
from nextauth.factors.webauthn.credential import StoredKey
from nextauth.factors.webauthn.policy import WebAuthnPolicy
from nextauth.factors.webauthn.reading import (
    SubmittedAssertion,
    check_client_data,
    read_assertion,
)
from nextauth.factors.webauthn.refusals import Reason, WebAuthnError

__all__ = ["Assertion", "verify_assertion"]


@dataclass(frozen=True, slots=True)
class Assertion:
    """A key was used, and the signature is right.

    Args:
        counter: Its signature counter now: keep it in place of the one before, in one atomic move
            with the check that it is larger, unless both are 0.
        is_user_verified: Whether the key asked for a PIN or a finger.
        is_backup_eligible: Whether it may be copied; as it was when it was enrolled.
        is_backed_up: Whether it was; keep it (``dataclasses.replace(key, is_backed_up=…)``).
        has_regressed: Whether the counter did not grow, which is a sign that the key was copied
            (WebAuthn Level 3, 6.1.1). Only where the policy says ``on_regression="report"``.
    """

    counter: int
    is_user_verified: bool
    is_backup_eligible: bool
    is_backed_up: bool
    has_regressed: bool


def verify_assertion(  # noqa: PLR0913 - all but two by name
    policy: WebAuthnPolicy,
    response: str,
    *,
    key: StoredKey,
    last_counter: int,
    expected_challenge: bytes,
    expected_user_handle: bytes | None,
    expected_user_verification: bool,
) -> Assertion:
    """Verify what ``navigator.credentials.get()`` answered.

    Left to who calls it: that the challenge was ours, for this browser, and is used once.

    Args:
        policy: What the site asks of keys.
        response: ``JSON.stringify(credential.toJSON())``, whatever was sent.
        key: The key that the response names (`credential_id_of`).
        last_counter: The signature counter that is kept for it.
        expected_challenge: As it was in the options.
        expected_user_handle: That of the person who is known already, whose key it must be. None
            where the key is to say who it is: then the response must name its user.
        expected_user_verification: Whether the key must have asked for a PIN or a finger; always
            so where the policy requires it.

    Raises:
        WebAuthnError: It is refused.
        ValueError: The challenge is none.
    """
    from nextauth.factors.webauthn import library  # noqa: PLC0415 - an extra

    submitted = read_assertion(response)
    check_client_data(
        submitted.client_data,
        policy=policy,
        expected_type="webauthn.get",
        expected_challenge=expected_challenge,
    )
    if submitted.credential_id != key.credential_id:
        reason: Reason = "credential-mismatch"
        raise WebAuthnError(reason)
    _check_user(submitted, key=key, expected=expected_user_handle)
    data = AuthenticatorData.parse(submitted.authenticator_data)
    is_required = policy.strictest("required" if expected_user_verification else None) == "required"
    data.check(expected_rp_id=policy.rp_id, expected_user_verification=is_required)
    library.verify_signature(
        credential_id=submitted.credential_id,
        client_data=submitted.client_data,
        authenticator_data=submitted.authenticator_data,
        signature=submitted.signature,
        public_key=key.public_key,
        challenge=expected_challenge,
        rp_id=policy.rp_id,
        origins=policy.origins,
    )
    # What follows is told to people, so it comes after the signature: only a key can cause it.
    if data.is_backup_eligible != key.is_backup_eligible:
        reason = "backup-changed"
        raise WebAuthnError(reason)
    return Assertion(
        counter=data.counter,
        is_user_verified=data.is_user_verified,
        is_backup_eligible=data.is_backup_eligible,
        is_backed_up=data.is_backed_up,
        has_regressed=_has_regressed(policy, data.counter, last_counter),
    )


def _check_user(submitted: SubmittedAssertion, *, key: StoredKey, expected: bytes | None) -> None:
    """Verify whose key it is (7.2, step 6).

    A key that cannot say who its user is says nothing, and that is right where the user is known.
    """
    said = submitted.user_handle
    if expected is None:
        is_theirs = said is not None and compare_digest(said, key.user_handle)
    else:
        is_theirs = compare_digest(key.user_handle, expected)
        is_theirs &= said is None or compare_digest(said, expected)
    if not is_theirs:
        reason: Reason = "user-mismatch"
        raise WebAuthnError(reason)


def _has_regressed(policy: WebAuthnPolicy, counter: int, last: int) -> bool:
    """Compare counters (WebAuthn Level 3, 7.2, step 22): 0 twice means that the key has none."""
    has_regressed = (counter > 0 or last > 0) and counter <= last
    if has_regressed and policy.on_regression == "refuse":
        reason: Reason = "counter-regressed"
        raise WebAuthnError(reason)
    return has_regressed
