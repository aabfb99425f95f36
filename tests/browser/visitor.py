"""Owns how clients reach nginx by any name: one of the tests' own, and a Chromium."""

import shutil
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx2
import pytest

from tests.browser.nginx import Nginx

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["FAR_AWAY", "running_chromium", "visitor"]

FAR_AWAY = "127.0.0.7"
"""An address of this machine that is neither the proxy's nor Chromium's."""

_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")


class _Through(httpx2.HTTPTransport):
    """Connects to nginx whatever the URL's host is, which nginx then learns from SNI and Host."""

    def __init__(self, nginx: Nginx) -> None:
        context = ssl.create_default_context(cafile=nginx.certificate)
        super().__init__(verify=context, local_address=FAR_AWAY)
        self._port = nginx.https

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        return super().handle_request(
            httpx2.Request(
                request.method,
                request.url.copy_with(host="127.0.0.1", port=self._port),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": request.url.host},
            )
        )


def visitor(nginx: Nginx) -> httpx2.Client:
    """Answer a client that keeps cookies and follows no redirect, and speaks HTTP/1.1."""
    return httpx2.Client(transport=_Through(nginx), timeout=20)


@contextmanager
def running_chromium(nginx: Nginx) -> "Generator[Browser]":
    """Run a Chromium for which every name is here, and nginx where people expect https and http."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="The Python package playwright is not installed."
    )
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("The program chromium is not on PATH.")
    usual_ports = f"MAP *:443 127.0.0.1:{nginx.https}, MAP *:80 127.0.0.1:{nginx.http}"
    rules = f"--host-resolver-rules={usual_ports}, MAP * 127.0.0.1"
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*_QUIET, rules])
        yield browser
        browser.close()
