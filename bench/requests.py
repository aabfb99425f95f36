"""``session``, ``csrf``, sign-in and a protected endpoint over HTTP: ours against the peers.

Each server has one core, the load (wrk, 16 connections) the other; every request bears another
valid cookie. Ours runs on uvicorn with uvloop and httptools, so do FastAPI's peers; Django's run
under gunicorn, those of Node under ``node:http``. `authorize` answers at once and no peer hashes:
the hash would be the same work for all.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import bounds
from bench.alternate import alternating
from bench.figures import Figure
from bench.load import Asked, Loaded, loaded
from bench.pace import Pace
from bench.protected_servers import auth_v4
from bench.servers import auth
from bench.serving import (
    INTEROP,
    PEERS,
    ROOT,
    free_port,
    gunicorn,
    node_script,
    peer_cookies,
    peer_environ,
    serving,
    uvicorn,
)
from nextauth import Auth, User
from nextauth.testing import mint_session
from nextauth.web.csrf import CsrfTokens

SESSION, CSRF, SIGN_IN, PAGE = bounds.SESSION, bounds.CSRF, bounds.SIGN_IN, bounds.PAGE
COUNT, ROUNDS = 1_000, 5
OURS = "nextauth"
FORM = ("Content-Type", "application/x-www-form-urlencoded")
JSON = ("Content-Type", "application/json")
SAME = ("Sec-Fetch-Site", "same-origin")
Ask = tuple[str, Asked]


@dataclass(frozen=True, slots=True)
class Site:
    """One server, and what it is asked."""

    name: str
    command: Callable[[int], list[str]]
    asked: tuple[Ask, ...]
    cwd: Path = ROOT
    environ: dict[str, str] | None = None


def cookies_of(site: Auth, count: int) -> tuple[str, ...]:
    """A cookie of somebody else each."""
    people = (User(id=str(n), name="Ada Lovelace", email="ada@example.com") for n in range(count))
    minted = (mint_session(site, person).items() for person in people)
    return tuple("; ".join(f"{name}={value}" for name, value in each) for each in minted)


def protocol(site: Auth, prefix: str, count: int) -> tuple[Ask, ...]:
    """What every server of NextAuth's protocol is asked."""
    value = CsrfTokens(site.settings.secrets).cookie_value(bytes(range(32)))
    token, _, signature = value.partition("|")
    flow = (
        f"{prefix}.csrf-token={token}%7C{signature}; "
        f"{prefix}.callback-url=http%3A%2F%2Flocalhost%3A3000"
    )
    sign_in = Asked(
        "/api/auth/callback/credentials",
        f"{prefix}.session-token=",
        (flow,),
        (FORM, SAME),
        f"email=ada%40example.com&password=x&csrfToken={token}",
    )
    return (
        (SESSION, Asked("/api/auth/session", "Ada Lovelace", cookies_of(site, count))),
        (CSRF, Asked("/api/auth/csrf", "csrfToken", (flow,))),
        (SIGN_IN, sign_in),
    )


def ours(count: int) -> Iterator[Site]:
    cookies = cookies_of(auth, count)
    every = protocol(auth, "authjs", count)
    yield Site(OURS, lambda port: uvicorn("bench.servers:app", port), every)
    page = Asked("/", "ok", cookies)
    command = "bench.protected_servers:decorated"
    yield Site(OURS, lambda port: uvicorn(command, port), ((PAGE, page),))
    hello = Asked("/", "hello", cookies)
    yield Site(
        "bare uvicorn", lambda port: uvicorn("bench.servers:hello", port), ((SESSION, hello),)
    )


def node(script: str, count: int) -> Iterator[Site]:
    for name, kind, site, prefix in (
        (bounds.AUTHCORE, "authjs", auth, "authjs"),
        (bounds.V4, "v4", auth_v4, "next-auth"),
    ):
        every = protocol(site, prefix, count)
        page = Asked("/", "Ada Lovelace", cookies_of(site, count))

        def command(port: int, kind: str = kind) -> list[str]:
            return ["node", script, str(port), kind]

        yield Site(name, command, (*every, (PAGE, page)), INTEROP, peer_environ())


