"""What ``GET session`` costs as tokens, providers and secrets grow: in this process, no server."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from bench.alternate import medians, pin
from bench.bounds import MEASURED
from bench.figures import Figure
from bench.pace import Pace
from bench.servers import SECRET, authorize
from nextauth import Auth, Credentials, Request, User
from nextauth.testing import mint_session
from nextauth.web.request import step

COUNT, ROUNDS = 500, 41
SIZES, PROVIDERS, SECRETS = (0, 1_000, 3_000, 8_000), (1, 10, 50), (1, 2, 5)


def secrets(count: int) -> list[str]:
    """Newest first; the oldest is always the same."""
    return [f"{SECRET} {number}" for number in reversed(range(count))]


def site(*, providers: int = 1, keys: Sequence[str] = (SECRET,)) -> Auth:
    return Auth(
        providers=[
            Credentials(id=f"form-{number}", authorize=authorize, account="email")
            for number in range(providers)
        ],
        secret=list(keys),
        base_url="http://localhost:3000",
        environ={},
    )


def reading(auth: Auth, writer: Auth, count: int, *, more: int = 0) -> Callable[[], float]:
    """Microseconds of one ``GET session``, each with a token that `writer` made."""
    asked = []
    for number in range(count):
        user = User(id=str(number), name="Ada Lovelace", extra={"more": "x" * more} if more else {})
        minted = mint_session(writer, user).items()
        cookies = "; ".join(f"{name}={value}" for name, value in minted).encode()
        asked.append([(b"host", b"localhost:3000"), (b"cookie", cookies)])

    def measure() -> float:
        began = time.process_time()
        for headers in asked:
            response = step(auth.handle(Request("GET", "/api/auth/session", headers=headers)))
        spent = time.process_time() - began
        assert b"Ada" in response.body, response.body
        return spent / count * 1e6

    return measure


def main(pace: Pace) -> tuple[Figure, ...]:
    pin(0)
    count, plain = pace.count(COUNT), site()
    ours: dict[str, Callable[[], float]] = {}
    for size in SIZES:
        name = f"GET session, a token with {size:,} bytes more" if size else "a plain token"
        ours[name] = reading(plain, plain, count, more=size)
    for number in PROVIDERS:
        several = site(providers=number)
        name = f"GET session, {number} providers" if number > 1 else "1 provider"
        ours[name] = reading(several, several, count)
    for number in SECRETS:
        keys = secrets(number)
        name = f"GET session, the oldest of {number} secrets" if number > 1 else "1 secret"
        ours[name] = reading(site(keys=keys), site(keys=keys[-1:]), count)
    found = medians(ours, rounds=pace.rounds(ROUNDS))
    lines = (each for each in MEASURED if each.bench == "scale")
    return tuple(line.found(found[line.what], found[line.peer]) for line in lines)
