"""PAM keeps the contract of directories, against Debian's libpam-wrapper."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nextauth.errors import CredentialsSignin, SystemUnavailable
from nextauth.models import User
from tests.contract.directories.contract import (
    NAME,
    OTHER,
    OTHER_PASSWORD,
    PASSWORD,
    Desk,
    DirectoryContract,
)
from tests.contract.directories.elsewhere import Elsewhere
from tests.contract.directories.pam_machine import SERVICE, Machine

PEOPLE = {NAME: PASSWORD, OTHER: OTHER_PASSWORD}


class MachineDesk(Desk):
    """The desk of a machine."""

    def __init__(self, machine: Machine, **environment: str) -> None:
        self.machine = machine
        self.elsewhere = Elsewhere(
            "tests.contract.directories.pam_machine:make_directory",
            environment={**self.machine.environment, **environment},
        )
        super().__init__(self.elsewhere)

    def close(self) -> None:
        self.elsewhere.close()
        super().close()

    def disable(self, name: str) -> None:
        services = {each: "another-service" if each == name else SERVICE for each in PEOPLE}
        self.machine.write({each: (PEOPLE[each], service) for each, service in services.items()})

    @contextmanager
    def stopped(self) -> Generator[None]:
        elsewhere = self.machine.passwords.with_suffix(".away")
        self.machine.passwords.replace(elsewhere)
        try:
            yield
        finally:
            elsewhere.replace(self.machine.passwords)


@contextmanager
def opened(machine: Machine, *service: str, **environment: str) -> Iterator[MachineDesk]:
    if service:
        machine.set_service(*service)
    desk = MachineDesk(machine, **environment)
    try:
        yield desk
    finally:
        desk.close()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path, PEOPLE)


@pytest.fixture
def desk(machine: Machine) -> Iterator[MachineDesk]:
    with opened(machine) as made:
        yield made


class TestPam(DirectoryContract):
    pass


def test_an_account_that_may_not_use_the_service_is_told_after_the_password(
    desk: MachineDesk,
) -> None:
    desk.disable(NAME)
    assert desk.check(NAME, "wrong") is None
    with pytest.raises(CredentialsSignin) as refused:
        desk.check()
    assert refused.value.public_code == "disabled"


def test_a_service_that_asks_for_no_password_signs_nobody_in(
    machine: Machine, capfd: pytest.CaptureFixture[str]
) -> None:
    service = (
        machine.module("auth", "chatty", "num_lines=2", "info", "error"),
        machine.matrix("account"),
    )
    with opened(machine, *service) as desk:
        for name in (NAME, "nobody", "root"):
            assert desk.check(name) is None
    assert "without asking for a password" in capfd.readouterr().err


def test_what_modules_say_beside_changes_nothing(machine: Machine) -> None:
    service = (
        machine.module("auth", "chatty", "num_lines=3", "info", "error"),
        machine.matrix("auth", "verbose"),
        machine.matrix("account", "verbose"),
    )
    with opened(machine, *service) as desk:
        user = desk.check()
        assert user == User(id=NAME, name=NAME)
        assert desk.check(NAME, "wrong") is None
        assert desk.revalidate(user)


def test_the_password_is_given_to_no_prompt_that_would_show_it(
    machine: Machine, capfd: pytest.CaptureFixture[str]
) -> None:
    service = machine.matrix("auth", "echo"), machine.matrix("account")
    with opened(machine, *service) as desk:
        assert desk.check() is None
    assert "asks for more than a password" in capfd.readouterr().err


def test_the_name_is_what_the_modules_make_of_it(machine: Machine) -> None:
    service = (
        machine.matrix("auth"),
        machine.module("account", "set_items"),
        machine.matrix("account"),
    )
    with opened(machine, *service, PAM_USER=OTHER) as desk:
        assert desk.check() == User(id=OTHER, name=OTHER)


def test_a_module_that_is_not_there_is_an_outage(machine: Machine) -> None:
    service, told = "auth required /nowhere/pam_x.so", "MODULE_UNKNOWN"
    with opened(machine, service) as desk, pytest.raises(SystemUnavailable, match=told):
        desk.check()


def test_what_is_no_name_of_an_account_reaches_no_module(desk: MachineDesk) -> None:
    with desk.stopped():
        for name in ("../ada", "/ada", "-ada", "a:da", "~ada", "@ada", "a" * 257):
            assert desk.check(name) is None
            assert not desk.revalidate(User(id=name))
        with pytest.raises(SystemUnavailable):
            desk.check()


def test_no_password_is_in_what_is_logged(
    machine: Machine, capfd: pytest.CaptureFixture[str]
) -> None:
    with opened(machine) as desk:
        desk.check()
        desk.check(NAME, "a-password-of-nobody")
        with desk.stopped(), pytest.raises(SystemUnavailable):
            desk.check()
    said = "".join(capfd.readouterr())
    assert "AUTHINFO_UNAVAIL" in said
    assert PASSWORD not in said
    assert "a-password-of-nobody" not in said
