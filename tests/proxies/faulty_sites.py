"""Owns the faults that are planted for the doctor: each alone, in a site that is well otherwise.

A fault is a change to the nginx configuration of docs/deployment.md, other arguments of the running
`Auth`, or something between the two that changes an answer.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from nextauth import Auth, Credentials, Pages, SubmittedCredentials, User
from nextauth.integrations.asgi import AuthApp
from nextauth.sinks import LoggingSink
from tests.browser.nginx import configured, documented
from tests.in_thread import ASGIApp, Message, Receive, Scope, Send

__all__ = ["FAULTS", "SECRET", "Fault", "Sites", "auth_of"]

SECRET = "pZ4wVb81-tqLJmX0yGc7RfKd2eN6sUhA9iQo_3TkWnE"
_LOCATION = "    location / {\n"
CLOSED = "}\n"
Edit = Callable[[str], str]
Header = tuple[bytes, bytes]
Change = Callable[[list[Header], bytes], tuple[list[Header], bytes]]


def authorize(credentials: SubmittedCredentials) -> User | None:
    message = f"the doctor has signed in with {sorted(credentials)}"
    raise AssertionError(message)


def auth_of(arguments: Mapping[str, Any]) -> Auth:
    provider = Credentials(
        authorize=authorize, account="email", id=arguments.get("id", "credentials")
    )
    rest = {name: value for name, value in arguments.items() if name != "id"}
    options = {"providers": [provider], "secret": SECRET, "events": [LoggingSink()], **rest}
    return Auth(**options, environ={})


def without(path: str) -> Callable[[ASGIApp], ASGIApp]:
    """Answer what refuses one route to who asks for it."""

    def around(app: ASGIApp) -> ASGIApp:
        async def refused(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["path"] != path or scope["method"] != "GET":
                await app(scope, receive, send)
                return
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b"no"})

        return refused

    return around


def as_documented(site: str) -> str:
    return site


def in_server(line: str) -> Edit:
    return lambda site: site.replace(_LOCATION, f"    {line}\n{_LOCATION}")


def in_location(line: str) -> Edit:
    return lambda site: site.replace(_LOCATION, f"{_LOCATION}        {line}\n")


def instead(*pairs: tuple[str, str]) -> Edit:
    def edit(site: str) -> str:
        for old, new in pairs:
            assert old in site, f"docs/deployment.md no longer has {old!r}"
            site = site.replace(old, new)
        return site

    return edit


def location(text: str) -> Edit:
    return lambda site: f"{site.partition(_LOCATION)[0]}    {text}\n}}\n"


def on_http(site: str) -> str:
    """Serve over http what is served over https."""
    start, found, block = site.partition(_LOCATION)
    room = "    proxy_buffer_size 16k; proxy_buffers 8 16k;\n"
    own = f"{room}{found}{block.removesuffix(CLOSED)}"
    return re.sub(r"    return 301 [^\n]+\n", own, start) + found + block


def stripped(site: str) -> str:
    """Serve under a path, and take the path off."""
    site = site.replace("location / {", "location /app/ {")
    return re.sub(r"(proxy_pass [^;]+);", r"\1/;", site)


def believing(site: str) -> str:
    """Hand on what a client says of the scheme."""
    told = "set $told $scheme; if ($http_x_forwarded_proto) { set $told $http_x_forwarded_proto; }"
    return in_server(told)(instead(("X-Forwarded-Proto $scheme", "X-Forwarded-Proto $told"))(site))


def changing(path: str, change: Change) -> Callable[[ASGIApp], ASGIApp]:
    """Answer what changes the headers and the body of one route's answers."""

    def around(app: ASGIApp) -> ASGIApp:
        async def changed(scope: Scope, receive: Receive, send: Send) -> None:
            started: list[Message] = []
            body = bytearray()

            async def keep(message: Message) -> None:
                if message["type"] == "http.response.start":
                    started.append(message)
                    return
                body.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                headers, whole = change(list(started[0]["headers"]), bytes(body))
                headers = [each for each in headers if each[0] != b"content-length"]
                headers.append((b"content-length", b"%d" % len(whole)))
                await send({**started[0], "headers": headers})
                await send({"type": "http.response.body", "body": whole})

            is_its = scope["type"] == "http" and scope["path"].endswith(path)
            await app(scope, receive, keep if is_its else send)

        return changed

    return around


def folded(headers: list[Header], body: bytes) -> tuple[list[Header], bytes]:
    cookies = [value for name, value in headers if name == b"set-cookie"]
    others = [each for each in headers if each[0] != b"set-cookie"]
    return [*others, (b"set-cookie", b", ".join(cookies))], body


def of_a_domain(headers: list[Header], body: bytes) -> tuple[list[Header], bytes]:
    wide = b"; Domain=example.com"
    return [(key, value + wide if key == b"set-cookie" else value) for key, value in headers], body


