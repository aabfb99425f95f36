"""Owns how the WebAuthn library of Duo Labs is asked; nothing else imports it.

It verifies attestation statements and signatures. What it leaves out, or reads more leniently than
the standard, is verified before and after it by the modules beside this one. Whatever it raises
becomes a refusal without a cause: its messages hold what was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from nextauth.factors.webauthn.refusals import Reason, WebAuthnError

try:
    from webauthn import verify_authentication_response, verify_registration_response
    from webauthn.helpers import (
        bytes_to_base64url,
        decode_credential_public_key,
        decoded_public_key_to_cryptography,
        parse_cbor,
    )
    from webauthn.helpers.cose import COSEAlgorithmIdentifier
    from webauthn.helpers.structs import (
        AttestationFormat,
        AuthenticationCredential,
        AuthenticatorAssertionResponse,
        AuthenticatorAttestationResponse,
        RegistrationCredential,
    )
except ImportError as _error:  # pragma: no cover - the tests run with it
    _message = "security keys need webauthn: pip install 'nextauth[webauthn]'"
    raise ImportError(_message) from _error

__all__ = ["check_on_curve", "decode_cbor", "verify_attestation", "verify_signature"]

_Answer = TypeVar("_Answer")


def decode_cbor(raw: bytes) -> Any:  # noqa: ANN401 - any CBOR
    """Decode CBOR that `end_of_item` has let pass.

    Args:
        raw: The bytes.

    Raises:
        WebAuthnError: The library does not take them.
    """
    return _ask(lambda: parse_cbor(raw), refusal="malformed")


def check_on_curve(public_key: bytes) -> None:
    """Verify that a public key of the right form is one: its point is on its curve.

    Args:
        public_key: In COSE's encoding.

    Raises:
        WebAuthnError: It is none.
    """
    _ask(
        lambda: decoded_public_key_to_cryptography(decode_credential_public_key(public_key)),
        refusal="key-invalid",
    )


def verify_attestation(  # noqa: PLR0913 - all by name
    *,
    credential_id: bytes,
    client_data: bytes,
    attestation_object: bytes,
    challenge: bytes,
    rp_id: str,
    origins: Sequence[str],
    algorithms: Sequence[int],
    roots: Mapping[str, Sequence[bytes]],
) -> bytes:
    """Verify an attestation statement, and answer the public key that it is about.

    A certificate chain is verified only for formats that `roots` has, and by the system's clock.

    Args:
        credential_id: The new key's id.
        client_data: The bytes of clientDataJSON.
        attestation_object: In CBOR.
        challenge: What was sent.
        rp_id: Ours.
        origins: Ours.
        algorithms: COSE's numbers that were offered.
        roots: Trusted certificates by format.

    Raises:
        WebAuthnError: It is not right.
    """
    credential = RegistrationCredential(
        id=bytes_to_base64url(credential_id),
        raw_id=credential_id,
        response=AuthenticatorAttestationResponse(client_data, attestation_object),
    )
    trusted = {AttestationFormat(name): list(listed) for name, listed in roots.items()}
    verified = _ask(
        lambda: verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=list(origins),
            supported_pub_key_algs=[COSEAlgorithmIdentifier(each) for each in algorithms],
            pem_root_certs_bytes_by_fmt=trusted,
        ),
        refusal="attestation-invalid",
    )
    return verified.credential_public_key


def verify_signature(  # noqa: PLR0913 - all by name
    *,
    credential_id: bytes,
    client_data: bytes,
    authenticator_data: bytes,
    signature: bytes,
    public_key: bytes,
    challenge: bytes,
    rp_id: str,
    origins: Sequence[str],
) -> None:
    """Verify the signature of an assertion.

    Args:
        credential_id: Which key it is.
        client_data: The bytes of clientDataJSON.
        authenticator_data: What is signed beside them.
        signature: The signature.
        public_key: The key's, in COSE's encoding.
        challenge: What was sent.
        rp_id: Ours.
        origins: Ours.

    Raises:
        WebAuthnError: It is not right.
    """
    credential = AuthenticationCredential(
        id=bytes_to_base64url(credential_id),
        raw_id=credential_id,
        response=AuthenticatorAssertionResponse(client_data, authenticator_data, signature),
    )
    _ask(
        lambda: verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=list(origins),
            credential_public_key=public_key,
            # With another count it refuses what does not grow, before it looks at the signature;
            # who has no key could so make us report that one was copied. We compare afterwards.
            credential_current_sign_count=0,
        ),
        refusal="signature-invalid",
    )


def _ask(question: Callable[[], _Answer], *, refusal: Reason) -> _Answer:
    try:
        return question()
    except Exception:  # noqa: BLE001, S110 - it raises whatever its parsers and OpenSSL do
        pass  # raised below, so that no cause is chained to it
    raise WebAuthnError(refusal)
