"""`examples/one-step-totp` does what its README says, by hand and with a clock that tests turn."""

import asyncio
import importlib
import os
import re
import secrets
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx2
import pyotp
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import Message

from nextauth.factors import FactorSecrets
from nextauth.passwords import CHEAPEST
from nextauth.testing import FakeClock
from nextauth.tokens import Keyring
from tests.servers import free_port, running

FOLDER = Path(__file__).parents[2] / "examples" / "one-step-totp"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
SECRET = "q3V7mZ0cK9sW1xT5bN8dR2fH6jL4pY-uE_aGiOoQ"
ADDRESS = "http://localhost"
ADA, PASSWORD = "ada@example.com", "analytical"
PATIENCE = 120
server = importlib.import_module("examples.one-step-totp.server")


def key_on(page: httpx2.Response) -> str:
    [key] = re.findall(r"<code>([A-Z2-7]{32})</code>", page.text)
    return str(key)


@dataclass
class Site:
    """The example, with Ada's authenticator app."""

    people: Any
    clock: FakeClock = field(default_factory=FakeClock)
    key: str = ""

    def __post_init__(self) -> None:
        self.app = server.make_app(self.people, SECRET, self.clock, CHEAPEST)

    def browser(self) -> TestClient:
        return TestClient(
            self.app,
            base_url=ADDRESS,
            headers={"sec-fetch-site": "same-origin"},
            follow_redirects=False,
        )

    def sign_in(self, code: str = "", password: str = PASSWORD) -> TestClient | None:
        browser = self.browser()
        form = {"email": ADA, "password": password, "totp": code}
        answer = browser.post("/api/auth/callback/credentials", data=form)
        assert answer.status_code == 302
        return browser if browser.get("/").status_code == 200 else None

    def code(self) -> str:
        return pyotp.TOTP(self.key).at(int(self.clock()))

    def enrol(self) -> list[str]:
        """Enrol Ada, wait for the next code, and answer her recovery codes."""
        browser = self.sign_in()
        assert browser is not None
        self.key = key_on(browser.get("/enrol"))
        shown = browser.post("/enrol", data={"totp": self.code()})
        self.clock.advance(30)
        return re.findall(r"<code>([0-9a-z-]{29})</code>", shown.text)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(server.People(tmp_path / "people.sqlite3"))


def test_before_enrolling_the_password_is_enough_and_afterwards_it_is_not(site: Site) -> None:
    assert len(site.enrol()) == 10
    assert site.sign_in() is None
    assert site.sign_in("000000") is None
    assert site.sign_in(site.code(), password="wrong") is None
    browser = site.sign_in(site.code())
    assert browser is not None
    assert "Recovery codes left: 10" in browser.get("/").text


def test_a_code_is_good_once_the_one_that_enrolled_too(site: Site) -> None:
    site.enrol()
    site.clock.advance(-30)
    assert site.sign_in(site.code()) is None
    site.clock.advance(30)
    assert site.sign_in(site.code()) is not None
    assert site.sign_in(site.code()) is None


def test_a_recovery_code_is_good_once(site: Site) -> None:
    codes = site.enrol()
    browser = site.sign_in(codes[3].upper())
    assert browser is not None
    assert "Recovery codes left: 9" in browser.get("/").text
    assert site.sign_in(codes[3]) is None


@pytest.mark.parametrize("kind", ["code", "recovery code"])
def test_many_posts_of_one_code_sign_in_once(site: Site, kind: str) -> None:
    codes = site.enrol()
    code = site.code() if kind == "code" else codes[0]
    barrier = Barrier(8)

    def post(_: int) -> bool:
        barrier.wait(PATIENCE)
        return site.sign_in(code) is not None

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(post, range(8))) == 1


def test_nothing_counts_before_its_first_code(site: Site) -> None:
    browser = site.sign_in()
    assert browser is not None
    assert browser.get("/enrol").headers["content-security-policy"] == "default-src 'none'"
    assert browser.post("/enrol", data={"totp": "000000"}).status_code == 422
    assert site.sign_in() is not None


def test_a_code_that_is_set_up_is_not_replaced(site: Site) -> None:
    site.enrol()
    browser = site.sign_in(site.code())
    assert browser is not None
    key = site.people.find(ADA)["totp"]
    assert browser.get("/enrol").status_code == 409
    assert browser.post("/enrol", data={"totp": site.code()}).status_code == 409
    assert site.people.find(ADA)["totp"] == key


def test_who_signed_in_long_ago_does_not_enrol(site: Site) -> None:
    """Else whoever finds a browser that is signed in adds a code of their own."""
    browser = site.sign_in()
    assert browser is not None
    key = key_on(browser.get("/enrol"))
    site.clock.advance(270)
    assert browser.get("/enrol").status_code == 401
    navigates = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    sent = browser.get("/enrol", headers=navigates)
    assert sent.status_code == 302
    assert "/signin" in sent.headers["location"]
    assert browser.post("/enrol", data={"totp": "000000"}).status_code == 422
    site.clock.advance(60)
    code = pyotp.TOTP(key).at(int(site.clock()))
    assert browser.post("/enrol", data={"totp": code}).status_code == 401
    assert browser.get("/").status_code == 200
    assert site.people.find(ADA)["totp"] is None


