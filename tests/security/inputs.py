"""Owns the hostile inputs of these tests: the sites that are attacked, and what Hypothesis draws.

The sites have a clock that stands still and bytes that are not random, so that each run draws the
same examples and a red one can be run again.
"""

import hashlib
import json
import string
from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from nextauth import Auth, SubmittedCredentials, User
from nextauth.testing import FakeClock
from tests.unit.protocol.wire import (
    CALLBACK,
    CALLBACK_URL,
    CSRF,
    HOST,
    ORIGIN,
    OTHER_SECRET,
    PASSWORD,
    SECRET,
    SESSION,
    Browser,
    make_auth,
)

NOW = 1_800_000_000
V4 = "next-auth.session-token"
DIALECTS = ("authjs", "next-auth-v4")
TRUSTED = "https://app.example.com"
ORIGINS = (ORIGIN, TRUSTED)

repeatable = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=150,
    # No "explain": it traces, and these tests count calls themselves.
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Entropy:
    """Bytes that differ at each call, and are the same in each run."""

    def __init__(self) -> None:
        self._calls: Iterator[int] = count()

    def __call__(self, size: int) -> bytes:
        return hashlib.shake_256(b"%d" % next(self._calls)).digest(size)


def _let_in(credentials: SubmittedCredentials) -> User | None:
    """Let in whoever knows the password; the session can be made as large as one likes."""
    if credentials.get("password") != PASSWORD:
        return None
    name = credentials["email"]
    return User(id=name, name=name, extra={"pad": "x" * 3_000} if "large" in name else {})


@cache
def site(dialect: str = "authjs") -> Auth:
    """Answer the site that is attacked, one for all tests: it keeps nothing of a request."""
    auth = make_auth(
        _let_in,
        dialect=dialect,
        secret=[SECRET, OTHER_SECRET],
        trusted_origins=[TRUSTED],
        clock=FakeClock(NOW),
        entropy=Entropy(),
    )
    warm = Browser(auth)
    for page in ("signin", "signout", "error", "verify-request"):
        warm.get(page, [("accept", "text/html")])
    return auth


@cache
def cookies_of(name: str, dialect: str = "authjs", *, secret: str = SECRET) -> dict[str, str]:
    """Answer the session cookies of somebody who has signed in."""
    auth = make_auth(
        _let_in, dialect=dialect, secret=secret, clock=FakeClock(NOW), entropy=Entropy()
    )
    browser = Browser(auth)
    browser.post(CALLBACK, {"email": name, "password": PASSWORD})
    return {sent: value for sent, value in browser.jar.items() if "session-token" in sent}


def token_of(name: str, dialect: str = "authjs", *, secret: str = SECRET) -> str:
    """Answer the whole token of somebody who has signed in."""
    return "".join(cookies_of(name, dialect, secret=secret).values())


_TOKEN = token_of("victim")
_SEGMENTS = (*_TOKEN.split("."), *token_of("victim", "next-auth-v4").split("."))

latin = st.binary(max_size=64).map(lambda raw: raw.decode("latin-1"))
escapes = st.lists(
    st.sampled_from(
        (
            *("%", "%0", "%00", "%0d%0a", "%20", "%25", "%2e", "%2E", "%2F", "%3B", "%3D", "%7C"),
            *("%zz", "%u002e", "%c0%ae", "%ed%a0%80", "%ff", "%F4%90%80%80", "%%%", "+", "&", "a"),
        )
    ),
    max_size=24,
).map("".join)
pieces_of_tokens = st.lists(
    st.sampled_from(("..", ".", "=", "A", *_SEGMENTS, _SEGMENTS[0][:-1], _TOKEN[:-1], _TOKEN[1:])),
    max_size=8,
).map(lambda pieces: "".join(pieces).replace(_TOKEN, _TOKEN[::-1]))

cookie_names = st.sampled_from(
    (
        *(SESSION, V4, CSRF, CALLBACK_URL, "next-auth.csrf-token", "authjs.state", "session"),
        *(f"{SESSION}.{number}" for number in ("0", "1", "2", "31", "32", "01", "-1", "\xb2", "")),
        *(f"{V4}.0", f"__Secure-{SESSION}", f"__Host-{SESSION}", SESSION.upper(), f" {SESSION}\t"),
        *("", "$Version", "__proto__", f'"{SESSION}"', f"{SESSION}\x00", f"\xa0{SESSION}"),
    )
)
cookie_values = latin | escapes | pieces_of_tokens
cookie_headers = st.lists(
    st.tuples(cookie_names, st.sampled_from(("=", "=", "=", "", "==", " = ")), cookie_values).map(
        "".join
    )
    | latin,
    max_size=12,
).flatmap(
    lambda pairs: st.sampled_from(("; ", ";", ",", "; ; ", "&")).map(lambda glue: glue.join(pairs))
)

