"""Owns the site of these tests that asks for second factors, served under two origins at once."""

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import escape
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from nextauth import Auth, Credentials, FormField, Revocation, Theme, User
from nextauth.factors import (
    RecoveryFactor,
    SecondFactor,
    TotpFactor,
    WebAuthnFactor,
    WebAuthnPolicy,
)
from nextauth.integrations.wsgi import AuthMiddleware, session_of
from nextauth.providers import Passkey
from nextauth.stores import Enrolment, MemoryStore
from nextauth.testing import FakeClock, RecordingSink
from nextauth.web.request import step

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["ADA", "GRACE", "PASSWORD", "FactorSite", "running_factor_site"]

ADA, GRACE, PASSWORD = "ada@example.com", "grace@example.com", "analytical"
_PEOPLE = {
    ADA: User(id="1", name="Ada", email=ADA),
    GRACE: User(id="2", name="Grace", email=GRACE),
}
_FIELDS = {
    "email": FormField("Email", type="email"),
    "password": FormField("Password", type="password"),
}


@dataclass(frozen=True)
class FactorSite:
    """The running site.

    Args:
        origin: Where it is at home.
        second: The same site under another port, whose keys the policy does not take by default.
        clock: What time it is there.
        sink: What was told.
        store: What it keeps.
    """

    origin: str
    second: str
    clock: FakeClock
    sink: RecordingSink
    store: MemoryStore

    @property
    def port(self) -> str:
        return self.origin.rpartition(":")[2]

    def url(self, path: str) -> str:
        return self.origin + path

    def enrolments(self, method: str, user_id: str = "1") -> list[Enrolment]:
        """Answer what a person has enrolled of one method."""
        known = step(self.store.enrolments("credentials", user_id, now=self.clock()))
        return [each for each in known if each.confirmed and each.method == method]


def _authorize(credentials: Mapping[str, str]) -> User | None:
    return _PEOPLE.get(credentials["email"]) if credentials["password"] == PASSWORD else None


def _find_user(provider: str, user_id: str) -> User | None:
    return next((each for each in _PEOPLE.values() if each.id == user_id), None)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
        """Print nothing."""


class _Home:
    """Every page outside the base path: who is signed in, and how they proved it."""

    def __init__(self, auth: Auth) -> None:
        self._auth = auth

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/":
            start_response("204 No Content", [])
            return []
        session = session_of(environ, self._auth)
        text = "Nobody" if session is None else f"{session.user.name}: {' '.join(session.amr)}"
        body = f"<!doctype html><html lang='en'><title>Site</title><h1>{escape(text)}</h1></html>"
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [body.encode()]


@contextmanager
def running_factor_site(
    *,
    policy: Mapping[str, Any] | None = None,
    passkeys: bool = True,
    **factor: Any,  # noqa: ANN401 - options of SecondFactor
) -> Generator[FactorSite]:
    """Serve the site until the block ends.

    Args:
        policy: What differs in the policy for keys; ``{port}`` and ``{second}`` in its origins
            stand for the ports.
        passkeys: Whether a passkey alone signs in.
        factor: What differs in `SecondFactor`.
    """
    servers = [make_server("127.0.0.1", 0, _nothing, _Server, _Quiet) for _ in range(2)]
    ports = [str(each.server_port) for each in servers]
    origin, second = (f"http://localhost:{port}" for port in ports)
    site = FactorSite(origin, second, FakeClock(), RecordingSink(), MemoryStore())
    auth = _auth(site, _policy(site, policy or {}), passkeys=passkeys, factor=factor)
    for server in servers:
        server.set_app(AuthMiddleware(_Home(auth), auth))
    threads = [Thread(target=each.serve_forever, daemon=True) for each in servers]
    for thread in threads:
        thread.start()
    try:
        yield site
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()


def _nothing(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    start_response("204 No Content", [])
    return []


def _policy(site: FactorSite, differs: Mapping[str, Any]) -> WebAuthnPolicy:
    usual = WebAuthnPolicy("localhost", "Example", (site.origin,))
    origins = differs.get("origins", usual.origins)
    ports = {"port": site.port, "second": site.second.rpartition(":")[2]}
    return replace(usual, **{**differs, "origins": tuple(each.format(**ports) for each in origins)})


def _auth(
    site: FactorSite, policy: WebAuthnPolicy, *, passkeys: bool, factor: Mapping[str, Any]
) -> Auth:
    keys = WebAuthnFactor(policy)
    password = Credentials(_authorize, _FIELDS, name="E-mail", account="email")
    usual = {
        "store": site.store,
        "methods": (keys, TotpFactor(), RecoveryFactor()),
        "account_pages": True,
        "trust_days": 30,
    }
    return Auth(
        providers=[password, Passkey(keys, _find_user)] if passkeys else [password],
        secret="a secret of the site with second factors, of 32 bytes and more",
        second_factor=SecondFactor(**{**usual, **factor}),
        revocation=Revocation(site.store, staleness=0),
        theme=Theme(name="Example"),
        events=[site.sink],
        clock=site.clock,
        environ={},
    )
