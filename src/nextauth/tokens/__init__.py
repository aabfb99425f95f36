"""Session tokens: compact JWE (RFC 7516), one file a dialect, and the keys that they take.

The codec is ours, on `cryptography` directly: it is the hot path, and pinned pairs of ``alg`` and
``enc`` leave no room for the algorithm confusion that JOSE libraries had.
"""

from nextauth.tokens.authjs import AuthjsCodec
from nextauth.tokens.dialects import DIALECTS, Dialect, SessionCodec
from nextauth.tokens.jwe import OpenedToken
from nextauth.tokens.keyring import Keyring
from nextauth.tokens.next_auth_v4 import NextAuthV4Codec
from nextauth.tokens.purpose import PurposeBox

__all__ = [
    "DIALECTS",
    "AuthjsCodec",
    "Dialect",
    "Keyring",
    "NextAuthV4Codec",
    "OpenedToken",
    "PurposeBox",
    "SessionCodec",
]