def fastapi_users(directory: Path, count: int) -> Site:
    module = "bench.peers.fastapi_users_site"
    environ = peer_environ(BENCH_DIRECTORY=str(directory))
    cookies = peer_cookies(module, count, environ)
    form = "username=ada1%40example.com&password=analytical"
    asked = (
        (SESSION, Asked("/users/me", "@example.com", cookies)),
        (SIGN_IN, Asked("/auth/jwt/login", "fastapiusersauth=", (), (FORM,), form)),
        (PAGE, Asked("/", "@example.com", cookies)),
    )
    command: Callable[[int], list[str]] = lambda port: uvicorn(f"{module}:app", port, PEERS)  # noqa: E731
    return Site(bounds.USERS, command, asked, environ=environ)


def django(name: str, kind: str, directory: Path, count: int) -> Site:
    module = "bench.peers.django_site"
    environ = peer_environ(BENCH_DIRECTORY=str(directory), BENCH_SITE=kind)
    cookies = peer_cookies(module, count, environ)
    token = "abcdefghijklmnopqrstuvwxyz012345"
    flow = (f"csrftoken={token}",)
    asked: tuple[Ask, ...]
    if kind == "allauth":
        body = '{"username": "ada1", "password": "analytical"}'
        headers = (JSON, ("X-CSRFToken", token))
        base = "/_allauth/browser/v1/auth"
        asked = (
            (SESSION, Asked(f"{base}/session", '"is_authenticated": true', cookies)),
            (SIGN_IN, Asked(f"{base}/login", "sessionid=", flow, headers, body)),
        )
    else:
        body = f"username=ada1&password=analytical&csrfmiddlewaretoken={token}"
        asked = (
            (SESSION, Asked("/session", "@example.com", cookies)),
            (CSRF, Asked("/csrf", "csrfToken", flow)),
            (SIGN_IN, Asked("/login", "sessionid=", flow, (FORM,), body)),
            (PAGE, Asked("/", "ada", cookies)),
        )
    return Site(name, lambda port: gunicorn(f"{module}:app", port), asked, environ=environ)


def figures_of(found: dict[str, list[Loaded]]) -> Iterator[Figure]:
    """Each line of the list for what was loaded, which is named ``what|server``."""
    for line in bounds.MEASURED:
        what = line.what.removeprefix("processor, ")
        if line.bench != "requests":
            continue
        pair = (found[f"{what}|{OURS}"], found[f"{what}|{line.peer}"])
        if line.what == what:
            values = [statistics.median(each.rate for each in rounds) for rounds in pair]
        else:
            values = [statistics.median(each.cost for each in rounds) for rounds in pair]
        yield line.found(values[0], values[1])


def main(pace: Pace) -> tuple[Figure, ...]:
    count = pace.count(COUNT)
    with ExitStack() as stack:
        script = stack.enter_context(node_script("node_server.mjs"))
        whole = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folders = {kind: whole / kind for kind in ("users", "signed_cookies", "db", "allauth")}
        for folder in folders.values():
            folder.mkdir()
        sites = [
            *ours(count),
            *node(script, count),
            fastapi_users(folders["users"], count),
            django(bounds.SIGNED, "signed_cookies", folders["signed_cookies"], count),
            django(bounds.ROWS, "db", folders["db"], count),
            django(bounds.ALLAUTH, "allauth", folders["allauth"], count),
        ]
        measures = {}
        for site in sites:
            port = free_port()
            server = serving(site.command(port), port, site.cwd, environ=site.environ)
            process = stack.enter_context(server)
            for what, asked in site.asked:
                measures[f"{what}|{site.name}"] = loaded(process, port, asked, pace)
        found = alternating(measures, rounds=pace.rounds(ROUNDS))
    return tuple(figures_of(found))
