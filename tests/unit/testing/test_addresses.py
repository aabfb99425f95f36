"""Where a client asks decides the cookie, and whether anybody can be signed in there at all."""

import asyncio
from typing import Any

import httpx2
import pytest
from django.test import AsyncClient, Client, override_settings
from starlette.testclient import TestClient

from nextauth import CookieOptions
from nextauth.testing import FakeClock, mint_session, signed_in, signed_out
from tests.contract import django_site  # noqa: F401 - it sets Django up
from tests.contract.applications import BUILDERS
from tests.contract.site import SAME_ORIGIN
from tests.unit.testing.samples import ADA, GRACE, make_auth

UNKNOWN = "the site does not know that address"


def site(auth: Any, **options: Any) -> TestClient:  # noqa: ANN401
    return TestClient(BUILDERS["starlette"](auth), **options)


@pytest.mark.parametrize(
    "base_url", ["http://localhost:8000", "http://127.0.0.1", "http://app.localhost/api/"]
)
def test_signed_in_then_signed_out_on_any_loopback_address(base_url: str) -> None:
    auth = make_auth(clock=FakeClock())
    client = signed_in(site(auth, base_url=base_url), ADA, auth=auth)
    here = base_url.removesuffix("/api/")
    assert client.get(f"{here}/whoami").text == "Ada"
    client.post(f"{here}/api/auth/signout", headers=SAME_ORIGIN)
    assert client.get(f"{here}/whoami").text == "nobody"


def test_an_address_that_the_site_does_not_know_is_refused_with_the_fix() -> None:
    auth = make_auth()
    with pytest.raises(ValueError, match=UNKNOWN) as refused:
        signed_in(site(auth), ADA, auth=auth)
    assert "http://localhost" in str(refused.value)
    assert "base_url='http://testserver'" in str(refused.value)
    with pytest.raises(ValueError, match=UNKNOWN):
        signed_in(site(auth), ADA, auth=auth, base_url="http://shop.example")


@pytest.mark.parametrize("options", [{"base_url": "http://testserver"}, {"trust_host": True}])
def test_an_address_that_the_site_knows_or_is_told_is_good(options: dict[str, Any]) -> None:
    auth = make_auth(**options)
    assert signed_in(site(auth), ADA, auth=auth).get("/whoami").text == "Ada"


@pytest.mark.parametrize(
    ("cookies", "base_url", "word"),
    [
        (CookieOptions(), "http://shop.example", "Secure"),
        (CookieOptions(domain="shop.example"), "https://localhost", "Domain=shop.example"),
    ],
)
def test_a_cookie_that_the_client_would_never_send_is_refused(
    cookies: CookieOptions, base_url: str, word: str
) -> None:
    auth = make_auth(base_url="https://shop.example", cookies=cookies)
    client = site(auth, base_url=base_url)
    with pytest.raises(ValueError, match="would never send the session cookie") as refused:
        signed_in(client, ADA, auth=auth)
    assert word in str(refused.value)
    assert not any(value in str(refused.value) for value in mint_session(auth, ADA).values())


def test_a_client_without_an_address_is_told_one() -> None:
    auth = make_auth()
    transport = httpx2.WSGITransport(app=BUILDERS["wsgi"](auth))
    with httpx2.Client(transport=transport) as client:
        for ask in (signed_out, lambda client, auth: signed_in(client, ADA, auth=auth)):
            with pytest.raises(ValueError, match="nobody said where the client asks"):
                ask(client, auth=auth)
        signed_in(client, ADA, auth=auth, base_url="http://localhost")
        assert client.get("http://localhost/whoami").text == "Ada"
        signed_out(client, auth=auth, base_url="http://localhost")
        assert client.get("http://localhost/whoami").text == "nobody"


def test_a_client_without_an_address_asks_at_the_sites_own() -> None:
    auth = make_auth(base_url="https://shop.example")
    transport = httpx2.WSGITransport(app=BUILDERS["wsgi"](auth))
    with httpx2.Client(transport=transport) as client:
        signed_in(client, ADA, auth=auth)
        assert client.get("https://shop.example/whoami").text == "Ada"


