"""No line break in anything that ends in a header starts a header, or a body, of its own."""

import re
from urllib.parse import quote, urlencode

import pytest

from nextauth import (
    Callbacks,
    Credentials,
    CredentialsSignin,
    Pages,
    Response,
    SubmittedCredentials,
    User,
)
from tests.unit.protocol.wire import CALLBACK, ORIGIN, SESSION, WAYS, Browser, Reply, make_auth

TRUSTED = "https://app.example.com"
BREAKS = (
    *("\r\n", "\n", "\r", "\r\n\r\n", "\x00\n", "\t\r\n ", "\x0b\n", "\x85", "\x1c\n"),
    # Characters whose last byte is a line break: a careless encoder keeps only that.
    *("\u560d\u560a", "\u010d\u010a", "\u2028", "\u2029"),
)
FORGED = "x-forged: yes"
each_break = pytest.mark.parametrize("line", BREAKS, ids=ascii)


def _check(response: Response) -> Reply:
    for name, value in response.raw_headers():
        assert not re.search(rb"[\r\n\x00\x85]", name + value), (name, value)
        assert name != b"x-forged"
        # What stands in a value is text of a URL or a cookie, and never the header itself.
        assert b"x-forged: yes" not in value
    assert len({name for name, _ in response.headers}) == len(response.headers)
    return Reply(response)


@each_break
def test_no_parameter_splits_an_answer(line: str) -> None:
    """Header splitting (class: output), as in a query that ends in Location: GHSA-9x4v-xfq5."""
    hostile = f"/a{line}{FORGED}"
    for text in (hostile, quote(hostile), quote(quote(hostile)), f"{ORIGIN}{hostile}"):
        named = dict.fromkeys(
            ("callbackUrl", "error", "code", "csrfToken", "email", "provider", "type", "json", "x"),
            text,
        )
        for way in WAYS:
            for action in (CALLBACK, "signin", "signin/credentials", "signout", "session"):
                browser = Browser(make_auth(trusted_origins=[TRUSTED]), way=way)
                _check(browser.post(action, {**named, "password": "wrong"}).response)
        for page in ("signin", "signout", "error", "verify-request", "session", "csrf"):
            browser = Browser(make_auth())
            _check(browser.get(f"{page}?{urlencode(named)}", [("accept", "text/html")]).response)
            browser.jar = {f"authjs.{kept}": quote(text) for kept in ("callback-url", "csrf-token")}
            _check(browser.get(f"{page}?{urlencode(named)}").response)


@each_break
def test_no_parameter_splits_the_way_to_ones_own_page(line: str) -> None:
    """Reflected text from an `error` or other query parameter: GHSA-9x4v-xfq5-m8x5."""
    pages = Pages(sign_in="/login", sign_out="/bye", error="/oops", verify_request="/post")
    auth = make_auth(pages=pages, trusted_origins=[TRUSTED])
    text = f"x{line}{FORGED}"
    query = urlencode(dict.fromkeys(("error", "code", "callbackUrl", "provider", "type"), text))
    for page in ("signin", "signout", "error", "verify-request"):
        reply = _check(Browser(auth).get(f"{page}?{query}").response)
        assert reply.status == 302
        assert reply.url.startswith(f"{ORIGIN}/")
        assert {value for name, value in reply.query.items() if name != "callbackUrl"} <= {text}


@each_break
def test_no_header_is_echoed_with_a_line_break(line: str) -> None:
    """Header splitting, by what the client sends in its own headers (class: output)."""
    if not all(ord(letter) < 0x100 for letter in line):
        line = line.encode().decode("latin-1")
    text = f"{line}{FORGED}"
    auth = make_auth(trusted_origins=[TRUSTED], trust_host=True)
    for name, value in (
        ("origin", f"{TRUSTED}{text}"),
        ("origin", f"{text}{TRUSTED}"),
        ("host", f"shop.example{text}"),
        ("x-forwarded-host", f"shop.example{text}"),
        ("x-forwarded-proto", f"https{text}"),
        ("x-request-id", text),
        ("user-agent", text),
        ("referer", text),
        ("accept", f"text/html{text}"),
        ("access-control-request-method", f"POST{text}"),
        ("access-control-request-headers", text),
        ("sec-fetch-site", f"same-origin{text}"),
        ("content-type", f"application/json{text}"),
        ("cookie", f"{SESSION}.0{text}=1; {SESSION}{text}=2; {SESSION}.1=a{text}"),
    ):
        for method in ("GET", "POST", "OPTIONS"):
            for action in ("session", "signin", "signout", CALLBACK, f"signin/{text}"):
                browser = Browser(auth, host="shop.example")
                sent = [(name, value), ("accept", "text/html")]
                _check(browser.get(action, sent, method=method).response)


@each_break
def test_no_answer_of_an_application_splits_ours(line: str) -> None:
    """Header splitting, by what a callback or a directory says of a person (class: output)."""
    text = f"{line}{FORGED}"

    def authorize(credentials: SubmittedCredentials) -> User:
        if credentials["email"] == "refuse":
            raise CredentialsSignin(code=f"locked{text}")
        return User(id=text, name=text, email=text, image=text, extra={text: text})

    callbacks = (
        Callbacks(),
        Callbacks(redirect=lambda _: f"/{text}"),
        Callbacks(sign_in=lambda _: f"/{text}"),
        Callbacks(jwt=lambda params: {**params.token, text: text}),
        Callbacks(session=lambda params: {**params.session, text: text}),
    )
    for each in callbacks:
        auth = make_auth(authorize, callbacks=each)
        for way in WAYS:
            browser = Browser(auth, way=way)
            reply = _check(browser.post(CALLBACK, {"email": "refuse", "password": "x"}).response)
            assert reply.query == {"error": "Configuration"}  # the code is no public word
            _check(browser.post(CALLBACK, {"email": "ada", "password": "x"}).response)
            _check(browser.get("session").response)
            _check(browser.post("session").response)
            _check(browser.post("signout").response)


@each_break
def test_no_configuration_splits_an_answer(line: str) -> None:
    """Header splitting, by names that an operator chose (class: output): refused, or harmless."""
    provider = Credentials(authorize=lambda _: None, name=f"Staff{line}{FORGED}", account="email")
    browser = Browser(make_auth(providers=[provider]))
    for action in ("providers", "signin"):
        _check(browser.get(action).response)
