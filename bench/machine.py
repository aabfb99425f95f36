"""Owns what a reader must know of a measurement: the kind of machine, and versions."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

from bench.serving import INTEROP, PEERS, ROOT

__all__ = ["described", "missing", "versions"]

PROGRAMS = ("node", "npm", "redis-server", "taskset", "wrk")


def missing() -> list[str]:
    """What a full run needs and this machine has not."""
    told = [f"{name} is not on PATH" for name in PROGRAMS if shutil.which(name) is None]
    if not Path("/proc/self/stat").exists():
        told.append("/proc is not there: processor time and memory are read from it, so use Linux")
    if (os.cpu_count() or 1) < 2:
        told.append("one core only: the server and the load need one each")
    if not Path(PEERS).exists() or not (INTEROP / "node_modules").exists():
        told.append("the peers are not installed: make bench does it")
    return told


def described() -> str:
    """The machine in general words."""
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    model = found[1].strip() if found else platform.machine()
    node = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores ({model}), Linux, {python}, Node {node.strip().lstrip('v')}"


def versions() -> dict[str, str]:
    """The peers' exact versions, as their lists of requirements pin them."""
    files = [ROOT / "requirements" / name for name in ("bench.txt", "dev.txt")]
    pins = dict(
        line.split("==") for file in files for line in file.read_text().splitlines() if "==" in line
    )
    wanted = ("Django", "django-allauth", "fastapi", "fastapi-users", "fastapi_nextauth_jwt")
    wanted += ("gunicorn", "uvicorn", "uvloop", "httptools")
    wanted += ("authlib", "joserfc", "jwcrypto", "python-jose", "cryptography")
    known = {name.lower(): version for name, version in pins.items()}
    package = (INTEROP / "package.json").read_text()
    npm = dict(re.findall(r'"(@auth/core|next-auth)": "([\d.]+)"', package))
    return {**npm, **{name: known[name.lower()] for name in wanted if name.lower() in known}}
