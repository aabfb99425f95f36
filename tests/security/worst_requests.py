"""Owns the addresses and headers that cost most to refuse, beside the cookies and the bodies."""

from collections.abc import Iterator

from tests.security.worst_cases import ALL, Case, case
from tests.unit.protocol.wire import CALLBACK

SAME = ("sec-fetch-site", "same-origin")


def addresses() -> Iterator[Case]:
    """Answer requests with a query of 64 KiB, or a path."""
    for escape in (
        "%41",
        "a%41",
        "%zz",
        "%ff",
        "%",
        "%e2%82%ac",
        "\\%5c",
        "+",
        "&",
        "=",
        "a&",
        "%26",
    ):
        text = escape * (ALL // len(escape))
        for on in ("authjs", "own pages"):
            for name in ("error", "code", "callbackUrl"):
                yield case(f"{name}={escape}…", on=on, action="signin", query=f"{name}={text}")
            yield case(f"error={escape}…", on=on, action="error", query=f"error={text}")
        many = "&".join(f"n{number}={escape * (900 // len(escape))}" for number in range(64))
        yield case(f"64 of {escape}", action="signout", query=many)
    for letter in ("/", "%2f", "a", "..", "\u20ac"):
        path = letter * (ALL // len(letter))
        for action in (path, f"signin/{path}", f"callback{path}"):
            yield case(f"path of {letter}", method="POST", action=action, sent=[SAME])


def headers() -> Iterator[Case]:
    """Answer requests with headers of 64 KiB, or with thousands of them."""
    for name in ("x", "accept", "origin", "host", "cookie", "sec-fetch-site", "x-forwarded-for"):
        room = ALL // (len(name) + 5)
        for on in ("authjs", "proxied"):
            many = [(name, "a")] * room
            yield case(f"{room} of {name}", on=on, sent=many)
            yield case(f"{room} of {name}", on=on, method="POST", action=CALLBACK, sent=many)
    for name in (
        "accept",
        "origin",
        "host",
        "referer",
        "user-agent",
        "x-request-id",
        "x-forwarded-host",
    ):
        for text in ("a" * ALL, "," * ALL, "a, " * 21_000, "http://" + "a" * ALL, "\xe9" * ALL):
            for on in ("authjs", "proxied", "trusting"):
                sent = [(name, text), SAME]
                where = f"{name} of {text[:9]!r}"
                yield case(where, on=on, method="POST", action=CALLBACK, sent=sent)
                yield case(where, on=on, action="session", sent=sent)
    hops = {
        "our own proxies": "10.0.0.1,",
        "other addresses": "198.51.100.1,",
        "IPv6": "::ffff:10.0.0.1, ",
        "ports": "10.0.0.1:8080,",
        "brackets": "[::1]:80,",
        "nothing": ",",
        "no addresses": "x" * 40 + ",",
    }
    for what, hop in hops.items():
        chain = hop * (60_000 // len(hop)) + "10.0.0.1"
        for on in ("proxied", "counted"):
            sent = [("x-forwarded-for", chain), SAME]
            lists = [("x-forwarded-host", "a, b"), ("x-forwarded-proto", "https, http")]
            yield case(f"forwarded for {what}", on=on, sent=[*sent, *lists])
            yield case(f"forwarded for {what}", on=on, action="session", sent=[*sent, *lists])
            own = [("sec-fetch-site", "cross-site"), *lists, sent[0]]
            yield case(f"forwarded for {what}", on=on, method="POST", action=CALLBACK, sent=own)
            hosts = [("x-forwarded-host", chain), ("x-forwarded-for", "10.0.0.1, 10.0.0.2")]
            yield case(f"forwarded hosts of {what}", on=on, sent=hosts)
