"""Owns how tests start a server as its own process, wait for it, and end it and its children."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryFile

__all__ = ["ServerDidNotStartError", "free_port", "running"]

_LONGEST_START, _LONGEST_END = 120.0, 20.0
# Below those that systems hand out by themselves, so that no connection takes a port before its
# server does. Each process of the tests has a hundred of its own.
_FIRST_PORT = 20_000 + os.getpid() % 120 * 100
_PORTS = cycle(range(_FIRST_PORT, _FIRST_PORT + 100))


class ServerDidNotStartError(Exception):
    """The program ended, or was silent for too long; the message holds what it printed."""


def free_port() -> int:
    """Answer a port that nobody listens on, another one at each call."""
    return next(port for port in _PORTS if _is_free(port))


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    url: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Generator[None]:
    """Run a server until the block ends.

    Args:
        command: The program and its arguments.
        url: Answers something, whatever its status, as soon as the server is ready.
        cwd: Where it runs.
        env: What is added to the environment; else only PATH and HOME are handed on, so that no
            setting of the developer's reaches it.
    """
    own = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with TemporaryFile() as printed:
        process = subprocess.Popen(
            list(command),
            cwd=cwd,
            env={**own, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # npm starts children; all end together
        )
        try:
            if not _answers(url, process):
                printed.seek(0)
                raise ServerDidNotStartError(printed.read().decode(errors="replace"))
            yield
        finally:
            _end(process)


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + _LONGEST_START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - the test's own address
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(_LONGEST_END)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
        else:
            return
