"""Owns what a page hands to the browser to begin a ceremony.

The shapes are those that ``PublicKeyCredential.parseCreationOptionsFromJSON`` and
``parseRequestOptionsFromJSON`` take (WebAuthn Level 3, 5.1.9 and 5.1.10).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from nextauth.factors.webauthn.credential import StoredKey, check_user_handle
from nextauth.factors.webauthn.policy import UserVerification, WebAuthnPolicy
from nextauth.factors.webauthn.reading import check_challenge
from nextauth.tokens.jwe import b64url_encode

__all__ = ["creation_options", "request_options"]

_REQUIREMENTS = ("required", "preferred", "discouraged")
_ATTACHMENTS = (None, "platform", "cross-platform")
_LONGEST_NAME = 1_024


def creation_options(  # noqa: PLR0913 - all but the policy by name
    policy: WebAuthnPolicy,
    *,
    challenge: bytes,
    user_handle: bytes,
    user_name: str,
    display_name: str,
    exclude: Sequence[StoredKey | bytes] = (),
    resident: Literal["required", "preferred", "discouraged"] = "preferred",
    attachment: Literal["platform", "cross-platform"] | None = None,
    user_verification: UserVerification | None = None,
) -> dict[str, Any]:
    """Answer what to hand to ``navigator.credentials.create()`` as ``publicKey``.

    A U2F key can be enrolled only without ``"required"``, in `resident` and in verification.

    Args:
        policy: What the site asks of keys.
        challenge: 32 random bytes, 16 at least, for this ceremony only.
        user_handle: What the key is to know its user by: 1 to 64 bytes that are always the same
            for a user and tell nothing about them.
        user_name: What the person signs in with; shown to tell accounts apart.
        display_name: The person's name; shown too.
        exclude: Keys that the person has already, or their ids: none of them is enrolled twice.
        resident: Whether the key must be able to say who its user is, as a passkey does.
        attachment: ``"cross-platform"`` for a key to plug in, ``"platform"`` for this device.
        user_verification: What the ceremony asks for; None takes the policy's, and the policy's
            ``"required"`` stays.

    Raises:
        ValueError: An argument is out of its range.
    """
    check_challenge(challenge)
    check_user_handle(user_handle)
    _check_choice("resident", resident, _REQUIREMENTS)
    _check_choice("attachment", attachment, _ATTACHMENTS)
    for member, name in (("user_name", user_name), ("display_name", display_name)):
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
            msg = f"creation_options({member}=...): use 1 to {_LONGEST_NAME} characters"
            raise ValueError(msg)
    selection: dict[str, Any] = {
        "residentKey": resident,
        "requireResidentKey": resident == "required",  # what browsers of Level 1 read
        "userVerification": _strictest(policy, user_verification),
    }
    if attachment is not None:
        selection["authenticatorAttachment"] = attachment
    return {
        "rp": {"id": policy.rp_id, "name": policy.rp_name},
        "user": {"id": _text(user_handle), "name": user_name, "displayName": display_name},
        "challenge": _text(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": each} for each in policy.algorithms],
        "timeout": policy.timeout * 1_000,
        "excludeCredentials": [_descriptor(each) for each in exclude],
        "authenticatorSelection": selection,
        "attestation": policy.attestation,
        "extensions": {"credProps": True},
    }


def request_options(
    policy: WebAuthnPolicy,
    *,
    challenge: bytes,
    allow: Sequence[StoredKey | bytes] = (),
    user_verification: UserVerification | None = None,
) -> dict[str, Any]:
    """Answer what to hand to ``navigator.credentials.get()`` as ``publicKey``.

    Args:
        policy: What the site asks of keys.
        challenge: 32 random bytes, 16 at least, for this ceremony only.
        allow: The keys of the person who is to prove something, or their ids; none lets the person
            choose a passkey. **Their list tells that an account exists**, and how many keys it
            has: give it to those only who have proven who they are.
        user_verification: What the ceremony asks for; None takes the policy's, and the policy's
            ``"required"`` stays.

    Raises:
        ValueError: An argument is out of its range.
    """
    check_challenge(challenge)
    return {
        "challenge": _text(challenge),
        "timeout": policy.timeout * 1_000,
        "rpId": policy.rp_id,
        "allowCredentials": [_descriptor(each) for each in allow],
        "userVerification": _strictest(policy, user_verification),
    }


def _strictest(policy: WebAuthnPolicy, asked: UserVerification | None) -> UserVerification:
    _check_choice("user_verification", asked, (None, *_REQUIREMENTS))
    return policy.strictest(asked)


def _check_choice(name: str, value: object, allowed: tuple[str | None, ...]) -> None:
    if value not in allowed:
        msg = f"{name}={value!r}: use one of {', '.join(map(repr, allowed))}"
        raise ValueError(msg)


def _descriptor(key: StoredKey | bytes) -> dict[str, Any]:
    if isinstance(key, bytes):
        return {"type": "public-key", "id": _text(key)}
    named = {"type": "public-key", "id": _text(key.credential_id)}
    return {**named, "transports": list(key.transports)} if key.transports else named


def _text(raw: bytes) -> str:
    return b64url_encode(raw).decode("ascii")
