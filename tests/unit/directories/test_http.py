"""An existing login endpoint: what it is sent, and what its answers mean."""

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from nextauth import FormField, User
from nextauth.directories import FIELDS, Directory, UserMap
from nextauth.directories.http import (
    AccountStatus,
    HasCookie,
    JsonPath,
    RedirectTo,
    Status,
    Tokens,
)
from nextauth.errors import CredentialsSignin, SystemUnavailable
from nextauth.web import Request
from tests.login_api import SERVICE_KEY, LoginApi, endless, fixed
from tests.unit.directories.http_desk import PASSWORD, ask, login_api, made, unavailable


@pytest.fixture(scope="module")
def server() -> Iterator[LoginApi]:
    with login_api() as server:
        yield server


@pytest.fixture(autouse=True)
def _anew(server: LoginApi) -> None:
    server.api.seen.clear()
    server.api.answers.clear()
    server.api.accounts["ada"].is_active = True


def user_at(server: LoginApi, answer: Any, **options: Any) -> Any:  # noqa: ANN401
    server.api.answers["/session"] = answer
    return ask(made(server, **options))


class TestWhatIsSent:
    def test_mapped_fields_and_nothing_else(self, server: LoginApi) -> None:
        ask(made(server), csrfToken="t", callbackUrl="/admin", role="admin", json="true")
        (seen,) = server.api.seen
        assert seen.json == {"login": "ada", "secret": PASSWORD}
        assert "admin" not in repr(seen)

    def test_a_form(self, server: LoginApi) -> None:
        send = {"username": "user[name]", "password": "user[password]"}
        always = {"client": "ours", "v": 2}
        ask(
            made(
                server,
                "/form",
                send=send,
                format="form",
                constants=always,
                success=HasCookie("sid"),
                refused_statuses=[302],
            ),
            username="a&b=c",
            password="p\u00e4ss+ %&",
        )
        (seen,) = server.api.seen
        assert seen.header("content-type") == ["application/x-www-form-urlencoded"]
        assert seen.form == [
            ("client", "ours"),
            ("v", "2"),
            ("user[name]", "a&b=c"),
            ("user[password]", "p\u00e4ss+ %&"),
        ]

    def test_json_that_lies_deeper(self, server: LoginApi) -> None:
        send = {"username": "$.user.login", "password": "$.user.password"}
        constants = {"$.user.remember": False, "app": ["ours"]}
        server.api.answers["/session"] = fixed({"ok": False})
        assert ask(made(server, send=send, constants=constants)) is None
        user = {"login": "ada", "password": PASSWORD, "remember": False}
        assert server.api.seen[0].json == {"user": user, "app": ["ours"]}

    @pytest.mark.parametrize(
        "text", ['"', "\\", "\u2028", "\U0001f600", "\u0131", "a\u0301", "\x7f"]
    )
    def test_any_text_arrives_as_it_was(self, server: LoginApi, text: str) -> None:
        ask(made(server), password=f"x{text}x")
        assert server.api.seen[0].json["secret"] == f"x{text}x"

    def test_headers_of_ours_and_the_persons_address(self, server: LoginApi) -> None:
        directory = made(server, headers={"X-Api-Key": "k3y"}, address_header="X-Real-IP")
        for client, told in [("2001:db8::1", ["2001:db8::1"]), ("1.2.3.4\r\nX: y", []), (None, [])]:
            ask(directory, Request("POST", "/", client=client))
            seen = server.api.seen.pop()
            assert seen.header("x-api-key") == ["k3y"]
            assert seen.header("x-real-ip") == told

    def test_further_fields(self, server: LoginApi) -> None:
        fields = {
            **FIELDS,
            "tenant": FormField("Tenant"),
            "pin": FormField("PIN", type="password", required=False),
        }
        send = {name: name for name in fields} | {"username": "login", "password": "secret"}
        directory = made(server, fields=fields, send=send)
        assert ask(directory) is None  # no tenant
        assert ask(directory, tenant="a\nb") is None
        assert ask(directory, tenant="x", pin="\0") is None
        assert server.api.seen == []
        assert ask(directory, tenant=" x ", pin="") is not None
        assert server.api.seen[0].json == {"login": "ada", "secret": PASSWORD, "tenant": "x"}
        ask(directory, tenant="x", pin=" 12 ")
        assert server.api.seen[1].json["pin"] == " 12 "

    def test_put_and_a_content_type_of_its_own(self, server: LoginApi) -> None:
        kind = {"Content-Type": "application/vnd.api+json"}
        assert ask(made(server, method="PUT", headers=kind)) is not None
        assert server.api.seen[0].method == "PUT"
        assert server.api.seen[0].header("content-type") == ["application/vnd.api+json"]


