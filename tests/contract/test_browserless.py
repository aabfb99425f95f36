"""Over each integration, a client without a browser signs in to a token, and bears it then."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest

from nextauth import Callbacks, JWTParams, Revocation, SessionOptions
from nextauth.stores import MemoryStore
from tests.contract.applications import PLAIN, WITH_MIDDLEWARE, WITH_PAGES
from tests.contract.conftest import OpenSite
from tests.contract.factor_sites import PROVEN, enrol_app, two_factors
from tests.contract.site import PASSWORD, Site, cookies_of
from tests.contract.stepup_sites import SITES

JWT = {"accept": "application/jwt"}
RIGHT = {"email": "ada@example.com", "password": PASSWORD}
OPTIONS = SessionOptions(max_age=1000, update_age=100, bearer=True)
MALFORMED = ["", " ", "x", "%", "%E0%A4%A", "a.b.c.d.e", "x" * 9000, "a b", '"a"', "Bearer a"]


def post(
    site: Site, action: str, body: Mapping[str, Any] | None = None, token: str | None = None
) -> httpx2.Response:
    headers = JWT if token is None else {**JWT, "authorization": f"Bearer {token}"}
    reply = site.request("POST", site.route(action), headers=headers, json=body)
    assert cookies_of(reply) == []
    return reply


def get(site: Site, path: str, token: str, accept: str = "application/json") -> httpx2.Response:
    value = f"Bearer {token}".encode("latin-1")
    headers = [(b"accept", accept.encode()), (b"authorization", value)]
    reply = site.request("GET", path, headers=headers)
    assert cookies_of(reply) == []
    return reply


def token_of(reply: httpx2.Response) -> str:
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/jwt")
    assert "no-store" in reply.headers["cache-control"]
    return reply.text


@pytest.fixture
def site(open_site: OpenSite) -> Site:
    return open_site(session=OPTIONS)


def assert_ada(site: Site, kind: str, token: str) -> None:
    shown = get(site, site.route("session"), token)
    assert shown.json()["user"]["name"] == "Ada"
    if kind in WITH_PAGES:
        assert get(site, "/private", token).text == "Ada"
        assert get(site, "/whoami", token).text == "Ada"


def assert_nobody(site: Site, kind: str, token: str) -> None:
    assert get(site, site.route("session"), token).json() is None
    refused = get(site, site.route("session"), token, JWT["accept"])
    assert (refused.status_code, refused.json()["error"]) == (401, "SessionRequired")
    assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    if kind in WITH_PAGES:
        refused = get(site, "/private", token)
        assert refused.status_code == 401
        if kind not in PLAIN:  # there the site of the test refuses by itself
            assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert get(site, "/whoami", token).text == "nobody"


def test_the_right_password_is_worth_a_token_and_no_cookie(site: Site, kind: str) -> None:
    assert_ada(site, kind, token_of(post(site, "callback/credentials", RIGHT)))


def test_the_wrong_one_is_refused_in_json(site: Site) -> None:
    reply = post(site, "callback/credentials", {**RIGHT, "password": "wrong"})
    assert (reply.status_code, reply.json()["error"]) == (401, "CredentialsSignin")
    assert reply.json()["code"] == "credentials"
    assert reply.headers["www-authenticate"] == "Bearer"
    form = site.request("POST", site.route("callback/credentials"), headers=JWT, data=RIGHT)
    assert (form.status_code, form.json()["error"]) == (415, "UnsupportedMediaType")


def test_by_default_nobody_gets_a_token(open_site: OpenSite) -> None:
    site = open_site()
    reply = site.request("POST", site.route("callback/credentials"), headers=JWT, json=RIGHT)
    assert reply.status_code == 302
    assert "MissingCSRF" in reply.headers["location"]


@pytest.mark.parametrize("text", MALFORMED)
def test_what_is_malformed_is_nobody(site: Site, kind: str, text: str) -> None:
    assert_nobody(site, kind, text)


def test_a_token_is_refreshed_by_itself(site: Site, kind: str) -> None:
    first = token_of(post(site, "callback/credentials", RIGHT))
    session = site.route("session")
    assert token_of(get(site, session, first, JWT["accept"])) == first
    site.clock.advance(200)
    second = token_of(get(site, session, first, JWT["accept"]))
    assert second != first
    site.clock.advance(900)
    assert_nobody(site, kind, first)
    assert_ada(site, kind, second)


def test_an_update_answers_a_token(open_site: OpenSite, kind: str) -> None:
    def jwt(params: JWTParams) -> Mapping[str, Any]:
        return {**params.token, "name": params.session or params.token["name"]}

    site = open_site(session=OPTIONS, callbacks=Callbacks(jwt=jwt))
    first = token_of(post(site, "callback/credentials", RIGHT))
    second = token_of(post(site, "session", {"data": "Countess"}, first))
    assert_ada(site, kind, first)
    assert get(site, site.route("session"), second).json()["user"]["name"] == "Countess"


def test_signing_out_ends_it(open_site: OpenSite, kind: str) -> None:
    site = open_site(session=OPTIONS, revocation=Revocation(MemoryStore(), staleness=0))
    token = token_of(post(site, "callback/credentials", RIGHT))
    assert_ada(site, kind, token)
    assert post(site, "signout", token=token).status_code == 200
    assert_nobody(site, kind, token)


def test_without_a_store_signing_out_is_refused(site: Site, kind: str) -> None:
    token = token_of(post(site, "callback/credentials", RIGHT))
    reply = post(site, "signout", token=token)
    assert (reply.status_code, reply.json()["error"]) == (400, "RevocationMissing")
    assert_ada(site, kind, token)


def test_beside_a_session_cookie_the_cookie_decides(site: Site, kind: str) -> None:
    token = token_of(post(site, "callback/credentials", RIGHT))
    headers = {"authorization": f"Bearer {token}", "cookie": "authjs.session-token=x"}
    assert site.get(site.route("session"), headers).json() is None
    if kind in WITH_PAGES:
        assert site.get("/private", headers).status_code == 401
    reply = site.request("POST", site.route("signout"), headers=headers)
    assert "MissingCSRF" in reply.headers["location"]


def test_there_is_no_token_before_the_second_factor(open_site: OpenSite, kind: str) -> None:
    site = open_site(session=OPTIONS, second_factor=two_factors())
    app = asyncio.run(enrol_app(site.auth))
    reply = post(site, "callback/credentials", RIGHT)
    assert (reply.status_code, reply.json()["error"]) == (401, "SecondFactorRequired")
    handle = reply.json()["pending"]
    assert_nobody(site, kind, handle)
    assert get(site, site.route("factor"), handle).json()["methods"][0]["id"] == "totp"
    refused = post(site, "factor/totp", {"code": app.wrong()}, handle)
    assert (refused.status_code, refused.json()["error"]) == (401, "SecondFactorRefused")
    assert_nobody(site, kind, handle)
    token = token_of(post(site, "factor/totp", {"code": app.code()}, handle))
    assert_ada(site, kind, token)
    session = site.auth.services.sessions.borne(token).open(site.clock())
    assert session is not None
    assert session.claims["amr"] == PROVEN
    assert post(site, "factor/totp", {"code": app.code()}, handle).status_code == 401


@pytest.mark.parametrize("kind", [*SITES], indirect=True)
def test_a_page_asks_it_for_a_recent_sign_in(open_site: OpenSite, kind: str) -> None:
    site = open_site(session=OPTIONS, build=SITES[kind])
    token = token_of(post(site, "callback/credentials", RIGHT))
    assert get(site, "/transfer", token).text == "done"
    site.clock.advance(301)
    refused = get(site, "/transfer", token)
    assert refused.status_code == 401
    assert "insufficient_user_authentication" in refused.headers["www-authenticate"]
    again = token_of(post(site, "callback/credentials", RIGHT, token))
    assert get(site, "/transfer", again).text == "done"


def test_every_integration_is_here() -> None:
    frameworks = {kind for kind in WITH_MIDDLEWARE if kind not in PLAIN}
    assert set(SITES) == frameworks
