"""Owns the client without a browser of the protocol's tests: it keeps a token, and no cookie."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from nextauth import Auth, Request, Session, SessionOptions
from tests.unit.protocol.wire import CALLBACK, HOST, PASSWORD, Browser, Reply, make_auth

__all__ = ["JWT", "OPTIONS", "Program", "signed_in_program", "site_of", "token_in"]

JWT = "application/jwt"
OPTIONS = SessionOptions(max_age=1000, update_age=100, bearer=True)


def site_of(*args: Any, **options: Any) -> Auth:  # noqa: ANN401
    """Make an Auth that signs in clients without a browser."""
    options.setdefault("session", OPTIONS)
    return make_auth(*args, **options)


def token_in(reply: Reply) -> str | None:
    """Answer the token of an answer; None if it holds none. No answer sets a cookie."""
    assert reply.set == {}, reply
    if reply.header("content-type") != JWT:
        return None
    assert reply.status == 200
    assert "no-store" in (reply.header("cache-control") or "")
    return reply.text


class Program:
    """A client that keeps what it was given last, and bears it.

    Args:
        auth: What it talks to.
        scheme: As the server sees it.
        on_loop: Whether `Auth.handle` on an event loop is driven.
    """

    def __init__(self, auth: Auth, *, scheme: str = "http", on_loop: bool = False) -> None:
        self.auth = auth
        self.borne: str | None = None
        self._wire = Browser(auth, scheme=scheme, on_loop=on_loop)

    def headers(self, accept: str | None = JWT) -> list[tuple[str, str]]:
        sent = [] if accept is None else [("accept", accept)]
        return sent if self.borne is None else [*sent, ("authorization", f"Bearer {self.borne}")]

    def ask(
        self,
        method: str,
        action: str,
        body: Mapping[str, Any] | None = None,
        *,
        accept: str | None = JWT,
        headers: Iterable[tuple[str, str]] = (),
    ) -> Reply:
        """Ask for a route, and keep the token, or the handle, that it answers."""
        sent = [*self.headers(accept), *headers]
        raw = b"" if body is None else json.dumps(body).encode()
        if body is not None:
            sent.append(("content-type", "application/json"))
        name, _, query = action.partition("?")
        path = f"{self.auth.settings.base_path}/{name}"
        request = self._wire.request(method, path, query=query, headers=sent, body=raw)
        reply = self._wire.send(request)
        given = token_in(reply)
        if given is None and reply.text.startswith("{") and "pending" in reply.json:
            given = reply.json["pending"]
        self.borne = given or self.borne
        return reply

    def post(self, action: str, body: Mapping[str, Any] | None = None, **given: Any) -> Reply:  # noqa: ANN401
        return self.ask("POST", action, body, **given)

    def sign_in(self, password: str = PASSWORD, **fields: Any) -> Reply:  # noqa: ANN401
        return self.post(CALLBACK, {"email": "ada@example.com", "password": password, **fields})

    def refresh(self) -> Reply:
        return self.ask("GET", "session")

    def request(self, *headers: tuple[str, str]) -> Request:
        """Answer a request to a page of the application, with what is borne."""
        sent = [("host", HOST), *self.headers("application/json"), *headers]
        raw = [(name.encode(), value.encode("latin-1")) for name, value in sent]
        return Request("GET", "/things", headers=raw)

    def session(self) -> Session | None:
        """Answer who the application says it is."""
        return self.auth.session_sync(self.request())


def signed_in_program(auth: Auth, **options: Any) -> Program:  # noqa: ANN401
    """Answer a program whose sign-in has succeeded."""
    program = Program(auth, **options)
    assert token_in(program.sign_in()) is not None
    assert program.session() is not None
    return program
