"""Owns whether somebody whom the site trusts vouches for the model of a new key.

The library verifies that a statement is signed, and by whom only where it is given certificates of
that format. It lets self attestation pass beside them, in which any program can claim any model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from nextauth.factors.webauthn.authenticator_data import AuthenticatorData
from nextauth.factors.webauthn.cbor import end_of_item
from nextauth.factors.webauthn.policy import FORMATS, WebAuthnPolicy
from nextauth.factors.webauthn.refusals import Reason, WebAuthnError

__all__ = ["Attestation", "check_attestation", "check_format", "pem_certificates"]

_NONE = "none"
_MEMBERS = {"fmt", "attStmt", "authData"}
_AAGUID_EXTENSION = "1.3.6.1.4.1.45724.1.1.4"
_OCTET_STRING_OF_16 = b"\x04\x10"
_UNIT = "Authenticator Attestation"


@dataclass(frozen=True, slots=True)
class Attestation:
    """An attestation object, decoded and not yet believed (WebAuthn Level 3, 6.5.4).

    Args:
        format: Of the statement.
        statement: The statement.
        data: What is attested.
    """

    format: str
    statement: dict[str, Any] = field(repr=False)
    data: AuthenticatorData

    @classmethod
    def parse(cls, raw: bytes) -> Attestation:
        """Decode it.

        Args:
            raw: Whatever was sent.

        Raises:
            WebAuthnError: It is none.
        """
        from nextauth.factors.webauthn import library  # noqa: PLC0415 - an extra

        read = library.decode_cbor(raw) if _is_one_item(raw) else None
        if isinstance(read, dict) and read.keys() == _MEMBERS:
            name, statement, data = read["fmt"], read["attStmt"], read["authData"]
            are_typed = isinstance(name, str) and isinstance(statement, dict)
            if are_typed and isinstance(data, bytes):
                return cls(name, statement, AuthenticatorData.parse(data))
        reason: Reason = "malformed"
        raise WebAuthnError(reason)


def pem_certificates(name: str, listed: Sequence[bytes]) -> tuple[bytes, ...]:
    """Answer each certificate of some PEM files by itself, as the library reads them.

    Args:
        name: The format that they are for, for the message.
        listed: Files, of one certificate or more each.

    Raises:
        ValueError: One is no PEM file of certificates.
    """
    try:
        found = [x509.load_pem_x509_certificates(each) for each in listed]
    except (ValueError, TypeError) as error:
        msg = f"WebAuthnPolicy(roots[{name!r}]=...): one is no PEM file of certificates"
        raise ValueError(msg) from error
    return tuple(each.public_bytes(Encoding.PEM) for chain in found for each in chain)


def check_attestation(attestation: Attestation, *, policy: WebAuthnPolicy) -> bool:
    """Answer whether the key's model is vouched for (WebAuthn Level 3, 7.1, steps 23 and 24).

    The statement's signature, and its chain to the policy's roots, are verified by then.

    Args:
        attestation: What was verified.
        policy: Whom the site trusts, and which models it takes.

    Raises:
        WebAuthnError: The policy asks for more than the key has.
    """
    chain = attestation.statement.get("x5c")
    first = chain[0] if isinstance(chain, list) and chain else None
    if attestation.format == "packed" and first is not None:
        _check_certificate(first, aaguid=_aaguid(attestation.data))
    if not policy.roots:
        return False
    if attestation.format not in policy.roots or first is None:
        reason: Reason = "attestation-untrusted"
        raise WebAuthnError(reason)
    if policy.aaguids is not None and _aaguid(attestation.data) not in policy.aaguids:
        reason = "model-not-allowed"
        raise WebAuthnError(reason)
    return True


def check_format(attestation: Attestation) -> None:
    """Refuse a statement that nobody here can verify, and one of no attestation that is not empty.

    WebAuthn Level 3, 7.1, step 21, and 8.7.

    Args:
        attestation: What was sent.

    Raises:
        WebAuthnError: It is one of them.
    """
    if attestation.format == _NONE:
        if attestation.statement:
            reason: Reason = "attestation-invalid"
            raise WebAuthnError(reason)
    elif attestation.format not in FORMATS:
        reason = "attestation-unsupported"
        raise WebAuthnError(reason)


def _is_one_item(raw: bytes) -> bool:
    try:
        return end_of_item(raw) == len(raw)
    except ValueError:
        return False


def _aaguid(data: AuthenticatorData) -> str | None:
    return data.credential.aaguid if data.credential else None


def _check_certificate(der: object, *, aaguid: str | None) -> None:
    """Verify what a packed statement's certificate must say (WebAuthn Level 3, 8.2 and 8.2.1)."""
    if not isinstance(der, bytes) or not _is_attestation_certificate(der, aaguid=aaguid):
        reason: Reason = "attestation-invalid"
        raise WebAuthnError(reason)


def _is_attestation_certificate(der: bytes, *, aaguid: str | None) -> bool:
    try:
        certificate = x509.load_der_x509_certificate(der)
        units = certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATIONAL_UNIT_NAME)
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        models = [
            each for each in certificate.extensions if each.oid.dotted_string == _AAGUID_EXTENSION
        ]
    except (ValueError, x509.ExtensionNotFound, x509.InvalidVersion):
        return False
    return (  # it is of version 3, for no other has extensions
        [each.value for each in units] == [_UNIT]
        and not constraints.value.ca
        and all(_is_of_model(each, aaguid) for each in models)
    )


def _is_of_model(extension: x509.Extension[x509.ExtensionType], aaguid: str | None) -> bool:
    value = extension.value
    if extension.critical or aaguid is None or not isinstance(value, x509.UnrecognizedExtension):
        return False
    return value.value == _OCTET_STRING_OF_16 + UUID(aaguid).bytes
