"""``nextauth doctor``: how it is used, how it ends, and what its JSON has."""

import json
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from nextauth.cli.commands import app as command
from nextauth.cli.doctor import Severity
from nextauth.cli.doctor.command import workers_of
from nextauth.cli.loading import load_auth
from nextauth.integrations.asgi import AuthApp
from tests.in_thread import ASGIApp, Message, Receive, Scope, Send, bound_socket, serving

SECRET = "pZ4wVb81-tqLJmX0yGc7RfKd2eN6sUhA9iQo_3TkWnE"
SITE = """
from nextauth import Auth, Credentials, User

auth = Auth(
    providers=[Credentials(authorize=lambda credentials: User(id=1), account="email")],
    secret={secret!r},
    environ={{}},
    {more}
)
"""
MEMBERS = {"code", "severity", "message", "value", "fix"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where the command runs, with an environment of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("AUTH_URL", "NEXTAUTH_URL", "AUTH_TRUST_HOST", "WEB_CONCURRENCY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def saved(folder: Path, more: str = "", secret: str = SECRET) -> str:
    name = f"site_{uuid4().hex}"
    (folder / f"{name}.py").write_text(SITE.format(secret=secret, more=more), "utf-8")
    return f"{name}:auth"


def doctor(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["doctor", *arguments])


def told(result: Result) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def codes(result: Result) -> list[str]:
    return [each["code"] for each in told(result)["findings"]]


@contextmanager
def site(
    folder: Path,
    more: str = "",
    around: Callable[[ASGIApp], ASGIApp] = lambda app: app,
    **options: object,
) -> Generator[tuple[str, str]]:
    """Serve an application, and answer how the command names it and where it is."""
    bound, port = bound_socket()
    url = f"http://127.0.0.1:{port}"
    where = saved(folder, more.format(url=url))
    app = around(AuthApp(load_auth(where)))
    with serving(app, bound, lifespan="off", **options):
        yield where, url


def test_a_good_configuration_is_told_in_few_lines(folder: Path) -> None:
    result = doctor(saved(folder))
    assert result.exit_code == 0
    first, *_, last = result.stdout.splitlines()
    assert first.startswith("found well: strength of the secrets, ")
    assert last == "0 errors, 0 warnings, 0 notes"
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_a_good_site_is_too(folder: Path) -> None:
    with site(folder) as (where, url):
        result = doctor(where, f"{url}/")
    assert result.exit_code == 0, result.stdout
    assert result.stdout.splitlines()[-1] == "0 errors, 0 warnings, 0 notes, 11 requests sent"


def test_each_finding_has_its_code_what_was_seen_and_a_fix(folder: Path) -> None:
    result = doctor(saved(folder, "base_url='http://example.com', throttle=None"))
    assert result.exit_code == 1
    assert result.stdout.startswith(
        "error: The public address is plain http, so that passwords and sessions can be read on "
        "the way. [base-url-plain-http]\n"
        "  seen: http://example.com\n"
        "  fix: Serve the site over https, and write base_url='https://...'.\n"
        "warning: Guesses are not counted"
    )
    assert result.stdout.splitlines()[-1] == "1 error, 1 warning, 1 note"


def test_warnings_alone_are_no_failure(folder: Path) -> None:
    result = doctor(saved(folder, "throttle=None"), "--json")
    assert (result.exit_code, codes(result)) == (0, ["throttle-off"])


@pytest.mark.parametrize("flag", [(), ("--json",)])
def test_a_refused_configuration_is_told_problem_by_problem(
    folder: Path, flag: tuple[str, ...]
) -> None:
    result = doctor(
        saved(folder, "base_path='auth/'", secret="short"), "https://example.com", *flag
    )
    assert result.exit_code == 1
    for code in ("secret-too-short", "base-path"):
        assert code in result.stdout
    assert "not looked at: more of it, and the site" in result.stdout or flag
    assert "short'" not in result.stdout
    assert result.stderr == ""


def schema_of(report: Mapping[str, Any]) -> None:
    assert list(report) == [
        *("schema", "auth", "url", "findings", "well", "measured", "left_out", "requests"),
        *("errors", "warnings", "notes"),
    ]
    assert report["schema"] == 1
    assert isinstance(report["auth"], str)
    assert report["url"] is None or isinstance(report["url"], str)
    for name in ("well", "measured", "left_out"):
        assert all(isinstance(each, str) for each in report[name])
    for finding in report["findings"]:
        assert set(finding) == MEMBERS
        assert finding["severity"] in list(Severity)
        assert isinstance(finding["value"], str | None)
        assert all(isinstance(finding[name], str) for name in MEMBERS - {"value"})
    counts = [report[f"{severity}s"] for severity in Severity]
    seen = [each["severity"] for each in report["findings"]]
    assert counts == [seen.count(severity) for severity in Severity]
    assert seen == sorted(seen, key=list(Severity).index)


def test_the_json_has_a_schema(folder: Path) -> None:
    schema_of(told(doctor(saved(folder), "--json")))
    schema_of(told(doctor(saved(folder, secret="short"), "--json")))
    with site(folder, "throttle=None") as (where, url):
        result = doctor(where, url, "--json")
    report = told(result)
    schema_of(report)
    assert (report["auth"], report["url"], report["requests"]) == (where, url, 11)
    assert SECRET not in result.stdout


def test_a_site_that_is_not_there_is_told(folder: Path) -> None:
    bound, port = bound_socket()
    bound.close()
    result = doctor(saved(folder), f"http://127.0.0.1:{port}", "--json")
    assert (result.exit_code, codes(result)) == (1, ["site-unreachable"])


def test_any_host_that_is_believed_is_told(folder: Path) -> None:
    behind = "trust_host=True, trusted_proxies=['10.0.0.5'], events=[print]"
    with site(folder, behind, proxy_headers=False) as (where, url):
        result = doctor(where, url, "--json")
    assert (result.exit_code, codes(result)) == (1, ["host-believed"])


def breaking(is_broken: Callable[[Scope], bool]) -> Callable[[ASGIApp], ASGIApp]:
    """Answer what breaks the connection off in the middle of some answers."""

    def around(app: ASGIApp) -> ASGIApp:
        async def broken(scope: Scope, receive: Receive, send: Send) -> None:
            if not is_broken(scope):
                await app(scope, receive, send)
                return
            headers = [(b"content-length", b"1000")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"half", "more_body": True})
            raise ConnectionError

        return broken

    return around


def names_session_or_signin(scope: Scope) -> bool:
    return bool(scope["path"].endswith(("/session", "/signin")))


def is_long(scope: Scope) -> bool:
    return len(scope["query_string"]) > 1000 or len(dict(scope["headers"]).get(b"cookie", b"")) > 10


def names_csrf(scope: Scope) -> bool:
    return bool(scope["path"].endswith("/csrf"))


@pytest.mark.parametrize(
    ("is_broken", "expected"),
    [
        (names_session_or_signin, ["route-failed", "route-failed", "post-refused"]),
        (names_csrf, ["route-failed"]),
        (is_long, ["long-cookie-refused", "long-answer-refused"]),
    ],
)
def test_a_connection_that_breaks_off_is_told_once_each(
    folder: Path, is_broken: Callable[[Scope], bool], expected: list[str]
) -> None:
    with site(folder, around=breaking(is_broken)) as (where, url):
        result = doctor(where, url, "--json")
    assert codes(result) == expected


def instead_of_the_routes(
    status: int, *headers: tuple[bytes, bytes]
) -> Callable[[ASGIApp], ASGIApp]:
    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": b"<!doctype html>"})

    return lambda _: answered


@pytest.mark.parametrize(
    ("around", "code", "value"),
    [
        (
            instead_of_the_routes(302, (b"location", b"http://[::1")),
            "routes-redirected",
            "GET providers leads to no address",
        ),
        (
            instead_of_the_routes(302, (b"location", b"https://ada:hush@a.example/x?token=hush")),
            "routes-redirected",
            "GET providers leads to https://a.example/x",
        ),
        (instead_of_the_routes(500), "route-failed", "GET providers: 500 without a type"),
        (
            instead_of_the_routes(404, (b"content-type", b"text/html"), (b"date", b"yesterday")),
            "routes-missing",
            "GET providers: 404 text/html",
        ),
    ],
)
def test_what_is_there_instead_is_told(
    folder: Path, around: Callable[[ASGIApp], ASGIApp], code: str, value: str
) -> None:
    with site(folder, around=around) as (where, url):
        result = doctor(where, url, "--json")
    [finding] = told(result)["findings"]
    assert (finding["code"], finding["value"]) == (code, value)


def endless(app: ASGIApp) -> ASGIApp:
    """Answer the page without an end, as far as anybody reads."""

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith("/providers"):
            await app(scope, receive, send)
            return
        start: Message = {"type": "http.response.start", "status": 200, "headers": []}
        await send(start)
        part = {"type": "http.response.body", "body": b" " * 65_536, "more_body": True}
        for _ in range(1000):
            await send(part)

    return answered


def test_an_answer_without_an_end_is_not_read_to_it(folder: Path) -> None:
    with site(folder, around=endless) as (where, url):
        result = doctor(where, url, "--json")
    assert codes(result) == ["route-not-json"]


def test_a_site_that_only_reads_has_no_routes_to_ask(folder: Path) -> None:
    (folder / "reader.py").write_text(
        f"from nextauth import Auth\nauth = Auth(secret={SECRET!r}, environ={{}})\n", "utf-8"
    )
    result = doctor("reader:auth", "http://127.0.0.1:9", "--json")
    report = told(result)
    assert (result.exit_code, report["findings"], report["requests"]) == (0, [], 0)
    assert report["left_out"] == ["the site: this Auth has no providers, so that it has no routes"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no_colon"], "nextauth doctor: 'no_colon' is not MODULE:AUTH"),
        (["no_such_module:auth"], "nextauth doctor: there is no module 'no_such_module'"),
        (["sys:path"], "nextauth doctor: sys:path is a list"),
        ([], "Usage"),
        (["x:y", "--workers", "0"], "Usage"),
        *(
            (["x:y", url], "nextauth doctor: the URL is not one such as https://example.com")
            for url in (
                *("example.com", "ftp://example.com", "https://ada:hush@example.com"),
                *("https://example.com/?token=hush", "https://example.com/#hush", "http://[::1"),
            )
        ),
    ],
    ids=str,
)
def test_wrong_use_is_two(folder: Path, arguments: list[str], said: str) -> None:
    result = doctor(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(said)
    assert "hush" not in result.output
    assert "Traceback" not in result.output


def test_without_the_http_client_it_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "httpx2", None)  # as if it were not installed
    result = doctor("x:y", "https://example.com")
    assert result.exit_code == 2
    assert result.stderr == (
        "nextauth doctor: to look at a site it needs more: pip install 'nextauth[cli,http]'\n"
    )


