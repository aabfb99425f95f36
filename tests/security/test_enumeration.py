"""Accounts cannot be told from no accounts by how long a refusal takes.

Class: users enumerated by timing (allauth 65.3).
"""

import asyncio
from statistics import median
from time import perf_counter

import pytest

from nextauth import Auth, Credentials, FormField, Request, SubmittedCredentials, TimePadding, User
from nextauth.integrations.workers import WorkerRuntime
from nextauth.passwords import Argon2Profile, Passwords

PAIRS = 2_000
BATCHES = 10
"""The median of them is judged: a while in which another program had the machine does not count."""

LANES = 10
"""So many browsers try at a time: most of a padded refusal's time is waiting."""

PADDED = TimePadding(floor=0.06, quantum=0.03)
KNOWN, UNKNOWN = "ada@example.com", "bob@example.com"
# The cheapest hash whose time stands out of the noise of a machine with other work.
_HASHES = Passwords(Argon2Profile(memory_cost=4096, time_cost=1))
_USERS = {KNOWN: _HASHES.hash("correct horse")}


def authorize(credentials: SubmittedCredentials) -> User | None:
    """Hash for the accounts that there are alone, as many applications do."""
    known = _USERS.get(credentials["email"])
    if known is None:
        return None
    is_right, _ = _HASHES.verify_and_upgrade(credentials["password"], known)
    return User(id="1") if is_right else None


def make_auth(padding: TimePadding | None) -> Auth:
    fields = {
        "email": FormField("E-mail", type="email"),
        "password": FormField("Password", type="password"),
    }
    return Auth(
        providers=[Credentials(authorize=authorize, fields=fields)],
        secret="kV3q-of-the-enumeration-tests-9Zx7",
        base_url="http://localhost",
        throttle=None,
        padding=padding,
        environ={},
    )


async def time_of(auth: Auth, email: str, runtime: WorkerRuntime) -> float:
    body = f"email={email}&password=wrong".encode()

    async def read_body(_limit: int) -> bytes:
        return body

    request = Request(
        "POST",
        "/api/auth/callback/credentials",
        headers=[
            (b"host", b"localhost"),
            (b"sec-fetch-site", b"same-origin"),
            (b"content-type", b"application/x-www-form-urlencoded"),
        ],
        read_body=read_body,
        runtime=runtime,
    )
    began = perf_counter()
    response = await auth.handle(request)
    took = perf_counter() - began
    assert b"CredentialsSignin" in (response.header(b"location") or b"")
    return took


async def areas(auth: Auth, *, lanes: int) -> list[float]:
    """Answer for each batch how well time tells known and unknown accounts apart, asked in turn."""
    runtime = WorkerRuntime(workers=1)

    async def lane(known: list[float], unknown: list[float]) -> None:
        for _ in range(PAIRS // BATCHES // lanes):
            known.append(await time_of(auth, KNOWN, runtime))
            unknown.append(await time_of(auth, UNKNOWN, runtime))

    found = []
    for _ in range(BATCHES):
        times: tuple[list[float], list[float]] = ([], [])
        await asyncio.gather(*(lane(*times) for _ in range(lanes)))
        found.append(area_under_curve(*times))
    return found


def area_under_curve(known: list[float], unknown: list[float]) -> float:
    """Answer how well time tells the two apart (Mann and Whitney): 0.5 is not at all, 1 always."""
    ranked = sorted([(each, True) for each in known] + [(each, False) for each in unknown])
    ranks = sum(rank for rank, (_, is_known) in enumerate(ranked, 1) if is_known)
    pairs = len(known) * len(unknown)
    return (ranks - len(known) * (len(known) + 1) / 2) / pairs


def test_the_area_is_what_it_says() -> None:
    assert area_under_curve([3.0, 4.0], [1.0, 2.0]) == 1.0
    assert area_under_curve([1.0, 4.0], [2.0, 3.0]) == 0.5


@pytest.mark.timing
def test_padded_refusals_do_not_tell_who_has_an_account() -> None:
    area = median(asyncio.run(areas(make_auth(PADDED), lanes=LANES)))
    assert 0.45 <= area <= 0.55, area


@pytest.mark.timing
def test_without_padding_they_would() -> None:
    """The control: an application that hashes for known accounts alone is an open book."""
    area = median(asyncio.run(areas(make_auth(None), lanes=1)))
    assert area > 0.8, area  # 1 on a quiet machine; what is padded may reach 0.55
