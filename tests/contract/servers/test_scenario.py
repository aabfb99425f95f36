"""The wire over real HTTP: each integration behind each server, mounted under a prefix."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from http.client import HTTPConnection
from urllib.parse import quote

import httpx2
import pytest
from pyotp import TOTP

from nextauth.web.body import LARGEST_BODY
from tests.contract.applications import PIECES, ROLLS_STREAMS, STREAMS_BODIES, WITH_MIDDLEWARE
from tests.contract.servers.conftest import CHOICES, LONGEST_ANSWER, Choice, Served, sign_in
from tests.contract.servers.site import APP_SECRET, GUARDED
from tests.contract.site import SESSION, cookies_of, writes_session

pytestmark = pytest.mark.servers

AUTH = "/api/auth"
FORM = "application/x-www-form-urlencoded"
PROXIED = {
    "x-forwarded-host": "example.com",
    "x-forwarded-proto": "https",
    "x-forwarded-for": "198.51.100.7",
}


def sites(are_meant: Callable[[Choice], bool]) -> pytest.MarkDecorator:
    """Run a test with those sites only that it is about."""
    chosen = [choice for choice in CHOICES if are_meant(choice)]
    return pytest.mark.parametrize("process", chosen, indirect=True, ids=str)


def test_nobody_is_signed_in_at_first(client: httpx2.Client) -> None:
    reply = client.get(f"{AUTH}/session")
    assert (reply.status_code, reply.text) == (200, "null")
    assert client.get("/whoami").text == "nobody"
    assert client.get("/private").status_code == 401


def test_a_plain_form_signs_in(served: Served, client: httpx2.Client) -> None:
    reply = sign_in(client, form={"callbackUrl": f"{served.prefix}/private"})
    assert reply.status_code == 302
    assert reply.headers["location"] == f"{served.address}/private"
    names = {cookie.partition("=")[0] for cookie in cookies_of(reply)}
    assert {SESSION, "authjs.callback-url"} <= names
    assert client.get(f"{AUTH}/session").json()["user"]["name"] == "Ada"
    assert client.get("/whoami").text == "Ada"
    assert client.get("/private").text == "Ada"


@pytest.mark.parametrize(
    "given", [{"headers": {"x-auth-return-redirect": "1"}}, {"form": {"json": "true"}}]
)
def test_a_client_library_signs_in(served: Served, given: dict[str, dict[str, str]]) -> None:
    client = served.client()
    reply = sign_in(client, **given)  # type: ignore[arg-type]
    assert (reply.status_code, reply.json()) == (200, {"url": served.origin})
    assert client.get("/private").text == "Ada"


def test_a_sign_in_waits_for_its_second_factor(served: Served, client: httpx2.Client) -> None:
    reply = sign_in(client, GUARDED, form={"callbackUrl": f"{served.prefix}/private"})
    assert reply.headers["location"] == f"{served.address}{AUTH}/factor"
    assert client.get("/private").status_code == 401
    page = client.get(reply.headers["location"], headers={"accept": "text/html"})
    assert f'action="{served.prefix}{AUTH}/factor/totp"' in page.text
    refused = client.post(f"{AUTH}/factor/totp", data={"code": "no code"})
    assert "error=SecondFactorRefused" in refused.headers["location"]
    assert client.get(f"{AUTH}/session").json() is None
    assert served.addresses_of(GUARDED) == []
    proven = client.post(f"{AUTH}/factor/totp", data={"code": TOTP(APP_SECRET).now()})
    assert proven.headers["location"] == f"{served.address}/private"
    assert client.get("/private").text == "Guarded"
    assert served.addresses_of(GUARDED) == ["127.0.0.1"]


@sites(lambda choice: choice.mode == "async")
def test_an_async_def_authorize_signs_in(client: httpx2.Client) -> None:
    assert writes_session(sign_in(client, provider="later"))
    assert client.get("/private").text == "Ada"


def test_a_wrong_password_signs_nobody_in(client: httpx2.Client) -> None:
    reply = sign_in(client, password="wrong", headers={"x-auth-return-redirect": "1"})
    assert reply.status_code == 401
    assert "error=CredentialsSignin" in reply.json()["url"]
    assert client.get(f"{AUTH}/session").json() is None


def test_a_page_that_needs_a_session_sends_to_sign_in(
    served: Served, client: httpx2.Client
) -> None:
    reply = client.get("/private?tab=2", headers={"sec-fetch-mode": "navigate"})
    assert reply.status_code == 302
    assert reply.headers["location"].startswith(f"{served.address}{AUTH}/signin?callbackUrl=")
    back = quote(f"{served.address}/private?tab=2", safe="")
    assert reply.headers["location"].endswith(f"={back}")
    page = client.get(reply.headers["location"])
    assert f'action="{served.prefix}{AUTH}/callback/credentials"' in page.text
    assert sign_in(client).headers["location"] == f"{served.address}/private?tab=2"


def test_an_update_reaches_the_token(client: httpx2.Client) -> None:
    sign_in(client)
    reply = client.post(f"{AUTH}/session", json={"data": {"theme": "dark"}})
    assert (reply.status_code, reply.json()["theme"]) == (200, "dark")
    assert client.get(f"{AUTH}/session").json()["theme"] == "dark"


def test_signing_out_ends_the_session(client: httpx2.Client) -> None:
    sign_in(client)
    assert client.post(f"{AUTH}/signout", data={"callbackUrl": "/"}).status_code == 302
    assert client.get("/whoami").text == "nobody"


def rolls_on(client: httpx2.Client, path: str) -> httpx2.Response:
    sign_in(client)
    reply = client.get(path)
    assert writes_session(reply)
    assert reply.headers.get_list("cache-control") == ["private, no-store"]
    assert client.get("/whoami").text == "Ada"
    return reply


def test_the_cookie_rolls_on_with_the_applications_own_answer(client: httpx2.Client) -> None:
    assert rolls_on(client, "/private").text == "Ada"


@sites(lambda choice: choice.kind in WITH_MIDDLEWARE)
def test_an_answer_that_carries_the_cookie_is_cacheable_no_more(client: httpx2.Client) -> None:
    assert rolls_on(client, "/whoami").text == "Ada"


@sites(lambda choice: choice.kind in ROLLS_STREAMS)
def test_a_streamed_answer_carries_the_cookie_too(client: httpx2.Client) -> None:
    assert rolls_on(client, "/stream").content == b"".join(PIECES)


def test_a_cacheable_answer_that_did_not_ask_has_no_cookie(client: httpx2.Client) -> None:
    sign_in(client)
    reply = client.get("/public")
    assert reply.headers.get_list("cache-control") == ["public, max-age=60"]
    assert cookies_of(reply) == []


def test_a_streamed_answer_arrives_whole(client: httpx2.Client) -> None:
    assert client.get("/stream").status_code == 401
    sign_in(client)
    reply = client.get("/stream")
    assert (reply.status_code, reply.content) == (200, b"".join(PIECES))


def test_head_has_no_body_and_leaves_the_connection_usable(client: httpx2.Client) -> None:
    sign_in(client)
    head = client.head(f"{AUTH}/session")
    # Bytes of a body would be read as the beginning of the next answer.
    get = client.get(f"{AUTH}/session")
    assert (head.status_code, head.content) == (200, b"")
    assert cookies_of(head) == []
    assert get.json()["user"]["name"] == "Ada"


def answered(ask: Callable[[], httpx2.Response]) -> httpx2.Response:
    """Ask until an answer arrives: a server that closes on bytes nobody read may reset it away."""
    for _ in range(5):
        with suppress(httpx2.TransportError):
            return ask()
    return ask()


@pytest.mark.parametrize("size", [LARGEST_BODY, 200 * 1024], ids=["little", "much"])
def test_a_body_that_is_too_large_is_413(client: httpx2.Client, size: int) -> None:
    form = {"filler": "x" * size, "json": "true"}
    assert answered(lambda: sign_in(client, form=form)).status_code == 413
    assert client.get(f"{AUTH}/session").json() is None


def test_a_body_that_is_too_large_and_does_not_say_so_is_413(client: httpx2.Client) -> None:
    chunks = [b"email=ada%40example.com&filler=", *[b"x" * 4096] * 50]
    headers = {"content-type": FORM, "x-auth-return-redirect": "1"}
    path = f"{AUTH}/callback/credentials"
    reply = answered(lambda: client.post(path, content=iter(chunks), headers=headers))
    assert reply.status_code == 413


# WSGI servers reset a connection with what nobody read, so we read it there. Django under ASGI
# reads a body to its end before the application runs.
@sites(lambda choice: choice.kind in STREAMS_BODIES)
def test_for_a_body_that_declares_too_much_nobody_waits(served: Served) -> None:
    host = served.origin.removeprefix("http://")
    with closing(HTTPConnection(host, timeout=LONGEST_ANSWER)) as connection:
        connection.putrequest("POST", f"{served.prefix}{AUTH}/callback/credentials")
        connection.putheader("content-type", FORM)
        connection.putheader("content-length", str(LARGEST_BODY + 1))
        connection.putheader("sec-fetch-site", "same-origin")
        connection.putheader("x-auth-return-redirect", "1")
        connection.endheaders()
        assert connection.getresponse().status == 413


def test_a_body_without_a_declared_length_signs_in(client: httpx2.Client) -> None:
    chunks = [b"email=ada%40exam", b"ple.com&password=correct+", b"horse"]
    headers = {"content-type": FORM}
    path = f"{AUTH}/callback/credentials"
    assert writes_session(client.post(path, content=iter(chunks), headers=headers))


def test_events_tell_the_peers_address(served: Served, client: httpx2.Client) -> None:
    sign_in(client, "peer")
    assert served.addresses_of("peer") == ["127.0.0.1"]


def test_behind_a_proxy_its_address_and_the_persons_count(served: Served) -> None:
    client = served.client(PROXIED)
    reply = sign_in(client, "proxied", form={"callbackUrl": f"{served.prefix}/private"})
    assert reply.headers["location"] == f"https://example.com{served.prefix}/private"
    assert any(cookie.startswith(f"__Secure-{SESSION}=") for cookie in cookies_of(reply))
    assert served.addresses_of("proxied") == ["198.51.100.7"]


def test_a_failing_jwt_callback_means_nobody_and_keeps_the_cookie(client: httpx2.Client) -> None:
    assert writes_session(sign_in(client, "outage"))
    for path in ("/whoami", f"{AUTH}/session"):
        reply = client.get(path)
        assert reply.text in {"nobody", "null"}
        assert cookies_of(reply) == []
    assert client.get("/private").status_code == 401
    assert SESSION in client.cookies


def test_people_at_the_same_time_are_told_apart(served: Served) -> None:
    names = [f"person{number}" for number in range(6)]

    def visit(name: str) -> set[str]:
        client = served.client()
        sign_in(client, name)
        return {client.get("/whoami").text for _ in range(3)}

    with ThreadPoolExecutor(len(names)) as people:
        assert list(people.map(visit, names)) == [{name.title()} for name in names]


@pytest.mark.parametrize("path", ["/{}/session", "{}//session", "{}/./session"])
def test_an_unusual_path_is_the_route_or_refused(served: Served, path: str) -> None:
    path = path.format(f"{served.prefix}{AUTH}")
    # Servers and frameworks differ in which of them they normalize.
    url = httpx2.URL(served.origin).copy_with(raw_path=path.encode())
    reply = served.client().get(url)
    assert reply.status_code in {200, 400, 404}
    assert reply.status_code != 200 or reply.text in {"null", "public"}
