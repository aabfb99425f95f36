"""A file of Debian's ``htpasswd`` keeps the contract of directories, whichever hash it holds."""

import shutil
import subprocess
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nextauth import User
from nextauth.directories.htpasswd import HtpasswdDirectory
from tests.contract.directories.contract import (
    NAME,
    OTHER,
    OTHER_PASSWORD,
    PASSWORD,
    Desk,
    DirectoryContract,
)

WAYS = {
    "bcrypt": ("-B", "-C", "4"),
    "apr1": ("-m",),
    "sha256_crypt": ("-2", "-r", "1000"),
    "sha512_crypt": ("-5", "-r", "1000"),
    "sha1": ("-s",),
    "plain": ("-p",),
}
UNSAFE = ("sha1", "plain")


def htpasswd(path: Path, name: str, password: str, *options: str) -> None:
    """Have the program write a line into a file; it asks for the password on its standard input."""
    program = shutil.which("htpasswd")
    if program is None:
        pytest.skip(
            "The program htpasswd is not on PATH; Debian's package apache2-utils brings it."
        )
    command = [program, *options, "-i", *([] if path.exists() else ["-c"]), str(path), name]
    subprocess.run(command, input=password, text=True, check=True, capture_output=True, timeout=60)


class FileDesk(Desk):
    """The desk of a file that ``htpasswd`` wrote."""

    def __init__(self, folder: Path, scheme: str) -> None:
        self.path = folder / "users.htpasswd"
        for name, password in ((NAME, PASSWORD), (OTHER, OTHER_PASSWORD)):
            htpasswd(self.path, name, password, *WAYS[scheme])
        super().__init__(HtpasswdDirectory(self.path, accept={"bcrypt", scheme}))

    def disable(self, name: str) -> None:
        subprocess.run(
            ["htpasswd", "-D", str(self.path), name], check=True, capture_output=True, timeout=60
        )

    @contextmanager
    def stopped(self) -> Generator[None]:
        elsewhere = self.path.with_suffix(".away")
        self.path.replace(elsewhere)
        try:
            yield
        finally:
            elsewhere.replace(self.path)


@pytest.fixture(params=WAYS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FileDesk]:
    made = FileDesk(tmp_path, request.param)
    yield made
    made.close()


class TestHtpasswd(DirectoryContract):
    def test_a_new_password_counts_at_once(self, desk: FileDesk) -> None:
        desk.check()
        htpasswd(desk.path, NAME, "a newer horse", "-B", "-C", "4")
        assert desk.check() is None
        assert desk.check(NAME, "a newer horse").id == NAME


@pytest.mark.parametrize("scheme", UNSAFE)
def test_unsafe_hashes_are_refused_unless_they_are_named(
    scheme: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "users.htpasswd"
    htpasswd(path, NAME, PASSWORD, *WAYS[scheme])
    desk = Desk(HtpasswdDirectory(path))
    assert desk.check() is None
    assert not desk.revalidate(User(id=NAME))
    assert HtpasswdDirectory(path, accept=[scheme]).check(desk.credentials()) == User(NAME, NAME)
    assert f"line 1 has a hash of the scheme '{scheme}', which is not accepted" in caplog.text
    assert PASSWORD not in caplog.text
    desk.close()


def test_des_crypt_is_never_read(tmp_path: Path) -> None:
    path = tmp_path / "users.htpasswd"
    htpasswd(path, NAME, "old", "-d")
    desk = Desk(HtpasswdDirectory(path))
    assert desk.check(NAME, "old") is None
    desk.close()


@pytest.mark.parametrize("scheme", WAYS)
def test_any_name_and_password_that_the_program_takes(scheme: str, tmp_path: Path) -> None:
    path = tmp_path / "users.htpasswd"
    people = {"Zoë Müller": "pässwörd 日本語", "a@b.example": "x" * 72, "#1": "'\"\\$apr1$"}
    for name, password in people.items():
        htpasswd(path, name, password, *WAYS[scheme])
    desk = Desk(HtpasswdDirectory(path, accept=[scheme]))
    del people["#1"]  # to Apache, its line is a comment
    for name, password in people.items():
        assert desk.check(name, password).id == name
        assert desk.check(name, password[:-1]) is None
    assert desk.check("#1", "'\"\\$apr1$") is None
    desk.close()
