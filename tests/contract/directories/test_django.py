"""A Django project keeps the contract of directories, asked by a program that is no Django."""

import os
import subprocess
import sys
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
from tests.contract.directories.django_shop import Shop
from tests.contract.directories.elsewhere import Elsewhere

PEOPLE = {NAME: PASSWORD, OTHER: OTHER_PASSWORD}


class ShopDesk(Desk):
    """The desk of a Django project."""

    def __init__(self, shop: Shop, elsewhere: Elsewhere) -> None:
        self.shop = shop
        super().__init__(elsewhere)

    def disable(self, name: str) -> None:
        self.shop.run(f"User.objects.filter(username={name!r}).update(is_active=False)")

    @contextmanager
    def stopped(self) -> Generator[None]:
        elsewhere = self.shop.folder / "away"
        self.shop.data.replace(elsewhere)
        try:
            yield
        finally:
            elsewhere.replace(self.shop.data)


@contextmanager
def asked(shop: Shop) -> Iterator[Elsewhere]:
    """Start a program that asks a project."""
    environment = {name: text for name, text in os.environ.items() if "DJANGO" not in name}
    function = "tests.contract.directories.django_shop:make_directory"
    elsewhere = Elsewhere(function, str(shop.folder), environment=environment)
    try:
        yield elsewhere
    finally:
        elsewhere.close()


@contextmanager
def opened(folder: Path, more: str = "") -> Iterator[ShopDesk]:
    shop = Shop(folder, PEOPLE, more)
    with asked(shop) as elsewhere:
        desk = ShopDesk(shop, elsewhere)
        try:
            yield desk
        finally:
            desk.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("shop"), PEOPLE)


@pytest.fixture(scope="module")
def elsewhere(shop: Shop) -> Iterator[Elsewhere]:
    with asked(shop) as made:
        yield made


@pytest.fixture
def desk(shop: Shop, elsewhere: Elsewhere) -> Iterator[ShopDesk]:
    database = shop.data / "db.sqlite3"
    before = database.read_bytes()
    made = ShopDesk(shop, elsewhere)
    yield made
    made.close()
    database.write_bytes(before)


class TestDjango(DirectoryContract):
    pass


def backend(name: str) -> str:
    return f"AUTHENTICATION_BACKENDS = ['shop.backends.{name}']"


def test_groups_become_roles_and_the_hash_is_upgraded_as_at_home(desk: ShopDesk) -> None:
    desk.shop.run(
        "from django.contrib.auth.hashers import make_password\n"
        "ada = User.objects.get(username='ada')\n"
        f"ada.password = make_password({PASSWORD!r}, hasher='pbkdf2_sha1')\n"
        "ada.save()\n"
        "ada.groups.add(*(Group.objects.create(name=name) for name in ('staff', 'admin')))\n"
    )
    user = desk.check()
    assert (user.name, user.email) == (NAME, "ada@shop.example")
    assert sorted(user.extra["roles"]) == ["admin", "staff"]
    found = desk.shop.run("print(User.objects.get(username='ada').password.split('$')[:2])")
    assert found == "['pbkdf2_sha256', '40']"


def test_names_are_written_as_django_writes_them(desk: ShopDesk) -> None:
    desk.shop.run("User.objects.create_user('Zoe\\u0308', password='pa\\u0308ss')")
    for name in ("Zoe\u0308", "Zo\u00eb", " Zo\u00eb "):
        assert desk.check(name, "pa\u0308ss") is not None
    assert desk.check("Zo\u00eb", "p\u00e4ss") is None


def test_whoever_is_gone_is_not_vouched_for(desk: ShopDesk) -> None:
    user = desk.check()
    desk.shop.run("User.objects.get(username='ada').delete()")
    assert not desk.revalidate(user)
    for nobody in (None, "0", "-1", "9" * 30, "1.5", "' OR 1=1", "None"):
        assert not desk.revalidate(User(id=nobody))


def test_a_backend_that_takes_the_disabled_says_so_after_the_password(tmp_path: Path) -> None:
    with opened(tmp_path, backend("Everybody")) as desk:
        desk.disable(NAME)
        assert desk.check(NAME, "wrong") is None
        with pytest.raises(CredentialsSignin) as refused:
            desk.check()
        assert refused.value.public_code == "disabled"
        assert desk.check(OTHER, OTHER_PASSWORD) is not None


@pytest.mark.parametrize(
    ("name", "told"), [("Broken", "raised RuntimeError"), ("Away", "ConnectionRefusedError")]
)
def test_a_backend_that_fails_is_an_outage(
    tmp_path: Path, name: str, told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with opened(tmp_path, backend(name)) as desk:
        for _ in range(3):
            with pytest.raises(SystemUnavailable, match=told) as outage:
                desk.check()
            assert PASSWORD not in str(outage.value)
    said = capfd.readouterr().err
    assert PASSWORD not in said
    assert ("backends.py" in said) is (name == "Broken")


REFUSED = """
import sys
from nextauth.directories import UserMap
from nextauth.directories.django import DjangoDirectory
sys.path.insert(0, "")
try:
    DjangoDirectory({arguments})
except ValueError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("'store.settings'", "store.settings"),
        ("'shop.settings', users=UserMap(id='uuid')", "use a field, such as 'pk'"),
        ("users=UserMap(id='pk', email='mail')", "'mail', which User has not"),
        ("users=UserMap(id='pk', extra={'hash': 'password'})", "not for a session"),
        ("users=UserMap(id='pk', extra={'x': 'delete'})", "may change something"),
        ("users=UserMap(id='pk', extra={'x': '__class__'})", "not for a session"),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_made(shop: Shop, arguments: str, told: str) -> None:
    assert told in shop.run(REFUSED.format(arguments=arguments))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("", "settings are not configured"),
        ("'store.settings'", "No module named 'store'"),
        ("'shop.nothing'", "No module named 'shop.nothing'"),
    ],
)
def test_settings_that_are_not_there_are_refused(shop: Shop, arguments: str, told: str) -> None:
    environment = {name: text for name, text in shop.environment.items() if "DJANGO" not in name}
    done = subprocess.run(
        [sys.executable, "-c", REFUSED.format(arguments=arguments)],
        env=environment,
        cwd=shop.folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert told in done.stdout
