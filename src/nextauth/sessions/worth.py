"""Owns what a session may be worth by its store's word; who asks the store is loaded only then."""

from __future__ import annotations

from enum import Enum

__all__ = ["Verdict"]


class Verdict(Enum):
    """What a session is worth."""

    GOOD = "good"
    ENDED = "ended"
    WITHOUT_ID = "without-id"
    """It could not be ended, so it is worth nothing; see ``"unknown"`` of `SessionEnded`."""
    STORE_FAILED = "store-failed"
    """Nobody could tell, so it is worth nothing now, and may be again."""
