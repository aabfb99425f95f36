"""Owns which dialects there are, and in what they differ on the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from nextauth.tokens.authjs import AuthjsCodec
from nextauth.tokens.jwe import OpenedToken
from nextauth.tokens.keyring import Keyring
from nextauth.tokens.next_auth_v4 import NextAuthV4Codec

__all__ = ["DIALECTS", "Dialect", "SessionCodec"]


class SessionCodec(Protocol):
    """Seals and opens the session tokens of one dialect, for one cookie."""

    def seal(self, claims: Mapping[str, Any]) -> str:
        """Encrypt claims under the newest secret."""
        ...

    def open(self, token: str, *, now: float) -> OpenedToken:
        """Decrypt a token and check its times.

        Raises:
            TokenError: It does not open, or is over.
        """
        ...


class _CodecFactory(Protocol):
    def __call__(
        self, keyring: Keyring, *, cookie_name: str, entropy: Callable[[int], bytes]
    ) -> SessionCodec: ...


@dataclass(eq=False, frozen=True, slots=True)
class Dialect:
    """What a client library's generation expects.

    Args:
        name: As ``Auth(dialect=…)`` takes it.
        cookie_prefix: How its cookies' names begin.
        codec: Makes its codec.
        signed_out: Body of ``GET session`` when nobody is signed in: v5's client takes ``{}`` for
            a session, v4's throws on ``null``.
    """

    name: str
    cookie_prefix: str
    codec: _CodecFactory
    signed_out: Mapping[str, Any] | None


DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        dialect.name: dialect
        for dialect in (
            Dialect("authjs", "authjs", AuthjsCodec, None),
            Dialect("next-auth-v4", "next-auth", NextAuthV4Codec, {}),
        )
    }
)
