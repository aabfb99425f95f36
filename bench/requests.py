"""``GET session`` and sign-in over HTTP: ours on uvicorn against @auth/core and a bare hello.

The server has one core and the load (wrk) the other; a different valid token in every request.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.alternate import medians, report
from bench.servers import auth
from nextauth import Auth, User
from nextauth.testing import mint_session
from nextauth.web.csrf import CsrfTokens

ROOT = Path(__file__).parents[1]
INTEROP = ROOT / "tests" / "interop"
SECONDS = 3
TOKENS = 2_000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(
    command: list[str], port: int, cwd: Path = ROOT, *, pinned: bool = True
) -> Iterator[int]:
    """Run a server, on the first core where it is pinned; its process id."""
    prefix = ["taskset", "-c", "0"] if pinned else []
    server = subprocess.Popen([*prefix, *command], cwd=cwd)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    try:
        yield server.pid
    finally:
        server.terminate()
        try:
            server.wait(timeout=5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def uvicorn(target: str, port: int) -> list[str]:
    options = ["--loop", "uvloop", "--http", "httptools", "--log-level", "error", "--no-access-log"]
    return [sys.executable, "-m", "uvicorn", target, "--port", str(port), *options]


def read_script(site: Auth = auth) -> str:
    """Cookie headers, one a request, in turn."""
    lines = []
    for number in range(TOKENS):
        (pair,) = mint_session(site, User(id=str(number), name="Ada Lovelace")).items()
        lines.append(f'"{pair[0]}={pair[1]}"')
    return (
        "local cookies = {" + ",\n".join(lines) + "}\nlocal at = 0\n"
        'request = function()\n  at = at % #cookies + 1\n  wrk.headers["Cookie"] = cookies[at]\n'
        "  return wrk.format()\nend\n"
    )


def sign_in_script() -> str:
    """What a browser sends from the sign-in page: its headers, and both cookies of the flow."""
    value = CsrfTokens(auth.settings.secrets).cookie_value(bytes(range(32)))
    token, _, signature = value.partition("|")
    return (
        'wrk.method = "POST"\n'
        f'wrk.body = "email=ada%40example.com&password=x&csrfToken={token}"\n'
        'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
        'wrk.headers["Sec-Fetch-Site"] = "same-origin"\n'
        f'wrk.headers["Cookie"] = "authjs.csrf-token={token}%7C{signature}; "\n'
        '  .. "authjs.callback-url=http%3A%2F%2Flocalhost%3A3000"\n'
    )


def loaded(port: int, path: str, script: str) -> Callable[[], float]:
    """Requests a second."""
    return _load(port, path, script, r"Requests/sec:\s+([\d.]+)")


def counted(port: int, path: str, script: str) -> Callable[[], float]:
    """Requests in all."""
    return _load(port, path, script, r"(\d+) requests in")


def _load(port: int, path: str, script: str, told: str) -> Callable[[], float]:
    file = Path(tempfile.mkdtemp()) / "load.lua"
    file.write_text(script)

    def measure() -> float:
        command = ["taskset", "-c", "1", "wrk", "-t1", "-c16", f"-d{SECONDS}s", "-s", str(file)]
        said = subprocess.run(
            [*command, f"http://127.0.0.1:{port}{path}"], check=True, capture_output=True, text=True
        ).stdout
        assert "Non-2xx" not in said, said
        found = re.search(told, said)
        assert found is not None, said
        return float(found[1])

    return measure


def main() -> bool:
    ours, hello, node = free_port(), free_port(), free_port()
    shutil.copy(Path(__file__).with_name("authcore_server.mjs"), INTEROP / ".bench-server.mjs")
    with (
        serving(uvicorn("bench.servers:app", ours), ours),
        serving(uvicorn("bench.servers:hello", hello), hello),
        serving(["node", ".bench-server.mjs", str(node)], node, INTEROP),
    ):
        read, enter = read_script(), sign_in_script()
        session, callback = "/api/auth/session", "/api/auth/callback/credentials"
        found = medians(
            {
                "session": loaded(ours, session, read),
                "session @auth/core": loaded(node, session, read),
                "hello": loaded(hello, "/", read),
                "sign-in": loaded(ours, callback, enter),
                "sign-in @auth/core": loaded(node, callback, enter),
            },
            rounds=3,
        )
    (INTEROP / ".bench-server.mjs").unlink()
    print("requests a second:", {name: round(value) for name, value in found.items()})
    session_ratio = found["session"] / found["session @auth/core"]
    return all(
        [
            report("GET session, ours / @auth/core", session_ratio, 10),
            report("GET session, ours / bare uvicorn", found["session"] / found["hello"], 0.40),
            report("sign-in, ours / @auth/core", found["sign-in"] / found["sign-in @auth/core"], 4),
        ]
    )
