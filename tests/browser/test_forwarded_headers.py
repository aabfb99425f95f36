"""Shows who vouches for addresses behind nginx: no client chooses its own, nor the site's."""

import socket
import ssl
from collections.abc import Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

import httpx2
import pytest

from tests.browser.nginx import Nginx, configured, documented, needed_nginx, running_nginx
from tests.browser.proxied_site import Application, running_application
from tests.browser.visitor import FAR_AWAY, visitor

pytestmark = pytest.mark.service

LIE = "203.0.113.9"
LIES = {
    "forwarded": f"for={LIE};host=evil.example;proto=http",
    "x-forwarded-for": LIE,
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "http",
}
PROXY = "127.0.0.1"
ALONE = ("--no-proxy-headers",)  # else uvicorn reads them too, before nextauth does
ADDED = ("X-Forwarded-For $remote_addr", "X-Forwarded-For $proxy_add_x_forwarded_for")
HANDED_ON = ("proxy_set_header X-Forwarded-Host $host;", "")

# The options of uvicorn and the arguments of `Auth` of each application.
APPLICATIONS: Mapping[str, tuple[tuple[str, ...], dict[str, object]]] = {
    "network": ((), {"trust_host": True, "trusted_proxies": [PROXY]}),
    "network-alone": (ALONE, {"trust_host": True, "trusted_proxies": [PROXY]}),
    "hops": (ALONE, {"trust_host": True, "trusted_proxies": 1}),
    "uvicorn": ((), {"base_url": "https://uvicorn.example.org"}),
    "anybody": (("--forwarded-allow-ips", "*"), {"base_url": "https://anybody.example.org"}),
}
OVERWRITING = [f"{name}.example.org" for name in APPLICATIONS]
ADDING = [f"adds-to-{name}.example.org" for name in APPLICATIONS]


@dataclass(frozen=True)
class Deployment:
    """nginx, and the applications behind it by the names of their sites."""

    nginx: Nginx
    applications: Mapping[str, Application]

    def address_in_events(self, name: str, headers: Mapping[str, str]) -> str | None:
        """Try to sign in, and answer where the site's event says that it came from."""
        with visitor(self.nginx) as client:
            client.post(
                f"https://{name}/api/auth/callback/credentials",
                headers={"sec-fetch-site": "same-origin", **headers},
                data={"email": "ada@example.com", "password": "wrong"},
            )
        event = self.applications[name].told()["events"][-1]
        assert event["event"] == "SignInFailed"
        address: str | None = event["address"]
        return address

    def callback_url(self, name: str, headers: Mapping[str, str]) -> str:
        """Answer what the site takes for its own address."""
        with visitor(self.nginx) as client:
            answer = client.get(f"https://{name}/api/auth/providers", headers=headers)
        url: str = answer.json()["credentials"]["callbackUrl"]
        return url


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Generator[Deployment]:
    needed_nginx()
    site = documented("### Several names")
    # A configuration has one default server; the other sites come without it.
    alone = site.partition("\n\n")[2]
    with ExitStack() as stack:
        started = {
            name: stack.enter_context(running_application(*options, auth=auth))
            for name, (options, auth) in APPLICATIONS.items()
        }
        handed_on = alone.replace(*HANDED_ON)
        behind = [("handed-on.example.org", handed_on, started["network-alone"])]
        for name, application in started.items():
            behind.append((f"{name}.example.org", alone, application))
            behind.append((f"adds-to-{name}.example.org", alone.replace(*ADDED), application))
        # Not the first site, which would take strange names without saying so.
        behind.append(("last.example.org", site, started["network"]))
        texts = [configured(text, name=host, port=each.port) for host, text, each in behind]
        applications = {host: each for host, _, each in behind}
        folder = tmp_path_factory.mktemp("nginx")
        nginx = stack.enter_context(running_nginx(folder, "\n".join(texts)))
        yield Deployment(nginx, applications)


@pytest.mark.parametrize("name", [*OVERWRITING, *ADDING])
def test_an_honest_clients_address_is_in_the_events(deployment: Deployment, name: str) -> None:
    assert deployment.address_in_events(name, {}) == FAR_AWAY


@pytest.mark.parametrize("name", [*OVERWRITING, *ADDING[:-1]])
def test_a_client_cannot_choose_the_address_in_the_events(
    deployment: Deployment, name: str
) -> None:
    assert deployment.address_in_events(name, LIES) == FAR_AWAY
    several = {"x-forwarded-for": f"{LIE}, {PROXY}, {PROXY}"}
    assert deployment.address_in_events(name, several) == FAR_AWAY


def test_uvicorn_that_believes_anybody_lets_the_client_choose_where_nginx_adds(
    deployment: Deployment,
) -> None:
    assert deployment.address_in_events("adds-to-anybody.example.org", LIES) == LIE


@pytest.mark.parametrize("name", [*OVERWRITING, *ADDING])
def test_a_client_cannot_choose_the_sites_address(deployment: Deployment, name: str) -> None:
    _, auth = APPLICATIONS[name.removesuffix(".example.org").removeprefix("adds-to-")]
    origin = auth.get("base_url", f"https://{name}")
    url = deployment.callback_url(name, LIES)
    assert url == f"{origin}/api/auth/callback/credentials"


def test_nginx_that_hands_on_the_clients_header_lets_the_client_choose(
    deployment: Deployment,
) -> None:
    url = deployment.callback_url("handed-on.example.org", LIES)
    assert url == "https://evil.example/api/auth/callback/credentials"


def test_a_name_that_is_not_the_sites_gets_no_answer(deployment: Deployment) -> None:
    with visitor(deployment.nginx) as client, pytest.raises(httpx2.RemoteProtocolError):
        client.get(
            "https://network.example.org/api/auth/providers", headers={"host": "evil.example"}
        )


def test_a_host_header_beside_an_absolute_target_does_not_count(deployment: Deployment) -> None:
    """The one place where `$http_host` would be the client's own word (RFC 9112, 3.2.2)."""
    name = "network.example.org"
    context = ssl.create_default_context(cafile=deployment.nginx.certificate)
    with (
        socket.create_connection((PROXY, deployment.nginx.https), timeout=20) as plain,
        context.wrap_socket(plain, server_hostname=name) as connection,
    ):
        connection.sendall(
            f"GET https://{name}/api/auth/providers HTTP/1.1\r\n"
            "Host: evil.example\r\nConnection: close\r\n\r\n".encode()
        )
        answer = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()
    assert f"https://{name}/api/auth/callback/credentials" in answer
    assert "evil.example" not in answer
