"""Django's own habits: checks, prefixes, sync and async, its test client, its middleware."""

import asyncio
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import SynchronousOnlyOperation
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, AsyncRequestFactory, Client, RequestFactory, override_settings
from django.urls import reverse, set_script_prefix

from nextauth import Auth, Callbacks, Credentials, JWTParams, SubmittedCredentials, User
from nextauth.errors import Busy, ConfigurationError
from nextauth.integrations.django import (
    AuthSessionMiddleware,
    current_session,
    session_required,
)
from nextauth.integrations.django.runtime import RequestThreads
from tests.contract import django_site
from tests.contract.django_site import BASE, BY_USERNAME, cookie_header, make_auth, signed_in_client
from tests.contract.site import LONGEST_WAIT, SAME_ORIGIN, AsgiCaller, Caller, WsgiCaller
from tests.contract.test_prefix import by_script_name, by_server

HTML = {"accept": "text/html"}


@pytest.fixture(autouse=True)
def no_prefix() -> Iterator[None]:
    yield
    set_script_prefix("/")  # a handler sets it for its thread, and Django's test client keeps it


@pytest.fixture
def auth() -> Iterator[Auth]:
    made = make_auth()
    with override_settings(NEXTAUTH=made, NEXTAUTH_USER=BY_USERNAME):
        yield made


def test_the_checks_find_nothing_in_a_right_project(auth: Auth) -> None:
    assert run_checks() == []


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"NEXTAUTH": None}, "nextauth.setting"),
        ({"NEXTAUTH": "nowhere.auth"}, "nextauth.setting"),
        ({"NEXTAUTH": "nextauth.integrations.django.login"}, "nextauth.setting"),
        ({"NEXTAUTH_USER": "nowhere.user_of"}, "nextauth.user"),
        ({"NEXTAUTH_USER": None}, "nextauth.user"),
        ({"AUTHENTICATION_BACKENDS": settings.AUTHENTICATION_BACKENDS[1:]}, "nextauth.backend"),
        ({"MIDDLEWARE": settings.MIDDLEWARE[:-1]}, "nextauth.middleware"),
        (
            {"MIDDLEWARE": [*settings.MIDDLEWARE[-1:], *settings.MIDDLEWARE[:-1]]},
            "nextauth.middleware-order",
        ),
        ({"ROOT_URLCONF": "django.contrib.auth.urls"}, "nextauth.urls"),
        ({"LOGIN_URL": "/accounts/login/"}, "nextauth.login-url"),
    ],
)
def test_the_checks_name_what_is_out_of_place(
    auth: Auth, changed: dict[str, Any], found: str
) -> None:
    with override_settings(**changed):
        told = [each for each in run_checks() if str(each.id).startswith("nextauth.")]
    assert [each.id for each in told] == [found]
    assert told[0].hint


PROJECT = """
from nextauth import Auth

SECRET_KEY = "of-this-test-alone"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "{ours}"]
MIDDLEWARE = ["{ours}.AuthSessionMiddleware"]
NEXTAUTH = "accounts.auth"
"""


def test_the_check_command_shows_every_problem_of_our_own_configuration(tmp_path: Path) -> None:
    settings_text = PROJECT.format(ours="nextauth.integrations.django")
    (tmp_path / "project.py").write_text(settings_text)
    program = "from nextauth import Auth\nauth = Auth(secret='short', dialect='v9', environ={})\n"
    (tmp_path / "accounts.py").write_text(program)
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--settings", "project"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=LONGEST_WAIT * 3,
        check=False,
    )
    assert done.returncode == 1
    found = re.findall(r"\(nextauth\.([\w-]+)\).*\n\tHINT: \w", done.stderr)
    with pytest.raises(ConfigurationError) as refused:
        Auth(secret="short", dialect="v9", environ={})
    assert sorted(found) == sorted(problem.code for problem in refused.value.problems)
    assert len(found) > 1


