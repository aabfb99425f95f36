"""The bounded queue before the worker threads: when it is full, the answer is 503 at once."""

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import httpx2
import pytest
from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from nextauth import Auth, Callbacks, Credentials, JWTParams, SubmittedCredentials, User
from nextauth.errors import Busy
from nextauth.integrations import asgi, fastapi, starlette
from nextauth.integrations.asgi import ASGIApp, WorkerRuntime
from nextauth.integrations.workers import FORM_WORKERS
from nextauth.testing import mint_session
from tests.contract.applications import BUILDERS
from tests.contract.conftest import SECRET, ada
from tests.contract.plain_site import asgi_pages
from tests.contract.site import LONGEST_WAIT, ORIGIN, SAME_ORIGIN, writes_session

T = TypeVar("T")
FORM = {"email": "ada@example.com", "password": "correct horse"}
CLIENT_LIBRARY = {**SAME_ORIGIN, "x-auth-return-redirect": "1"}


class Gate:
    """Holds a worker until the test lets it go."""

    def __init__(self) -> None:
        self.is_reached = threading.Event()
        self._may_pass = threading.Event()

    def wait(self) -> None:
        self.is_reached.set()
        assert self._may_pass.wait(LONGEST_WAIT)

    def open(self) -> None:
        self._may_pass.set()

    async def reached(self) -> None:
        assert await asyncio.to_thread(self.is_reached.wait, LONGEST_WAIT)


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open()


def run(work: Coroutine[Any, Any, T]) -> T:
    async def within_limits() -> T:
        async with asyncio.timeout(LONGEST_WAIT):
            return await work

    return asyncio.run(within_limits())


def test_a_call_that_finds_no_room_is_busy_and_room_comes_back(gate: Gate) -> None:
    async def scenario() -> list[int]:
        runtime = WorkerRuntime(workers=1, waiting=1)
        first = asyncio.create_task(runtime.call(gate.wait))
        await gate.reached()
        second = asyncio.create_task(runtime.call(int, "2"))
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="1 workers are taken and the queue"):
            await runtime.call(int, "3")
        gate.open()
        await first
        return [await second, await runtime.call(int, "4")]

    assert run(scenario()) == [2, 4]


def test_a_call_that_is_cancelled_while_it_waits_gives_its_place_back(gate: Gate) -> None:
    async def scenario() -> int:
        runtime = WorkerRuntime(workers=1, waiting=1)
        first = asyncio.create_task(runtime.call(gate.wait))
        await gate.reached()
        second = asyncio.create_task(runtime.call(int, "2"))
        await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        third = asyncio.create_task(runtime.call(int, "3"))
        await asyncio.sleep(0)
        gate.open()
        await first
        return await third

    assert run(scenario()) == 3


def test_a_call_that_fails_gives_its_place_back() -> None:
    async def scenario() -> int:
        runtime = WorkerRuntime(workers=1, waiting=0)
        for _ in range(3):
            with pytest.raises(ValueError, match="invalid literal"):
                await runtime.call(int, "no number")
        return await runtime.call(int, "4")

    assert run(scenario()) == 4


def test_a_stop_iteration_is_an_error_and_no_endless_wait() -> None:
    async def scenario() -> None:
        with pytest.raises(RuntimeError, match="StopIteration"):
            await WorkerRuntime(workers=1).call(next, iter(()))

    run(scenario())


def test_one_core_is_left_to_the_event_loop() -> None:
    runtime = WorkerRuntime()
    assert runtime.workers == max(1, len(os.sched_getaffinity(0)) - 1)
    assert runtime.waiting == 64 * runtime.workers


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_has_its_own_workers_and_all_the_room(gate: Gate) -> None:
    async def scenario() -> int:
        runtime = WorkerRuntime(workers=1, waiting=0)
        first = asyncio.create_task(runtime.call(gate.wait))
        await gate.reached()  # no room is left here ...
        answer = answer_of_child(runtime)
        gate.open()
        await first
        return answer

    assert run(scenario()) == 7  # ... and there was in the child


def answer_of_child(runtime: WorkerRuntime) -> int:
    """Fork, and answer what the child's call gave: its exit status."""
    child = os.fork()
    if child != 0:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    answers: list[int] = []  # pragma: no cover - from here on, the child alone
    # In a thread of its own, since this one believes that it runs a loop.
    thread = threading.Thread(target=lambda: answers.append(run(runtime.call(int, "7"))))
    thread.start()
    thread.join(LONGEST_WAIT)
    os._exit(answers[0] if answers else 1)


def wrapped_starlette(auth: Auth, runtime: WorkerRuntime) -> ASGIApp:
    @starlette.session_required(auth)
    async def private(_: object) -> PlainTextResponse:
        return PlainTextResponse("in")

    around = Middleware(starlette.AuthMiddleware, auth=auth, runtime=runtime)
    return Starlette(routes=[Route("/private", private)], middleware=[around])


def wrapped_fastapi(auth: Auth, runtime: WorkerRuntime) -> ASGIApp:
    app = FastAPI()
    app.add_middleware(fastapi.AuthMiddleware, auth=auth, runtime=runtime)

    @app.get("/private", dependencies=[Depends(fastapi.RequireSession(auth))])
    async def private() -> str:
        return "in"

    return app


