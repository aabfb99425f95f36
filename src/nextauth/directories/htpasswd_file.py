"""Owns what an htpasswd file and its group file say, and that they are read again when they change.

The rules are those of Apache's mod_authn_file and mod_authz_groupfile: ``#`` and blank lines say
nothing, the first line of a name counts, and what stands behind a second colon is ignored.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from nextauth.directories.htpasswd_hashes import FileHash, read_hash
from nextauth.errors import SystemUnavailable

__all__ = ["Entry", "People", "WatchedFile", "read_groups", "read_people"]

T = TypeVar("T")
_log = logging.getLogger("nextauth.directories")

_LARGEST = 16 * 1024 * 1024
_DISABLED = "!"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a file says of one person.

    Args:
        hash: The hash of their password.
        is_disabled: Whether an exclamation mark stands before it.
    """

    hash: FileHash
    is_disabled: bool


@dataclass(frozen=True, slots=True, repr=False)
class People:
    """Everybody whom a file names.

    Args:
        entries: By name.
        dearest: The hash that takes longest, for those whom it does not name.
    """

    entries: Mapping[str, Entry]
    dearest: FileHash | None


class WatchedFile(Generic[T]):
    """A file that is read again when it changes. Thread-safe.

    Args:
        path: Where it is.
        parse: Makes what is kept of its bytes.
        settle: Seconds for which a file without an end is taken for one that is being written.
        timer: Answers seconds of a clock that never goes back.
    """

    def __init__(
        self,
        path: Path,
        parse: Callable[[bytes], T],
        *,
        settle: float,
        timer: Callable[[], float],
    ) -> None:
        self.path = path
        self._parse = parse
        self._settle = settle
        self._timer = timer
        self._lock = Lock()
        self._stamp: tuple[int, ...] | None = None
        self._torn_since: float | None = None
        self._kept: T | None = None

    def read(self) -> T:
        """Answer what it holds now.

        Raises:
            SystemUnavailable: It is gone, cannot be read, or is far too large.
        """
        with self._lock:
            try:
                return self._read()
            except OSError as error:
                self._stamp = None
                message = f"{self.path} cannot be read: {error.strerror or type(error).__name__}"
                raise SystemUnavailable(message) from None

    def _read(self) -> T:
        found = self.path.stat()
        if not stat.S_ISREG(found.st_mode):  # to open a pipe would wait for whoever writes to it
            message = f"{self.path} is no file"
            raise SystemUnavailable(message)
        if self._kept is not None and _stamp(found) == self._stamp:
            return self._kept
        with self.path.open("rb") as file:
            stamp = _stamp(os.fstat(file.fileno()))
            written = file.read(_LARGEST + 1)
        if len(written) > _LARGEST:
            message = f"{self.path} is larger than {_LARGEST // 1024**2} MiB: is it the right file?"
            raise SystemUnavailable(message)
        if self._kept is not None and self._is_torn(written):
            return self._kept
        self._torn_since = None
        self._kept, self._stamp = self._parse(written), stamp
        return self._kept

    def _is_torn(self, written: bytes) -> bool:
        """Tell whether it is being written: not for long, since the last line may be meant so."""
        if written.endswith(b"\n"):
            return False
        now = self._timer()
        if self._torn_since is None:
            self._torn_since = now
            _log.warning(
                "%s does not end with a line's end: it may be half written, and what it said "
                "before counts for %g seconds more.",
                self.path,
                self._settle,
                extra={"code": "file-torn"},
            )
        return now - self._torn_since < self._settle


def _stamp(found: os.stat_result) -> tuple[int, ...]:
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev


def _lines(path: Path, written: bytes) -> list[tuple[int, str]]:
    """Answer the lines that say something, by number."""
    lines = []
    for number, raw in enumerate(written.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            line = raw.decode().strip()
        except UnicodeDecodeError:
            _warn(path, number, "is not UTF-8")
            continue
        if line and not line.startswith("#"):
            lines.append((number, line))
    return lines


def read_people(path: Path, accept: Collection[str], written: bytes) -> People:
    """Answer whom an htpasswd file names.

    Args:
        path: Where it is, for the log.
        accept: The schemes that count.
        written: What it holds.
    """
    entries: dict[str, Entry] = {}
    seen: set[str] = set()
    for number, line in _lines(path, written):
        name, colon, rest = line.partition(":")
        if not colon or not name:
            _warn(path, number, "has no name and colon")
        elif name in seen:
            _warn(path, number, "has a name that an earlier line has, which counts")
        else:
            seen.add(name)  # a later line must not bring back whom an earlier one refuses
            entry = _entry(path, number, rest.partition(":")[0].strip(), accept)
            if entry is not None:
                entries[name] = entry
    hashes = [each.hash for each in entries.values()]
    return People(entries, max(hashes, key=lambda each: each.cost, default=None))


def _entry(path: Path, number: int, text: str, accept: Collection[str]) -> Entry | None:
    found = read_hash(text.removeprefix(_DISABLED).strip())
    if found is None:
        _warn(path, number, "has no hash that can be read")
    elif found.scheme not in accept:
        _warn(path, number, f"has a hash of the scheme {found.scheme!r}, which is not accepted")
    else:
        return Entry(found, text.startswith(_DISABLED))
    return None


def read_groups(path: Path, written: bytes) -> Mapping[str, tuple[str, ...]]:
    """Answer the groups of everybody whom a group file names: ``group: name name``.

    Args:
        path: Where it is, for the log.
        written: What it holds.
    """
    groups: dict[str, dict[str, None]] = {}
    for number, line in _lines(path, written):
        group, colon, members = line.partition(":")
        if not colon or not group.strip():
            _warn(path, number, "has no group and colon")
            continue
        for name in members.split():
            groups.setdefault(name, {})[group.strip()] = None
    return {name: tuple(found) for name, found in groups.items()}


def _warn(path: Path, number: int, what: str) -> None:
    """Say what is wrong with a line, and nothing that stands in it."""
    _log.warning("%s, line %d %s; it is left out.", path, number, what, extra={"code": "file-line"})