@pytest.mark.parametrize(
    ("environ", "number"),
    [
        ({}, None),
        ({"WEB_CONCURRENCY": "4"}, 4),
        ({"WEB_CONCURRENCY": "many"}, None),
        ({"UVICORN_WORKERS": "2"}, 2),
        ({"GRANIAN_WORKERS": "3", "WEB_CONCURRENCY": "1"}, 3),
        ({"GUNICORN_CMD_ARGS": "--bind=:80 --workers=5"}, 5),
        ({"GUNICORN_CMD_ARGS": "-w 6"}, 6),
    ],
)
def test_the_environment_tells_how_many_processes_there_are(
    environ: Mapping[str, str], number: int | None
) -> None:
    assert workers_of(environ) == number


def test_what_is_told_by_hand_counts_more(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "4")
    where = saved(folder)
    assert codes(doctor(where, "--json")) == ["throttle-apart"]
    assert codes(doctor(where, "--workers", "1", "--json")) == []


BROKEN = """
from nextauth import Auth, Credentials, User

class Broken(Auth):
    @property
    def settings(self):
        raise LookupError("no settings today")

auth = Broken(
    providers=[Credentials(authorize=lambda credentials: User(id=1), account="email")],
    secret={secret!r},
    environ={{}},
)
"""


def test_a_failure_of_its_own_is_no_finding(folder: Path) -> None:
    (folder / "broken_site.py").write_text(BROKEN.format(secret=SECRET), "utf-8")
    result = doctor("broken_site:auth", "--json")
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "nextauth doctor: it failed itself, and found nothing:" in result.stderr
    assert "LookupError: no settings today" in result.stderr
    assert SECRET not in result.output
