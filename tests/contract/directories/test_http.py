"""The contract of directories, over an existing login endpoint that speaks HTTP."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nextauth.directories import Breaker, UserMap
from nextauth.directories.http import AccountStatus, HttpDirectory, JsonPath, RedirectTo
from tests.contract.directories.contract import (
    NAME,
    OTHER,
    OTHER_PASSWORD,
    PASSWORD,
    Desk,
    DirectoryContract,
)
from tests.login_api import SERVICE_KEY, Account, Certificates, LoginApi


class HttpDesk(Desk):
    """The desk of a login API."""

    def __init__(self, server: LoginApi, directory: HttpDirectory) -> None:
        super().__init__(directory)
        self.server = server
        server.api.accounts = {
            NAME: Account("1", PASSWORD, "ada@example.com"),
            OTHER: Account("2", OTHER_PASSWORD, "grace@example.com"),
        }

    def disable(self, name: str) -> None:
        self.server.api.accounts[name].is_active = False

    @contextmanager
    def stopped(self) -> Generator[None]:
        self.server.stop()
        try:
            yield
        finally:
            self.server.start()


def status_of(server: LoginApi) -> AccountStatus:
    return AccountStatus(
        f"{server.origin}/users/{{id}}",
        headers={"Authorization": SERVICE_KEY},
        active=JsonPath("$.active", equals=True),
    )


def breaker() -> Breaker:
    return Breaker("the login API", pause=0.05)


@pytest.fixture(scope="module")
def https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LoginApi, Path]]:
    ca_file, certificate = Certificates(tmp_path_factory.mktemp("tls")).issue()
    with LoginApi(certificate).running() as server:
        yield server, ca_file


@pytest.fixture(scope="module")
def http() -> Iterator[LoginApi]:
    with LoginApi().running() as server:
        yield server


class TestJson(DirectoryContract):
    @pytest.fixture
    def desk(self, https: tuple[LoginApi, Path]) -> Iterator[HttpDesk]:
        server, ca_file = https
        directory = HttpDirectory(
            f"{server.origin}/session",
            send={"username": "login", "password": "secret"},
            users=UserMap(id="id", name="name", email="$.mail.work"),
            users_at="$.user",
            success=JsonPath("$.ok", equals=True),
            account_status=status_of(server),
            ca_file=str(ca_file),
            breaker=breaker(),
            timeout=20,
        )
        desk = HttpDesk(server, directory)
        yield desk
        desk.close()

    def test_the_user_is_as_the_mapping_says(self, desk: HttpDesk) -> None:
        user = desk.check()
        assert (user.id, user.name, user.email) == ("1", "Ada", "ada@example.com")


class TestForm(DirectoryContract):
    @pytest.fixture
    def desk(self, http: LoginApi) -> Iterator[HttpDesk]:
        server = http
        directory = HttpDirectory(
            f"{server.origin}/form",
            send={"username": "user[name]", "password": "user[password]"},
            format="form",
            success=RedirectTo("/home", refused=("/form",)),
            users=UserMap(id="id", name="name"),
            users_at="$.data[0]",
            user_url=f"{server.origin}/me",
            account_status=status_of(server),
            breaker=breaker(),
            timeout=20,
        )
        desk = HttpDesk(server, directory)
        yield desk
        desk.close()
