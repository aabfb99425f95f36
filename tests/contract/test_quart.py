"""Quart's own habits: factories, plain views, websockets, error handlers, templates, commands."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from quart import Quart, current_app, g, redirect, render_template_string, websocket
from starlette.testclient import TestClient, WebSocketDenialResponse

from nextauth import Auth, Callbacks, Credentials, JWTParams, SubmittedCredentials, User
from nextauth.integrations.quart import (
    AuthExtension,
    current_session,
    session_required,
    signin_url,
    signout_url,
)
from nextauth.integrations.workers import WorkerRuntime
from nextauth.testing import signed_in
from tests.contract.conftest import SECRET, OpenSite, ada
from tests.contract.quart_site import name_of, quart_app
from tests.contract.site import LONGEST_WAIT, ORIGIN, Site, cookies_of, writes_session

DAY = 24 * 60 * 60
HTML = {"accept": "text/html"}
TO_SIGN_IN = f"{ORIGIN}/api/auth/signin?callbackUrl=http%3A%2F%2Flocalhost%3A3000%2F"
TALK = "ws://localhost/talk"
ADA = User(id="1", name="Ada")


@pytest.fixture
def kind() -> str:
    """The only integration here."""
    return "quart"


def make_auth(**options: Any) -> Auth:  # noqa: ANN401
    options.setdefault("providers", [Credentials(authorize=ada, account="email")])
    return Auth(secret=SECRET, environ={}, **options)


def with_views(*views: Callable[[], Any], **options: Any) -> Callable[[Auth], Quart]:  # noqa: ANN401
    """Answer what builds an application with a view under each function's name."""

    def build(auth: Auth) -> Quart:
        app = Quart(__name__)
        app.config.update(options)
        for view in views:
            app.add_url_rule(f"/{view.__name__}", view_func=view)
        AuthExtension(auth, app)
        return app

    return build


async def greet() -> str:
    return name_of(await current_session())


@session_required
async def mine() -> str:
    return await greet()


async def talk() -> None:
    await websocket.accept()
    await websocket.send(await greet())


def client_of(app: Any, auth: Auth | None = None) -> TestClient:  # noqa: ANN401
    client = TestClient(app, base_url="http://localhost", follow_redirects=False)
    return client if auth is None else signed_in(client, ADA, auth=auth)


def test_a_plain_view_is_guarded_like_an_async_one(site: Site) -> None:
    assert site.get("/plain").status_code == 401
    site.sign_in()
    assert site.get("/plain").text == "plain"


def test_an_error_handler_dresses_the_refusal_and_keeps_its_headers(open_site: OpenSite) -> None:
    def build(auth: Auth) -> Quart:
        app = quart_app(auth)

        @app.errorhandler(401)
        async def refuse(error: Exception) -> tuple[dict[str, str], int]:
            return {"error": "who are you?"}, 401

        return app

    reply = open_site(build=build).get("/private")
    assert (reply.status_code, reply.json()) == (401, {"error": "who are you?"})
    assert reply.headers["www-authenticate"] == "Cookie"
    assert reply.headers["cache-control"] == "private, no-store"


def test_a_demand_to_sign_in_for_every_page_leaves_the_sign_in_page_open(
    open_site: OpenSite,
) -> None:
    def build(auth: Auth) -> Quart:
        app = with_views(greet)(auth)

        @app.before_request
        async def demand() -> Any:  # noqa: ANN401
            return None if await current_session() else redirect(signin_url())

        return app

    site = open_site(build=build)
    assert site.get("/greet").headers["location"] == f"{TO_SIGN_IN}greet"
    assert site.get("/api/auth/signin").status_code == 200
    site.sign_in()
    assert site.get("/greet").text == "Ada"


@pytest.mark.parametrize("is_async", [False, True], ids=["def", "async-def"])
def test_authorize_has_the_applications_context(open_site: OpenSite, *, is_async: bool) -> None:
    seen: list[object] = []

    def plain(credentials: SubmittedCredentials) -> User | None:
        g.tenant = current_app.config["TENANT"]
        seen.append(g.tenant)
        return ada(credentials)

    async def coroutine(credentials: SubmittedCredentials) -> User | None:
        return plain(credentials)

    closed: list[object] = []

    def build(auth: Auth) -> Quart:
        app = with_views(TENANT="blue")(auth)

        @app.teardown_appcontext
        async def close(error: BaseException | None) -> None:
            closed.append(g.pop("tenant"))

        return app

    site = open_site(coroutine if is_async else plain, build=build)
    assert writes_session(site.sign_in())
    assert seen == closed == ["blue"]


def test_an_error_page_that_looks_at_the_session_rolls_it_on(open_site: OpenSite) -> None:
    def build(auth: Auth) -> Quart:
        app = with_views()(auth)

        @app.errorhandler(404)
        async def lost(error: Exception) -> tuple[str, int]:
            return await greet(), 404

        return app

    site = open_site(build=build)
    site.sign_in()
    site.clock.advance(2 * DAY)
    reply = site.get("/nowhere")
    assert (reply.status_code, reply.text) == (404, "Ada")
    assert writes_session(reply)