def test_what_is_no_client_is_told_what_to_do_instead() -> None:
    auth = make_auth()
    with pytest.raises(TypeError, match=r"A dict keeps no cookies.*mint_session.*playwright"):
        signed_in({}, ADA, auth=auth)  # type: ignore[type-var]


def test_a_clock_of_long_ago_signs_in_too() -> None:
    auth = make_auth(clock=FakeClock(100), base_url="http://testserver")
    assert signed_in(site(auth), ADA, auth=auth).get("/whoami").text == "Ada"


def test_a_session_on_another_host_stays() -> None:
    auth = make_auth()
    client = site(auth, base_url="http://localhost")
    signed_in(client, GRACE, auth=auth, base_url="http://app.localhost")
    signed_in(client, ADA, auth=auth)
    signed_out(client, auth=auth)
    assert client.get("/whoami").text == "nobody"
    assert client.get("http://app.localhost/whoami").text == "Grace"


def test_a_cookie_of_a_domain_reaches_its_other_hosts() -> None:
    www, pay = "https://www.shop.example", "https://pay.shop.example"
    auth = make_auth(base_url=www, cookies=CookieOptions(domain="shop.example"))
    client = signed_in(site(auth, base_url=www), ADA, auth=auth)
    assert client.get(f"{pay}/whoami").text == "Ada"
    of_flask = signed_in(BUILDERS["flask"](auth).test_client(), ADA, auth=auth, base_url=www)
    assert of_flask.get("/whoami", base_url=pay).text == "Ada"


def test_flask_asks_on_https_where_it_says_so_or_each_request_does() -> None:
    auth = make_auth()
    app = BUILDERS["flask"](auth)
    client = app.test_client()
    signed_in(client, ADA, auth=auth, base_url="https://localhost")
    assert client.get("/whoami", base_url="https://localhost").text == "Ada"
    assert client.get("/whoami").text == "nobody"
    app.config["PREFERRED_URL_SCHEME"] = "https"
    client = signed_in(app.test_client(), ADA, auth=auth)
    assert client.get("/whoami").text == "Ada"


def test_flask_and_quart_ask_at_localhost_if_nobody_says_otherwise() -> None:
    auth = make_auth()
    client = signed_in(BUILDERS["flask"](auth).test_client(), ADA, auth=auth)
    assert client.get("/whoami").text == "Ada"
    asking = signed_in(BUILDERS["quart"](auth).test_client(), ADA, auth=auth)

    async def who() -> Any:  # noqa: ANN401
        return await (await asking.get("/whoami")).get_data(as_text=True)

    assert asyncio.run(who()) == "Ada"


def test_django_names_the_host_of_its_headers_or_none() -> None:
    with override_settings(NEXTAUTH=(auth := make_auth())):
        with pytest.raises(ValueError, match=UNKNOWN) as refused:
            signed_in(Client(), ADA, auth=auth)
        assert "headers={'host': 'localhost'}" in str(refused.value)
        client = signed_in(Client(headers={"host": "localhost"}), ADA, auth=auth)
        assert client.get("/whoami").content == b"Ada"


def test_djangos_async_client_is_always_at_testserver() -> None:
    with pytest.raises(ValueError, match=UNKNOWN) as refused:
        signed_in(AsyncClient(), ADA, auth=make_auth())
    assert "base_url='http://testserver'" in str(refused.value)
    signed_in(AsyncClient(), ADA, auth=make_auth(trust_host=True))


def test_where_django_names_no_host_believing_hosts_does_not_help() -> None:
    auth = make_auth(trust_host=True)
    with pytest.raises(ValueError, match=UNKNOWN):
        signed_in(Client(), ADA, auth=auth)


def test_a_request_of_django_may_name_another_address() -> None:
    with override_settings(NEXTAUTH=(auth := make_auth(trust_host=True))):
        client = signed_in(Client(), ADA, auth=auth, base_url="https://shop.example")
        here = {"host": "shop.example"}
        assert client.get("/whoami", secure=True, headers=here).content == b"Ada"
        assert client.get("/whoami", headers=here).content == b"nobody"
