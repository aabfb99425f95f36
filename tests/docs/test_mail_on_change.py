"""`examples/mail-on-change` writes what its README says, through a mail server on loopback."""

import importlib
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx2
import pyotp
import pytest
from starlette.testclient import TestClient

from nextauth.events import Circumstances, FactorEnrolled, SecondFactorRefused
from nextauth.factors import SmtpMailer
from nextauth.passwords import CHEAPEST
from nextauth.testing import FakeClock
from tests.servers import free_port, running
from tests.smtp_server import Handler, smtp_server

FOLDER = Path(__file__).parents[2] / "examples" / "mail-on-change"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
SECRET = "q3V7mZ0cK9sW1xT5bN8dR2fH6jL4pY-uE_aGiOoQ"
ADDRESS = "http://localhost"
ADA, PASSWORD = "ada@example.com", "analytical"
JSON = {"x-auth-return-redirect": "1"}
PATIENCE = 120
server = importlib.import_module("examples.mail-on-change.server")


@dataclass
class Site:
    """The example, Ada's authenticator app and her mailbox."""

    browser: TestClient
    clock: FakeClock
    handler: Handler
    key: str = ""
    read: int = field(default=0)

    def post(self, path: str, **form: str) -> httpx2.Response:
        return self.browser.post(f"/api/auth/{path}", data=form, headers=JSON)

    def enter_password(self) -> None:
        answer = self.post("callback/credentials", email=ADA, password=PASSWORD)
        assert answer.status_code == 200

    def code(self) -> str:
        return pyotp.TOTP(self.key).at(int(self.clock()))

    def wrong(self) -> str:
        return "000000" if self.code() != "000000" else "111111"

    def add_app(self) -> None:
        self.enter_password()
        self.key = self.post("account/factor/totp").json()["secret"].replace(" ", "")
        sent = self.post("account/factor/totp", code=self.code(), name="Telephone")
        assert sent.status_code == 200
        self.clock.advance(30)

    def new_letters(self) -> list[EmailMessage]:
        """Answer what has arrived since the last time."""
        app: Any = self.browser.app
        assert app.state.auth.flush_events_sync(PATIENCE)
        letters = [each.message for each in self.handler.letters[self.read :]]
        self.read = len(self.handler.letters)
        return letters

    def new_texts(self) -> list[str]:
        return [body(each).partition("\n")[0] for each in self.new_letters()]


def body(letter: EmailMessage) -> str:
    return str(letter.get_content()).replace("\r\n", "\n")


@pytest.fixture
def site() -> Iterator[Site]:
    handler, clock = Handler(), FakeClock()
    with smtp_server(handler) as port:
        mailer = SmtpMailer(
            "127.0.0.1",
            port,
            sender="security@shop.example",
            security="none",
            timeout=PATIENCE,
        )
        app = server.make_app(mailer, SECRET, clock, CHEAPEST)
        headers = {"sec-fetch-site": "same-origin"}
        with TestClient(app, base_url=ADDRESS, headers=headers) as browser:
            yield Site(browser, clock, handler)


def test_an_app_that_is_added_is_told_to_the_person_at_once(site: Site) -> None:
    site.enter_password()
    assert site.new_letters() == []
    site.add_app()
    [letter] = site.new_letters()
    assert (letter["To"], letter["From"]) == (ADA, "security@shop.example")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "You can now prove who you are with an authenticator app." in body(letter)
    assert "from the address testclient" in body(letter)


def test_codes_and_removals_and_resets_are_told(site: Site) -> None:
    site.add_app()
    site.post("account/factor/recovery")
    [first, second] = site.new_texts()
    assert "authenticator app" in first
    assert "10 new recovery codes" in second
    known = site.browser.get("/api/auth/account").json()["factors"]
    [app] = [each["id"] for each in known if each["method"] == "totp"]
    site.post("account/remove", id=app)
    assert sorted(site.new_texts()) == [
        "This was removed from your account: an authenticator app.",
        "This was removed from your account: your recovery codes.",
    ]
    auth: Any = getattr(site.browser.app, "state").auth  # noqa: B009 - an ASGI app, to the checker
    auth.reset_factors_sync("credentials", "ada")
    [text] = site.new_texts()
    assert text.startswith("We removed all second factors")