def test_a_page_that_is_opened_again_shows_the_same_key(site: Site) -> None:
    """Another site can make the browser open it."""
    browser = site.sign_in()
    assert browser is not None
    key = key_on(browser.get("/enrol"))
    assert key_on(browser.get("/enrol")) == key
    code = pyotp.TOTP(key).at(int(site.clock()))
    assert browser.post("/enrol", data={"totp": code}).status_code == 200


def test_a_key_that_another_sign_in_was_shown_is_not_enrolled(site: Site) -> None:
    """Somebody else may have seen it."""
    first = site.sign_in()
    assert first is not None
    seen = key_on(first.get("/enrol"))
    site.clock.advance(60)
    second = site.sign_in()
    assert second is not None
    assert key_on(second.get("/enrol")) != seen
    code = pyotp.TOTP(seen).at(int(site.clock()))
    assert second.post("/enrol", data={"totp": code}).status_code == 422


@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
def test_a_key_that_does_not_open_tells_nothing_of_the_password(
    site: Site, caplog: pytest.LogCaptureFixture, password: str
) -> None:
    """As after another AUTH_SECRET. A recovery code is good all the same."""
    codes = site.enrol()
    site.people.change("UPDATE person SET totp = 'x' || totp")
    form = {"email": ADA, "password": password, "totp": site.code()}
    refused = site.browser().post("/api/auth/callback/credentials", data=form)
    assert "error=CredentialsSignin" in refused.headers["location"]
    is_right = password == PASSWORD
    assert ("no code of" in caplog.text) is is_right
    assert (site.sign_in(codes[0], password) is not None) is is_right


def test_a_key_that_is_none_tells_nothing_of_the_password(site: Site) -> None:
    site.enrol()
    factors = FactorSecrets(Keyring([SECRET]), entropy=secrets.token_bytes)
    sealed = factors.seal("too short", provider="credentials", user_id=ADA)
    site.people.change("UPDATE person SET totp = ?", sealed)
    assert site.sign_in("000000") is None


def test_no_more_of_a_posted_form_is_read_than_it_needs() -> None:
    read = 0

    async def receive() -> Message:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"totp=" + b"0" * 395, "more_body": read < 100}

    scope = {"type": "http", "headers": [(b"content-type", b"application/x-www-form-urlencoded")]}
    with pytest.raises(HTTPException) as caught:
        asyncio.run(server.posted_code(Request(scope, receive)))
    assert caught.value.status_code == 413
    assert read == 3


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data", ""])
def test_what_is_no_form_is_refused(site: Site, kind: str) -> None:
    browser = site.sign_in()
    assert browser is not None
    key = key_on(browser.get("/enrol"))
    content = f"totp={pyotp.TOTP(key).at(int(site.clock()))}".encode()
    refused = browser.post("/enrol", content=content, headers={"content-type": kind})
    assert refused.status_code == 415
    usual = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"}
    assert browser.post("/enrol", content=content, headers=usual).status_code == 200


def test_nobody_enrols_without_a_session(site: Site) -> None:
    for ask in (site.browser().get, site.browser().post):
        assert ask("/enrol").status_code == 401


def test_the_database_holds_no_key_and_no_code(site: Site) -> None:
    codes = site.enrol()
    kept = site.people.path.read_bytes()
    for secret in (site.key, *codes, *(code.replace("-", "") for code in codes)):
        assert secret.encode() not in kept


def test_the_commands_of_its_readme_serve_the_sign_in_page(tmp_path: Path) -> None:
    [block] = re.findall(r"^```shell\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    install, export, serve = block.splitlines()
    assert install == "pip install '../..[factors,fastapi,passwords]' uvicorn"
    port = free_port()
    env = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PEOPLE": str(tmp_path / "people.sqlite3"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "UVICORN_PORT": str(port),
    }
    url = f"http://localhost:{port}"
    command = ["bash", "-c", f"{export}\nexec {serve}"]
    with (
        running(command, url=f"{url}/api/auth/csrf", cwd=FOLDER, env=env),
        httpx2.Client(base_url=url, timeout=PATIENCE, trust_env=False) as client,
    ):
        assert 'name="totp"' in client.get("/api/auth/signin").text
        headers = {"sec-fetch-site": "same-origin"}
        form = {"email": ADA, "password": PASSWORD, "totp": ""}
        client.post("/api/auth/callback/credentials", data=form, headers=headers)
        assert "Set up codes" in client.get("/").text


@pytest.mark.parametrize("told", [ADA, PASSWORD, "accept_once", "is_proven", "spend", "finish"])
def test_its_readme_tells_what_is_there(told: str) -> None:
    source = (FOLDER / "server.py").read_text(encoding="utf-8")
    assert told in README
    assert told in source


def test_it_is_short_enough_to_be_read() -> None:
    make_app: Callable[..., object] = server.make_app
    assert make_app.__module__.endswith("server")
    assert len((FOLDER / "server.py").read_text("utf-8").splitlines()) < 275
