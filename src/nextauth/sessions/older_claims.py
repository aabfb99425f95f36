"""Owns what the claims of an older release's token become, and which of them are not believed.

Our own claims are dropped, since an older secret may be a weak one: whoever guessed it can make
somebody's session until the date that was set, and must not make a fresh one, one of a provider,
or one that stays after all of its user's were ended. So its epoch is the first, whenever it says
that it was written. Of tokens that anybody can read, credentials are dropped too: whoever saw such
a token has them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nextauth.sessions.claims import EPOCH, is_own
from nextauth.tokens import OlderShape

__all__ = ["translated"]

_TAKEN_OVER = frozenset({"sub", "iat", "exp", "jti"})
_NAMES_OF_CREDENTIALS = re.compile(
    "password|passwd|passphrase|secret|credential|token|apikey|privatekey|"
    r"(?:pwd|pass|pin|otp|cookie|authorization)\Z"
)
_NO_LETTER = re.compile("[^a-z0-9]+")
_DEEPEST = 32
_LATEST = 253_402_300_799  # the year 9999: a later date is none


def translated(claims: Mapping[str, Any], shape: OlderShape) -> dict[str, Any]:
    """Answer an older token's claims as ours.

    The same token always gives the same claims: a session's id may be made of them.

    Args:
        claims: Authenticated claims of a token that is not over.
        shape: The token's shape.
    """
    believed = {
        name: value for name, value in claims.items() if name in _TAKEN_OVER or not is_own(name)
    }
    written = believed.get("iat")
    if type(written) is not int or not 0 <= written <= _LATEST:
        believed.pop("iat", None)
    if shape is OlderShape.SALTED:
        believed = _of_v2(believed)
    if shape.is_public:
        believed = _without_credentials(believed, _DEEPEST)
    return {**believed, EPOCH: 0}


def _of_v2(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Take v2's ``user`` apart: all that the application's ``authorize`` answered."""
    ours = dict(claims)
    user = ours.pop("user", None)
    extra = dict(user) if isinstance(user, dict) else {}
    found = {
        "sub": _id_of(extra.pop("id", None)),
        "name": extra.pop("name", None),
        "email": extra.pop("email", None),
        "picture": extra.pop("image", None),
        "user": extra or None,
    }
    return {**ours, **{name: value for name, value in found.items() if value is not None}}


def _id_of(user_id: object) -> str | None:
    # Not ``account.id`` in its place: that is another site's, and might be somebody else's here.
    if isinstance(user_id, str):
        return user_id
    is_number = isinstance(user_id, int) and not isinstance(user_id, bool)
    return str(user_id) if is_number else None


def _without_credentials(value: dict[str, Any], deepest: int) -> dict[str, Any]:
    return {
        name: _cleaned(each, deepest - 1)
        for name, each in value.items()
        if not _NAMES_OF_CREDENTIALS.search(_NO_LETTER.sub("", name.lower()))
    }


def _cleaned(value: object, deepest: int) -> object:
    """Answer a value without credentials; what is nested deeper than any of ours is left out."""
    if not isinstance(value, (dict, list)):
        return value
    if deepest <= 0:
        return None
    if isinstance(value, dict):
        return _without_credentials(value, deepest)
    return [_cleaned(each, deepest - 1) for each in value]
