"""Owns what an answer of a login endpoint says: signed in, refused, or nothing that is known.

An answer that nobody foresaw is never taken for a refusal: a page that says "we are back at noon"
must not count as a wrong password, and one that moved must be found in the log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from nextauth.directories.http.cookies import cookies_set
from nextauth.directories.http.paths import JsonPath, NotJsonError, parse_json

__all__ = ["Answer", "Condition", "HasCookie", "RedirectTo", "Status", "Verdict", "Verdicts"]

_LONGEST_LOCATION = 2_048


class Answer:
    """What a system answered, read to its end.

    Args:
        url: Where it came from.
        status: The status.
        headers: Names in lower case, and values.
        body: The body, decoded.
        now: Unix seconds.
    """

    def __init__(
        self,
        url: str,
        status: int,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        *,
        now: float = 0.0,
    ) -> None:
        self.url: str = url
        self.status: int = status
        self.body: bytes = body
        self.now: float = now
        self._headers = tuple(headers)

    def __repr__(self) -> str:
        return f"Answer({self.status}, {len(self.body)} bytes)"

    def all(self, name: str) -> list[str]:
        """Answer the values of a header.

        Args:
            name: Its name, in lower case.
        """
        return [value for each, value in self._headers if each == name]

    @cached_property
    def cookies(self) -> Mapping[str, str]:
        """The cookies that it sets."""
        return cookies_set(self.all("set-cookie"), now=self.now)

    @cached_property
    def document(self) -> Any:  # noqa: ANN401 - any JSON
        """The body as JSON.

        Raises:
            NotJsonError: It is none.
        """
        return parse_json(self.body)

    def says(self, path: JsonPath) -> bool:
        """Tell whether it is JSON that has something; what is no JSON has nothing.

        Args:
            path: What.
        """
        try:
            return path.matches(self.document)
        except NotJsonError:
            return False


@dataclass(frozen=True, slots=True, init=False)
class Status:
    """Holds if the answer has one of these statuses.

    Args:
        statuses: From 200 to 299.

    Raises:
        ValueError: There is none, or one that says something else.
    """

    statuses: tuple[int, ...]

    def __init__(self, *statuses: int) -> None:
        if not statuses or not all(_is_status(each, 200, 299) for each in statuses):
            msg = f"Status{statuses!r}: use numbers from 200 to 299, such as Status(200)"
            raise ValueError(msg)
        object.__setattr__(self, "statuses", tuple(statuses))


@dataclass(frozen=True, slots=True)
class HasCookie:
    """Holds if the answer sets a cookie, with a value that is not empty and not over.

    Many systems set one at each visit, also at a wrong password: look before you rely on it.

    Args:
        name: The cookie's name.

    Raises:
        ValueError: It is empty.
    """

    name: str

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            msg = f"HasCookie({self.name!r}): name the cookie, such as HasCookie('sid')"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class RedirectTo:
    """Holds if the answer sends the browser to a page of the same system. Nobody goes there.

    Args:
        path: The page that follows a sign-in, such as ``"/home"``; a query does not count.
        refused: The pages that follow a wrong password, such as ``("/login",)``.

    Raises:
        ValueError: One of them does not begin with a slash.
    """

    path: str
    refused: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.refused, str):
            msg = f"RedirectTo(refused={self.refused!r}) takes several: write ({self.refused!r},)"
            raise ValueError(msg)  # noqa: TRY004 - all that is wrong is one kind of error
        for each in (self.path, *self.refused):
            if not isinstance(each, str) or not each.startswith("/"):
                msg = f"RedirectTo: {each!r} is no path of a page; write one such as '/home'"
                raise ValueError(msg)
        if self.path in self.refused:
            msg = f"RedirectTo({self.path!r}) is named as refused, too: it would mean both"
            raise ValueError(msg)


Condition = Status | JsonPath | HasCookie | RedirectTo


class Verdict(Enum):
    """What an answer says of who tried to sign in."""

    SIGNED_IN = "signed in"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Tells answers apart.

    Args:
        success: All of them hold for who is signed in.
        refused: Statuses that say that name or password is wrong.
    """

    success: tuple[Condition, ...]
    refused: tuple[int, ...] = field(default=())

    def of(self, answer: Answer) -> Verdict:
        """Answer what an answer says.

        Args:
            answer: The answer.

        Raises:
            NotJsonError: It should be JSON, and is none.
        """
        if self._is_signed_in(answer):
            return Verdict.SIGNED_IN
        if answer.status in self.refused or self._is_foreseen(answer):
            return Verdict.REFUSED
        return Verdict.UNKNOWN

    def _is_signed_in(self, answer: Answer) -> bool:
        is_page = any(isinstance(each, (HasCookie, RedirectTo)) for each in self.success)
        if not _is_status(answer.status, 200, 399 if is_page else 299):
            return False
        try:
            return all(_holds(each, answer) for each in self.success)
        except NotJsonError:
            if answer.status in self.refused:
                return False
            raise

    def _is_foreseen(self, answer: Answer) -> bool:
        """Tell whether an answer that is no success is what a wrong password is answered with."""
        if _is_status(answer.status, 200, 299):
            # With a status that was asked for, and without what has to come with it.
            return all(_holds(each, answer) for each in self.success if isinstance(each, Status))
        goes_to = _page(answer)
        return goes_to is not None and any(
            goes_to in each.refused for each in self.success if isinstance(each, RedirectTo)
        )


def _holds(condition: Condition, answer: Answer) -> bool:
    match condition:
        case Status():
            return answer.status in condition.statuses
        case JsonPath():
            return condition.matches(answer.document)
        case HasCookie():
            return bool(answer.cookies.get(condition.name))
        case RedirectTo():
            return _page(answer) == condition.path


def _page(answer: Answer) -> str | None:
    """Answer the path that an answer sends the browser to, if it is the same system's."""
    locations = answer.all("location")
    if not _is_status(answer.status, 300, 399) or len(locations) != 1:
        return None
    if len(locations[0]) > _LONGEST_LOCATION:
        return None
    try:
        there = urlsplit(urljoin(answer.url, locations[0]))
        is_own = _origin(urlsplit(answer.url)) == _origin(there)
    except ValueError:
        return None
    return (there.path or "/") if is_own else None


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    usual = {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.hostname, usual if url.port is None else url.port


def _is_status(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
