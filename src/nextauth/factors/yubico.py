"""Owns how a YubiKey's password is checked by a validation server: Yubico's protocol, version 2.0.

It does no input and no output: who calls it hands over what fetches an address. The server keeps
the counters, so that no password is good twice. Requests and answers are signed (HMAC-SHA-1), and
an answer is believed only with its signature, for the password and the nonce that were sent.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urlencode, urlsplit

from nextauth.errors import NextauthError
from nextauth.factors.yubikey import parse_otp

__all__ = ["YUBICO_CLOUD", "ValidationError", "ValidationRequest", "YubicoValidation"]

YUBICO_CLOUD = "https://api.yubico.com/wsapi/2.0/verify"
"""Yubico's own service; a client id and its key are had from Yubico, for nothing."""

_REFUSED = frozenset({"BAD_OTP", "REPLAYED_OTP", "REPLAYED_REQUEST"})
_FAILED = frozenset(
    {
        "BACKEND_ERROR",
        "BAD_SIGNATURE",
        "MISSING_PARAMETER",
        "NOT_ENOUGH_ANSWERS",
        "NO_SUCH_CLIENT",
        "OPERATION_NOT_ALLOWED",
    }
)
_CLIENT_ID = re.compile(r"[0-9]{1,10}")
_LEAST_KEY_BYTES = 16  # Yubico's have 20
_NONCE_BYTES = 16  # 32 characters of the 16 to 40 that the protocol has
_LONGEST_ANSWER = 4_096
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# Visible ASCII without what begins a query or a fragment; browsers read a backslash as a slash.
_ADDRESS = re.compile(r"(?:(?![?#\\])[!-~])+")


class ValidationError(NextauthError):
    """The server did not say whether the password is right. Nobody is signed in.

    Args:
        reason: Its status, or what is wrong with its answer; never the password.
    """

    code: ClassVar[str] = "Configuration"

    def __init__(self, reason: str) -> None:
        self.reason: str = reason
        super().__init__(f"the YubiKey validation server gave no verdict: {reason}")


@dataclass(frozen=True, slots=True)
class ValidationRequest:
    """What to fetch, and what the answer must name. The password is not in the repr.

    Args:
        url: The address, for GET.
        otp: The password that it asks about.
        nonce: What tells this request from all others.
    """

    url: str = field(repr=False)
    otp: str = field(repr=False)
    nonce: str


