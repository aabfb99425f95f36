"""Owns what an object lacks to keep a Protocol: no check has a list of members of its own."""

from __future__ import annotations

__all__ = ["lacking"]


def lacking(value: object, *protocols: type) -> str | None:
    """Say what keeps an object from being what Protocols describe; None if nothing does.

    It tells by names alone, as ``isinstance`` would of a `typing.runtime_checkable` Protocol.

    Args:
        value: The object.
        protocols: What it has to be, all of them.

    Returns:
        The end of a sentence, such as "it lacks hooks, vouch".
    """
    if isinstance(value, type):
        return f"it is the class {value.__name__}, not an object of it"
    lacks = [each for each in _members(protocols) if not _has(value, each)]
    return f"it lacks {', '.join(lacks)}" if lacks else None


def _has(value: object, member: str) -> bool:
    """Look at the class first: a property that fails is there, and its failure another mistake."""
    return hasattr(type(value), member) or hasattr(value, member)


def _members(protocols: tuple[type, ...]) -> list[str]:
    """Answer the public members of Protocols, in the order in which they are written down."""
    bases = [base for each in protocols for base in reversed(each.__mro__)]
    return list(
        dict.fromkeys(name for base in bases for name in vars(base) if not name.startswith("_"))
    )
