"""Owns the guesser of the tests: who tries to sign in, from where, and how often it was let try."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from nextauth import Auth, Credentials, Limit, Request, SubmittedCredentials, Throttle, User
from nextauth.testing import FakeClock, RecordingSink
from nextauth.throttle import STANDARD
from tests.unit.protocol.wire import FORM, HOST, SAME_ORIGIN, SECRET, Reply

__all__ = ["ELSEWHERE", "HOME", "ONCE", "PEOPLE", "RIGHT", "WRONG", "Guesser", "Site"]

RIGHT, WRONG = "correct horse", "a guess"
HOME, ELSEWHERE = "203.0.113.9", "198.51.100.7"
ONCE = Throttle(
    account=(Limit(4, 400),),
    pair=(Limit(2, 200),),
    address=(Limit(3, 300),),
    device=(Limit(2, 100),),
)
"""Few tries, so that a test needs few: one comes back after 50 to 100 seconds."""
PEOPLE = {"ada@example.com": "1", "ada": "1", "grace@example.com": "2"}
"""Each person's names, and their id: Ada has two."""


class Site:
    """A site that notes each guess which reaches the system behind it.

    Args:
        throttle: Its limits.
        options: Of its `Auth`.
    """

    def __init__(self, throttle: Throttle | None = STANDARD, **options: Any) -> None:  # noqa: ANN401
        self.clock = FakeClock(1_800_000_000)
        self.sink = RecordingSink()
        self.people = dict(PEOPLE)
        self.reached: list[str] = []
        options.setdefault("providers", [Credentials(self.authorize, account="email")])
        options.setdefault("base_url", f"http://{HOST}")
        options.setdefault("padding", None)
        self.auth = Auth(
            secret=options.pop("secret", SECRET),
            throttle=throttle,
            clock=self.clock,
            events=[self.sink],
            environ={},
            **options,
        )

    def authorize(self, credentials: SubmittedCredentials) -> User | None:
        name = credentials.get("email", "")
        self.reached.append(name)
        known = self.people.get(name.strip().lower())
        return User(id=known) if known and credentials.get("password") == RIGHT else None


@dataclass
class Guesser:
    """Somebody who tries to sign in.

    Args:
        site: Where.
        address: From which address.
        headers: What they add to each request.
        way: How they ask: one of `WAYS`.
        device: The device cookie that they have.
    """

    site: Site
    address: str | None = HOME
    headers: Iterable[tuple[str, str]] = ()
    way: str = "header"
    device: str | None = None

    def guess(
        self,
        name: str = "ada@example.com",
        password: str = WRONG,
        *,
        path: str = "/api/auth/callback/credentials",
        method: str = "POST",
        **fields: str,
    ) -> Reply:
        """Try once."""
        request = self.request(name, password, path=path, method=method, **fields)
        reply = Reply(self.site.auth.handle_sync(request))
        for cookie in reply.set.values():
            if cookie.name.endswith("authjs.device"):
                self.device = cookie.value
        return reply

    def request(
        self,
        name: str,
        password: str,
        *,
        path: str = "/api/auth/callback/credentials",
        method: str = "POST",
        **fields: str,
    ) -> Request:
        form = {"email": name, "password": password, **fields}
        if self.way == "json":
            form["json"] = "true"
        body = urlencode(form, errors="surrogatepass").encode()
        sent = [("host", HOST), *SAME_ORIGIN, ("content-type", FORM), *self.headers]
        if self.way == "header":
            sent.append(("x-auth-return-redirect", "1"))
        if self.device is not None:
            sent.append(("cookie", f"authjs.device={self.device}"))

        async def read_body(_limit: int) -> bytes:
            return body

        return Request(
            method,
            path,
            headers=[(key.encode(), value.encode("latin-1")) for key, value in sent],
            client=self.address,
            read_body=read_body,
        )

    def sign_in(self, name: str = "ada@example.com") -> Reply:
        """Sign in with the right password."""
        return self.guess(name, RIGHT)

    def use_up(self, name: str = "ada@example.com") -> int:
        """Guess until there is no try left; answer how many there were."""
        tries = 0
        while self.guess(name).status == 401:
            tries += 1
            assert tries < 1000, "nothing stops them"
        return tries
