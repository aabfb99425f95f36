"""Signing in and out over each integration, in each way to ask."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from nextauth import Callbacks, JWTParams, SessionParams
from tests.contract.conftest import OpenSite
from tests.contract.site import ORIGIN, SESSION, Site, cookies_of, writes_session

WAYS = pytest.mark.parametrize("way", ["header", "json"])


def test_a_plain_form_signs_in_and_goes_on_to_its_page(site: Site) -> None:
    reply = site.sign_in(callbackUrl="/welcome")
    assert reply.status_code == 302
    assert reply.headers["location"] == f"{ORIGIN}/welcome"
    assert "no-store" in reply.headers["cache-control"]
    assert site.session()["user"] == {"name": "Ada", "email": "ada@example.com"}


def test_each_cookie_is_a_header_of_its_own_and_out_of_scripts_reach(site: Site) -> None:
    cookies = cookies_of(site.sign_in(callbackUrl="/welcome"))
    names = sorted(cookie.partition("=")[0] for cookie in cookies)
    assert names == ["authjs.callback-url", "authjs.device", SESSION]
    for cookie in cookies:
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= attributes


@WAYS
def test_a_client_library_signs_in_and_is_told_the_url(site: Site, way: str) -> None:
    reply = site.sign_in(way=way, callbackUrl="/welcome")
    assert (reply.status_code, reply.json()) == (200, {"url": f"{ORIGIN}/welcome"})
    assert writes_session(reply)
    assert site.session()["user"]["name"] == "Ada"


def test_a_refused_form_goes_back_to_the_sign_in_page(site: Site) -> None:
    reply = site.sign_in("wrong")
    where = urlsplit(reply.headers["location"])
    assert reply.status_code == 302
    assert where.path == "/api/auth/signin"
    assert dict(parse_qsl(where.query)) == {"error": "CredentialsSignin", "code": "credentials"}
    assert not writes_session(reply)
    assert site.session() is None


@WAYS
def test_a_refused_client_library_gets_401_and_a_url(site: Site, way: str) -> None:
    reply = site.sign_in("wrong", way=way)
    assert reply.status_code == 401
    assert reply.json()["url"].startswith(f"{ORIGIN}/api/auth/signin?error=CredentialsSignin")
    assert not writes_session(reply)
    assert site.session() is None


def test_a_form_of_another_site_is_refused(site: Site) -> None:
    form = {"email": "ada@example.com", "password": "correct horse"}
    headers = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    path = site.route("callback/credentials")
    reply = site.request("POST", path, data=form, headers=headers)
    assert reply.headers["location"].endswith("signin?error=MissingCSRF")
    assert not writes_session(reply)


def test_a_program_signs_in_with_the_csrf_token(site: Site) -> None:
    token = site.get(site.route("csrf")).json()["csrfToken"]
    form = {"email": "ada@example.com", "password": "correct horse", "csrfToken": token}
    path = site.route("callback/credentials")
    assert writes_session(site.request("POST", path, data=form))


def test_the_sign_in_page_is_a_page_with_a_form(site: Site) -> None:
    reply = site.get(site.route("signin"))
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/html")
    assert int(reply.headers["content-length"]) == len(reply.content)
    assert 'action="/api/auth/callback/credentials"' in reply.text


def test_signing_out_ends_the_session(site: Site) -> None:
    site.sign_in()
    reply = site.post("signout", {"callbackUrl": "/bye"})
    assert (reply.status_code, reply.headers["location"]) == (302, f"{ORIGIN}/bye")
    assert any(
        cookie.startswith(f"{SESSION}=;") and "max-age=0" in cookie.lower()
        for cookie in cookies_of(reply)
    )
    assert site.session() is None


def test_posting_to_session_updates_what_the_token_holds(open_site: OpenSite) -> None:
    def jwt(params: JWTParams) -> dict[str, Any]:
        if params.trigger == "update":
            params.token["theme"] = params.session["theme"]
        return params.token

    def session(params: SessionParams) -> dict[str, Any]:
        return {**params.session, "theme": params.token.get("theme")}

    site = open_site(callbacks=Callbacks(jwt=jwt, session=session))
    site.sign_in()
    assert site.session()["theme"] is None
    reply = site.post("session", json={"data": {"theme": "dark"}})
    assert (reply.status_code, reply.json()["theme"]) == (200, "dark")
    assert site.session()["theme"] == "dark"
