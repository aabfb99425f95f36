"""The wire over real HTTP: each integration behind each server, mounted under a prefix."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection

import httpx2
import pytest

from nextauth.web.body import LARGEST_BODY
from tests.contract.servers.conftest import SITES, Served, sign_in
from tests.contract.servers.site import PIECES, PREFIX
from tests.contract.site import SESSION, cookies_of, writes_session

pytestmark = pytest.mark.servers

AUTH = f"{PREFIX}/api/auth"
PROXIED = {
    "x-forwarded-host": "example.com",
    "x-forwarded-proto": "https",
    "x-forwarded-for": "198.51.100.7",
}


def sites(are_meant: Callable[[tuple[str, str, str]], bool]) -> pytest.MarkDecorator:
    """Run a test with those sites only that it is about."""
    chosen = [site for site in SITES if are_meant(site)]
    return pytest.mark.parametrize("process", chosen, indirect=True, ids="-".join)


def test_nobody_is_signed_in_at_first(client: httpx2.Client) -> None:
    reply = client.get(f"{AUTH}/session")
    assert (reply.status_code, reply.text) == (200, "null")
    assert client.get(f"{PREFIX}/whoami").text == "nobody"
    assert client.get(f"{PREFIX}/private").status_code == 401


def test_a_plain_form_signs_in(served: Served, client: httpx2.Client) -> None:
    reply = sign_in(client, form={"callbackUrl": f"{PREFIX}/private"})
    assert reply.status_code == 302
    assert reply.headers["location"] == f"{served.address}{PREFIX}/private"
    assert len(cookies_of(reply)) == 2
    assert client.get(f"{AUTH}/session").json()["user"]["name"] == "Ada"
    assert client.get(f"{PREFIX}/whoami").text == "Ada"
    assert client.get(f"{PREFIX}/private").text == "Ada"


@pytest.mark.parametrize(
    "given", [{"headers": {"x-auth-return-redirect": "1"}}, {"form": {"json": "true"}}]
)
def test_a_client_library_signs_in(served: Served, given: dict[str, dict[str, str]]) -> None:
    client = served.client()
    reply = sign_in(client, **given)  # type: ignore[arg-type]
    assert (reply.status_code, reply.json()) == (200, {"url": served.address})
    assert client.get(f"{PREFIX}/private").text == "Ada"


@sites(lambda site: site[2] == "async")
def test_an_async_def_authorize_signs_in(client: httpx2.Client) -> None:
    assert writes_session(sign_in(client, provider="later"))
    assert client.get(f"{PREFIX}/private").text == "Ada"


def test_a_wrong_password_signs_nobody_in(client: httpx2.Client) -> None:
    reply = sign_in(client, password="wrong", headers={"x-auth-return-redirect": "1"})
    assert reply.status_code == 401
    assert "error=CredentialsSignin" in reply.json()["url"]
    assert client.get(f"{AUTH}/session").json() is None


def test_a_page_that_needs_a_session_sends_to_sign_in(
    served: Served, client: httpx2.Client
) -> None:
    reply = client.get(f"{PREFIX}/private?tab=2", headers={"sec-fetch-mode": "navigate"})
    assert reply.status_code == 302
    assert reply.headers["location"].startswith(f"{served.address}{AUTH}/signin?callbackUrl=")
    assert reply.headers["location"].endswith("%2Fapp%2Fprivate%3Ftab%3D2")
    page = client.get(reply.headers["location"])
    assert f'action="{AUTH}/callback/credentials"' in page.text
    assert sign_in(client).headers["location"] == f"{served.address}{PREFIX}/private?tab=2"


def test_an_update_reaches_the_token(client: httpx2.Client) -> None:
    sign_in(client)
    reply = client.post(f"{AUTH}/session", json={"data": {"theme": "dark"}})
    assert (reply.status_code, reply.json()["theme"]) == (200, "dark")
    assert client.get(f"{AUTH}/session").json()["theme"] == "dark"


def test_signing_out_ends_the_session(client: httpx2.Client) -> None:
    sign_in(client)
    assert client.post(f"{AUTH}/signout", data={"callbackUrl": "/"}).status_code == 302
    assert client.get(f"{PREFIX}/whoami").text == "nobody"


@pytest.mark.parametrize("path", ["/whoami", "/private", "/stream"])
def test_the_cookie_rolls_on_with_the_applications_own_answer(
    client: httpx2.Client, path: str
) -> None:
    sign_in(client)
    reply = client.get(f"{PREFIX}{path}")
    assert writes_session(reply)
    assert reply.headers.get_list("cache-control") == ["private, no-store"]
    assert client.get(f"{PREFIX}/whoami").text == "Ada"


def test_a_cacheable_answer_that_did_not_ask_has_no_cookie(client: httpx2.Client) -> None:
    sign_in(client)
    reply = client.get(f"{PREFIX}/public")
    assert reply.headers.get_list("cache-control") == ["public, max-age=60"]
    assert cookies_of(reply) == []


def test_a_streamed_answer_arrives_whole(client: httpx2.Client) -> None:
    sign_in(client)
    reply = client.get(f"{PREFIX}/stream")
    assert (reply.status_code, reply.headers["x-who"]) == (200, "Ada")
    assert reply.content == b"".join(PIECES)


def test_head_has_no_body_and_leaves_the_connection_usable(client: httpx2.Client) -> None:
    sign_in(client)
    head = client.head(f"{AUTH}/session")
    # Bytes of a body would be read as the beginning of the next answer.
    get = client.get(f"{AUTH}/session")
    assert (head.status_code, head.content) == (200, b"")
    assert cookies_of(head) == []
    assert get.json()["user"]["name"] == "Ada"


# Gunicorn closes the connection with what nobody read, and then its client may not see the answer.
@sites(lambda site: not site[1].startswith("gunicorn"))
def test_a_large_body_is_413(client: httpx2.Client) -> None:
    reply = sign_in(client, form={"filler": "x" * LARGEST_BODY, "json": "true"})
    assert reply.status_code == 413
    assert client.get(f"{AUTH}/session").json() is None


# Waitress, and Django under ASGI, read a body to its end before the application runs.
@sites(lambda site: site[1] != "waitress" and site[0] != "django-asgi")
def test_for_a_body_that_declares_too_much_nobody_waits(served: Served) -> None:
    with closing(HTTPConnection(served.address.removeprefix("http://"), timeout=20)) as connection:
        connection.putrequest("POST", f"{AUTH}/callback/credentials")
        connection.putheader("content-type", "application/x-www-form-urlencoded")
        connection.putheader("content-length", str(LARGEST_BODY + 1))
        connection.putheader("sec-fetch-site", "same-origin")
        connection.putheader("x-auth-return-redirect", "1")
        connection.endheaders()
        assert connection.getresponse().status == 413


def test_a_body_without_a_declared_length_signs_in(client: httpx2.Client) -> None:
    chunks = [b"email=ada%40exam", b"ple.com&password=correct+", b"horse"]
    headers = {"content-type": "application/x-www-form-urlencoded"}
    path = f"{AUTH}/callback/credentials"
    assert writes_session(client.post(path, content=iter(chunks), headers=headers))


def test_events_tell_the_peers_address(served: Served, client: httpx2.Client) -> None:
    sign_in(client, "peer")
    assert served.addresses_of("peer") == ["127.0.0.1"]


def test_behind_a_proxy_its_address_and_the_persons_count(served: Served) -> None:
    client = served.client(PROXIED)
    reply = sign_in(client, "proxied", form={"callbackUrl": f"{PREFIX}/private"})
    assert reply.headers["location"] == f"https://example.com{PREFIX}/private"
    assert any(cookie.startswith(f"__Secure-{SESSION}=") for cookie in cookies_of(reply))
    assert served.addresses_of("proxied") == ["198.51.100.7"]


def test_a_failing_jwt_callback_means_nobody_and_keeps_the_cookie(client: httpx2.Client) -> None:
    assert writes_session(sign_in(client, "outage"))
    for path in (f"{PREFIX}/whoami", f"{AUTH}/session"):
        reply = client.get(path)
        assert reply.text in {"nobody", "null"}
        assert cookies_of(reply) == []
    assert client.get(f"{PREFIX}/private").status_code == 401
    assert SESSION in client.cookies


def test_people_at_the_same_time_are_told_apart(served: Served) -> None:
    names = [f"person{number}" for number in range(6)]

    def visit(name: str) -> set[str]:
        client = served.client()
        sign_in(client, name)
        return {client.get(f"{PREFIX}/whoami").text for _ in range(3)}

    with ThreadPoolExecutor(len(names)) as people:
        assert list(people.map(visit, names)) == [{name.title()} for name in names]


@pytest.mark.parametrize("path", [f"/{AUTH}/session", f"{AUTH}//session", f"{AUTH}/./session"])
def test_an_unusual_path_is_the_route_or_refused(served: Served, path: str) -> None:
    # Servers and frameworks differ in which of them they normalize.
    url = httpx2.URL(served.address).copy_with(raw_path=path.encode())
    reply = served.client().get(url)
    assert reply.status_code in {200, 400, 404}
    assert reply.status_code != 200 or reply.text in {"null", "public"}