class YubicoValidation:
    """A validation server and our account there. In the repr is nothing but the server's host.

    Args:
        client_id: The number that the server knows us by.
        api_key: The key that belongs to it, in base64.
        entropy: Answers that many random bytes, as ``secrets.token_bytes`` does.
        url: The server's address, https but on this machine itself; without a user, a query and
            a fragment.

    Raises:
        TypeError: One of them is no text, or `entropy` is no function.
        ValueError: One of them is of another form. No message holds any of them: who mistakes one
            for another does not find the key in the log.
    """

    def __init__(
        self,
        client_id: str,
        api_key: str,
        *,
        entropy: Callable[[int], bytes],
        url: str = YUBICO_CLOUD,
    ) -> None:
        texts = (("client_id", client_id), ("api_key", api_key), ("url", url))
        for name, value in texts:
            if not isinstance(value, str):
                msg = f"YubicoValidation({name}=...) takes a str, not {type(value).__name__}"
                raise TypeError(msg)
        if not callable(entropy):
            msg = "YubicoValidation(entropy=...) takes a function, such as secrets.token_bytes"
            raise TypeError(msg)
        if not _CLIENT_ID.fullmatch(client_id):
            msg = "YubicoValidation(client_id=...): use the number that the server gave"
            raise ValueError(msg)
        self._key = _decoded(api_key)
        self._host = _safe_host(url)
        self._client_id = client_id
        self._entropy = entropy
        self._url = url

    def __repr__(self) -> str:
        return f"YubicoValidation({self._host!r})"

    def verify(
        self, typed: str | None, *, public_ids: Collection[str], get: Callable[[str], str]
    ) -> bool:
        """Ask the server whether a password is right; never twice with one password.

        Args:
            typed: What was submitted, whatever it is.
            public_ids: The keys of this person, 12 characters each. A password of any other key
                is refused unasked: the server would say yes to everybody's.
            get: Fetches an address and answers the body, such as ``lambda url:
                client.get(url).text``. Give it a timeout. **The address holds the password**, which
                is still good where the server was not reached, and many clients log addresses:
                ``logging.getLogger("httpx2").setLevel(logging.WARNING)``.

        Raises:
            ValidationError: The server did not say.
            TypeError: `public_ids` is one str.
        """
        request = self.request(typed, public_ids=public_ids)
        if request is None:
            return False
        try:
            body = get(request.url)
        except Exception as error:  # noqa: BLE001 - whatever `get` raises: it may hold the address
            raise _unreached(error) from None
        return self.verdict(request, body)

    async def verify_async(
        self,
        typed: str | None,
        *,
        public_ids: Collection[str],
        get: Callable[[str], Awaitable[str]],
    ) -> bool:
        """Do the same as `verify` with a function that is ``async def``.

        Args:
            typed: What was submitted, whatever it is.
            public_ids: The keys of this person.
            get: Fetches an address and answers the body. The address holds the password: see
                `verify`.

        Raises:
            ValidationError: The server did not say.
            TypeError: `public_ids` is one str.
        """
        request = self.request(typed, public_ids=public_ids)
        if request is None:
            return False
        try:
            body = await get(request.url)
        except Exception as error:  # noqa: BLE001 - whatever `get` raises: it may hold the address
            raise _unreached(error) from None
        return self.verdict(request, body)

    def request(
        self, typed: str | None, *, public_ids: Collection[str]
    ) -> ValidationRequest | None:
        """Write the request about a password, or answer None if there is nothing to ask.

        Args:
            typed: What was submitted, whatever it is.
            public_ids: The keys of this person.

        Raises:
            TypeError: `public_ids` is one str.
        """
        if isinstance(public_ids, (str, bytes)):  # whose parts would be ids too
            msg = "public_ids takes a set of ids, such as {'cccccckdvvul'}, and not one str"
            raise TypeError(msg)
        parsed = parse_otp(typed)
        if parsed is None or parsed.public_id not in public_ids:
            return None
        nonce = self._entropy(_NONCE_BYTES).hex()
        values = {"id": self._client_id, "nonce": nonce, "otp": parsed.otp}
        query = urlencode({**values, "h": self._signature(values)})
        return ValidationRequest(f"{self._url}?{query}", parsed.otp, nonce)

    def verdict(self, request: ValidationRequest, body: str) -> bool:
        """Read the answer to a request.

        Args:
            request: What was asked.
            body: What came back, whatever it is.

        Raises:
            ValidationError: It does not say whether the password is right, or is not the server's.
        """
        values = _values(body)
        signature = values.pop("h", "")
        status = values.get("status", "")
        if not hmac.compare_digest(
            self._signature(values).encode(), signature.encode("utf-8", "replace")
        ):
            # A server that does not know us cannot sign, so what it says is a hint, no more.
            hint = f" (it says {status})" if status in _FAILED else ""
            reason = f"its signature is wrong{hint}"
            raise ValidationError(reason)
        if status in _REFUSED:
            return False
        if status != "OK":
            raise ValidationError(status if status in _FAILED else "an unknown status")
        if values.get("otp") != request.otp or values.get("nonce") != request.nonce:
            reason = "it answers another request"
            raise ValidationError(reason)
        return True

    def _signature(self, values: Mapping[str, str]) -> str:
        line = "&".join(f"{name}={values[name]}" for name in sorted(values))
        return b64encode(hmac.digest(self._key, line.encode("utf-8", "replace"), "sha1")).decode()


def _decoded(api_key: str) -> bytes:
    try:
        key = b64decode(api_key, validate=True)
    except ValueError:
        key = b""
    if len(key) < _LEAST_KEY_BYTES:
        msg = "YubicoValidation(api_key=...): use the key that the server gave, in base64"
        raise ValueError(msg)
    return key


def _safe_host(url: str) -> str:
    """Answer the host of an address that a query can be added to, and that has no secrets."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # the port is read for what it raises
    except ValueError:  # whose message may hold a part of the address
        host = None
    is_plain = _ADDRESS.fullmatch(url) and host and "@" not in parts.netloc
    is_here = is_plain and parts.scheme == "http" and host in _LOOPBACK
    if not is_plain or not host or not (parts.scheme == "https" or is_here):
        msg = "YubicoValidation(url=...): use an https address without user, blanks, ? and #"
        raise ValueError(msg)
    return host


def _values(body: str) -> dict[str, str]:
    if not isinstance(body, str) or len(body) > _LONGEST_ANSWER:
        reason = "its answer is no text, or too long"
        raise ValidationError(reason)
    values: dict[str, str] = {}
    for line in filter(None, re.split(r"\r?\n", body)):
        name, is_pair, value = line.strip().partition("=")
        if not is_pair or name in values:
            reason = "its answer does not parse"
            raise ValidationError(reason)
        values[name] = value
    return values


def _unreached(error: Exception) -> ValidationError:
    return ValidationError(f"it was not reached ({type(error).__name__})")
