"""Owns the RADIUS directories of the contract's tests, and the people that they ask about."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from nextauth.directories import Breaker, UserMap
from nextauth.directories.radius import RadiusDirectory, RadiusServer
from nextauth.models import SubmittedCredentials
from tests.contract.directories.contract import NAME, OTHER, OTHER_PASSWORD, PASSWORD, Desk
from tests.freeradius import SECRET, FreeRadius

__all__ = ["CODE", "WITH_TOKEN", "RadiusDesk", "at", "peopled", "radius", "typed"]

WITH_TOKEN, CODE = "edith", "135790"
ROLES = UserMap(id="User-Name", name="User-Name", extra={"groups": "Filter-Id", "key": "Class"})
PATIENT = 30.0
"""Seconds for a server that works: a machine may be slow."""


class RadiusDesk(Desk):
    """A FreeRADIUS, and the directory that asks it."""

    def __init__(self, server: FreeRadius, directory: RadiusDirectory) -> None:
        super().__init__(directory)
        self.server = server

    def disable(self, name: str) -> None:
        self.server.disable(name)

    @contextmanager
    def stopped(self) -> Generator[None]:
        with self.server.stopped():
            yield


def radius(
    *servers: RadiusServer,
    users: UserMap = ROLES,
    timeout: float = PATIENT,
    **options: Any,  # noqa: ANN401
) -> RadiusDirectory:
    options.setdefault("revalidate", "authorize-only")
    return RadiusDirectory(
        servers, nas_identifier="tests", users=users, timeout=timeout, retries=0, **options
    )


def at(port: int, *, secret: str = SECRET, failures: int = 5) -> RadiusServer:
    breaker = Breaker(f"RADIUS server {port}", failures=failures, pause=0.05)
    return RadiusServer("127.0.0.1", secret, port=port, breaker=breaker)


def typed(name: str, password: str) -> SubmittedCredentials:
    return SubmittedCredentials({"username": name, "password": password})


def peopled(server: FreeRadius) -> FreeRadius:
    """Let a server know the contract's people, and one with a token, and nobody else."""
    server.forget_everybody()
    server.add(NAME, PASSWORD, {"Filter-Id": "staff,admins", "Class": "0xff00"})
    server.add(OTHER, OTHER_PASSWORD)
    server.add(WITH_TOKEN, PASSWORD, {"Filter-Id": "staff"}, code=CODE)
    return server
