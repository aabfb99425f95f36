"""Owns what a process remembers: the store's answers, and which sessions it ended itself.

The two are apart. An answer spares the store a question for a few seconds. What was ended here
holds while the store cannot be asked at all, however many answers came since.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from nextauth.sessions.claims import identity_of

__all__ = ["LONGEST_SID", "OF_NOBODY", "Answer", "Key", "Recollection", "key_of"]

Key = tuple[str, str, str]
"""A session's id, its user's provider, and the user's id there."""

LONGEST_SID = 128
"""Characters of a session id that a store must keep; ours have 22."""

OF_NOBODY = ""
"""Stands for the provider of a session that has none."""

_MOST_KNOWN = 10_000


def key_of(claims: Mapping[str, Any]) -> Key | None:
    """Answer what a session is known by; None if it could not be ended.

    Args:
        claims: The session's claims.
    """
    provider, user_id, sid = identity_of(claims)
    if not sid or len(sid) > LONGEST_SID or user_id is None:
        return None
    return sid, provider or OF_NOBODY, user_id


@dataclass(eq=False, slots=True)
class Answer:
    """What was heard of a session.

    Args:
        read_at: Unix seconds at which the store was asked.
        is_ended: Whether the session was ended by its id.
        epoch: Its user's epoch.
    """

    read_at: float
    is_ended: bool
    epoch: int


class Recollection:
    """Remembers the latest few thousand of each, for threads and event loops alike.

    Attributes:
        recall: Answers what was heard of a session last, or None.
    """

    __slots__ = ("_answers", "_ended", "_epochs", "_lock", "_notes", "recall")

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        # No method of ours in between, since this is done at most requests.
        self.recall: Callable[[Key], Answer | None] = self._answers.get
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._epochs: OrderedDict[tuple[str, str], tuple[int, int]] = OrderedDict()
        self._notes = 0

    @property
    def mark(self) -> int:
        """How often a user's sessions were ended here so far: ask before you ask the store."""
        return self._notes

    def learn(self, key: Key, answer: Answer, *, mark: int) -> Answer:
        """Keep an answer; what was ended here while the store was asked is not undone by it.

        Args:
            key: The session.
            answer: What the store says.
            mark: The `mark` from before it was asked.

        Returns:
            What is true of the session now.
        """
        with self._lock:
            known = self._answers.pop(key, answer)
            epoch, note = self._epochs.get(key[1:], (0, 0))
            answer.is_ended = answer.is_ended or known.is_ended or key[0] in self._ended
            # What was ended before is in the answer; unless the store has lost it, and then whoever
            # signed in since has an epoch of the store's.
            answer.epoch = max(answer.epoch, known.epoch, epoch if note > mark else 0)
            _keep(self._answers, key, answer)
            return answer

    def without_store(self, key: Key) -> Answer | None:
        """Answer all that is known here of a session, however long ago; None if that is nothing.

        Args:
            key: The session.
        """
        with self._lock:
            known = self._answers.get(key)
            is_ended = key[0] in self._ended
            epoch, _ = self._epochs.get(key[1:], (0, 0))
        if known is None:
            return Answer(float("-inf"), is_ended, epoch) if is_ended or epoch else None
        return Answer(known.read_at, is_ended or known.is_ended, max(epoch, known.epoch))

    def epoch_of(self, provider: str, user_id: str) -> int:
        """Answer the epoch at which a user's sessions were ended here; 0 if they were not.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
        """
        with self._lock:
            return self._epochs.get((provider, user_id), (0, 0))[0]

    def note_ended(self, sid: str) -> None:
        """Remember that a session is ended here.

        Args:
            sid: Its id.
        """
        with self._lock:
            _keep(self._ended, sid, None)
            for key, known in self._answers.items():
                if key[0] == sid:
                    known.is_ended = True

    def note_epoch(self, provider: str, user_id: str, epoch: int) -> None:
        """Remember that all of a user's sessions are ended here.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            epoch: Their epoch from now on.
        """
        user = provider, user_id
        with self._lock:
            self._notes += 1
            _keep(self._epochs, user, (max(epoch, self._epochs.get(user, (0, 0))[0]), self._notes))
            for key, known in self._answers.items():
                if key[1:] == user:
                    known.epoch = max(known.epoch, epoch)


def _keep(entries: OrderedDict[Any, Any], key: object, value: object) -> None:
    """Put an entry last, and let the first ones go that are too many."""
    entries[key] = value
    entries.move_to_end(key)
    while len(entries) > _MOST_KNOWN:
        entries.popitem(last=False)
