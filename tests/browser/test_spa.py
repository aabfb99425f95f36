"""Shows that a page on another origin signs people in where it is trusted, and nowhere else."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx2
import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import Watch
from tests.browser.spa_site import SpaSite, blocks, running_spa, serving
from tests.servers import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
ADA, ADAS_PASSWORD = "ada@example.com", "analytical"
ALLOW_ORIGIN = "access-control-allow-origin"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Generator[SpaSite]:
    with running_spa(tmp_path_factory.mktemp("spa")) as site:
        yield site


@dataclass
class Visit:
    page: Page
    watch: Watch
    answers: list[Response]

    def fill_in(self, password: str) -> None:
        self.page.get_by_label("Email").fill(ADA)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in with your account").click()

    def sign_in(self) -> None:
        self.fill_in(ADAS_PASSWORD)
        expect(self.page.get_by_role("heading", name="Notes of Ada Lovelace")).to_be_focused()

    def expect_nobody(self) -> None:
        expect(self.page.get_by_role("heading", name="Sign in to your notes")).to_be_visible()

    @property
    def problem(self) -> str:
        return self.page.get_by_role("alert").inner_text()


@contextmanager
def visit(browser: "Browser", site: SpaSite, origin: str) -> Generator[Visit]:
    context = browser.new_context()
    context.set_default_timeout(15_000)
    watch = Watch([site.server, origin])
    watch.over(context)
    answers: list[Response] = []
    context.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - marked
    page = context.new_page()
    page.goto(f"{origin}/")
    yield Visit(page, watch, answers)
    context.close()
    assert watch.strays == []


def session_of(page: Page, site: SpaSite) -> object:
    """Ask as no page can: without an origin."""
    return page.context.request.get(f"{site.server}/api/auth/session").json()


def test_the_right_password_signs_in_and_the_session_outlives_a_reload(
    browser: "Browser", site: SpaSite
) -> None:
    with visit(browser, site, site.page) as visitor:
        visitor.expect_nobody()
        visitor.sign_in()
        visitor.page.reload()
        expect(visitor.page.get_by_role("heading", name="Notes of Ada Lovelace")).to_be_visible()
        visitor.page.get_by_role("button", name="Show my notes").click()
        expect(visitor.page.get_by_role("listitem")).to_have_count(2)
        assert visitor.page.evaluate("document.cookie") == ""
        assert visitor.page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert visitor.watch.complaints == []


def test_a_wrong_password_is_told_and_the_next_one_may_be_right(
    browser: "Browser", site: SpaSite
) -> None:
    with visit(browser, site, site.page) as visitor:
        visitor.fill_in("wrong")
        expect(visitor.page.get_by_role("alert")).to_have_text(re.compile("do not match"))
        expect(visitor.page.get_by_label("Password")).to_be_focused()
        expect(visitor.page.get_by_label("Password")).to_have_value("")
        assert session_of(visitor.page, site) is None
        visitor.sign_in()
        assert visitor.problem == ""


def test_signing_out_ends_the_session(browser: "Browser", site: SpaSite) -> None:
    with visit(browser, site, site.page) as visitor:
        visitor.sign_in()
        assert session_of(visitor.page, site) is not None
        visitor.page.get_by_role("button", name="Sign out").click()
        expect(visitor.page.get_by_role("heading", name="Sign in to your notes")).to_be_focused()
        assert session_of(visitor.page, site) is None
        visitor.page.reload()
        visitor.expect_nobody()
        assert visitor.watch.complaints == []


def test_a_session_that_ended_elsewhere_brings_the_form_back(
    browser: "Browser", site: SpaSite
) -> None:
    with visit(browser, site, site.page) as visitor:
        visitor.sign_in()
        visitor.page.context.clear_cookies()
        visitor.page.get_by_role("button", name="Show my notes").click()
        visitor.expect_nobody()
        expect(visitor.page.get_by_role("alert")).to_have_text(re.compile("signed out"))
        visitor.sign_in()


def test_each_answer_that_a_browser_gets_names_the_page_once(
    browser: "Browser", site: SpaSite
) -> None:
    with visit(browser, site, site.page) as visitor:
        visitor.fill_in("wrong")
        expect(visitor.page.get_by_role("alert")).not_to_be_empty()
        visitor.sign_in()
        visitor.page.get_by_role("button", name="Show my notes").click()
        expect(visitor.page.get_by_role("listitem")).to_have_count(2)
        visitor.page.get_by_role("button", name="Sign out").click()
        visitor.expect_nobody()
        seen = [
            (answer.url.removeprefix(site.server), answer.status, allowed(answer))
            for answer in visitor.answers
            if answer.url.startswith(site.server)
        ]
    assert {allowed for _, _, allowed in seen} == {(site.page,)}
    assert {
        ("/api/auth/callback/credentials", 401, (site.page,)),
        ("/api/auth/callback/credentials", 200, (site.page,)),
        ("/api/notes", 200, (site.page,)),
        ("/api/auth/signout", 200, (site.page,)),
    } <= set(seen)


def allowed(answer: Response) -> tuple[str, ...]:
    headers = answer.headers_array()
    return tuple(each["value"] for each in headers if each["name"].lower() == ALLOW_ORIGIN)


# What a hostile page may try: to read, and to post as any form may, without a preflight.
FETCH = """async ([url, options]) => {
  try { return await (await fetch(url, {credentials: "include", ...options})).text(); }
  catch (error) { return error.name; }
}"""


def test_an_origin_that_is_not_trusted_reads_nothing(browser: "Browser", site: SpaSite) -> None:
    with visit(browser, site, site.page) as visitor:
        visitor.sign_in()
        page = visitor.page
        visitor.watch.origins.append(site.stranger)
        page.goto(f"{site.stranger}/")
        expect(page.get_by_role("alert")).to_have_text(re.compile("does not answer this page"))
        for path in ("/api/auth/session", "/api/auth/csrf", "/api/auth/providers", "/api/notes"):
            assert page.evaluate(FETCH, [f"{site.server}{path}", {}]) == "TypeError"
        assert session_of(page, site) is not None


@pytest.mark.parametrize("mode", ["cors", "no-cors"])
def test_an_origin_that_is_not_trusted_signs_nobody_in_or_out(
    browser: "Browser", site: SpaSite, mode: str
) -> None:
    form = f"email={ADA}&password={ADAS_PASSWORD}&json=true"
    options = {
        "method": "POST",
        "mode": mode,
        "headers": {"Content-Type": "application/x-www-form-urlencoded"},
        "body": form,
    }
    unread = "TypeError"  # not even as an opaque answer: Cross-Origin-Resource-Policy
    with visit(browser, site, site.stranger) as visitor:
        page = visitor.page
        sign_in = [f"{site.server}/api/auth/callback/credentials", options]
        assert page.evaluate(FETCH, sign_in) == unread
        assert session_of(page, site) is None

        visitor.watch.origins.append(site.page)
        page.goto(f"{site.page}/")
        visitor.sign_in()
        page.goto(f"{site.stranger}/")
        assert page.evaluate(FETCH, [f"{site.server}/api/auth/signout", options]) == unread
        assert session_of(page, site) is not None


PATHS = pytest.mark.parametrize("path", ["/api/auth/callback/credentials", "/api/notes"])


def preflight(origin: str, method: str = "GET") -> dict[str, str]:
    return {"Origin": origin, "Access-Control-Request-Method": method}


@PATHS
def test_a_preflight_is_answered_to_the_trusted_page_alone(site: SpaSite, path: str) -> None:
    method = "POST" if "callback" in path else "GET"
    url = site.server + path
    yes = httpx2.options(url, headers=preflight(site.page, method))
    assert yes.is_success
    assert yes.headers.get_list(ALLOW_ORIGIN) == [site.page]
    assert yes.headers.get_list("access-control-allow-credentials") == ["true"]
    assert method in yes.headers["access-control-allow-methods"]
    for other in (site.stranger, "null", "https://evil.example", f"{site.page}.evil.example"):
        no = httpx2.options(url, headers=preflight(other, method))
        assert no.is_client_error
        assert no.headers.get_list(ALLOW_ORIGIN) == []


def test_the_page_is_also_served_from_its_sources(site: SpaSite) -> None:
    *_, [command] = blocks()
    origin = f"http://localhost:{free_port()}"
    with serving(command, origin, {"PAGE_ORIGIN": origin, "VITE_API_ORIGIN": site.server}):
        assert "/@vite/client" in httpx2.get(origin).text
        assert site.server in httpx2.get(f"{origin}/src/auth.js").text
