"""Flask's own habits: the proxy, blueprints, error handlers, templates, prefixes."""

from typing import Any

import pytest
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    redirect,
    render_template_string,
    request,
)
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from nextauth import Auth, Callbacks, JWTParams, SubmittedCredentials, User
from nextauth.errors import Busy
from nextauth.integrations.flask import (
    AuthExtension,
    current_session,
    session_required,
    signin_url,
)
from tests.contract.conftest import OpenSite, ada
from tests.contract.flask_site import CACHEABLE, flask_app
from tests.contract.flask_views import greet, mine, with_views
from tests.contract.site import ORIGIN, Site, cookies_of, writes_session

DAY = 24 * 60 * 60
HTML = {"accept": "text/html"}
TO_SIGN_IN = f"{ORIGIN}/api/auth/signin?callbackUrl=http%3A%2F%2Flocalhost%3A3000%2F"


@pytest.fixture
def kind() -> str:
    """The only integration here."""
    return "flask"


def test_an_async_view_is_guarded_like_a_plain_one(site: Site) -> None:
    assert site.get("/awaited").status_code == 401
    site.sign_in()
    assert site.get("/awaited").text == "Ada"


def test_an_error_handler_dresses_the_refusal_and_keeps_its_headers(open_site: OpenSite) -> None:
    def build(auth: Auth) -> Flask:
        app = flask_app(auth)

        @app.errorhandler(401)
        def refuse(error: Exception) -> tuple[dict[str, str], int]:
            return {"error": "who are you?"}, 401

        return app

    reply = open_site(build=build).get("/private")
    assert (reply.status_code, reply.json()) == (401, {"error": "who are you?"})
    assert reply.headers["www-authenticate"] == "Cookie"
    assert reply.headers["cache-control"] == "private, no-store"


def test_a_guard_before_a_blueprints_requests_guards_all_of_it(open_site: OpenSite) -> None:
    def build(auth: Auth) -> Flask:
        staff = Blueprint("staff", __name__, url_prefix="/staff")
        staff.before_request(session_required(lambda: None))
        staff.add_url_rule("/greet", view_func=greet)
        app = with_views(greet)(auth)
        app.register_blueprint(staff)
        return app

    site = open_site(build=build)
    assert site.get("/greet").text == "stranger"
    assert site.get("/staff/greet").status_code == 401
    assert site.get("/staff/greet", HTML).headers["location"] == f"{TO_SIGN_IN}staff%2Fgreet"
    site.sign_in()
    assert site.get("/staff/greet").text == "Ada"


def test_a_demand_to_sign_in_for_every_page_leaves_the_sign_in_page_open(
    open_site: OpenSite,
) -> None:
    def build(auth: Auth) -> Flask:
        app = with_views(greet)(auth)

        @app.before_request
        def demand() -> Any:  # noqa: ANN401
            return None if current_session else redirect(signin_url())

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
        seen.append((g.tenant, request.path))
        return ada(credentials)

    async def coroutine(credentials: SubmittedCredentials) -> User | None:
        return plain(credentials)

    closed: list[object] = []

    def build(auth: Auth) -> Flask:
        app = with_views(TENANT="blue")(auth)
        app.teardown_appcontext(lambda _: closed.append(g.pop("tenant")))
        return app

    site = open_site(coroutine if is_async else plain, build=build)
    assert writes_session(site.sign_in())
    assert seen == [("blue", "/api/auth/callback/credentials")]
    assert closed == ["blue"]


def test_whoever_sets_cache_control_last_the_cookie_stays_private(open_site: OpenSite) -> None:
    def cacheable(response: Response) -> Response:
        response.headers["Cache-Control"] = CACHEABLE
        return response

    def build(auth: Auth) -> Flask:
        app = Flask(__name__)
        app.after_request(cacheable)
        app.add_url_rule("/greet", view_func=greet)
        AuthExtension(auth, app)
        app.after_request(cacheable)
        return app

    site = open_site(build=build)
    site.sign_in()
    assert site.get("/greet").headers.get_list("cache-control") == [CACHEABLE]
    site.clock.advance(2 * DAY)
    reply = site.get("/greet")
    assert writes_session(reply)
    assert reply.headers.get_list("cache-control") == ["private, no-store"]


def test_an_error_page_that_looks_at_the_session_rolls_it_on(open_site: OpenSite) -> None:
    def build(auth: Auth) -> Flask:
        app = Flask(__name__)
        app.register_error_handler(404, lambda _: (greet(), 404))
        AuthExtension(auth, app)
        return app

    site = open_site(build=build)
    site.sign_in()
    site.clock.advance(2 * DAY)
    reply = site.get("/nowhere")
    assert (reply.status_code, reply.text) == (404, "Ada")
    assert writes_session(reply)


def test_templates_know_the_session_and_its_links(open_site: OpenSite) -> None:
    def page() -> str:
        return render_template_string(
            "{% if current_session %}{{ current_session.user.name }} {{ signout_url() }}"
            "{% else %}{{ signin_url() }}{% endif %}"
        )

    site = open_site(build=with_views(page))
    assert site.get("/page").text == f"{TO_SIGN_IN}page"
    site.sign_in()
    assert site.get("/page").text == "Ada /api/auth/signout"


def test_an_address_that_is_not_ours_gets_a_link_of_its_own(open_site: OpenSite) -> None:
    def link() -> str:
        return signin_url()

    site = open_site(build=with_views(link))
    assert site.get("/link", {"host": "evil.example"}).text == "/api/auth/signin"


def test_where_nothing_is_free_the_answer_is_503(open_site: OpenSite) -> None:
    def jwt(params: JWTParams) -> dict[str, object]:
        if params.trigger is None:
            message = "the directory takes no more questions"
            raise Busy(message)
        return params.token

    site = open_site(callbacks=Callbacks(jwt=jwt))
    site.sign_in()
    reply = site.get("/whoami")
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")
    assert cookies_of(reply) == []


def test_under_a_prefix_the_base_path_is_the_whole_path(open_site: OpenSite) -> None:
    def mounted(app: Flask) -> DispatcherMiddleware:
        return DispatcherMiddleware(Flask("outer"), {"/site": app})

    site = open_site(wrap=mounted, base_path="/site/api/auth")
    back = "http%3A%2F%2Flocalhost%3A3000%2Fsite%2Fprivate"
    reply = site.get("/site/private", HTML)
    assert reply.headers["location"] == f"{ORIGIN}/site/api/auth/signin?callbackUrl={back}"
    assert writes_session(site.sign_in())
    assert site.get("/site/private").text == "Ada"


def test_application_root_changes_nothing_of_the_paths(open_site: OpenSite) -> None:
    site = open_site(build=with_views(mine, APPLICATION_ROOT="/site"), base_path="/api/auth")
    assert site.get("/mine", HTML).headers["location"] == f"{TO_SIGN_IN}mine"
    assert writes_session(site.sign_in())
    assert site.get("/mine").text == "Ada"
