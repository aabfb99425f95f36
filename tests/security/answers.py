"""Owns what every answer must be, whatever was asked, and how the work for it is counted."""

import re
import sys
from collections.abc import Callable
from types import FrameType
from typing import Self, TypeVar
from urllib.parse import urlsplit

from nextauth import Auth, Request, Response, Session
from tests.unit.protocol.wire import OTHER_SECRET, SECRET, Reply

T = TypeVar("T")
STATUSES = {200, 204, 302, 400, 401, 403, 404, 405, 413, 415, 500}
_NAME = re.compile(rb"[a-z0-9-]+")
_NOT_IN_A_HEADER = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_COOKIE = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+=[!#-+\--:<-\[\]-~]*(?:; [A-Za-z-]+(?:=[^;]*)?)*")
_SESSION = re.compile(r"(?:__Secure-|__Host-)?(?:authjs|next-auth)\.session-token(?:\.\d+)?")


class Work:
    """Counts the calls of functions, Python's and C's: the same number on every machine."""

    calls = 0

    def __enter__(self) -> Self:
        self._before = sys.getprofile()
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(self._before)

    def _note(self, _frame: FrameType, event: str, _argument: object) -> None:
        if event in {"call", "c_call"}:
            self.calls += 1


def most_calls(request: Request, body: bytes = b"") -> int:
    """Answer how many calls a request may cost: it may grow with its size, and not faster."""
    sent = len(request.query) + len(request.path) + len(body)
    sent += sum(len(name) + len(value) for name, value in request.headers)
    return 2_000 + 2 * sent


def check(response: Response, *, origins: tuple[str, ...]) -> Reply:
    """Answer the response as a client reads it, after what must be true of every one."""
    raw = response.raw_headers()
    for name, value in raw:
        assert _NAME.fullmatch(name), name
        assert not _NOT_IN_A_HEADER.search(value), (name, value)
    reply = Reply(response)
    assert reply.status in STATUSES
    assert SECRET not in f"{reply.text}{raw}"
    assert OTHER_SECRET not in f"{reply.text}{raw}"
    for written in reply.all("set-cookie"):
        assert _COOKIE.fullmatch(written), written
    _check_location(reply, origins)
    if (reply.header("content-type") or "").startswith("text/html"):
        policy = reply.header("content-security-policy") or ""
        assert policy.startswith("default-src 'none'")
        assert "script-src" not in policy
    return reply


def _check_location(reply: Reply, origins: tuple[str, ...]) -> None:
    location = reply.header("location")
    assert (location is None) is (reply.status != 302)
    if location is not None:
        address = urlsplit(location)
        assert f"{address.scheme}://{address.netloc}" in origins, location
        assert location.isascii()
        assert location.isprintable()


def gives_a_session(reply: Reply) -> bool:
    """Tell whether a response sets a session cookie of any name, rather than deletes it."""
    return any(each.value and _SESSION.fullmatch(name) for name, each in reply.set.items())


def _within(most: int, run: Callable[[], T]) -> T:
    """Run something that costs few calls; the first time, Python may still import what it needs."""
    for _ in range(2):
        with Work() as work:
            answer = run()
        if work.calls <= most:
            break
    assert work.calls <= most
    return answer


def ask(auth: Auth, request: Request, *, origins: tuple[str, ...], body: bytes = b"") -> Reply:
    """Answer what the protocol says to a request that must sign nobody in."""
    response = _within(most_calls(request, body), lambda: auth.handle_sync(request))
    reply = check(response, origins=origins)
    assert not gives_a_session(reply)
    return reply


def read(auth: Auth, request: Request) -> Session | None:
    """Answer who is behind a request, after little work."""
    return _within(most_calls(request), lambda: auth.session_sync(request))


def read_nobody(auth: Auth, request: Request) -> None:
    """Show that an application sees nobody behind a request, after little work."""
    assert read(auth, request) is None
