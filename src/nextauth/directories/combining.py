"""Owns how several directories are asked as one: one after the other, or by the name's domain.

What one of them says is never remembered: a password that was right a minute ago may have been
changed, and whoever was disabled would come in for as long as it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from nextauth.directories.base import Directory
from nextauth.errors import SystemUnavailable
from nextauth.fields import FormField
from nextauth.hooks import is_async_callable
from nextauth.models import Challenge, SubmittedCredentials, User
from nextauth.web.request import step

__all__ = ["ByDomain", "Chain"]

_SEPARATOR = ":"


class Chain:
    """Asks several directories, one after the other, until one knows the person.

    A user's id gets the directory's name before it, since two directories may give the same id to
    two people: ``staff:17``. Give a name once, and never to another directory.

    `check` and `revalidate` are ``def`` if those of all directories are; else they are to be
    awaited, and what blocks runs in a thread.

    Args:
        directories: By name, in the order in which they are asked; all take the same fields.

    Attributes:
        check: Asks one after the other, and answers what the first says that knows the person.
            Raises CredentialsSignin where one knows the person and says why they may not enter;
            SystemUnavailable where nobody knows them, and one could not be asked: it may be theirs.
        revalidate: Asks the directory that a user came from.

    Raises:
        ValueError: There is none, a name has a colon, or they take different fields.
    """

    def __init__(self, directories: Mapping[str, Directory]) -> None:
        self._directories = MappingProxyType(dict(directories))
        _check(self._directories)
        self._first = next(iter(self._directories.values()))
        asked = [fn for each in directories.values() for fn in (each.check, each.revalidate)]
        self._blocks = not any(is_async_callable(fn) for fn in asked)
        self.check: Callable[[SubmittedCredentials], Any] = self._check
        self.revalidate: Callable[[User], Any] = self._revalidate
        if self._blocks:
            self.check = lambda credentials: step(self._check(credentials))
            self.revalidate = lambda user: step(self._revalidate(user))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self._directories)})"

    @property
    def fields(self) -> Mapping[str, FormField]:
        """The fields of the sign-in form by name."""
        return self._first.fields

    @property
    def account(self) -> str:
        """The field that names the account."""
        return self._first.account

    async def aclose(self) -> None:
        """Let go of the connections of all."""
        for each in self._directories.values():
            aclose = getattr(each, "aclose", None)
            if aclose is not None:
                await aclose()

    async def _check(self, credentials: SubmittedCredentials) -> User | Challenge | None:
        failed: SystemUnavailable | None = None
        for name in self._order(credentials):
            try:
                answer = await self._ask(self._directories[name].check, credentials)
            except SystemUnavailable as error:
                failed = error
                continue
            if answer is not None:
                return _named(name, answer)
        if failed is not None:
            raise failed
        return None

    async def _revalidate(self, user: User) -> bool:
        name, found, own = (user.id or "").partition(_SEPARATOR)
        directory = self._directories.get(name)
        if directory is None or not found:
            return False
        return bool(await self._ask(directory.revalidate, replace(user, id=own)))

    async def _ask(self, fn: Callable[[Any], Any], value: object) -> Any:  # noqa: ANN401 - its own
        if is_async_callable(fn):
            return await fn(value)
        if self._blocks:
            return fn(value)
        import asyncio  # noqa: PLC0415 - only where something is awaited, which has it already

        return await asyncio.to_thread(fn, value)

    def _order(self, _credentials: SubmittedCredentials) -> Sequence[str]:
        return tuple(self._directories)


class ByDomain(Chain):
    """Asks the one directory that the name's domain belongs to: ``ada@staff.example.com``.

    Args:
        directories: By domain, such as ``"staff.example.com"``; ``""`` is for names without one,
            and ``"*"`` for all other domains. A user's id gets it before it, as in `Chain`.
    """

    def _order(self, credentials: SubmittedCredentials) -> Sequence[str]:
        _, _, domain = credentials.get(self.account, "").strip().rpartition("@")
        has_domain = "@" in credentials.get(self.account, "")
        wanted = domain.lower() if has_domain else ""
        if wanted in self._directories:
            return (wanted,)
        return ("*",) if has_domain and "*" in self._directories else ()


def _check(directories: Mapping[str, Directory]) -> None:
    if not directories:
        msg = "there is no directory to ask; name one at least"
        raise ValueError(msg)
    for name, each in directories.items():
        if not isinstance(name, str) or _SEPARATOR in name:
            msg = f"the directory's name {name!r} has a colon, which ends it in users' ids"
            raise ValueError(msg)
        if isinstance(each, type) or not isinstance(each, Directory):
            msg = f"{name!r} is a {type(each).__name__}, which is no directory"
            raise TypeError(msg)
    forms = {(each.account, tuple(each.fields)) for each in directories.values()}
    if len(forms) > 1:
        msg = "the directories take different fields; give all of them the same"
        raise ValueError(msg)


def _named(name: str, answer: User | Challenge) -> User | Challenge:
    if isinstance(answer, Challenge):
        return replace(answer, user=_with_name(name, answer.user))
    return _with_name(name, answer)


def _with_name(name: str, user: User) -> User:
    return replace(user, id=f"{name}{_SEPARATOR}{user.id or ''}")
