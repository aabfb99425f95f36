"""Owns where a system's answers have its tokens, and what is kept of them in a session."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nextauth.directories.http.checks import Headers, checked_headers, is_sendable
from nextauth.directories.http.paths import MISSING, Path
from nextauth.directories.http.sending import Format, Sending
from nextauth.directories.http.wire import Call

__all__ = ["Held", "Tokens"]

Held = Mapping[str, Any]
"""What is kept in a session: ``access``, ``refresh``, ``expires`` and ``due`` (Unix seconds)."""

_SECONDS = re.compile(r"[0-9]{1,12}\Z")
_LONGEST_LIFE = 366 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Tokens:
    """Where a system's answers have its tokens, and how they are refreshed (RFC 6749, 6).

    Headers and constants are not in the repr.

    Args:
        access: Path of the access token.
        refresh: Path of the refresh token; None: there is none.
        expires_in: Path of the seconds for which the access token is good; None: it is not told.
        lifetime: These seconds, where the answer does not tell.
        refresh_url: Where they are refreshed; needs `refresh`.
        refresh_format: How that request is written.
        refresh_field: What it calls the refresh token.
        refresh_constants: What it has beside it.
        refresh_headers: What is sent with it, such as the client's own ``Authorization``.
        early: Seconds before the end at which it is refreshed.
        successor_for: Seconds for which whoever comes with a token of before is given its
            successor, beyond that one's own life.
        grace: Seconds for which a session outlives its access token while the system is down.
        claim: The session's claim that they are kept in.

    Raises:
        ValueError: An argument may not be so, such as `refresh_url` without `refresh`.
    """

    access: str = "$.access_token"
    refresh: str | None = "$.refresh_token"
    expires_in: str | None = "$.expires_in"
    lifetime: int = 60 * 60
    refresh_url: str | None = None
    refresh_format: Format = "form"
    refresh_field: str = "refresh_token"
    refresh_constants: Mapping[str, Any] = field(
        default_factory=lambda: {"grant_type": "refresh_token"}, repr=False, hash=False
    )
    refresh_headers: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    early: int = 30
    successor_for: int = 60
    grace: int = 60 * 60
    claim: str = "system_tokens"
    _headers: Headers = field(init=False, repr=False, compare=False)
    _paths: Mapping[str, Path] = field(init=False, repr=False, compare=False)
    _sending: Sending = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        given = {"access": self.access, "refresh": self.refresh, "expires_in": self.expires_in}
        paths = {
            name: Path(text, where=f"Tokens({name}=...)")
            for name, text in given.items()
            if text is not None
        }
        if self.refresh_url is not None and self.refresh is None:
            msg = "Tokens(refresh_url=...) needs refresh=..., the path of the refresh token"
            raise ValueError(msg)
        if not isinstance(self.claim, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", self.claim):
            msg = f"Tokens(claim={self.claim!r}): use small letters, digits and '_'"
            raise ValueError(msg)
        for name, least in (("lifetime", 1), ("early", 0), ("successor_for", 1), ("grace", 0)):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                msg = f"Tokens({name}={value!r}) is no number of seconds, from {least} on"
                raise ValueError(msg)
        sending = Sending(
            {"refresh": self.refresh_field},
            self.refresh_constants,
            self.refresh_format,
            where="Tokens(refresh_constants=...)",
        )
        headers = checked_headers(self.refresh_headers, where="Tokens(refresh_headers=...)")
        if not any(name == "content-type" for name, _ in headers):
            headers = (*headers, ("content-type", sending.kind))
        object.__setattr__(self, "_headers", headers)
        object.__setattr__(self, "_paths", paths)
        object.__setattr__(self, "_sending", sending)

    def read(self, document: object, *, now: float, before: Held | None = None) -> Held:
        """Answer the tokens of an answer.

        Args:
            document: The answer, as JSON.
            now: Unix seconds.
            before: Those that they follow; its refresh token stays where there is no new one.

        Raises:
            ValueError: There is no access token, or none that can be sent; says which.
        """
        held: dict[str, Any] = {"access": self._token(document, "access")}
        refresh = self._token(document, "refresh") or (before or {}).get("refresh")
        if held["access"] is None:
            msg = f"there is no access token at {self.access!r}"
            raise ValueError(msg)
        if refresh is not None:
            held["refresh"] = refresh
        lasts = self._lasts(document)
        held["expires"] = int(now + lasts)
        held["due"] = int(now + max(lasts - self.early, lasts // 2, 1))
        return held

    def request(self, refresh: str) -> Call:
        """Answer the request that refreshes.

        Args:
            refresh: The refresh token.
        """
        body = self._sending.body({"refresh": refresh})
        return Call("POST", self.refresh_url or "", self._headers, body)

    def _token(self, document: object, name: str) -> str | None:
        path = self._paths.get(name)
        found = MISSING if path is None else path.find(document)
        if found is MISSING or found is None:
            return None
        if not isinstance(found, str) or not is_sendable(found):
            msg = f"what is at {self._paths[name].text!r} is no token"
            raise ValueError(msg)
        return found

    def _lasts(self, document: object) -> int:
        path = self._paths.get("expires_in")
        found = None if path is None else path.find(document)
        if isinstance(found, str) and _SECONDS.match(found):
            found = int(found)
        if isinstance(found, bool) or not isinstance(found, (int, float)):
            found = self.lifetime
        return int(min(max(found, 1), _LONGEST_LIFE))
