"""Owns what is found about the stores: what is kept in one process, and whether they answer."""

from __future__ import annotations

from collections.abc import Iterator

from nextauth.cli.doctor.checks import Check
from nextauth.cli.doctor.configured.subject import Configured
from nextauth.cli.doctor.findings import Diagnosis, Finding, Severity
from nextauth.stores import MemoryStore

__all__ = ["CHECKS"]

_SHARED = "Use a store of nextauth.stores.backends that all processes share."

FACTORS = Diagnosis(
    "second-factor-memory",
    Severity.ERROR,
    "Second factors are kept in one process's memory: at a restart everybody's are gone, and with "
    "them the second step.",
    _SHARED,
)
REVOCATION_APART = Diagnosis(
    "revocation-apart",
    Severity.ERROR,
    "Several processes serve the site, and each remembers ended sessions for itself: what one "
    "ends goes on in the others.",
    _SHARED,
)
REVOCATION = Diagnosis(
    "revocation-memory",
    Severity.WARNING,
    "Ended sessions are remembered in one process's memory: at a restart their cookies are good "
    "again.",
    _SHARED,
)
THROTTLE_APART = Diagnosis(
    "throttle-apart",
    Severity.WARNING,
    "Several processes serve the site, and each counts guesses for itself, so that as many times "
    "more pass.",
    "Use throttle=Throttle.standard(store=...) with a RedisStore.",
)
UNREACHABLE = Diagnosis(
    "store-unreachable",
    Severity.ERROR,
    "A store cannot be asked.",
    "Start it, correct its address, or make its tables with `nextauth db upgrade`.",
)
SLOW = Diagnosis(
    "store-slow",
    Severity.WARNING,
    "A store needs more than a tenth of a second for an answer, and requests wait for it.",
    "Bring it nearer to the application, or find out what keeps it busy.",
)
_SLOW_SECONDS = 0.1


def _kept(configured: Configured) -> Iterator[Finding]:
    settings = configured.settings
    are_several = (configured.workers or 1) > 1
    revocation, throttle, factors = settings.revocation, settings.throttle, settings.second_factor
    several = f"{configured.workers} processes"
    is_local = not configured.is_public and not are_several
    if factors is not None and isinstance(factors.store, MemoryStore) and not is_local:
        yield FACTORS.found("SecondFactor(MemoryStore(), ...)")
    if revocation is not None and isinstance(revocation.store, MemoryStore):
        if are_several:
            yield REVOCATION_APART.found(several)
        elif configured.is_public:
            yield REVOCATION.found("Revocation(MemoryStore())")
    if throttle is not None and are_several and settings.providers and _is_memory(throttle.store):
        yield THROTTLE_APART.found(several)


def _is_memory(store: object) -> bool:
    return store is None or isinstance(store, MemoryStore)


def _answers(configured: Configured) -> Iterator[Finding] | None:
    return _judged(configured) if configured.answers else None


def _judged(configured: Configured) -> Iterator[Finding]:
    for answer in configured.answers:
        if answer.seconds is None:
            yield UNREACHABLE.found(f"{answer.use}: {answer.failure}")
        elif answer.seconds > _SLOW_SECONDS:
            took = f"{answer.seconds * 1000:.0f} ms"
            yield SLOW.found(f"{answer.use}: {answer.store} took {took}")


CHECKS: tuple[Check[Configured], ...] = (
    Check("what is kept in memory", (FACTORS, REVOCATION_APART, REVOCATION, THROTTLE_APART), _kept),
    Check("answers of the stores", (UNREACHABLE, SLOW), _answers),
)
