"""`examples/two-step` does what its README says, by hand and with a clock that tests turn."""

import importlib
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pyotp
import pytest
from starlette.testclient import TestClient

from nextauth.passwords import CHEAPEST
from nextauth.testing import FakeClock
from tests.servers import free_port, running

FOLDER = Path(__file__).parents[2] / "examples" / "two-step"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
SECRET = "q3V7mZ0cK9sW1xT5bN8dR2fH6jL4pY-uE_aGiOoQ"
ADDRESS = "http://localhost"
ADA, PASSWORD = "ada@example.com", "analytical"
HTML = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
PATIENCE = 120
server = importlib.import_module("examples.two-step.server")


@dataclass
class Site:
    """The example, with Ada's authenticator app."""

    path: Path
    clock: FakeClock = field(default_factory=FakeClock)
    key: str = ""
    codes: list[str] = field(default_factory=list)

    @contextmanager
    def browser(self) -> Iterator[TestClient]:
        app = server.make_app(self.path, SECRET, self.clock, CHEAPEST)
        with TestClient(
            app,
            base_url=ADDRESS,
            headers={"sec-fetch-site": "same-origin"},
            follow_redirects=False,
        ) as browser:
            yield browser

    def code(self) -> str:
        return pyotp.TOTP(self.key).at(int(self.clock()))

    def set_up(self, browser: TestClient) -> None:
        """Add an authenticator app and recovery codes, as the README has it."""
        enter_password(browser)
        browser.post("/api/auth/account/factor/totp")
        page = browser.get("/api/auth/account/factor/totp", headers=HTML)
        [shown] = re.findall(r'<code class="secret">([A-Z2-7 ]+)</code>', page.text)
        self.key = str(shown).replace(" ", "")
        sent = {"code": self.code(), "name": "Telephone"}
        assert "done=factor" in location(browser.post("/api/auth/account/factor/totp", data=sent))
        codes = browser.post("/api/auth/account/factor/recovery")
        self.codes = re.findall(r"<li><code>([0-9a-z-]{29})</code>", codes.text)
        browser.post("/api/auth/signout")
        self.clock.advance(30)


def location(answer: httpx2.Response) -> str:
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def enter_password(browser: TestClient, password: str = PASSWORD) -> httpx2.Response:
    form = {"email": ADA, "password": password, "callbackUrl": "/"}
    return browser.post("/api/auth/callback/credentials", data=form)


def enter(browser: TestClient, code: str, method: str = "totp", **more: str) -> httpx2.Response:
    return browser.post(f"/api/auth/factor/{method}", data={"code": code, **more})


def is_in(browser: TestClient) -> bool:
    return browser.get("/").status_code == 200


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "factors.sqlite3")


def test_the_password_is_enough_until_an_app_is_set_up(site: Site) -> None:
    with site.browser() as browser:
        enter_password(browser)
        assert "Set up an authenticator app" in browser.get("/").text
        site.set_up(browser)
        assert len(site.codes) == 10
        assert location(enter_password(browser)).endswith("/api/auth/factor")
        assert not is_in(browser)
        assert location(enter(browser, site.code())).endswith("/")
        assert 'href="/payments"' in browser.get("/").text


def test_what_was_set_up_outlives_a_restart(site: Site) -> None:
    with site.browser() as browser:
        site.set_up(browser)
    with site.browser() as browser:
        assert location(enter_password(browser)).endswith("/api/auth/factor")
        enter(browser, "000000" if site.code() != "000000" else "111111")
        assert not is_in(browser)
        enter(browser, site.code())
        assert is_in(browser)


def test_the_code_that_set_the_app_up_is_used(site: Site) -> None:
    with site.browser() as browser:
        site.set_up(browser)
        site.clock.advance(-30)
        enter_password(browser)
        enter(browser, site.code())
        assert not is_in(browser)


def test_a_recovery_code_is_good_once(site: Site) -> None:
    with site.browser() as browser:
        site.set_up(browser)
        enter_password(browser)
        enter(browser, site.codes[4], "recovery")
        assert is_in(browser)
        browser.post("/api/auth/signout")
        enter_password(browser)
        enter(browser, site.codes[4], "recovery")
        assert not is_in(browser)


