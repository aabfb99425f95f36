"""Owns how an old site is started, and the new one in its place."""

import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from tests.servers import running

__all__ = ["OLD_SECRET", "VERSIONS", "needed", "running_new_site", "running_old_site"]

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
OLD_SECRET = "an old secret"  # too short for a site of ours
VERSIONS = {
    "v2": "next-auth-v2",
    "v3": "next-auth-v3",
    "v3-encrypted": "next-auth-v3",
    "v4": "next-auth-v4",
}
"""The old sites, and what their cookies are accepted as."""

_PACKAGES = (
    HERE.parent / "clients" / "node_modules" / "next-auth-v2",
    HERE.parent / "clients" / "node_modules" / "next-auth-v3",
    HERE.parent / "node_modules" / "next-auth",
)


def needed() -> None:
    """Skip a test that cannot run here, and say what is missing."""
    if shutil.which("node") is None:
        pytest.skip("Node is not on PATH; it runs the old sites")
    if not all(package.is_dir() for package in _PACKAGES):
        pytest.skip("the npm packages are not installed; run `make interop`")


@contextmanager
def running_old_site(version: str, port: int, url: str) -> Generator[None]:
    """Run an old site until the block ends.

    Args:
        version: One of `VERSIONS`.
        port: Where it listens.
        url: Its public address.
    """
    command = ["node", "site.mjs", version, str(port), url, OLD_SECRET]
    with running(command, url=f"http://localhost:{port}", cwd=HERE):
        yield


@contextmanager
def running_new_site(
    version: str, port: int, *, until: datetime, dialect: str = "authjs"
) -> Generator[None]:
    """Run the new site until the block ends.

    Args:
        version: The old site's.
        port: Where it listens.
        until: The moment until which it reads the old site's cookies.
        dialect: What it writes.
    """
    app = "tests.interop.older.new_site:app"
    env = {
        "NEW_SITE_VERSION": VERSIONS[version],
        "NEW_SITE_OLD_SECRET": OLD_SECRET,
        "NEW_SITE_UNTIL": until.isoformat(),
        "NEW_SITE_DIALECT": dialect,
    }
    command = [sys.executable, "-m", "uvicorn", app, "--host", "localhost", "--port", str(port)]
    with running(command, url=f"http://localhost:{port}/private", cwd=ROOT, env=env):
        yield
