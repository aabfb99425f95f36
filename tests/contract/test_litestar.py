"""Litestar's own habits: plugin, dependency, guard, websockets, response cache, OpenAPI."""

from typing import Any

import pytest
from litestar import Litestar, MediaType, WebSocket, get, post, websocket
from litestar.config.csrf import CSRFConfig
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.problem_details import ProblemDetailsConfig, ProblemDetailsPlugin
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from nextauth import Auth, Callbacks, Credentials, JWTParams, Session, SessionOptions, User
from nextauth.integrations.litestar import AuthPlugin, requires_fresh, requires_session
from nextauth.testing import FakeClock, signed_in
from tests.contract.conftest import SECRET, ada
from tests.contract.litestar_site import litestar_app, private, public, whoami
from tests.contract.site import PASSWORD, SAME_ORIGIN, SESSION, cookies_of, writes_session

ADA = User(id="1", name="Ada")
DAY = 24 * 60 * 60
BASE = "http://localhost"
FORM = {"email": "ada@example.com", "password": PASSWORD}
HTML = {"accept": "text/html"}


def make_auth(**options: Any) -> Auth:  # noqa: ANN401
    options.setdefault("base_url", BASE)
    options.setdefault("clock", FakeClock())
    options.setdefault("providers", [Credentials(authorize=ada, account="email")])
    return Auth(secret=SECRET, environ={}, **options)


def client_of(app: Any, auth: Auth | None = None) -> TestClient:  # noqa: ANN401
    client = TestClient(app, base_url=BASE, follow_redirects=False)
    return client if auth is None else signed_in(client, ADA, auth=auth)


def counting(reads: list[str | None]) -> Callbacks:
    async def jwt(params: JWTParams) -> dict[str, Any]:
        reads.append(params.trigger)
        return params.token

    return Callbacks(jwt=jwt)


def test_guard_and_dependency_read_the_session_once() -> None:
    reads: list[str | None] = []
    auth = make_auth(callbacks=counting(reads))
    assert client_of(litestar_app(auth), auth).get("/private").text == "Ada"
    assert reads == [None]


def test_a_program_is_told_how_to_authenticate() -> None:
    reply = client_of(litestar_app(make_auth())).get("/private")
    assert (reply.status_code, reply.json()["detail"]) == (401, "Not signed in")
    assert reply.headers["www-authenticate"] == "Cookie"
    assert reply.headers.get_list("cache-control") == ["private, no-store"]


def test_a_page_is_kept_by_no_cache_on_its_way_to_sign_in() -> None:
    reply = client_of(litestar_app(make_auth())).get("/private/?tab=2", headers=HTML)
    assert reply.status_code == 302
    back = "http%3A%2F%2Flocalhost%2Fprivate%2F%3Ftab%3D2"
    assert reply.headers["location"] == f"{BASE}/api/auth/signin?callbackUrl={back}"
    assert reply.headers.get_list("cache-control") == ["private, no-store"]


def test_problem_details_keep_the_way_to_sign_in() -> None:
    problems = ProblemDetailsPlugin(ProblemDetailsConfig(enable_for_all_http_exceptions=True))
    app = Litestar([private], plugins=[AuthPlugin(make_auth()), problems])
    reply = client_of(app).get("/private", headers=HTML)
    assert reply.status_code == 302
    assert reply.headers["location"].startswith(f"{BASE}/api/auth/signin?")


def test_a_form_is_not_sent_to_the_sign_in_page() -> None:
    @post("/do", guards=[requires_session])
    async def do() -> str:
        return "done"

    app = Litestar([do], plugins=[AuthPlugin(make_auth())])
    assert client_of(app).post("/do", headers=HTML).status_code == 401


def test_a_cached_response_never_holds_a_persons_cookie() -> None:
    @get("/report", guards=[requires_session], cache=True, media_type=MediaType.TEXT)
    async def report() -> str:
        return "the same for everybody"

    clock = FakeClock()
    auth = make_auth(clock=clock)
    app = Litestar([report], plugins=[AuthPlugin(auth)])
    due = client_of(app, auth)
    clock.advance(2 * DAY)
    assert writes_session(due.get("/report"))
    fresh = client_of(app, auth).get("/report")
    assert fresh.text == "the same for everybody"
    assert cookies_of(fresh) == []
    assert client_of(app).get("/report").status_code == 401


