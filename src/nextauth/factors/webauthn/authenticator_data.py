"""Owns what an authenticator signs about a ceremony: authenticator data (WebAuthn Level 3, 6.1)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Self
from uuid import UUID

from nextauth.factors.webauthn.cbor import end_of_item
from nextauth.factors.webauthn.refusals import Reason, WebAuthnError

__all__ = ["AttestedCredential", "AuthenticatorData"]

_HEAD = 37  # RP id hash, flags, signature counter
_AAGUID = 16
_LONGEST_ID = 1_023  # WebAuthn Level 3, 7.1, step 25
_UP, _UV, _BE, _BS, _AT, _ED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80


@dataclass(frozen=True, slots=True)
class AttestedCredential:
    """The new key of a registration (WebAuthn Level 3, 6.5.1).

    Args:
        aaguid: The model that the authenticator says it is.
        credential_id: 1 to 1,023 bytes.
        public_key: In COSE's encoding, unchecked.
    """

    aaguid: str
    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AuthenticatorData:
    """What the authenticator says. True only where its signature was verified.

    Args:
        rp_id_hash: SHA-256 of the relying party's id.
        flags: UP, UV, BE, BS and others.
        counter: The signature counter.
        credential: The new key, in a registration.
    """

    rp_id_hash: bytes = field(repr=False)
    flags: int
    counter: int
    credential: AttestedCredential | None = None

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read them, to their last byte.

        Args:
            raw: Whatever was sent.

        Raises:
            WebAuthnError: They are none.
        """
        try:
            return cls._parse(raw)
        except ValueError:
            pass  # raised below, so that no cause is chained to it
        reason: Reason = "malformed"
        raise WebAuthnError(reason)

    @classmethod
    def _parse(cls, raw: bytes) -> Self:
        if len(raw) < _HEAD:
            raise ValueError
        flags, at, credential = raw[32], _HEAD, None
        if flags & _AT:
            credential, at = _credential(raw)
        if flags & _ED:
            at = end_of_item(raw, at)  # extensions: we ask for none, and ignore what is there
        if at != len(raw):
            raise ValueError
        return cls(raw[:32], flags, int.from_bytes(raw[33:_HEAD], "big"), credential)

    @property
    def is_user_verified(self) -> bool:
        """Whether the authenticator checked who touches it, by a PIN or a finger."""
        return bool(self.flags & _UV)

    @property
    def is_backup_eligible(self) -> bool:
        """Whether the key may be copied to other devices."""
        return bool(self.flags & _BE)

    @property
    def is_backed_up(self) -> bool:
        """Whether it was."""
        return bool(self.flags & _BS)

    def check(self, *, expected_rp_id: str, expected_user_verification: bool) -> None:
        """Verify site, presence, verification and backup state (7.1, 14 to 17; 7.2, 15 to 18).

        Args:
            expected_rp_id: Ours.
            expected_user_verification: Whether the user must have been verified.

        Raises:
            WebAuthnError: One of them is not so.
        """
        expected = hashlib.sha256(expected_rp_id.encode("ascii")).digest()
        if not compare_digest(self.rp_id_hash, expected):
            reason: Reason = "rp-mismatch"
            raise WebAuthnError(reason)
        if not self.flags & _UP:
            reason = "user-not-present"
            raise WebAuthnError(reason)
        if expected_user_verification and not self.is_user_verified:
            reason = "user-not-verified"
            raise WebAuthnError(reason)
        if self.is_backed_up and not self.is_backup_eligible:
            reason = "backup-invalid"
            raise WebAuthnError(reason)


def _credential(raw: bytes) -> tuple[AttestedCredential, int]:
    start = _HEAD + _AAGUID + 2
    length = int.from_bytes(raw[start - 2 : start], "big")
    end = start + length
    if not 0 < length <= _LONGEST_ID:
        raise ValueError
    last = end_of_item(raw, end)  # where `raw` is too short for what stands before, it finds none
    aaguid = str(UUID(bytes=raw[_HEAD : _HEAD + _AAGUID]))
    return AttestedCredential(aaguid, raw[start:end], raw[end:last]), last
