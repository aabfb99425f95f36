"""Login CSRF: whose form may act, where the browser's own headers and a token decide it."""

import hashlib
import json
from urllib.parse import quote, unquote

import pytest

from nextauth import Auth
from tests.security.test_one_meaning import JSON, RIGHT, trap
from tests.unit.protocol.wire import CALLBACK, FORM, OTHER_SECRET, PASSWORD, Browser, make_auth


def test_the_csrf_token_counts_where_the_form_has_it() -> None:
    """Login CSRF: a token elsewhere, or a second one, decides nothing."""
    asked, browser = trap()
    token = browser.get("csrf").json["csrfToken"]
    good, wrong = f"csrfToken={token}", f"csrfToken={'0' * 64}"
    for body, acts in (
        (f"{RIGHT}&{good}", True),
        (f"{RIGHT}&{good}&{wrong}", False),
        (f"{RIGHT}&{wrong}&{good}", True),
        (f"{RIGHT}&csrfToken[]={token}", False),
        (f"{RIGHT}&csrftoken={token}&csrf_token={token}&_csrf={token}", False),
        (f"{RIGHT}&csrfToken={token[:-1]}", False),
        (f"{RIGHT}&csrfToken={token}%20", False),
        (f"{RIGHT}&csrfToken={token.upper()}", token.upper() == token),
        (RIGHT, False),
    ):
        before = len(asked)
        reply = browser.post_body(CALLBACK, body.encode(), headers=())
        assert (reply.signs_in(), len(asked) > before) == (acts, acts), body
    for header in ("x-csrf-token", "x-xsrf-token", "csrftoken", "x-csrftoken"):
        assert not browser.post_body(CALLBACK, RIGHT.encode(), headers=[(header, token)]).signs_in()
    for value in (json.dumps([token]), json.dumps({"$eq": token}), "null", "true", "0"):
        body = f'{{"email":"a","password":"x","csrfToken":{value}}}'
        reply = browser.post_body(CALLBACK, body.encode(), kind=JSON, headers=())
        assert (reply.signs_in(), reply.status) == (False, 302)
    request = browser.request("POST", f"/api/auth/{CALLBACK}", headers=[("content-type", FORM)])
    request.query = f"{RIGHT}&{good}".encode()
    assert not browser.send(request).signs_in()


def test_a_token_of_another_browser_is_none() -> None:
    """Login CSRF, state not bound to the browser: CVE-2023-27490 (NextAuth)."""
    auth = make_auth()
    mallory, victim = Browser(auth, headers=()), Browser(auth, headers=())
    token = mallory.get("csrf").json["csrfToken"]
    form = {"email": "mallory", "password": PASSWORD, "csrfToken": token}
    assert not victim.post(CALLBACK, form).signs_in()
    victim.get("csrf")
    assert not victim.post(CALLBACK, form).signs_in()
    # Two CSRF cookies, of which the neighbour's may come first: no cookie.
    pair = [("cookie", f"authjs.csrf-token={mallory.jar['authjs.csrf-token']}")]
    assert not victim.post(CALLBACK, form, headers=pair).signs_in()
    assert mallory.post(CALLBACK, form).signs_in()


def test_a_csrf_cookie_is_one_that_we_signed() -> None:
    """Login CSRF: a cookie of one's own making (a neighbour can plant one, on plain http)."""
    auth = make_auth()
    token, _, signature = unquote(_csrf_cookie(auth)).partition("|")
    other = unquote(_csrf_cookie(make_auth(secret=OTHER_SECRET))).partition("|")[2]
    plain = hashlib.sha256(token.encode()).hexdigest()
    for cookie in (
        *(token, f"{token}|", f"{token}|{plain}", f"{token}|{other}", f"{token}|{signature[:-1]}"),
        *(f"{token}|{signature.upper()}", f"{token}|{signature}|", f"{token}x|{signature}", "|"),
        *(
            f"{token[:-1]}|{signature}",
            f"{token} |{signature}",
            f"|{signature}",
            f"{signature}|{token}",
        ),
    ):
        browser = Browser(auth, headers=())
        browser.jar = {"authjs.csrf-token": quote(cookie)}
        for value in (cookie.partition("|")[0], token, "", signature):
            form = {"email": "ada@example.com", "password": PASSWORD, "csrfToken": value}
            browser.jar = {"authjs.csrf-token": quote(cookie)}
            assert not browser.post(CALLBACK, form).signs_in(), cookie
    browser.jar = {"authjs.csrf-token": quote(f"{token}|{signature}")}
    assert browser.post(CALLBACK, {**form, "csrfToken": token}).signs_in()


def _csrf_cookie(auth: Auth) -> str:
    browser = Browser(auth)
    browser.get("csrf")
    return browser.jar["authjs.csrf-token"]


@pytest.mark.parametrize("name", ["sec-fetch-site", "origin"])
def test_a_browsers_word_that_comes_twice_is_none(name: str) -> None:
    """Login CSRF: two parsers disagree on duplicates, and one of them took the better one."""
    ours, theirs = {
        "sec-fetch-site": ("same-origin", "cross-site"),
        "origin": ("http://localhost:3000", "https://evil.example"),
    }[name]
    asked, browser = trap()
    for values in (
        (ours, theirs),
        (theirs, ours),
        (ours, ours),
        (f"{ours}, {theirs}",),
        (ours, ""),
    ):
        sent = [(name, value) for value in values]
        for beside in ([], [("referer", "http://localhost:3000/")]):
            assert not browser.post_body(CALLBACK, RIGHT.encode(), headers=sent + beside).signs_in()
    assert asked == []
    assert browser.post_body(CALLBACK, RIGHT.encode(), headers=[(name, ours)]).signs_in()