def test_the_applications_own_dependency_of_that_name_stays() -> None:
    async def own() -> str:
        return "mine"

    @get("/own", media_type=MediaType.TEXT)
    async def handler(session: NamedDependency[str]) -> str:
        return session

    provided = {"session": Provide(own)}
    app = Litestar([handler], dependencies=provided, plugins=[AuthPlugin(make_auth())])
    assert client_of(app).get("/own").text == "mine"


def test_a_path_with_a_parameter_that_is_only_like_ours_is_the_applications() -> None:
    @get("/api/authors/{key:int}", media_type=MediaType.TEXT)
    async def author(key: FromPath[int]) -> str:
        return f"author {key}"

    app = Litestar([author], plugins=[AuthPlugin(make_auth())])
    assert client_of(app).get("/api/authors/7").text == "author 7"


@websocket("/talk")
async def talk(socket: WebSocket[Any, Any, Any], session: NamedDependency[Session | None]) -> None:
    await socket.accept()
    await socket.send_text("nobody" if session is None else session.user.name or "")
    await socket.close()


@websocket("/secret", guards=[requires_session])
async def secret(socket: WebSocket[Any, Any, Any], session: NamedDependency[Session]) -> None:
    await socket.accept()
    await socket.send_text(session.user.name or "")
    await socket.close()


def test_a_websocket_knows_who_is_there() -> None:
    auth = make_auth()
    app = Litestar([talk, secret], plugins=[AuthPlugin(auth)])
    nobody, somebody = client_of(app), client_of(app, auth)
    with nobody.websocket_connect("/talk") as socket:
        assert socket.receive_text() == "nobody"
    for path in ("/talk", "/secret"):
        with somebody.websocket_connect(f"ws://localhost{path}") as socket:
            assert socket.receive_text() == "Ada"


def test_a_guarded_websocket_is_closed_for_nobody() -> None:
    app = Litestar([secret], plugins=[AuthPlugin(make_auth())])
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client_of(app).websocket_connect("/secret", headers=HTML) as socket,
    ):
        socket.receive_text()
    assert closed.value.code == 4500  # what Litestar makes of any exception of a guard


def test_openapi_names_the_cookie_and_the_guarded_operations() -> None:
    document = client_of(litestar_app(make_auth())).get("/schema/openapi.json").json()
    assert document["components"]["securitySchemes"] == {
        "Session": {
            "type": "apiKey",
            "in": "cookie",
            "name": SESSION,
            "description": "The session cookie that /api/auth/signin sets.",
        }
    }
    assert document["paths"]["/private"]["get"]["security"] == [{"Session": []}]
    assert "security" not in document["paths"]["/whoami"]["get"]
    assert "parameters" not in document["paths"]["/whoami"]["get"]
    assert sorted(document["paths"]) == ["/private", "/public", "/whoami"]


def test_openapi_names_the_token_where_programs_may_send_it() -> None:
    for options, said in (
        (SessionOptions(accept_bearer=True), "The value of the session cookie."),
        (SessionOptions(bearer=True), "The token that POST /api/auth/callback answers."),
    ):
        app = litestar_app(make_auth(session=options))
        document = client_of(app).get("/schema/openapi.json").json()
        scheme = document["components"]["securitySchemes"]["Session"]
        assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
        assert scheme["description"] == said


def test_two_applications_do_not_share_their_openapi_documents() -> None:
    first, second = make_auth(), make_auth(base_url="https://example.com")
    apps = [litestar_app(auth) for auth in (first, second)]
    names = []
    for app in apps:
        document = client_of(app).get("/schema/openapi.json").json()
        names.append(document["components"]["securitySchemes"]["Session"]["name"])
    assert names == [SESSION, f"__Secure-{SESSION}"]


def mounted(auth: Auth, **options: Any) -> TestClient:  # noqa: ANN401
    app = Litestar(
        [public, whoami, private], plugins=[AuthPlugin(auth, root_path="/site")], **options
    )
    outer = Starlette(routes=[Mount("/site", app=app)])  # type: ignore[arg-type]
    return TestClient(outer, base_url=BASE, follow_redirects=False, headers=SAME_ORIGIN)


