"""Owns the browser and the security key of the tests: real signatures, and lies on demand.

`SoftwareAuthenticator` answers what `creation_options` and `request_options` ask for, as the JSON
that ``PublicKeyCredential.toJSON()`` writes. A `Forgery` changes one thing in it before anything is
signed, so that only the verification of that one thing can refuse it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec

from tests.software_browser import (
    Forgery,
    InvalidStateError,
    NotAllowedError,
    NotSupportedError,
    client_data_json,
    credential_json,
    to_bytes,
    to_text,
)
from tests.software_keys import (
    ED25519,
    ES256,
    ES512,
    RS256,
    Authority,
    PrivateKey,
    encoded,
    generate,
    point,
    sign,
)

__all__ = [
    "ED25519",
    "ES256",
    "ES512",
    "MODEL",
    "RS256",
    "Authority",
    "Forgery",
    "InvalidStateError",
    "NotAllowedError",
    "NotSupportedError",
    "SoftwareAuthenticator",
]

UP, UV, BE, BS, AT, ED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80
NO_MODEL = bytes(16)
MODEL = bytes.fromhex("2fc0579f811347eab116bb5a8db9202a")

Conveyed = Literal["none", "self", "packed", "fido-u2f"]


NOTHING = Forgery()


@dataclass
class _Credential:
    id: bytes
    rp_id: str
    user_handle: bytes | None  # None: the key does not keep it
    algorithm: int
    private_key: PrivateKey


class SoftwareAuthenticator:
    """A security key, and the browser around it.

    Args:
        attestation: What it says of its model, where it is asked: nothing, or signed by the new key
            itself, or by a key that `authority` has certified, or as U2F keys do.
        authority: Who has certified its model.
        aaguid: Its model.
        algorithm: Of its keys, in COSE's numbers.
        always_attests: Whether the browser hands on what it says although nobody asked.
        is_backup_eligible: Whether its keys may be copied.
        is_backed_up: Whether they are.
        verifies_user: Whether it can ask for a PIN or a finger.
        is_resident: Whether it keeps for whom a key is.
        counts: Whether it has a signature counter.
        transports: How the browser reaches it.
    """

    def __init__(
        self,
        *,
        attestation: Conveyed = "none",
        authority: Authority | None = None,
        aaguid: bytes = MODEL,
        algorithm: int = ES256,
        always_attests: bool = False,
        is_backup_eligible: bool = False,
        is_backed_up: bool = False,
        verifies_user: bool = True,
        is_resident: bool = True,
        counts: bool = True,
        transports: tuple[str, ...] = ("usb",),
    ) -> None:
        self.attestation: Conveyed = attestation
        self.aaguid = aaguid
        self.algorithm = algorithm
        self.always_attests = always_attests
        self.is_backup_eligible = is_backup_eligible
        self.is_backed_up = is_backed_up
        self.verifies_user = verifies_user
        self.is_resident = is_resident
        self.transports = transports
        self.counter = 0
        self._step = 1 if counts else 0
        self._credentials: list[_Credential] = []
        self._model_key = ec.generate_private_key(ec.SECP256R1())
        certified = None if attestation == "fido-u2f" else aaguid
        self._certificate = (
            authority.issue(self._model_key.public_key(), aaguid=certified) if authority else b""
        )

    @classmethod
    def u2f(cls, authority: Authority | None = None, *, always_attests: bool = False) -> Self:
        """Make a key of before FIDO2 (CTAP1): it has no PIN, and keeps no user.

        Args:
            authority: Who has certified its model; without one it attests nothing.
            always_attests: Whether the browser hands on its attestation unasked.
        """
        return cls(
            attestation="fido-u2f" if authority else "none",
            authority=authority,
            aaguid=NO_MODEL,
            always_attests=always_attests,
            verifies_user=False,
            is_resident=False,
            transports=("nfc", "usb"),
        )

    @classmethod
    def passkey(cls) -> Self:
        """Make what telephones and password managers have: copied between devices, not counting."""
        return cls(
            is_backup_eligible=True,
            is_backed_up=True,
            counts=False,
            transports=("hybrid", "internal"),
        )

    @property
    def model_key(self) -> ec.EllipticCurvePublicKey:
        """What `Authority` certifies."""
        return self._model_key.public_key()

    def create(self, options: Mapping[str, Any], *, origin: str, forgery: Forgery = NOTHING) -> str:
        """Do as ``navigator.credentials.create()`` does.

        Args:
            options: What `creation_options` answered.
            origin: The page's.
            forgery: What is other than it should be.

        Raises:
            NotAllowedError: The key cannot do what is asked for.
            NotSupportedError: It has none of the algorithms.
            InvalidStateError: It is enrolled already.
        """
        selection = options["authenticatorSelection"]
        self._check_abilities(selection)
        known = {each.id for each in self._credentials}
        if known & {to_bytes(each["id"]) for each in options["excludeCredentials"]}:
            raise InvalidStateError
        if self.algorithm not in {each["alg"] for each in options["pubKeyCredParams"]}:
            raise NotSupportedError
        is_resident = self.is_resident and selection["residentKey"] != "discouraged"
        credential = self._make(options, is_resident=is_resident)
        client_data = client_data_json("webauthn.create", options, origin, forgery)
        attestation_object = self._attest(options, credential, client_data, forgery)
        response = {
            "clientDataJSON": to_text(client_data),
            "attestationObject": to_text(attestation_object),
            "transports": list(self.transports),
            "publicKeyAlgorithm": self.algorithm,
        }
        extensions = {"credProps": {"rk": is_resident}}
        return credential_json(forgery.credential_id or credential.id, response, extensions)

    def get(self, options: Mapping[str, Any], *, origin: str, forgery: Forgery = NOTHING) -> str:
        """Do as ``navigator.credentials.get()`` does.

        Args:
            options: What `request_options` answered.
            origin: The page's.
            forgery: What is other than it should be.

        Raises:
            NotAllowedError: The key is none of those, or cannot do what is asked for.
        """
        if options["userVerification"] == "required" and not self.verifies_user:
            raise NotAllowedError
        credential = self._find(options)
        client_data = client_data_json("webauthn.get", options, origin, forgery)
        data = self._data(credential.rp_id, forgery)
        signed = data + hashlib.sha256(client_data).digest()
        response: dict[str, Any] = {
            "clientDataJSON": to_text(client_data),
            "authenticatorData": to_text(data),
            "signature": to_text(sign(credential.private_key, signed)),
        }
        handle = credential.user_handle if forgery.user_handle is None else forgery.user_handle
        if handle is not None:
            response["userHandle"] = to_text(handle)
        return credential_json(forgery.credential_id or credential.id, response, {})

    def _check_abilities(self, selection: Mapping[str, Any]) -> None:
        if selection["userVerification"] == "required" and not self.verifies_user:
            raise NotAllowedError
        if selection["residentKey"] == "required" and not self.is_resident:
            raise NotAllowedError

    def _make(self, options: Mapping[str, Any], *, is_resident: bool) -> _Credential:
        private_key = generate(self.algorithm)
        number = len(self._credentials).to_bytes(4, "big")
        identity = hashlib.sha256(encoded(private_key, self.algorithm) + number).digest()
        credential = _Credential(
            id=identity,
            rp_id=options["rp"]["id"],
            user_handle=to_bytes(options["user"]["id"]) if is_resident else None,
            algorithm=self.algorithm,
            private_key=private_key,
        )
        self._credentials.append(credential)
        return credential

    def _find(self, options: Mapping[str, Any]) -> _Credential:
        allowed = {to_bytes(each["id"]) for each in options["allowCredentials"]}
        for each in reversed(self._credentials):
            is_named = each.id in allowed if allowed else each.user_handle is not None
            if each.rp_id == options["rpId"] and is_named:
                return each
        raise NotAllowedError

    def _data(self, rp_id: str, forgery: Forgery, credential: bytes = b"") -> bytes:
        self.counter += self._step
        flags = UP
        flags |= UV if self.verifies_user else 0
        flags |= BE if self.is_backup_eligible else 0
        flags |= BS if self.is_backed_up else 0
        flags |= AT if credential else 0
        flags |= ED if forgery.extensions else 0
        flags = (flags | forgery.flags_on) & ~forgery.flags_off
        counter = self.counter if forgery.counter is None else forgery.counter
        site = hashlib.sha256((forgery.rp_id or rp_id).encode()).digest()
        head = site + bytes([flags]) + counter.to_bytes(4, "big")
        return head + credential + (forgery.extensions or b"")

    def _attest(
        self,
        options: Mapping[str, Any],
        credential: _Credential,
        client_data: bytes,
        forgery: Forgery,
    ) -> bytes:
        is_asked = options["attestation"] != "none" or self.always_attests
        conveyed: Conveyed = self.attestation if is_asked else "none"
        aaguid = self.aaguid if is_asked else NO_MODEL
        public_key = forgery.public_key or encoded(credential.private_key, credential.algorithm)
        attested = aaguid + len(credential.id).to_bytes(2, "big") + credential.id + public_key
        data = self._data(credential.rp_id, forgery, attested)
        name, statement = self._statement(conveyed, credential, data, client_data)
        if forgery.certificate is not None:
            statement["x5c"] = [forgery.certificate]
        written = {
            "fmt": forgery.format or name,
            "attStmt": {**statement, **forgery.statement},
            "authData": data,
        }
        return cbor2.dumps(written)

    def _statement(
        self, conveyed: Conveyed, credential: _Credential, data: bytes, client_data: bytes
    ) -> tuple[str, dict[str, Any]]:
        digest = hashlib.sha256(client_data).digest()
        if conveyed == "self":
            signature = sign(credential.private_key, data + digest)
            return "packed", {"alg": credential.algorithm, "sig": signature}
        if conveyed == "packed":
            signature = sign(self._model_key, data + digest)
            return "packed", {"alg": ES256, "sig": signature, "x5c": [self._certificate]}
        if conveyed == "fido-u2f":
            named = credential.id + point(credential.private_key)
            signed = b"\x00" + data[:32] + digest + named
            signature = sign(self._model_key, signed)
            return "fido-u2f", {"sig": signature, "x5c": [self._certificate]}
        return "none", {}
