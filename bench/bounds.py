"""Owns the list of what is measured, against what, and what must hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bench.figures import Figure, Measured, Way

__all__ = ["MEASURED", "compare", "measured", "unmeasured"]

RATE, TIME, COST = Way.RATE, Way.TIME, Way.COST
SECOND, CPU, MICRO = "requests/s", "CPU s per 1,000 requests", "µs"
SESSION, CSRF, SIGN_IN, PAGE = "GET session", "GET csrf", "sign-in", "a protected endpoint"
AUTHCORE, V4, USERS = "@auth/core", "next-auth v4", "fastapi-users"
SIGNED, ROWS, ALLAUTH = "Django, signed cookies", "Django, database", "allauth headless"
FASTAPI_JWT = "fastapi-nextauth-jwt"
OPEN, SEAL = "opening a v5 token", "sealing a v5 token"
LIBRARIES = ("joserfc", "authlib", "jwcrypto", "python-jose")
PLAIN, WITHOUT = "a plain token", "the same site without"
BEST, CIPHER = "best Python JOSE", "the bare cipher"

_OVER_HTTP: Mapping[str, Mapping[str, float | None]] = {
    SESSION: {
        AUTHCORE: 12,
        V4: 3.5,
        "bare uvicorn": 0.45,
        USERS: None,
        SIGNED: None,
        ROWS: None,
        ALLAUTH: None,
    },
    CSRF: {AUTHCORE: 3, V4: None, SIGNED: None},
    SIGN_IN: {AUTHCORE: 5, V4: None, USERS: None, SIGNED: None, ROWS: None, ALLAUTH: None},
    PAGE: {AUTHCORE: None, V4: None, USERS: None, SIGNED: None, ROWS: None},
}

MEASURED: tuple[Measured, ...] = (
    Measured("imports", "import nextauth", "import fastapi", "ms", COST, 0.5),
    Measured("imports", "import nextauth", "import fastapi_users", "ms", COST),
    Measured("imports", "import nextauth", "import joserfc.jwe", "ms", COST),
    Measured("memory", "the demo's memory before a hash", WITHOUT, "MiB", COST, 1.3),
    Measured("tokens", OPEN, AUTHCORE, MICRO, TIME, 20),
    Measured("tokens", OPEN, BEST, MICRO, TIME, 3),
    *(Measured("tokens", OPEN, name, MICRO, TIME) for name in LIBRARIES),
    Measured("tokens", OPEN, CIPHER, MICRO, COST),
    Measured("tokens", SEAL, AUTHCORE, MICRO, TIME),
    Measured("tokens", SEAL, BEST, MICRO, TIME),
    *(Measured("tokens", SEAL, name, MICRO, TIME) for name in LIBRARIES),
    Measured("tokens", SEAL, CIPHER, MICRO, COST),
    *(
        Measured("requests", what, peer, SECOND, RATE, bound)
        for what, peers in _OVER_HTTP.items()
        for peer, bound in peers.items()
    ),
    *(
        Measured("requests", f"processor, {what}", peer, CPU, TIME)
        for what, peers in _OVER_HTTP.items()
        for peer in peers
    ),
    *(
        Measured("frameworks", f"GET session in {name}", "smallest view + codec", MICRO, COST, 1.15)
        for name in ("Flask", "Django, our middleware alone", "Django, as startproject makes it")
    ),
    Measured("protected", "Starlette's endpoint, decorated", "unprotected", SECOND, RATE, 0.55),
    Measured("protected", "Starlette's endpoint, middleware", "unprotected", SECOND, RATE),
    Measured("protected", "FastAPI's endpoint, v5", FASTAPI_JWT, SECOND, RATE, 1.5),
    Measured("protected", "FastAPI's endpoint, v4", FASTAPI_JWT, SECOND, RATE, 1.5),
    Measured("protected", "FastAPI's endpoint in process, v5", FASTAPI_JWT, SECOND, RATE, 1.5),
    Measured("protected", "FastAPI's endpoint in process, v4", FASTAPI_JWT, SECOND, RATE, 1.5),
    Measured("revocation", "GET session, with revocation", "without", SECOND, RATE, 0.8),
    Measured("throttle", "sign-in with a password, counted", "not counted", MICRO, COST, 1.1),
    Measured("throttle", "sign-in without a check, counted", "not counted", MICRO, COST),
    Measured("hashing", "p99 while hashing in workers", "idle", "ms", COST, 3),
    # The control must fail the bound above, or that measurement would show nothing.
    Measured("hashing", "control: p99 while hashing on the loop", "idle", "ms", RATE, 3),
    *(
        Measured("scale", f"GET session, a token with {size:,} bytes more", PLAIN, MICRO, COST)
        for size in (1_000, 3_000, 8_000)
    ),
    *(
        Measured("scale", f"GET session, {count} providers", "1 provider", MICRO, COST)
        for count in (10, 50)
    ),
    *(
        Measured("scale", f"GET session, the oldest of {count} secrets", "1 secret", MICRO, COST)
        for count in (2, 5)
    ),
)  # fmt: skip


def measured(what: str, peer: str) -> Measured:
    """The line of the list; a benchmark measures nothing that is not in it."""
    (line,) = (each for each in MEASURED if (each.what, each.peer) == (what, peer))
    return line


def compare(what: str, ours: float, peers: Mapping[str, float]) -> tuple[Figure, ...]:
    """Figures of one thing of ours beside several of the peers'."""
    return tuple(measured(what, peer).found(ours, value) for peer, value in peers.items())


def unmeasured(bench: str, figures: Iterable[Figure]) -> list[str]:
    """The lines of the list that a benchmark found no figure for, though they are its own."""
    found = {figure.measured for figure in figures}
    missed = (each for each in MEASURED if each.bench == bench and each not in found)
    return [f"{each.what}, {each.peer}" for each in missed]
