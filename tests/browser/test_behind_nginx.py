"""Shows that behind nginx, as docs/deployment.md sets it up, a site is its public address alone."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.nginx import Nginx, configured, documented, needed_nginx, running_nginx
from tests.browser.proxied_site import NAME, PASSWORD, Application, running_application
from tests.browser.visitor import running_chromium, visitor

pytestmark = [pytest.mark.browser, pytest.mark.service]

SAME_ORIGIN = {"sec-fetch-site": "same-origin"}
# What nginx does unless it is told: `Host` is what follows `proxy_pass`, and nothing is forwarded.
DEFAULTS = """
server {
    listen 443 ssl http2;
    server_name example.com;
    ssl_certificate /etc/ssl/example.com/certificate.pem;
    ssl_certificate_key /etc/ssl/example.com/key.pem;
    location / { proxy_pass http://127.0.0.1:8000; }
}
"""
NAMED_UPSTREAM = DEFAULTS.replace("pass http://127.0.0.1:8000", "pass http://application") + (
    "upstream application { server 127.0.0.1:8000; }"
)
HOST_ALONE = DEFAULTS.replace("location / {", "location / { proxy_set_header Host $host;")
HOST_FORGOTTEN = DEFAULTS.replace(
    "location / {", "location / { proxy_set_header X-Forwarded-For $remote_addr;"
)
ADDRESS_IS = "base_url to the address that people open it at"


@dataclass(frozen=True)
class Deployment:
    """nginx, and the applications behind it by the names of their sites."""

    nginx: Nginx
    applications: Mapping[str, Application]

    def origin(self, name: str) -> str:
        """Answer a site's origin as a browser writes it: example.org is not on the usual port."""
        return f"https://{name}:{self.nginx.https}" if name == "example.org" else f"https://{name}"


def applications_by_name(stack: ExitStack) -> dict[str, Application]:
    def started(*options: str, by_router: bool = False, **auth: object) -> Application:
        return stack.enter_context(running_application(*options, auth=auth, by_router=by_router))

    under = "/app/api/auth"
    path, whole = "https://path.example.com", "https://whole.example.com"
    unset = started()
    return {
        "example.com": started(base_url="https://example.com"),
        "v4.example.com": started(base_url="https://v4.example.com", dialect="next-auth-v4"),
        "example.org": started(trust_host=True, trusted_proxies=["127.0.0.1"]),
        "path.example.com": started("--root-path", "/app", base_url=path, base_path=under),
        "whole.example.com": started(base_url=whole, base_path=under, by_router=True),
        "default.example.com": unset,
        "upstream.example.com": unset,
        "host.example.com": unset,
        "forgotten.example.com": unset,
    }


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Generator[Deployment]:
    needed_nginx()
    several, path = documented("### Several names"), documented("### Under a path")
    sites = {
        "example.com": documented("## nginx"),
        "v4.example.com": DEFAULTS,
        "example.org": several.replace("$host;", "$host:$server_port;"),
        "path.example.com": path,
        "whole.example.com": path.replace("8000/;", "8000;"),
        "default.example.com": DEFAULTS,
        "upstream.example.com": NAMED_UPSTREAM,
        "host.example.com": HOST_ALONE,
        "forgotten.example.com": HOST_FORGOTTEN,
    }
    with ExitStack() as stack:
        applications = applications_by_name(stack)
        text = "\n".join(
            configured(site, name=name, port=applications[name].port)
            for name, site in sites.items()
        )
        nginx = stack.enter_context(running_nginx(tmp_path_factory.mktemp("nginx"), text))
        yield Deployment(nginx, applications)


@pytest.fixture(scope="module")
def browser(deployment: Deployment) -> Generator[Browser]:
    with running_chromium(deployment.nginx) as browser:
        yield browser


@dataclass
class Trail:
    """Where a browser was sent, and what it asked for."""

    locations: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)

    def note(self, response: Response) -> None:
        self.requested.append(response.url)
        if response.status in {301, 302, 303, 307, 308}:
            self.locations.append(response.headers["location"])


@pytest.fixture
def trail() -> Trail:
    return Trail()


@pytest.fixture
def page(browser: Browser, trail: Trail) -> Generator[Page]:
    context = browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(15_000)
    context.on("response", trail.note)
    yield context.new_page()
    context.close()


def fill_in(page: Page, *, email: str = "ada@example.com", password: str = PASSWORD) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def sign_in_and_out(page: Page, root: str) -> None:
    """Take every way that ends in a redirect; `root` is where the site begins."""
    page.goto(f"{root}/private")
    expect(page.get_by_role("heading", name=f"Sign in to {NAME}")).to_be_visible()
    fill_in(page, password="wrong")
    expect(page.get_by_role("alert")).to_contain_text("Sign-in failed")
    fill_in(page)
    expect(page.get_by_role("heading", name="Signed in as Ada")).to_be_visible()
    page.goto(f"{root}/api/auth/signout?callbackUrl={urlsplit(root).path}/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    page.goto(f"{root}/api/auth/signin")
    fill_in(page, email="banned@example.com")
    expect(page.get_by_role("heading", name="Access Denied")).to_be_visible()


@pytest.mark.parametrize("name", ["example.com", "v4.example.com", "example.org"])
def test_every_redirect_goes_to_the_public_origin(
    page: Page, trail: Trail, deployment: Deployment, name: str
) -> None:
    origin = deployment.origin(name)
    sign_in_and_out(page, origin)
    assert [urlsplit(location)[:3] for location in trail.locations] == [
        (*urlsplit(origin)[:2], path)
        for path in ("/api/auth/signin",) * 2 + ("/private", "/", "/api/auth/error")
    ]
    assert [url for url in trail.requested if not url.startswith(f"{origin}/")] == []


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("example.com", "authjs"), ("v4.example.com", "next-auth"), ("example.org", "authjs")],
)
def test_the_cookies_are_prefixed_secure_and_of_this_host_alone(
    page: Page, deployment: Deployment, name: str, prefix: str
) -> None:
    page.goto(f"{deployment.origin(name)}/private")
    fill_in(page)
    expect(page.get_by_role("heading", name="Signed in as Ada")).to_be_visible()
    cookies = page.context.cookies()
    assert {cookie["name"] for cookie in cookies} == {
        "__Host-authjs.device",
        f"__Host-{prefix}.csrf-token",
        f"__Secure-{prefix}.callback-url",
        f"__Secure-{prefix}.session-token",
    }
    for cookie in cookies:
        assert (cookie["domain"], cookie["path"]) == (name, "/")  # a wider one begins with a dot
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Lax")


