"""Every answer of `authorize`, in each way to ask, from `def` and from `async def`."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from nextauth import (
    AccessDenied,
    Auth,
    Credentials,
    CredentialsSignin,
    FormField,
    Request,
    SubmittedCredentials,
    User,
)
from tests.unit.protocol.wire import (
    CALLBACK,
    ORIGIN,
    WAYS,
    Browser,
    claims_of,
    make_auth,
)

Answer = Callable[[], Any]


@dataclass(frozen=True)
class Expected:
    """What a client is told; ``status`` is that of the JSON answers."""

    status: int
    path: str
    query: dict[str, str]


def _refused(code: str = "credentials") -> Expected:
    return Expected(401, "/api/auth/signin", {"error": "CredentialsSignin", "code": code})


ADMITTED = Expected(200, "/me", {})
DENIED = Expected(403, "/api/auth/error", {"error": "AccessDenied"})
FAILED = Expected(500, "/api/auth/error", {"error": "Configuration"})


def _returns(value: object) -> Answer:
    return lambda: value


def _raises(error: Exception) -> Answer:
    def answer() -> None:
        raise error

    return answer


async def _later() -> User:
    raise AssertionError  # pragma: no cover - nobody awaits what a plain def returns


class _Future:
    """An awaitable that is no coroutine."""

    def __await__(self) -> Any:  # noqa: ANN401
        raise AssertionError  # pragma: no cover


TABLE: dict[str, tuple[Answer, Expected]] = {
    "User": (_returns(User(id="1", name="Ada")), ADMITTED),
    "User-without-id": (_returns(User(name="Ada")), ADMITTED),
    "mapping": (_returns({"id": 1, "name": "Ada"}), ADMITTED),
    "mapping-uuid": (_returns({"id": UUID(int=5)}), ADMITTED),
    "mapping-with-extra-keys": (_returns({"id": "1", "role": "admin", "exp": 0}), ADMITTED),
    "None": (_returns(None), _refused()),
    "False": (lambda: False, DENIED),
    "AccessDenied": (_raises(AccessDenied("not you")), DENIED),
    "CredentialsSignin": (_raises(CredentialsSignin()), _refused()),
    "CredentialsSignin-locked": (_raises(CredentialsSignin("locked")), _refused("locked")),
    "other-exception": (_raises(LookupError("directory")), FAILED),
    "True": (lambda: True, FAILED),
    "0": (_returns(0), FAILED),
    "0.0": (_returns(0.0), FAILED),
    "empty-string": (_returns(""), FAILED),
    "empty-list": (_returns([]), FAILED),
    "empty-mapping": (_returns({}), FAILED),
    "string": (_returns("ada"), FAILED),
    "mapping-of-a-stranger": (_returns({"login": "ada"}), FAILED),
    "mapping-with-bad-id": (_returns({"id": True}), FAILED),
    "mapping-with-empty-id": (_returns({"id": ""}), FAILED),
    "mapping-with-bad-name": (_returns({"id": "1", "name": 5}), FAILED),
    "extra-that-json-cannot-hold": (_returns({"id": "1", "thing": object()}), FAILED),
    "object": (_returns(object()), FAILED),
    "class": (_returns(User), FAILED),
}


def _authorize(answer: Answer, *, is_async: bool) -> Callable[..., Any]:
    def plain(credentials: SubmittedCredentials) -> Any:  # noqa: ANN401
        return answer()

    async def coroutine(credentials: SubmittedCredentials) -> Any:  # noqa: ANN401
        return answer()

    return coroutine if is_async else plain


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("is_async", [False, True], ids=["def", "async-def"])
@pytest.mark.parametrize(("answer", "expected"), TABLE.values(), ids=TABLE)
def test_answer(answer: Answer, expected: Expected, *, is_async: bool, way: str) -> None:
    browser = Browser(make_auth(_authorize(answer, is_async=is_async)), way=way)
    reply = browser.sign_in(callbackUrl="/me")
    assert reply.status == (302 if way == "form" else expected.status)
    assert reply.url.startswith(f"{ORIGIN}/")
    assert (reply.path, reply.query) == (expected.path, expected.query)
    assert reply.signs_in() is (expected is ADMITTED)
    assert (browser.session() is not None) is (expected is ADMITTED)
    if way == "form":
        assert reply.text == ""
    else:
        assert reply.header("location") is None
        assert reply.header("content-type") == "application/json"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("awaitable", [_later, _Future], ids=["coroutine", "future"])
def test_an_awaitable_from_a_plain_def_is_a_named_error(
    awaitable: Callable[[], Awaitable[User]], way: str, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Browser(make_auth(_authorize(awaitable, is_async=False)), way=way)
    reply = browser.sign_in()
    assert reply.status == (302 if way == "form" else 500)
    assert reply.query == {"error": "Configuration"}
    assert not reply.signs_in()
    assert "authorize of provider 'credentials' is a plain `def` that returned an awaitable" in (
        caplog.text
    )


@pytest.mark.parametrize(
    "name", [name for name, (_, expected) in TABLE.items() if expected is FAILED]
)
def test_what_is_no_answer_is_logged_for_the_operator(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer, _ = TABLE[name]
    Browser(make_auth(_authorize(answer, is_async=False))).sign_in()
    records = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [getattr(record, "code", None) for record in records] == ["sign-in-failed"]


@pytest.mark.parametrize("name", ["None", "False", "AccessDenied", "CredentialsSignin-locked"])
def test_a_refusal_is_no_error_of_the_operator(name: str, caplog: pytest.LogCaptureFixture) -> None:
    answer, _ = TABLE[name]
    Browser(make_auth(_authorize(answer, is_async=False))).sign_in()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_refusal_leaves_the_session_that_was_there() -> None:
    auth = make_auth()
    browser = Browser(auth)
    browser.sign_in()
    assert browser.sign_in("guess").query["error"] == "CredentialsSignin"
    assert browser.session()["user"]["name"] == "Ada"


def test_a_missing_id_becomes_a_random_one() -> None:
    browsers = [Browser(make_auth(lambda _credentials: User(name="Ada"))) for _ in range(2)]
    for browser in browsers:
        browser.sign_in()
    first, second = (UUID(claims_of(browser)["sub"]) for browser in browsers)
    assert first != second
    assert (first.version, second.version) == (4, 4)


def test_extra_keys_cannot_pass_for_claims() -> None:
    answer = {"id": "1", "exp": 9_999_999_999, "sid": "mine", "sub": "2", "extra": {"iat": 1}}
    browser = Browser(make_auth(lambda _credentials: answer))
    browser.sign_in()
    claims = claims_of(browser)
    assert claims["sub"] == "1"
    assert claims["exp"] < 9_999_999_999
    assert claims["sid"] != "mine"
    assert claims["user"] == {"exp": 9_999_999_999, "sid": "mine", "sub": "2", "iat": 1}


def test_extra_is_shown_to_the_client_only_by_a_callback() -> None:
    browser = Browser(make_auth(lambda _credentials: {"id": "1", "name": "Ada", "role": "admin"}))
    browser.sign_in()
    assert browser.session()["user"] == {"name": "Ada"}


@pytest.mark.parametrize("is_async", [False, True])
def test_authorize_may_take_the_request(*, is_async: bool) -> None:
    seen: list[str] = []

    def plain(credentials: SubmittedCredentials, request: Request) -> None:
        seen.append(f"{request.method} {request.path} {credentials['password']}")

    async def coroutine(credentials: SubmittedCredentials, request: Request) -> None:
        plain(credentials, request)

    Browser(make_auth(coroutine if is_async else plain)).sign_in("pw")
    assert seen == ["POST /api/auth/callback/credentials pw"]


def _counting(**fields: FormField) -> tuple[Auth, list[SubmittedCredentials]]:
    calls: list[SubmittedCredentials] = []

    def authorize(credentials: SubmittedCredentials) -> User:
        calls.append(credentials)
        return User(id="1")

    provider = Credentials(authorize, fields, account=lambda form: form.get("email"))
    return make_auth(providers=[provider]), calls


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u00a0"])
@pytest.mark.parametrize("name", ["password", "pin"])
def test_a_blank_password_never_reaches_authorize(way: str, blank: str, name: str) -> None:
    fields = {} if name == "password" else {"pin": FormField("PIN", type="password")}
    auth, calls = _counting(**fields)
    reply = Browser(auth, way=way).post(CALLBACK, {"login": "ada", name: blank})
    assert reply.status == (302 if way == "form" else 401)
    assert reply.query == {"error": "CredentialsSignin", "code": "credentials"}
    assert calls == []


@pytest.mark.parametrize("submitted", [{}, {"login": ""}, {"login": " "}, {"Login": "ada"}])
def test_a_blank_required_field_never_reaches_authorize(submitted: dict[str, str]) -> None:
    auth, calls = _counting(login=FormField("Login"), hint=FormField("Hint", required=False))
    browser = Browser(auth)
    assert browser.post(CALLBACK, submitted).query["error"] == "CredentialsSignin"
    assert calls == []
    assert browser.post(CALLBACK, {"login": "ada"}).signs_in()


def test_credentials_are_read_only_and_hide_their_values() -> None:
    auth, calls = _counting()
    Browser(auth).sign_in("pw-hidden")
    (credentials,) = calls
    assert credentials["password"] == "pw-hidden"
    assert repr(credentials) == ("SubmittedCredentials({'email': [hidden], 'password': [hidden]})")
    with pytest.raises(TypeError):
        credentials["password"] = "other"  # type: ignore[index]


def test_credentials_as_json() -> None:
    auth, calls = _counting()
    body = b'{"email": "a@b.c", "password": "p\\u00e4ss"}'
    assert Browser(auth).post_body(CALLBACK, body, kind="application/json").signs_in()
    assert [dict(each) for each in calls] == [{"email": "a@b.c", "password": "päss"}]


@pytest.mark.parametrize(
    "body",
    [
        b'{"password": {"$ne": ""}}',
        b'{"password": ["a"]}',
        b'{"password": true}',
        b'{"password": null}',
        b'{"password": 1}',
        b'["password"]',
        b'"password"',
        b"{",
        b"\xff",
    ],
)
def test_json_that_is_not_text_by_name_never_reaches_authorize(body: bytes) -> None:
    auth, calls = _counting()
    reply = Browser(auth).post_body(CALLBACK, body, kind="application/json")
    assert (reply.status, reply.query) == (400, {"error": "BadRequest"})
    assert calls == []
