"""Owns the inputs that cost most to refuse: as large as the limits allow, each chosen for a part.

A limit that is not ours is the common server's: 64 KiB of headers, as uvicorn and gunicorn take.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from nextauth import Accept, Auth, Pages, Request, SessionOptions
from nextauth.testing import FakeClock
from nextauth.web.body import LARGEST_BODY
from nextauth.web.set_cookies import encode_value
from tests.security.inputs import NOW, V4, Entropy
from tests.unit.protocol.wire import (
    CALLBACK,
    FORM,
    OTHER_SECRET,
    SECRET,
    SESSION,
    Browser,
    make_auth,
)
from tests.unit.tokens import older_tokens as older

SECRETS = [SECRET, OTHER_SECRET, "hW6k-a-third-of-the-wire-tests-1Bt8"]
ALL = 65_000  # characters of one header, or of all
TOKEN = 32_700
JSON = "application/json"
Pairs = list[tuple[str, str]]
SITES: dict[str, dict[str, Any]] = {
    "authjs": {},
    "next-auth-v4": {"dialect": "next-auth-v4"},
    "bearer": {"session": SessionOptions(accept_bearer=True)},
    "own pages": {"pages": Pages(sign_in="/in", sign_out="/out", error="/oops")},
    "proxied": {"trust_host": True, "trusted_proxies": ["203.0.113.0/24", "10.0.0.0/8"]},
    "counted": {"trust_host": True, "trusted_proxies": 3},
    "older": {
        "accept": [
            Accept(version, secret, datetime.fromtimestamp(NOW + 60, UTC))
            for secret in (older.SECRET, "another of that time")
            for version in dict.fromkeys(older.VERSION_OF.values())
        ]
    },
    "trusting": {"trusted_origins": [f"https://app{number}.example.com" for number in range(20)]},
}


@cache
def site(name: str = "authjs") -> Auth:
    """Answer a site with three secrets, so that a token may have to be tried with each."""
    options = {"secret": SECRETS, "clock": FakeClock(NOW), "entropy": Entropy(), **SITES[name]}
    auth = make_auth(**options)
    for page in ("signin", "signout", "error"):
        Browser(auth).get(page)
    return auth


@dataclass(frozen=True, slots=True)
class Case:
    """A request that is refused.

    Args:
        name: What is large about it.
        ask: Has it answered: by the protocol, or by reading the session for an application.
    """

    name: str
    ask: Callable[[], object] = field(repr=False)


def case(
    name: str,
    *,
    on: str = "authjs",
    method: str = "GET",
    action: str = "page",
    sent: Pairs | None = None,
    query: str = "",
    body: bytes = b"",
) -> Case:
    assert len(body) <= LARGEST_BODY
    assert sum(len(each) + len(value) + 4 for each, value in sent or ()) + len(query) <= 1.1 * ALL
    auth = site(on)
    path = "/page" if action == "page" else f"/api/auth/{action}"
    whole = Browser(auth).request(method, path, headers=sent or [], query=query, body=body)

    def ask() -> object:
        request = Request(
            method,
            path,
            query=whole.query,
            headers=whole.headers,
            client=whole.client,
            read_body=whole.read_body,
        )
        return auth.session_sync(request) if action == "page" else auth.handle_sync(request)

    return Case(f"{on}: {method} {action[:40]}: {name[:60]}", ask)


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _token(header: bytes, iv: int, tag: int) -> str:
    """Answer the longest token of a header, which no key opens."""
    start = f"{_b64(header)}..{_b64(bytes(iv))}."
    room = (TOKEN - len(start) - 90) // 64 * 64
    return f"{start}{'A' * room}.{_b64(bytes(tag))}"


def _own_header(auth: Auth) -> bytes:
    codec: Any = auth.services.sessions._insecure._codecs[0][1]
    header: bytes = codec._newest.protected
    return header


def tokens() -> Iterator[tuple[str, str]]:
    gcm = _token(b'{"alg":"dir","enc":"A256GCM"}', 12, 16)
    yield "GCM", gcm
    yield "CBC without kid", _token(b'{"alg":"dir","enc":"A256CBC-HS512"}', 16, 32)
    body = _token(b"", 16, 32).removeprefix("..")
    yield "CBC of our own kid", f"{_own_header(site()).decode()}..{body[:-300]}.{_b64(bytes(32))}"
    yield "respelled header", _token(b'{"enc":"A256GCM", "alg":"dir"}', 12, 16)
    many = b",".join(b'"m%d":1' % number for number in range(2_200))
    for name, header in (
        ("many members", b"{%s}" % many),
        ("one member often", b'{%s"enc":"A256GCM"}' % (b'"alg":"dir",' * 1_900)),
        ("deep", b"[" * 24_000),
        ("lists", b'{"alg":[%s]}' % b",".join([b"[]"] * 8_000)),
        ("escapes", b'{"alg":"%s"}' % (b"\\u0064" * 4_000)),
    ):
        yield f"header: {name}", f"{_b64(header)}..AAAA.AAAA.AAAA"
    yield "dots", "." * TOKEN
    yield "too long", "A" * ALL


def _chunked(name: str, token: str, size: int) -> str:
    parts = [token[start : start + size] for start in range(0, len(token), size)]
    return "; ".join(f"{name}.{number}={part}" for number, part in enumerate(parts))


def cookies() -> Iterator[tuple[str, str]]:
    yield "256 cookies", "; ".join(f"c{number}=1" for number in range(256))
    yield "256 large cookies", "; ".join(f"c{number}={'x' * 245}" for number in range(256))
    yield "128 conflicts", "; ".join(f"c{number % 128}={number}" for number in range(256))
    yield "2 cookies, 128 values", "; ".join(f"c{number % 2}={number}" for number in range(256))
    yield "64 KiB of semicolons", ";" * ALL
    yield "255 semicolons", ";" * 255
    yield "64 KiB of equals signs", "=" * ALL
    yield "64 KiB of spaces", " " * ALL
    for name in (SESSION, V4, f"__Secure-{SESSION}"):
        yield f"256 chunks of {name}", "; ".join(f"{name}.{number}=x" for number in range(256))
        conflicts = "; ".join(f"{name}.{number % 32}={number}" for number in range(250))
        yield f"conflicting chunks of {name}", f"{name}=x; {conflicts}"
        zeros = "; ".join(f"{name}.{'0' * 230}{number}=x" for number in range(250))
        yield f"numbers of 230 digits of {name}", zeros
    for name in (SESSION, f"{SESSION}.0", "authjs.csrf-token", "authjs.callback-url"):
        for escape in (
            "%41",
            "a%41",
            "%zz",
            "%ff",
            "%",
            "%e2%82%ac",
            "%F0%90%80%80",
            "%00",
            "\\%5c",
        ):
            yield f"{name} of {escape}", f"{name}={escape * (ALL // len(escape))}"
    halves = "%41" * (ALL // 6)
    yield "two halves of %41", f"{SESSION}={halves}; {SESSION}.0={halves}"
    yield "32 chunks of %41", "; ".join(f"{SESSION}.{n}={'%41' * 670}" for n in range(32))
    for what, token in tokens():
        for name in (SESSION, V4):
            if len(token) <= TOKEN:
                yield f"{what} in {name}, whole", f"{name}={token}"
                yield f"{what} in {name}, 32 chunks", _chunked(name, token, 1_022)
                both = f"{name}={token}; {_chunked(name, token, 1_100)}"
                yield f"{what} in {name}, twice", both[:ALL]
            else:
                yield f"{what} in {name}", f"{name}={token}"


def older_cookies() -> Iterator[tuple[str, str]]:
    for shape, make in older.EVERY.items():
        for room in (shape.longest, TOKEN):
            token = _longest(make, room)
            for what, each in (("over", token), ("damaged", f"{token[:-9]}A{token[-8:]}")):
                name = f"{shape.name} of {len(token)} that is {what}"
                yield name, _chunked(V4, each, 1_022)
                if len(encode_value(each)) <= 4_096:
                    yield f"{name}, whole", f"{V4}={encode_value(each)}"
    yield "SALTED of escapes", f"{V4}=U2FsdGVkX1{'%41' * 2_499}"
    for letter in (b"x", b"."):
        for size in (2_500_000, 20_000_000):
            bomb = older.deflated(older.deflate(letter * size))
            yield f"a bomb of {size} {letter!r}", _chunked(V4, bomb, 1_022)


def _longest(make: Callable[[Any], str], room: int) -> str:
    """Answer the longest token of so many characters, which is over."""
    filler = _b64(Entropy()(room))
    size = room
    while len(token := make({"exp": NOW - 60, "x": filler[:size]})) > room:
        size -= 64 if size < room // 2 else 256
    return token


def reads() -> Iterator[Case]:
    """Answer requests whose session an application, or ``GET session``, reads."""
    for name, cookie in (*older_cookies(), *cookies()):
        yield case(name, on="older", sent=[("cookie", cookie)])
    for on in ("authjs", "next-auth-v4"):
        for name, cookie in cookies():
            yield case(name, on=on, sent=[("cookie", cookie)])
            if "chunks" in name or "%" in name:
                same = [("cookie", cookie), ("sec-fetch-site", "same-origin")]
                yield case(name, on=on, method="POST", action="signout", sent=same)
    for name, token in tokens():
        sent = [("authorization", f"Bearer {token}")]
        yield case(name, on="bearer", sent=sent)
    for value in ("Bearer " + " " * ALL, "bearer " * 9_000, "%zz" * 21_000, "Bearer a" + "." * ALL):
        yield case(f"Authorization of {value[:12]!r}", on="bearer", sent=[("authorization", value)])


def _jsons() -> Iterator[tuple[str, bytes]]:
    listed: dict[str, bytes] = {
        "numbers": b"0",
        "lists": b"[]",
        "objects": b"{}",
        "strings": b'""',
        "floats": b"1.5e9",
        "lists of lists": b"[[],[]]",
        "nulls": b"null",
    }
    for name, item in listed.items():
        yield f"JSON of {name}", b'{"data":[%s]}' % b",".join([item] * (65_500 // (len(item) + 1)))
    members = (b'"%d":""' % number for number in range(5_700))
    yield "JSON of 5,700 members", b"{%s}" % b",".join(members)
    yield "JSON of one member often", b"{%s}" % b",".join([b'"password":"x"'] * 4_000)
    yield "JSON below the limit of marks", b'{"data":[%s]}' % b",".join([b"[]"] * 1_000)
    yield "JSON, deep", b'{"data":' + b"[" * 65_000
    yield "JSON, deep and closed", b'{"data":%s%s}' % (b"[" * 32_000, b"]" * 32_000)
    deep = b"[" * 30 + b",".join([b"[]"] * 21_000) + b"]" * 30
    yield "JSON, 31 levels of many", b'{"data":%s}' % deep
    yield "JSON of one number", b'{"data":%s}' % (b"9" * 65_000)
    yield "JSON of one fraction", b'{"data":0.%s}' % (b"9" * 65_000)
    yield "JSON of escapes", b'{"email":"%s"}' % (b"\\u0041" * 10_900)
    yield "JSON of backslashes", b'{"email":"%s"}' % (b"\\\\" * 32_000)
    yield "JSON of spaces", b"{%s}" % (b" " * 65_000)
    yield "JSON of one text", json.dumps({"email": "x" * 65_000}).encode()
    yield "JSON that is no UTF-8", b'{"email":"%s"}' % (b"\xff" * 65_000)


def _forms() -> Iterator[tuple[str, bytes]]:
    for escape in (b"%41", b"a%41", b"%zz", b"%ff", b"%", b"%e2%82%ac", b"%F0%90%80%80", b"\\%5c"):
        text = escape * (65_000 // len(escape))
        yield f"form of {escape!r}", b"email=" + text
        yield f"form of names of {escape!r}", text
        pairs = (b"f%d=%s" % (number, escape * (490 // len(escape))) for number in range(128))
        yield f"form of 128 fields of {escape!r}", b"&".join(pairs)
        yield f"callbackUrl of {escape!r}", b"callbackUrl=/" + text
        yield f"csrfToken of {escape!r}", b"csrfToken=" + text
        yield f"few of {escape!r}", b"a=" + escape * (256 // escape.count(b"%"))
        most = escape * (8_192 // escape.count(b"%"))
        yield f"most of {escape!r}", b"a=" + most[: 65_000 // len(escape) * len(escape)]
    for letter in (b"&", b"=", b"+", b";", b"&=", b"a&", b"\xc3\xa9", b"\xff"):
        yield f"form of {letter!r}", letter * (65_000 // len(letter))
    pairs = (b"%s%d=%s" % (b"n" * 200, number, b"v" * 280) for number in range(128))
    yield "128 large fields", b"&".join(pairs)
    for letter in (b"|", b"\xc3\xa9", b'"', b"\xe6\xbc\xa2", b"<"):
        yield f"longest callbackUrl of {letter!r}", b"callbackUrl=/" + letter * 2_047
        yield f"large callbackUrl of {letter!r}", b"callbackUrl=/" + letter * 20_000


def posts() -> Iterator[Case]:
    """Answer forms and JSON, as large as they may be."""
    for kind, bodies in ((JSON, _jsons()), (FORM, _forms())):
        for name, body in bodies:
            for action in (CALLBACK, "session", "signin", "signout"):
                sent = [("content-type", kind), ("sec-fetch-site", "same-origin")]
                yield case(name, method="POST", action=action, sent=sent, body=body)
            sent = [("content-type", kind)]
            yield case(f"{name}, no token", method="POST", action=CALLBACK, sent=sent, body=body)
    for kind in ("x" * ALL, ";" * ALL, f"{FORM};{'a=b;' * 16_000}", f"{JSON};{' ' * ALL}"):
        sent = [("content-type", kind), ("sec-fetch-site", "same-origin")]
        yield case(
            f"content-type of {kind[:9]}", method="POST", action="session", sent=sent, body=b"x"
        )
