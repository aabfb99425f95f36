"""Owns when a session of an older release is read: until its date, from its cookie, by its shape.

What opens under a secret of ours is never looked at here, and nothing is sealed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from nextauth.config import Accept
from nextauth.errors import TokenError
from nextauth.sessions.older_claims import translated
from nextauth.tokens import OlderShape, OpenedToken, TokenOpener, shape_of
from nextauth.tokens.jwe import encode_claims
from nextauth.tokens.next_auth_v3 import key_of_jwk
from nextauth.tokens.older import openers_of
from nextauth.web.cookies import ESCAPES_OF_A_TOKEN, MOST_ESCAPES

__all__ = ["Acceptance", "OlderToken"]


class OlderToken(OpenedToken):
    """A token of an older release, with its claims as ours.

    Args:
        claims: Its claims, translated.
        payload: Their JSON.
        shape: What it looked like.
    """

    __slots__ = ("_shape",)

    is_older: ClassVar[bool] = True

    def __init__(self, claims: dict[str, Any], payload: bytes, shape: OlderShape) -> None:
        super().__init__(claims, payload)
        self._shape = shape

    @property
    def release(self) -> str:
        """Which older release wrote it."""
        return self._shape.release


class Acceptance:
    """Opens the session tokens of older releases.

    Args:
        accept: Which, checked.
    """

    __slots__ = ("_by_shape",)

    def __init__(self, accept: Sequence[Accept]) -> None:
        by_shape: dict[OlderShape, list[tuple[float, TokenOpener]]] = {}
        for each in accept:
            for shape, opener in _openers(each).items():
                until = float("-inf") if each.until is None else each.until.timestamp()
                by_shape.setdefault(shape, []).append((until, opener))
        self._by_shape = by_shape

    @property
    def most_escapes(self) -> int:
        """How many escapes a token's cookie may have: base64, unlike base64url, has many."""
        has_base64 = OlderShape.SALTED in self._by_shape
        return MOST_ESCAPES if has_base64 else ESCAPES_OF_A_TOKEN

    def open(self, token: str, *, now: float) -> OpenedToken:
        """Open a token of an older release.

        Args:
            token: Anything that a client sent.
            now: Unix seconds.

        Raises:
            TokenError: It does not open, is over, or is of no release that is read now.
        """
        shape = shape_of(token)
        if shape is not None and len(token) <= shape.longest:
            for until, opener in self._by_shape.get(shape, ()):
                if now >= until:
                    continue
                try:
                    opened = opener.open(token, now=now)
                except TokenError:
                    continue
                claims = translated(opened.claims, shape)
                try:
                    return OlderToken(claims, encode_claims(claims), shape)
                except RecursionError:
                    continue
        reason = "unknown-key"
        raise TokenError(reason)

    def beside(
        self, ours: Sequence[tuple[str, TokenOpener]], older: Sequence[str]
    ) -> tuple[tuple[str, TokenOpener], ...]:
        """Answer what opens each cookie, by name: as ours, else as one of an older release.

        Args:
            ours: What opens those of ours.
            older: Under which names older ones come.
        """
        openers: dict[str, TokenOpener] = dict(ours)
        for name in older:
            known = openers.get(name)
            openers[name] = self if known is None else _OursFirst(known, self)
        return tuple(openers.items())


class _OursFirst:
    __slots__ = ("_older", "_ours")

    def __init__(self, ours: TokenOpener, older: Acceptance) -> None:
        self._ours = ours
        self._older = older

    def open(self, token: str, *, now: float) -> OpenedToken:
        try:
            return self._ours.open(token, now=now)
        except TokenError:
            return self._older.open(token, now=now)


def _openers(accept: Accept) -> Mapping[OlderShape, TokenOpener]:
    signing, encryption = accept.signing_key, accept.encryption_key
    return openers_of(
        accept.version,
        accept.secret,
        signing_key=None if signing is None else key_of_jwk(signing),
        encryption_key=None if encryption is None else key_of_jwk(encryption),
    )
