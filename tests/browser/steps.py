"""Owns the steps that a person takes in the demo, as these tests repeat them."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.demo_site import ADA, ADAS_PASSWORD, DemoSite


def fill_in(page: Page, *, email: str = ADA, password: str = ADAS_PASSWORD) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def sign_in(page: Page, demo: DemoSite) -> None:
    page.goto(demo.url("/private"))
    fill_in(page)
    expect_private(page, demo)


def expect_private(page: Page, demo: DemoSite) -> None:
    expect(page).to_have_url(demo.url("/private"))
    expect(page.get_by_role("heading", name="Signed in as Ada Lovelace")).to_be_visible()


def expect_sign_in_page(page: Page, *, error: str | None = None) -> None:
    address = urlsplit(page.url)
    assert address.path == "/api/auth/signin"
    assert parse_qs(address.query).get("error", [None]) == [error]
    expect(page.get_by_role("heading", name="Sign in to nextauth demo")).to_be_visible()


def expect_nobody(page: Page, demo: DemoSite) -> None:
    assert session_of(page, demo) is None
    page.goto(demo.url("/private"))
    assert urlsplit(page.url).path == "/api/auth/signin"


def session_of(page: Page, demo: DemoSite) -> Any:  # noqa: ANN401 - JSON
    return page.context.request.get(demo.url("/api/auth/session")).json()
