"""Each request, answer and error of docs/second-factor-json.md is so, in Python, curl and Node."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pyotp import TOTP

from nextauth import Auth, Callbacks, Credentials, Pages, SubmittedCredentials, User
from nextauth.factors import MailFactor, RecoveryFactor, SmtpMailer, TotpFactor
from nextauth.stores import Limit
from nextauth.testing import FakeClock
from tests.docs.programs import ROOT, SECRET, blocks_of, programs_of
from tests.servers import free_port, running
from tests.smtp_server import Handler, smtp_server
from tests.unit.protocol.enrolments import (
    enrol_app,
    enrol_codes,
    enter,
    make_two_steps,
    wrong,
)
from tests.unit.protocol.wire import CALLBACK, Browser, Reply

PAGE = ROOT / "docs" / "second-factor-json.md"
TEXT = PAGE.read_text(encoding="utf-8")
ORIGIN = "http://localhost:8000"
PATIENCE = 120

# A browser's `fetch`: it keeps cookies, and says where the page is.
FETCH = """
const origin = process.argv[2], given = globalThis.fetch, jar = new Map();
globalThis.fetch = async (url, options = {}) => {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const headers = { ...options.headers, cookie, origin };
  const answer = await given(new URL(url, origin), { ...options, headers, redirect: "manual" });
  for (const line of answer.headers.getSetCookie()) {
    const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
    if (value) jar.set(name, value); else jar.delete(name);
  }
  return answer;
};
const { signIn, prove } = await import("./page.mjs");
const said = [];
said.push(await signIn("ada@example.com", "wrong").catch((error) => error.message));
said.push((await signIn("ada@example.com", "1234")).map((each) => each.id));
said.push(await prove("totp", "no code"));
said.push(await prove("totp", process.argv[3]));
said.push(await prove("totp", "no code").catch((error) => error.message));
said.push((await (await fetch("/api/auth/session")).json()).user.name);
console.log(JSON.stringify(said));
"""


def under(heading: str) -> str:
    _, _, rest = TEXT.partition(f"\n## {heading}\n")
    assert rest, heading
    return rest.partition("\n## ")[0]


def shown(heading: str) -> list[Any]:
    found = re.findall(r"```json\n(.*?)```", under(heading), re.DOTALL)
    return [json.loads(each) for each in found]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def person(credentials: SubmittedCredentials) -> User | None:
    is_right = credentials["password"] == "1234"
    return User(id="1", name="Ada", email="ada.lovelace@example.com") if is_right else None


def make_site(clock: FakeClock, **options: Any) -> Auth:  # noqa: ANN401
    providers = options.pop("providers", None) or [Credentials(person, account="email")]
    return make_two_steps(clock, providers=providers, base_url=ORIGIN, **options)


def waiting(auth: Auth) -> tuple[Browser, Reply]:
    """Answer a program that has sent the password of the page."""
    [sent, *_] = shown("The password")
    browser = Browser(auth, way="header", headers=[("origin", ORIGIN)])
    return browser, browser.post_body(CALLBACK, json.dumps(sent).encode(), kind="application/json")


def test_the_answers_are_those_of_the_page(clock: FakeClock) -> None:
    auth = make_site(clock)
    app = enrol_app(auth, clock)
    enrol_codes(auth, clock)
    browser, reply = waiting(auth)
    assert (reply.status, reply.json) == (200, shown("The password")[1])
    [offer] = shown("What can be proven")
    told = browser.get("factor").json
    assert {**told, "expires": offer["expires"]} == offer
    assert re.sub(r"\d", "0", told["expires"]) == re.sub(r"\d", "0", offer["expires"])
    code, right, refused = shown("The proof")
    reply = browser.post("factor/totp", {**code, "code": wrong(app.code())})
    assert (reply.status, reply.json) == (401, refused)
    reply = browser.post("factor/totp", {**code, "code": app.code()})
    assert (reply.status, reply.json) == (200, right)
    assert browser.session() is not None


def test_who_has_no_factor_is_signed_in_and_a_page_of_ones_own_is_named(clock: FakeClock) -> None:
    _, reply = waiting(make_site(clock))
    assert f"`{json.dumps(reply.json)}`" in under("The password")
    assert reply.signs_in()
    auth = make_site(clock, pages=Pages(second_factor="/code"))
    enrol_app(auth, clock)
    assert waiting(auth)[1].path == "/code"


def test_a_code_is_sent_by_a_post_of_nothing(clock: FakeClock) -> None:
    handler = Handler()
    with smtp_server(handler) as port:
        mailer = SmtpMailer(
            "127.0.0.1", port, sender="login@example.com", security="none", timeout=PATIENCE
        )
        methods = (MailFactor(mailer), TotpFactor())
        site = make_site(clock, factor_methods=methods, factor_policy="always")
        browser = Browser(site, way="header")
        browser.sign_in("1234")
        assert browser.get("factor").json["methods"][0]["starts"] is True
        reply = browser.post_body("factor/email", b"{}", kind="application/json")
        assert [reply.json] == shown("Methods that are begun")
        browser.post_body("factor/email", b"{}", kind="application/json")
        assert len(handler.letters) == 2
        text = str(handler.letters[1].message.get_content())
        assert enter(browser, text.split(maxsplit=1)[0], "email").signs_in()


# What the table says of each error: what is done to cause it.


def nothing_waits(clock: FakeClock) -> tuple[Browser, Reply]:
    browser = Browser(make_site(clock), way="header")
    return browser, enter(browser, "123456")


def a_wrong_code(clock: FakeClock) -> tuple[Browser, Reply]:
    auth = make_site(clock)
    app = enrol_app(auth, clock)
    browser, _ = waiting(auth)
    return browser, enter(browser, wrong(app.code()))


def another_method(clock: FakeClock) -> tuple[Browser, Reply]:
    auth = make_site(clock)
    enrol_app(auth, clock)
    browser, _ = waiting(auth)
    return browser, enter(browser, "x", "recovery")


def no_factor(clock: FakeClock) -> tuple[Browser, Reply]:
    return waiting(make_site(clock, factor_policy="always"))


def a_callback_that_refuses(clock: FakeClock) -> tuple[Browser, Reply]:
    auth = make_site(clock, callbacks=Callbacks(sign_in=lambda _: False))
    app = enrol_app(auth, clock)
    browser, _ = waiting(auth)
    return browser, enter(browser, app.code())


def another_site(clock: FakeClock) -> tuple[Browser, Reply]:
    auth = make_site(clock)
    app = enrol_app(auth, clock)
    browser, _ = waiting(auth)
    sent = [("origin", "https://evil.example")]
    return browser, browser.post("factor/totp", {"code": app.code()}, headers=sent)


def too_many(clock: FakeClock) -> tuple[Browser, Reply]:
    auth = make_site(clock, factor_limits=(Limit(1, 60),))
    app = enrol_app(auth, clock)
    browser, _ = waiting(auth)
    enter(browser, wrong(app.code()))
    return browser, enter(browser, app.code())


def a_callback_that_fails(clock: FakeClock) -> tuple[Browser, Reply]:
    def sign_in(_: object) -> bool:
        message = "down"
        raise RuntimeError(message)

    auth = make_site(clock, callbacks=Callbacks(sign_in=sign_in))
    app = enrol_app(auth, clock)
    browser, _ = waiting(auth)
    return browser, enter(browser, app.code())


def no_mail_server(clock: FakeClock) -> tuple[Browser, Reply]:
    mailer = SmtpMailer("127.0.0.1", free_port(), sender="login@example.com", security="none")
    methods = (MailFactor(mailer), RecoveryFactor())
    auth = make_site(clock, factor_methods=methods, factor_policy="always")
    browser, _ = waiting(auth)
    return browser, enter(browser, "", "email")


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("UnknownAction", another_method),
        ("SecondFactorRefused", a_wrong_code),
        ("SecondFactorExpired", nothing_waits),
        ("SecondFactorMissing", no_factor),
        ("AccessDenied", a_callback_that_refuses),
        ("MissingCSRF", another_site),
        ("TooManyRequests", too_many),
        ("Configuration", a_callback_that_fails),
        ("Busy", no_mail_server),
    ],
)
def test_each_error_is_as_the_table_says(clock: FakeClock, error: str, cause: Any) -> None:  # noqa: ANN401
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| .* \| (yes|no) \|$", under("Errors"), re.MULTILINE)
    statuses = {name: (int(status), still) for status, name, still in rows}
    assert len(statuses) == 9
    browser, reply = cause(clock)
    still = "yes" if browser.get("factor").status == 200 else "no"
    assert (reply.status, still) == statuses[error]
    assert reply.query["error"] == error
    assert reply.json["url"].startswith(ORIGIN)
    assert bool(reply.header("retry-after")) is (error in {"TooManyRequests", "Busy"})
    assert not reply.signs_in()


# --- the programs of the page, against a server


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[int, str]]:
    """Serve the page's site; answer its port, and the next code of Ada's telephone."""
    [program] = programs_of(PAGE)
    (tmp_path / "site_main.py").write_text(program.text.partition("# continues")[0], "utf-8")
    port = free_port()
    url = f"http://localhost:{port}"
    command = [sys.executable, "-m", "uvicorn", "site_main:app", "--host", "localhost"]
    with (
        running(
            [*command, "--port", str(port)],
            url=f"{url}/api/auth/csrf",
            cwd=tmp_path,
            env={"AUTH_SECRET": SECRET},
        ),
        httpx2.Client(base_url=url, timeout=PATIENCE, trust_env=False) as client,
    ):
        client.headers.update({"X-Auth-Return-Redirect": "1", "Origin": url})
        form = {"email": "ada@example.com", "password": "1234"}
        client.post("/api/auth/callback/credentials", data=form)
        begun = client.post("/api/auth/account/factor/totp").json()
        telephone = TOTP(begun["secret"].replace(" ", ""))
        sent = client.post("/api/auth/account/factor/totp", json={"code": telephone.now()})
        assert sent.status_code == 200
        yield port, telephone.at(int(time.time()) + 30)


def test_the_lines_for_curl_sign_in(site: tuple[int, str], tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not on PATH")
    port, code = site
    [block] = blocks_of(PAGE, "shell")
    text = block.text.replace("8000", str(port))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text.replace("\nask ", "\necho\nask ")],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "CODE": code, "NO_PROXY": "localhost"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    held, offer, proven, session = map(json.loads, done.stdout.split("\n")[1:])
    assert held["url"].endswith("/api/auth/factor")
    assert [each["id"] for each in offer["methods"]] == ["totp"]
    assert "error" not in proven["url"]
    assert session["user"] == {"name": "Ada"}


def test_the_script_signs_in(site: tuple[int, str], tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("Node is not on PATH")
    port, code = site
    [script] = re.findall(r"```js\n(.*?)```", under("In JavaScript"), re.DOTALL)
    (tmp_path / "page.mjs").write_text(script, encoding="utf-8")
    (tmp_path / "browser.mjs").write_text(FETCH, encoding="utf-8")
    done = subprocess.run(
        ["node", "browser.mjs", f"http://localhost:{port}", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        "CredentialsSignin",
        ["totp"],
        False,
        True,
        "SecondFactorExpired",
        "Ada",
    ]


def test_the_routes_that_it_names_are_there() -> None:
    auth = make_two_steps(FakeClock())
    for method, path in re.findall(r"^\| `(GET|POST) /api/auth/([^`]+)`", TEXT, re.MULTILINE):
        browser = Browser(auth, way="header")
        asked = path.replace("METHOD", "totp")
        reply = browser.get(asked) if method == "GET" else browser.post(asked)
        assert reply.status != 400, path
