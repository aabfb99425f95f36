"""What counting costs a sign-in: with the throttle, in memory, against without one.

Both sites are asked in this process and in turn, in the same run, so that a slow or busy machine
slows both. Each sign-in is of another account and from another address: the dearest case, in which
nothing is known yet.

A sign-in checks a password. The bound is on one whose hash costs the least that OWASP's cheat sheet
on password storage allows for Argon2id (19 MiB, two passes). Beside it stands what counting adds
where there is nothing to check at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count

from bench.alternate import medians, pin
from bench.bounds import measured
from bench.figures import Figure
from bench.pace import Pace
from nextauth import Auth, Credentials, Request, SubmittedCredentials, Throttle, User
from nextauth.passwords import Argon2Profile, Passwords
from nextauth.web.request import step

SECRET = "a secret for benchmarks only 0123456789"
CHEAPEST_ALLOWED = Argon2Profile(memory_cost=19 * 1024, time_cost=2)

Authorize = Callable[[SubmittedCredentials], User | None]


def trivial(credentials: SubmittedCredentials) -> User:
    return User(id=credentials["email"], name="Ada Lovelace")


def hashing() -> Authorize:
    passwords = Passwords(CHEAPEST_ALLOWED)
    known = passwords.hash("analytical")

    def authorize(credentials: SubmittedCredentials) -> User | None:
        right, _ = passwords.verify_and_upgrade(credentials["password"], known)
        return trivial(credentials) if right else None

    return authorize


def site(authorize: Authorize, throttle: Throttle | None) -> Auth:
    return Auth(
        providers=[Credentials(authorize=authorize, account="email")],
        secret=SECRET,
        base_url="http://localhost:3000",
        throttle=throttle,
        padding=None,
    )


def requests() -> Iterator[Request]:
    """What browsers send from the sign-in page."""
    for number in count():
        body = f"email=person-{number}%40example.com&password=analytical".encode()

        async def read_body(_limit: int, body: bytes = body) -> bytes:
            return body

        yield Request(
            "POST",
            "/api/auth/callback/credentials",
            headers=[
                (b"host", b"localhost:3000"),
                (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"),
                (b"accept", b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
                (b"content-type", b"application/x-www-form-urlencoded"),
                (b"content-length", str(len(body)).encode()),
                (b"origin", b"http://localhost:3000"),
                (b"sec-fetch-site", b"same-origin"),
                (b"cookie", b"authjs.callback-url=http%3A%2F%2Flocalhost%3A3000"),
            ],
            client=f"100.{number >> 16 & 63}.{number >> 8 & 255}.{number & 255}",
            read_body=read_body,
        )


def seconds(auth: Auth, at_once: int) -> Callable[[], float]:
    """Seconds of one sign-in, of so many in a row."""
    asked = requests()

    def measure() -> float:
        each = [next(asked) for _ in range(at_once)]
        began = time.perf_counter()
        for request in each:
            response = step(auth.handle(request))
            assert response.status == 302, response.body
        return (time.perf_counter() - began) / at_once

    return measure


def compared(authorize: Authorize, *, rounds: int, at_once: int) -> dict[str, float]:
    counted, free = (site(authorize, each) for each in (Throttle.standard(), None))
    measures = {"counted": seconds(counted, at_once), "free": seconds(free, at_once)}
    return medians(measures, rounds=rounds)


def main(pace: Pace) -> tuple[Figure, ...]:
    pin(0)
    bare = compared(trivial, rounds=pace.rounds(400), at_once=25)
    hashed = compared(hashing(), rounds=pace.rounds(100), at_once=1)
    pairs = {"sign-in with a password, counted": hashed, "sign-in without a check, counted": bare}
    return tuple(
        measured(what, "not counted").found(found["counted"] * 1e6, found["free"] * 1e6)
        for what, found in pairs.items()
    )
