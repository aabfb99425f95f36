"""Owns what is refused of the options on how long sessions last, and how they are ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from nextauth.config.options import DAY, Revocation, SessionOptions, TimePadding
from nextauth.errors import Problem
from nextauth.protocols import lacking
from nextauth.providers import Provider

__all__ = ["padding_problems", "revocation_problems", "session_problems"]

_LONGEST_LIFE = 400 * DAY
_AGES = ("max_age", "update_age", "absolute_max_age", "browser_max_age")
_LIVES = ("max_age", "absolute_max_age", "browser_max_age")


def session_problems(session: object, *, providers: Sequence[Provider]) -> Iterator[Problem]:
    """Check strategy and lifetimes."""
    if not isinstance(session, SessionOptions):
        yield Problem(
            "session-type",
            f"session= is a {type(session).__name__}.",
            "Pass SessionOptions(max_age=..., update_age=...).",
        )
        return
    if session.strategy != "jwt":
        yield Problem(
            "session-strategy",
            f"SessionOptions(strategy={session.strategy!r}): users who sign in with credentials "
            "are not kept in a database; only JSON Web Tokens work.",
            "Leave strategy out, or write strategy='jwt'.",
        )
    for name in ("accept_bearer", "bearer"):
        if not isinstance(getattr(session, name), bool):
            yield Problem(
                "session-bearer",
                f"SessionOptions({name}={getattr(session, name)!r}) is not a bool.",
                "Use True, or leave it out.",
            )
    yield from _remember_problems(session, providers)
    yield from _age_problems(session)


def _age_problems(session: SessionOptions) -> Iterator[Problem]:
    for name in _AGES:
        value = getattr(session, name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            yield Problem(
                "session-age",
                f"SessionOptions({name}={value!r}) is not a number of seconds.",
                "Pass an int, such as 24 * 60 * 60.",
            )
            return
    for name in _LIVES:
        value = getattr(session, name)
        if not 0 < value <= _LONGEST_LIFE:
            yield Problem(
                "session-max-age",
                f"SessionOptions({name}={value}): browsers keep cookies from 1 second to 400 days.",
                f"Choose at most {_LONGEST_LIFE}.",
            )
    if session.update_age > session.max_age:
        yield Problem(
            "session-update-age",
            f"SessionOptions(update_age={session.update_age}) is longer than max_age="
            f"{session.max_age}, so that sessions would end while they are used.",
            "Choose an update_age below max_age.",
        )


def _remember_problems(session: SessionOptions, providers: Sequence[Provider]) -> Iterator[Problem]:
    name = session.remember_field
    if name is None:
        return
    if not isinstance(name, str) or not name:
        yield Problem(
            "session-remember",
            f"SessionOptions(remember_field={name!r}) is no field's name.",
            "Write the name of a checkbox in the form, such as 'remember', or leave it out.",
        )
        return
    forms = [each.fields for each in providers if getattr(each, "fields", None)]
    if forms and not any(name in form for form in forms):
        yield Problem(
            "session-remember",
            f"SessionOptions(remember_field={name!r}): no provider has such a field, so that "
            "nobody could ask to stay signed in.",
            f"Add it: fields={{..., {name!r}: FormField('Stay signed in', type='checkbox', "
            "required=False)}.",
        )


def revocation_problems(revocation: object) -> Iterator[Problem]:
    """Check the store of ended sessions, and how far it is believed."""
    if revocation is None:
        return
    if not isinstance(revocation, Revocation):
        yield Problem(
            "revocation-type",
            f"revocation= is a {type(revocation).__name__}.",
            "Pass Revocation(store).",
        )
        return
    from nextauth.stores import SessionStore  # noqa: PLC0415 - most sites keep no sessions

    lack = lacking(revocation.store, SessionStore)
    if lack is not None:
        yield Problem(
            "revocation-store",
            f"Revocation(store=...) got a {type(revocation.store).__name__}, which keeps no "
            f"sessions: {lack}.",
            "Pass MemoryStore(), a store of nextauth.stores.backends, or one that is a "
            "SessionStore.",
        )
    for name in ("staleness", "seen_every"):
        value = getattr(revocation, name)
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= DAY:
            yield Problem(
                "revocation-seconds",
                f"Revocation({name}={value!r}) is not a number of seconds, of a day at most.",
                "Use a small number, such as 5.",
            )
    if revocation.on_failure not in ("closed", "open"):
        yield Problem(
            "revocation-failure",
            f"Revocation(on_failure={revocation.on_failure!r}) is unknown.",
            "Use 'closed': nobody is signed in while the store fails. Or 'open'.",
        )
    until = revocation.adopt_until
    if until is not None and not (isinstance(until, datetime) and until.tzinfo is not None):
        yield Problem(
            "revocation-adopt",
            f"Revocation(adopt_until={until!r}) is no moment that is the same everywhere.",
            "Write datetime(2030, 1, 31, tzinfo=UTC).",
        )


def padding_problems(padding: object) -> Iterator[Problem]:
    """Check how long refusals are held back."""
    if padding is None:
        return
    if not isinstance(padding, TimePadding):
        yield Problem(
            "padding-type",
            f"padding= is a {type(padding).__name__}.",
            "Pass TimePadding(floor=...), or None to hold no refusal back.",
        )
        return
    for name, most in (("floor", 0.5), ("quantum", 0.5), ("longest", 0.5)):
        value = getattr(padding, name)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or not 0 < value <= most:
            yield Problem(
                "padding-seconds",
                f"TimePadding({name}={value!r}) is not a number of seconds, of {most} at most.",
                "Use a small number, such as 0.2.",
            )
            return
    if padding.floor > padding.longest:
        yield Problem(
            "padding-floor",
            f"TimePadding(floor={padding.floor}) is above longest={padding.longest}.",
            "Choose a floor below longest.",
        )
    if not isinstance(padding.most_held, int) or padding.most_held < 1:
        yield Problem(
            "padding-most-held",
            f"TimePadding(most_held={padding.most_held!r}) is not a number of refusals.",
            "Use an int, such as 256.",
        )
