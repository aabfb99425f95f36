"""A session as Django's user: mappings, login_required, the admin, logout, its own logins."""

from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command
from django.http import HttpResponse
from django.test import AsyncClient, Client, RequestFactory, override_settings

from nextauth import Auth, User
from nextauth.events import SignedOut
from nextauth.integrations.django import (
    AuthSessionMiddleware,
    by_field,
    login,
)
from nextauth.testing import RecordingSink, signed_in
from tests.contract.django_site import BASE, BY_USERNAME, cookie_header, make_auth, signed_in_client
from tests.contract.site import SESSION


@pytest.fixture(scope="module")
def database() -> Iterator[None]:
    call_command("migrate", verbosity=0)
    yield
    call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def people(database: None) -> Iterator[Any]:
    model: Any = get_user_model()
    model.objects.all().delete()
    model.objects.create_user("ada", "ada@example.com", is_staff=True, is_superuser=True)
    model.objects.create_user("bob", "bob@example.com", is_active=False)
    yield model.objects
    model.objects.all().delete()


@pytest.fixture
def auth() -> Iterator[Auth]:
    made = make_auth()
    with override_settings(NEXTAUTH=made, NEXTAUTH_USER=BY_USERNAME):
        yield made


def test_login_required_sends_to_our_sign_in_and_back(auth: Auth, people: Any) -> None:  # noqa: ANN401
    client = Client()
    first = client.get("/staff?tab=2")
    assert first.headers["location"] == "/api/auth/signin?next=/staff%3Ftab%3D2"
    second = client.get(first.headers["location"])
    back = "http%3A%2F%2Ftestserver%2Fstaff%3Ftab%3D2"
    assert second.headers["location"] == f"{BASE}/api/auth/signin?callbackUrl={back}"
    assert client.get(second.headers["location"]).status_code == 200
    assert signed_in_client(auth).get("/staff").content == b"ada"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_next_never_leads_elsewhere(auth: Auth, target: str) -> None:
    reply = login(RequestFactory().get("/admin/login/", {"next": target}))
    assert reply.headers["location"] == (
        f"{BASE}/api/auth/signin?callbackUrl=http%3A%2F%2Ftestserver"
    )


@pytest.mark.parametrize("username", ["bob", "carol"])
def test_who_is_inactive_or_unknown_is_not_signed_in(
    auth: Auth,
    people: Any,  # noqa: ANN401
    username: str,
) -> None:
    client = signed_in_client(auth, username)
    assert client.get("/whoami").content == b"Ada"
    assert client.get("/staff").status_code == 302
    assert people.count() == 2


def test_a_mapping_that_fails_means_nobody(auth: Auth) -> None:
    def fail(_: object) -> None:
        raise OSError

    with override_settings(NEXTAUTH_USER=fail):
        assert signed_in_client(auth).get("/staff").status_code == 302


def test_users_are_created_only_when_asked(auth: Auth, people: Any) -> None:  # noqa: ANN401
    with override_settings(NEXTAUTH_USER=by_field("username", create=True)):
        assert signed_in_client(auth, "carol").get("/staff").content == b"carol"
        assert signed_in_client(auth, "carol").get("/staff").content == b"carol"
    assert not people.get(username="carol").has_usable_password()


def test_users_are_found_by_a_claim(auth: Auth, people: Any) -> None:  # noqa: ANN401
    client = signed_in_client(auth, "7", email="ada@example.com", extra={"login": "ada"})
    for mapping in (by_field("email", claim="email"), by_field("username", claim="login")):
        with override_settings(NEXTAUTH_USER=mapping):
            assert client.get("/staff").content == b"ada"
    with override_settings(NEXTAUTH_USER=by_field("username", claim="absent")):
        assert client.get("/staff").status_code == 302


def test_the_user_is_our_backends_and_has_permissions(auth: Auth, people: Any) -> None:  # noqa: ANN401
    request: Any = RequestFactory().get("/", headers=cookie_header(auth))
    AuthSessionMiddleware(lambda _: HttpResponse())(request)
    assert request.user.backend == "nextauth.integrations.django.backend.SessionBackend"
    assert request.user.has_perm("auth.change_user")
    assert request.user == people.get(username="ada")


def test_the_backend_takes_no_passwords(auth: Auth, people: Any) -> None:  # noqa: ANN401
    ada = people.get(username="ada")
    ada.set_password("known")
    ada.save()
    ours = "nextauth.integrations.django.backend.SessionBackend"
    with override_settings(AUTHENTICATION_BACKENDS=[ours]):
        assert authenticate(username="ada", password="known") is None


def test_the_admin_signs_in_through_us(auth: Auth, people: Any) -> None:  # noqa: ANN401
    reply = Client().get("/admin/", follow=False)
    assert reply.headers["location"] == "/admin/login/?next=/admin/"
    reply = Client().get(reply.headers["location"])
    back = "http%3A%2F%2Ftestserver%2Fadmin%2F"
    assert reply.headers["location"] == f"{BASE}/api/auth/signin?callbackUrl={back}"
    page = signed_in_client(auth).get("/admin/")
    assert page.status_code == 200
    assert b"Site administration" in page.content


def test_djangos_logout_ends_our_session_too(people: Any) -> None:  # noqa: ANN401
    sink = RecordingSink()
    auth = make_auth(events=[sink])
    with override_settings(NEXTAUTH=auth, NEXTAUTH_USER=BY_USERNAME):
        client = signed_in_client(auth)
        reply = client.post("/admin/logout/")
        assert reply.cookies[SESSION].output().startswith(f"{SESSION}=; Max-Age=0")
        assert reply.headers["cache-control"] == "private, no-store"
        assert [event.user_id for event in sink.of(SignedOut)] == ["ada"]
        client.cookies[SESSION] = ""
        assert client.get("/staff").status_code == 302


def test_the_async_client_knows_who_is_there(auth: Auth, people: Any) -> None:  # noqa: ANN401
    async def scenario() -> tuple[bytes, bytes]:
        client = AsyncClient()
        signed_in(client, User(id="ada", name="Ada"), auth=auth)
        whoami = await client.get("/whoami")
        staff = await client.get("/staff")
        return whoami.content, staff.content

    assert async_to_sync(scenario)() == (b"Ada", b"ada")


def test_who_signed_in_with_django_itself_stays_so(auth: Auth, people: Any) -> None:  # noqa: ANN401
    backends = [*settings.AUTHENTICATION_BACKENDS, "django.contrib.auth.backends.ModelBackend"]
    with override_settings(AUTHENTICATION_BACKENDS=backends):
        client = Client()
        client.force_login(people.get(username="ada"), backend=backends[1])
        assert client.get("/staff").content == b"ada"
