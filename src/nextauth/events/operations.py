"""Owns the events that tell those who run the site: what was refused, and what failed."""

from __future__ import annotations

from dataclasses import dataclass

from nextauth.events.circumstances import Circumstances

__all__ = ["ConfigurationRefused", "RequestRefused", "StoreFailed"]


@dataclass(frozen=True, slots=True)
class RequestRefused:
    """A POST was refused before it acted.

    Args:
        at: When and from where.
        reason: The error's code, such as ``"MissingCSRF"``.
        action: The route's name.
    """

    at: Circumstances
    reason: str
    action: str


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """A store could not be asked.

    Args:
        at: When; and from where, if a request needed it.
        store: Its class's name.
        purpose: What for: ``"sessions"`` or ``"limits"``.
        answered: What was done instead: ``"closed"`` (nobody is signed in) or ``"open"`` (as if
            the store had said yes, or counted in this process alone).
    """

    at: Circumstances
    store: str
    purpose: str
    answered: str


@dataclass(frozen=True, slots=True)
class ConfigurationRefused:
    """``Auth(...)`` was refused.

    Args:
        at: When.
        problems: The stable codes of the problems.
    """

    at: Circumstances
    problems: tuple[str, ...]
