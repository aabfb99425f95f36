"""Owns what the browser of `tests.software_authenticator` writes, and how it says no."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Forgery",
    "InvalidStateError",
    "NotAllowedError",
    "NotSupportedError",
    "client_data_json",
    "credential_json",
    "to_bytes",
    "to_text",
]


class NotAllowedError(LookupError):
    pass


class NotSupportedError(LookupError):
    pass


class InvalidStateError(LookupError):
    pass


@dataclass(frozen=True, kw_only=True)
class Forgery:
    """What is other than it should be. Everything is signed as it then is.

    Args:
        client_data: Members of clientDataJSON.
        rp_id: The site that the key believes it is on.
        flags_on: Flags that are set.
        flags_off: Flags that are not.
        counter: The signature counter.
        user_handle: Whose key it says it is; ``b""`` for an empty one.
        credential_id: Which key it says it is, beside what is signed.
        public_key: Another public key, in COSE's encoding.
        extensions: Authenticator extension outputs, in CBOR.
        statement: Members of the attestation statement.
        format: The statement's format.
        certificate: What vouches for the model, in DER.
    """

    client_data: Mapping[str, Any] = field(default_factory=dict)
    rp_id: str | None = None
    flags_on: int = 0
    flags_off: int = 0
    counter: int | None = None
    user_handle: bytes | None = None
    credential_id: bytes | None = None
    public_key: bytes | None = None
    extensions: bytes | None = None
    statement: Mapping[str, Any] = field(default_factory=dict)
    format: str | None = None
    certificate: bytes | None = None


def client_data_json(
    ceremony: str, options: Mapping[str, Any], origin: str, forgery: Forgery
) -> bytes:
    said = {"type": ceremony, "challenge": options["challenge"], "origin": origin}
    written = {**said, "crossOrigin": False, **forgery.client_data}
    return json.dumps(written, separators=(",", ":")).encode()


def credential_json(
    credential_id: bytes, response: Mapping[str, Any], extensions: Mapping[str, Any]
) -> str:
    identity = to_text(credential_id)
    return json.dumps(
        {
            "id": identity,
            "rawId": identity,
            "type": "public-key",
            "authenticatorAttachment": "cross-platform",
            "response": response,
            "clientExtensionResults": extensions,
        }
    )


def to_text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def to_bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
