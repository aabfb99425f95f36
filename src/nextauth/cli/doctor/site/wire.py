"""Owns what a question to a site is, what its answer is, and what it takes to carry both."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Protocol

__all__ = ["Answer", "Ask", "Client", "UnansweredError"]

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to be sent.

    Args:
        url: Where it goes.
        method: Its method.
        headers: Names and values.
        body: The body.
    """

    url: str
    method: str = "GET"
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Args:
        status: The status code.
        headers: Names in lower case, and values, as they came: one name may come often.
        body: The body, unpacked; not in the repr.
        at: Unix seconds at which it had arrived.
        took: Seconds from the question to its last byte.
    """

    status: int
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    at: float
    took: float

    def values(self, name: str) -> list[str]:
        """Answer every value of a header.

        Args:
            name: The header's name in lower case.
        """
        return [value for key, value in self.headers if key == name]

    def first(self, name: str) -> str:
        """Answer the first value of a header; empty if it did not come.

        Args:
            name: The header's name in lower case.
        """
        return next(iter(self.values(name)), "")

    @property
    def kind(self) -> str:
        """The media type of the body, without parameters."""
        return self.first("content-type").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def is_redirect(self) -> bool:
        """Whether it sends the browser elsewhere."""
        return 300 <= self.status < 400 and bool(self.first("location"))  # noqa: PLR2004

    def data(self) -> Any:  # noqa: ANN401 - any JSON
        """Answer the body's JSON.

        Raises:
            ValueError: It is none.
        """
        try:
            return json.loads(self.body)
        except RecursionError:
            message = "it is nested too deeply"
            raise ValueError(message) from None


class UnansweredError(Exception):
    """There was no answer.

    Args:
        reason: Why, without anything that was sent.
        is_certificate: Whether the site's certificate was not taken.
    """

    def __init__(self, reason: str, *, is_certificate: bool = False) -> None:
        self.is_certificate: bool = is_certificate
        super().__init__(reason)


class Client(Protocol):
    """Sends requests to one site."""

    @property
    def sent(self) -> int:
        """How many requests there were."""
        ...

    async def send(self, ask: Ask) -> Answer:
        """Send a request, and answer what came back.

        Args:
            ask: The request.

        Raises:
            UnansweredError: There was no answer, or no more may be sent.
        """
        ...
