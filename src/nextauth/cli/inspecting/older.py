"""Owns how a session of an older release is told, where ``Auth(accept=[...])`` reads those."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nextauth.auth import Auth
from nextauth.config import Accept, CookiePlan
from nextauth.errors import TokenError
from nextauth.sessions.acceptance import Acceptance
from nextauth.tokens import shape_of
from nextauth.web.cookies import ESCAPES_OF_A_TOKEN

__all__ = ["Older", "OlderOpened"]


@dataclass(frozen=True, slots=True)
class OlderOpened:
    """A session of an older release that opened.

    Args:
        release: Whose it is.
        claims: Its claims, as ours. Not in the repr.
        is_read: Whether sessions of its release are still read.
    """

    release: str
    claims: Mapping[str, Any] = field(repr=False)
    is_read: bool


class Older:
    """What a site reads of older releases.

    Args:
        accept: Which; none by default.
        names: Under which names their cookies come.
    """

    def __init__(self, accept: Sequence[Accept] = (), names: Sequence[str] = ()) -> None:
        self._accept = tuple(accept)
        self._acceptance = Acceptance(accept)
        self.names: tuple[str, ...] = tuple(dict.fromkeys(names))

    def __repr__(self) -> str:
        return f"Older({list(self._accept)!r})"

    @classmethod
    def of(cls, auth: Auth, plans: Sequence[CookiePlan]) -> Older:
        """Answer what an `Auth` reads.

        Args:
            auth: It.
            plans: The cookies of its addresses.
        """
        return cls(auth.settings.accept, [name for plan in plans for name in plan.older])

    @property
    def most_escapes(self) -> int:
        """How many escapes the cookie of a token may have."""
        return self._acceptance.most_escapes if self._accept else ESCAPES_OF_A_TOKEN

    def open(self, token: str, *, untimed: float, now: float) -> OlderOpened | None:
        """Open a session of an older release, also one that is no longer read.

        Args:
            token: The token.
            untimed: The moment at which anything opens.
            now: Unix seconds.
        """
        shape = shape_of(token)
        if shape is None:
            return None
        for each in self._accept:
            try:
                claims = Acceptance((each,)).open(token, now=untimed).claims
            except TokenError:
                continue
            is_read = each.until is not None and now < each.until.timestamp()
            return OlderOpened(shape.value, claims, is_read)
        return None

    def reads(self, token: str) -> bool:
        """Tell whether sessions that look like a token are read, under whatever secret.

        Args:
            token: The token.
        """
        shape = shape_of(token)
        return shape is not None and any(
            shape.value.startswith(each.version) for each in self._accept
        )
