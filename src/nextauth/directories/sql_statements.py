"""Owns what a directory asks a database: statements made of columns, or those that it is given.

Whatever a person typed is a parameter, never text of a statement; and the password is neither.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable, bindparam, column, func, or_, select, table, text, update
from sqlalchemy.exc import SQLAlchemyError

__all__ = ["MOST_ROWS", "Statements", "given_statements", "table_statements"]

MOST_ROWS = 10
"""Rows that are read of one name. A database may take several for it where we do not."""

ACCOUNT, KEY, OLD, NEW = "account", "key", "old", "new"
_BEFORE = "the_"  # a parameter may not be called like a column


@dataclass(frozen=True, slots=True)
class Statements:
    """What is asked.

    Args:
        by_name: Finds whoever has a name.
        by_key: Finds whoever has a key.
        renew: Puts a new hash in place of an old one; None if nothing is written.
        sample: Answers any key, so that its type is known; None if that was said.
        names: The parameters of `by_name` that are the name.
        others: The fields of the form that `by_name` needs beside it.
        before: What stands before the names of the other parameters.
    """

    by_name: Executable
    by_key: Executable
    renew: Executable | None
    sample: Executable | None
    names: tuple[str, ...]
    others: tuple[str, ...] = ()
    before: str = ""

    def named(self, name: str, others: Mapping[str, str]) -> dict[str, Any]:
        """Answer the parameters of `by_name`."""
        return {**others, **dict.fromkeys(self.names, name)}

    def keyed(self, key: object) -> dict[str, Any]:
        """Answer the parameters of `by_key`."""
        return {self.before + KEY: key}

    def renewing(self, key: object, old: object, new: str) -> dict[str, Any]:
        """Answer the parameters of `renew`."""
        return {self.before + name: each for name, each in ((KEY, key), (OLD, old), (NEW, new))}


def table_statements(  # noqa: PLR0913 - what is known of a table
    name: str,
    columns: Collection[str],
    *,
    identifiers: Sequence[str],
    fold_case: bool,
    key: str,
    password: str,
) -> Statements:
    """Answer the statements for a table.

    Args:
        name: The table, ``"users"`` or ``"schema.users"``.
        columns: What is read of it.
        identifiers: The columns of which one has the name.
        fold_case: Whether upper and lower case are the same in names.
        key: The column of the user's key.
        password: The column of the hash.
    """
    schema, _, own = name.rpartition(".")
    users = table(own, *(column(each) for each in dict.fromkeys(columns)), schema=schema or None)
    # One parameter a column, without a type: the database gives each its column's.
    names = tuple(f"{_BEFORE}{ACCOUNT}_{number}" for number in range(len(identifiers)))
    same = [
        func.lower(users.c[each]) == func.lower(bindparam(parameter))
        if fold_case
        else users.c[each] == bindparam(parameter)
        for each, parameter in zip(identifiers, names, strict=True)
    ]
    is_key = users.c[key] == bindparam(_BEFORE + KEY)
    is_old = users.c[password] == bindparam(_BEFORE + OLD)
    return Statements(
        by_name=select(users).where(or_(*same)).limit(MOST_ROWS),
        by_key=select(users).where(is_key).limit(2),
        renew=update(users).where(is_key, is_old).values({password: bindparam(_BEFORE + NEW)}),
        sample=select(users.c[key]).where(users.c[key].is_not(None)).limit(1),
        names=names,
        before=_BEFORE,
    )


def given_statements(
    by_name: str, by_key: str, renew: str | None, *, fields: Collection[str], password: str
) -> Statements:
    """Answer the statements of an application, after a look at their parameters.

    Args:
        by_name: Needs ``:account``, and may have other fields of the form.
        by_key: Needs ``:key``.
        renew: Needs ``:key``, ``:old`` and ``:new``.
        fields: The fields of the form.
        password: The field of the password.

    Raises:
        ValueError: A parameter is missing, or is none that could be given.
    """
    found = _parameters("statement", by_name)
    others = tuple(sorted(found - {ACCOUNT}))
    if password in others:
        msg = (
            f"statement has the parameter :{password}; a password never goes into a statement. "
            "Read its hash as a column, and name that as password_column"
        )
        raise ValueError(msg)
    _check("statement", found, needed={ACCOUNT}, known={ACCOUNT, *fields})
    _check("by_key", _parameters("by_key", by_key), needed={KEY}, known={KEY})
    if renew is not None:
        all_three = {KEY, OLD, NEW}
        _check("upgrade", _parameters("upgrade", renew), needed=all_three, known=all_three)
    return Statements(
        by_name=text(by_name),
        by_key=text(by_key),
        renew=None if renew is None else text(renew),
        sample=None,
        names=(ACCOUNT,),
        others=others,
    )


def _parameters(argument: str, statement: str) -> set[str]:
    try:
        return set(text(statement).compile().params)
    except (SQLAlchemyError, TypeError, AttributeError):
        msg = f"{argument} is no statement; write SQL as a str, with parameters such as :account"
        raise ValueError(msg) from None


def _check(argument: str, found: set[str], *, needed: set[str], known: Collection[str]) -> None:
    missing, unknown = sorted(needed - found), sorted(found - set(known))
    if missing:
        msg = f"{argument} lacks the parameter :{missing[0]}"
        raise ValueError(msg)
    if unknown:
        msg = f"{argument} has the parameter :{unknown[0]}, which nobody gives; known are " + (
            ", ".join(f":{each}" for each in known)
        )
        raise ValueError(msg)
