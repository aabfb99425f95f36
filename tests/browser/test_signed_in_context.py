"""Shows that a browser which begins with our cookies is signed in, as if it had used the form."""

import asyncio
import shutil
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from playwright.async_api import async_playwright
from playwright.sync_api import Browser, BrowserContext, Page, expect

from nextauth import Auth, CookieOptions, Credentials, User
from nextauth.testing import playwright_cookies, storage_state
from tests.browser.proxied_site import SECRET, authorize, running_application
from tests.docs.testing_page import FILES, IN_A_BROWSER

if TYPE_CHECKING:
    from playwright.sync_api import StorageState

pytestmark = pytest.mark.browser

ADA = User(id=1, name="Ada", email="ada@example.com")
LARGE_GRACE = User(id=2, name="Grace", extra={"note": "x" * 4000})
SESSION = "authjs.session-token"
DAY = 24 * 60 * 60
_LONGEST_RUN = 180


@pytest.fixture(scope="module")
def origin() -> Generator[str]:
    with running_application(auth={}) as application:
        yield f"http://localhost:{application.port}"


def make_auth(**options: object) -> Auth:
    """Answer an `Auth` with the secret of the site, which runs as another process."""
    provider = Credentials(authorize=authorize, account="email")
    return Auth(providers=[provider], secret=SECRET, environ={}, **options)  # type: ignore[arg-type]


@pytest.fixture
def context(browser: Browser) -> Generator[BrowserContext]:
    context = browser.new_context()
    context.set_default_timeout(15_000)
    yield context
    context.close()


def expect_private(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=f"Signed in as {name}")).to_be_visible()


def session_cookies(context: BrowserContext) -> dict[str, str]:
    return {
        cookie["name"]: cookie["value"]
        for cookie in context.cookies()
        if cookie["name"].startswith(SESSION)
    }


def test_a_context_with_our_cookies_is_signed_in_until_the_person_signs_out(
    context: BrowserContext, origin: str
) -> None:
    context.add_cookies(playwright_cookies(make_auth(), ADA, base_url=origin))
    page = context.new_page()
    page.goto(f"{origin}/private")
    expect_private(page, "Ada")
    assert page.evaluate("document.cookie") == ""
    page.goto(f"{origin}/api/auth/signout")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{origin}/")
    assert session_cookies(context) == {}


def test_the_test_in_the_documentation_passes(context: BrowserContext, origin: str) -> None:
    documented: dict[str, Any] = {}
    exec(FILES[IN_A_BROWSER], documented)  # noqa: S102 - the reader's own code
    documented["test_my_page_knows_me"](context, make_auth(), origin)


def test_the_sites_refreshed_cookie_replaces_ours(context: BrowserContext, origin: str) -> None:
    due = int(time.time()) + 20 * DAY  # it was written ten days ago
    context.add_cookies(playwright_cookies(make_auth(), ADA, base_url=origin, exp=due))
    before = session_cookies(context)
    page = context.new_page()
    page.goto(f"{origin}/private")
    expect_private(page, "Ada")
    after = session_cookies(context)
    assert list(before) == list(after) == [SESSION]
    assert before != after


def test_a_context_begins_with_a_state_in_which_somebody_is_signed_in(
    browser: Browser, origin: str
) -> None:
    state: StorageState = storage_state(make_auth(), LARGE_GRACE, base_url=origin)
    assert len(state["cookies"]) == 2
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    page.goto(f"{origin}/private")
    expect_private(page, "Grace")
    context.close()


@pytest.mark.parametrize(
    "cookies",
    [CookieOptions(), CookieOptions(host_prefix=True), CookieOptions(domain="shop.example")],
)
def test_chromium_takes_the_secure_cookies_of_an_https_site(
    context: BrowserContext, cookies: CookieOptions
) -> None:
    auth = make_auth(base_url="https://www.shop.example", cookies=cookies)
    context.add_cookies(playwright_cookies(auth, ADA))
    [kept] = context.cookies("https://www.shop.example/private")
    assert kept["name"] == auth.settings.secure.session
    assert (kept["secure"], kept["httpOnly"], kept["sameSite"]) == (True, True, "Lax")
    assert context.cookies("http://www.shop.example/") == []
    below = len(context.cookies("https://pay.shop.example/"))
    assert below == (0 if cookies.domain is None else 1)


def test_the_asynchronous_interface_awaits_the_same(origin: str) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("The program chromium is not on PATH.")
    cookies = playwright_cookies(make_auth(), ADA, base_url=origin)

    async def scenario() -> str:
        async with asyncio.timeout(_LONGEST_RUN), async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            context = await browser.new_context()
            await context.add_cookies(cookies)
            page = await context.new_page()
            await page.goto(f"{origin}/private")
            text = await page.get_by_role("heading").inner_text()
            await browser.close()
            return text

    # The synchronous interface keeps a loop running in this thread.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, scenario()).result() == "Signed in as Ada"