addresses = st.lists(
    st.sampled_from(
        (
            *("http:", "https:", "//", "/", "\\", "@", ":", "#", "?", ".", "..", ";", "%2f", "%5c"),
            *(HOST, "localhost", "3000", "app.example.com", "evil.example", "[::1]", "[", "]"),
            *("\t", "\n", "\r", "\x00", " ", "\xad", "\u200b", "\u2028", "\u3002", "\uff0f"),
            *("\uff0e", "\u0430", "\ud800", "xn--", "javascript:", "data:,", "a" * 700),
        )
    ),
    max_size=10,
).map("".join)

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(("", "$ne", "__proto__", "true", "1", "ada@example.com"))
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(("email", "password", "data", "csrfToken", "json", "callbackUrl", "$")),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
form_names = st.sampled_from(
    (
        *("email", "password", "csrfToken", "callbackUrl", "json", "id", "sub", "user[id]", "[]"),
        *("__proto__", "password\x00", "password[]", "", "_method", "x" * 1_025),
    )
)
form_bodies = st.lists(
    st.tuples(form_names, st.sampled_from(("=", "")), latin | escapes).map("".join), max_size=6
).map(lambda pairs: "&".join(pairs).encode())
json_bodies = json_values.map(lambda value: json.dumps(value).encode()) | st.sampled_from(
    (
        *(b"[" * 5_000, b'{"a":' * 5_000, b'{"email":"\\ud800"}', b'{"a":1e999}', b"{", b'""'),
        *(b"\xef\xbb\xbf{}", b"NaN", b'{"a":1,"a":"2"}', b'{"password":"\\u0000"}', b"\xff"),
    )
)
bodies = st.binary(max_size=256) | form_bodies | json_bodies
media_types = st.sampled_from(
    (
        *("application/x-www-form-urlencoded", "application/json", "text/plain", "", "multipart/x"),
        *("application/json; charset=utf-16", "application/x-www-form-urlencoded; charset=utf-7"),
        *("application/json, text/plain", "APPLICATION/JSON;charset=UTF-8", "application/json\x00"),
        "multipart/form-data; boundary=x",
    )
)

header_names = st.sampled_from(
    (
        *("accept", "authorization", "content-type", "content-length", "content-encoding", "te"),
        *("cookie", "forwarded", "host", "origin", "referer", "sec-fetch-site", "user-agent"),
        *("x-auth-return-redirect", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"),
        *("x-http-method-override", "x-original-url", "x-request-id", "x-rewrite-url"),
    )
)
header_values = (
    latin
    | addresses.map(lambda text: text.encode("utf-8", "replace").decode("latin-1"))
    | st.sampled_from(
        (
            *("same-origin", "same-site", "cross-site", "none", "null", "SAME-ORIGIN", "POST"),
            *(ORIGIN, TRUSTED, f"{ORIGIN}.evil.example", "http", "https", "127.0.0.1", "::1"),
            *("text/html", "Bearer %zz", "Basic YTpi", "gzip", "1, 2", "9" * 30, "*"),
        )
    )
)
headers = st.lists(st.tuples(header_names, header_values), max_size=8)
methods = st.sampled_from(
    ("GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "TRACE", "get", "PoST", "", "\r\n", "P\x00")
)
paths = st.lists(
    st.sampled_from(
        (
            *("/api/auth", "/api/auth/", "signin", "signout", "session", "csrf", "error", "/"),
            *("providers", "callback", "credentials", "_log", "verify-request", "..", ".", "//"),
            *("%2f", ";", "?", "#", "\x00", "\\", "\u2028", "\ud800", "Session", "callback/"),
        )
    ),
    max_size=6,
).map("".join)
queries = st.binary(max_size=128) | st.lists(
    st.tuples(
        st.sampled_from(("error", "code", "callbackUrl", "json", "provider", "", "email")),
        st.sampled_from(("=", "")),
        escapes
        | st.text(string.printable, max_size=12)
        | addresses.map(lambda text: text.encode("utf-8", "replace").decode("latin-1")),
    ).map("".join),
    max_size=6,
).map(lambda pairs: "&".join(pairs).encode())
