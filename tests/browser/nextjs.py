"""Owns how tests start a Next.js front end of `examples` as its README says, and use its pages."""

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.demo_site import ADA, ADAS_PASSWORD
from tests.servers import running

ROOT = Path(__file__).parents[2]
NPM_CI = "npm ci"
_SHELL = re.compile(r"^```shell\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LONGEST_STEP = 600


@dataclass(frozen=True)
class Example:
    """What its folder's README and its generation of `next-auth` decide."""

    name: str
    address_variable: str
    session_cookie: str

    @property
    def folder(self) -> Path:
        return ROOT / "examples" / self.name

    @property
    def readme(self) -> str:
        return (self.folder / "README.md").read_text(encoding="utf-8")

    def commands(self) -> list[list[str]]:
        """Answer the lines of the README's three blocks: install, Python server, front end."""
        return [block.splitlines() for block in _SHELL.findall(self.readme)]


EXAMPLES = {
    "v5": Example("nextjs-frontend", "AUTH_URL", "authjs.session-token"),
    "v4": Example("nextjs-frontend-v4", "NEXTAUTH_URL", "next-auth.session-token"),
}


@dataclass(frozen=True)
class Site:
    """A front end that runs, in front of a Python server that runs."""

    example: Example
    origin: str

    @property
    def is_v4(self) -> bool:
        return self.example is EXAMPLES["v4"]

    def url(self, path: str) -> str:
        return self.origin + path

    def session_cookies(self, page: Page) -> list[str]:
        names = (cookie.get("name", "") for cookie in page.context.cookies())
        return sorted(name for name in names if name.startswith(self.example.session_cookie))


@contextmanager
def running_site(example: Example, venv: Path) -> Generator[Site]:
    """Install, build and serve an example, in its own folder, until the block ends.

    Args:
        example: Which.
        venv: The Python environment that its packages go to.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"The program {program} is not on PATH.")
    install, (*prepare, serve), (*build, start) = example.commands()
    with ExitStack() as held:
        # The build keeps the server's address, so the ports are taken before it and until it ends.
        front, back = (held.enter_context(_held_port()) for _ in range(2))
        site, server = Site(example, f"http://localhost:{front}"), f"http://127.0.0.1:{back}"
        env = {
            "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PIP_CONSTRAINT": str(ROOT / "requirements" / "dev.txt"),
            "NEXT_TELEMETRY_DISABLED": "1",
            "SERVER_URL": server,
            "UVICORN_PORT": str(back),
            "PORT": str(front),
            example.address_variable: site.origin,
        }
        for command in (*install, *build):
            if command != NPM_CI or not _has_packages(example.folder):
                _finish(command, example.folder, env)
    with (
        _serving([*prepare, f"exec {serve}"], f"{server}/api/auth/csrf", example.folder, env),
        _serving([f"exec {start}"], site.url("/"), example.folder, env),
    ):
        yield site


@contextmanager
def _held_port() -> Generator[int]:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        yield holder.getsockname()[1]


def _has_packages(folder: Path) -> bool:
    # npm writes this file last.
    installed = folder / "node_modules" / ".package-lock.json"
    wanted = (folder / "package.json", folder / "package-lock.json")
    return installed.is_file() and all(
        installed.stat().st_mtime >= file.stat().st_mtime for file in wanted
    )


def _finish(command: str, folder: Path, env: dict[str, str]) -> None:
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AUTH_", "NEXTAUTH_"))
    }
    done = subprocess.run(
        ["bash", "-euc", command],
        cwd=folder,
        env={**ours, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LONGEST_STEP,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


@contextmanager
def _serving(lines: list[str], url: str, folder: Path, env: dict[str, str]) -> Generator[None]:
    with running(["bash", "-euc", "\n".join(lines)], url=url, cwd=folder, env=env):
        yield


# What a person does on the front end's pages, and sees there.


def open_home(page: Page, site: Site) -> None:
    page.goto(site.url("/"))
    expect(form_of(page)).to_be_visible()


def form_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Sign in")


def submit(page: Page, email: str = ADA, password: str = ADAS_PASSWORD) -> None:
    """Use the front end's own form."""
    form = form_of(page)
    form.get_by_label("Email").fill(email)
    form.get_by_label("Password").fill(password)
    form.get_by_role("button", name="Sign in").click()


def expect_greeting(page: Page, name: str = "Ada Lovelace") -> None:
    expect(page.get_by_role("heading", name=f"Hello, {name}", exact=True)).to_be_visible()
    expect(page.get_by_role("banner")).to_contain_text(name)


def sign_in(page: Page, site: Site) -> None:
    open_home(page, site)
    submit(page)
    expect_greeting(page)


def answer_of(page: Page, function: str) -> Any:  # noqa: ANN401 - JSON
    """Answer what the page shows that a function answered."""
    shown = page.get_by_role("status", name=function, exact=True)
    return json.loads(shown.inner_text())


@contextmanager
def without_reload(page: Page) -> Generator[None]:
    page.evaluate("window.isTheSamePage = true")
    yield
    assert page.evaluate("window.isTheSamePage") is True, "the page was loaded anew"
