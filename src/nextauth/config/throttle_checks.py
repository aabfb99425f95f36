"""Owns what is refused of the limits on guessing, and of providers that cannot be counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nextauth.errors import Problem
from nextauth.protocols import lacking
from nextauth.providers import Provider
from nextauth.stores import Limit, LimitStore
from nextauth.throttle import Throttle

__all__ = ["throttle_problems"]

_LIMITS = ("account", "pair", "address", "device")


def throttle_problems(throttle: object, *, providers: Sequence[Provider]) -> Iterator[Problem]:
    """Check the limits, and that each provider's tries can be counted by account.

    Args:
        throttle: The limits; None where nothing is to be counted.
        providers: The providers.
    """
    if throttle is None:
        return
    if not isinstance(throttle, Throttle):
        yield Problem(
            "throttle-type",
            f"throttle= is a {type(throttle).__name__}.",
            "Pass Throttle.standard(), Throttle.strict() or one of your own; None turns it off.",
        )
        return
    for name in _LIMITS:
        limits = getattr(throttle, name)
        if not isinstance(limits, tuple) or not limits or not _are_limits(limits):
            yield Problem(
                "throttle-limits",
                f"Throttle({name}={limits!r}) is no tuple of limits.",
                f"Pass {name}=(Limit(5, 60), Limit(20, 3600)).",
            )
    if throttle.alarm is not None and not isinstance(throttle.alarm, Limit):
        yield Problem(
            "throttle-alarm",
            f"Throttle(alarm={throttle.alarm!r}) is no limit.",
            "Pass alarm=Limit(1000, 3600), or None for no alarm.",
        )
    store = throttle.store
    lack = None if store is None else lacking(store, LimitStore)
    if lack is not None:
        yield Problem(
            "throttle-store",
            f"Throttle(store=...) got a {type(store).__name__}, which cannot count tries: {lack}.",
            "Pass a store of nextauth.stores.backends that can, or None for this process alone.",
        )
    for provider in providers:
        counting_problems = getattr(provider, "counting_problems", None)
        if counting_problems is not None and not isinstance(provider, type):
            yield from counting_problems()


def _are_limits(limits: tuple[object, ...]) -> bool:
    return all(isinstance(each, Limit) for each in limits)