def test_a_trusted_browser_is_asked_where_it_matters(site: Site) -> None:
    with site.browser() as browser:
        site.set_up(browser)
        [tick] = re.findall(r'Tick "([^"]+)"', README)
        assert tick in page_of_the_code(browser)
        enter(browser, site.code(), trustDevice="on")
        browser.post("/api/auth/signout")
        assert location(enter_password(browser)).endswith("/")
        asked = location(browser.get("/payments", headers=HTML))
        assert "stepUp=" in asked
        step_up = httpx2.URL(asked).params["stepUp"]
        form = {"email": ADA, "password": PASSWORD, "stepUp": step_up, "callbackUrl": "/payments"}
        answer = browser.post("/api/auth/callback/credentials", data=form)
        assert location(answer).endswith("/api/auth/factor")
        site.clock.advance(30)
        assert location(enter(browser, site.code())).endswith("/payments")
        assert "pwd, otp, mfa" in browser.get("/payments").text


def page_of_the_code(browser: TestClient) -> str:
    enter_password(browser)
    return browser.get("/api/auth/factor", headers=HTML).text


def test_who_has_no_factor_does_not_see_what_matters(site: Site) -> None:
    with site.browser() as browser:
        enter_password(browser)
        assert browser.get("/payments").status_code == 401
        assert "/payments" not in browser.get("/").text


def test_the_account_page_lists_the_app_the_codes_and_the_browser(site: Site) -> None:
    with site.browser() as browser:
        site.set_up(browser)
        enter_password(browser)
        enter(browser, site.code(), trustDevice="on")
        told: dict[str, Any] = browser.get("/api/auth/account").json()
        methods = sorted(each["method"] for each in told["factors"])
        assert methods == ["recovery", "totp", "trusted-device"]
        assert [each["isThis"] for each in told["sessions"]] == [True]


def test_the_file_holds_no_key_and_no_code(site: Site) -> None:
    with site.browser() as browser:
        site.set_up(browser)
    kept = b"".join(each.read_bytes() for each in site.path.parent.iterdir())
    assert b"Telephone" in kept
    for secret in (site.key, *site.codes, *(code.replace("-", "") for code in site.codes)):
        assert secret.encode() not in kept


def test_the_commands_of_its_readme_serve_the_sign_in_page(tmp_path: Path) -> None:
    [block] = re.findall(r"^```shell\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    install, export, serve = block.splitlines()
    assert install == "pip install '../..[factors,fastapi,passwords,sqlalchemy]' aiosqlite uvicorn"
    port = free_port()
    env = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "FACTORS": str(tmp_path / "factors.sqlite3"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "UVICORN_PORT": str(port),
    }
    url = f"http://localhost:{port}"
    command = ["bash", "-c", f"{export}\nexec {serve}"]
    with (
        running(command, url=f"{url}/api/auth/csrf", cwd=FOLDER, env=env),
        httpx2.Client(base_url=url, timeout=PATIENCE, trust_env=False) as client,
    ):
        assert 'name="password"' in client.get("/api/auth/signin").text
        headers = {"sec-fetch-site": "same-origin"}
        form = {"email": ADA, "password": PASSWORD}
        client.post("/api/auth/callback/credentials", data=form, headers=headers)
        assert "Add" in client.get("/api/auth/account", headers=HTML).text


@pytest.mark.parametrize(
    "told", [ADA, PASSWORD, "authorize", "proven_twice", "trust_days=30", "factors_of", "/payments"]
)
def test_its_readme_tells_what_is_there(told: str) -> None:
    source = (FOLDER / "server.py").read_text(encoding="utf-8")
    assert told in README
    assert told in source


def test_it_is_short_enough_to_be_read() -> None:
    assert server.make_app.__module__.endswith("server")
    assert len((FOLDER / "server.py").read_text("utf-8").splitlines()) < 150