def of_somebody(headers: list[Header], _: bytes) -> tuple[list[Header], bytes]:
    session = {"user": {"name": "Ada"}, "expires": "2099-01-01T00:00:00.000Z"}
    return headers, json.dumps(session).encode()


def late(headers: list[Header], body: bytes) -> tuple[list[Header], bytes]:
    return [*headers, (b"date", formatdate(time.time() - 120, usegmt=True).encode())], body


def with_script(headers: list[Header], body: bytes) -> tuple[list[Header], bytes]:
    return headers, body.replace(b"</body>", b"<script>spy()</script></body>")


def restyled(headers: list[Header], body: bytes) -> tuple[list[Header], bytes]:
    return headers, body.replace(b"<style>", b"<style>body{color:red}")


def weakened(headers: list[Header], body: bytes) -> tuple[list[Header], bytes]:
    name = b"content-security-policy"
    loose = b"default-src *; style-src 'unsafe-inline'"
    return [(key, loose if key == name else value) for key, value in headers], body


def without_json(headers: list[Header], _: bytes) -> tuple[list[Header], bytes]:
    return headers, b"<!doctype html>"


def hit(headers: list[Header], body: bytes) -> tuple[list[Header], bytes]:
    return [*headers, (b"x-cache", b"HIT from edge")], body


def aged(headers: list[Header], body: bytes) -> tuple[list[Header], bytes]:
    return [*headers, (b"age", b"17")], body


SEVERAL = {"base_url": None, "trust_host": True, "trusted_proxies": ["127.0.0.1"]}
SHARED = 'add_header Access-Control-Allow-Origin "$http_origin" always;'
CACHE = (
    "proxy_cache answers; proxy_cache_valid 200 1m; proxy_cache_key $host$request_uri; "
    "proxy_ignore_headers Cache-Control Set-Cookie;"
)


@dataclass(frozen=True)
class Fault:
    """One fault.

    Args:
        name: What is wrong.
        code: What the doctor must say; None: nothing.
        edit: Changes the nginx configuration.
        running: Arguments of the running `Auth`.
        here: Those of the `Auth` that is examined, where they differ.
        around: Changes answers between the application and nginx.
        path: Of the address that is asked about.
        scheme: Of the address that is asked about.
    """

    name: str
    code: str | None
    edit: Edit = as_documented
    running: Mapping[str, Any] = field(default_factory=dict)
    here: Mapping[str, Any] = field(default_factory=dict)
    around: Callable[[ASGIApp], ASGIApp] | None = None
    path: str = ""
    scheme: str = "https"


