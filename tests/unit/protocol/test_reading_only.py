"""An `Auth` without providers reads the sessions that another site writes, and writes none."""

from typing import Any

import pytest

from nextauth import Auth, Callbacks, ConfigurationError, Pages, SessionOptions
from nextauth.integrations import asgi, fastapi, starlette, wsgi
from nextauth.testing import FakeClock, RecordingSink
from tests.unit.protocol.wire import ORIGIN, SECRET, SESSION, Browser, make_auth, signed_in

OPTIONS = SessionOptions(max_age=1000, update_age=100)


def make_reader(**options: Any) -> Auth:  # noqa: ANN401
    return Auth(secret=SECRET, session=OPTIONS, environ={}, **options)


def resume(auth: Auth, browser: Browser) -> Any:  # noqa: ANN401
    return auth.resume_sync(browser.request("GET", "/things"))


@pytest.mark.parametrize("dialect", ["authjs", "next-auth-v4"])
def test_it_knows_who_signed_in_elsewhere(dialect: str) -> None:
    resumed = resume(make_reader(), signed_in(make_auth(dialect=dialect)))
    assert resumed.session.user.name == "Ada"


def test_it_rolls_no_session_on() -> None:
    clock = FakeClock()
    site = make_auth(clock=clock, session=OPTIONS)
    browser = signed_in(site)
    clock.advance(900)
    resumed = resume(make_reader(clock=clock), browser)
    assert resumed.session is not None
    assert resumed.cookies == ()
    assert resume(site, browser).cookies  # the site itself would


def test_it_deletes_no_cookie_that_does_not_open() -> None:
    browser = Browser(make_auth())
    browser.jar[SESSION] = "damaged"
    assert resume(make_reader(), browser).cookies == ()
    assert resume(make_auth(), browser).cookies


def test_its_jwt_callback_is_asked_and_what_it_answers_is_kept_nowhere() -> None:
    browser = signed_in(make_auth())
    added = make_reader(callbacks=Callbacks(jwt=lambda params: {**params.token, "seen": 1}))
    resumed = resume(added, browser)
    assert (resumed.session.token["seen"], resumed.cookies) == (1, ())

    sink = RecordingSink()
    ended = resume(make_reader(callbacks=Callbacks(jwt=lambda _: None), events=[sink]), browser)
    assert (ended.session, ended.cookies) == (None, ())
    assert [type(event).__name__ for event in sink.events] == ["SessionEnded"]


@pytest.mark.parametrize(
    "mount",
    [
        asgi.AuthApp,
        wsgi.AuthApp,
        starlette.auth_mount,
        fastapi.auth_router,
        lambda auth: asgi.AuthMiddleware(asgi.AuthApp(make_auth()), auth),
        lambda auth: wsgi.AuthMiddleware(wsgi.AuthApp(make_auth()), auth),
    ],
    ids=["asgi", "wsgi", "starlette", "fastapi", "asgi-middleware", "wsgi-middleware"],
)
def test_it_has_no_routes_to_mount(mount: Any) -> None:  # noqa: ANN401
    with pytest.raises(ConfigurationError) as refused:
        mount(make_reader())
    assert [problem.code for problem in refused.value.problems] == ["no-providers"]


@pytest.mark.parametrize("action", ["session", "signin", "signout", "providers", "csrf"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_it_answers_no_route(action: str, method: str) -> None:
    reply = getattr(Browser(make_reader()), method)(action)
    assert reply.status == 400
    assert not reply.set


@pytest.mark.parametrize(
    ("options", "page"),
    [
        ({}, None),
        ({"pages": Pages(sign_in="/login")}, f"{ORIGIN}/login?callbackUrl="),
        ({"base_url": "https://a.example"}, "https://a.example/api/auth/signin?callbackUrl="),
    ],
)
def test_it_sends_nobody_to_a_page_that_it_does_not_have(
    options: dict[str, Any], page: str | None
) -> None:
    url = make_reader(**options).signin_url(Browser(make_auth()).request("GET", "/things"))
    assert url is None if page is None else str(url).startswith(page)
