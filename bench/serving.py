"""Owns how servers are started for a measurement: one core for them, the other for the load."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

__all__ = [
    "INTEROP",
    "LOAD_CORE",
    "PEERS",
    "ROOT",
    "SERVER_CORE",
    "free_port",
    "gunicorn",
    "memory_mib",
    "node_script",
    "peer_cookies",
    "peer_environ",
    "processor_seconds",
    "serving",
    "uvicorn",
]

ROOT = Path(__file__).parents[1]
INTEROP = ROOT / "tests" / "interop"
PEERS = str(ROOT / "build" / "peers" / "bin" / "python")
SERVER_CORE, LOAD_CORE = "0", "1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(
    command: list[str],
    port: int,
    cwd: Path = ROOT,
    *,
    pinned: bool = True,
    environ: Mapping[str, str] | None = None,
) -> Iterator[int]:
    """Run a server, on the first core where it is pinned; its process id."""
    prefix = ["taskset", "-c", SERVER_CORE] if pinned else []
    server = subprocess.Popen([*prefix, *command], cwd=cwd, env=environ)
    try:
        _wait_for(port, server)
        yield server.pid
    finally:
        server.terminate()
        try:
            server.wait(timeout=5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    message = f"nothing listens at port {port}: {server.args!r}"
    raise RuntimeError(message)


def uvicorn(target: str, port: int, python: str = sys.executable) -> list[str]:
    options = ["--loop", "uvloop", "--http", "httptools", "--log-level", "error", "--no-access-log"]
    return [python, "-m", "uvicorn", target, "--port", str(port), *options]


def gunicorn(target: str, port: int) -> list[str]:
    """A WSGI server that keeps connections, which gunicorn's first choice does not."""
    options = ["--worker-class", "gthread", "--threads", "2", "--log-level", "error"]
    return [PEERS, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *options, target]


def peer_environ(**more: str) -> dict[str, str]:
    """The environment of the peers: their own packages, and nothing of ours."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {**kept, "NEXTAUTH_URL": "http://localhost:3000", "NODE_ENV": "production", **more}


def peer_cookies(module: str, count: int, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Let a peer make its database and sessions; a cookie for each."""
    said = subprocess.run(
        [PEERS, "-m", module, str(count)],
        cwd=ROOT,
        env=environ,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return tuple(json.loads(said.stdout))


@contextmanager
def node_script(name: str) -> Iterator[str]:
    """Put a script where Node finds the npm packages; its name there."""
    there = INTEROP / f".bench-{name}"
    shutil.copy(Path(__file__).parent / "peers" / name, there)
    try:
        yield there.name
    finally:
        there.unlink()


def processor_seconds(process: int) -> float:
    """What a process and its children have spent so far, in all their threads (proc(5))."""
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    own = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return own + sum(processor_seconds(int(child)) for child in children)


def memory_mib(process: int) -> float:
    """The resident memory of a process (proc(5), VmRSS)."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    message = f"process {process} tells no VmRSS"
    raise RuntimeError(message)
