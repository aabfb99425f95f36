"""Shows that the clients of next-auth 2.2.0 and 3.29.10 sign in and out, in Chromium."""

import json
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.interop.clients.site import BANNED, PASSWORD
from tests.servers import free_port, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = [pytest.mark.browser, pytest.mark.interop]
ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / "tests" / "interop" / "clients"
ADA = "ada@example.com"
EACH = pytest.mark.parametrize("version", ["v2", "v3"])
_LONGEST_INSTALLATION = 300
# Tabs talk by writing to localStorage, which tells others only of a value that differs. A message
# of v3 holds whole seconds: in one second, a second one of the same kind is not heard.
A_LATER_MESSAGE_DIFFERS = """() => {
  const last = JSON.parse(localStorage.getItem("nextauth.message"))
  return !last?.timestamp || Date.now() / 1000 >= last.timestamp + 1
}"""


def npm(*arguments: str) -> None:
    done = subprocess.run(
        ["npm", *arguments],
        cwd=CLIENTS,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LONGEST_INSTALLATION,
        check=False,
    )
    assert done.returncode == 0, f"npm {arguments}: {done.stdout}{done.stderr}"


@pytest.fixture(scope="module")
def origin() -> Generator[str]:
    if shutil.which("npm") is None:
        pytest.skip("The program npm is not on PATH.")
    if not (CLIENTS / "node_modules" / "next-auth-v2").is_dir():
        npm("ci")
    npm("run", "build")
    port = free_port()
    url = f"http://localhost:{port}"
    site = "tests.interop.clients.site:app"
    command = [sys.executable, "-m", "uvicorn", site, "--host", "localhost", "--port", str(port)]
    with running(command, url=url, cwd=ROOT):
        yield url


