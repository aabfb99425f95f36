"""Owns which keys are tried on a token, and what each of them being right would say."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from math import nan
from types import MappingProxyType
from typing import Any

from nextauth.cli.inspecting.sites import CHECK_COOKIES, NamedSecret, SessionName, Site
from nextauth.errors import TokenError
from nextauth.tokens import DIALECTS, AuthjsCodec, Keyring, PurposeBox
from nextauth.tokens.gcm import GcmKey, decrypt_with_any
from nextauth.tokens.next_auth_v4 import INFO as NEXT_AUTH_V4_INFO
from nextauth.tokens.recognition import resembles_ours

__all__ = [
    "PURPOSES",
    "UNTIMED",
    "Opened",
    "is_check_cookie",
    "is_recognised",
    "open_bearer",
    "open_session",
    "purpose_of",
]

UNTIMED = nan
"""A moment that no comparison holds for: claims open whenever they were or will be valid."""

_DOTS = 4
_BEARER = "bearer"
_WRONG_CLAIMS = frozenset({"no-expiry", "not-claims", "not-yet-valid"})

PURPOSES: Mapping[str, str] = MappingProxyType(
    {
        "bearer": "the session of a client without a browser, which bears it in a header",
        "pending": "a sign-in that waits for its second factor",
        "pending-record": "a sign-in that waits for its second factor, as a store keeps it",
        "device": "a browser that signed in before",
        "trusted-device": "a browser that is not asked for a second factor",
        "step-up": "somebody who is asked to sign in again",
        "enrolment": "a second factor that is being set up",
        "passkey-challenge": "a sign-in with a passkey that is under way",
        "factor-secret": "the secret of a second factor, as a store keeps it",
        "kept-credentials": "what was submitted, kept for the revalidation",
    }
)
"""What else this site seals, in words."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A token that a key opened.

    Args:
        name: For which name, in which dialect.
        secret: Which secret's key.
        place: Its place in the list, from 0.
        claims: Its claims; None if they are no session's. Not in the repr.
    """

    name: SessionName
    secret: NamedSecret
    place: int
    claims: Mapping[str, Any] | None = field(repr=False)


def open_session(
    token: str, secrets: Iterable[NamedSecret], names: Iterable[SessionName]
) -> Opened | None:
    """Open a session token by whichever secret and name it was sealed, at whatever time.

    Args:
        token: The token.
        secrets: Newest first.
        names: In the order in which they are tried.
    """
    listed = tuple(secrets)
    for name in names:
        for place, secret in enumerate(listed):
            codec = DIALECTS[name.dialect].codec(
                Keyring([secret.value]), cookie_name=name.name, entropy=os.urandom
            )
            try:
                claims = codec.open(token, now=UNTIMED).claims
            except TokenError as error:
                if error.reason not in _WRONG_CLAIMS:
                    continue
                return Opened(name, secret, place, None)
            return Opened(name, secret, place, claims)
    return None


def open_bearer(token: str, secrets: Iterable[NamedSecret]) -> Opened | None:
    """Open the token of a client without a browser, at whatever time.

    Args:
        token: The token.
        secrets: Newest first.
    """
    for place, secret in enumerate(secrets):
        box = PurposeBox(Keyring([secret.value]), purpose=_BEARER, entropy=os.urandom)
        with suppress(TokenError):
            claims = box.open(token, now=UNTIMED).claims
            return Opened(SessionName("Authorization", _BEARER), secret, place, claims)
    return None


def purpose_of(token: str, site: Site) -> str | None:
    """Answer for which purpose other than a session this site sealed a token; None: for none.

    Args:
        token: The token.
        site: Its secrets.
    """
    keyring = _keyring(site)
    for purpose, words in PURPOSES.items():
        try:
            PurposeBox(keyring, purpose=purpose, entropy=os.urandom).open(token, now=UNTIMED)
        except TokenError:
            continue
        return words
    return None


def is_check_cookie(token: str, site: Site) -> bool:
    """Tell whether Auth.js sealed a token for a sign-in under way, whose salt is its name too.

    Args:
        token: The token.
        site: Its secrets.
    """
    if token.count(".") != _DOTS:
        return False
    keyring = _keyring(site)
    names = dict.fromkeys(
        each.name.removesuffix("session-token") + check
        for each in site.elsewhere(None)
        for check in CHECK_COOKIES
    )
    return any(_is_sealed_for(name, token, keyring) for name in names)


def _is_sealed_for(name: str, token: str, keyring: Keyring) -> bool:
    with suppress(TokenError):
        AuthjsCodec(keyring, cookie_name=name, entropy=os.urandom).open(token, now=UNTIMED)
        return True
    # As v4 has it since 4.24.5; before, it had the session's key.
    keys = keyring.derive(salt=name, info=f"{NEXT_AUTH_V4_INFO} ({name})", length=32)
    with suppress(TokenError):
        decrypt_with_any(
            [GcmKey(key) for key in keys], token.encode("utf-8", "replace").split(b".")
        )
        return True
    return False


def is_recognised(token: str, site: Site, cookie: str | None) -> bool:
    """Tell whether one of the secrets sealed a session that was damaged since.

    Args:
        token: The token.
        site: Its secrets.
        cookie: The name of the cookie that it came in, or None.
    """
    names = dict.fromkeys(each.name for each in site.elsewhere(cookie))
    return resembles_ours(token, _keyring(site), names)


def _keyring(site: Site) -> Keyring:
    return Keyring([each.value for each in site.secrets])
