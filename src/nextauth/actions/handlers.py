"""Owns what answers a request, and that what most sites do not serve is loaded by those that do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from importlib import import_module

from nextauth.actions.exchange import Exchange
from nextauth.web import Response

__all__ = ["Handler", "Later"]

Handler = Callable[[Exchange], Awaitable[Response]]


class Later(Mapping[str, Handler]):
    """What answers each method of a route: its module is loaded when one of them is taken out.

    Args:
        module: The module among the actions.
        names: What answers each method is called there.
    """

    __slots__ = ("_module", "_names")

    def __init__(self, module: str, **names: str) -> None:
        self._module = module
        self._names = names

    def __getitem__(self, method: str) -> Handler:
        """Answer what answers a method."""
        name = self._names[method]
        handler: Handler = getattr(import_module(f"nextauth.actions.{self._module}"), name)
        return handler

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