class TestVerdicts:
    @pytest.mark.parametrize("status", [400, 401, 403, 422])
    def test_a_refusal(self, server: LoginApi, status: int) -> None:
        assert user_at(server, fixed("no", status)) is None

    @pytest.mark.parametrize(
        "status", [404, 405, 408, 409, 410, 418, 429, 451, 500, 501, 502, 503, 504]
    )
    def test_what_says_nothing_about_a_password(self, server: LoginApi, status: int) -> None:
        server.api.answers["/session"] = fixed({"ok": True, "user": {"id": 1}}, status)
        unavailable(made(server), match=str(status))

    def test_a_status_that_was_named(self, server: LoginApi) -> None:
        assert user_at(server, fixed("", 404), refused_statuses=[404]) is None

    @pytest.mark.parametrize(
        ("answer", "equals", "is_in"),
        [
            (True, True, True),
            (1, True, False),
            ("true", True, False),
            (1, 1, True),
            (1.0, 1, False),
            ("yes", "yes", True),
            (None, None, True),
        ],
    )
    def test_a_value_is_of_the_same_type(
        self,
        server: LoginApi,
        answer: object,
        equals: object,
        is_in: bool,  # noqa: FBT001
    ) -> None:
        told = fixed({"ok": answer, "user": {"id": 7}})
        assert (user_at(server, told, success=JsonPath("$.ok", equals=equals)) is not None) is is_in

    @pytest.mark.parametrize("value", [None, False])
    def test_something_is_neither_null_nor_false(self, server: LoginApi, value: object) -> None:
        assert user_at(server, fixed({"user": value}), success=JsonPath("$.user")) is None
        assert user_at(server, fixed({}), success=JsonPath("$.user")) is None
        there = fixed({"user": {"id": 3}})
        assert user_at(server, there, success=JsonPath("$.user")).id == "3"

    def test_status_alone(self, server: LoginApi) -> None:
        options: dict[str, Any] = {
            "success": Status(200, 201),
            "users_at": "$",
            "users": UserMap(id="id"),
        }
        assert user_at(server, fixed({"id": 1}, 201), **options).id == "1"
        server.api.answers["/session"] = fixed({"id": 1}, 202)
        unavailable(made(server, **options), match="202")

    def test_several_conditions_hold_together(self, server: LoginApi) -> None:
        options: dict[str, Any] = {"success": (Status(200), JsonPath("$.ok", equals=True))}
        assert user_at(server, fixed({"ok": True, "user": {"id": 1}}), **options).id == "1"
        assert user_at(server, fixed({"ok": False}), **options) is None
        server.api.answers["/session"] = fixed({"ok": True, "user": {"id": 1}}, 203)
        unavailable(made(server, **options), match="203")

    @pytest.mark.parametrize(
        "body", ["<h1>Back at noon</h1>", "", b"\xff\xfe", '{"ok": true', "[" * 99]
    )
    def test_a_page_instead_of_json(self, server: LoginApi, body: str | bytes) -> None:
        server.api.answers["/session"] = fixed(body)
        unavailable(made(server))

    @pytest.mark.parametrize(
        ("cookie", "is_in"),
        [
            ("sid=sid-of-ada; Path=/; HttpOnly", True),
            ("sid=; Path=/", False),
            ("sid=deleted; Max-Age=0", False),
            ("sid=deleted; expires=Thu, 01 Jan 1970 00:00:00 GMT", False),
            ("sid=sid-of-ada; expires=no date", True),
            ("Sid=x", False),
            ("other=sid=1", False),
            ("x=1, sid=2", False),
        ],
    )
    def test_a_cookie(self, server: LoginApi, cookie: str, is_in: bool) -> None:  # noqa: FBT001
        options = {
            "success": HasCookie("sid"),
            "user_url": f"{server.origin}/me",
            "users_at": "$.data[0]",
            "users": UserMap(id="id"),
        }
        answer = fixed("", 200, set_cookie=cookie)
        found = user_at(server, answer, **options)
        assert (found is not None) is is_in
        assert len(server.api.seen_at("/me")) == is_in

    def test_states_have_a_public_code(self, server: LoginApi) -> None:
        directory = made(server, states={"disabled": JsonPath("$.error", equals="disabled")})
        server.api.accounts["ada"].is_active = False
        with pytest.raises(CredentialsSignin) as caught:
            ask(directory)
        assert caught.value.public_code == "disabled"
        assert ask(directory, password="wrong") is None
        assert user_at(server, fixed("<p>no", 401), states={"x": JsonPath("$.x")}) is None

    @pytest.mark.parametrize(
        ("location", "verdict"),
        [
            ("/home", "in"),
            ("/home?x=1#y", "in"),
            ("home", "in"),
            ("{origin}/home", "in"),
            ("/login?failed", "refused"),
            ("https://elsewhere.example/home", "unknown"),
            ("//elsewhere.example/home", "unknown"),
            ("http://127.0.0.1:1/home", "unknown"),
            ("/home/", "unknown"),
            ("/homes", "unknown"),
            ("http://[", "unknown"),
            ("/" + "x" * 4_000, "unknown"),
        ],
    )
    def test_a_redirect(self, server: LoginApi, location: str, verdict: str) -> None:
        where = location.replace("{origin}", server.origin)
        server.api.answers["/session"] = fixed("", 303, location=where, set_cookie="sid=sid-of-ada")
        directory = made(
            server,
            success=RedirectTo("/home", refused=("/login",)),
            user_url=f"{server.origin}/me",
            users_at="$.data[0]",
            users=UserMap(id="id"),
        )
        if verdict == "unknown":
            unavailable(directory, match="303")
        else:
            assert (ask(directory) is not None) is (verdict == "in")

    def test_no_redirect_is_a_refusal_where_one_is_expected(self, server: LoginApi) -> None:
        assert user_at(server, fixed("<form>again</form>"), success=RedirectTo("/home")) is None

    def test_a_redirect_is_a_refusal_where_it_was_named(self, server: LoginApi) -> None:
        answer = fixed("", 302, location="/login")
        assert user_at(server, answer, success=HasCookie("sid"), refused_statuses=[302]) is None
        assert user_at(server, answer, refused_statuses=[302]) is None


