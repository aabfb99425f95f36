"""Owns the keys and certificates of `tests.software_authenticator`."""

from __future__ import annotations

from datetime import UTC, datetime

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

__all__ = [
    "ED25519",
    "ES256",
    "ES512",
    "RS256",
    "Authority",
    "PrivateKey",
    "encoded",
    "generate",
    "point",
    "sign",
]

ES256, ED25519, ES512, RS256 = -7, -8, -36, -257
AAGUID_EXTENSION = ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")
BEGINS = datetime(2024, 1, 1, tzinfo=UTC)
ENDS = datetime(3024, 1, 1, tzinfo=UTC)

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


class Authority:
    """Who vouches for the models of keys: a certificate that issues those of models.

    Args:
        name: What it is called.
    """

    def __init__(self, name: str = "Root of the tests") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._issue(
            self._name,
            self._key.public_key(),
            [(x509.BasicConstraints(ca=True, path_length=0), True)],
        )

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(
        self,
        key: ec.EllipticCurvePublicKey,
        *,
        aaguid: bytes | None,
        unit: str = "Authenticator Attestation",
        ca: bool | None = False,
        critical: bool = False,
    ) -> bytes:
        """Issue the certificate of a model, as WebAuthn Level 3, 8.2.1 asks for, in DER.

        Args:
            key: The model's.
            aaguid: What it certifies; None leaves that out.
            unit: Its organizational unit.
            ca: Whether it may issue others; None leaves that out.
            critical: Whether the extension with the AAGUID is critical, which it must not be.
        """
        names = (
            (NameOID.COUNTRY_NAME, "AA"),
            (NameOID.ORGANIZATION_NAME, "Tests"),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            (NameOID.COMMON_NAME, "Model of the tests"),
        )
        subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in names])
        extensions: list[tuple[x509.ExtensionType, bool]] = []
        if ca is not None:
            extensions.append((x509.BasicConstraints(ca=ca, path_length=None), True))
        if aaguid is not None:
            value = x509.UnrecognizedExtension(AAGUID_EXTENSION, b"\x04\x10" + aaguid)
            extensions.append((value, critical))
        return self._issue(subject, key, extensions).public_bytes(Encoding.DER)

    def _issue(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        extensions: list[tuple[x509.ExtensionType, bool]],
    ) -> x509.Certificate:
        builder = x509.CertificateBuilder(issuer_name=self._name, subject_name=subject)
        builder = builder.public_key(key).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(BEGINS).not_valid_after(ENDS)
        for value, is_critical in extensions:
            builder = builder.add_extension(value, critical=is_critical)
        return builder.sign(self._key, SHA256())


def generate(algorithm: int) -> PrivateKey:
    if algorithm == ES256:
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm == ES512:
        return ec.generate_private_key(ec.SECP521R1())
    if algorithm == ED25519:
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


def encoded(private_key: PrivateKey, algorithm: int) -> bytes:
    """Write the public key in COSE's encoding (RFC 9053, 7)."""
    if isinstance(private_key, ec.EllipticCurvePrivateKey):
        curve, length = (3, 66) if algorithm == ES512 else (1, 32)
        numbers = private_key.public_key().public_numbers()
        x, y = (each.to_bytes(length, "big") for each in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: algorithm, -1: curve, -2: x, -3: y})
    if isinstance(private_key, ed25519.Ed25519PrivateKey):
        x = private_key.public_key().public_bytes_raw()
        return cbor2.dumps({1: 1, 3: algorithm, -1: 6, -2: x})
    modulus = private_key.public_key().public_numbers().n.to_bytes(256, "big")
    return cbor2.dumps({1: 3, 3: algorithm, -1: modulus, -2: b"\x01\x00\x01"})


def point(private_key: PrivateKey) -> bytes:
    assert isinstance(private_key, ec.EllipticCurvePrivateKey), "U2F keys have P-256 only"
    numbers = private_key.public_key().public_numbers()
    return b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


def sign(private_key: PrivateKey, data: bytes) -> bytes:
    if isinstance(private_key, ed25519.Ed25519PrivateKey):
        return private_key.sign(data)
    if isinstance(private_key, rsa.RSAPrivateKey):
        return private_key.sign(data, PKCS1v15(), SHA256())
    digest = SHA512() if isinstance(private_key.curve, ec.SECP521R1) else SHA256()
    return private_key.sign(data, ec.ECDSA(digest))
