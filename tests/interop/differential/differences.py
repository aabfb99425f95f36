"""Owns the table of deliberate differences, in the order of their effect."""

from tests.interop.differential.answered import ANSWERED
from tests.interop.differential.answered_v4 import ANSWERED_V4
from tests.interop.differential.difference import Difference
from tests.interop.differential.refused import REFUSED
from tests.interop.differential.remembered import REMEMBERED
from tests.interop.differential.taken_for import TAKEN_FOR

__all__ = ["DIFFERENCES", "differences_of"]

DIFFERENCES: tuple[Difference, ...] = (
    *TAKEN_FOR,
    *ANSWERED_V4,
    *ANSWERED,
    *REMEMBERED,
    *REFUSED,
)


def differences_of(dialect: str) -> tuple[Difference, ...]:
    """Answer the differences to one npm package."""
    return tuple(each for each in DIFFERENCES if dialect in each.dialects)
