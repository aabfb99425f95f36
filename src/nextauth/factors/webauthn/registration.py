"""Owns how a new key is verified (WebAuthn Level 3, 7.1)."""

from __future__ import annotations

from nextauth.factors.webauthn.attestation import Attestation, check_attestation, check_format
from nextauth.factors.webauthn.credential import RegisteredKey, StoredKey, check_user_handle
from nextauth.factors.webauthn.policy import WebAuthnPolicy
from nextauth.factors.webauthn.public_key import check_public_key
from nextauth.factors.webauthn.reading import check_client_data, read_registration
from nextauth.factors.webauthn.refusals import Reason, WebAuthnError

__all__ = ["verify_registration"]


def verify_registration(
    policy: WebAuthnPolicy,
    response: str,
    *,
    user_handle: bytes,
    expected_challenge: bytes,
    expected_user_verification: bool,
) -> RegisteredKey:
    """Verify what ``navigator.credentials.create()`` answered.

    Two things are left to who calls it: that the challenge was ours, for this person, and is used
    once; and that no user at all has the credential id yet (7.1, step 26).

    Args:
        policy: What the site asks of keys.
        response: ``JSON.stringify(credential.toJSON())``, whatever was sent.
        user_handle: That of the person who enrols it, as it was in the options.
        expected_challenge: As it was in the options.
        expected_user_verification: Whether the key must have asked for a PIN or a finger; always
            so where the policy requires it.

    Raises:
        WebAuthnError: It is refused.
        ValueError: The challenge or the user handle is none.
    """
    from nextauth.factors.webauthn import library  # noqa: PLC0415 - an extra

    check_user_handle(user_handle)
    submitted = read_registration(response)
    check_client_data(
        submitted.client_data,
        policy=policy,
        expected_type="webauthn.create",
        expected_challenge=expected_challenge,
    )
    attestation = Attestation.parse(submitted.attestation_object)
    data = attestation.data
    is_required = policy.strictest("required" if expected_user_verification else None) == "required"
    data.check(expected_rp_id=policy.rp_id, expected_user_verification=is_required)
    if data.credential is None or data.credential.credential_id != submitted.credential_id:
        reason: Reason = "credential-mismatch"
        raise WebAuthnError(reason)
    check_public_key(data.credential.public_key, algorithms=policy.algorithms)
    check_format(attestation)
    encoded = library.verify_attestation(
        credential_id=submitted.credential_id,
        client_data=submitted.client_data,
        attestation_object=submitted.attestation_object,
        challenge=expected_challenge,
        rp_id=policy.rp_id,
        origins=policy.origins,
        algorithms=policy.algorithms,
        roots=policy.roots,
    )
    if encoded != data.credential.public_key:  # it was not in the canonical form
        reason = "malformed"
        raise WebAuthnError(reason)
    return RegisteredKey(
        key=StoredKey(
            credential_id=submitted.credential_id,
            public_key=data.credential.public_key,
            user_handle=user_handle,
            aaguid=data.credential.aaguid,
            attestation_format=attestation.format,
            is_backup_eligible=data.is_backup_eligible,
            is_backed_up=data.is_backed_up,
            is_attested=check_attestation(attestation, policy=policy),
            is_discoverable=submitted.is_discoverable,
            transports=submitted.transports,
        ),
        counter=data.counter,
        is_user_verified=data.is_user_verified,
    )
