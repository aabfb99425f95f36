"""Owns a Django project as ``startproject`` makes one, with people, in a folder of its own."""

import os
import subprocess
import sys
from pathlib import Path

from nextauth.directories import Breaker, UserMap
from nextauth.directories.django import DjangoDirectory

__all__ = ["Shop", "make_directory"]

SETTINGS = """
from pathlib import Path

SECRET_KEY = "of-the-shop-alone"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(__file__).parents[1] / "data" / "db.sqlite3",
    }
}
PASSWORD_HASHERS = ["shop.hashers.Today", "shop.hashers.Yesterday"]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
USE_TZ = True
"""

# Django's own, so cheap that a hundred of them are tried in a moment.
HASHERS = """
from django.contrib.auth.hashers import PBKDF2PasswordHasher, PBKDF2SHA1PasswordHasher


class Today(PBKDF2PasswordHasher):
    iterations = 40


class Yesterday(PBKDF2SHA1PasswordHasher):
    iterations = 20
"""

BACKENDS = """
from django.contrib.auth.backends import AllowAllUsersModelBackend, BaseBackend


class Everybody(AllowAllUsersModelBackend):
    pass


class Broken(BaseBackend):
    def authenticate(self, request, username=None, password=None):
        raise RuntimeError(f"no {username} with {password}")


class Away(BaseBackend):
    def authenticate(self, request, username=None, password=None):
        raise ConnectionRefusedError
"""


class Shop:
    """A project.

    Args:
        folder: Where it is made.
        people: Passwords by name.
        more: Settings that are added.
    """

    def __init__(self, folder: Path, people: dict[str, str], more: str = "") -> None:
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir(parents=True)
        (folder / "shop").mkdir()
        for name, text in {
            "settings": SETTINGS + more,
            "hashers": HASHERS,
            "backends": BACKENDS,
        }.items():
            (folder / "shop" / f"{name}.py").write_text(text)
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "shop.settings",
            "PYTHONPATH": str(folder),
        }
        make = "User.objects.create_user(name, f'{name}@shop.example', password)"
        migrate = "call_command('migrate', verbosity=0)"
        self.run(f"{migrate}\nfor name, password in {people!r}.items(): {make}")

    def run(self, code: str) -> str:
        """Run a few lines of the project's own, and answer what they print."""
        start = (
            "import django; django.setup()\n"
            "from django.contrib.auth.models import Group, User\n"
            "from django.core.management import call_command\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", start + code],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def make_directory(folder: str) -> DjangoDirectory:
    """Make the directory of a shop, as a program does that is no Django."""
    sys.path.insert(0, folder)
    users = UserMap(id="pk", name="get_username", email="email", extra={"roles": "groups"})
    breaker = Breaker("The shop", pause=0.2)
    return DjangoDirectory("shop.settings", users=users, breaker=breaker)