class TestUsers:
    def test_the_mapping_is_all_that_is_kept(self, server: LoginApi) -> None:
        told = {"id": 17, "name": "Ada", "mail": {"work": "a@b.c"}, "hash": "x", "r": ["x", 1]}
        users = UserMap(id="id", name="name", email="$.mail.work", extra={"roles": "r"})
        user = user_at(server, fixed({"ok": True, "user": told}), users=users)
        assert (user.id, user.name, user.email) == ("17", "Ada", "a@b.c")
        assert dict(user.extra) == {"roles": ["x", 1]}

    @pytest.mark.parametrize(
        "user", [None, {}, {"id": None}, {"id": ""}, {"id": True}, {"id": []}, [], "ada", 7]
    )
    def test_nobody_is_signed_in_who_has_no_id(self, server: LoginApi, user: object) -> None:
        server.api.answers["/session"] = fixed({"ok": True, "user": user})
        unavailable(made(server))

    def test_large_numbers_stay_what_they_are(self, server: LoginApi) -> None:
        for number in (2**53 + 1, 2**64 + 1, 10**60 + 1):
            assert user_at(server, fixed({"ok": True, "user": {"id": number}})).id == str(number)

    @pytest.mark.parametrize(
        "body",
        [
            b'{"ok": true, "user": {"id": 1, "id": 2}}',
            b'{"ok": false, "ok": true, "user": {"id": 1}}',
            b'{"ok": true, "user": {"id": ' + b"9" * 5_000 + b"}}",
            b'{"ok": true, "user": {"id": 1e999}}',
            b'{"ok": true, "user": {"id": NaN}}',
            b'{"ok": true, "user": {"id": 1, "name": "\\ud800"}}',
            b'{"ok": true, "user": {"id": 1, "\\udfff": ""}}',
            b'{"ok": true, "user": {"id": 1}, "x": ' + b"[" * 50 + b"]" * 50 + b"}",
            b'{"ok": true, "x": ' + b'{"a":' * 30_000 + b"1" + b"}" * 30_000 + b"}",
            b"[" * 200_000,
            json.dumps({"ok": True, "user": {"id": 1}}).encode("utf-16"),
        ],
    )
    def test_hostile_json_signs_nobody_in(self, server: LoginApi, body: bytes) -> None:
        server.api.answers["/session"] = fixed(body)
        unavailable(made(server))


