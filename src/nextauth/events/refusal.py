"""Owns how the sinks learn that ``Auth(...)`` was refused."""

from __future__ import annotations

from nextauth.errors import ConfigurationError
from nextauth.events.circumstances import Circumstances
from nextauth.events.operations import ConfigurationRefused
from nextauth.events.sinks import usable
from nextauth.events.stream import EventStream

__all__ = ["tell_of_refusal"]


def tell_of_refusal(sinks: object, error: ConfigurationError, *, now: float) -> None:
    """Tell those sinks that can be told; whatever they do, the refusal stays what it is.

    Args:
        sinks: What was given as ``events``, unchecked.
        error: The refusal, which is raised afterwards.
        now: Unix seconds.
    """
    codes = tuple(problem.code for problem in error.problems)
    EventStream(usable(sinks)).tell(ConfigurationRefused(Circumstances(now), codes))
