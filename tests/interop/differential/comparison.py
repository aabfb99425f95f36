"""Owns the verdict: what the table foretells from their answers, held against ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.interop.differential.answers import Answer, flat
from tests.interop.differential.cases import Case
from tests.interop.differential.difference import Difference
from tests.interop.differential.wire import sent_by

__all__ = ["Ask", "Compared", "Foretold", "foretell", "gaps", "report"]

Ask = Callable[[Case], Answer]
_NOTHING = "—"


@dataclass(frozen=True)
class Foretold:
    """What the table makes of their answers.

    Args:
        answer: What ours must be.
        applied: The differences that had a part in it.
    """

    answer: Answer
    applied: tuple[Difference, ...]


@dataclass(frozen=True)
class Compared:
    """One case with our answer and what was foretold of it."""

    case: Case
    ours: Answer
    foretold: Foretold


def foretell(case: Case, ask_them: Ask, table: Sequence[Difference]) -> Foretold:
    """Foretell our answer to a case from theirs, to it or to what it is taken for."""
    applied: list[Difference] = []
    taken_for = case
    for each in table:
        if each.as_though is not None and (other := each.as_though(taken_for)) != taken_for:
            applied.append(each)
            taken_for = other
    answer = ask_them(taken_for.settled())
    for each in table:
        if each.rewrite is not None and (changed := each.rewrite(case, answer)) != answer:
            applied.append(each)
            answer = changed
    return Foretold(answer, tuple(applied))


def gaps(foretold: Answer, ours: Answer) -> dict[str, tuple[Any, Any]]:
    """Answer what of our answer was not foretold, as (foretold, ours) by its path."""
    if foretold == ours:
        return {}
    left, right = flat(foretold), flat(ours)
    return {
        path: (left.get(path, _NOTHING), right.get(path, _NOTHING))
        for path in sorted(left.keys() | right.keys())
        if left.get(path, _NOTHING) != right.get(path, _NOTHING)
    }


def report(compared: Compared, theirs: Answer) -> str:
    """Tell a person what differs, and in answer to what."""
    foretold, ours = compared.foretold, compared.ours
    applied = ", ".join(each.name for each in foretold.applied) or "none"
    missed = gaps(foretold.answer, ours).items()
    return "\n".join(
        [
            str(compared.case),
            str(sent_by(compared.case)),
            f"Listed differences with a part in it: {applied}. What they do not foretell:",
            *(f"  {path}: foretold {one!r}, ours {other!r}" for path, (one, other) in missed),
            f"Theirs: {theirs}",
            f"Ours:   {ours}",
        ]
    )
