"""Owns what is kept of a security key, and how that is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import msgspec

from nextauth.errors import TokenError
from nextauth.tokens.jwe import b64url_decode, b64url_encode

__all__ = ["RegisteredKey", "StoredKey", "check_user_handle"]

_VERSION = 1
_LONGEST_TEXT = 4_096  # a credential id of 1,023 bytes and an RSA key of 4,096 bits fit in
_LONGEST_HANDLE = 64  # WebAuthn Level 3, 5.4.3


class _Written(msgspec.Struct, frozen=True):
    """The text's members. A later release adds some and leaves none out."""

    v: int
    id: str
    key: str
    user: str
    aaguid: str
    fmt: str
    be: bool
    bs: bool
    at: bool = False
    rk: bool | None = None
    tr: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as it is kept. The signature counter is not in it: a store must compare that itself.

    Args:
        credential_id: Which key it is, 1 to 1,023 bytes; of one user only.
        public_key: In COSE's encoding.
        user_handle: What the key knows its user by, 1 to 64 bytes without any meaning.
        aaguid: The model that the key says it is; true only if `is_attested`.
        attestation_format: Of the statement that came with it, such as ``"none"``.
        is_backup_eligible: Whether it may be copied to other devices; never changes.
        is_backed_up: Whether it was, when it was last used.
        is_attested: Whether somebody whom the policy trusts vouched for the model.
        is_discoverable: Whether it can say by itself who its user is, as a passkey does; None if
            the browser did not know. Nobody signed this: a hint for the page.
        transports: How browsers reach it, such as ``("nfc", "usb")``; a hint for them.
    """

    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    user_handle: bytes = field(repr=False)
    aaguid: str
    attestation_format: str
    is_backup_eligible: bool
    is_backed_up: bool
    is_attested: bool = False
    is_discoverable: bool | None = None
    transports: tuple[str, ...] = ()

    def to_text(self) -> str:
        """Write it as compact JSON, mostly of some 400 characters, never of more than 4,096.

        Raises:
            ValueError: It does not fit.
        """
        written = _Written(
            v=_VERSION,
            id=_text(self.credential_id),
            key=_text(self.public_key),
            user=_text(self.user_handle),
            aaguid=self.aaguid,
            fmt=self.attestation_format,
            be=self.is_backup_eligible,
            bs=self.is_backed_up,
            at=self.is_attested,
            rk=self.is_discoverable,
            tr=self.transports,
        )
        text = msgspec.json.encode(written).decode()
        if len(text) > _LONGEST_TEXT:
            msg = f"the security key takes {len(text)} characters; {_LONGEST_TEXT} are kept"
            raise ValueError(msg)
        return text

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `to_text` wrote.

        Args:
            text: What was kept.

        Raises:
            ValueError: It is damaged, or of a later release that writes another version. The
                message holds nothing of it.
        """
        read = _read(text)
        return cls(
            credential_id=_bytes(read.id),
            public_key=_bytes(read.key),
            user_handle=_bytes(read.user),
            aaguid=read.aaguid,
            attestation_format=read.fmt,
            is_backup_eligible=read.be,
            is_backed_up=read.bs,
            is_attested=read.at,
            is_discoverable=read.rk,
            transports=read.tr,
        )


@dataclass(frozen=True, slots=True)
class RegisteredKey:
    """A registration that was right. Enrol it only if no user at all has its credential id.

    Args:
        key: What to keep (WebAuthn Level 3, 7.1, step 26 is about its id).
        counter: Its signature counter, to keep beside it; 0 mostly means that it has none.
        is_user_verified: Whether the key asked for a PIN or a finger.
    """

    key: StoredKey
    counter: int
    is_user_verified: bool


def check_user_handle(user_handle: bytes) -> None:
    """Refuse what authenticators would not take as a user handle (WebAuthn Level 3, 5.4.3).

    Args:
        user_handle: The user handle.

    Raises:
        ValueError: It is not 1 to 64 bytes. The message does not hold it.
    """
    if not isinstance(user_handle, bytes) or not 0 < len(user_handle) <= _LONGEST_HANDLE:
        msg = f"a WebAuthn user handle is 1 to {_LONGEST_HANDLE} bytes; use random ones"
        raise ValueError(msg)


def _read(text: str) -> _Written:
    msg = "the stored security key is damaged: restore it, or remove it"
    if not isinstance(text, str) or len(text) > _LONGEST_TEXT:
        raise ValueError(msg)
    try:
        read = msgspec.json.decode(text.encode(), type=_Written)
        decoded = [_bytes(each) for each in (read.id, read.key, read.user)]
    except (msgspec.MsgspecError, TokenError, ValueError, RecursionError):
        raise ValueError(msg) from None
    if read.v != _VERSION:
        msg = f"the stored security key is of version {read.v}; this release reads {_VERSION}"
        raise ValueError(msg)
    if not all(decoded) or (read.bs and not read.be):
        raise ValueError(msg)
    return read


def _text(raw: bytes) -> str:
    return b64url_encode(raw).decode("ascii")


def _bytes(text: str) -> bytes:
    return b64url_decode(text.encode("ascii"))
