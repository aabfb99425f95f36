"""Owns how a browser's JSON is read, and what its client data must say.

The shape is that of ``PublicKeyCredential.toJSON()`` (WebAuthn Level 3, 5.1.8). Each value has one
spelling: base64url without padding, and nothing that a lenient decoder would skip.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any, Literal, TypeVar

import msgspec

from nextauth.errors import TokenError
from nextauth.factors.webauthn.policy import WebAuthnPolicy
from nextauth.factors.webauthn.refusals import Reason, WebAuthnError
from nextauth.tokens.jwe import b64url_decode, b64url_encode

__all__ = [
    "SubmittedAssertion",
    "SubmittedRegistration",
    "check_challenge",
    "check_client_data",
    "credential_id_of",
    "read_assertion",
    "read_registration",
    "user_handle_of",
]

_LONGEST = 65_536
_CHALLENGES = range(16, 1_025)  # bytes; WebAuthn Level 3, 13.4.3: 16 at least
_LONGEST_HANDLE = 64  # WebAuthn Level 3, 5.4.3
# WebAuthn Level 3, 5.8.4; of what a browser says besides, no other browser would know what to do.
_TRANSPORTS = frozenset({"ble", "hybrid", "internal", "nfc", "smart-card", "usb"})

_Json = TypeVar("_Json", bound=msgspec.Struct)


class _ClientData(msgspec.Struct, rename="camel"):
    type: str
    challenge: str
    origin: str
    cross_origin: bool = False
    top_origin: Any = msgspec.UNSET


class _Attestation(msgspec.Struct):
    client_data: str = msgspec.field(name="clientDataJSON")
    attestation_object: str = msgspec.field(name="attestationObject")
    transports: Any = None


class _Signature(msgspec.Struct):
    client_data: str = msgspec.field(name="clientDataJSON")
    authenticator_data: str = msgspec.field(name="authenticatorData")
    signature: str
    user_handle: str | None = msgspec.field(name="userHandle", default=None)


class _Registration(msgspec.Struct):
    id: str
    raw_id: str = msgspec.field(name="rawId")
    type: Literal["public-key"]
    response: _Attestation
    extensions: Any = msgspec.field(name="clientExtensionResults", default=None)


class _Assertion(msgspec.Struct):
    id: str
    raw_id: str = msgspec.field(name="rawId")
    type: Literal["public-key"]
    response: _Signature


@dataclass(frozen=True, slots=True)
class SubmittedRegistration:
    """What ``navigator.credentials.create()`` answered, decoded and not yet believed.

    Args:
        credential_id: The new key's.
        client_data: The bytes of clientDataJSON.
        attestation_object: In CBOR.
        transports: How the browser reaches the key; those that the standard names, in order.
        is_discoverable: Whether the key says who its user is; None if the browser does not know.
    """

    credential_id: bytes = field(repr=False)
    client_data: bytes = field(repr=False)
    attestation_object: bytes = field(repr=False)
    transports: tuple[str, ...]
    is_discoverable: bool | None


@dataclass(frozen=True, slots=True)
class SubmittedAssertion:
    """What ``navigator.credentials.get()`` answered, decoded and not yet believed.

    Args:
        credential_id: Which key it is.
        client_data: The bytes of clientDataJSON.
        authenticator_data: What is signed, beside the client data.
        signature: The signature.
        user_handle: Whose key it is, if the key says so.
    """

    credential_id: bytes = field(repr=False)
    client_data: bytes = field(repr=False)
    authenticator_data: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    user_handle: bytes | None = field(repr=False)


def read_registration(response: object) -> SubmittedRegistration:
    """Decode a registration.

    Args:
        response: Whatever was sent.

    Raises:
        WebAuthnError: It is none.
    """
    read = _decode(response, _Registration)
    return SubmittedRegistration(
        credential_id=_credential_id(read.id, read.raw_id),
        client_data=_bytes(read.response.client_data),
        attestation_object=_bytes(read.response.attestation_object),
        transports=_transports(read.response.transports),
        is_discoverable=_is_discoverable(read.extensions),
    )


def read_assertion(response: object) -> SubmittedAssertion:
    """Decode an assertion.

    Args:
        response: Whatever was sent.

    Raises:
        WebAuthnError: It is none.
    """
    read = _decode(response, _Assertion)
    handle = _bytes(read.response.user_handle or "")
    if len(handle) > _LONGEST_HANDLE:
        raise _malformed()
    return SubmittedAssertion(
        credential_id=_credential_id(read.id, read.raw_id),
        client_data=_bytes(read.response.client_data),
        authenticator_data=_bytes(read.response.authenticator_data),
        signature=_bytes(read.response.signature),
        user_handle=handle or None,  # some browsers send an empty one for a key that has none
    )


def credential_id_of(response: object) -> bytes | None:
    """Answer which key an assertion claims to be of, to look it up; None if it is no assertion.

    Args:
        response: Whatever was sent; nothing of it is verified.
    """
    try:
        return read_assertion(response).credential_id
    except WebAuthnError:
        return None


def user_handle_of(response: object) -> bytes | None:
    """Answer whose key an assertion claims to be, or None if it does not say.

    Args:
        response: Whatever was sent; nothing of it is verified.
    """
    try:
        return read_assertion(response).user_handle
    except WebAuthnError:
        return None


def check_client_data(
    client_data: bytes,
    *,
    policy: WebAuthnPolicy,
    expected_type: Literal["webauthn.create", "webauthn.get"],
    expected_challenge: bytes,
) -> None:
    """Verify type, challenge and origin, and that no other site's page is around ours.

    These are steps 7 to 11 of WebAuthn Level 3, 7.1, and 10 to 14 of 7.2.

    Args:
        client_data: The bytes that the authenticator has signed.
        policy: Whose origins count.
        expected_type: Which ceremony it is.
        expected_challenge: What was sent for this one.

    Raises:
        WebAuthnError: One of them is not so.
        ValueError: The challenge is too short to be one.
    """
    check_challenge(expected_challenge)
    read = _decode_bytes(client_data, _ClientData)
    if read.type != expected_type:
        reason: Reason = "type-mismatch"
        raise WebAuthnError(reason)
    expected = b64url_encode(expected_challenge)
    if not compare_digest(read.challenge.encode(), expected):
        reason = "challenge-mismatch"
        raise WebAuthnError(reason)
    if read.origin not in policy.origins:
        reason = "origin-mismatch"
        raise WebAuthnError(reason)
    if read.cross_origin or read.top_origin is not msgspec.UNSET:
        reason = "cross-origin"
        raise WebAuthnError(reason)


def check_challenge(challenge: bytes) -> None:
    """Refuse a challenge that could be guessed (WebAuthn Level 3, 13.4.3).

    Args:
        challenge: The challenge.

    Raises:
        ValueError: It has fewer than 16 bytes, or more than 1,024.
    """
    if not isinstance(challenge, bytes) or len(challenge) not in _CHALLENGES:
        msg = "a WebAuthn challenge is 16 random bytes at least, such as secrets.token_bytes(32)"
        raise ValueError(msg)


def _decode(response: object, shape: type[_Json]) -> _Json:
    if not isinstance(response, str) or len(response) > _LONGEST:
        raise _malformed()
    try:
        raw = response.encode()
    except UnicodeEncodeError:
        raw = b""
    return _decode_bytes(raw, shape)


def _decode_bytes(raw: bytes, shape: type[_Json]) -> _Json:
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass  # raised below, so that no cause is chained to it
    raise _malformed()


def _bytes(text: str) -> bytes:
    try:
        return b64url_decode(text.encode("ascii"))
    except (TokenError, UnicodeEncodeError):
        pass
    raise _malformed()


def _credential_id(text: str, raw: str) -> bytes:
    if text != raw:
        raise _malformed()
    credential_id = _bytes(text)
    if not credential_id:
        raise _malformed()
    return credential_id


def _transports(listed: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever was sent
    if not isinstance(listed, list):
        return ()
    named = {each for each in listed if isinstance(each, str)}
    return tuple(sorted(named & _TRANSPORTS))


def _is_discoverable(extensions: Any) -> bool | None:  # noqa: ANN401 - whatever was sent
    """Read ``credProps.rk`` (WebAuthn Level 3, 10.1.3): the browser's word, which nobody signed."""
    properties = extensions.get("credProps") if isinstance(extensions, dict) else None
    said = properties.get("rk") if isinstance(properties, dict) else None
    return said if isinstance(said, bool) else None


def _malformed() -> WebAuthnError:
    reason: Reason = "malformed"
    return WebAuthnError(reason)
