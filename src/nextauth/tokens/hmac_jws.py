"""Owns the compact serialisation of a JWS (RFC 7515, 7.1) whose one HMAC and header are known.

The header is compared, byte for byte, with the one that the release wrote: there is no ``alg`` to
choose, no ``kid`` to look up, no ``crit`` to understand.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from nextauth.errors import TokenError
from nextauth.tokens.jwe import b64url_decode, b64url_encode

__all__ = ["HmacJws"]


@dataclass(frozen=True, slots=True)
class HmacJws:
    """One kind of signed token.

    Args:
        header: The only protected header, JSON as it is written.
        digest: The hash, such as ``"sha512"``.
        signature_bytes: How many bytes it has.
        key: Not in the repr.
    """

    header: bytes
    digest: str
    signature_bytes: int
    key: bytes = field(repr=False)

    def is_signed(self, token: bytes) -> bool:
        """Tell whether the key signed a token; the work depends on its length alone.

        Args:
            token: Any bytes.
        """
        # The signature's length is known, so nothing is searched in what nobody has vouched for.
        length = len(b64url_encode(bytes(self.signature_bytes)))
        signed, dot_and_signature = token[: -length - 1], token[-length - 1 :]
        expected = b"." + b64url_encode(hmac.digest(self.key, signed, self.digest))
        return hmac.compare_digest(expected, dot_and_signature)

    def payload(self, token: bytes) -> bytes:
        """Answer what a token says.

        Args:
            token: One that the key signed.

        Raises:
            TokenError: Its header is another, or it is not three segments of base64url.
        """
        header, _, rest = token.partition(b".")
        if header != b64url_encode(self.header):
            reason = "unsupported-header"
            raise TokenError(reason)
        return b64url_decode(rest.partition(b".")[0])

    def open(self, token: bytes) -> bytes:
        """Answer what a token says that the key signed.

        Args:
            token: Any bytes.

        Raises:
            TokenError: The key did not sign it, or its header is another.
        """
        if not self.is_signed(token):
            reason = "damaged"
            raise TokenError(reason)
        return self.payload(token)
