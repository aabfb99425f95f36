"""``nextauth doctor`` finds each fault that is planted alone in a running site, and that alone."""

import asyncio
import re
import ssl
import time
from collections.abc import Generator
from dataclasses import dataclass

import httpx2
import pytest

from nextauth import Auth
from nextauth.cli.doctor import Report, examine
from nextauth.cli.doctor.examining import Circumstances
from nextauth.cli.doctor.site.http_client import HttpClient
from nextauth.cli.doctor.site.visit import Place
from tests.browser.nginx import Nginx, needed_nginx, running_nginx
from tests.in_thread import bound_socket, serving
from tests.proxies.faulty_sites import FAULTS, SECRET, Fault, Sites, auth_of

pytestmark = pytest.mark.service

MOST_REQUESTS = 16
AROUND = Circumstances({}, time.time, time.monotonic)


class Through(httpx2.AsyncHTTPTransport):
    """Connects to nginx whatever the URL's host is, which nginx then learns from SNI and Host."""

    def __init__(self, nginx: Nginx, *, knows_it: bool) -> None:
        context = ssl.create_default_context(cafile=nginx.certificate if knows_it else None)
        super().__init__(verify=context, trust_env=False)
        self._ports = {"https": nginx.https, "http": nginx.http}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return await super().handle_async_request(
            httpx2.Request(
                request.method,
                request.url.copy_with(host="127.0.0.1", port=self._ports[request.url.scheme]),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": request.url.host},
            )
        )


@dataclass(frozen=True)
class Deployment:
    """nginx, and the sites behind it."""

    nginx: Nginx
    sites: Sites

    def examined(self, fault: Fault, *, knows_it: bool = True) -> Report:
        place = Place.parse(f"{fault.scheme}://{self.sites.name(fault)}{fault.path}/")
        auth = auth_of(self.sites.arguments(fault, **fault.here))
        return asyncio.run(self._examined(auth, place, knows_it=knows_it))

    async def _examined(self, auth: Auth, place: Place | None, *, knows_it: bool) -> Report:
        assert place is not None
        client = HttpClient(
            Through(self.nginx, knows_it=knows_it),
            host=place.origin.host,
            clock=time.time,
            timer=time.monotonic,
        )
        try:
            return await examine(auth, "site:auth", AROUND, place=place, client=client)
        finally:
            await client.aclose()


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Generator[Deployment]:
    needed_nginx()
    bound, port = bound_socket()
    sites = Sites(port)
    folder = tmp_path_factory.mktemp("nginx")
    with serving(sites, bound, lifespan="off"), running_nginx(folder, sites.configuration()) as it:
        yield Deployment(it, sites)


def codes(report: Report) -> list[str]:
    return [each.code for each in report.findings]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_found_alone(deployment: Deployment, fault: Fault) -> None:
    report = deployment.examined(fault)
    assert codes(report) == ([] if fault.code is None else [fault.code]), report.text()
    assert 0 < report.requests <= MOST_REQUESTS
    for told in (report.text(), report.json()):
        assert SECRET not in told
        assert not re.search(r"[0-9a-f]{64}", told), "a CSRF token is shown"


def test_a_certificate_that_nobody_vouches_for_is_found(deployment: Deployment) -> None:
    report = deployment.examined(FAULTS[0], knows_it=False)
    assert codes(report) == ["certificate-refused"]
    assert report.left_out == ("more of the site: its routes come first",)


def test_what_is_well_is_told_too(deployment: Deployment) -> None:
    report = deployment.examined(FAULTS[0])
    assert {"https", "caches", "forged addresses", "strength of the secrets"} <= set(report.well)
    assert report.left_out == ()
    assert re.fullmatch(
        r"answers of the site, each with a new connection: "
        r"providers [\d.]+ ms, session [\d.]+ ms, signin [\d.]+ ms",
        report.measured[-1],
    )
