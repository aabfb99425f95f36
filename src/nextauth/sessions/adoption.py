"""Owns what a session of another program is given so that it can be ended: adoption, for a while.

All of it follows from the token, so that a cookie that comes again is the same session, and stays
ended. It is given no ``auth_time``: nobody knows when its user last proved who they are.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from nextauth.config import Settings
from nextauth.sessions.claims import EPOCH
from nextauth.sessions.recollection import key_of
from nextauth.tokens.jwe import encode_claims

__all__ = ["Adoption"]

_SID_BYTES = 16
_PURPOSE = b"nextauth/1 adopted-session "


class Adoption:
    """Answers what makes a session of another program one that can be ended.

    Args:
        settings: The checked configuration.
    """

    __slots__ = ("_only_provider", "_providers", "_until")

    def __init__(self, settings: Settings) -> None:
        until = None if settings.revocation is None else settings.revocation.adopt_until
        self._until = float("-inf") if until is None else until.timestamp()
        self._providers = settings.providers
        self._only_provider = next(iter(self._providers)) if len(self._providers) == 1 else None

    def changes(self, claims: Mapping[str, Any], now: float) -> dict[str, Any]:
        """Answer the claims that a session is given; none if it has an id, or can be given none.

        Args:
            claims: The claims of its token, as they came.
            now: Unix seconds.
        """
        if now >= self._until or key_of(claims) is not None:
            return {}
        user_id, provider = claims.get("sub"), claims.get("provider")
        if not user_id or not isinstance(user_id, str):
            return {}
        changes: dict[str, Any] = {"sid": _sid_of(claims), EPOCH: _epoch_of(claims, now)}
        if not isinstance(provider, str) or provider not in self._providers:
            # Where there are several it stays open whose user this is: see `RevocationList`.
            changes["provider"] = self._only_provider
        return changes


def _sid_of(claims: Mapping[str, Any]) -> str:
    # Without a key: by another secret, a cookie that is already ended would be another session.
    digest = sha256(_PURPOSE + encode_claims(claims)).digest()
    return urlsafe_b64encode(digest[:_SID_BYTES]).rstrip(b"=").decode("ascii")


def _epoch_of(claims: Mapping[str, Any], now: float) -> int:
    """Answer an epoch below any at which the user's sessions were ended since the token's time."""
    written, known = claims.get("iat"), claims.get(EPOCH)
    epoch = max(min(written, int(now)) - 1, 0) if isinstance(written, int) else 0
    # A token may be older than it says; never younger.
    return min(epoch, known) if isinstance(known, int) else epoch
