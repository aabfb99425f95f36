"""Owns cookies with one planted fault each, for the tests of what an inspection names."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from nextauth.cli.inspecting import Site
from nextauth.cli.inspecting.causes import Cause
from nextauth.cli.inspecting.sites import NamedSecret
from nextauth.cli.inspecting.trials import PURPOSES
from nextauth.tokens import DIALECTS, AuthjsCodec, Keyring, PurposeBox
from nextauth.web import CookieAttributes, SetCookie
from nextauth.web.set_cookies import chunk_cookie
from tests.security.inputs import json_values

__all__ = ["NOW", "OTHER", "PLANTS", "SECRETS", "VALUE", "Planted", "planted", "seal", "site_of"]

NOW = 1_800_000_000
SECRETS = ("kV3q-newest-of-the-inspection-9Zx7L", "kV3q-older-of-the-inspection-9Zx7Lw")
OTHER = "kV3q-of-another-site-altogether-9Zx7Lw"
VALUE = "value-that-nobody-may-see"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_ATTRIBUTES = CookieAttributes(secure=False)
_PREFIXES = ("", "__Secure-", "__Host-")

Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass(frozen=True)
class Planted:
    """A session cookie, and how it is pasted."""

    dialect: str
    name: str
    token: str
    claims: Mapping[str, Any]
    cookies: tuple[tuple[str, str], ...]
    cause: Cause | None = None
    is_bare: bool = False

    @property
    def text(self) -> str:
        if self.is_bare:
            return self.cookies[0][1]
        return "Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies)

    @property
    def is_chunked(self) -> bool:
        return len(self.cookies) > 1

    def with_values(self, change: Callable[[str], str]) -> "Planted":
        changed = tuple((name, change(value)) for name, value in self.cookies)
        return replace(self, cookies=changed)

    def with_token(self, token: str) -> "Planted":
        return replace(self, token=token, cookies=cookies_of(self.name, token))


def seal(dialect: str, name: str, claims: Mapping[str, Any], secret: str = SECRETS[0]) -> str:
    codec = DIALECTS[dialect].codec(Keyring([secret]), cookie_name=name, entropy=os.urandom)
    return codec.seal(claims)


def site_of(secrets: Sequence[str] = SECRETS) -> Site:
    named = [NamedSecret(f"secret {number}", each) for number, each in enumerate(secrets, 1)]
    return Site.with_secrets(named, now=NOW)


def cookies_of(name: str, token: str) -> tuple[tuple[str, str], ...]:
    written = chunk_cookie(SetCookie(name, token, _ATTRIBUTES))
    return tuple((each.name, each.value) for each in written)


def _session(draw: Draw, *, is_chunked: bool | None = None, **more: object) -> Planted:
    dialect = draw(st.sampled_from(sorted(DIALECTS)))
    name = draw(st.sampled_from(_PREFIXES)) + DIALECTS[dialect].cookie_prefix + ".session-token"
    others = draw(st.dictionaries(st.text(max_size=6), json_values, max_size=4))
    chunked = draw(st.booleans()) if is_chunked is None else is_chunked
    claims = {
        **others,
        "sub": VALUE,
        "jti": VALUE,
        "iat": NOW - draw(st.integers(0, 10**6)),
        "exp": NOW + draw(st.integers(1, 10**7)),
        **({"pad": "x" * draw(st.integers(3_000, 12_000))} if chunked else {}),
        **more,
    }
    claims = {claim: value for claim, value in claims.items() if value is not None}
    if "nbf" in others and "nbf" not in more:
        del claims["nbf"]
    token = seal(dialect, name, claims, draw(st.sampled_from(SECRETS)))
    return Planted(dialect, name, token, claims, cookies_of(name, token))


def _good(draw: Draw) -> Planted:
    found = _session(draw)
    return replace(found, is_bare=draw(st.booleans())) if not found.is_chunked else found


def _expired(draw: Draw) -> Planted:
    ended = NOW - draw(st.integers(15, 10**7))
    return _session(draw, exp=ended, iat=ended - 60)


def _clock_skew(draw: Draw) -> Planted:
    ahead = NOW + draw(st.integers(16, 10**5))
    name = draw(st.sampled_from(("iat", "nbf")))
    return _session(draw, **{name: ahead, "exp": NOW + 10**7})


def _no_expiry(draw: Draw) -> Planted:
    return _session(draw, exp=draw(st.sampled_from((None, "tomorrow", -1, True))))


def _wrong_secret(draw: Draw) -> Planted:
    found = _session(draw)
    return found.with_token(seal(found.dialect, found.name, found.claims, OTHER))


def _other_dialect(draw: Draw) -> Planted:
    found = _session(draw)
    (other,) = {*DIALECTS} - {found.dialect}
    name = f"{DIALECTS[other].cookie_prefix}.session-token"
    return replace(found, name=name, cookies=cookies_of(name, found.token))


def _other_name(draw: Draw) -> Planted:
    found = _session(draw)
    if found.dialect != "authjs":
        name = "session"  # v4's key does not depend on it, but nobody reads this one
    else:
        names = {f"{prefix}authjs.session-token" for prefix in _PREFIXES} - {found.name}
        name = draw(st.sampled_from(sorted({*names, "session"})))
    return replace(found, name=name, cookies=cookies_of(name, found.token))


def _chunk_missing(draw: Draw) -> Planted:
    found = _session(draw, is_chunked=True)
    left_out = draw(st.integers(0, len(found.cookies) - 1))
    cookies = found.cookies[:left_out] + found.cookies[left_out + 1 :]
    return replace(found, cookies=cookies)


def _truncated(draw: Draw) -> Planted:
    found = _session(draw)
    if not found.is_chunked:
        kept = draw(st.integers(3, len(found.token) - 1))
        return replace(found, cookies=((found.name, found.token[:kept]),), is_bare=False)
    which = draw(st.integers(0, len(found.cookies) - 1))
    name, value = found.cookies[which]
    # The chunks of v4's own package are three bytes shorter: cut by three, one looks whole.
    lost = draw(st.integers(4, len(value) - 1)) if len(value) > 5 else 1
    cookies = list(found.cookies)
    cookies[which] = (name, value[:-lost])
    return replace(found, cookies=tuple(cookies))


def _altered(draw: Draw) -> Planted:
    found = _session(draw)
    header, _, iv, *_ = found.token.split(".")
    begin = len(header) + 2
    places = [
        place
        for place, letter in enumerate(found.token)
        # A changed IV of A256GCM leaves nothing by which to know the key again.
        if letter != "." and not (found.dialect != "authjs" and begin <= place < begin + len(iv))
    ]
    place = draw(st.sampled_from(places))
    letter = draw(st.sampled_from([each for each in f"{LETTERS}!~" if each != found.token[place]]))
    return found.with_token(f"{found.token[:place]}{letter}{found.token[place + 1 :]}")


def _percent_encoded(draw: Draw) -> Planted:
    found = _session(draw)
    if draw(st.booleans()):
        return found.with_values(lambda value: quote(quote(value.replace(".", "%2E"))))
    return found.with_values(lambda value: "".join(f"%{ord(each):02X}" for each in value))


def _quoted(draw: Draw) -> Planted:
    mark = draw(st.sampled_from(('"', "'", "%22")))
    found = _session(draw).with_values(lambda value: f"{mark}{value}{mark}")
    return found if found.is_chunked else replace(found, is_bare=draw(st.booleans()))


def _csrf(draw: Draw) -> Planted:
    value = f"{draw(st.binary(min_size=32, max_size=32)).hex()}|{'0a' * 32}"
    value = draw(st.sampled_from((value, quote(value))))
    name = draw(st.sampled_from(("authjs.csrf-token", "__Host-next-auth.csrf-token")))
    cookies = ((name, value), ("theme", "dark"))
    return replace(_session(draw), cookies=cookies, is_bare=draw(st.booleans()))


def _callback(draw: Draw) -> Planted:
    value = draw(st.sampled_from(("http://localhost:3000/a?b=c", "https%3A%2F%2Fexample.com")))
    name = draw(st.sampled_from(("authjs.callback-url", "__Secure-next-auth.callback-url")))
    return replace(_session(draw), cookies=((name, value),), is_bare=draw(st.booleans()))


def _check(draw: Draw) -> Planted:
    check = draw(st.sampled_from(("pkce.code_verifier", "state", "nonce")))
    name = f"{draw(st.sampled_from(_PREFIXES))}authjs.{check}"
    codec = AuthjsCodec(Keyring(SECRETS), cookie_name=name, entropy=os.urandom)
    cookies = ((name, codec.seal({"value": VALUE, "exp": NOW + 900})),)
    return replace(_session(draw), cookies=cookies, is_bare=draw(st.booleans()))


def _other_purpose(draw: Draw) -> Planted:
    is_bare = draw(st.booleans())
    # A client without a browser bears its session bare; in a cookie it is none.
    purposes = sorted({*PURPOSES} - ({"bearer"} if is_bare else set()))
    purpose = draw(st.sampled_from(purposes))
    box = PurposeBox(Keyring([draw(st.sampled_from(SECRETS))]), purpose=purpose, entropy=os.urandom)
    token = box.seal({"sub": VALUE}, expires=NOW + draw(st.integers(-900, 900)))
    found = _session(draw)
    names = (found.name, "authjs.pending", "__Host-authjs.device", "authjs.trusted-device")
    cookies = ((draw(st.sampled_from(names)), token),)
    return replace(found, cookies=cookies, is_bare=is_bare)


def _conflict(draw: Draw) -> Planted:
    found = _session(draw)
    which = draw(st.sampled_from(found.cookies))
    stale = (which[0], draw(st.text(LETTERS, max_size=9)))
    at = draw(st.integers(0, len(found.cookies)))
    return replace(found, cookies=(*found.cookies[:at], stale, *found.cookies[at:]))


def _too_large(draw: Draw) -> Planted:
    found = _session(draw, is_chunked=True)
    return replace(found, cookies=((found.name, found.token),))


def _deleted(draw: Draw) -> Planted:
    found = _session(draw)
    return replace(found, cookies=((found.name, ""),))


def _foreign(draw: Draw) -> Planted:
    signed = draw(st.sampled_from(("eyJhbGciOiJSUzI1NiJ9", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9")))
    found = _session(draw).with_token(f"{signed}.eyJzdWIiOiIxIn0.c2lnbmF0dXJl")
    return replace(found, is_bare=draw(st.booleans()))


def _malformed(draw: Draw) -> Planted:
    text = draw(st.text("abc.XYZ0189_", min_size=1, max_size=99))
    found = _session(draw)
    return replace(found, cookies=((found.name, text),), is_bare=draw(st.booleans()))


def _no_session(draw: Draw) -> Planted:
    names = st.sampled_from(("theme", "lang", "sid", "session-token", "_ga"))
    pairs = draw(st.lists(st.tuples(names, st.text(LETTERS, max_size=9)), min_size=1, max_size=5))
    return replace(_session(draw), cookies=tuple(pairs))


PLANTS: Mapping[Cause | None, Callable[[Draw], Planted]] = {
    None: _good,
    Cause.WRONG_SECRET: _wrong_secret,
    Cause.OTHER_DIALECT: _other_dialect,
    Cause.OTHER_COOKIE_NAME: _other_name,
    Cause.CHUNK_MISSING: _chunk_missing,
    Cause.TRUNCATED: _truncated,
    Cause.ALTERED: _altered,
    Cause.EXPIRED: _expired,
    Cause.CLOCK_SKEW: _clock_skew,
    Cause.PERCENT_ENCODED: _percent_encoded,
    Cause.QUOTED: _quoted,
    Cause.CSRF_COOKIE: _csrf,
    Cause.CALLBACK_COOKIE: _callback,
    Cause.CHECK_COOKIE: _check,
    Cause.OTHER_PURPOSE: _other_purpose,
    Cause.CONFLICT: _conflict,
    Cause.TOO_LARGE: _too_large,
    Cause.NO_EXPIRY: _no_expiry,
    Cause.DELETED: _deleted,
    Cause.FOREIGN: _foreign,
    Cause.NO_SESSION_COOKIE: _no_session,
    Cause.MALFORMED: _malformed,
}
"""How each cause is planted; those of older releases have recorded tokens instead."""


@st.composite
def planted(draw: Draw, cause: Cause | None) -> Planted:
    return replace(PLANTS[cause](draw), cause=cause)
