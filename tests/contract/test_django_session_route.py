"""Shows that under Django the middleware answers ``GET session``, and nothing else, by itself."""

from collections.abc import Iterator

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.test import AsyncClient, Client, override_settings

from nextauth import Auth
from tests.contract.django_site import cookie_header, make_auth

WITHOUT_OUR_URLS = "django.contrib.auth.urls"
SESSION = "/api/auth/session"


@pytest.fixture(autouse=True)
def auth() -> Iterator[Auth]:
    made = make_auth()
    # The site's own middleware chooses views for ASGI, with our URLs among them.
    middleware = [each for each in settings.MIDDLEWARE if not each.endswith(".choose_views")]
    with override_settings(NEXTAUTH=made, ROOT_URLCONF=WITHOUT_OUR_URLS, MIDDLEWARE=middleware):
        yield made


@pytest.mark.parametrize("client", [Client(), AsyncClient()], ids=["wsgi", "asgi"])
def test_who_is_signed_in_is_told_before_a_view_is_looked_for(
    auth: Auth, client: Client | AsyncClient
) -> None:
    get = client.get if isinstance(client, Client) else async_to_sync(client.get)
    answer = get(SESSION, headers=cookie_header(auth))
    assert answer.json()["user"] == {"name": "Ada"}
    assert "no-store" in answer["cache-control"]
    assert get(SESSION).json() is None


def test_every_other_request_goes_to_the_views() -> None:
    client = Client()
    for path in ("/api/auth/csrf", "/api/auth/session/x", "/session", "/shop/api/auth/session"):
        assert client.get(path).status_code == 404
    assert client.post(SESSION).status_code == 404


def test_a_site_that_only_reads_sessions_has_no_such_route() -> None:
    with override_settings(NEXTAUTH=make_auth(providers=[])):
        assert Client().get(SESSION).status_code == 404
