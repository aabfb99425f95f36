"""Session tokens: compact JWE (RFC 7516), one file a dialect, and the keys that they take.

The codec is ours, on `cryptography` directly: it is the hot path, and pinned pairs of ``alg`` and
``enc`` leave no room for the algorithm confusion that JOSE libraries had. What reads the tokens of
older releases is imported when it is asked for (PEP 562).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nextauth.deferred import Get, Names, deferred
from nextauth.tokens.authjs import AuthjsCodec
from nextauth.tokens.dialects import DIALECTS, Dialect, SessionCodec
from nextauth.tokens.jwe import OpenedToken
from nextauth.tokens.keyring import Keyring
from nextauth.tokens.next_auth_v4 import NextAuthV4Codec
from nextauth.tokens.purpose import PurposeBox

if TYPE_CHECKING:
    from nextauth.tokens.older import OLDER_VERSIONS, OlderShape, TokenOpener, shape_of

__all__ = [
    "DIALECTS",
    "OLDER_VERSIONS",
    "AuthjsCodec",
    "Dialect",
    "Keyring",
    "NextAuthV4Codec",
    "OlderShape",
    "OpenedToken",
    "PurposeBox",
    "SessionCodec",
    "TokenOpener",
    "shape_of",
]

_ELSEWHERE = {
    "OLDER_VERSIONS": "older",
    "OlderShape": "older",
    "TokenOpener": "older",
    "shape_of": "older",
}

__getattr__: Get
__dir__: Names
__getattr__, __dir__ = deferred(__name__, _ELSEWHERE)
