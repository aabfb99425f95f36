"""The session's cookies as Playwright takes them; `tests/browser` shows them in Chromium."""

import json
from typing import Any

import pytest

from nextauth import CookieOptions
from nextauth.testing import playwright_cookies, storage_state
from tests.unit.testing.samples import ADA, LARGE_GRACE, make_auth, read

SHOP = "https://shop.example"


def values(cookies: Any) -> dict[str, str]:  # noqa: ANN401 - of either of Playwright's types
    return {cookie["name"]: cookie["value"] for cookie in cookies}


def test_a_cookie_is_as_the_site_sets_it_and_ends_with_the_browser() -> None:
    auth = make_auth()
    [cookie] = playwright_cookies(auth, ADA, base_url="http://localhost:8000/some/page")
    session = read(auth, values([cookie]), host="localhost:8000")
    assert session is not None
    assert session.user == ADA
    assert {**cookie, "value": ""} == {
        "name": "authjs.session-token",
        "value": "",
        "domain": "localhost",
        "path": "/",
        "expires": -1,
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
    }


@pytest.mark.parametrize(
    ("cookies", "kept"),
    [
        (CookieOptions(), ("__Secure-authjs.session-token", "shop.example", "Lax")),
        (CookieOptions(host_prefix=True), ("__Host-authjs.session-token", "shop.example", "Lax")),
        (
            CookieOptions(domain="shop.example", same_site="none"),
            ("__Secure-authjs.session-token", ".shop.example", "None"),
        ),
    ],
)
def test_on_https_it_is_secure_and_reaches_as_far_as_the_site_says(
    cookies: CookieOptions, kept: tuple[str, str, str]
) -> None:
    [cookie] = playwright_cookies(make_auth(base_url=SHOP, cookies=cookies), ADA)
    assert (cookie["name"], cookie["domain"], cookie["sameSite"]) == kept
    assert cookie["secure"] is True


def test_the_browser_may_go_elsewhere_than_the_site_says_it_is() -> None:
    auth = make_auth(base_url=SHOP)
    [cookie] = playwright_cookies(auth, ADA, base_url="https://localhost:8443")
    assert (cookie["name"], cookie["domain"]) == ("__Secure-authjs.session-token", "localhost")


def test_claims_of_the_tests_choice_are_in_the_token() -> None:
    auth = make_auth()
    cookies = playwright_cookies(auth, ADA, base_url="http://localhost", theme="dark")
    session = read(auth, values(cookies), host="localhost")
    assert session is not None
    assert session.token["theme"] == "dark"


def test_a_state_holds_every_chunk_and_can_be_kept_in_a_file() -> None:
    auth = make_auth(base_url="http://localhost")
    kept = json.loads(json.dumps(storage_state(auth, LARGE_GRACE)))
    assert kept["origins"] == []
    assert len(kept["cookies"]) > 1
    session = read(auth, values(kept["cookies"]), host="localhost")
    assert session is not None
    assert session.user == LARGE_GRACE


def test_nobody_knows_where_the_browser_goes() -> None:
    for make in (playwright_cookies, storage_state):
        with pytest.raises(ValueError, match="pass base_url='http://localhost'"):
            make(make_auth(), ADA)
