"""Owns what the tests of ending sessions share: a store that fails, and copies of cookies."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from nextauth import Auth, Revocation, User
from nextauth.errors import StoreUnavailable
from nextauth.stores import MemoryStore, Standing
from nextauth.testing import FakeClock, mint_session
from tests.unit.protocol.wire import Browser, make_auth

__all__ = ["ADA", "NOBODY", "FailingStore", "adopting", "copy_of", "from_node", "read", "revoking"]

ADA = User(id="1", name="Ada")

NOBODY: tuple[object, bool] = (None, True)
"""What `read` answers of a session that is over: its cookie goes."""
_DAY = 24 * 60 * 60
_OURS = ("sid", "provider", "auth_time", "amr", "nextauth", "nextauth_epoch")


class FailingStore(MemoryStore):
    """A store that can be switched off.

    Attributes:
        is_down: Whether it is.
        asked: How often it was asked about a session.
        meanwhile: What happens once, after it has looked and before its answer arrives.
    """

    is_down = False
    asked = 0
    meanwhile: Callable[[], object] | None = None

    async def standing(self, sid: str, provider: str, user_id: str, *, now: float) -> Standing:
        self.asked += 1
        self._check()
        standing = await super().standing(sid, provider, user_id, now=now)
        act, self.meanwhile = self.meanwhile, None
        if act is not None:
            act()
        return standing

    async def epoch(self, provider: str, user_id: str, *, now: float) -> int:
        self._check()
        return await super().epoch(provider, user_id, now=now)

    async def end(self, sid: str, *, until: float, now: float) -> None:
        self._check()
        await super().end(sid, until=until, now=now)

    async def begin(self, record: Any, *, now: float) -> None:  # noqa: ANN401
        self._check()
        await super().begin(record, now=now)

    def _check(self) -> None:
        if self.is_down:
            message = "FailingStore is switched off"
            raise StoreUnavailable(message)


def revoking(**options: Any) -> Auth:  # noqa: ANN401
    """Make an Auth that can end sessions."""
    options.setdefault("revocation", Revocation(MemoryStore()))
    return make_auth(**options)


def adopting(clock: FakeClock, **options: Any) -> Auth:  # noqa: ANN401
    """Make an Auth that adopts sessions of other programs for 30 days."""
    until = datetime.fromtimestamp(clock.now + 30 * _DAY, UTC)
    store = options.pop("store", None) or MemoryStore()
    on_failure = options.pop("on_failure", "closed")
    revocation = Revocation(store, adopt_until=until, on_failure=on_failure)
    return make_auth(clock=clock, revocation=revocation, **options)


def from_node(auth: Auth, **claims: Any) -> Browser:  # noqa: ANN401
    """Answer a browser that signed in at an Auth.js in Node: nothing in its token is ours."""
    browser = Browser(auth)
    nothing = dict.fromkeys(_OURS)
    browser.jar = mint_session(auth, ADA, **{**nothing, **claims})
    return browser


def copy_of(browser: Browser) -> Browser:
    """Answer somebody who has a copy of a browser's cookies."""
    thief = Browser(browser.auth)
    thief.jar = dict(browser.jar)
    return thief


def read(browser: Browser) -> tuple[object, bool]:
    """Answer what ``GET session`` shows, and whether it deletes the cookie."""
    reply = browser.get("session")
    return reply.json, reply.deletes()
