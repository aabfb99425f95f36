"""Owns the authjs dialect: what Auth.js (NextAuth v5) seals and opens.

Written: ``alg: dir``, ``enc: A256CBC-HS512`` (RFC 7518, 5.2.5), ``kid`` the RFC 7638 thumbprint.
Read: the same, and the A256GCM tokens of earlier v5 releases. The salt is the cookie's name.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from hashlib import sha512
from hmac import compare_digest
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.hmac import HMAC

from nextauth.errors import TokenError
from nextauth.tokens.gcm import A256GCM, GcmKey
from nextauth.tokens.jwe import (
    OpenedToken,
    b64url_decode,
    b64url_encode,
    decode_claims,
    decode_header,
    encode_claims,
    split_compact,
)
from nextauth.tokens.keyring import Keyring

__all__ = ["INFO", "AuthjsCodec"]

INFO = "Auth.js Generated Encryption Key ({})"
"""HKDF's info, for a salt."""

_ENC = "A256CBC-HS512"
_CBC_KEY_BYTES = 64
_GCM_KEY_BYTES = 32
_BLOCK = 16
_TAG_BYTES = 32


class AuthjsCodec:
    """Seals and opens session tokens of Auth.js v5.

    Args:
        keyring: The site's secrets; the newest seals.
        cookie_name: The session cookie's full name, which is the salt.
        entropy: Answers that many random bytes.
    """

    __slots__ = ("_by_header", "_entropy", "_gcm_keys", "_newest")

    def __init__(
        self, keyring: Keyring, *, cookie_name: str, entropy: Callable[[int], bytes]
    ) -> None:
        info = INFO.format(cookie_name)
        keys = [
            _CbcKey(key)
            for key in keyring.derive(salt=cookie_name, info=info, length=_CBC_KEY_BYTES)
        ]
        self._newest = keys[0]
        self._by_header = {key.protected: key for key in reversed(keys)}
        self._gcm_keys = tuple(
            GcmKey(key)
            for key in keyring.derive(salt=cookie_name, info=info, length=_GCM_KEY_BYTES)
        )
        self._entropy = entropy

    def seal(self, claims: Mapping[str, Any]) -> str:
        """Encrypt claims under the newest secret.

        Args:
            claims: Of JSON's types, with ``exp``.

        Raises:
            TypeError: A value is not of JSON's types.
        """
        return self._newest.encrypt(encode_claims(claims), iv=self._entropy(_BLOCK))

    def open(self, token: str, *, now: float) -> OpenedToken:
        """Decrypt a token and check its times.

        Args:
            token: Anything that a client sent.
            now: Unix seconds.

        Raises:
            TokenError: It does not open under any secret, or is over.
        """
        protected, _, iv, ciphertext, tag = split_compact(token)
        key = self._by_header.get(protected)
        if key is not None:
            payload = key.decrypt(iv, ciphertext, tag)
        else:
            payload = self._open_foreign(protected, iv, ciphertext, tag)
        return decode_claims(payload, now=now)

    def _open_foreign(self, protected: bytes, iv: bytes, ciphertext: bytes, tag: bytes) -> bytes:
        """Open what no key of ours wrote byte for byte: another spelling, no kid, or A256GCM."""
        header = decode_header(protected)
        keys: tuple[_CbcKey | GcmKey, ...] = ()
        if header.get("enc") == _ENC:
            kid = header.get("kid")
            keys = tuple(key for key in self._by_header.values() if kid is None or kid == key.kid)
        elif header.get("enc") == A256GCM and "kid" not in header:
            keys = self._gcm_keys
        raw_iv, raw = (b64url_decode(iv), b64url_decode(ciphertext)) if keys else (b"", b"")
        for key in keys:
            try:
                return key.decrypt_raw(protected, raw_iv, raw, tag)
            except TokenError:
                continue
        reason = "unknown-key"
        raise TokenError(reason)


