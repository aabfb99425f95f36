"""Owns the load: what is asked, by wrk, and what a server answered and spent."""

from __future__ import annotations

import http.client
import re
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.pace import Pace
from bench.serving import LOAD_CORE, processor_seconds

__all__ = ["Asked", "Loaded", "loaded"]

SECONDS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind of request, with another cookie each time; the answer must hold `expects`."""

    path: str
    expects: str
    cookies: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=())
    body: str | None = None

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"

    def script(self) -> str:
        """The request as wrk's Lua."""
        lines = [f'wrk.method = "{self.method}"']
        if self.body is not None:
            lines.append(f"wrk.body = [[{self.body}]]")
        lines += [f'wrk.headers["{name}"] = [[{value}]]' for name, value in self.headers]
        if self.cookies:
            lines.append("local cookies = {" + ",\n".join(f"[[{c}]]" for c in self.cookies) + "}")
            lines.append("local at = 0\nrequest = function()\n  at = at % #cookies + 1")
            lines.append('  wrk.headers["Cookie"] = cookies[at]\n  return wrk.format()\nend')
        return "\n".join(lines) + "\n"

    def probe(self, port: int) -> None:
        """Ask once, and see that the answer is what is to be measured."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        headers = dict(self.headers) | ({"Cookie": self.cookies[0]} if self.cookies else {})
        connection.request(self.method, self.path, self.body, headers)
        answer = connection.getresponse()
        whole = f"{answer.status} {answer.headers} {answer.read().decode()}"
        connection.close()
        assert self.expects in whole, f"{self.path}: {self.expects!r} is not in {whole}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one round of load found."""

    rate: float  # requests a second
    cost: float  # CPU seconds of the server for 1,000 requests
    requests: int


def loaded(process: int, port: int, asked: Asked, pace: Pace) -> Callable[[], Loaded]:
    file = Path(tempfile.mkdtemp()) / "load.lua"
    file.write_text(asked.script())
    asked.probe(port)
    seconds = pace.seconds(SECONDS)
    command = ["taskset", "-c", LOAD_CORE, "wrk", "-t1", "-c16", f"-d{seconds}s", "-s", str(file)]

    def measure() -> Loaded:
        before = processor_seconds(process)
        said = subprocess.run(
            [*command, f"http://127.0.0.1:{port}{asked.path}"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        spent = processor_seconds(process) - before
        assert "Non-2xx" not in said, said
        rate, requests = told(said)
        return Loaded(rate, max(spent, 0.01) / requests * 1000, requests)

    return measure


def told(said: str) -> tuple[float, int]:
    """Requests a second and in all, as wrk tells them."""
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    requests = re.search(r"(\d+) requests in", said)
    assert rate is not None, said
    assert requests is not None, said
    return float(rate[1]), int(requests[1])
