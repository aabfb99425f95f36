"""Owns how keys come from the secrets: HKDF-SHA256 (RFC 5869), once, a context for each purpose."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

__all__ = ["Keyring"]

_PURPOSE = "nextauth/1 {}"
_KEY_BYTES = 32


class Keyring:
    """The site's secrets, newest first. Not in the repr.

    Args:
        secrets: One or more; the first one seals, each of them opens.

    Raises:
        ValueError: There is none, or one is empty.
    """

    __slots__ = ("_purposes", "_secrets")

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or not all(secrets):
            msg = "a keyring takes at least one secret, and none may be empty"
            raise ValueError(msg)
        self._secrets = tuple(secret.encode() for secret in secrets)
        self._purposes: dict[str, tuple[bytes, ...]] = {}

    def __repr__(self) -> str:
        return f"Keyring({len(self._secrets)} secrets)"

    def derive(self, *, salt: str, info: str, length: int) -> tuple[bytes, ...]:
        """Derive one key from each secret.

        Args:
            salt: HKDF's salt.
            info: HKDF's info: which use the key is for.
            length: Bytes of key.

        Returns:
            The keys, in the order of the secrets.
        """
        return tuple(
            HKDF(SHA256(), length, salt.encode(), info.encode()).derive(secret)
            for secret in self._secrets
        )

    def purpose(self, purpose: str) -> tuple[bytes, ...]:
        """Answer the 32-byte keys of a purpose other than the session; derived once.

        Args:
            purpose: Its name, such as ``"pending"``. No two purposes share a key, and none
                shares the session's.
        """
        keys = self._purposes.get(purpose)
        if keys is None:
            info = _PURPOSE.format(purpose)
            keys = self._purposes[purpose] = self.derive(salt="", info=info, length=_KEY_BYTES)
        return keys