class _CbcKey:
    """One A256CBC-HS512 key: its thumbprint, its header, and its ciphers made once a thread."""

    __slots__ = (
        "_aes",
        "_local",
        "_mac",
        "_own_bits",
        "_own_mac",
        "kid",
        "protected",
    )

    def __init__(self, key: bytes) -> None:
        mac_key, self._aes = key[:32], AES256(key[32:])
        self._mac = HMAC(mac_key, SHA512())
        thumbprint = b'{"k":"%s","kty":"oct"}' % b64url_encode(key)
        self.kid = b64url_encode(sha512(thumbprint).digest()).decode("ascii")
        header = f'{{"alg":"dir","enc":"{_ENC}","kid":"{self.kid}"}}'
        self.protected = b64url_encode(header.encode("ascii"))
        # Nearly every token begins with this header: it is hashed once.
        self._own_mac = self._mac.copy()
        self._own_mac.update(self.protected)
        self._own_bits = _bits(self.protected)
        # A cipher context belongs to one thread: the interpreter's lock is let go inside it.
        self._local = threading.local()

    def __repr__(self) -> str:
        return f"_CbcKey(kid={self.kid!r})"

    def encrypt(self, payload: bytes, *, iv: bytes) -> str:
        padding = _BLOCK - len(payload) % _BLOCK
        iv, ciphertext = self._chained(iv, payload + bytes((padding,)) * padding)
        mac = self._own_mac.copy()
        mac.update(iv + ciphertext + self._own_bits)
        tag = mac.finalize()[:_TAG_BYTES]
        return b".".join(
            (
                self.protected,
                b"",
                b64url_encode(iv),
                b64url_encode(ciphertext),
                b64url_encode(tag),
            )
        ).decode("ascii")

    def _chained(self, iv: bytes, padded: bytes) -> tuple[bytes, bytes]:
        """Encrypt with CBC; answer the IV and the ciphertext.

        One context serves every token, as in `decrypt_raw`: its chain is led through the IV. The
        block that does it is D(IV) XOR the block before, and that is how CBC decrypts.
        """
        local = self._local
        encryptor: CipherContext | None = getattr(local, "encryptor", None)
        if encryptor is None:
            encryptor = local.encryptor = Cipher(self._aes, CBC(bytes(_BLOCK))).encryptor()
            local.before = bytes(_BLOCK)
        leading = self._decryptor().update(local.before + iv)[_BLOCK:]
        blocks = encryptor.update(leading + padded)
        local.before = blocks[-_BLOCK:]
        return blocks[:_BLOCK], blocks[_BLOCK:]

    def decrypt(self, iv: bytes, ciphertext: bytes, tag: bytes) -> bytes:
        """Decrypt a token under the header that we write."""
        raw_iv = b64url_decode(iv)
        blocks = raw_iv + b64url_decode(ciphertext)
        mac = self._own_mac.copy()
        mac.update(blocks + self._own_bits)
        return self._decrypted(mac, raw_iv, blocks, tag)

    def decrypt_raw(self, protected: bytes, raw_iv: bytes, raw: bytes, tag: bytes) -> bytes:
        """Decrypt a token under another header."""
        mac = self._mac.copy()
        mac.update(protected + raw_iv + raw + _bits(protected))
        return self._decrypted(mac, raw_iv, raw_iv + raw, tag)

    def _decrypted(self, mac: HMAC, raw_iv: bytes, blocks: bytes, tag: bytes) -> bytes:
        """Check the tag, then decrypt: nothing about the padding shows before (RFC 7516, 11.5)."""
        expected = b64url_encode(mac.finalize()[:_TAG_BYTES])
        whole_blocks = len(raw_iv) == _BLOCK < len(blocks) and not len(blocks) % _BLOCK
        if not compare_digest(expected, tag) or not whole_blocks:
            reason = "damaged"
            raise TokenError(reason)
        # In CBC a block's plaintext depends on the block before it and on nothing else: with the
        # IV fed as a first block, one context serves every token, and its first block is waste.
        padded = self._decryptor().update(blocks)[_BLOCK:]
        return padded[: -padded[-1]]

    def _decryptor(self) -> CipherContext:
        context: CipherContext | None = getattr(self._local, "context", None)
        if context is None:
            context = Cipher(self._aes, CBC(bytes(_BLOCK))).decryptor()
            self._local.context = context
        return context


def _bits(protected: bytes) -> bytes:
    """Answer AL, the length of the authenticated data in bits (RFC 7518, 5.2.2.1)."""
    return (len(protected) * 8).to_bytes(8, "big")
