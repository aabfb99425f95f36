"""How a session travels: what is damaged is nobody's, cookies by scheme, and chunks."""

from collections.abc import Mapping
from typing import Any

import pytest

from nextauth import Auth, Callbacks, CookieOptions, JWTParams, SessionOptions, User
from nextauth.testing import FakeClock, mint_session
from tests.unit.protocol.ending import copy_of
from tests.unit.protocol.wire import (
    SESSION,
    Browser,
    Reply,
    claims_of,
    make_auth,
    signed_in,
)

V4 = "next-auth.session-token"
TOLERANCE = 15
OPTIONS = SessionOptions(max_age=1000, update_age=100)


# --- damage


def _flip(text: str, at: int) -> str:
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


DAMAGES = ("header", "iv", "text", "tag", "cut", "empty-key", "six-parts", "alg-none")


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("dialect", ["authjs", "next-auth-v4"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_damaged_session_is_nobody_and_its_cookie_goes(
    how: str, dialect: str, method: str
) -> None:
    name = SESSION if dialect == "authjs" else V4
    browser = signed_in(make_auth(dialect=dialect))
    header, key, iv, text, tag = browser.jar[name].split(".")
    browser.jar[name] = {
        "header": f"{_flip(header, 5)}.{key}.{iv}.{text}.{tag}",
        "iv": f"{header}.{key}.{_flip(iv, 5)}.{text}.{tag}",
        "text": f"{header}.{key}.{iv}.{_flip(text, 5)}.{tag}",
        "tag": f"{header}.{key}.{iv}.{text}.{_flip(tag, 5)}",
        "cut": f"{header}.{key}.{iv}.{text}",
        "empty-key": f"{header}.AAAA.{iv}.{text}.{tag}",
        "six-parts": f"{header}.{key}.{iv}.{text}.{tag}.",
        "alg-none": "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwiZXhwIjo5OTk5OTk5OTk5fQ.",
    }[how]
    assert browser.auth.session_sync(browser.request("GET", "/")) is None
    reply = browser.post("session") if method == "POST" else browser.get("session")
    assert reply.status == 200
    assert not reply.json
    assert reply.deletes(name)
    assert name not in browser.jar


def test_two_session_cookies_that_differ_are_nobody() -> None:
    auth = make_auth()
    first, second = signed_in(auth).jar[SESSION], signed_in(auth).jar[SESSION]
    browser = Browser(auth)
    same = browser.get("session", [("cookie", f"{SESSION}={first}; {SESSION}={first}")])
    assert same.json["user"]["name"] == "Ada"
    reply = browser.get("session", [("cookie", f"{SESSION}={first}; {SESSION}={second}")])
    assert (reply.json, reply.deletes()) == (None, True)


def test_a_session_of_http_is_none_on_https() -> None:
    auth = make_auth()
    browser = signed_in(auth)
    secure = Browser(auth, scheme="https")
    secure.jar[f"__Secure-{SESSION}"] = browser.jar[SESSION]  # the name is the key's salt
    assert secure.session() is None
    assert signed_in(auth, scheme="https").session()["user"]["name"] == "Ada"


@pytest.mark.parametrize(
    ("scheme", "prefix", "csrf"), [("http", "", ""), ("https", "__Secure-", "__Host-")]
)
def test_cookies_by_scheme(scheme: str, prefix: str, csrf: str) -> None:
    browser = Browser(make_auth(), scheme=scheme)
    browser.get("csrf")
    reply = browser.sign_in(callbackUrl="/me")
    assert set(browser.jar) == {
        f"{prefix}{SESSION}",
        f"{prefix}authjs.callback-url",
        f"{csrf}authjs.csrf-token",
        f"{csrf}authjs.device",
    }
    for line in reply.all("set-cookie"):
        attributes = line.split("; ")[1:]
        assert {"Path=/", "HttpOnly", "SameSite=Lax"} <= set(attributes)
        assert ("Secure" in attributes) is (scheme == "https")


# --- chunks


def _large(number: int = 9000) -> Auth:
    return make_auth(lambda _credentials: User(id="1", name="Ada", extra={"big": "x" * number}))


def test_a_large_session_travels_in_chunks() -> None:
    browser = signed_in(_large())
    others = {"authjs.callback-url", "authjs.device"}
    assert set(browser.jar) - others == {f"{SESSION}.{n}" for n in range(4)}
    session = browser.auth.session_sync(browser.request("GET", "/"))
    assert session is not None
    assert session.user.extra == {"big": "x" * 9000}
    assert all(len(f"{name}={value}") < 4096 for name, value in browser.jar.items())


@pytest.mark.parametrize("lost", [0, 1, 2, 3])
def test_a_lost_chunk_is_nobody_and_all_cookies_go(lost: int) -> None:
    browser = signed_in(_large())
    del browser.jar[f"{SESSION}.{lost}"]
    reply = browser.get("session")
    assert reply.json is None
    # Without its first chunk there is no session to be damaged; the rest still goes.
    assert all(reply.deletes(f"{SESSION}.{each}") for each in {0, 1, 2, 3} - {lost})


@pytest.mark.parametrize("name", [f"{SESSION}.01", f"{SESSION}.x", f"{SESSION}.-1", f"{SESSION}."])
def test_chunks_have_exact_names(name: str) -> None:
    browser = signed_in(_large())
    browser.jar[name] = browser.jar.pop(f"{SESSION}.1")
    assert browser.session() is None


def test_stale_chunks_are_deleted_when_a_smaller_session_is_written() -> None:
    browser = signed_in(_large())
    browser.auth = make_auth()
    reply = browser.sign_in()
    assert reply.signs_in()
    assert all(reply.deletes(f"{SESSION}.{number}") for number in range(4))
    assert browser.session()["user"]["name"] == "Ada"
    browser.auth = _large()
    reply = browser.sign_in()
    assert (reply.deletes(), SESSION in browser.jar) == (True, False)
    assert browser.session()["user"]["name"] == "Ada"


def test_chunks_that_no_longer_open_do_not_hide_the_session_beside_them() -> None:
    browser = signed_in(make_auth())
    browser.jar |= {f"{SESSION}.0": "stale", f"{SESSION}.1": "stale"}
    assert browser.session()["user"]["name"] == "Ada"


def test_two_sessions_that_both_open_are_nobody() -> None:
    large = signed_in(_large())
    large.jar[SESSION] = signed_in(make_auth()).jar[SESSION]
    assert large.session() is None


# --- two answers that cross on their way leave both a whole and chunks of one session


def _posting(browser: Browser, data: str) -> dict[str, str]:
    """Answer the session cookies of an answer that the browser has not seen yet."""
    crossing = copy_of(browser)
    crossing.post("session", {"data": data})
    return {name: value for name, value in crossing.jar.items() if name.startswith(SESSION)}


def _noting(clock: FakeClock) -> Browser:
    def note(params: JWTParams) -> Mapping[str, Any]:
        return {**params.token, "note": params.session or params.token.get("note")}

    return signed_in(make_auth(callbacks=Callbacks(jwt=note), clock=clock))


@pytest.mark.parametrize("first", ["small", "large" * 1500])
def test_the_one_that_was_written_last_is_the_session(first: str) -> None:
    clock = FakeClock()
    browser = _noting(clock)
    second = "large" * 1500 if first == "small" else "small"
    earlier = _posting(browser, first)
    clock.advance(1)
    later = _posting(browser, second)
    browser.jar = {**earlier, **later}
    assert {SESSION, f"{SESSION}.0"} <= set(browser.jar)
    assert claims_of(browser)["note"] == second
    # What is written next is alone again.
    browser.post("session", {"data": "third"})
    assert list(browser.jar) == [SESSION]
    assert claims_of(browser)["note"] == "third"


def test_of_the_same_second_either_is() -> None:
    browser = _noting(FakeClock())
    browser.jar = {**_posting(browser, "small"), **_posting(browser, "large" * 1500)}
    assert len(browser.jar) > 2
    assert browser.session()["user"]["name"] == "Ada"


def test_after_signing_out_none_of_both_is_left() -> None:
    browser = _noting(FakeClock())
    browser.jar = {**_posting(browser, "small"), **_posting(browser, "large" * 1500)}
    browser.post("signout")
    assert not [name for name in browser.jar if name.startswith(SESSION)]


@pytest.mark.parametrize("changed", ["sub", "sid", "provider", "nobody's"])
def test_only_what_is_one_session_is_taken_for_one(changed: str) -> None:
    auth = make_auth()
    claims: dict[str, Any] = {"sub": "1", "sid": "s-1", "provider": "credentials"}
    other = {**claims, changed: "other"} if changed in claims else {**claims, "sid": None}
    if changed not in claims:
        claims = other
    browser = Browser(auth)
    browser.jar = mint_session(auth, User(id="1"), **claims)
    large = mint_session(auth, User(id="1", extra={"x": "x" * 9000}), **other)
    assert SESSION not in large
    browser.jar |= large
    assert browser.session() is None
    assert browser.jar == {}


def test_signing_out_deletes_every_chunk() -> None:
    browser = signed_in(_large())
    browser.post("signout")
    assert not [name for name in browser.jar if name.startswith(SESSION)]


# --- reach


def test_with_host_prefix_no_other_host_of_the_domain_can_plant_a_session() -> None:
    auth = make_auth(cookies=CookieOptions(host_prefix=True))
    browser = signed_in(auth, scheme="https")
    assert f"__Host-{SESSION}" in browser.jar
    planted = Browser(auth, scheme="https")
    planted.jar[f"__Secure-{SESSION}"] = signed_in(make_auth(), scheme="https").jar[
        f"__Secure-{SESSION}"
    ]
    assert planted.session() is None
    reply = browser.post("signout")
    assert reply.deletes(f"__Host-{SESSION}")
    encoded = reply.set[f"__Host-{SESSION}"].encode()
    assert b"Secure" in encoded
    assert b"Path=/;" in encoded
    assert b"Domain" not in encoded


def test_host_prefix_is_for_https_alone() -> None:
    assert SESSION in signed_in(make_auth(cookies=CookieOptions(host_prefix=True))).jar


def _set_cookies(reply: Reply, name: str) -> list[tuple[str | None, bool]]:
    """Answer domain and whether it is a deletion, of each header for one cookie, in their order."""
    return [
        (cookie.attributes.domain, cookie.max_age == 0)
        for cookie in reply.response.cookies
        if cookie.name == name
    ]


def test_with_a_domain_both_variants_of_the_cookie_go() -> None:
    auth = make_auth(cookies=CookieOptions(domain="example.com"), trust_host=True)
    browser = Browser(auth, host="www.example.com")
    assert _set_cookies(browser.sign_in(), SESSION) == [("example.com", False)]
    # A cookie of before the domain was configured has the same name; which one came, nobody knows.
    again = browser.sign_in()
    assert _set_cookies(again, SESSION) == [(None, True), ("example.com", False)]
    gone = browser.post("signout")
    assert _set_cookies(gone, SESSION) == [("example.com", True), (None, True)]


def test_a_person_locked_out_by_two_variants_can_sign_in_again() -> None:
    auth = make_auth(cookies=CookieOptions(domain="example.com"), trust_host=True)
    one, two = (
        signed_in(auth, host="www.example.com").jar[SESSION],
        signed_in(auth, host="www.example.com").jar[SESSION],
    )
    both = [("cookie", f"{SESSION}={one}; {SESSION}={two}")]
    reply = Browser(auth, host="www.example.com").get("session", both)
    assert reply.json is None
    assert _set_cookies(reply, SESSION) == [("example.com", True), (None, True)]
