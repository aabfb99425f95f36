"""Owns the tokens of NextAuth v2, which are only read: an HS256 JWT, encrypted with a passphrase.

The encryption is what CryptoJS makes of a passphrase: OpenSSL's ``Salted__`` format, AES-256-CBC,
key and IV by MD5 (EVP_BytesToKey, one round). Nothing authenticates it but the JWT's own HMAC. So a
wrong padding and a wrong HMAC take the same work here and get the same answer: who changes a
cookie learns nothing of what is in it (Vaudenay, 2002).
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from hashlib import md5
from hmac import compare_digest

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

from nextauth.errors import TokenError
from nextauth.tokens.hmac_jws import HmacJws
from nextauth.tokens.jwe import LONGEST_TOKEN, OpenedToken, decode_claims

__all__ = ["NextAuthV2Encrypted"]

_HEADER = b'{"alg":"HS256","typ":"JWT"}'
_MAGIC = b"Salted__"
_SALT_BYTES = 8
_KEY_BYTES = 32
_BLOCK = 16


class NextAuthV2Encrypted:
    """Opens what v2 writes.

    Args:
        secret: The site's secret then: it is both the passphrase and the HMAC's key.
    """

    __slots__ = ("_jws", "_passphrase")

    def __init__(self, secret: str) -> None:
        self._passphrase = secret.encode()
        self._jws = HmacJws(_HEADER, "sha256", 32, self._passphrase)

    def open(self, token: str, *, now: float) -> OpenedToken:
        """Decrypt and verify a token, and check its times.

        Args:
            token: Anything that a client sent.
            now: Unix seconds.

        Raises:
            TokenError: It is none of this site's, or is over.
        """
        salt, ciphertext = _split(token)
        key, iv = self._key_and_iv(salt)
        decryptor = Cipher(AES256(key), CBC(iv)).decryptor()
        padded = decryptor.update(ciphertext) + decryptor.finalize()
        # Any last byte stands for some padding, and the HMAC is made whatever that was.
        padding = (padded[-1] - 1) % _BLOCK + 1
        is_padded = compare_digest(padded[-padding:], bytes([padding]) * padding)
        signed = padded[:-padding]
        if not self._jws.is_signed(signed) & is_padded:
            reason = "damaged"
            raise TokenError(reason)
        return decode_claims(self._jws.payload(signed), now=now)

    def _key_and_iv(self, salt: bytes) -> tuple[bytes, bytes]:
        made = last = b""
        while len(made) < _KEY_BYTES + _BLOCK:
            last = md5(last + self._passphrase + salt, usedforsecurity=False).digest()
            made += last
        return made[:_KEY_BYTES], made[_KEY_BYTES:]


def _split(token: str) -> tuple[bytes, bytes]:
    """Answer salt and ciphertext of base64 that has one spelling."""
    raw = b""
    if len(token) <= LONGEST_TOKEN and token.isascii():
        encoded = token.encode("ascii")
        try:
            raw = a2b_base64(encoded, strict_mode=True)
        except Base64Error:
            raw = b""
        if b2a_base64(raw, newline=False) != encoded:
            raw = b""
    start = len(_MAGIC) + _SALT_BYTES
    if not raw.startswith(_MAGIC) or len(raw) <= start or len(raw) % _BLOCK:
        reason = "malformed"
        raise TokenError(reason)
    return raw[len(_MAGIC) : start], raw[start:]
