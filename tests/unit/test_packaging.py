"""Owns the proof that what is built can be installed, and works alone in an empty environment."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib import metadata
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.wheel import built_wheel

ROOT = Path(__file__).parents[2]
PINS = ROOT / "requirements" / "dev.txt"
LDAP_PINS = ROOT / "requirements" / "ldap.txt"
DJANGO_PINS = ROOT / "requirements" / "django6.txt"

# Runs with the installed wheel, its core dependencies and nothing else: the sign-in page of a
# Credentials provider comes out of a synchronous program.
SMOKE = """
import sys

import nextauth
from nextauth import Auth, Credentials, FormField
from nextauth.web import Request

assert "site-packages" in nextauth.__file__, nextauth.__file__

auth = Auth(
    providers=[
        Credentials(
            authorize=lambda credentials: None,
            fields={
                "email": FormField("Your e-mail", type="email"),
                "password": FormField("Your password", type="password"),
            },
        )
    ],
    secret="2b1f0c57d3a94e68b7c2f5a1908d6e43",
    base_url="https://example.com",
)
response = auth.handle_sync(Request("GET", "/api/auth/signin", scheme="https"))
print(response.status)
print(response.body.decode())
"""

# Which of the modules named as arguments does `import nextauth` bring along?
IMPORTED = """
import sys

import nextauth

print([name for name in sys.argv[1:] if name in sys.modules])
"""


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, (
        f"{command[:4]} answered {done.returncode}:\n{done.stdout}{done.stderr}"
    )
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist, and the wheel that was built from it."""
    return built_wheel(tmp_path_factory.mktemp("dist")).parent


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (found,) = dist.glob("nextauth-*.whl")
    return found


@pytest.fixture(scope="module")
def wheel_names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def empty_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment with the wheel and its core dependencies only."""
    folder = tmp_path_factory.mktemp("empty") / "venv"
    run(sys.executable, "-m", "venv", folder, cwd=folder.parent)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    pip = (python, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "install", "--quiet", "--constraint", PINS, wheel, cwd=folder)
    run(*pip, "check", cwd=folder)
    return python


@pytest.mark.packaging
def test_the_wheel_carries_every_file_of_the_package(wheel_names: set[str]) -> None:
    source = ROOT / "src"
    ours = {
        path.relative_to(source).as_posix()
        for path in (source / "nextauth").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert "nextauth/py.typed" in ours
    assert any(name.startswith("nextauth/pages/templates/") for name in ours)
    assert {name for name in wheel_names if ".dist-info/" not in name} == ours


@pytest.mark.packaging
def test_the_wheel_carries_the_licence_and_the_command(wheel: Path, wheel_names: set[str]) -> None:
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in wheel_names)
    (entry_points,) = (name for name in wheel_names if name.endswith("/entry_points.txt"))
    with zipfile.ZipFile(wheel) as archive:
        assert "nextauth = nextauth.cli:main" in archive.read(entry_points).decode()


@pytest.mark.packaging
def test_the_sdist_carries_the_tests_and_nothing_installed_or_built(dist: Path) -> None:
    (sdist,) = dist.glob("nextauth-*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "CHANGELOG.md", "src/nextauth/py.typed", "tests/conftest.py"} <= names
    unwanted = re.compile(r"(^|/)(node_modules|__pycache__|_build|\.venv[^/]*|\.git)(/|$)")
    assert [name for name in names if unwanted.search(name)] == []


@pytest.mark.packaging
def test_the_wheel_renders_the_sign_in_page_in_an_empty_environment(
    empty_python: Path, tmp_path: Path
) -> None:
    status, _, page = run(empty_python, "-I", "-c", SMOKE, cwd=tmp_path).partition("\n")
    assert status == "200"
    assert '<input id="' in page
    assert "Your e-mail" in page
    assert 'type="password"' in page
    assert 'action="/api/auth/callback/credentials"' in page


def test_importing_nextauth_brings_no_framework_no_templates_and_no_event_loop(
    tmp_path: Path,
) -> None:
    # Here, where they are all installed; in the empty environment they could not be imported.
    unwanted = ("asyncio", "anyio", "starlette", "fastapi", "jinja2", "httpx2", "typer", "socket")
    for name in unwanted:
        run(sys.executable, "-c", f"import {name}", cwd=tmp_path)
    # Without the measuring of coverage, which brings some of them itself.
    unmeasured = {name: value for name, value in os.environ.items() if "COV" not in name}
    found = run(sys.executable, "-c", IMPORTED, *unwanted, cwd=tmp_path, env=unmeasured)
    assert found.strip() == "[]"


def pins() -> dict[str, str]:
    written = PINS.read_text() + LDAP_PINS.read_text()
    lines = [line for line in written.splitlines() if not line.startswith("#")]
    found = [re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.]+)", line) for line in lines]
    wrong = [line for line, pin in zip(lines, found, strict=True) if pin is None]
    assert wrong == [], "every line of requirements/dev.txt and ldap.txt is NAME==VERSION"
    return {canonicalize_name(pin[1]): pin[2] for pin in found if pin}


def test_development_runs_on_versions_that_the_package_allows() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = chain(project["dependencies"], *project["optional-dependencies"].values())
    requirements = [Requirement(line) for line in wanted]
    others = [each for each in requirements if each.name != project["name"]]
    assert len(others) > len(project["dependencies"])
    pinned = pins()
    for each in others:
        assert each.specifier.contains(pinned[canonicalize_name(each.name)]), str(each)
        assert {"<", "<="} & {bound.operator for bound in each.specifier}, f"{each}: no upper bound"


def test_each_django_that_the_package_promises_is_one_that_the_tests_run_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (extra,) = map(Requirement, project["optional-dependencies"]["django"])
    lines = DJANGO_PINS.read_text().splitlines()
    newer = [Requirement(line) for line in lines if not line.startswith("#")]
    pinned = [pins()["django"], *(str(each.specifier).removeprefix("==") for each in newer)]
    assert [version for version in pinned if not extra.specifier.contains(version)] == []

    prefix = "Framework :: Django :: "
    promised = [each for each in project["classifiers"] if each.startswith(prefix)]
    assert promised == [prefix + ".".join(version.split(".")[:2]) for version in pinned]

    # ... and on this Python it is the newest one for it.
    here = [each for each in newer if each.marker is None or each.marker.evaluate()]
    (expected,) = [str(each.specifier) for each in here] or [f"=={pinned[0]}"]
    assert f"=={metadata.version('django')}" == expected
