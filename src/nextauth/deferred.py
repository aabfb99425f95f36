"""Owns that a package loads what many sites do without only when it is asked for (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module

__all__ = ["Get", "Names", "deferred"]

Get = Callable[[str], object]
Names = Callable[[], list[str]]


def deferred(package: str, elsewhere: Mapping[str, str]) -> tuple[Get, Names]:
    """Answer the ``__getattr__`` and the ``__dir__`` of a package.

    Type checkers see the names where they are imported under ``TYPE_CHECKING``.

    Args:
        package: The package's full name.
        elsewhere: Which of its modules each name is in.
    """

    def get(name: str) -> object:
        module = elsewhere.get(name)
        if module is None:
            message = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(message)
        return getattr(import_module(f"{package}.{module}"), name)

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *elsewhere})

    return get, names
