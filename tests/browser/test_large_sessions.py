"""Shows how large a session nginx lets through: by default, and as docs/deployment.md says."""

import re
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from mmap import PAGESIZE

import httpx2
import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from playwright.sync_api import expect

from tests.browser.nginx import Nginx, configured, documented, needed_nginx, running_nginx
from tests.browser.proxied_site import PASSWORD, running_application
from tests.browser.visitor import running_chromium, visitor

pytestmark = [pytest.mark.browser, pytest.mark.service]

ORIGIN = "https://example.com"
_LARGER_REQUESTS = re.compile(r"^ *large_client_header_buffers [^;]+;\n", re.MULTILINE)
_LARGER_RESPONSES = re.compile(r"^ *proxy_buffer(_size|s) [^;]+;\n", re.MULTILINE)


@dataclass(frozen=True)
class Limits:
    """One application behind nginx with one limit or another."""

    documented: Nginx
    default: Nginx
    default_for_requests: Nginx


@pytest.fixture(scope="module")
def limits(tmp_path_factory: pytest.TempPathFactory) -> Generator[Limits]:
    needed_nginx()
    with ExitStack() as stack:
        application = stack.enter_context(running_application(auth={"base_url": ORIGIN}))

        def started(text: str) -> Nginx:
            site = configured(text, name="example.com", port=application.port)
            return stack.enter_context(running_nginx(tmp_path_factory.mktemp("nginx"), site))

        site = documented("## nginx")
        small_requests, changed = _LARGER_REQUESTS.subn("", site)
        small, changed_too = _LARGER_RESPONSES.subn("", small_requests)
        assert (changed, changed_too) == (1, 2)
        if PAGESIZE != 4096:  # nginx's default is a page of the machine's memory
            small = small.replace("location", "proxy_buffer_size 4k;\n    location", 1)
        yield Limits(started(site), started(small), started(small_requests))


def sign_in(client: httpx2.Client, load: int) -> httpx2.Response:
    """Sign in somebody whose `extra` has so many characters."""
    return client.post(
        f"{ORIGIN}/api/auth/callback/credentials",
        headers={"sec-fetch-site": "same-origin"},
        data={"email": f"ada+{load}@example.com", "password": PASSWORD},
    )


def session_bytes(client: httpx2.Client) -> int:
    cookies = {name: value for name, value in client.cookies.items() if "session-token" in name}
    return sum(len(name) + len("=") + len(value) for name, value in cookies.items())


def open_page(client: httpx2.Client) -> httpx2.Response:
    return client.get(f"{ORIGIN}/private", headers={"accept": "text/html"})


@pytest.mark.parametrize(("load", "at_least"), [(3_500, 5_000), (6_600, 9_000), (10_500, 14_500)])
def test_the_documented_limits_let_large_sessions_through(
    limits: Limits, load: int, at_least: int
) -> None:
    with visitor(limits.documented) as client:
        assert sign_in(client, load).status_code == 302
        assert session_bytes(client) > at_least
        answer = open_page(client)
        assert answer.http_version == "HTTP/1.1"
        assert "Signed in as Ada" in answer.text


def test_a_session_beyond_the_documented_limits_is_refused_as_a_whole(limits: Limits) -> None:
    with visitor(limits.documented) as client:
        assert sign_in(client, 12_500).status_code == 502
        assert dict(client.cookies) == {}


def test_by_default_a_response_with_more_than_4096_bytes_of_headers_is_502(limits: Limits) -> None:
    with visitor(limits.default) as client:
        assert sign_in(client, 1_900).status_code == 302
        assert 3_100 < session_bytes(client) < 3_200
        assert "Signed in as Ada" in open_page(client).text
    with visitor(limits.default) as client:
        assert sign_in(client, 2_000).status_code == 502
    reason = "upstream sent too big header while reading response header from upstream"
    assert reason in limits.default.errors()


@pytest.mark.parametrize(("size", "status"), [(8_182, 200), (8_183, 400)])
def test_by_default_all_cookies_of_a_request_have_at_most_8182_bytes_over_http_1(
    limits: Limits, size: int, status: int
) -> None:
    with visitor(limits.default) as client:
        cookies = "a=" + "x" * (size - len("a="))
        answer = client.get(f"{ORIGIN}/", headers={"cookie": cookies})
        assert answer.status_code == status
        assert ("Request Header Or Cookie Too Large" in answer.text) == (status == 400)


def test_by_default_a_session_of_9000_bytes_opens_no_page_over_http_1(limits: Limits) -> None:
    with visitor(limits.default_for_requests) as client:
        assert sign_in(client, 6_600).status_code == 302
        assert session_bytes(client) > 9_000
        assert open_page(client).status_code == 400


@pytest.mark.parametrize("load", [0, 6_600, 10_500])
def test_over_http_2_where_the_browser_sends_its_cookies_apart_large_sessions_work(
    limits: Limits, load: int
) -> None:
    with running_chromium(limits.default_for_requests) as browser:
        page = browser.new_context(ignore_https_errors=True).new_page()
        page.goto(f"{ORIGIN}/private")
        page.get_by_label("Email").fill(f"ada+{load}@example.com")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Signed in as Ada")).to_be_visible()
        opened = "performance.getEntriesByType('navigation')[0].nextHopProtocol"
        assert page.evaluate(opened) == "h2"
