"""Owns a case's bytes: its target, headers and body, with tokens sealed at that moment."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from nextauth.tokens import DIALECTS, Keyring, SessionCodec
from tests.interop.differential.cases import CALLBACKS, KEPT, Case
from tests.interop.differential.sites import OTHER_SECRET, SECRET, Site

__all__ = ["CSRF_TOKEN", "HOUR", "SID", "Sent", "codec_of", "placed_text", "sent_by"]

HOUR = 3_600
DAY = 24 * HOUR
MAX_AGE = 30 * DAY
CSRF_TOKEN = "5a" * 32
SID = "the-sid-of-the-session-that-is-sent"

_PERSON = {
    "sub": "7",
    "name": "Grace",
    "email": "grace@example.com",
    "picture": "https://app.example.com/g.png",
}
_OWN_CLAIMS = {"provider": "credentials", "sid": SID, "amr": ["pwd"], "nextauth": 1}
_WRONG_TOKEN = "c3" * 32


@dataclass(frozen=True)
class Sent:
    """One request as it goes out.

    Args:
        method: The method.
        target: Path and query.
        headers: Names and values.
        body: The body.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __str__(self) -> str:
        lines = [f"{self.method} {_short(self.target)}"]
        lines += [f"{name}: {_short(value)}" for name, value in self.headers]
        return "\n".join([*lines, _short(self.body.decode())])


def _short(text: str) -> str:
    return text if len(text) <= 300 else f"{text[:280]}… ({len(text)} characters)"


@cache
def sent_by(case: Case) -> Sent:
    """Answer the request of a case."""
    site = case.at
    callback = placed_text(CALLBACKS[case.callback], site)
    target = f"{site.base_path}/{case.route}"
    if case.callback != "none" and case.placed != "body":
        # The body comes first where both have one.
        asked = callback if case.placed == "query" else "/from-query"
        target += f"{'&' if '?' in target else '?'}{urlencode({'callbackUrl': asked})}"
    headers = [("host", site.origin.partition("://")[2]), ("x-site", site.key)]
    headers.append(("accept", "text/html,*/*;q=0.8" if case.ask == "form" else "*/*"))
    if case.ask == "header":
        headers.append(("x-auth-return-redirect", "1"))
    headers += _BROWSERS[case.browser](site.origin)
    if cookies := _cookies(case):
        headers.append(("cookie", "; ".join(f"{name}={value}" for name, value in cookies)))
    body = b""
    if case.is_post:
        kind, body = _ENCODINGS[case.encoding](_fields(case, callback))
        headers += [("content-type", kind)] if kind else []
    headers.append(("content-length", str(len(body))))
    return Sent(case.method, target, tuple(headers), body)


def placed_text(template: str, site: Site) -> str:
    """Fill in a site's address."""
    scheme, _, host = site.origin.partition("://")
    return template.format(
        origin=site.origin,
        scheme=scheme,
        host=host,
        shouted=site.origin.upper(),
        portless=f"{scheme}://{host.partition(':')[0]}",
        flipped=f"{'http' if site.is_secure else 'https'}://{host}",
    )


def _fetched(site: str) -> Any:
    return lambda _origin: [("sec-fetch-site", site)]


_BROWSERS: Mapping[str, Any] = {
    "silent": lambda _origin: [],
    "same-origin": lambda origin: [("sec-fetch-site", "same-origin"), ("origin", origin)],
    "none": _fetched("none"),
    "same-site": _fetched("same-site"),
    "cross-site": _fetched("cross-site"),
    "own": lambda origin: [("origin", origin)],
    "other": lambda _origin: [("origin", "https://evil.example")],
    "null": lambda _origin: [("origin", "null")],
    "misplaced": lambda _origin: [
        ("sec-fetch-site", "same-origin"),
        ("origin", "https://elsewhere.example"),
    ],
}


# The body ---------------------------------------------------------------------------------------


