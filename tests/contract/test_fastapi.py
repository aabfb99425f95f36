"""FastAPI's own habits: dependencies, overrides, the OpenAPI scheme, answers of one's own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Response, Security
from starlette.testclient import TestClient

from nextauth import Auth, Callbacks, Credentials, JWTParams, Session, SessionOptions, User
from nextauth.integrations.fastapi import (
    AuthMiddleware,
    OptionalSession,
    RequireSession,
    auth_router,
)
from nextauth.testing import FakeClock, signed_in
from tests.contract.conftest import SECRET, ada
from tests.contract.site import SESSION, cookies_of, writes_session

ADA = User(id="1", name="Ada")
GRACE = User(id="2", name="Grace")
DAY = 24 * 60 * 60


def make_auth(**options: Any) -> Auth:  # noqa: ANN401
    options.setdefault("base_url", "http://localhost")
    options.setdefault("clock", FakeClock())
    return Auth(
        providers=[Credentials(authorize=ada, account="email")],
        secret=SECRET,
        environ={},
        **options,
    )


def client_of(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://localhost", follow_redirects=False)


@pytest.fixture
def auth() -> Auth:
    return make_auth()


@pytest.fixture
def app(auth: Auth) -> FastAPI:
    app = FastAPI()
    app.include_router(auth_router(auth))

    @app.get("/me")
    async def me(session: Annotated[Session, Depends(RequireSession(auth))]) -> str | None:
        return session.user.name

    @app.get("/maybe")
    def maybe(session: Annotated[Session | None, Security(OptionalSession(auth))]) -> str | None:
        return session.user.name if session else None

    return app


def test_dependencies_are_values(auth: Auth) -> None:
    assert RequireSession(auth) == RequireSession(auth)
    assert hash(RequireSession(auth)) == hash(RequireSession(auth))
    assert RequireSession(auth) != RequireSession(make_auth())
    assert len({RequireSession(auth), RequireSession(auth), OptionalSession(auth)}) == 2
    assert SECRET not in repr(RequireSession(auth))


def test_an_override_of_an_equal_value_takes_effect(app: FastAPI, auth: Auth) -> None:
    ends = datetime(2100, 1, 1, tzinfo=UTC)
    app.dependency_overrides[RequireSession(auth)] = lambda: Session(GRACE, ends, {})
    client = client_of(app)
    assert client.get("/me").json() == "Grace"
    assert client.get("/maybe").json() is None
    app.dependency_overrides.clear()
    assert client.get("/me").status_code == 401


def test_one_request_reads_the_session_once_through_many_dependencies() -> None:
    reads: list[str | None] = []

    async def jwt(params: JWTParams) -> dict[str, Any]:
        reads.append(params.trigger)
        return params.token

    auth = make_auth(callbacks=Callbacks(jwt=jwt))
    app = FastAPI(dependencies=[Depends(RequireSession(auth))])
    router = APIRouter(dependencies=[Depends(OptionalSession(auth))])

    @router.get("/deep")
    async def deep(
        session: Annotated[Session, Depends(RequireSession(auth))],
        again: Annotated[Session | None, Depends(OptionalSession(auth), use_cache=False)],
    ) -> bool:
        return session is again

    app.include_router(router)
    client = signed_in(client_of(app), ADA, auth=auth)
    assert client.get("/deep").json() is True
    assert reads == [None]


def test_openapi_names_the_cookie_and_the_protected_operations(app: FastAPI) -> None:
    document = client_of(app).get("/openapi.json").json()
    assert document["components"]["securitySchemes"] == {
        "Session": {
            "type": "apiKey",
            "in": "cookie",
            "name": SESSION,
            "description": "The session cookie that /api/auth/signin sets.",
        }
    }
    assert document["paths"]["/me"]["get"]["security"] == [{"Session": []}]
    assert document["paths"]["/maybe"]["get"]["security"] == [{"Session": []}]
    assert sorted(document["paths"]) == ["/maybe", "/me"]


def test_openapi_says_where_the_token_comes_from() -> None:
    for options, said in (
        (SessionOptions(accept_bearer=True), "The value of the session cookie."),
        (SessionOptions(bearer=True), "The token that POST /api/auth/callback answers."),
    ):
        model = RequireSession(make_auth(session=options)).model.model_dump()
        assert (model["scheme"], model["description"]) == ("bearer", said)


def test_openapi_names_the_secure_cookie_on_https() -> None:
    auth = make_auth(base_url="https://example.com")
    assert RequireSession(auth).model.model_dump()["name"] == f"__Secure-{SESSION}"


def test_a_program_is_told_how_to_authenticate(app: FastAPI) -> None:
    reply = client_of(app).get("/me")
    assert (reply.status_code, reply.json()) == (401, {"detail": "Not signed in"})
    assert reply.headers["www-authenticate"] == "Cookie"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_form_is_not_sent_to_the_sign_in_page(auth: Auth, method: str) -> None:
    app = FastAPI(dependencies=[Depends(RequireSession(auth))])

    async def done() -> str:
        return "done"

    app.add_api_route("/do", done, methods=[method])
    reply = client_of(app).request(method, "/do", headers={"accept": "text/html"})
    assert reply.status_code == 401


def _touch(response: Response) -> Iterator[None]:
    response.headers["x-touched"] = "yes"
    yield


def test_a_refreshed_cookie_goes_out_beside_other_dependencies_headers() -> None:
    clock = FakeClock()
    auth = make_auth(clock=clock)
    app = FastAPI()

    @app.get("/me", dependencies=[Depends(_touch)])
    async def me(
        response: Response, session: Annotated[Session, Depends(RequireSession(auth))]
    ) -> str | None:
        response.headers["x-later"] = "yes"
        return session.user.name

    client = signed_in(client_of(app), ADA, auth=auth)
    clock.advance(2 * DAY)
    reply = client.get("/me")
    assert (reply.headers["x-touched"], reply.headers["x-later"]) == ("yes", "yes")
    assert writes_session(reply)
    assert reply.headers.get_list("cache-control") == ["private, no-store"]


@pytest.mark.parametrize("has_middleware", [False, True])
def test_an_answer_of_the_endpoints_own_needs_the_middleware(*, has_middleware: bool) -> None:
    clock = FakeClock()
    auth = make_auth(clock=clock)
    app = FastAPI()
    if has_middleware:
        app.add_middleware(AuthMiddleware, auth=auth)

    @app.get("/own", dependencies=[Depends(RequireSession(auth))])
    async def own() -> Response:
        return Response("mine", headers={"cache-control": "public, max-age=60"})

    client = signed_in(client_of(app), ADA, auth=auth)
    clock.advance(2 * DAY)
    reply = client.get("/own")
    assert reply.text == "mine"
    assert bool(cookies_of(reply)) is has_middleware
    expected = "private, no-store" if has_middleware else "public, max-age=60"
    assert reply.headers.get_list("cache-control") == [expected]


def test_middleware_and_dependency_together_send_the_cookie_once() -> None:
    clock = FakeClock()
    auth = make_auth(clock=clock)
    app = FastAPI(dependencies=[Depends(RequireSession(auth))])
    app.add_middleware(AuthMiddleware, auth=auth)

    @app.get("/me")
    async def me() -> str:
        return "me"

    client = signed_in(client_of(app), ADA, auth=auth)
    clock.advance(2 * DAY)
    assert len(cookies_of(client.get("/me"))) == 1


def test_two_dependencies_send_the_cookie_once() -> None:
    clock = FakeClock()
    auth = make_auth(clock=clock)
    app = FastAPI(dependencies=[Depends(OptionalSession(auth))])

    @app.get("/me")
    async def me(session: Annotated[Session, Depends(RequireSession(auth))]) -> str | None:
        return session.user.name

    client = signed_in(client_of(app), ADA, auth=auth)
    clock.advance(2 * DAY)
    assert len(cookies_of(client.get("/me"))) == 1
