"""Markup in every parameter that a page could show: the page stays what it was."""

import re
from dataclasses import fields, replace
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from nextauth import Auth, Credentials, FormField, Theme
from nextauth.pages import Texts
from tests.unit.pages.dom import Element, read
from tests.unit.protocol.wire import CALLBACK, FORM, Browser, Reply, make_auth, signed_in

MARKUP = (
    *("<script>alert(1)</script>", '"><svg onload=alert(1)>', "' autofocus onfocus=alert(1) x='"),
    *("</style><script>alert(1)</script>", "</title><h1>x", "<!--", "-->", "]]>"),
    *("<base href=//x>", "javascript:alert(1)", "data:text/html,<b>", "{{7*'7'}}"),
    *("{% include 'x' %}", "{#", "${7*7}", "&lt;b&gt;", "&#60;b&#62;", "<\x00b>", "\ufeff<b>"),
    *("\u202e<b>", "+ADw-b+AD4-", "\x1b(J<b>", '" formaction="https://evil.example'),
    *('" style="position:fixed', "<form action=//evil.example>"),
    *("<meta http-equiv=refresh content=0;url=//evil.example>", "<img src=x>", "`-alert(1)-`"),
)  # fmt: skip
QUERIES = ("error", "code", "callbackUrl", "provider", "type", "json", "csrfToken", "lang", "theme")
PAGES = ("signin", "signin/credentials", "signout", "error", "verify-request")
HTML = [("accept", "text/html")]
each_markup = pytest.mark.parametrize("text", MARKUP, ids=ascii)


def _page(reply: Reply) -> Element:
    assert reply.header("content-type") == "text/html; charset=utf-8"
    assert reply.header("x-content-type-options") == "nosniff"
    assert "script-src" not in (reply.header("content-security-policy") or "script-src")
    page = read(reply.response)
    assert page.all("script") == []
    for each in page.walk():
        assert not [name for name in each.attributes if name.startswith("on")]
        for name in ("href", "src", "action", "formaction"):
            assert re.match(r"/(?!/)|http://localhost:3000(?:/|\Z)|\Z", each.get(name) or "")
    return page


@each_markup
@pytest.mark.parametrize("action", PAGES)
def test_no_query_changes_a_page(action: str, text: str) -> None:
    """Reflected markup from an `error` or other query parameter: GHSA-9x4v-xfq5-m8x5."""
    browser = Browser(make_auth())
    written = [text, f"/{text}", f"Configuration{text}"]
    for value in written:
        for name in QUERIES:
            plain = browser.get(f"{action}?{name}=zzz", HTML)
            reply = browser.get(f"{action}?{urlencode({name: value})}", HTML)
            assert _page(reply).shape == _page(plain).shape
            if name != "callbackUrl":
                # Not even as text: what a query says is shown to nobody.
                assert _without_token(reply) == _without_token(plain)
        for raw in (quote(value, safe="<>'\"()/:;=`{}"), value.encode().decode("latin-1")):
            request = browser.request("GET", f"/api/auth/{action}", headers=HTML)
            request.query = f"error={raw}&code={raw}&{raw}={raw}".encode("latin-1")
            _page(browser.send(request))


def _without_token(reply: Reply) -> str:
    return re.sub(r'name="csrfToken" value="[0-9a-f]{64}"', "", reply.text)


@each_markup
def test_no_form_changes_the_page_that_refuses_it(text: str) -> None:
    """Reflected markup (GHSA-9x4v-xfq5-m8x5) from a form, its type, its path, its method."""
    browser = Browser(make_auth())
    same = [("sec-fetch-site", "same-origin"), *HTML]
    header = text.encode().decode("latin-1")
    long = {text: "x" * 2_000, "password": "y"}
    for kind, body in (
        (FORM, urlencode(long).encode()),
        (FORM, b"&".join([quote(text).encode()] * 200)),
        (f"text/{header}", b"x"),
        ("application/json", b'{"email": 1, "%s": 2}' % quote(text).encode()),
        ("application/json", text.encode()),
    ):
        reply = browser.post_body(CALLBACK, body, kind=kind, headers=same)
        assert reply.status in {400, 413, 415}
        _page(reply)
        assert text not in reply.text
    for action, method in ((f"signin/{text}", "GET"), (text, "GET"), ("csrf", text)):
        reply = browser.get(action, HTML, method=method)
        assert reply.status in {400, 405}
        _page(reply)
        assert text not in reply.text
    for sent in ([("host", header), *HTML], [("x-forwarded-host", header), *HTML]):
        reply = browser.get("signin", sent)
        assert reply.status == 500
        assert header not in reply.text


@each_markup
def test_no_cookie_changes_a_page(text: str) -> None:
    """Reflected markup (GHSA-9x4v-xfq5-m8x5) from what an earlier request left in a cookie."""
    for page in ("signin", "signout"):
        plain = _page(Browser(make_auth()).get(page, HTML)).shape
        for name in ("authjs.callback-url", "authjs.csrf-token", "authjs.session-token"):
            for value in (text, f"/{text}", f"http://localhost:3000/{text}"):
                browser = Browser(make_auth())
                browser.jar = {name: quote(value, safe="")}
                assert _page(browser.get(page, HTML)).shape == plain


def _decorated(text: str) -> Auth:
    field = FormField(text, placeholder=text, help=text, autocomplete=text)
    said = Texts()
    replaced: dict[str, Any] = {
        each.name: text
        for each in fields(said)
        if isinstance(getattr(said, each.name), str) and each.name not in {"lang", "dir"}
    }
    texts = replace(said, **replaced)
    providers = [
        Credentials(lambda _: None, {text: field, "b": field}, id_, name=text, account="b")
        for id_ in ("credentials", "staff")
    ]
    return make_auth(providers=providers, theme=Theme(name=text), texts=texts)


@each_markup
def test_no_text_of_the_site_becomes_markup(text: str) -> None:
    """Reflected markup (GHSA-9x4v-xfq5-m8x5): theme, texts and fields may come from a database."""
    plain, hostile = Browser(_decorated(f"{text[0]}x")), Browser(_decorated(text))
    for action in PAGES:
        query = "?error=CredentialsSignin&code=x"
        page = _page(hostile.get(f"{action}{query}", HTML))
        assert page.shape == _page(plain.get(f"{action}{query}", HTML)).shape
        assert text.replace("\x00", "\ufffd") in f"{page.text}{_values(page)}".replace(
            "\x00", "\ufffd"
        )


def _values(page: Element) -> str:
    return "".join(value or "" for each in page.walk() for value in each.attributes.values())


@each_markup
def test_what_a_person_is_called_is_on_no_page(text: str) -> None:
    """Markup in an e-mail address or a name: CVE-2022-35924 (NextAuth)."""
    person = {"id": text, "name": text, "email": text, "image": text}
    browser = signed_in(make_auth(lambda _: person))
    for action in PAGES:
        assert text not in browser.get(action, HTML).text
    shown = browser.get("session")
    assert shown.json["user"]["name"] == text
    assert shown.header("content-type") == "application/json"
    assert shown.header("x-content-type-options") == "nosniff"
