"""Owns how a test starts the demo as its user does, and how it ends it: with Ctrl-C."""

import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer

ADA, ADAS_PASSWORD = "ada@example.com", "analytical"
_LAST_LINE = "Ctrl-C ends it."
_LONGEST_START, _LONGEST_END = 60, 20


@dataclass
class DemoSite:
    origin: str
    port: int
    greeting: str
    exit_code: int | None = None
    printed_later: str = ""

    def url(self, path: str) -> str:
        return self.origin + path

    @property
    def curl_lines(self) -> str:
        return "\n".join(re.findall(r"^ {2}(?:TOKEN|curl|  -d).*$", self.greeting, re.MULTILINE))


@dataclass
class DemoDidNotStartError(Exception):
    printed: str = field(default="")


def command() -> str:
    found = shutil.which("nextauth", path=str(Path(sys.executable).parent))
    assert found, "The command nextauth is not beside this Python: pip install -e '.[demo]'"
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def running_demo(database: Path) -> Generator[DemoSite]:
    """Serve the demo until the block ends; then `exit_code` and `printed_later` are known."""
    port = free_port()
    process = subprocess.Popen(
        [command(), "demo", "--port", str(port), "--database", str(database)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        greeting = _greeting_of(process)
        site = DemoSite(origin=f"http://localhost:{port}", port=port, greeting=greeting)
        yield site
        process.send_signal(signal.SIGINT)
        site.printed_later, _ = process.communicate(timeout=_LONGEST_END)
        site.exit_code = process.returncode
    finally:
        process.kill()
        process.communicate()


def _greeting_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    guard = Timer(_LONGEST_START, process.kill)
    guard.start()
    lines: list[str] = []
    try:
        for line in process.stdout:
            lines.append(line)
            if line.strip() == _LAST_LINE:
                return "".join(lines)
    finally:
        guard.cancel()
    raise DemoDidNotStartError("".join(lines))
