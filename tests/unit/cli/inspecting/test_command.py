"""The command ``nextauth inspect``: where secrets come from, what it prints, how it ends."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from nextauth.cli.commands import app as command
from tests.unit.cli.inspecting.planting import OTHER, SECRETS, VALUE, seal

PLAIN = "authjs.session-token"
NEWEST, OLDER = SECRETS
UNSET = {"AUTH_SECRET": "", "NEXTAUTH_SECRET": ""}
SITE = """
from nextauth import Auth, Credentials, User

auth = Auth(
    providers=[Credentials(authorize=lambda credentials: User(id="1"), account="email")],
    secret={secrets!r},
    base_url="http://localhost:3000",
    environ={{}},
    {more}
)
"""


def cookie(secret: str = NEWEST, *, lasts: int = 3600) -> str:
    now = int(time.time())
    claims = {"sub": VALUE, "email": VALUE, "iat": now - 5, "exp": now + lasts, "jti": VALUE}
    return f"Cookie: {PLAIN}={seal('authjs', PLAIN, claims, secret)}"


def run(*arguments: str, given: str | bytes, env: Mapping[str, str] | None = None) -> Result:
    environment = {**UNSET, **(env or {})}
    return CliRunner().invoke(command, ["inspect", *arguments], input=given, env=environment)


def assert_tells_nothing(told: str, *given: str) -> None:
    for secret in (*SECRETS, OTHER, VALUE):
        assert secret not in told
    for text in given:
        for part in text.replace("=", ".").split("."):
            assert len(part) <= 20 or part not in told


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where the command runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


def saved(folder: Path, more: str = "", secrets: tuple[str, ...] = SECRETS) -> str:
    name = f"shop_{uuid4().hex}"
    source = SITE.format(secrets=list(secrets), more=more)
    (folder / f"{name}.py").write_text(source, "utf-8")
    return f"{name}:auth"


@pytest.mark.parametrize("variable", ["AUTH_SECRET", "NEXTAUTH_SECRET"])
def test_the_secret_comes_from_the_environment(variable: str) -> None:
    given = cookie()
    result = run(given=given, env={variable: NEWEST})
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("This is a good session.\n\ncookie     authjs.session-token\n")
    assert f"secret     {variable}\n" in result.stdout
    assert result.stdout.endswith("claims     email, exp, iat, jti, sub (values: --show)\n")
    assert_tells_nothing(result.output, given)


def test_of_two_variables_the_second_is_known_as_unused() -> None:
    both = {"AUTH_SECRET": OTHER, "NEXTAUTH_SECRET": NEWEST}
    result = run(given=cookie(), env=both)
    assert result.exit_code == 1
    assert result.stdout.startswith("This is no good session: wrong-secret.\n")
    assert "NEXTAUTH_SECRET opens it, and AUTH_SECRET is what the site uses." in result.stdout
    same = run(given=cookie(), env=dict.fromkeys(both, NEWEST))
    assert same.exit_code == 0


def test_the_secrets_come_from_a_file_newest_first(folder: Path) -> None:
    (folder / "secrets.txt").write_text(f"{NEWEST}\n\n  {OLDER}\n", "utf-8")
    given = cookie(OLDER)
    result = run("--secret-file", "secrets.txt", given=given, env={"AUTH_SECRET": OTHER})
    assert result.exit_code == 0
    assert "secret     secrets.txt, secret 2 of 2\n" in result.stdout
    assert "Secret 2 of 2 opened it, not the newest: it will be rewritten" in result.stdout
    assert_tells_nothing(result.output, given)
    (folder / "secret.txt").write_text(NEWEST, "utf-8")
    alone = run("--secret-file", "secret.txt", given=cookie())
    assert "secret     secret.txt\n" in alone.stdout


def test_a_mark_at_the_files_beginning_is_no_part_of_the_secret(folder: Path) -> None:
    (folder / "secret.txt").write_text(NEWEST, "utf-8-sig")
    assert run("--secret-file", "secret.txt", given=cookie()).exit_code == 0


def test_a_closed_stdin_holds_no_cookie(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python has None for it."""
    monkeypatch.setenv("AUTH_SECRET", NEWEST)
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SystemExit) as ended:
        command(["inspect"])
    assert ended.value.code == 2
    assert "there is no cookie; paste a Cookie header" in capsys.readouterr().err


def test_an_auth_says_all_that_is_known_of_its_site(folder: Path) -> None:
    given = cookie(OLDER)
    result = run("--auth", saved(folder), "--json", given=given)
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["secret"] == "secret 2 of 2"
    assert (told["good"], told["cause"], told["dialect"]) == (True, None, "authjs")
    assert_tells_nothing(result.output, given)
    alone = run("--auth", saved(folder, secrets=(NEWEST,)), given=cookie())
    assert "secret     its secret\n" in alone.stdout


def test_values_are_told_where_they_are_asked_for() -> None:
    result = run("--show", given=cookie(), env={"AUTH_SECRET": NEWEST})
    assert f'claim      email = "{VALUE}"\n' in result.stdout
    told = json.loads(run("--show", "--json", given=cookie(), env={"AUTH_SECRET": NEWEST}).stdout)
    assert told["claims"]["email"] == VALUE