FAULTS = (
    Fault("none", None),
    Fault("none, v4", None, running={"dialect": "next-auth-v4"}),
    Fault("none, several names", None, running=SEVERAL),
    Fault("none, another path", None, running={"base_path": "/auth"}),
    Fault("none, a page of its own", None, running={"pages": Pages(sign_in="/login")}),
    Fault("none, http refused", None, instead(("return 301", "return 403; # 301"))),
    Fault("nothing routed", "routes-missing", location("location / { return 404; }")),
    Fault("path stripped", "base-path-elsewhere", stripped, path="/app"),
    Fault("application down", "route-failed", location("location / { return 502; }")),
    Fault("a wall before it", "route-failed", location("location / { return 401; }")),
    Fault(
        "a longer path",
        "routes-missing",
        running={"base_path": "/api"},
        here={"base_path": "/api/v1"},
    ),
    Fault(
        "a shorter path",
        "base-path-elsewhere",
        running={"base_path": "/auth"},
        here={"base_path": "/api/auth"},
    ),
    Fault(
        "front end answers",
        "route-not-json",
        location('location / { default_type text/html; return 200 "<!doctype html>"; }'),
    ),
    Fault("csrf is a page", "route-not-json", around=changing("/csrf", without_json)),
    Fault("session is blocked", "route-failed", around=without("/api/auth/session")),
    Fault("page is blocked", "route-failed", around=without("/api/auth/signin")),
    Fault("www", "routes-redirected", location("return 301 https://www.example.com$request_uri;")),
    Fault("no address", "address-unknown", running={"base_url": None}),
    Fault("other providers", "other-providers", here={"id": "ldap"}),
    Fault(
        "POST forbidden",
        "post-refused",
        in_location("limit_except GET { deny all; }"),
    ),
    Fault(
        "origin changed",
        "post-refused",
        in_location('proxy_set_header Origin "https://elsewhere.example.com";'),
    ),
    Fault("base_url elsewhere", "base-url-mismatch", running={"base_url": "https://example.org"}),
    Fault(
        "https not told",
        "address-mistaken",
        instead(("X-Forwarded-Proto $scheme", "X-Forwarded-Proto http")),
        running=SEVERAL,
    ),
    Fault(
        "forwarded host handed on",
        "forwarded-host-believed",
        instead(("        proxy_set_header X-Forwarded-Host $host;\n", "")),
        running=SEVERAL,
    ),
    Fault("forwarded proto handed on", "forwarded-proto-believed", believing, running=SEVERAL),
    Fault("folded cookies", "set-cookie-folded", around=changing("/signin", folded)),
    Fault("dropped cookies", "set-cookie-dropped", in_location("proxy_hide_header Set-Cookie;")),
    Fault(
        "other dialect",
        "cookie-other-name",
        running={"dialect": "next-auth-v4"},
        here={"dialect": "authjs"},
    ),
    Fault(
        "cookies for a path",
        "cookie-attributes-changed",
        in_location("proxy_cookie_path / /app/;"),
    ),
    Fault(
        "cookies not secure",
        "cookie-attributes-changed",
        in_location("proxy_cookie_flags ~ nosecure nohttponly samesite=none;"),
    ),
    Fault(
        "policy removed", "csp-missing", in_location("proxy_hide_header Content-Security-Policy;")
    ),
    Fault(
        "policy added",
        "csp-changed",
        in_server("add_header Content-Security-Policy \"default-src 'self'\" always;"),
    ),
    Fault(
        "cookies of a domain", "cookie-attributes-changed", around=changing("/signin", of_a_domain)
    ),
    Fault("policy weakened", "csp-changed", around=changing("/signin", weakened)),
    Fault(
        "header removed",
        "security-header-missing",
        in_location("proxy_hide_header X-Content-Type-Options;"),
    ),
    Fault(
        "header added",
        "security-header-changed",
        in_server("add_header X-Frame-Options SAMEORIGIN always;"),
    ),
    Fault("script added", "page-changed", around=changing("/signin", with_script)),
    Fault("style changed", "page-changed", around=changing("/signin", restyled)),
    Fault("compressed", "page-compressed", in_location("gzip on; gzip_proxied any;")),
    Fault(
        "open to all sites",
        "cors-star",
        in_server('add_header Access-Control-Allow-Origin "*" always;'),
    ),
    Fault(
        "open to all sites with sessions",
        "cors-anybody",
        in_server(f"{SHARED} add_header Access-Control-Allow-Credentials true always;"),
    ),
    Fault("session of somebody", "session-of-somebody", around=changing("/session", of_somebody)),
    Fault("cached by nginx", "answers-cached", in_location(CACHE)),
    Fault("cached, as it says", "answers-cached", around=changing("/session", hit)),
    Fault("cached, by its age", "answers-cached", around=changing("/providers", aged)),
    Fault("no-store removed", "no-store-lost", in_location("proxy_hide_header Cache-Control;")),
    Fault("over http", "plain-http", on_http, running=SEVERAL, scheme="http"),
    Fault("http answers", "http-not-redirected", instead(("return 301", "return 200; # 301"))),
    Fault(
        "no HSTS", "hsts-missing", instead(("    add_header Strict-", "    # add_header Strict-"))
    ),
    Fault("short HSTS", "hsts-missing", instead(("max-age=31536000", "max-age=60"))),
    Fault(
        "clock",
        "clock-off",
        in_location("proxy_pass_header Date;"),
        around=changing("/providers", late),
    ),
    Fault(
        "small request buffers",
        "long-cookie-refused",
        instead(("large_client_header_buffers 4 16k;", "large_client_header_buffers 4 4k;")),
    ),
    Fault(
        "small answer buffers",
        "long-answer-refused",
        instead(("proxy_buffer_size 16k;", "proxy_buffer_size 4k;")),
    ),
)


class Sites:
    """All of them behind one nginx, each under a name of its own, and one application server.

    Args:
        port: Where the application server listens.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._apps = {str(number): self._app(fault) for number, fault in enumerate(FAULTS)}

    def name(self, fault: Fault) -> str:
        return f"s{FAULTS.index(fault)}.example.com"

    def arguments(self, fault: Fault, **changes: object) -> dict[str, Any]:
        return {"base_url": f"https://{self.name(fault)}", **fault.running, **changes}

    def configuration(self) -> str:
        """Answer what stands in nginx's `http` block."""
        # A name that is not theirs gets no answer, as docs/deployment.md has it for several names.
        stranger = documented("### Several names").partition("\n}\n")[0] + "\n}\n"
        sites = [self._site(number, fault) for number, fault in enumerate(FAULTS)]
        cache = "proxy_cache_path cache keys_zone=answers:1m;\n"
        return "\n".join((cache, "server_names_hash_bucket_size 128;", stranger, *sites))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            number = dict(scope["headers"])[b"x-faulty-site"].decode()
            await self._apps[number](scope, receive, send)

    def _app(self, fault: Fault) -> ASGIApp:
        app: ASGIApp = AuthApp(auth_of(self.arguments(fault)))
        return app if fault.around is None else fault.around(app)

    def _site(self, number: int, fault: Fault) -> str:
        site = configured(documented("## nginx"), name=self.name(fault), port=self._port)
        edited = fault.edit(site)
        assert (edited == site) is (fault.edit is as_documented), fault.name
        return re.sub(r"(?=proxy_pass http)", f"proxy_set_header X-Faulty-Site {number}; ", edited)
