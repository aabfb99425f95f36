"""Owns how a test starts `examples/spa` as its README says: the commands are taken from there."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers import free_port, running

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "spa"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```shell\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LONGEST_INSTALLATION = 300


@dataclass(frozen=True)
class SpaSite:
    """Three origins: the server, the page that it trusts, and the same page where it does not."""

    server: str
    page: str
    stranger: str


def blocks() -> list[list[str]]:
    """Answer what starts the server, the built page, and the page from its sources.

    The last line of each block serves until it is ended; those before it come to an end.
    """
    return [block.splitlines() for block in _BLOCK.findall(README)]


@contextmanager
def running_spa(folder: Path) -> Generator[SpaSite]:
    """Install, build and serve everything, the Python packages in an environment of their own.

    Args:
        folder: Where that environment is made.
    """
    if shutil.which("npm") is None:
        pytest.skip("The program npm is not on PATH.")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    ports = [free_port() for _ in range(3)]
    site = SpaSite(*(f"http://localhost:{port}" for port in ports))
    env = {
        "PATH": f"{folder / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PIP_CONSTRAINT": str(ROOT / "requirements" / "dev.txt"),
        "PAGE_ORIGIN": site.page,
        "UVICORN_PORT": str(ports[0]),
        "VITE_API_ORIGIN": site.server,
    }
    (*install, serve), (*build, preview), _ = blocks()
    for command in (*install, *build):
        _finish(command, env)
    with ExitStack() as servers:
        servers.enter_context(serving(serve, site.server, env))
        servers.enter_context(serving(preview, site.page, env))
        servers.enter_context(
            serving(preview, site.stranger, {**env, "PAGE_ORIGIN": site.stranger})
        )
        yield site


@contextmanager
def serving(command: str, url: str, env: dict[str, str]) -> Generator[None]:
    """Run one of the README's servers until the block ends."""
    with running(["bash", "-c", f"exec {command}"], url=url, cwd=FOLDER, env=env):
        yield


def _finish(command: str, env: dict[str, str]) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AUTH_")}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=FOLDER,
        env={**kept, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LONGEST_INSTALLATION,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
