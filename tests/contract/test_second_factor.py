"""A sign-in waits for its second factor over each integration, and until then nobody is there."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from nextauth import Callbacks, Challenge, SubmittedCredentials
from nextauth.factors import FactorPolicyParams
from tests.contract.applications import ON_WSGI, PLAIN, WITH_PAGES
from tests.contract.conftest import OpenSite, ada
from tests.contract.factor_sites import (
    HTML,
    PENDING,
    PROGRAM,
    PROVEN,
    App,
    enrol_app,
    showing_amr,
    two_factors,
)
from tests.contract.site import ORIGIN, SAME_ORIGIN, Site, cookies_of, writes_session
from tests.contract.test_prefix import WRAPS

WAYS = pytest.mark.parametrize("way", ["form", "header", "json"])
both = pytest.mark.parametrize("is_async", [False, True], ids=["def", "async-def"])


def either(fn: Callable[[Any], Any], *, is_async: bool) -> Callable[[Any], Any]:
    """Answer a function as it is, or as an ``async def``."""

    async def coroutine(given: Any) -> Any:  # noqa: ANN401
        await asyncio.sleep(0)
        return fn(given)

    return coroutine if is_async else fn


@pytest.fixture
def site(open_site: OpenSite) -> Site:
    return open_site(second_factor=two_factors(), callbacks=Callbacks(session=showing_amr))


@pytest.fixture
def app(site: Site) -> App:
    return asyncio.run(enrol_app(site.auth))


def assert_nobody(site: Site, kind: str) -> None:
    """Ask in each way who is there."""
    assert site.session() is None
    if kind in WITH_PAGES:
        assert site.get("/whoami").text == "nobody"
        assert site.get("/private").status_code == 401
        assert site.get("/stream").status_code == 401
        page = site.get("/private", HTML)
        assert page.status_code == 302
        assert urlsplit(page.headers["location"]).path.endswith("/signin")


def assert_ada(site: Site, kind: str) -> None:
    session = site.session()
    assert (session["user"]["name"], session["amr"]) == ("Ada", PROVEN)
    if kind in WITH_PAGES:
        assert site.get("/whoami").text == "Ada"
        assert site.get("/private").text == "Ada"


def url_of(reply: httpx2.Response) -> str:
    """Answer where a client is sent, whichever way it asked."""
    url = reply.headers["location"] if reply.status_code == 302 else reply.json()["url"]
    assert isinstance(url, str)
    return url


def error_of(reply: httpx2.Response) -> str | None:
    return dict(parse_qsl(urlsplit(url_of(reply)).query)).get("error")


@WAYS
@pytest.mark.usefixtures("app")
def test_after_the_right_password_nobody_is_there_yet(site: Site, kind: str, way: str) -> None:
    reply = site.sign_in(way=way, callbackUrl="/welcome")
    assert reply.status_code == (302 if way == "form" else 200)
    assert url_of(reply) == f"{ORIGIN}/api/auth/factor"
    assert not writes_session(reply)
    assert_nobody(site, kind)


@WAYS
def test_the_right_code_begins_the_session_where_a_wrong_one_did_not(
    site: Site, app: App, kind: str, way: str
) -> None:
    site.sign_in(way=way, callbackUrl="/welcome")
    refused = site.post("factor/totp", {"code": app.wrong()}, way=way)
    assert refused.status_code == (302 if way == "form" else 401)
    assert url_of(refused).startswith(f"{ORIGIN}/api/auth/factor?")
    assert error_of(refused) == "SecondFactorRefused"
    assert not writes_session(refused)
    assert_nobody(site, kind)
    reply = site.post("factor/totp", {"code": app.code()}, way=way)
    assert reply.status_code == (302 if way == "form" else 200)
    assert url_of(reply) == f"{ORIGIN}/welcome"
    assert "no-store" in reply.headers["cache-control"]
    assert writes_session(reply)
    assert any(cookie.startswith(f"{PENDING}=;") for cookie in cookies_of(reply))
    assert_ada(site, kind)


@pytest.mark.usefixtures("app")
def test_the_cookie_that_names_it_is_out_of_scripts_reach(site: Site) -> None:
    [cookie] = [each for each in cookies_of(site.sign_in()) if each.startswith(f"{PENDING}=")]
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= attributes


def test_a_person_is_shown_a_page_with_a_form(site: Site, app: App) -> None:
    site.sign_in()
    page = site.get(site.route("factor"), HTML)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert int(page.headers["content-length"]) == len(page.content)
    assert "no-store" in page.headers["cache-control"]
    assert 'action="/api/auth/factor/totp"' in page.text
    site.post("factor/totp", {"code": app.code()})
    over = site.get(site.route("factor"), HTML)
    assert urlsplit(url_of(over)).path == "/api/auth/signin"
    assert error_of(over) == "SecondFactorExpired"


def test_a_program_finishes_in_json_without_a_page(site: Site, app: App, kind: str) -> None:
    assert site.get(site.route("factor"), PROGRAM).status_code == 401
    started = site.sign_in(way="header", callbackUrl="/welcome")
    assert (started.status_code, started.json()) == (200, {"url": f"{ORIGIN}/api/auth/factor"})
    offer = site.get(site.route("factor"), PROGRAM)
    assert offer.status_code == 200
    assert offer.headers["content-type"].startswith("application/json")
    assert "no-store" in offer.headers["cache-control"]
    assert [each["id"] for each in offer.json()["methods"]] == ["totp"]
    assert offer.json()["callbackUrl"] == f"{ORIGIN}/welcome"
    refused = site.post("factor/totp", way="header", json={"code": app.wrong()})
    assert (refused.status_code, error_of(refused)) == (401, "SecondFactorRefused")
    assert_nobody(site, kind)
    done = site.post("factor/totp", way="header", json={"code": app.code()})
    assert (done.status_code, done.json()) == (200, {"url": f"{ORIGIN}/welcome"})
    assert_ada(site, kind)


def test_a_form_of_another_site_proves_nothing(site: Site, app: App, kind: str) -> None:
    site.sign_in()
    headers = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    form = {"code": app.code()}
    reply = site.request("POST", site.route("factor/totp"), data=form, headers=headers)
    assert error_of(reply) == "MissingCSRF"
    assert_nobody(site, kind)
    assert writes_session(site.post("factor/totp", form))


def test_signing_out_ends_the_sign_in_that_waits(site: Site, app: App, kind: str) -> None:
    kept = {"cookie": f"{PENDING}={site.sign_in().cookies[PENDING]}", **SAME_ORIGIN}
    assert site.get(site.route("factor"), kept).status_code == 200
    out = site.post("signout", {"callbackUrl": "/bye"})
    assert url_of(out) == f"{ORIGIN}/bye"
    assert any(cookie.startswith(f"{PENDING}=;") for cookie in cookies_of(out))
    assert PENDING not in site.caller.client.cookies
    # Whoever has kept the cookie has nothing either.
    assert site.get(site.route("factor"), kept).status_code == 401
    form = {"code": app.code()}
    reply = site.request("POST", site.route("factor/totp"), data=form, headers=kept)
    assert error_of(reply) == "SecondFactorExpired"
    assert_nobody(site, kind)


def test_who_has_enrolled_nothing_is_not_asked(site: Site) -> None:
    assert writes_session(site.sign_in())
    assert site.session()["amr"] == ["pwd"]


@pytest.mark.parametrize("kind", list(WRAPS), indirect=True)
def test_under_a_prefix_the_page_and_its_form_are_there_too(open_site: OpenSite, kind: str) -> None:
    base_path = "/site/api/auth"
    site = open_site(wrap=WRAPS[kind], base_path=base_path, second_factor=two_factors())
    app = asyncio.run(enrol_app(site.auth))
    reply = site.sign_in(callbackUrl="/site/whoami")
    assert url_of(reply) == f"{ORIGIN}{base_path}/factor"
    assert f'action="{base_path}/factor/totp"' in site.get(f"{base_path}/factor", HTML).text
    assert site.session() is None
    reply = site.post("factor/totp", {"code": app.code()})
    assert url_of(reply) == f"{ORIGIN}/site/whoami"
    assert site.session()["user"]["name"] == "Ada"


def test_another_base_path_is_the_only_one(open_site: OpenSite, kind: str) -> None:
    site = open_site(base_path="/login", second_factor=two_factors())
    app = asyncio.run(enrol_app(site.auth))
    assert url_of(site.sign_in()) == f"{ORIGIN}/login/factor"
    form = {"code": app.code()}
    elsewhere = site.request("POST", "/api/auth/factor/totp", data=form, headers=SAME_ORIGIN)
    assert not writes_session(elsewhere)
    assert kind in PLAIN or elsewhere.status_code == 404
    assert writes_session(site.post("factor/totp", form))


@both
def test_a_policy_runs_where_the_applications_functions_do(
    open_site: OpenSite, kind: str, *, is_async: bool
) -> None:
    threads: list[str] = []

    def policy(params: FactorPolicyParams) -> bool:
        threads.append(threading.current_thread().name)
        return params.enrolled == {"totp"}

    site = open_site(
        second_factor=two_factors(policy=either(policy, is_async=is_async)),
        callbacks=Callbacks(session=showing_amr),
    )
    app = asyncio.run(enrol_app(site.auth))
    site.sign_in()
    assert_nobody(site, kind)
    site.post("factor/totp", {"code": app.code()})
    assert_ada(site, kind)
    here = threading.current_thread().name
    if is_async:
        assert threads == ["nextauth-background" if kind in ON_WSGI else here]
    elif kind in ON_WSGI:
        assert threads == [here]
    else:
        # Django keeps a thread for each request, which its database connections belong to.
        assert threads != [here]
        assert kind == "django-asgi" or threads[0].startswith("nextauth-worker")


@both
def test_a_policy_lets_somebody_in_who_has_a_factor(open_site: OpenSite, *, is_async: bool) -> None:
    policy = either(lambda _: False, is_async=is_async)
    site = open_site(second_factor=two_factors(policy=policy))
    asyncio.run(enrol_app(site.auth))
    assert writes_session(site.sign_in())


@both
def test_a_policy_that_fails_lets_nobody_in(
    open_site: OpenSite, kind: str, *, is_async: bool
) -> None:
    def policy(_: FactorPolicyParams) -> bool:
        message = "the directory is away"
        raise OSError(message)

    site = open_site(second_factor=two_factors(policy=either(policy, is_async=is_async)))
    reply = site.sign_in()
    assert error_of(reply) == "Configuration"
    assert not any(cookie.startswith(f"{PENDING}=") for cookie in cookies_of(reply))
    assert_nobody(site, kind)


@both
def test_authorize_asks_for_a_second_factor_itself(
    open_site: OpenSite, kind: str, *, is_async: bool
) -> None:
    def authorize(credentials: SubmittedCredentials) -> Challenge | None:
        user = ada(credentials)
        return None if user is None else Challenge(user, methods=("totp",))

    site = open_site(
        either(authorize, is_async=is_async),
        second_factor=two_factors(policy=lambda _: False),
        callbacks=Callbacks(session=showing_amr),
    )
    app = asyncio.run(enrol_app(site.auth))
    site.sign_in()
    assert_nobody(site, kind)
    site.post("factor/totp", {"code": app.code()})
    assert_ada(site, kind)
