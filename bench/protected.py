"""What protecting an endpoint costs, over uvicorn and as calls in a process.

Starlette: the same endpoint unprotected, under `session_required`, which is bounded over uvicorn,
and asking `current_session` under `AuthMiddleware`, which is told beside it. FastAPI: the same
endpoint behind `RequireSession` and behind the dependency of fastapi-nextauth-jwt, which read the
same cookies, of v5 and of v4; bounded both over uvicorn and in a process, 16 calls at once. The
peer waits for a thread in each call, which costs it more where nothing else is to do: the two ways
differ, and neither stands alone.

All are requests a second of processor time, all threads together: on an idle machine that is a
second of the clock. On a busy one, what others leave of the caches still moves the ratios by a
tenth. wrk sends another valid cookie with every request; the server has one core, wrk the other.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack

from bench.alternate import medians
from bench.bounds import FASTAPI_JWT, compare
from bench.figures import Figure
from bench.load import Asked, loaded
from bench.pace import Pace
from bench.protected_servers import auth_v4
from bench.requests import cookies_of
from bench.servers import auth
from bench.serving import PEERS, ROOT, SERVER_CORE, free_port, peer_environ, serving, uvicorn
from bench.worker import working

COUNT, ROUNDS_OVER_SOCKETS, ROUNDS_IN_PROCESS = 256, 5, 41
SERVERS, PEER = "bench.protected_servers", "bench.peers.fastapi_jwt_site"
SITES = {
    "unprotected": (SERVERS, auth),
    "decorated": (SERVERS, auth),
    "surrounded": (SERVERS, auth),
    "ours": (SERVERS, auth),
    "peer": (PEER, auth),
    "ours_v4": (SERVERS, auth_v4),
    "peer_v4": (PEER, auth_v4),
}


def over_sockets(pace: Pace) -> dict[str, float]:
    """Requests a second of the server's processor time."""
    with ExitStack() as stack:
        measures: dict[str, Callable[[], float]] = {}
        for name, (module, site) in SITES.items():
            port = free_port()
            python, environ = (PEERS, peer_environ()) if module == PEER else (sys.executable, None)
            server = serving(uvicorn(f"{module}:{name}", port, python), port, environ=environ)
            process = stack.enter_context(server)
            asked = Asked("/", "{", cookies_of(site, COUNT))
            load = loaded(process, port, asked, pace)
            measures[name] = lambda load=load: 1000 / load().cost  # type: ignore[misc]
        return medians(measures, rounds=pace.rounds(ROUNDS_OVER_SOCKETS))


def in_process(pace: Pace) -> dict[str, float]:
    """Calls a second of the processor's time."""
    with ExitStack() as stack:
        measures = {}
        for name in ("ours", "peer", "ours_v4", "peer_v4"):
            module, site = SITES[name]
            python, environ = (PEERS, peer_environ()) if module == PEER else (sys.executable, None)
            command = [python, "-m", "bench.in_process", f"{module}:{name}"]
            pinned = ["taskset", "-c", SERVER_CORE, *command]
            worker = working(pinned, cookies_of(site, COUNT), ROOT, environ)
            measures[name] = stack.enter_context(worker).answer
        return medians(measures, rounds=pace.rounds(ROUNDS_IN_PROCESS))


def main(pace: Pace) -> tuple[Figure, ...]:
    served, alone = over_sockets(pace), in_process(pace)
    unprotected = {"unprotected": served["unprotected"]}
    return (
        *compare("Starlette's endpoint, decorated", served["decorated"], unprotected),
        *compare("Starlette's endpoint, middleware", served["surrounded"], unprotected),
        *(
            figure
            for way, found in (("", served), (" in process", alone))
            for dialect, suffix in (("v5", ""), ("v4", "_v4"))
            for figure in compare(
                f"FastAPI's endpoint{way}, {dialect}",
                found[f"ours{suffix}"],
                {FASTAPI_JWT: found[f"peer{suffix}"]},
            )
        ),
    )