Wrap = Callable[[Auth, WorkerRuntime], ASGIApp]


def with_runtime(app: ASGIApp, auth: Auth, runtime: WorkerRuntime) -> ASGIApp:
    """Choose the workers without the middleware, which would answer 503 by itself."""

    async def chosen(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        asgi.reader_of(scope, auth, runtime=runtime)
        await app(scope, receive, send)

    return chosen


def bare(kind: str) -> Wrap:
    return lambda auth, runtime: with_runtime(BUILDERS[kind](auth), auth, runtime)


WRAPS: dict[str, Wrap] = {
    "asgi": lambda auth, runtime: asgi.AuthMiddleware(asgi_pages(auth), auth, runtime=runtime),
    "starlette": wrapped_starlette,
    "fastapi": wrapped_fastapi,
}


WRAPS_BY_DEFAULT: dict[str, Callable[[Auth], ASGIApp]] = {
    "app": asgi.AuthApp,
    "middleware": lambda auth: asgi.AuthMiddleware(asgi_pages(auth), auth),
}


def client_of(app: ASGIApp) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=ORIGIN)


@pytest.mark.parametrize(
    "wrap",
    [lambda auth, runtime: asgi.AuthApp(auth, runtime=runtime), *WRAPS.values()],
    ids=["asgi-app", *WRAPS],
)
def test_a_sign_in_that_finds_no_worker_is_503_and_may_come_again(gate: Gate, wrap: Wrap) -> None:
    def authorize(credentials: SubmittedCredentials) -> User | None:
        gate.wait()
        return ada(credentials)

    auth = Auth(
        providers=[Credentials(authorize=authorize, account="email")], secret=SECRET, environ={}
    )

    async def scenario() -> None:
        async with client_of(wrap(auth, WorkerRuntime(workers=1, waiting=0))) as client:
            path = "/api/auth/callback/credentials"
            first = asyncio.create_task(client.post(path, data=FORM, headers=SAME_ORIGIN))
            await gate.reached()
            busy = await client.post(path, data=FORM, headers=CLIENT_LIBRARY)
            assert (busy.status_code, busy.headers["retry-after"]) == (503, "1")
            assert busy.json()["url"] == f"{ORIGIN}/api/auth/error?error=Busy"
            gate.open()
            assert writes_session(await first)
            again = await client.post(path, data=FORM, headers=CLIENT_LIBRARY)
            assert again.status_code == 200

    run(scenario())


@pytest.mark.parametrize(
    "wrap",
    [*WRAPS.values(), bare("starlette-mount"), bare("fastapi-router")],
    ids=[*WRAPS, "starlette-mount", "fastapi-router"],
)
def test_a_page_whose_session_finds_no_worker_is_503(gate: Gate, wrap: Wrap) -> None:
    def jwt(params: JWTParams) -> dict[str, Any]:
        gate.wait()
        return params.token

    auth = Auth(
        providers=[Credentials(authorize=ada, account="email")],
        secret=SECRET,
        callbacks=Callbacks(jwt=jwt),
        environ={},
    )
    cookies = mint_session(auth, User(id="1", name="Ada"))

    async def scenario() -> None:
        app = wrap(auth, WorkerRuntime(workers=1, waiting=0))
        async with client_of(app) as client:
            client.cookies.update(cookies)
            first = asyncio.create_task(client.get("/private"))
            await gate.reached()
            busy = await client.get("/private")
            assert (busy.status_code, busy.headers["retry-after"]) == (503, "1")
            gate.open()
            assert (await first).status_code == 200

    run(scenario())


@pytest.mark.parametrize("wrap", WRAPS_BY_DEFAULT.values(), ids=WRAPS_BY_DEFAULT)
def test_hanging_sign_ins_leave_the_workers_of_sessions_alone(
    gate: Gate, wrap: Callable[[Auth], ASGIApp]
) -> None:
    def authorize(_credentials: SubmittedCredentials) -> User | None:
        gate.wait()
        return None

    def jwt(params: JWTParams) -> dict[str, Any]:
        return params.token

    auth = Auth(
        providers=[Credentials(authorize=authorize, account="email")],
        secret=SECRET,
        callbacks=Callbacks(jwt=jwt),
        throttle=None,  # it would not let so many guess at once
        environ={},
    )
    cookies = mint_session(auth, User(id="1", name="Ada"))

    async def scenario() -> None:
        path = "/api/auth/callback/credentials"
        async with client_of(wrap(auth)) as guesser, client_of(wrap(auth)) as client:
            room = FORM_WORKERS.workers + FORM_WORKERS.waiting
            guesses = [
                asyncio.create_task(guesser.post(path, data=FORM, headers=CLIENT_LIBRARY))
                for _ in range(room)
            ]
            await gate.reached()
            busy = await guesser.post(path, data=FORM, headers=CLIENT_LIBRARY)
            assert busy.status_code == 503
            client.cookies.update(cookies)
            shown = await client.get("/api/auth/session")
            assert shown.json()["user"] == {"name": "Ada"}
            gate.open()
            assert {each.status_code for each in await asyncio.gather(*guesses)} == {401}

    run(scenario())
