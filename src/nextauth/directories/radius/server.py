"""Owns what one RADIUS server is: where it listens, the secret shared with it, and its breaker."""

from __future__ import annotations

from dataclasses import dataclass, field

from nextauth.directories.breaker import Breaker

__all__ = ["RadiusServer"]

_SHORTEST_SECRET = 16  # RFC 2865, 3: "at least as large and unguessable as a well-chosen password"
_HIGHEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class RadiusServer:
    """A RADIUS server, and the secret that it knows us by.

    Args:
        host: Its address, or a name that leads there. Names are looked up for each question, for
            as long as the system's resolver takes.
        secret: What both sides know; 16 characters or more, of any text that nobody can guess. All
            that RADIUS protects, it protects with this. Not in the repr.
        port: Its UDP port.
        breaker: Leaves it alone while it fails; None: one of its own.

    Raises:
        ValueError: The host, the port or the secret cannot be right.
    """

    host: str
    secret: str = field(repr=False)
    port: int = 1812
    breaker: Breaker | None = field(default=None, repr=False, compare=False)
    watch: Breaker = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not _is_host(self.host):
            msg = f"RadiusServer(host={self.host!r}): use an address, or the name of a machine"
            raise ValueError(msg)
        if not isinstance(self.port, int) or not 0 < self.port <= _HIGHEST_PORT:
            msg = f"RadiusServer(port={self.port!r}): use 1 to 65535; servers listen on 1812"
            raise ValueError(msg)
        if not isinstance(self.secret, str) or len(self.secret) < _SHORTEST_SECRET:
            msg = (
                f"the secret of RadiusServer({self.host!r}) is shorter than {_SHORTEST_SECRET} "
                "characters; make one with `nextauth secret`, and give it to the server too"
            )
            raise ValueError(msg)
        try:
            self.secret.encode()
        except UnicodeEncodeError:
            msg = f"the secret of RadiusServer({self.host!r}) is no text that can be encoded"
            raise ValueError(msg) from None
        watch = self.breaker or Breaker(f"RADIUS server {self.label}")
        object.__setattr__(self, "watch", watch)

    @property
    def label(self) -> str:
        """What it is called in messages, and in what is kept of a challenge of its."""
        return f"{self.host}:{self.port}"


def _is_host(host: object) -> bool:
    if not isinstance(host, str) or not host or not host.isprintable() or " " in host:
        return False
    try:
        return bool(host.encode("idna"))
    except UnicodeError:
        return False