def test_few_codes_are_told_and_many_are_not(site: Site) -> None:
    site.add_app()
    codes = site.post("account/factor/recovery").json()["codes"]
    site.new_texts()
    for code in codes[:7]:
        site.enter_password()
        assert site.post("factor/recovery", code=code).status_code == 200
    [text] = site.new_texts()
    assert text == "You have 3 recovery codes left. Make new ones on your account page."


def test_a_wrong_code_after_the_right_password_is_told_once_an_hour(site: Site) -> None:
    site.add_app()
    site.new_texts()
    site.enter_password()
    for _ in range(3):
        assert site.post("factor/totp", code=site.wrong()).status_code == 401
    [text] = site.new_texts()
    assert text.startswith("Somebody entered your password")
    site.clock.advance(3600)
    site.enter_password()
    site.post("factor/totp", code=site.wrong())
    assert len(site.new_texts()) == 1


def test_a_wrong_password_is_no_reason_to_write(site: Site) -> None:
    site.post("callback/credentials", email=ADA, password="wrong")
    assert site.new_letters() == []


def test_no_mail_has_a_link_a_code_or_a_key(site: Site) -> None:
    site.add_app()
    codes = site.post("account/factor/recovery").json()["codes"]
    site.post("account/end-session")
    for letter in site.new_letters():
        assert "://" not in body(letter)
        for secret in (site.key, *codes):
            assert secret not in letter.as_string()


def test_somebody_without_an_address_is_passed_over() -> None:
    assert server.Notices(None, {}).addresses == {}
    at = Circumstances(1_000_000.0)
    event = FactorEnrolled(at, "credentials", "grace", "totp", "x")
    with pytest.raises(StopIteration):
        server.Notices(None, {"ada": ADA}).emit(event).send(None)


def test_the_warnings_of_one_person_are_not_anothers() -> None:
    notices = server.Notices(None, {})
    told = [
        notices.is_first_in_an_hour(
            SecondFactorRefused(Circumstances(float(moment)), "credentials", who, "totp")
        )
        for who, moment in (("ada", 0), ("ada", 3599), ("grace", 1), ("ada", 3600))
    ]
    assert told == [True, False, True, True]


def test_the_commands_of_its_readme_serve_the_site_and_the_mail_server(tmp_path: Path) -> None:
    blocks = re.findall(r"^```shell\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    (install, mail), (export, serve) = (block.splitlines() for block in blocks)
    assert install == "pip install '../..[factors,fastapi,mail,passwords]' aiosmtpd uvicorn"
    site_port, mail_port = free_port(), free_port()
    env = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "SMTP_PORT": str(mail_port),
        "UVICORN_PORT": str(site_port),
    }
    printed = tmp_path / "printed"
    url = f"http://localhost:{site_port}"
    mail = mail.replace("8025", str(mail_port))
    is_up = f"until (exec 3<>/dev/tcp/localhost/{mail_port}) 2> {os.devnull}; do sleep 0.1; done"
    both = f"{mail} > {printed} 2>&1 &\n{is_up}\n{export}\nexec {serve}"
    with (
        running(["bash", "-c", both], url=f"{url}/api/auth/csrf", cwd=FOLDER, env=env),
        httpx2.Client(base_url=url, timeout=PATIENCE, trust_env=False) as client,
    ):
        client.headers.update({"sec-fetch-site": "same-origin", **JSON})
        form = {"email": ADA, "password": PASSWORD}
        client.post("/api/auth/callback/credentials", data=form)
        key = client.post("/api/auth/account/factor/totp").json()["secret"].replace(" ", "")
        code = {"code": pyotp.TOTP(key).now(), "name": "Telephone"}
        assert client.post("/api/auth/account/factor/totp", data=code).status_code == 200
        for _ in range(10_000):  # each takes a moment
            if "with an authenticator app" in printed.read_text("utf-8"):
                break
            client.get("/api/auth/csrf")
        assert f"To: {ADA}" in printed.read_text("utf-8")


@pytest.mark.parametrize(
    "told", [ADA, PASSWORD, "told_about", "is_first_in_an_hour", "letter", "SMTP_SENDER"]
)
def test_its_readme_tells_what_is_there(told: str) -> None:
    assert told in README
    assert told in (FOLDER / "server.py").read_text(encoding="utf-8")


def test_it_is_short_enough_to_be_read() -> None:
    assert len((FOLDER / "server.py").read_text("utf-8").splitlines()) < 200
