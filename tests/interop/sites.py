"""Owns the two kinds of site that one browser visits: the npm packages' and ours."""

import json
import os
import subprocess
from collections.abc import Mapping
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from nextauth import Auth, Credentials, Request, Session, User
from tests.interop.conftest import HERE, Npm

__all__ = ["SECRET", "Browser", "NpmServers", "Visit", "our_site"]

SECRET = "the secret of the sites that share a session"
PASSWORD = "correct horse"
USER = User(id="7", name="Ζωή", email="z@example.com")


class NpmServers(Npm):
    """Runs whole sites instead of single functions."""

    def __init__(self) -> None:
        # v4 believes the Host header only where the environment says so. No other variable goes in:
        # both packages look there for secrets and addresses.
        self._node = subprocess.Popen(
            ["node", "sites.mjs"],
            cwd=HERE,
            env={"PATH": os.environ["PATH"], "AUTH_TRUST_HOST": "true"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


class Visit:
    """What a site answered.

    Args:
        status: The status code.
        location: Where it sends the browser, or None.
        body: The body.
    """

    def __init__(self, status: int, location: str | None, body: str) -> None:
        self.status = status
        self.location = location
        self.body = body

    def __repr__(self) -> str:
        return f"Visit({self.status}, {self.location!r}, {self.body[:200]!r})"

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Browser:
    """One browser, whose cookies both kinds of site see: they share an origin.

    Args:
        npm: Runs the npm sites.
        origin: The sites' origin.
    """

    def __init__(self, npm: NpmServers, origin: str) -> None:
        self.npm = npm
        self.origin = origin
        self.jar: dict[str, str] = {}

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.jar.items())

    def keep(self, set_cookie: str) -> None:
        """Take in one set-cookie header; values stay as they stood on the wire."""
        ((name, morsel),) = SimpleCookie(set_cookie).items()
        if morsel["max-age"] == "0":
            self.jar.pop(name, None)
        else:
            self.jar[name] = morsel.coded_value

    def ask_npm(
        self,
        dialect: str,
        action: str,
        form: Mapping[str, str] | None = None,
        *,
        secret: str | list[str] = SECRET,
        claims: Mapping[str, Any] | None = None,
    ) -> Visit:
        """Send a request to a site of the npm packages: with a form a POST, else a GET."""
        answer = self.npm.value(
            "request",
            dialect=dialect,
            secret=secret,
            method="GET" if form is None else "POST",
            url=f"{self.origin}/api/auth/{action}",
            cookies=self.cookie_header,
            form=form,
            claims=claims or {},
        )
        for each in answer["setCookies"]:
            self.keep(each)
        return Visit(answer["status"], answer["location"], answer["body"])

    def ask_us(self, auth: Auth, action: str, form: Mapping[str, str] | None = None) -> Visit:
        """Send a request to our site, with no word of the browser on where a form came from."""

        async def read_body(_limit: int) -> bytes:
            return urlencode(form or {}).encode()

        response = auth.handle_sync(
            Request(
                "GET" if form is None else "POST",
                f"/api/auth/{action}",
                headers=[
                    (b"host", self.origin.partition("://")[2].encode()),
                    (b"cookie", self.cookie_header.encode("ascii")),
                    (b"content-type", b"application/x-www-form-urlencoded"),
                ],
                read_body=read_body,
            )
        )
        for each in response.cookies:
            self.keep(each.encode().decode("ascii"))
        location = response.header(b"location")
        return Visit(
            response.status, location.decode("ascii") if location else None, response.body.decode()
        )

    def our_session(self, auth: Auth) -> Session | None:
        """Who our application sees at any of its pages."""
        cookie = (b"cookie", self.cookie_header.encode("ascii"))
        return auth.session_sync(Request("GET", "/", headers=[cookie]))


def our_site(
    origin: str, dialect: str, *, secret: str | list[str] = SECRET, extra: Mapping[str, Any] = {}
) -> Auth:
    """Make our site; it lets one person in, who is not the npm sites' person."""
    user = User(id=USER.id, name=USER.name, email=USER.email, extra=extra)
    provider = Credentials(
        authorize=lambda submitted: user if submitted.get("password") == PASSWORD else None,
        account="email",
    )
    return Auth(providers=[provider], secret=secret, base_url=origin, dialect=dialect, environ={})
