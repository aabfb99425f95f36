"""Each request, answer and error of docs/clients-without-a-browser.md is so, in Python and curl."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nextauth import (
    AccessDenied,
    Auth,
    Callbacks,
    Credentials,
    SubmittedCredentials,
    Throttle,
    User,
)
from nextauth.errors import Busy
from nextauth.stores import Limit
from nextauth.testing import FakeClock
from tests.docs.programs import ROOT, SECRET, blocks_of, programs_of
from tests.servers import free_port, running
from tests.unit.protocol.enrolments import enrol_app, make_two_steps, wrong
from tests.unit.protocol.programs import JWT, OPTIONS, Program, token_in
from tests.unit.protocol.wire import CALLBACK, Browser, Reply

PAGE = ROOT / "docs" / "clients-without-a-browser.md"
TEXT = PAGE.read_text(encoding="utf-8")
ORIGIN = "http://localhost:8000"
PATIENCE = 120
ONE = (Limit(1, 60),)


def under(heading: str) -> str:
    _, _, rest = TEXT.partition(f"\n## {heading}\n")
    assert rest, heading
    return rest.partition("\n## ")[0]


def shown(heading: str) -> list[Any]:
    found = re.findall(r"```json\n(.*?)```", under(heading), re.DOTALL)
    return [json.loads(each) for each in found]


def person(credentials: SubmittedCredentials) -> User | None:
    match credentials.get("password"):
        case "1234":
            return User(id="1", name="Ada")
        case "denied":
            raise AccessDenied
        case "busy":
            message = "no worker"
            raise Busy(message)
    return None


def make_site(**options: Any) -> tuple[Program, FakeClock]:  # noqa: ANN401
    clock = FakeClock()
    options.setdefault("providers", [Credentials(person, account="email")])
    auth = make_two_steps(clock, session=OPTIONS, base_url=ORIGIN, **options)
    return Program(auth), clock


def sign_in(program: Program, **fields: str) -> Reply:
    [sent, *_] = shown("Signing in")
    return program.post(CALLBACK, {**sent, **fields})


def test_the_answers_are_those_of_the_page() -> None:
    program, clock = make_site()
    reply = sign_in(program, password="wrong")
    assert (reply.status, reply.json) == (401, shown("Signing in")[1])
    assert token_in(sign_in(program)) is not None
    [told] = shown("Keeping signed in")
    json_of = program.ask("GET", "session", accept="application/json").json
    assert json_of["user"] == told["user"]
    assert re.sub(r"\d", "0", json_of["expires"]) == re.sub(r"\d", "0", told["expires"])
    enrol_app(program.auth, clock)
    reply = sign_in(program)
    [asked] = shown("A second factor")
    assert reply.status == 401
    assert {**reply.json, "pending": asked["pending"]} == asked
    assert reply.json["pending"].startswith(asked["pending"].rstrip("…"))


# What the table says of each error: what is done to cause it.


def cannot_be_ended() -> Reply:
    program, _ = make_site()
    sign_in(program)
    return program.post("signout")


def a_wrong_password() -> Reply:
    return sign_in(make_site()[0], password="wrong")


def enrolled() -> tuple[Program, Any]:
    program, clock = make_site()
    app = enrol_app(program.auth, clock)
    return program, app


def a_second_factor() -> Reply:
    return sign_in(enrolled()[0])


def a_wrong_code() -> Reply:
    program, app = enrolled()
    sign_in(program)
    return program.post("factor/totp", {"code": wrong(app.code())})


def nothing_waits() -> Reply:
    return make_site()[0].post("factor/totp", {"code": "123456"})


def too_old() -> Reply:
    program, clock = make_site()
    sign_in(program)
    clock.advance(2000)
    return program.refresh()


def not_for_them() -> Reply:
    return sign_in(make_site()[0], password="denied")


def a_browser() -> Reply:
    body = json.dumps(shown("Signing in")[0]).encode()
    wire = Browser(make_site()[0].auth, headers=[("accept", JWT), ("cookie", "a=b")])
    return wire.post_body(CALLBACK, body, kind="application/json")


def no_factor() -> Reply:
    return sign_in(make_site(factor_policy="always")[0])


def a_form() -> Reply:
    return Browser(make_site()[0].auth, headers=[("accept", JWT)]).post(CALLBACK, {"email": "a"})


def too_often() -> Reply:
    program, _ = make_site(throttle=Throttle(account=ONE, pair=ONE, address=ONE, device=ONE))
    sign_in(program, password="wrong")
    return sign_in(program)


def broken() -> Reply:
    def fails(_: object) -> bool:
        message = "down"
        raise RuntimeError(message)

    return sign_in(make_site(callbacks=Callbacks(sign_in=fails))[0])


def busy() -> Reply:
    return sign_in(make_site()[0], password="busy")


CAUSES: dict[str, Callable[[], Reply]] = {
    "RevocationMissing": cannot_be_ended,
    "CredentialsSignin": a_wrong_password,
    "SecondFactorRequired": a_second_factor,
    "SecondFactorRefused": a_wrong_code,
    "SecondFactorExpired": nothing_waits,
    "SessionRequired": too_old,
    "AccessDenied": not_for_them,
    "MissingCSRF": a_browser,
    "SecondFactorMissing": no_factor,
    "UnsupportedMediaType": a_form,
    "TooManyRequests": too_often,
    "Configuration": broken,
    "Busy": busy,
}


@pytest.mark.parametrize("error", CAUSES)
def test_each_error_is_as_the_table_says(error: str) -> None:
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \|", under("Errors"), re.MULTILINE)
    assert [name for _, name in rows] == [*CAUSES]
    reply = CAUSES[error]()
    assert reply.json["error"] == error
    assert str(reply.status) == {name: status for status, name in rows}[error]
    assert reply.json["url"].startswith(ORIGIN)
    challenge = reply.header("www-authenticate") or ""
    assert challenge.startswith("Bearer") is (reply.status == 401)
    assert bool(reply.header("retry-after")) is (reply.status in {429, 503})


def test_the_routes_that_it_names_are_there() -> None:
    named = re.findall(r"^\| `(GET|POST) /api/auth/([^`]+)`", TEXT, re.MULTILINE)
    assert len(named) == 6
    for method, path in named:
        reply = make_site()[0].ask(method, path.replace("METHOD", "totp"))
        assert reply.status in {200, 401}, path


def test_another_program_with_the_secret_reads_the_token() -> None:
    program, _ = make_site()
    sign_in(program)
    secrets = program.auth.settings.secrets
    other = Program(Auth(secret=secrets, session=OPTIONS, clock=program.auth.services.clock))
    other.borne = program.borne
    assert other.session() is not None


# --- the lines for curl, against a server


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    [program] = programs_of(PAGE)
    (tmp_path / "site_main.py").write_text(program.text.partition("# continues")[0], "utf-8")
    port = free_port()
    url = f"http://localhost:{port}"
    command = [sys.executable, "-m", "uvicorn", "site_main:app", "--host", "localhost"]
    with running(
        [*command, "--port", str(port)],
        url=f"{url}/api/auth/csrf",
        cwd=tmp_path,
        env={"AUTH_SECRET": SECRET},
    ):
        yield port


def test_the_lines_for_curl_sign_in(port: int, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not on PATH")
    [block] = blocks_of(PAGE, "shell")
    text = block.text.replace("8000", str(port)).replace("\ntoken=", "\necho\ntoken=")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"{text}\necho\necho $token"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "NO_PROXY": "localhost"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    name, signed_out, token = done.stdout.split()
    assert json.loads(name) == "Ada"
    assert json.loads(signed_out) == {"url": f"http://localhost:{port}"}
    assert token.count(".") == 4
