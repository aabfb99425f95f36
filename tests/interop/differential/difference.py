"""Owns what a deliberate difference between an npm package and us is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.interop.differential.answers import Answer
from tests.interop.differential.cases import Case

__all__ = ["AUTHJS", "V4", "Difference"]

AUTHJS, V4 = ("authjs",), ("next-auth-v4",)


@dataclass(frozen=True)
class Difference:
    """One deliberate difference.

    Args:
        name: Tells it apart.
        reason: Why we differ.
        as_though: Answers the request that this one is taken for; the same where none is.
        rewrite: Answers what we answer where they answer this; the same where nothing differs.
        dialects: What it is a difference to.
    """

    name: str
    reason: str
    as_though: Callable[[Case], Case] | None = None
    rewrite: Callable[[Case, Answer], Answer] | None = None
    dialects: tuple[str, ...] = (*AUTHJS, *V4)
