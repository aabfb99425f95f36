"""Owns by which name an authenticator knows a person: a user handle (WebAuthn, 14.6.1)."""

from __future__ import annotations

import hmac

from nextauth.tokens import Keyring

__all__ = ["UserHandles"]

_PURPOSE = "webauthn-user"


class UserHandles:
    """Makes user handles: 32 bytes that tell nothing of whom they are of.

    Authenticators show them to whoever holds the device, so no id goes in that could be read.

    Args:
        keyring: The site's secrets; the newest makes the handles.
    """

    __slots__ = ("_key",)

    def __init__(self, keyring: Keyring) -> None:
        self._key = keyring.purpose(_PURPOSE)[0]

    def __repr__(self) -> str:
        return "UserHandles()"

    def of(self, provider: str, user_id: str) -> bytes:
        """Answer a person's handle.

        Args:
            provider: The provider's id.
            user_id: The user's id there.
        """
        named = f"{len(provider)}:{provider}{user_id}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, named, "sha256")
