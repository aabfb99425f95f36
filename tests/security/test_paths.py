"""A route has one spelling: what is only like it acts on nothing, and what covers it decides."""

import pytest

from nextauth import Auth, User
from tests.unit.protocol.wire import FORM, SESSION, Browser, make_auth

ROUTE = "/api/auth/callback/credentials"
ALMOST = (
    *(f"/{ROUTE}", f"//{ROUTE}", f".{ROUTE}", f"/.{ROUTE}", f"/x/..{ROUTE}", f"\\{ROUTE}"),
    *(f"{ROUTE}//", f"{ROUTE}/.", f"{ROUTE}/..", f"{ROUTE}/x", f"{ROUTE}.", f"{ROUTE}.."),
    *(f"{ROUTE} ", f"{ROUTE};", f"{ROUTE};jsessionid=1", f"{ROUTE}%00", f"{ROUTE}\x00"),
    *(f"{ROUTE}%2f", f"{ROUTE}%20", f"{ROUTE}.json", f"{ROUTE}.css", f"{ROUTE}~", f"{ROUTE}?x"),
    *(f"{ROUTE}#x", f"{ROUTE}\n", f"{ROUTE}\t", f"{ROUTE}\\", f"{ROUTE}/\x00", f"{ROUTE}\u2028"),
    *(f"{ROUTE}\ufeff", f"{ROUTE}\xad", f"{ROUTE}\ud800", ROUTE.upper(), ROUTE.title()),
    *(ROUTE.replace("c", "\u0441"), ROUTE.replace("k", "\u212a"), ROUTE.replace("/", "\uff0f")),
    *(ROUTE.replace("/", "\\"), ROUTE.replace("/", "%2f"), ROUTE[1:], ROUTE.replace("/", "//")),
    *(ROUTE.replace("/", "/./"), ROUTE.replace("auth/", "auth/%2e%2e/auth/")),
    *(ROUTE.replace("auth/", "auth/;/"), ROUTE.replace("auth/", "auth/..;/")),
    *(ROUTE.replace("api", "%61pi"), ROUTE.replace("callback", "callback\x00")),
    *(ROUTE.replace("callback", "call\xadback"), "/api/auth/", "/api/auth", "/api/auth//"),
    *("/api/auth/callback", "/api/auth/callback/", "/api/auth/callback/%"),
    *("/api/auth/callback/credentials2", "/api/auth/callback/Credentials", "/api/auth/credentials"),
    *("/api/auth/__class__", "/api/auth/callback/__class__", "/api/auth/get"),
    *("/api/auth/callback/*", "http://localhost:3000/api/auth/callback/credentials", "*", "", "/"),
    *("callback/credentials", "/api/auth/signin/credentials/callback/credentials"),
    "/api/auth/callback/credentials/signin",
)  # fmt: skip


def _post(auth: Auth, path: str) -> Browser:
    browser = Browser(auth)
    sent = [("content-type", FORM), ("sec-fetch-site", "same-origin")]
    reply = browser.send(browser.request("POST", path, headers=sent, body=b"email=a&password=b"))
    assert (reply.status, reply.json["error"]) == (400, "UnknownAction")
    assert reply.url.startswith("http://localhost:3000/api/auth/error?error=")
    return browser


@pytest.mark.parametrize("path", ALMOST, ids=ascii)
def test_what_is_only_like_the_route_signs_nobody_in(path: str) -> None:
    """A path written with `//` evades limits and route checks: GHSA-x732-6j76-qmhm."""
    asked: list[object] = []

    def authorize(credentials: object) -> User:
        asked.append(credentials)
        return User(id="1")

    auth = make_auth(authorize)
    assert SESSION not in _post(auth, path).jar
    assert asked == []
    for accepted in (ROUTE, f"{ROUTE}/"):
        browser = Browser(auth)
        sent = [("content-type", FORM), ("sec-fetch-site", "same-origin")]
        browser.send(browser.request("POST", accepted, headers=sent, body=b"email=a&password=b"))
        assert SESSION in browser.jar


@pytest.mark.parametrize("path", ALMOST, ids=ascii)
def test_who_covers_a_path_also_answers_it(path: str) -> None:
    """Two parsers disagree on a path (GHSA-x732-6j76-qmhm): what we do not cover is not ours."""
    auth = make_auth()
    inside = path == "/api/auth" or path.startswith("/api/auth/")
    assert auth.covers(path) is inside
    reply = Browser(auth).send(Browser(auth).request("GET", path))
    assert reply.status == 400
    assert reply.header("location") is None


@pytest.mark.parametrize("base_path", ["/auth", "/a.b/c", "/~x", "/api/auth"])
def test_a_base_path_is_no_pattern(base_path: str) -> None:
    """A path that evades route checks: GHSA-x732-6j76-qmhm, by a dot that stands for anything."""
    auth = make_auth(base_path=base_path)
    browser = Browser(auth)
    assert browser.send(browser.request("GET", f"{base_path}/session")).status == 200
    for almost in (base_path.replace(".", "x"), f"{base_path}x", f"x{base_path}", base_path[:-1]):
        if almost == base_path:
            continue
        assert not auth.covers(f"{almost}/session")
        assert browser.send(browser.request("GET", f"{almost}/session")).status == 400