def test_a_name_of_its_own_is_an_option() -> None:
    now = int(time.time())
    claims = {"sub": VALUE, "iat": now, "exp": now + 60}
    given = f"own={seal('next-auth-v4', 'own', claims)}"
    assert run(given=given, env={"AUTH_SECRET": NEWEST}).exit_code == 1
    assert run("--cookie", "own", given=given, env={"AUTH_SECRET": NEWEST}).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "given", "told"),
    [
        ([], "a=b", "there is no secret to open it with; set AUTH_SECRET"),
        (["--secret-file", "none"], "a=b", "--secret-file none: No such file"),
        (["--secret-file", "empty"], "a=b", "there is no secret to open it with"),
        (["--secret-file", "latin"], "a=b", "--secret-file latin holds bytes that are not UTF-8"),
        (["--secret-file", "good"], "", "there is no cookie; paste a Cookie header"),
        (["--auth", "no_such:auth"], "a=b", "there is no module 'no_such'"),
        (["--auth", "refused:auth"], "a=b", "secret-too-short"),
        (["--auth", "main:auth", "--cookie", "x"], "a=b", "--auth says all that"),
        (["--auth", "main:auth", "--secret-file", "good"], "a=b", "--auth says all that"),
    ],
)
def test_what_was_not_asked_rightly_ends_with_2(
    folder: Path, arguments: list[str], given: str, told: str
) -> None:
    (folder / "empty").write_text("\n \n", "utf-8")
    (folder / "latin").write_bytes(NEWEST.encode() + b"\xff")
    (folder / "good").write_text(NEWEST, "utf-8")
    refused = "from nextauth import Auth\nauth = Auth(secret='short', environ={})"
    (folder / "refused.py").write_text(refused, "utf-8")
    result = run(*arguments, given=given)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("nextauth inspect: ")
    assert told in result.stderr
    assert_tells_nothing(result.stderr)


def test_a_secret_that_is_no_text_is_told_by_its_variable() -> None:
    result = run(given=cookie(), env={"AUTH_SECRET": "\udcff" + NEWEST})
    assert result.exit_code == 2
    assert result.stderr == "nextauth inspect: AUTH_SECRET holds bytes that are not UTF-8\n"


def test_bytes_that_are_no_text_are_no_token() -> None:
    result = run(given=b"\xff\xfe\x00\n", env={"AUTH_SECRET": NEWEST})
    assert result.exit_code == 1
    assert "malformed" in result.stdout


@pytest.mark.parametrize(("count", "status"), [(900_000, 0), (1_100_000, 2)])
def test_a_cookie_behind_much_else_is_read_or_all_is_said_to_be_too_much(
    count: int, status: int
) -> None:
    """It is counted in characters, of which these have two bytes each."""
    result = run(given=f"{'é' * count}\n{cookie()}", env={"AUTH_SECRET": NEWEST})
    assert result.exit_code == status
    assert ("more than 1000000 characters" in result.stderr) is (status == 2)


def test_a_crash_tells_its_place_and_nothing_else(folder: Path) -> None:
    """A failure of ours, or of the application's clock, may hold anything in its message."""
    given = cookie()
    broken = f'clock=lambda: int({NEWEST!r}) if "auth" in globals() else 1.0'
    result = run("--auth", saved(folder, broken), given=given)
    assert result.exit_code == 2
    assert "ValueError in " in result.stderr
    assert "Traceback" not in result.output
    assert_tells_nothing(result.output, given)


@pytest.mark.parametrize("option", ["--secret", "--token"])
def test_no_option_takes_a_secret_or_a_token(option: str) -> None:
    result = run(option, NEWEST, given=cookie())
    assert result.exit_code == 2
    assert "No such option" in result.stderr


@pytest.mark.parametrize(
    ("given", "status", "begins"),
    [
        (cookie, 0, "This is a good session.\n"),
        (lambda: cookie(OTHER), 1, "This is no good session: wrong-secret.\n"),
        (lambda: cookie(lasts=-60), 1, "This is no good session: expired.\n"),
        (lambda: "", 2, ""),
    ],
    ids=["good", "wrong-secret", "expired", "nothing"],
)
def test_the_program_ends_with_a_status_that_scripts_can_use(
    given: Callable[[], str], status: int, begins: str
) -> None:
    text = given()
    done = subprocess.run(
        [sys.executable, "-c", "from nextauth.cli import main; main()", "inspect"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "AUTH_SECRET": NEWEST, "NEXTAUTH_SECRET": ""},
        timeout=60,
    )
    assert done.returncode == status, done.stderr
    assert done.stdout.startswith(begins)
    assert_tells_nothing(done.stdout + done.stderr, text)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [(b"s\xff", "utf-8:strict"), ("s\u20ac".encode(), "latin-1:strict")],
    ids=["no text", "no such letter"],
)
def test_what_the_output_cannot_hold_is_written_as_a_number(
    folder: Path, name: bytes, encoding: str
) -> None:
    file = folder / os.fsdecode(name)
    try:
        file.write_text(NEWEST, "utf-8")
    except OSError:
        pytest.skip("this file system takes no such name")
    done = subprocess.run(
        [
            *(sys.executable, "-c", "from nextauth.cli import main; main()"),
            *("inspect", "--secret-file", file.name),
        ],
        input=cookie().encode(),
        capture_output=True,
        check=False,
        cwd=folder,
        env={**os.environ, **UNSET, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "1"},
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"secret     s\\" in done.stdout