def _fields(case: Case, callback: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if case.csrf in {"right", "token", "other-secret", "malformed"}:
        fields["csrfToken"] = CSRF_TOKEN
    elif case.csrf == "wrong":
        fields["csrfToken"] = _WRONG_TOKEN
    if case.callback != "none" and case.placed != "query":
        fields["callbackUrl"] = callback
    if case.ask == "json":
        fields["json"] = "true"
    if case.path.startswith("callback") and case.password != "none":
        fields |= {"email": "grace@example.com"}
        fields["password"] = " " if case.password == "blank" else case.password
    if case.path == "session":
        is_json = case.encoding in {"json", "typed"}
        fields["data"] = {"name": "Ada", "deep": [1, None, {"x": True}]} if is_json else "Ada"
    return fields


def _form(fields: Mapping[str, Any] | Sequence[tuple[str, Any]]) -> bytes:
    return urlencode(fields).encode()


def _multipart(fields: Mapping[str, Any]) -> bytes:
    part = '--line\r\ncontent-disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return ("".join(part.format(*item) for item in fields.items()) + "--line--\r\n").encode()


_FORM = "application/x-www-form-urlencoded"
_ENCODINGS: Mapping[str, Any] = {
    "form": lambda fields: (_FORM, _form(fields)),
    "charset": lambda fields: (f"{_FORM}; charset=UTF-8", _form(fields)),
    "json": lambda fields: ("application/json", json.dumps(fields).encode()),
    "typed": lambda fields: ("application/json", json.dumps({**fields, "password": 7}).encode()),
    "text": lambda fields: ("text/plain", _form(fields)),
    "multipart": lambda fields: ("multipart/form-data; boundary=line", _multipart(fields)),
    "untyped": lambda fields: (None, _form(fields)),
    "broken": lambda fields: ("application/json", json.dumps(fields).encode()[:-1]),
    "large": lambda fields: (_FORM, _form({**fields, "filler": "x" * 70_000})),
    "repeated": lambda fields: (
        _FORM,
        _form([*dict.fromkeys(fields, "1").items(), *fields.items()]),
    ),
}


# Cookies ----------------------------------------------------------------------------------------


def _cookies(case: Case) -> list[tuple[str, str]]:
    site = case.at
    cookies = list(_SESSIONS[case.session](site))
    signed = hashlib.sha256(f"{CSRF_TOKEN}{_signer(case)}".encode()).hexdigest()
    if case.csrf in {"right", "wrong", "cookie", "other-secret"}:
        cookies.append((site.cookie("csrf-token"), f"{CSRF_TOKEN}%7C{signed}"))
    elif case.csrf == "malformed":
        cookies.append((site.cookie("csrf-token"), CSRF_TOKEN))
    if case.kept != "none":
        kept = placed_text(KEPT[case.kept], site)
        cookies.append((site.cookie("callback-url"), quote(kept, safe="-_.!~*'()")))
    return cookies


def _signer(case: Case) -> str:
    return OTHER_SECRET if case.csrf == "other-secret" else SECRET


@cache
def codec_of(site: Site, secret: str = SECRET, dialect: str | None = None) -> SessionCodec:
    """Answer what seals and opens a site's session cookie.

    Args:
        site: The site.
        secret: The secret.
        dialect: Another dialect than the site's.
    """
    spoken = replace(site, dialect=dialect or site.dialect)
    name = spoken.cookie("session-token")
    return DIALECTS[spoken.dialect].codec(Keyring((secret,)), cookie_name=name, entropy=os.urandom)


@cache
def _token(
    site: Site,
    *,
    age: int = 0,
    secret: str = SECRET,
    dialect: str | None = None,
    is_ours: bool = False,
    **claims: Any,
) -> str:
    issued = int(time.time()) - age
    stamps = {"iat": issued, "exp": issued + MAX_AGE, "jti": "0" * 32}
    own = {**_OWN_CLAIMS, "auth_time": issued} if is_ours else {}
    return codec_of(site, secret, dialect).seal({**_PERSON, **own, **claims, **stamps})


def _whole(site: Site, **options: Any) -> list[tuple[str, str]]:
    return [(site.cookie("session-token"), _token(site, **options))]


def _chunks(site: Site) -> list[tuple[str, str]]:
    name, token = site.cookie("session-token"), _token(site, note="long " * 1_400)
    return [(f"{name}.{n}", token[n * 3_900 : (n + 1) * 3_900]) for n in range(3)]


def _damaged(site: Site) -> str:
    token = _token(site)
    return f"{token[:-8]}{'A' if token[-8] != 'A' else 'B'}{token[-7:]}"


def _other_dialect(site: Site) -> list[tuple[str, str]]:
    dialect = "next-auth-v4" if site.dialect == "authjs" else "authjs"
    name = replace(site, dialect=dialect).cookie("session-token")
    return [(name, _token(site, dialect=dialect))]


_SESSIONS: Mapping[str, Any] = {
    "none": lambda _site: [],
    "theirs": _whole,
    "ours": lambda site: _whole(site, is_ours=True),
    "hour": lambda site: _whole(site, age=HOUR),
    "old": lambda site: _whole(site, age=2 * DAY),
    "chunked": _chunks,
    "damaged": lambda site: [(site.cookie("session-token"), _damaged(site))],
    "expired": lambda site: _whole(site, age=MAX_AGE + HOUR),
    "other-secret": lambda site: _whole(site, secret=OTHER_SECRET),
    "other-dialect": _other_dialect,
    "gap": lambda site: [_chunks(site)[0], _chunks(site)[2]],
    "stale": lambda site: [(site.cookie("session-token"), _damaged(site)), *_chunks(site)],
    "sibling": lambda site: [*_whole(site), (f"{site.cookie('session-token')}-old", "left over")],
    "tossed": lambda site: [*_whole(site), *_whole(site, name="Mallory")],
    "over": lambda site: _whole(site, over=True),
    "empty": lambda site: [(site.cookie("session-token"), "")],
}