def test_templates_know_the_session_and_its_links(open_site: OpenSite) -> None:
    async def page() -> str:
        return await render_template_string(
            "{% set session = current_session() %}"
            "{% if session %}{{ session.user.name }} {{ signout_url() }}"
            "{% else %}{{ signin_url() }}{% endif %}"
        )

    site = open_site(build=with_views(page))
    assert site.get("/page").text == f"{TO_SIGN_IN}page"
    site.sign_in()
    assert site.get("/page").text == "Ada /api/auth/signout"


def test_a_websocket_knows_who_opened_it() -> None:
    auth = make_auth()
    app = with_views()(auth)
    app.add_websocket("/talk", view_func=talk)
    for client, name in ((client_of(app), "nobody"), (client_of(app, auth), "Ada")):
        with client.websocket_connect(TALK) as socket:
            assert socket.receive_text() == name


def test_a_guarded_websocket_is_refused() -> None:
    auth = make_auth()
    app = with_views()(auth)
    app.add_websocket("/talk", view_func=session_required(talk))
    with (
        pytest.raises(WebSocketDenialResponse) as refusal,
        client_of(app).websocket_connect(TALK),
    ):
        pass
    assert refusal.value.status_code == 401
    with client_of(app, auth).websocket_connect(TALK) as socket:
        assert socket.receive_text() == "Ada"


@pytest.fixture
def taken() -> Iterator[WorkerRuntime]:
    """Workers that have no room: the only one is taken as long as the test lasts."""
    runtime = WorkerRuntime(workers=1, waiting=0)
    may_end = threading.Event()

    async def take() -> None:
        working = runtime.call(may_end.wait, LONGEST_WAIT)
        working.send(None)  # it begins, and nobody waits for its end
        working.close()

    asyncio.run(take())
    yield runtime
    may_end.set()


def read(params: JWTParams) -> dict[str, object]:
    """A plain ``def``, which needs a worker."""
    return params.token


def test_where_no_worker_is_free_the_answer_is_503(
    open_site: OpenSite, taken: WorkerRuntime
) -> None:
    def build(auth: Auth) -> Quart:
        app = Quart(__name__)
        app.add_url_rule("/greet", view_func=greet)
        AuthExtension(auth, app, runtime=taken)
        return app

    site = open_site(build=build, callbacks=Callbacks(jwt=read))
    signed_in(site.asgi.client, ADA, auth=site.auth)
    reply = site.get("/greet")
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")
    assert cookies_of(reply) == []


def test_a_reader_of_another_sites_sessions_uses_the_same_workers(taken: WorkerRuntime) -> None:
    writer = make_auth()
    reader = make_auth(providers=[], base_url="http://localhost", callbacks=Callbacks(jwt=read))
    app = Quart(__name__)
    app.add_url_rule("/mine", view_func=mine)
    AuthExtension(reader, app, runtime=taken)
    assert client_of(app, writer).get("/mine").status_code == 503


def test_one_extension_serves_the_applications_of_a_factory() -> None:
    auth = make_auth()
    extension = AuthExtension(auth)

    def create_app() -> Quart:
        app = Quart(__name__)
        app.add_url_rule("/mine", view_func=mine)
        extension.init_app(app)
        return app

    for app in (create_app(), create_app()):
        assert app.extensions["nextauth"] is extension
        assert client_of(app).get("/mine").status_code == 401
        assert client_of(app, auth).get("/mine").text == "Ada"


def test_a_second_extension_is_refused() -> None:
    app = with_views()(make_auth())
    with pytest.raises(RuntimeError, match="already"):
        AuthExtension(make_auth(), app)


def test_the_command_lists_the_routes() -> None:
    app = with_views()(make_auth(base_path="/login"))
    output = CliRunner().invoke(app.cli, ["nextauth", "routes"]).output
    assert "POST       /login/callback/credentials\n" in output


def test_a_reader_of_another_sites_sessions_has_no_routes() -> None:
    writer = make_auth()
    app = with_views(mine, signout_url)(make_auth(providers=[], base_url="http://localhost"))
    assert client_of(app).get("/api/auth/session").status_code == 404
    assert client_of(app).get("/mine", headers=HTML).headers["location"] == (
        "http://localhost/api/auth/signin?callbackUrl=http%3A%2F%2Flocalhost%2Fmine"
    )
    assert client_of(app).get("/signout_url").text == "http://localhost/api/auth/signout"
    assert client_of(app, writer).get("/mine").text == "Ada"


def test_under_a_prefix_the_base_path_is_the_whole_path(open_site: OpenSite) -> None:
    def mounted(app: Any) -> Any:  # noqa: ANN401
        async def serve(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
            await app({**scope, "root_path": "/site"}, receive, send)

        return serve

    site = open_site(wrap=mounted, base_path="/site/api/auth")
    back = "http%3A%2F%2Flocalhost%3A3000%2Fsite%2Fprivate"
    reply = site.get("/site/private", HTML)
    assert reply.headers["location"] == f"{ORIGIN}/site/api/auth/signin?callbackUrl={back}"
    assert writes_session(site.sign_in())
    assert site.get("/site/private").text == "Ada"
