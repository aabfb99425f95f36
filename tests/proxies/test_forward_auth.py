"""An old application behind nginx and Caddy: it never sees an identity that we did not write."""

import re
import shutil
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tests.browser.nginx import needed_nginx, running_nginx, write_certificate
from tests.proxies.old_application import old_application
from tests.proxies.sign_in_server import sign_in_server
from tests.servers import free_port, running

PAGE = Path(__file__).parents[2] / "docs" / "forward-auth.md"
FORGED = "forged"
NAMES = ("X-Auth-User", "X-Auth-Email", "X-Auth-Role")
# The same name to applications that take an underscore for a dash, or look at no case.
SPELLINGS = [
    "X-Auth-User",
    "x-auth-user",
    "X_Auth_User",
    "x_auth_user",
    "X-Auth_User",
    "X_Auth-User",
    "X-AUTH-ROLE",
    "X_AUTH_ROLE",
    "X-Auth_Role",
    "X-Auth-Email",
]

pytestmark = pytest.mark.service


def documented(language: str) -> str:
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found, f"docs/forward-auth.md shows no {language}"
    return found[1]


def placed(text: str, *, auth: int, old: int) -> str:
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{auth}")
    return text.replace("127.0.0.1:9000", f"127.0.0.1:{old}")


@contextmanager
def nginx(folder: Path, *, auth: int, old: int, port: int) -> Generator[Path]:
    text = placed(documented("nginx"), auth=auth, old=old)
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    with running_nginx(folder, text) as found:
        yield found.certificate


@contextmanager
def caddy(folder: Path, *, auth: int, old: int, port: int) -> Generator[Path]:
    program = shutil.which("caddy")
    if program is None:
        pytest.skip("The program caddy is not on PATH; Debian's package caddy brings it.")
    write_certificate(folder)
    text = placed(documented("caddy"), auth=auth, old=old)
    text = text.replace("https://example.com", f"https://example.com:{port}")
    text = text.replace("/etc/ssl/example.com/", f"{folder}/")
    ready = free_port()
    (folder / "Caddyfile").write_text(
        "{\n\tadmin off\n\tauto_https off\n\tskip_install_trust\n}\n"
        f"http://127.0.0.1:{ready} {{\n\trespond 204\n}}\n{text}"
    )
    command = [program, "run", "--config", "Caddyfile", "--adapter", "caddyfile"]
    home = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with running(command, url=f"http://127.0.0.1:{ready}/", cwd=folder, env=home):
        yield folder / "certificate.pem"


PROXIES = {"nginx": nginx, "caddy": caddy}


class Site:
    """The site as a browser sees it, through the proxy."""

    def __init__(self, port: int, certificate: Path) -> None:
        self.url = f"https://example.com:{port}"
        self.port = port
        self.context = ssl.create_default_context(cafile=certificate)

    def browser(self) -> httpx2.Client:
        return httpx2.Client(
            transport=_ToLoopback(verify=self.context),
            base_url=self.url,
            headers={"sec-fetch-site": "same-origin"},
            timeout=60,
        )

    @contextmanager
    def signed_in(self, email: str = "ada@example.com") -> Generator[httpx2.Client]:
        with self.browser() as browser:
            sent = {"email": email, "password": "open sesame", "callbackUrl": "/report"}
            reply = browser.post("/api/auth/callback/credentials", data=sent)
            assert reply.status_code == 302, reply.text
            assert reply.headers["location"] == f"{self.url}/report"
            yield browser