class TestProfile:
    def test_it_is_asked_for_with_the_access_token(self, server: LoginApi) -> None:
        directory = made(
            server,
            user_url=f"{server.origin}/me",
            users_at="$.data[0]",
            users=UserMap(id="id"),
            tokens=Tokens(),
        )
        user = ask(directory)
        assert user is not None
        assert user.id == "1"
        assert user.extra["system_tokens"]["access"].startswith("access-")
        (seen,) = server.api.seen_at("/me")
        assert seen.header("authorization") == [f"Bearer {user.extra['system_tokens']['access']}"]
        assert seen.header("cookie") == []

    def test_cookies_are_sent_back_and_never_to_the_next_person(self, server: LoginApi) -> None:
        send = {"username": "user[name]", "password": "user[password]"}
        directory = made(
            server,
            "/form",
            send=send,
            format="form",
            success=HasCookie("sid"),
            user_url=f"{server.origin}/me",
            users_at="$.data[0]",
            users=UserMap(id="id"),
        )
        assert ask(directory) is not None
        assert server.api.seen_at("/me")[0].header("cookie") == ["sid=sid-of-ada; theme=dark"]
        server.api.seen.clear()
        server.api.answers["/form"] = fixed("")
        assert ask(directory, username="eve") is None
        assert server.api.seen[0].header("cookie") == []

    def test_without_an_answer_nobody_is_signed_in(self, server: LoginApi) -> None:
        server.api.answers["/me"] = fixed({"id": 1}, 403)
        directory = made(server, user_url=f"{server.origin}/me", users_at="$", tokens=Tokens())
        unavailable(directory, match="403")

    def test_a_token_that_cannot_be_a_header_is_none(self, server: LoginApi) -> None:
        for access in ("a\r\nX-Admin: 1", "\u00e4", "", 7, {"a": 1}, "x" * 20_000, " a", None):
            answer = fixed({"ok": True, "user": {"id": 1}, "access_token": access})
            server.api.answers["/session"] = answer
            unavailable(made(server, tokens=Tokens()), match="token")


class TestRevalidation:
    @staticmethod
    def is_active(server: LoginApi, user_id: str, **options: Any) -> bool:  # noqa: ANN401
        headers = {"Authorization": options.pop("key", SERVICE_KEY)}
        url = options.pop("url", f"{server.origin}/users/{{id}}")
        status = AccountStatus(url, headers=headers, **options)
        return asyncio.run(made(server, account_status=status).revalidate(User(id=user_id)))

    def test_by_the_status_alone(self, server: LoginApi) -> None:
        assert self.is_active(server, "1")
        assert not self.is_active(server, "2")

    def test_by_what_the_answer_says(self, server: LoginApi) -> None:
        active = JsonPath("$.active", equals=True)
        assert self.is_active(server, "1", active=active)
        server.api.accounts["ada"].is_active = False
        assert not self.is_active(server, "1", active=active)

    def test_nobody_is_signed_out_by_a_mistake_of_ours(self, server: LoginApi) -> None:
        with pytest.raises(SystemUnavailable, match="401"):
            self.is_active(server, "1", key="Bearer of another")
        server.api.answers["/users/1"] = fixed("<p>Back at noon")
        with pytest.raises(SystemUnavailable):
            self.is_active(server, "1", active=JsonPath("$.active"))

    @pytest.mark.parametrize(
        ("user_id", "path"),
        [
            ("a/b?c#d", "/users/a%2Fb%3Fc%23d"),
            ("\u00e9 %2e", "/users/%C3%A9%20%252e"),
            ("a\r\nb", "/users/a%0D%0Ab"),
            ("..x", "/users/..x"),
            *(
                (each, None)
                for each in (".", "..", "../1", "a/../1", "a\\..", "\ud800", "x" * 2_000)
            ),
        ],
    )
    def test_an_id_stays_one_part_of_the_path(
        self, server: LoginApi, user_id: str, path: str | None
    ) -> None:
        assert not self.is_active(server, user_id)
        assert [each.path for each in server.api.seen] == ([] if path is None else [path])

    def test_in_a_query(self, server: LoginApi) -> None:
        server.api.answers["/users/"] = fixed("")
        url = f"{server.origin}/users/?id={{id}}&x=1"
        assert self.is_active(server, "1&id=2", url=url)

    def test_where_nobody_says_where_to_ask(self, server: LoginApi) -> None:
        assert asyncio.run(made(server).revalidate(User(id="anybody")))
        assert server.api.seen == []


def test_it_is_a_directory_and_hides_what_is_secret(server: LoginApi) -> None:
    secret = {"Authorization": "s3cret"}
    status = AccountStatus("https://x.test/{id}", headers=secret)
    tokens = Tokens(
        refresh_url=f"{server.origin}/r", refresh_headers=secret, refresh_constants={"k": "s3cret"}
    )
    constants = {"client_secret": "s3cret"}
    directory = made(
        server, headers=secret, constants=constants, tokens=tokens, account_status=status
    )
    assert isinstance(directory, Directory)
    inner = (directory._form._blank, directory._form._sending, directory._wire)
    assert "s3cret" not in "".join(map(repr, (directory, status, tokens, *inner)))


def test_no_log_holds_a_password(server: LoginApi, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(made(server))
        server.api.answers["/session"] = endless(b" " * 5_000)
        unavailable(made(server))
    assert PASSWORD not in caplog.text