@dataclass
class Client:
    """One tab with the page of an old client."""

    page: Page
    watch: Watch
    home: str

    def expect_signed_in(self, email: str = ADA) -> None:
        heading = f"Ada Lovelace ({email}) is signed in"
        expect(self.page.get_by_role("heading", name=heading)).to_be_visible()
        assert self.page.url == self.home

    def expect_nobody(self) -> None:
        expect(self.page.get_by_role("heading", name="Nobody is signed in")).to_be_visible()
        assert self.page.url == self.home

    def expect_sign_in_page(self, error: str | None = None) -> None:
        expect(self.page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
        address = urlsplit(self.page.url)
        assert address.path == "/api/auth/signin"
        assert parse_qs(address.query).get("error", [None]) == [error]

    def click(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def fill_in(self, password: str, email: str = ADA) -> None:
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password").fill(password)

    def sign_in(self, password: str = PASSWORD, email: str = ADA) -> None:
        """Sign in on the server's own page."""
        # The client's page, which is being left, has fields of the same names.
        self.page.wait_for_url("**/api/auth/signin**")
        self.fill_in(password, email)
        self.click("Sign in")

    @property
    def result(self) -> Any:  # noqa: ANN401 - what the client answered
        output = self.page.get_by_role("status")
        expect(output).not_to_be_empty()
        return json.loads(output.inner_text())


@pytest.fixture
def context(browser: "Browser") -> "Generator[BrowserContext]":
    context = browser.new_context()
    context.set_default_timeout(15_000)
    yield context
    context.close()


@contextmanager
def opened(context: "BrowserContext", origin: str, version: str) -> Generator[Client]:
    watch = Watch([origin])
    watch.over(context)
    client = Client(context.new_page(), watch, f"{origin}/{version}")
    client.page.goto(client.home)
    yield client
    # Chromium reports the status of a refusal; an old client reports what it cannot read.
    assert [each for each in watch.complaints if "with a status of 40" not in each] == []
    assert watch.strays == []


@EACH
def test_signed_out_is_nobody_and_no_error(
    context: "BrowserContext", origin: str, version: str
) -> None:
    with opened(context, origin, version) as client:
        client.expect_nobody()
        assert client.page.evaluate("client.getSession()") is None
        assert client.watch.complaints == []


@EACH
def test_providers_and_csrf_token_are_read(
    context: "BrowserContext", origin: str, version: str
) -> None:
    with opened(context, origin, version) as client:
        expect(client.page.get_by_text("Providers: credentials")).to_be_visible()
        token = client.page.evaluate("client.getCsrfToken()")
        [cookie] = [each for each in context.cookies() if "csrf" in each["name"]]
        assert len(token) == 64
        assert cookie["value"].startswith(token)


@EACH
def test_it_signs_in_on_our_page_and_comes_back(
    context: "BrowserContext", origin: str, version: str
) -> None:
    with opened(context, origin, version) as client:
        client.click("Choose how to sign in")
        client.expect_sign_in_page()
        client.sign_in("wrong")
        client.expect_sign_in_page(error="CredentialsSignin")
        expect(client.page.get_by_role("alert")).to_be_visible()
        client.sign_in()
        client.expect_signed_in()
        session = client.page.evaluate("client.getSession()")
        assert session["user"] == {"name": "Ada Lovelace", "email": ADA}


@EACH
def test_it_signs_out_and_comes_back(context: "BrowserContext", origin: str, version: str) -> None:
    with opened(context, origin, version) as client:
        client.click("Choose how to sign in")
        client.sign_in()
        client.expect_signed_in()
        client.click("Sign out")
        client.expect_nobody()
        client.page.reload()
        client.expect_nobody()
        assert [each for each in context.cookies() if "session" in each["name"]] == []


@EACH
def test_another_tab_follows_the_sign_out(
    context: "BrowserContext", origin: str, version: str
) -> None:
    with opened(context, origin, version) as first, opened(context, origin, version) as second:
        # Both have said what they say when they open, so that nothing is said once we wait.
        for tab in (first, second):
            tab.expect_nobody()
            tab.page.wait_for_load_state("networkidle")
        first.page.wait_for_function(A_LATER_MESSAGE_DIFFERS)
        first.click("Choose how to sign in")
        first.sign_in()
        first.expect_signed_in()
        second.expect_signed_in()
        first.click("Sign out")
        first.expect_nobody()
        second.expect_nobody()


def test_v2_is_sent_to_our_page_by_a_form_of_its_own_too(
    context: "BrowserContext", origin: str
) -> None:
    # It posts to signin/credentials, where its own server redirects to the page as well.
    with opened(context, origin, "v2") as client:
        client.fill_in(PASSWORD)
        client.click("Sign in here")
        client.page.wait_for_url("**/api/auth/signin**")
        client.expect_sign_in_page()
        client.sign_in()
        client.expect_signed_in()


def test_v3_is_told_about_a_wrong_password_and_signs_in_without_leaving_its_page(
    context: "BrowserContext", origin: str
) -> None:
    with opened(context, origin, "v3") as client:
        client.expect_nobody()
        client.fill_in("wrong")
        client.click("Sign in here")
        refusal = {"error": "CredentialsSignin", "status": 401, "ok": False, "url": None}
        assert client.result == refusal
        client.expect_nobody()
    with opened(context, origin, "v3") as client:
        client.fill_in(PASSWORD)
        client.click("Sign in here")
        assert client.result == {"error": None, "status": 200, "ok": True, "url": client.home}
        client.expect_signed_in()
        client.click("Sign out and stay")
        client.expect_nobody()
        assert client.result == {"url": client.home}


def test_v3_is_told_that_access_is_denied(context: "BrowserContext", origin: str) -> None:
    with opened(context, origin, "v3") as client:
        client.fill_in(PASSWORD, BANNED)
        client.click("Sign in here")
        refusal = {"error": "AccessDenied", "status": 403, "ok": False, "url": None}
        assert client.result == refusal
        client.expect_nobody()


def test_v3_is_led_to_our_page_by_a_wrong_password_and_from_there_home(
    context: "BrowserContext", origin: str
) -> None:
    with opened(context, origin, "v3") as client:
        client.page.get_by_label("Redirect").check()
        client.fill_in("wrong")
        client.click("Sign in here")
        client.page.wait_for_url("**/api/auth/signin**")
        client.expect_sign_in_page(error="CredentialsSignin")
        client.sign_in()
        client.expect_signed_in()


def test_v3_may_report_its_own_errors(context: "BrowserContext", origin: str) -> None:
    with opened(context, origin, "v3") as client:
        client.expect_nobody()
        context.route("**/api/auth/providers", lambda route: route.abort())
        with client.page.expect_response("**/api/auth/_log") as reported:
            assert client.page.evaluate("client.getProviders()") is None
        assert reported.value.request.method == "POST"
        assert reported.value.status == 200
        client.watch.complaints.clear()
