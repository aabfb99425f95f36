"""Owns the faults that are planted for the doctor in a configuration that is good otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from nextauth import (
    Accept,
    Auth,
    CookieOptions,
    Credentials,
    Revocation,
    SecondFactor,
    SessionOptions,
    SubmittedCredentials,
    Throttle,
    User,
)
from nextauth.factors import TotpFactor
from nextauth.sinks import LoggingSink
from nextauth.stores import MemoryStore
from nextauth.stores.backends.redis import RedisStore
from nextauth.stores.memory.limits import MemoryLimits
from tests.servers import free_port

__all__ = [
    "FAULTS",
    "NOW",
    "OTHERS",
    "SECRET",
    "WORDS",
    "Fault",
    "Shared",
    "auth_of",
    "never_late",
    "slow",
]

NOW = 1_800_000_000.0
TODAY = datetime.fromtimestamp(NOW, UTC)
SECRET = "pZ4wVb81-tqLJmX0yGc7RfKd2eN6sUhA9iQo_3TkWnE"
OTHERS = tuple(f"{SECRET[number:]}{SECRET[:number]}" for number in (7, 13, 29))
WORDS = "correct-horse-battery-production-secret"
LOCAL = {"base_url": "http://localhost:8000"}
BEHIND = {"base_url": None, "trust_host": True, "trusted_proxies": ["10.0.0.5"]}
Timer = Callable[[], float]


def authorize(_: SubmittedCredentials) -> User | None:
    return None


def auth_of(arguments: Mapping[str, Any]) -> Auth:
    good = {
        "providers": [Credentials(authorize=authorize, account="email")],
        "secret": SECRET,
        "base_url": "https://example.com",
        "events": [LoggingSink()],
    }
    return Auth(**{**good, **arguments}, environ={})


def never_late() -> float:
    return 0.0


def slow() -> Timer:
    """Answer a timer to which everything takes a quarter of a second."""
    ticks = count()
    return lambda: next(ticks) / 4


class Shared(MemoryLimits):
    """Stands in for a store of the application's own, which its processes share."""

    waits = False

    async def aclose(self) -> None:
        pass


def unreachable_store() -> RedisStore:
    return RedisStore(f"redis://somebody:a-password@127.0.0.1:{free_port()}/0", timeout=0.5)


@dataclass(frozen=True)
class Fault:
    """One fault.

    Args:
        name: What is wrong.
        code: What the doctor must say; None: nothing.
        arguments: Answers the arguments of `Auth` that differ from the good ones.
        environ: The environment.
        workers: How many processes there are.
        timer: Tells how long stores take.
    """

    name: str
    code: str | None
    arguments: Callable[[], Mapping[str, Any]] = dict
    environ: Mapping[str, str] = field(default_factory=dict)
    workers: int | None = None
    timer: Callable[[], Timer] = lambda: never_late


def given(**arguments: Any) -> Callable[[], Mapping[str, Any]]:  # noqa: ANN401 - any argument
    return lambda: arguments


def revoking(**options: Any) -> Callable[[], Mapping[str, Any]]:  # noqa: ANN401 - any option
    return lambda: {**LOCAL, "revocation": Revocation(MemoryStore(), **options)}


def accepting(
    days: float,
    **arguments: Any,  # noqa: ANN401 - any argument
) -> Callable[[], Mapping[str, Any]]:
    until = TODAY + timedelta(days=days)
    accepted = Accept("next-auth-v3", secret=WORDS, until=until)
    return lambda: {"accept": [accepted], "clock": lambda: NOW, **arguments}


def ending_after(seconds: int, **options: Any) -> SessionOptions:  # noqa: ANN401 - any option
    return SessionOptions(max_age=seconds, update_age=60, browser_max_age=seconds, **options)


def with_factors() -> Mapping[str, Any]:
    return {"second_factor": SecondFactor(MemoryStore(), methods=(TotpFactor(),))}


def counting_in(store: Callable[[], Any]) -> Callable[[], Mapping[str, Any]]:
    return lambda: {"throttle": Throttle.standard(store=store())}


