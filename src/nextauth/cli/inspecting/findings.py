"""Owns what an inspection can find, as values: of one cookie or token, and of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nextauth.cli.inspecting.causes import Cause

__all__ = ["Finding", "Report", "Times"]


@dataclass(frozen=True, slots=True)
class Times:
    """When a token was written and when it ends, in Unix seconds; None where it does not say.

    Args:
        now: When it was looked at.
        issued: ``iat``.
        expires: ``exp``.
        not_before: ``nbf``.
    """

    now: float
    issued: float | None = None
    expires: float | None = None
    not_before: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one session cookie, or one bare token, is. Claims and their values are not in the repr.

    Args:
        cause: Why it is no good session; None if it is one.
        cookie: The cookie's name; None for a bare token.
        detail: More about the cause in this case.
        chunks: The chunks' numbers and sizes; empty if it is in one piece.
        size: Characters of the token.
        dialect: The dialect's name, where it could be told.
        enc: How it is encrypted, as its header says.
        sealed_for: The cookie's name that an authjs token was sealed for.
        secret: Which secret opened it, in words.
        is_newest: Whether that is the newest; None if none opened it.
        times: When it was written and when it ends; None if it did not open.
        claims: Its claims; None if it did not open.
        notes: What else is to know.
    """

    cause: Cause | None
    cookie: str | None = None
    detail: str = ""
    chunks: tuple[tuple[int, int], ...] = ()
    size: int = 0
    dialect: str | None = None
    enc: str | None = None
    sealed_for: str | None = None
    secret: str | None = None
    is_newest: bool | None = None
    times: Times | None = None
    claims: Mapping[str, Any] | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What all that was pasted comes to.

    Args:
        decisive: The finding that decides whether somebody is signed in.
        others: The findings of further session cookies.
        notes: What is to know about all of them.
    """

    decisive: Finding
    others: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether it is a good session."""
        return self.decisive.cause is None
