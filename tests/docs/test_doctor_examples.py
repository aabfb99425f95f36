"""``nextauth doctor`` finds nothing wrong in the examples: neither in their `Auth` nor running."""

import asyncio
import gc
import importlib.util
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from nextauth import Auth
from nextauth.cli.doctor import Report, Severity, examine
from nextauth.cli.doctor.examining import Circumstances
from nextauth.cli.doctor.site.http_client import HttpClient
from nextauth.cli.doctor.site.visit import Place
from nextauth.passwords import CHEAPEST
from tests.in_thread import bound_socket, serving

EXAMPLES = Path(__file__).parents[2] / "examples"
SECRET = "pZ4wVb81-tqLJmX0yGc7RfKd2eN6sUhA9iQo_3TkWnE"
WRITTEN = "http://localhost:8000"
Site = tuple[Any, Auth]


def by_name(module: ModuleType) -> Site:
    return module.app, module.auth


def made(module: ModuleType) -> Site:
    before = auths()
    app = module.make_app(profile=CHEAPEST)
    [auth] = [each for each in auths() if each not in before]
    return app, auth


def auths() -> list[Auth]:
    """Answer every `Auth` of this process: some examples keep theirs to themselves."""
    # By type: to ask an object for its class may run code of its own, as Django's lazy ones do.
    return [each for each in gc.get_objects() if type(each) is Auth]


def store_credentials(module: ModuleType) -> Site:
    auth = module.make_auth(module.ExistingSystem(CHEAPEST), SECRET)
    return module.make_app(auth), auth


OPENED: dict[str, Callable[[ModuleType], Site]] = {
    "fastapi_minimal.py": by_name,
    "store_credentials.py": store_credentials,
    "mail-on-change/server.py": made,
    "nextjs-frontend-v4/server.py": by_name,
    "nextjs-frontend/server.py": by_name,
    "nextjs-session/server.py": by_name,
    "one-step-totp/server.py": made,
    "spa/server.py": by_name,
    "two-step/server.py": made,
}


def test_no_example_is_left_out() -> None:
    found = {*EXAMPLES.glob("*.py"), *EXAMPLES.glob("*/server.py")}
    assert {str(each.relative_to(EXAMPLES)) for each in found} == set(OPENED)


@contextmanager
def running(name: str, folder: Path, patch: pytest.MonkeyPatch) -> Generator[tuple[Auth, str]]:
    """Serve an example at its address, with the port that is free in place of the one it names."""
    bound, port = bound_socket()
    url = f"http://localhost:{port}"
    patch.chdir(folder)  # where those that keep something keep it
    for variable in ("AUTH_SECRET", "NEXTAUTH_SECRET"):
        patch.setenv(variable, SECRET)
    for variable in ("AUTH_URL", "NEXTAUTH_URL"):
        patch.setenv(variable, url)
    file = folder / f"example_{port}.py"
    file.write_text((EXAMPLES / name).read_text("utf-8").replace(WRITTEN, url), "utf-8")
    with bound:
        app, auth = OPENED[name](loaded(file))
        with serving(app, bound):
            yield auth, url


def loaded(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def examined(auth: Auth, url: str) -> tuple[Report, Report]:
    # To this timer every store is fast: how busy the machine is says nothing about the example.
    around = Circumstances({"AUTH_URL": url}, time.time, lambda: 0.0)
    place = Place.parse(url)
    assert place is not None
    client = HttpClient(host=place.origin.host, clock=time.time, timer=time.monotonic)
    try:
        alone = await examine(auth, "example:auth", around)
        return alone, await examine(auth, "example:auth", around, place=place, client=client)
    finally:
        await client.aclose()


@pytest.mark.parametrize("name", OPENED)
def test_nothing_is_wrong_with_an_example(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(name, tmp_path, monkeypatch) as (auth, url):
        alone, both = asyncio.run(examined(auth, url))
    for report in (alone, both):
        weighty = [each for each in report.findings if each.severity is not Severity.NOTE]
        assert weighty == [], report.text()
    assert (both.requests > 10) is not auth.settings.only_reads
