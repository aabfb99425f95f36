"""What the comparison with the npm packages found to be ours to mend."""

from urllib.parse import urlencode

import pytest

from nextauth import Pages
from tests.unit.protocol.wire import (
    CALLBACK_URL,
    FORM,
    ORIGIN,
    SAME_ORIGIN,
    Browser,
    Reply,
    make_auth,
)

PAGES = Pages(sign_in="/login", sign_out="/bye", error="/oops", verify_request="/mail")
RETURN_REDIRECT = [("x-auth-return-redirect", "1")]


@pytest.mark.parametrize(
    ("action", "url"),
    [
        ("signin?callbackUrl=/inner", "/login?callbackUrl=http%3A%2F%2Flocalhost%3A3000%2Finner"),
        ("signout", "/bye"),
        ("error?error=AccessDenied", "/oops?error=AccessDenied"),
        ("verify-request", "/mail"),
    ],
)
def test_a_client_library_is_told_of_the_sites_own_pages_in_json(action: str, url: str) -> None:
    browser = Browser(make_auth(pages=PAGES))
    told = browser.get(action, RETURN_REDIRECT)
    assert (told.status, told.json) == (200, {"url": f"{ORIGIN}{url}"})
    assert told.header("location") is None
    redirected = browser.get(action)
    assert (redirected.status, redirected.header("location")) == (302, f"{ORIGIN}{url}")


def test_the_page_after_an_email_learns_which_provider_wrote_and_nothing_else() -> None:
    browser = Browser(make_auth(pages=PAGES))
    reply = browser.get("verify-request?provider=newsletter&type=email&other=1")
    assert (reply.path, reply.query) == ("/mail", {"provider": "newsletter", "type": "email"})


def sign_out(browser: Browser, fields: dict[str, str]) -> Reply:
    """Post a form to an address whose query asks for a page as well."""
    return browser.send(
        browser.request(
            "POST",
            "/api/auth/signout",
            query="callbackUrl=/from-query",
            headers=[*SAME_ORIGIN, ("content-type", FORM)],
            body=urlencode(fields).encode(),
        )
    )


@pytest.mark.parametrize(
    ("fields", "goes_to"),
    [
        ({"callbackUrl": "/from-body"}, f"{ORIGIN}/from-body"),
        ({"callbackUrl": ""}, ORIGIN),
        ({}, f"{ORIGIN}/from-query"),
    ],
)
def test_a_callback_url_in_the_body_beats_the_query_even_if_it_is_empty(
    fields: dict[str, str], goes_to: str
) -> None:
    assert sign_out(Browser(make_auth()), fields).url == goes_to


def test_an_empty_callback_url_in_the_body_leaves_the_flow_where_its_cookie_says() -> None:
    browser = Browser(make_auth())
    browser.jar[CALLBACK_URL] = f"{ORIGIN}/kept"
    assert sign_out(browser, {"callbackUrl": ""}).url == f"{ORIGIN}/kept"
