"""Owns the tokens of clients without a browser: their key, their size, and how they are sealed.

Their key is of a purpose of its own (``info = "nextauth/1 bearer"``): none of them opens as a
session cookie, and no session cookie as one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nextauth.errors import TokenError
from nextauth.sessions.carrier import Handed, sealed
from nextauth.tokens import Keyring, OpenedToken, PurposeBox
from nextauth.web import SetCookie
from nextauth.web.bearer import LONGEST_BEARER

__all__ = ["BearerCarrier", "BearerTokens"]

_PURPOSE = "bearer"


class BearerTokens:
    """Seals and opens them.

    Args:
        keyring: The secrets.
        entropy: Answers that many random bytes.
    """

    __slots__ = ("_box",)

    def __init__(self, keyring: Keyring, *, entropy: Callable[[int], bytes]) -> None:
        self._box = PurposeBox(keyring, purpose=_PURPOSE, entropy=entropy)

    def open(self, token: str, *, now: float) -> OpenedToken | None:
        """Open a token; None with any damage.

        Args:
            token: Anything that a client sent.
            now: Unix seconds.
        """
        try:
            return self._box.open(token, now=now)
        except TokenError:
            return None

    def seal(self, claims: Mapping[str, Any]) -> str:
        """Seal claims.

        Args:
            claims: Stamped claims.

        Raises:
            CallbackError: The claims are not of JSON's types, or too large for a header.
        """
        return sealed(self._seal, claims, longest=LONGEST_BEARER)

    def _seal(self, claims: Mapping[str, Any]) -> str:
        return self._box.seal(claims, expires=int(claims["exp"]))


class BearerCarrier:
    """The Authorization header that a client sent, and the body that it gets.

    Args:
        tokens: Seals and opens tokens.
        sent: What the client sent; None for nothing.
    """

    __slots__ = ("_sent", "_tokens")

    is_bearer = True

    def __init__(self, tokens: BearerTokens, sent: str | None) -> None:
        self._tokens = tokens
        self._sent = sent

    def open(self, now: float) -> OpenedToken | None:
        """Open the token that was sent; None with any damage.

        Args:
            now: Unix seconds.
        """
        return self._tokens.open(self._sent, now=now) if self._sent else None

    def write(self, claims: Mapping[str, Any]) -> Handed:
        """Seal claims into a token that the client is handed.

        Args:
            claims: Stamped claims.

        Raises:
            CallbackError: The claims cannot be kept.
        """
        return Handed(token=self._tokens.seal(claims))

    def delete(self) -> tuple[SetCookie, ...]:
        """Answer nothing: what such a client keeps, it alone can forget."""
        return ()
