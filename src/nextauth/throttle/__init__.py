"""Throttling: how often somebody may guess at an account, from an address, in all.

What counts guesses at second factors is imported when it is asked for: most sites have none.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from nextauth.throttle.gate import Gate, Ticket, Try
from nextauth.throttle.policy import STANDARD, Throttle, most_within

if TYPE_CHECKING:
    from nextauth.throttle.factor_gate import FactorGate, FactorTry

__all__ = [
    "STANDARD",
    "FactorGate",
    "FactorTry",
    "Gate",
    "Throttle",
    "Ticket",
    "Try",
    "most_within",
]

_ELSEWHERE = {
    "FactorGate": "factor_gate",
    "FactorTry": "factor_gate",
}


def __getattr__(name: str) -> object:
    """Load what is asked for (PEP 562)."""
    module = _ELSEWHERE.get(name)
    if module is None:
        message = f"module 'nextauth.throttle' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"nextauth.throttle.{module}"), name)


def __dir__() -> list[str]:
    """List what can be asked for, too."""
    return sorted({*globals(), *__all__})