FAULTS = (
    Fault("none", None),
    Fault("none, on this machine", None, revoking()),
    Fault("none, factors on this machine", None, lambda: {**LOCAL, **with_factors()}),
    Fault("none, behind a proxy", None, given(**BEHIND)),
    Fault("none, two secrets", None, given(secret=[SECRET, OTHERS[0]])),
    Fault("none, a store", None, counting_in(MemoryStore)),
    Fault("none, hops", None, given(**{**BEHIND, "trusted_proxies": 1})),
    Fault("none, the same address", None, environ={"AUTH_URL": "https://example.com/api/auth/"}),
    Fault("none, only reads", None, given(providers=[], events=[], throttle=None)),
    Fault("none, one worker", None, workers=1),
    Fault("secret of words", "secret-guessable", given(secret=WORDS)),
    Fault("old secret of words", "secret-guessable", given(secret=[SECRET, WORDS])),
    Fault("one secret twice", "secret-twice", given(secret=[SECRET, SECRET])),
    Fault("many secrets", "secret-many", given(secret=[SECRET, *OTHERS])),
    Fault("plain http", "base-url-plain-http", given(base_url="http://example.com")),
    Fault("anybody's word", "trust-host-anybody", given(**{**BEHIND, "trusted_proxies": ()})),
    Fault("trust_host beside base_url", "trust-host-unused", given(trust_host=True)),
    Fault("a quarter of all", "trusted-proxies-wide", given(trusted_proxies=["128.0.0.0/2"])),
    Fault("half of all", "trusted-proxies-wide", given(trusted_proxies=["0.0.0.0/1"])),
    Fault("IPv6 of a country", "trusted-proxies-wide", given(trusted_proxies=["2a00::/12"])),
    Fault("none, networks", None, given(trusted_proxies=["10.0.0.0/8", "fd00::/8", "1.1.0.0/16"])),
    Fault(
        "origin on http", "trusted-origin-plain-http", given(trusted_origins=["http://a.example"])
    ),
    Fault(
        "origin of development",
        "trusted-origin-loopback",
        given(trusted_origins=["http://localhost:5173"]),
    ),
    Fault("two addresses", "auth-url-ignored", environ={"AUTH_URL": "https://example.org"}),
    Fault("no address", "auth-url-ignored", environ={"NEXTAUTH_URL": "https://a:b@example.com"}),
    Fault("variable of Auth.js", "auth-trust-host-ignored", environ={"AUTH_TRUST_HOST": "true"}),
    Fault(
        "cookies over http",
        "cookie-not-secure",
        given(**BEHIND, cookies=CookieOptions(secure=False)),
    ),
    Fault(
        "cookies of a domain", "cookie-reach", given(cookies=CookieOptions(domain="example.com"))
    ),
    Fault(
        "cookies to anybody", "cookie-cross-site", given(cookies=CookieOptions(same_site="none"))
    ),
    Fault("large budget", "cookie-budget-high", given(cookies=CookieOptions(budget=16_384))),
    Fault("factors in memory", "second-factor-memory", with_factors),
    Fault(
        "factors in several memories",
        "second-factor-memory",
        lambda: {**LOCAL, **with_factors(), **counting_in(Shared)()},
        workers=2,
    ),
    Fault(
        "revocation apart",
        "revocation-apart",
        lambda: {**revoking()(), **counting_in(Shared)()},
        workers=4,
    ),
    Fault("none, counted together", None, counting_in(Shared), workers=4),
    Fault(
        "revocation in memory",
        "revocation-memory",
        given(revocation=Revocation(MemoryStore())),
    ),
    Fault("throttle apart", "throttle-apart", workers=2),
    Fault("throttle apart, a store", "throttle-apart", counting_in(MemoryStore), workers=2),
    Fault("store down", "store-unreachable", counting_in(unreachable_store)),
    Fault("slow store", "store-slow", counting_in(MemoryStore), timer=slow),
    Fault("nothing counted", "throttle-off", given(throttle=None)),
    Fault("limits of tests", "throttle-loose", given(throttle=Throttle.for_tests())),
    Fault("no padding", "padding-off", given(padding=None)),
    Fault(
        "long sessions",
        "session-long",
        given(session=SessionOptions(max_age=200 * 86_400)),
    ),
    Fault("fails open", "revocation-open", revoking(on_failure="open")),
    Fault(
        "adoption over",
        "adopt-until-passed",
        revoking(adopt_until=TODAY - timedelta(days=1)),
    ),
    Fault("none, adoption", None, revoking(adopt_until=TODAY + timedelta(days=1))),
    Fault("older release", "accept-over", accepting(-1)),
    Fault("none, older release", None, accepting(1)),
    Fault("none, older release for a year", None, accepting(365)),
    Fault("longer than ours", "accept-outlives", accepting(1, session=ending_after(1800))),
    Fault("none, over before", None, accepting(0.5 / 24, session=ending_after(1800))),
    Fault(
        "none, over by its age",
        None,
        accepting(30, session=ending_after(3600, absolute_max_age=3600)),
    ),
    Fault(
        "from another host",
        "accept-without-host-prefix",
        accepting(1, cookies=CookieOptions(host_prefix=True)),
    ),
    Fault(
        "no more from another host",
        "accept-over",
        accepting(-1, cookies=CookieOptions(host_prefix=True), session=ending_after(1800)),
    ),
    Fault("nobody listens", "events-unheard", given(events=[])),
)
