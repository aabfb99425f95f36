"""Owns what carries a session's token between a client and us, and which tokens can be carried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from nextauth.errors import CallbackError
from nextauth.tokens import OpenedToken
from nextauth.web import SetCookie

__all__ = ["Carrier", "Handed", "sealed"]


def sealed(
    seal: Callable[[Mapping[str, Any]], str], claims: Mapping[str, Any], *, longest: int
) -> str:
    """Answer the token of claims that an application had its say in.

    Args:
        seal: Seals claims.
        claims: Stamped claims.
        longest: Characters that can be carried.

    Raises:
        CallbackError: The claims are not of JSON's types, or too large.
    """
    try:
        token = seal(claims)
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        message = "The token holds a value that JSON cannot. Keep text, numbers and lists."
        raise CallbackError(message) from error
    if len(token) > longest:
        message = (
            f"The token has {len(token)} characters; no client and server carry more than "
            f"{longest}. Keep large things out of the token and the user's extra."
        )
        raise CallbackError(message)
    return token


class Handed(NamedTuple):
    """What a client is handed.

    Args:
        cookies: What the response must set.
        token: What its body must hold; None for a browser, whose scripts never see a token. Not in
            the repr.
    """

    cookies: tuple[SetCookie, ...] = ()
    token: str | None = None

    def __repr__(self) -> str:
        return f"Handed(cookies={self.cookies!r})"


class Carrier(Protocol):
    """Where a session's token came from, and where it goes to."""

    @property
    def is_bearer(self) -> bool:
        """Whether its client keeps a token by itself, and no cookie of any kind."""
        ...

    def open(self, now: float) -> OpenedToken | None:
        """Open the token that came; None with any damage.

        Args:
            now: Unix seconds.
        """
        ...

    def write(self, claims: Mapping[str, Any]) -> Handed:
        """Seal claims, and answer what the client is handed.

        Args:
            claims: Stamped claims.

        Raises:
            CallbackError: The claims cannot be kept.
        """
        ...

    def delete(self) -> tuple[SetCookie, ...]:
        """Answer what makes the client forget the token, where somebody can make it."""
        ...
