"""What an HttpDirectory refuses when it is made, and the small parts that it is made of."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nextauth import FormField
from nextauth.directories import UserMap
from nextauth.directories.http import (
    AccountStatus,
    HasCookie,
    JsonPath,
    RedirectTo,
    Status,
    Tokens,
)
from nextauth.directories.http.cookies import cookies_set
from nextauth.directories.http.paths import MISSING, NotJsonError, parse_json
from nextauth.directories.http.paths import Path as JsonPlace
from tests.unit.directories.http_desk import made

HERE = "https://login.example.com"
DOCUMENT = {"a": {"b-c": [{"d": None}, [1, 2]], "e": False}, "0": 1}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", DOCUMENT),
        ("$.a.b-c[0].d", None),
        ("$.a.b-c[1][1]", 2),
        ("$.a.e", False),
        ("$.a.b-c[2]", MISSING),
        ("$.a.b-c.d", MISSING),
        ("$.a.e.f", MISSING),
        ("$.a[0]", MISSING),
        ("$[0]", MISSING),
        ("$.__class__", MISSING),
    ],
)
def test_a_path_leads_to_a_place(path: str, found: object) -> None:
    assert JsonPlace(path, where="here").find(DOCUMENT) == found


@pytest.mark.parametrize(
    "path",
    [
        "",
        "a",
        ".a",
        "$a",
        "$.",
        "$..a",
        "$.a.",
        "$.*",
        "$[*]",
        "$[-1]",
        "$[01]",
        "$['a']",
        "$.a b",
        "$.0",
        "$.a[?(@.b)]",
        "$.\u00e4",
        "$.a\n",
        "$" + ".a" * 33,
        "$[9999999]",
        None,
        7,
    ],
)
def test_what_is_no_path_is_refused(path: Any) -> None:  # noqa: ANN401
    with pytest.raises(ValueError, match="is no path"):
        JsonPath(path)


@pytest.mark.parametrize(
    "body", [b'"a', b"", b"\xef\xbb\xbf", b"nul", b"[1,]", b"{'a': 1}", b"\xc3("]
)
def test_what_is_no_json(body: bytes) -> None:
    with pytest.raises(NotJsonError):
        parse_json(body)


def test_json_with_a_mark_before_it_is_read() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}
    assert parse_json(b"[" * 32 + b"]" * 32)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["a=1; Path=/", "b=2"], {"a": "1", "b": "2"}),
        (["a=1", "a=2"], {"a": "2"}),
        (["a=1", "a=; Max-Age=0"], {}),
        (['a="x y"; HttpOnly'], {"a": '"x y"'}),
        (["a=x=y=="], {"a": "x=y=="}),
        (["a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], {"a": "1"}),
        (["a=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT"], {"a": "1"}),
        (["a=1; Max-Age=" + "9" * 20], {"a": "1"}),
        (["a=1; Max-Age=" + "9" * 9_000], {"a": "1"}),
        (["=1", "a b=1", "a=\u00e4", "a=x\r\nb", "a", "", ";", "a=" + "x" * 5_000], {}),
        ([f"c{number}=1" for number in range(99)], {f"c{number}": "1" for number in range(50)}),
    ],
)
def test_cookies(lines: list[str], found: dict[str, str]) -> None:
    assert cookies_set(lines, now=1_700_000_000.0) == found


def with_options(**options: Any) -> Callable[[], object]:  # noqa: ANN401
    return lambda: made(options.pop("where", HERE), options.pop("path", "/session"), **options)


REFUSED: dict[str, Callable[[], object]] = {
    "http elsewhere": with_options(where="http://login.example.com"),
    "http of a name that looks near": with_options(where="http://localhost.example.com"),
    "no address": with_options(where="login.example.com"),
    "file": with_options(where="file://login.example.com"),
    "user in it": with_options(where="https://user:s3cret@login.example.com"),
    "fragment": with_options(path="/#s3cret"),
    "blank": with_options(path="/a b"),
    "newline": with_options(path="/\r\nHost: x"),
    "backslash": with_options(path="\\@evil.example"),
    "port": with_options(where="https://login.example.com:99999"),
    "no host": with_options(where="https://:443"),
    "GET": with_options(method="GET"),
    "format": with_options(format="xml"),
    "timeout 0": with_options(timeout=0),
    "timeout true": with_options(timeout=True),
    "timeout nan": with_options(timeout=float("nan")),
    "size": with_options(longest_answer=10),
    "connections": with_options(connections=0),
    "no password": with_options(send={"username": "u"}),
    "no account": with_options(send={"password": "p"}),
    "unknown field": with_options(send={"username": "u", "password": "p", "tenant": "t"}),
    "one name for two": with_options(send={"username": "u", "password": "u"}),
    "a constant for a field": with_options(constants={"login": "x"}),
    "within another": with_options(send={"username": "$.u", "password": "$.u.p"}),
    "an element": with_options(send={"username": "$.u[0]", "password": "p"}),
    "the whole": with_options(send={"username": "$", "password": "p"}),
    "no json": with_options(constants={"a": object()}),
    "nan": with_options(constants={"a": float("nan")}),
    "no text for a form": with_options(format="form", constants={"a": ["s3cret"]}),
    "an empty name": with_options(send={"username": "", "password": "p"}),
    "header newline": with_options(headers={"X-Key": "s3cret\r\nX: y"}),
    "header name": with_options(headers={"X Key": "s3cret"}),
    "header host": with_options(headers={"Host": "s3cret"}),
    "header length": with_options(headers={"content-length": "5"}),
    "address header": with_options(address_header="Transfer-Encoding"),
    "success": with_options(success=200),
    "no success": with_options(success=()),
    "refused 200": with_options(refused_statuses=[200]),
    "refused 429": with_options(refused_statuses=[429]),
    "refused 500": with_options(refused_statuses=[500]),
    "state code": with_options(states={"not public": JsonPath("$.a")}),
    "state path": with_options(states={"disabled": "$.a"}),
    "state is success": with_options(states={"disabled": JsonPath("$.ok", equals=True)}),
    "users": with_options(users={"id": "id"}),
    "users path": with_options(users=UserMap(id="$..id")),
    "users at": with_options(users_at="user"),
    "profile elsewhere": with_options(user_url="https://other.example.com/me"),
    "profile on http": with_options(user_url="http://login.example.com/me", tokens=Tokens()),
    "refresh on http": with_options(tokens=Tokens(refresh_url="http://login.example.com/r")),
    "claim twice": with_options(
        tokens=Tokens(), users=UserMap(id="id", extra={"system_tokens": "x"})
    ),
    "no certificates": with_options(ca_file=__file__),
    "no file": with_options(ca_file="/nonexistent.pem"),
    "id in the host": with_options(account_status=AccountStatus("https://{id}.example.com/x")),
    "id as the user": with_options(account_status=AccountStatus("https://{id}@example.com/x")),
    "status on http": with_options(account_status=AccountStatus("http://example.com/{id}")),
    "status header": with_options(
        account_status=AccountStatus("https://example.com/{id}", headers={"A": "s3cret\n"})
    ),
    "no id": lambda: AccountStatus("https://example.com/x"),
    "id twice": lambda: AccountStatus("https://example.com/{id}/{id}"),
    "gone 401": lambda: AccountStatus("https://example.com/{id}", gone_statuses=(401,)),
    "gone 500": lambda: AccountStatus("https://example.com/{id}", gone_statuses=(500,)),
    "status": lambda: Status(404),
    "no status": Status,
    "cookie": lambda: HasCookie(""),
    "redirect": lambda: RedirectTo("https://example.com/"),
    "redirect both": lambda: RedirectTo("/a", refused=("/a",)),
    "redirect text": lambda: RedirectTo("/a", refused="/b"),  # type: ignore[arg-type]
    "refresh without": lambda: Tokens(refresh=None, refresh_url="https://example.com/r"),
    "tokens path": lambda: Tokens(access="access_token"),
    "tokens claim": lambda: Tokens(claim="Sub-Claim"),
    "tokens early": lambda: Tokens(early=-1),
    "tokens lifetime": lambda: Tokens(lifetime=0),
    "tokens header": lambda: Tokens(refresh_headers={"A": "s3cret\r\n"}),
    "tokens constant": lambda: Tokens(refresh_constants={"refresh_token": "s3cret"}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_without_a_secret_in_the_message(name: str) -> None:
    with pytest.raises(ValueError, match=r"\w{3}") as caught:
        REFUSED[name]()
    assert "s3cret" not in str(caught.value)
    assert len(str(caught.value)) > 20


@pytest.mark.parametrize(
    "where", ["http://localhost:8000", "http://127.1.2.3", "http://[::1]:80", "https://h:8443"]
)
def test_what_may_be_asked(where: str) -> None:
    assert "HttpDirectory(" in repr(made(where))


def test_http_elsewhere_has_to_be_asked_for() -> None:
    assert repr(made("http://legacy:8080", allow_http=True)) == "HttpDirectory('legacy:8080')"


def test_it_says_its_form() -> None:
    fields = {"email": FormField("E-mail"), "pin": FormField("PIN", type="password")}
    directory = made(
        HERE, fields=fields, account="email", password="pin", send={"email": "e", "pin": "p"}
    )
    assert dict(directory.fields) == fields
    assert directory.account == "email"


def test_the_authoritys_file_is_read_at_once(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    with pytest.raises(ValueError, match="no certificates"):
        made(HERE, ca_file=str(empty))
