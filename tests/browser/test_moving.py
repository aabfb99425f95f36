"""Shows that people stay signed in when our site takes an older release's place, in Chromium."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from playwright.sync_api import Page, expect

from tests.interop.older.running import VERSIONS, needed, running_new_site, running_old_site
from tests.servers import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = [pytest.mark.browser, pytest.mark.interop]

GRACE = {
    "name": "Grace Hopper",
    "email": "grace@example.com",
    "image": "https://example.com/grace.png",
}


@contextmanager
def opened(browser: "Browser", cookies: list[Any]) -> "Generator[BrowserContext]":
    context = browser.new_context()
    context.set_default_timeout(15_000)
    context.add_cookies(cookies)
    yield context
    context.close()


def session_cookies(context: "BrowserContext") -> list[str]:
    return [each["name"] for each in context.cookies() if "session-token" in each["name"]]


def session_of(page: Page, origin: str) -> Any:  # noqa: ANN401 - JSON
    return page.context.request.get(f"{origin}/api/auth/session").json()


def sign_in_at_the_old_site(page: Page, origin: str) -> None:
    page.goto(f"{origin}/api/auth/signin?callbackUrl={origin}/")
    page.locator("input[name=email]").fill("grace@example.com")
    page.locator("input[name=password]").fill("correct horse")
    page.locator("input[name=password]").press("Enter")
    expect(page.get_by_role("heading", name="Grace Hopper is signed in")).to_be_visible()


@pytest.mark.parametrize("version", VERSIONS)
def test_people_stay_signed_in_and_after_the_date_are_asked(
    browser: "Browser", version: str
) -> None:
    needed()
    port = free_port()
    origin = f"http://localhost:{port}"
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    dialect = "next-auth-v4" if version == "v2" else "authjs"
    name = "next-auth.session-token" if version == "v2" else "authjs.session-token"
    with opened(browser, []) as context:
        page = context.new_page()
        with running_old_site(version, port, origin):
            sign_in_at_the_old_site(page, origin)
        [old] = [each for each in context.cookies() if "session-token" in each["name"]]
        everything = context.cookies()
        with running_new_site(version, port, until=tomorrow, dialect=dialect):
            page.goto(f"{origin}/private")
            heading = page.get_by_role("heading", name="Grace Hopper (7) is signed in")
            expect(heading).to_be_visible()
            assert session_cookies(context) == [name]
            [new] = [each for each in context.cookies() if each["name"] == name]
            assert new["value"] != old["value"]
            assert new["httpOnly"]
            assert session_of(page, origin)["user"] == GRACE
        yesterday = datetime.now(UTC) - timedelta(days=1)
        with running_new_site(version, port, until=yesterday, dialect=dialect):
            # Who has visited in time stays, and who comes with an old cookie is asked.
            page.goto(f"{origin}/private")
            expect(heading).to_be_visible()
            with opened(browser, everything) as late:
                expect_to_be_asked(late.new_page(), origin)
                assert session_cookies(late) == [name]


def expect_to_be_asked(page: Page, origin: str) -> None:
    page.goto(f"{origin}/private")
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    assert urlsplit(page.url).path == "/api/auth/signin"
    assert not session_of(page, origin)
    assert session_cookies(page.context) == []
    page.get_by_label("Email").fill("grace@example.com")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Grace Hopper (7) is signed in")).to_be_visible()