def test_whoever_comes_over_http_is_sent_to_https_first(
    page: Page, trail: Trail, deployment: Deployment
) -> None:
    page.goto("http://example.com/private")
    assert trail.locations[0] == "https://example.com/private"
    fill_in(page)
    expect(page).to_have_url("https://example.com/private")
    expect(page.get_by_role("heading", name="Signed in as Ada")).to_be_visible()


def test_under_a_path_the_routes_and_every_redirect_are_under_it(
    page: Page, trail: Trail, deployment: Deployment
) -> None:
    root = f"{deployment.origin('path.example.com')}/app"
    sign_in_and_out(page, root)
    assert [location.partition("?")[0] for location in trail.locations] == [
        *(f"{root}/api/auth/signin",) * 2,
        *(f"{root}{path}" for path in ("/private", "/", "/api/auth/error")),
    ]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("example.com", ""),
        ("v4.example.com", ""),
        ("example.org", ""),
        ("path.example.com", "/app"),
        ("whole.example.com", "/app"),
    ],
)
def test_client_libraries_get_urls_on_the_public_origin(
    deployment: Deployment, name: str, path: str
) -> None:
    routes = f"{deployment.origin(name)}{path}/api/auth"
    asks = {**SAME_ORIGIN, "origin": deployment.origin(name), "x-auth-return-redirect": "1"}
    with visitor(deployment.nginx) as client:
        told = client.get(f"{routes}/providers").json()["credentials"]
        assert told["callbackUrl"] == f"{routes}/callback/credentials"
        form = {"email": "ada@example.com", "password": "wrong"}
        refused = client.post(told["callbackUrl"], headers=asks, data=form)
        assert refused.status_code == 401
        assert refused.json()["url"].startswith(f"{routes}/signin?error=CredentialsSignin")
        form = {**form, "password": PASSWORD, "callbackUrl": f"{path}/private"}
        admitted = client.post(told["callbackUrl"], headers=asks, data=form)
        assert admitted.json() == {"url": f"{deployment.origin(name)}{path}/private"}
        assert client.get(f"{routes}/session").json()["user"]["name"] == "Ada"


def test_without_base_url_the_default_headers_make_it_refuse_the_form(
    page: Page, deployment: Deployment
) -> None:
    """nginx calls the site 127.0.0.1, which alone would do; but the browser names another."""
    application = deployment.applications["default.example.com"]
    page.goto("https://default.example.com/api/auth/signin")
    fill_in(page)
    title = "This site is set up for another address"
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(ADDRESS_IS)
    assert "session-token" not in str(page.context.cookies())
    last = application.told()["log"][-1]
    assert "set base_url (or AUTH_URL) to the site's public address" in last
    assert "'https://default.example.com'" in last
    assert f"'http://127.0.0.1:{application.port}'" in last


@pytest.mark.parametrize(
    "name", ["upstream.example.com", "host.example.com", "forgotten.example.com"]
)
def test_without_base_url_another_host_or_a_forwarded_request_is_refused_at_once(
    page: Page, deployment: Deployment, name: str
) -> None:
    answer = page.goto(f"https://{name}/api/auth/signin")
    assert answer is not None
    assert answer.status == 500
    title = "This site does not know its own address"
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(ADDRESS_IS)
    last = deployment.applications[name].told()["log"][-1]
    assert "set base_url (or AUTH_URL) to the site's public address" in last


@pytest.mark.parametrize(
    ("name", "status", "error"),
    [
        ("default.example.com", 403, "WrongAddress"),
        ("upstream.example.com", 500, "UntrustedHost"),
        ("host.example.com", 500, "UntrustedHost"),
        ("forgotten.example.com", 500, "UntrustedHost"),
    ],
)
def test_without_base_url_client_libraries_are_refused_with_an_absolute_url(
    deployment: Deployment, name: str, status: int, error: str
) -> None:
    asks = {**SAME_ORIGIN, "origin": f"https://{name}", "x-auth-return-redirect": "1"}
    form = {"email": "ada@example.com", "password": PASSWORD}
    with visitor(deployment.nginx) as client:
        url = f"https://{name}/api/auth/callback/credentials"
        answer = client.post(url, headers=asks, data=form)
        assert answer.status_code == status
        address = urlsplit(answer.json()["url"])
        assert address.scheme
        assert address.netloc
        assert address.query == f"error={error}"
        assert "session-token" not in str(client.cookies)
    events = deployment.applications[name].told()["events"]
    assert "SignedIn" not in [event["event"] for event in events]
