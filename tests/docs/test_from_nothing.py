"""The sections "From nothing to a signed-in request", from their first command to their last.

Each is done as its reader would do it: in an empty folder, with an environment that knows nothing
of this project, and with `nextauth` from the wheel that is built from this checkout. The text stays
as it is shown, but for the port.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.docs.programs import FROM_NOTHING, ROOT, WALKED, Block, blocks_of
from tests.servers import free_port, running
from tests.wheel import built_wheel

PORT = "8000"
COPY = "/path/to/the/copy"
MOST_LINES = 10
# A session is awaited in Quart, which takes a line of its own.
LONGER = {"quart.md": 11}
LONGEST = 600
PINS = ROOT / "requirements" / "dev.txt"
# What pip says where there is no network; its words for a package that is not there are others.
OFFLINE = re.compile(r"NewConnectionError|NameResolutionError|ConnectTimeoutError|ProxyError")
# What says how this machine reaches the package index.
OF_PIP = re.compile(r"PIP_|SSL_CERT|REQUESTS_CA_|(HTTPS?|NO|ALL)_PROXY\Z", re.IGNORECASE)
SIGN_IN = "/api/auth/callback/credentials"


@dataclass
class Reader:
    """Somebody who does what a page says.

    Args:
        folder: An empty folder, where the reader's terminals open.
        environment: What a new terminal has in its environment.
        port: Stands in for the port that the page names, which may be taken.
        wheel: Stands in for the copy of the repository, which others may change meanwhile.
    """

    folder: Path
    environment: Mapping[str, str]
    port: int
    wheel: Path

    def __post_init__(self) -> None:
        self.place = self.folder
        self.shell = dict(self.environment)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def read(self, text: str) -> str:
        return text.replace(PORT, str(self.port))

    def run(self, text: str) -> None:
        """Run commands in the first terminal, which remembers its folder and its environment."""
        state = self.folder.with_suffix(".terminal")
        then = f'\n{{ pwd; env -0; }} > "{state}"\n'
        self._bash(text.replace(COPY, str(self.wheel)) + then, cwd=self.place, env=self.shell)
        place, _, variables = state.read_text("utf-8").partition("\n")
        self.place = Path(place)
        pairs = [pair.partition("=") for pair in variables.split("\0") if pair]
        self.shell = {name: value for name, _, value in pairs}

    def save(self, block: Block) -> None:
        path = self.place / block.path
        path.parent.mkdir(parents=True, exist_ok=True)
        assert path.exists() is (block.role == "append"), f"{block.path} at {block.name}"
        with path.open("a", encoding="utf-8") as file:
            file.write(block.text)

    def run_in_second_terminal(self, text: str) -> str:
        return self._bash(self.read(text), cwd=self.place, env=self.environment)

    def _bash(self, text: str, *, cwd: Path, env: Mapping[str, str]) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        if done.returncode and OFFLINE.search(done.stdout + done.stderr):
            pytest.skip("pip cannot reach the package index")
        assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_wheel(tmp_path_factory.mktemp("dist"))


@pytest.fixture
def reader(wheel: Path, tmp_path: Path) -> Reader:
    """Somebody on a machine that has this Python, and nothing of this project."""
    if shutil.which("curl", path=os.defpath) is None:
        pytest.skip(f"curl is not in {os.defpath}")
    names = ("bin", "home", "reader")
    bin_folder, home, folder = (tmp_path / name for name in names)
    for each in (bin_folder, home, folder):
        each.mkdir()
    (bin_folder / "python3").symlink_to(Path(sys.executable).resolve())
    constraints = tmp_path / "constraints.txt"
    version = wheel.name.split("-")[1]
    constraints.write_text(f"{PINS.read_text('utf-8')}\nnextauth=={version}\n", "utf-8")
    pip = settings_of_pip()
    return Reader(
        folder,
        {
            **pip,
            "HOME": str(home),
            "PATH": f"{bin_folder}{os.pathsep}{os.defpath}",
            "PIP_CONSTRAINT": str(constraints),
            "PIP_NO_COMPILE": "1",  # the one thing that is not as it would be: it saves minutes
        },
        free_port(),
        wheel,
    )


def settings_of_pip() -> dict[str, str]:
    """Answer the one thing that a reader would have and this test does not ask for: a network."""
    given = {name: value for name, value in os.environ.items() if OF_PIP.match(name)}
    for path in (".config/pip/pip.conf", ".pip/pip.conf"):
        if (Path.home() / path).is_file():
            given.setdefault("PIP_CONFIG_FILE", str(Path.home() / path))
    return given


def steps_of(page: Path) -> list[Block]:
    return [block for block in blocks_of(page) if block.section == FROM_NOTHING]


def own_lines(blocks: list[Block]) -> list[str]:
    code = "\n".join(block.text for block in blocks if block.role in {"file", "append"})
    lines = [line.strip() for line in code.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def test_the_three_frameworks_have_such_a_section() -> None:
    assert {"fastapi.md", "flask.md", "django.md"} <= {page.name for page in WALKED}


@pytest.mark.parametrize("page", WALKED, ids=lambda page: page.name)
def test_the_page_goes_on_with_code_for_a_page_an_endpoint_and_a_test(page: Path) -> None:
    sections = list(dict.fromkeys(block.section for block in blocks_of(page, "python")))
    assert sections[:4] == [FROM_NOTHING, "A page", "An API endpoint", "A test"]
    templates = [block for block in blocks_of(page, "html") if block.role == "file"]
    assert all("Sign in" in each.text and "Sign out" in each.text for each in templates)
    assert templates


@pytest.mark.parametrize("page", WALKED, ids=lambda page: page.name)
def test_the_reader_writes_ten_lines_at_most(page: Path) -> None:
    lines = own_lines(steps_of(page))
    assert 0 < len(lines) <= LONGER.get(page.name, MOST_LINES), lines


@pytest.mark.parametrize("page", WALKED, ids=lambda page: page.name)
def test_every_block_of_the_section_is_a_step(page: Path) -> None:
    roles = [step.role for step in steps_of(page)]
    saved = [role for role in roles if role in {"file", "append"}]
    assert roles == ["run", *saved, "serve", "second terminal", "prints"]


@pytest.mark.packaging
@pytest.mark.parametrize("page", WALKED, ids=lambda page: page.name)
def test_the_commands_end_with_a_signed_in_request(page: Path, reader: Reader, wheel: Path) -> None:
    install, *files, serve, second, prints = steps_of(page)
    reader.run(install.text)
    assert_that_it_came_from(wheel, reader.place)
    for block in files:
        reader.save(block)
    *before, server = serve.text.rstrip("\n").split("\n")
    reader.run("\n".join(before))
    with running(
        ["bash", "-c", reader.read(server)],
        url=f"{reader.address}/api/auth/csrf",
        cwd=reader.place,
        env=reader.shell,
    ):
        assert reader.run_in_second_terminal(second.text).strip() == prints.text.strip()
        assert_that_only_the_pin_opens(reader.address)


def assert_that_it_came_from(wheel: Path, place: Path) -> None:
    """What was installed is this checkout, and no other package of the same name and version."""
    (packages,) = place.glob(".venv/lib/*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith(".py")]
        assert names
        for name in names:
            assert (packages / name).read_bytes() == archive.read(name), name


def assert_that_only_the_pin_opens(address: str) -> None:
    """The page that the last command asks for is closed to everybody else."""
    headers = {"Origin": address}
    with httpx2.Client(base_url=address, headers=headers, timeout=LONGEST) as client:
        assert client.get("/me").status_code == 401
        client.post(SIGN_IN, data={"pin": "1066"})
        assert client.get("/me").status_code == 401
        shown = client.get("/me", headers={"Sec-Fetch-Mode": "navigate"}, follow_redirects=True)
        assert 'name="pin"' in shown.text
        client.post(SIGN_IN, data={"pin": "1815"})
        assert client.get("/me").status_code == 200
