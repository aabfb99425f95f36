"""Owns the browser of these tests: Debian's Chromium, one context a test, watched throughout."""

import shutil
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.browser.demo_site import DemoSite, running_demo
from tests.browser.elsewhere import Elsewhere, running_elsewhere

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Watch:
    """What a context asked for and complained about."""

    origins: list[str]
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def strays(self) -> list[str]:
        home = tuple(f"{origin}/" for origin in self.origins)
        return [url for url in self.requested if not url.startswith((*home, "data:"))]

    def over(self, context: "BrowserContext") -> None:
        context.on("request", lambda request: self.requested.append(request.url))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("console", self._hear)

    def _hear(self, said: "ConsoleMessage") -> None:
        # Chromium reports a page whose own status is 4xx, which is how an error page must answer.
        is_of_the_page = said.page is not None and said.location["url"] == said.page.url
        is_status = "the server responded with a status of" in said.text and is_of_the_page
        if said.type in {"error", "warning"} and not is_status:
            self.complaints.append(f"{said.type}: {said.text}")


# Each fixture lives as long as a file's tests: Playwright's sync API keeps an event loop running in
# this thread, where no later file's `asyncio.run` could run.
@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Generator[DemoSite]:
    with running_demo(tmp_path_factory.mktemp("demo") / "demo.db") as site:
        yield site
    assert site.exit_code == 0, f"Ctrl-C ended the demo with {site.exit_code}: {site.printed_later}"
    assert not site.printed_later, "the demo logged something that its user could not act on"


@pytest.fixture(scope="module")
def browser() -> "Generator[Browser]":
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="The Python package playwright is not installed."
    )
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("The program chromium is not on PATH.")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_QUIET))
        yield browser
        browser.close()


@pytest.fixture
def watch(demo: DemoSite) -> Watch:
    return Watch([demo.origin])


@pytest.fixture
def context_options() -> dict[str, object]:
    """Override with `pytest.mark.parametrize` for a phone, a scheme or no JavaScript."""
    return {}


@pytest.fixture
def page(browser: "Browser", watch: Watch, context_options: dict[str, object]) -> "Generator[Page]":
    context = browser.new_context(**context_options)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    watch.over(context)
    yield context.new_page()
    context.close()
    assert watch.complaints == []
    assert watch.strays == []


@pytest.fixture(scope="module")
def kept_page(browser: "Browser") -> "Generator[Page]":
    context = browser.new_context()
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def same_page(kept_page: "Page", watch: Watch) -> "Generator[Page]":
    """The page of all tests of a file that do no more than look: a new one takes longer than they.

    Each sets size and colours where they matter to it.
    """
    kept_page.context.clear_cookies()
    watch.over(kept_page.context)
    yield kept_page
    assert watch.complaints == []
    assert watch.strays == []


@pytest.fixture
def elsewhere() -> Generator[Elsewhere]:
    with running_elsewhere() as site:
        yield site
