"""Owns the directory that is a file of Apache's ``htpasswd``: a name and a hash a line."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from time import monotonic  # noqa: TID251 - directories talk to the world; tests hand in another

from nextauth.directories.base import UsualForm
from nextauth.directories.breaker import Breaker
from nextauth.directories.htpasswd_file import (
    People,
    WatchedFile,
    read_groups,
    read_people,
)
from nextauth.directories.htpasswd_hashes import SCHEMES, SECURE
from nextauth.errors import CredentialsSignin, SystemUnavailable
from nextauth.models import SubmittedCredentials, User

__all__ = ["HtpasswdDirectory"]

_log = logging.getLogger("nextauth.directories")


class HtpasswdDirectory(UsualForm):
    """Signs in whom a file of ``htpasswd`` names; it is read again when it changes.

    Blocks: `check` is a plain ``def``, which runs in a worker thread. The name is the user's id.
    A hash with an exclamation mark before it is that of a disabled account.

    Args:
        path: The file.
        accept: The schemes of hashes that count, of "bcrypt", "argon2", "sha512_crypt",
            "sha256_crypt" and "apr1". "sha1" and "plain" have to be named: whoever reads such a
            file knows the passwords.
        groups_file: A file of groups, ``group: name name``, which become ``extra["roles"]``.
        settle: Seconds for which a file without a last line's end is taken for half written.
        breaker: Leaves the file alone for a while when it cannot be read.
        timer: Answers seconds of a clock that never goes back.

    Raises:
        ValueError: A file cannot be read, or a scheme is unknown.
    """

    def __init__(  # noqa: PLR0913 - options, by keyword
        self,
        path: str | os.PathLike[str],
        *,
        accept: Collection[str] = SECURE,
        groups_file: str | os.PathLike[str] | None = None,
        settle: float = 2.0,
        breaker: Breaker | None = None,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self._accept = _accepted(accept)
        if not 0 <= settle <= 60:  # noqa: PLR2004 - a file that is written for longer is mistaken
            msg = f"HtpasswdDirectory(settle={settle!r}): use seconds between 0 and 60"
            raise ValueError(msg)
        people = Path(path)
        self._people: WatchedFile[People] = WatchedFile(
            people, partial(read_people, people, self._accept), settle=settle, timer=timer
        )
        self._groups: WatchedFile[Mapping[str, tuple[str, ...]]] | None = None
        if groups_file is not None:
            groups = Path(groups_file)
            self._groups = WatchedFile(
                groups, partial(read_groups, groups), settle=settle, timer=timer
            )
        self._breaker = breaker or Breaker(f"The file {people}", pause=1.0)
        self._refuse_what_cannot_be_read()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._people.path)!r})"

    def check(self, credentials: SubmittedCredentials) -> User | None:
        """Check a name and a password against the file as it is now.

        Args:
            credentials: All parameters of the form.

        Returns:
            Who it is; None if the name or the password is wrong.

        Raises:
            CredentialsSignin: The password is right and the account is disabled: "disabled".
            SystemUnavailable: A file cannot be read.
        """
        given = self._submitted(credentials)
        if given is None:
            return None
        name, password = given
        people, groups = self._read()
        if not _is_right(people, name, password):
            return None
        if people.entries[name].is_disabled:
            raise CredentialsSignin(code="disabled")
        extra = {} if groups is None else {"roles": list(groups.get(name, ()))}
        return User(id=name, name=name, extra=extra)

    def revalidate(self, user: User) -> bool:
        """Tell whether the file still names somebody, and not as disabled.

        Args:
            user: Who, as `check` answered them.

        Raises:
            SystemUnavailable: A file cannot be read.
        """
        people, _ = self._read()
        entry = people.entries.get(user.id or "")
        return entry is not None and not entry.is_disabled

    def _read(self) -> tuple[People, Mapping[str, tuple[str, ...]] | None]:
        with self._breaker.trying():
            return self._people.read(), None if self._groups is None else self._groups.read()

    def _refuse_what_cannot_be_read(self) -> None:
        try:
            people = self._people.read()
            if self._groups is not None:
                self._groups.read()
        except SystemUnavailable as error:
            msg = f"HtpasswdDirectory(...): {error}. Make one: htpasswd -cB FILE NAME"
            raise ValueError(msg) from None
        if not people.entries:
            _log.warning(
                "%s names nobody who could sign in. Add somebody: htpasswd -B FILE NAME",
                self._people.path,
                extra={"code": "file-empty"},
            )


def _accepted(accept: Collection[str]) -> frozenset[str]:
    named = frozenset((accept,) if isinstance(accept, str) else accept)
    unknown = sorted(map(repr, named.difference(SCHEMES)))
    if unknown or not named:
        msg = (
            f"HtpasswdDirectory(accept=...) names {', '.join(unknown) or 'nothing'}; "
            f"use some of {', '.join(SCHEMES)}"
        )
        raise ValueError(msg)
    return named


def _is_right(people: People, name: str, password: str) -> bool:
    """Tell whether a password is right; whom the file names cannot be told by the time it takes."""
    entry, dearest = people.entries.get(name), people.dearest
    is_right = entry is not None and entry.hash.matches(password)
    if not is_right and dearest is not None and (entry is None or entry.hash.cost < dearest.cost):
        dearest.matches(password)
    return is_right
