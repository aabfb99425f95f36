"""Owns a machine's PAM as ``libpam-wrapper`` plays it: the host's own is not touched.

The wrapper stands in for libpam by `LD_PRELOAD`. pamela looks libpam up by its file's name instead,
so the wrapper gets that name too, in a folder that is searched first. It reads the services when
it starts, and the file of passwords each time.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from nextauth.directories import Breaker
from nextauth.directories.pam import PamDirectory

__all__ = ["SERVICE", "Machine", "make_directory"]

SERVICE = "nextauth"


class Machine:
    """A machine.

    Args:
        folder: Where its files are made.
        people: Passwords by name.
    """

    def __init__(self, folder: Path, people: Mapping[str, str]) -> None:
        wrappers = sorted(Path("/usr/lib").glob("*/libpam_wrapper.so"))
        if not wrappers:
            pytest.skip(
                "libpam_wrapper.so is not there; Debian's package libpam-wrapper brings it."
            )
        self._wrapper = wrappers[0]
        self._services = folder / "pam.d"
        self._libraries = folder / "lib"
        self.passwords = folder / "passwords"
        self._services.mkdir(parents=True)
        self._libraries.mkdir()
        (self._libraries / "libpam.so.0").symlink_to(self._wrapper)
        self.write({name: (password, SERVICE) for name, password in people.items()})
        self.set_service(self.matrix("auth"), self.matrix("account"))

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "LD_LIBRARY_PATH": str(self._libraries),
            "LD_PRELOAD": str(self._wrapper),
            "PAM_WRAPPER": "1",
            "PAM_WRAPPER_SERVICE_DIR": str(self._services),
        }

    def write(self, people: Mapping[str, tuple[str, str]]) -> None:
        """Write the file of passwords, and of the service that each account may use."""
        lines = [f"{name}:{password}:{service}\n" for name, (password, service) in people.items()]
        new = self.passwords.with_suffix(".new")
        new.write_text("".join(lines))
        new.replace(self.passwords)

    def module(self, kind: str, name: str, *options: str) -> str:
        """Answer a line of a service: one of the wrapper's own modules."""
        path = self._wrapper.parent / "pam_wrapper" / f"pam_{name}.so"
        return " ".join((kind, "required", str(path), *options))

    def matrix(self, kind: str, *options: str) -> str:
        """Answer the line of the module that reads the file of passwords."""
        return self.module(kind, "matrix", f"passdb={self.passwords}", *options)

    def set_service(self, *lines: str) -> None:
        """Write the service's file."""
        (self._services / SERVICE).write_text("".join(f"{line}\n" for line in lines))


def make_directory() -> PamDirectory:
    """Make the directory, within the wrapper's environment."""
    return PamDirectory(SERVICE, breaker=Breaker("PAM", pause=0.2))