@pytest.mark.parametrize(
    "options",
    [{}, {"guards": [requires_session]}, {"csrf_config": CSRFConfig(secret=SECRET)}],
    ids=["plain", "guard-of-everything", "csrf-of-everything"],
)
def test_mounted_under_a_prefix_the_whole_path_counts(options: dict[str, Any]) -> None:
    client = mounted(make_auth(base_path="/site/api/auth"), **options)
    reply = client.get("/site/private", headers=HTML)
    back = "http%3A%2F%2Flocalhost%2Fsite%2Fprivate"
    assert reply.headers["location"] == f"{BASE}/site/api/auth/signin?callbackUrl={back}"
    assert client.get(reply.headers["location"]).status_code == 200
    reply = client.post("/site/api/auth/callback/credentials", data=FORM)
    assert reply.headers["location"] == f"{BASE}/site/private"
    assert client.get("/site/private").text == "Ada"
    assert client.get("/site/api/auth//session").status_code == 400
    assert client.delete("/site/api/auth/session").status_code == 405


@pytest.mark.parametrize(
    "options", [{"guards": [requires_session]}, {"csrf_config": CSRFConfig(secret=SECRET)}]
)
def test_what_guards_everything_stands_behind_the_sign_in(options: dict[str, Any]) -> None:
    app = Litestar([private], plugins=[AuthPlugin(make_auth())], **options)
    reply = client_of(app).post("/api/auth/callback/credentials", data=FORM, headers=SAME_ORIGIN)
    assert writes_session(reply)


def test_without_providers_it_only_reads() -> None:
    writer, reader = make_auth(), make_auth(providers=[])
    app = Litestar([whoami, private], plugins=[AuthPlugin(reader)])
    assert client_of(app, writer).get("/private").text == "Ada"
    assert client_of(app).get("/private", headers=HTML).status_code in {302, 401}
    assert client_of(app).get("/api/auth/session").status_code == 404


@get("/api/auth/admin", guards=[requires_session])
async def admin() -> str:
    return "secret"


@get("/api/auth/transfer", guards=[requires_fresh(max_age=60)])
async def transfer() -> str:
    return "secret"


@get("/api/auth")
async def root() -> str:
    return "secret"


@websocket("/api/auth/live", guards=[requires_session])
async def live(socket: WebSocket[Any, Any, Any]) -> None:
    await socket.accept()
    await socket.send_text("secret")
    await socket.close()


@websocket("/api/auth/live/fresh", guards=[requires_fresh(max_age=60)])
async def live_fresh(socket: WebSocket[Any, Any, Any]) -> None:
    await socket.accept()
    await socket.send_text("secret")
    await socket.close()


BELOW = ("/api/auth/admin", "/api/auth/transfer", "/api/auth/admin/", "//api/auth/admin")


@pytest.mark.parametrize("path", BELOW)
def test_below_the_base_path_a_guard_of_the_applications_own_route_stands(path: str) -> None:
    """Where `Auth` only reads, nothing there is ours."""
    writer, reader = make_auth(), make_auth(providers=[])
    app = Litestar([admin, transfer], plugins=[AuthPlugin(reader)])
    assert client_of(app).get(path).status_code in {401, 404}
    assert client_of(app, writer).get("/api/auth/admin").text == "secret"


def test_below_the_base_path_a_guard_of_everything_stands() -> None:
    app = Litestar([root], guards=[requires_session], plugins=[AuthPlugin(make_auth(providers=[]))])
    assert client_of(app).get("/api/auth").status_code == 401


@pytest.mark.parametrize("path", ["/api/auth/live", "/api/auth/live/fresh"])
@pytest.mark.parametrize("options", [{}, {"providers": []}], ids=["full", "only-reads"])
def test_below_the_base_path_a_guarded_websocket_is_closed(
    path: str, options: dict[str, Any]
) -> None:
    auth = make_auth(**options)
    app = Litestar([live, live_fresh], plugins=[AuthPlugin(auth)])
    with (
        pytest.raises(WebSocketDisconnect),
        client_of(app).websocket_connect(f"ws://localhost{path}") as socket,
    ):
        socket.receive_text()
    with client_of(app, make_auth()).websocket_connect(f"ws://localhost{path}") as socket:
        assert socket.receive_text() == "secret"