def test_a_form_signs_in_with_djangos_own_test_client(auth: Auth) -> None:
    client = Client(headers={"sec-fetch-site": "same-origin"}, enforce_csrf_checks=True)
    form = {"email": "ada@example.com", "password": "correct horse"}
    path = reverse("nextauth:action", args=["callback/credentials"])
    reply = client.post(path, urlencode(form), content_type="application/x-www-form-urlencoded")
    assert reply.status_code == 302
    assert client.get("/whoami").content == b"Ada"


def test_under_wsgi_a_plain_def_needs_no_thread_and_no_event_loop() -> None:
    loops: list[object] = []

    def plain(credentials: SubmittedCredentials) -> User | None:
        loops.append(asyncio._get_running_loop())
        return django_site.authorize(credentials)

    before = threading.enumerate()
    with override_settings(NEXTAUTH=make_auth(providers=[Credentials(plain, account="email")])):
        client = Client(headers=SAME_ORIGIN)
        path = reverse("nextauth:action", args=["callback/credentials"])
        client.post(path, "password=correct+horse", "application/x-www-form-urlencoded")
        assert client.get("/private").content == b"Ada"
    assert threading.enumerate() == before
    assert loops == [None]


def test_reading_tells_caches_that_the_cookie_decides(auth: Auth) -> None:
    assert "Cookie" in Client().get("/whoami").headers["vary"]
    assert "vary" not in Client().get("/public").headers


def plain_jwt(params: JWTParams) -> dict[str, Any]:
    return params.token


def test_on_an_event_loop_a_callback_must_be_awaited(auth: Auth) -> None:
    asking = make_auth(callbacks=Callbacks(jwt=plain_jwt))
    cookies = cookie_header(asking)

    async def look(made: Auth) -> object:
        with override_settings(NEXTAUTH=made):
            return current_session(RequestFactory().get("/", headers=cookies))

    assert asyncio.run(look(make_auth())) is not None  # nothing to wait for: it is read at once
    with pytest.raises(SynchronousOnlyOperation, match="aauth_session"):
        asyncio.run(look(asking))


@pytest.mark.parametrize("is_async", [False, True], ids=["def", "async-def"])
def test_a_sync_view_under_asgi_reads_through_the_callback(*, is_async: bool) -> None:
    async def coroutine(params: JWTParams) -> dict[str, Any]:
        await asyncio.sleep(0)
        return params.token

    auth = make_auth(callbacks=Callbacks(jwt=coroutine if is_async else plain_jwt))
    request = AsyncRequestFactory().get("/", headers=cookie_header(auth))

    async def scenario() -> str:
        with override_settings(NEXTAUTH=auth):
            return django_site.name_of(await sync_to_async(current_session)(request))

    assert async_to_sync(scenario)() == "Ada"


def test_a_view_that_finds_no_room_is_503(auth: Auth) -> None:
    middleware = AuthSessionMiddleware(lambda _: HttpResponse())
    reply = middleware.process_exception(HttpRequest(), Busy("full"))
    assert reply is not None
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")
    assert middleware.process_exception(HttpRequest(), OSError()) is None


