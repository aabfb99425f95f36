"""Owns "may this POST act?": the browser's own headers first, the CSRF token where they are silent.

The token is Auth.js's: the cookie holds ``token|sha256hex(token + secret)``, the form the token.
See the OWASP cheat sheet on CSRF: Fetch Metadata, verifying the origin, signed double submit.
"""

from __future__ import annotations

import hmac
from binascii import hexlify
from collections.abc import Collection, Sequence
from enum import Enum
from hashlib import sha256

from nextauth.web.origin import Origin
from nextauth.web.request import Request

__all__ = ["CsrfTokens", "Verdict", "judge"]

_TOKEN_BYTES = 32


class Verdict(Enum):
    """What the browser's headers say about a POST."""

    YES = "yes"
    NO = "no"
    WRONG_ADDRESS = "the browser calls another origin ours"
    ASK_TOKEN = "the CSRF token decides"  # noqa: S105 - a sentence, not a secret


def judge(request: Request, *, origin: Origin, trusted: Collection[Origin]) -> Verdict:
    """Answer what `Sec-Fetch-Site` and `Origin` say about who sent this form.

    Args:
        request: The POST.
        origin: Our own origin.
        trusted: Other origins whose pages may post to us.
    """
    sites = request.header_values(b"sec-fetch-site")
    origins = request.header_values(b"origin")
    named = origins[0] if len(origins) == 1 else None
    sender = Origin.parse(named) if named is not None and named != "null" else None
    is_trusted = sender is not None and sender in trusted
    if len(origins) > 1 or len(sites) > 1:
        return Verdict.NO
    site = sites[0] if sites else None
    if site == "same-origin":
        ours = named is None or named == "null" or sender == origin
        return Verdict.YES if ours else Verdict.WRONG_ADDRESS
    if site == "same-site":
        return Verdict.YES if is_trusted else Verdict.ASK_TOKEN
    if site not in {None, "none"}:
        return Verdict.YES if is_trusted else Verdict.NO
    if site is None and named is not None and named != "null":
        return Verdict.YES if sender == origin or is_trusted else Verdict.NO
    return Verdict.ASK_TOKEN


class CsrfTokens:
    """Makes and checks the CSRF cookie, in Auth.js's form.

    Args:
        secrets: The site's secrets, newest first; each of them may have made the cookie.
    """

    __slots__ = ("_secrets",)

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(secret.encode() for secret in secrets)

    def cookie_value(self, entropy: bytes) -> str:
        """Make a new cookie's value.

        Args:
            entropy: 32 random bytes.

        Raises:
            ValueError: `entropy` has another length.
        """
        if len(entropy) != _TOKEN_BYTES:
            msg = f"a CSRF token takes {_TOKEN_BYTES} random bytes, not {len(entropy)}"
            raise ValueError(msg)
        token = entropy.hex()
        return f"{token}|{_signature(token, self._secrets[0]).decode('ascii')}"

    def token_of(self, cookie_value: str | None) -> str | None:
        """Answer the token that a cookie holds, if one of our secrets signed it.

        Args:
            cookie_value: The decoded cookie, or None.
        """
        if not cookie_value:
            return None
        token, _, signature = cookie_value.partition("|")
        given = signature.encode("utf-8", "surrogatepass")
        is_ours = False
        for secret in self._secrets:
            is_ours |= hmac.compare_digest(given, _signature(token, secret))
        return token if is_ours else None

    def verify(self, *, cookie_value: str | None, expected_token: object) -> bool:
        """Tell whether the form's token is the cookie's.

        Args:
            cookie_value: The decoded cookie, or None.
            expected_token: What the form says; anything.
        """
        token = self.token_of(cookie_value)
        if not token or not isinstance(expected_token, str):
            return False
        return hmac.compare_digest(
            token.encode("utf-8", "surrogatepass"),
            expected_token.encode("utf-8", "surrogatepass"),
        )


def _signature(token: str, secret: bytes) -> bytes:
    return hexlify(sha256(token.encode("utf-8", "surrogatepass") + secret).digest())