class _ToLoopback(httpx2.HTTPTransport):
    """Connects to this machine, and lets the certificate be of the name that was asked for."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        asked = request.url
        request.headers["host"] = asked.netloc.decode()
        request.extensions = {**request.extensions, "sni_hostname": asked.host}
        request.url = asked.copy_with(host="127.0.0.1")
        try:
            return super().handle_request(request)
        finally:
            request.url = asked  # whose cookies they are


@pytest.fixture(scope="module", params=PROXIES)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Site]:
    if request.param == "nginx":
        needed_nginx()
    port = free_port()
    folder = tmp_path_factory.mktemp(request.param)
    with (
        sign_in_server(f"https://example.com:{port}") as auth,
        old_application() as old,
        PROXIES[request.param](folder, auth=auth, old=old, port=port) as certificate,
    ):
        yield Site(port, certificate)


def told(reply: httpx2.Response) -> list[tuple[str, str]]:
    """Answer the headers that the old application was told, whatever their spelling."""
    assert reply.status_code == 200, reply.text
    headers: list[tuple[str, str]] = [(name, value) for name, value in reply.json()["headers"]]
    return headers


def identities(reply: httpx2.Response) -> dict[str, list[str]]:
    """Answer what an application takes for our headers, looking at neither case nor underscore."""
    found: dict[str, list[str]] = {}
    for name, value in told(reply):
        plain = name.lower().replace("_", "-")
        if plain.startswith("x-auth"):
            found.setdefault(plain, []).append(value)
    return found


def test_who_is_not_signed_in_is_sent_to_sign_in_and_comes_back(site: Site) -> None:
    with site.browser() as browser:
        reply = browser.get("/report?a=1&b=2")
        assert reply.status_code == 302
        address = urlsplit(reply.headers["location"])
        assert f"{address.scheme}://{address.netloc}" == site.url
        assert address.path == "/api/auth/signin"
        assert parse_qs(address.query)["callbackUrl"] == [f"{site.url}/report?a=1&b=2"]
        page = browser.get(reply.headers["location"])
        assert page.status_code == 200
        assert "Password" in page.text


def test_whoever_is_signed_in_reaches_it_and_is_named(site: Site) -> None:
    with site.signed_in() as browser:
        reply = browser.get("/report?a=1")
        assert reply.json()["path"] == "/report?a=1"
        assert identities(reply) == {
            "x-auth-user": ["17"],
            "x-auth-email": ["ada@example.com"],
            "x-auth-role": ["admin"],
        }
        posted = browser.post("/form", data={"a": "1"})
        assert posted.json()["method"] == "POST"
        assert identities(posted)["x-auth-user"] == ["17"]


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_signed_in_person_cannot_be_somebody_else(site: Site, name: str) -> None:
    with site.signed_in("plain@example.com") as browser:
        found = identities(browser.get("/report", headers={name: FORGED}))
        assert FORGED not in str(found)
        assert found["x-auth-user"] == ["17"]
        assert [each for each in found.get("x-auth-role", [""]) if each] == []


@pytest.mark.parametrize("name", SPELLINGS)
def test_nobody_gets_in_by_a_header(site: Site, name: str) -> None:
    with site.browser() as browser:
        reply = browser.get("/report", headers={name: FORGED})
        assert reply.status_code == 302


def test_headers_that_come_twice_and_in_every_spelling_at_once(site: Site) -> None:
    with site.signed_in() as browser:
        sent = [(name, FORGED) for name in SPELLINGS * 2]
        assert FORGED not in str(identities(browser.get("/report", headers=sent)))


@pytest.mark.parametrize(
    "path",
    ["/auth-verify", "/api/auth/verify", "//report", "/api/auth/../report", "/%2e%2e/report"],
)
def test_odd_paths_lead_no_stranger_to_it(site: Site, path: str) -> None:
    with site.browser() as browser:
        reply = browser.get(path, headers={"X-Auth-User": FORGED})
        assert not (reply.status_code == 200 and "headers" in reply.text)


def test_what_verify_answers_a_browser_is_nothing_new(site: Site) -> None:
    with site.browser() as browser:
        reply = browser.get("/api/auth/verify", headers={"X-Auth-User": FORGED})
        assert reply.status_code == 401
        assert reply.headers["x-auth-user"] == ""