def test_threads_of_requests_are_busy_when_the_queue_is_full() -> None:
    threads = RequestThreads(workers=1, waiting=1)
    may_end = threading.Event()

    async def scenario() -> list[bool]:
        calls = [asyncio.create_task(threads.call(may_end.wait, LONGEST_WAIT)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await threads.call(int)
        may_end.set()
        ended = await asyncio.gather(*calls)
        assert await threads.call(int, "7") == 7
        return ended

    assert asyncio.run(scenario()) == [True, True]


def forced_on(handler: Any) -> Any:  # noqa: ANN401
    """Serve under the prefix of FORCE_SCRIPT_NAME: the server before us takes it away."""

    def app(environ: Any, start_response: Any) -> Any:  # noqa: ANN401
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/site")
        return handler(environ, start_response)

    return app


@pytest.mark.parametrize("way", ["wsgi-server", "wsgi-setting", "asgi-server", "asgi-setting"])
def test_a_prefix_is_part_of_the_base_path(way: str) -> None:
    auth = make_auth(base_path="/site/api/auth")
    wraps: dict[str, Any] = {
        "wsgi-server": by_script_name,
        "wsgi-setting": forced_on,
        "asgi-server": by_server,
        "asgi-setting": lambda app: app,
    }
    app = wraps[way](
        django_site.django_wsgi(auth) if "wsgi" in way else django_site.django_asgi(auth)
    )
    caller: Caller = WsgiCaller(app, BASE) if "wsgi" in way else AsgiCaller(app, BASE)
    forced = "/site" if "setting" in way else None
    with override_settings(NEXTAUTH=auth, FORCE_SCRIPT_NAME=forced), closing(caller):
        assert caller.send(caller.build("GET", "/site/api/auth/session")).text == "null"
        reply = caller.send(caller.build("GET", "/site/private", headers=HTML))
        back = "http%3A%2F%2Ftestserver%2Fsite%2Fprivate"
        assert reply.headers["location"] == f"{BASE}/site/api/auth/signin?callbackUrl={back}"
        reply = caller.send(caller.build("GET", "/site/whoami"))
        assert reply.text == "nobody"


def test_the_address_of_a_route_has_the_prefix() -> None:
    with override_settings(NEXTAUTH=make_auth(base_path="/site/api/auth")):
        assert reverse("nextauth:action", args=["signout"]) == "/site/api/auth/signout"
        set_script_prefix("/site")
        assert reverse("nextauth:action", args=["signout"]) == "/site/api/auth/signout"


def test_a_path_beyond_latin_1_is_the_way_back(auth: Auth) -> None:
    path = "/%E6%97%A5%E6%9C%AC/private"
    request = RequestFactory().get(path, headers=HTML)
    reply = session_required(django_site.public)(request)
    assert reply.headers["location"].endswith(
        "callbackUrl=http%3A%2F%2Ftestserver%2F%25E6%2597%25A5%25E6%259C%25AC%2Fprivate"
    )


def test_where_everything_asks_for_a_login_the_sign_in_page_does_not(auth: Auth) -> None:
    everything = "django.contrib.auth.middleware.LoginRequiredMiddleware"
    with override_settings(MIDDLEWARE=[*settings.MIDDLEWARE, everything]):
        assert Client().get("/public").status_code == 302
        assert Client().get("/api/auth/signin").status_code == 200


def test_an_empty_segment_is_400_and_no_slash_is_appended(auth: Auth) -> None:
    assert Client().get("/api/auth//session").status_code == 400
    assert Client().get("/api/auth").status_code == 400


def test_without_providers_it_only_reads() -> None:
    reading = make_auth(providers=[])
    with override_settings(NEXTAUTH=reading):
        assert signed_in_client(make_auth()).get("/private").content == b"Ada"
        assert Client().get("/api/auth/session").status_code == 404


@pytest.mark.parametrize("place", [1, len(settings.MIDDLEWARE)], ids=["outside", "inside"])
def test_beside_a_middleware_that_is_sync_only_it_serves_under_asgi(auth: Auth, place: int) -> None:
    async def awaited(credentials: SubmittedCredentials) -> User | None:
        await asyncio.sleep(0)
        return django_site.authorize(credentials)

    form = urlencode({"email": "ada@example.com", "password": "correct horse"})
    middleware = list(settings.MIDDLEWARE)
    middleware.insert(place, "tests.contract.test_django.sync_only")
    made = make_auth(providers=[Credentials(authorize=awaited, account="email")])

    async def scenario() -> bytes:
        client = AsyncClient()
        kind = "application/x-www-form-urlencoded"
        path = "/api/auth/callback/credentials"
        reply = await client.post(path, form, content_type=kind, headers=SAME_ORIGIN)
        assert reply.headers["location"] == BASE
        return bytes((await client.get("/private")).content)

    with override_settings(NEXTAUTH=made, MIDDLEWARE=middleware):
        assert async_to_sync(scenario)() == b"Ada"


def sync_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    return answer
