"""The application's functions, ``def`` and ``async def``: where they run, and when they fail."""

import asyncio
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import pytest

from nextauth import Callbacks, RedirectParams, SessionParams, SubmittedCredentials, User
from tests.contract.applications import ON_ASGI, ON_WSGI
from tests.contract.conftest import OpenSite, ada
from tests.contract.site import LONGEST_WAIT, ORIGIN, SAME_ORIGIN, writes_session

on_asgi = pytest.mark.parametrize("kind", ON_ASGI, indirect=True)
on_wsgi = pytest.mark.parametrize("kind", ON_WSGI, indirect=True)

FORM = {"email": "ada@example.com", "password": "correct horse"}
TENANT: ContextVar[str] = ContextVar("TENANT", default="none")


def test_a_plain_def_authorize_runs_where_it_may_block(open_site: OpenSite, kind: str) -> None:
    threads: list[str] = []

    def authorize(credentials: SubmittedCredentials) -> User | None:
        threads.append(threading.current_thread().name)
        return ada(credentials)

    site = open_site(authorize)
    assert writes_session(site.sign_in())
    here = threading.current_thread().name
    if kind in ON_WSGI:
        assert threads == [here]
    else:
        assert threads != [here]
        # Django keeps a thread for each request, which its database connections belong to.
        assert kind == "django-asgi" or threads[0].startswith("nextauth-worker")


def test_an_async_def_authorize_runs_on_an_event_loop(open_site: OpenSite, kind: str) -> None:
    threads: list[str] = []

    async def authorize(credentials: SubmittedCredentials) -> User | None:
        await asyncio.sleep(0)
        threads.append(threading.current_thread().name)
        return ada(credentials)

    site = open_site(authorize)
    assert writes_session(site.sign_in())
    assert site.session()["user"]["name"] == "Ada"
    here = threading.current_thread().name
    assert threads == ["nextauth-background" if kind in ON_WSGI else here]


@on_wsgi
def test_beside_an_async_def_a_plain_def_stays_in_the_requests_thread(open_site: OpenSite) -> None:
    threads: list[str] = []

    async def authorize(credentials: SubmittedCredentials) -> User | None:
        return ada(credentials)

    def session(params: SessionParams) -> dict[str, Any]:
        threads.append(threading.current_thread().name)
        return params.session

    site = open_site(authorize, callbacks=Callbacks(session=session))
    site.sign_in()
    assert site.session()["user"]["name"] == "Ada"
    assert threads == [threading.current_thread().name]


@on_asgi
def test_the_event_loop_serves_others_while_a_plain_def_blocks(open_site: OpenSite) -> None:
    may_answer = threading.Event()

    def authorize(credentials: SubmittedCredentials) -> User | None:
        # Were the loop blocked, nobody could answer below, and this would end with no user.
        return ada(credentials) if may_answer.wait(LONGEST_WAIT) else None

    site = open_site(authorize)
    client = site.asgi.client

    async def both() -> tuple[int, bool]:
        form = FORM
        headers = SAME_ORIGIN
        path = site.route("callback/credentials")
        signing_in = asyncio.create_task(client.post(path, data=form, headers=headers))
        meanwhile = await client.get(site.route("session"))
        was_done = signing_in.done()
        may_answer.set()
        assert writes_session(await signing_in)
        return meanwhile.status_code, was_done

    assert site.asgi.run(both()) == (200, False)


@on_asgi
def test_a_plain_def_sees_the_requests_context(open_site: OpenSite) -> None:
    seen: list[str] = []

    def authorize(credentials: SubmittedCredentials) -> User | None:
        seen.append(TENANT.get())
        return ada(credentials)

    site = open_site(authorize)

    async def sign_in() -> None:
        TENANT.set("blue")
        path = site.route("callback/credentials")
        headers = SAME_ORIGIN
        await site.asgi.client.post(path, data=FORM, headers=headers)

    site.asgi.run(sign_in())
    assert seen == ["blue"]


def raises(error: BaseException) -> Callable[[object], Any]:
    def fail(_: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    "error",
    [OSError("the directory is away"), StopIteration(), KeyError("row"), RecursionError()],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("way", ["form", "header", "json"])
def test_a_failing_authorize_signs_nobody_in(
    open_site: OpenSite, error: BaseException, way: str
) -> None:
    site = open_site(raises(error))
    reply = site.sign_in(way=way)
    url = reply.headers["location"] if way == "form" else reply.json()["url"]
    assert url == f"{ORIGIN}/api/auth/error?error=Configuration"
    assert reply.status_code == (302 if way == "form" else 500)
    assert not writes_session(reply)
    assert site.session() is None


@pytest.mark.parametrize("name", ["sign_in", "jwt"])
def test_a_failing_callback_signs_nobody_in(open_site: OpenSite, name: str) -> None:
    fail = raises(OSError("the policy service is away"))
    site = open_site(callbacks=Callbacks(**{name: fail}))
    reply = site.sign_in()
    assert reply.headers["location"] == f"{ORIGIN}/api/auth/error?error=Configuration"
    assert not writes_session(reply)
    assert site.session() is None


def test_a_failing_session_callback_shows_nobody(open_site: OpenSite) -> None:
    site = open_site(callbacks=Callbacks(session=raises(ValueError("no"))))
    assert writes_session(site.sign_in())
    assert site.session() is None


def test_a_failing_redirect_callback_goes_to_the_root(open_site: OpenSite) -> None:
    site = open_site(callbacks=Callbacks(redirect=raises(ValueError("no"))))
    reply = site.sign_in(callbackUrl="/welcome")
    assert writes_session(reply)
    assert reply.headers["location"] == ORIGIN


@pytest.mark.parametrize("is_async", [False, True], ids=["def", "async-def"])
def test_a_redirect_callback_stays_within_the_rule(open_site: OpenSite, *, is_async: bool) -> None:
    def plain(params: RedirectParams) -> str:
        return f"{params.base_url}/start" if params.url == "/welcome" else "https://evil.example"

    async def coroutine(params: RedirectParams) -> str:
        return plain(params)

    site = open_site(callbacks=Callbacks(redirect=coroutine if is_async else plain))
    assert site.sign_in(callbackUrl="/welcome").headers["location"] == f"{ORIGIN}/start"
    assert site.sign_in(callbackUrl="/other").headers["location"] == ORIGIN
