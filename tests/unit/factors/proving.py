"""Owns the desk at which factors are proven in these tests: real tools, a store, a person."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import shake_256
from itertools import count
from threading import Barrier, Lock
from typing import Any

from nextauth.factors import (
    Factor,
    FactorSecrets,
    FactorTools,
    Proven,
    Step,
    Unproven,
    UserHandles,
)
from nextauth.models import SubmittedCredentials, User
from nextauth.stores import Enrolment, FactorStore, MemoryStore
from nextauth.testing import FakeClock
from nextauth.tokens import Keyring
from nextauth.web import Origin, Request
from nextauth.web.request import step

__all__ = ["ADA", "HOSTILE", "NEW", "OLD", "Desk", "all_at_once"]

OLD = "kV3q-of-the-factor-tests-alone-9Zx7Lw"
NEW = "pT8n-another-of-the-factor-tests-4Qm2"
ADA = User(id="1", name="Ada", email="ada@example.com")
CROWD = 100
THREADS = 20
PATIENCE = 120

HOSTILE = (
    "",
    " ",
    "\0",
    "0" * 1_024,
    "\u0661\u0662\u0663\u0664\u0665\u0666",
    "\uff11\uff12\uff13\uff14\uff15\uff16",
    "-12345",
    "+12345",
    "1e5000",
    "0x1234",
    "12345\n6",
    "\ud800",
    "\U0001f989" * 6,
    "' OR 1=1 --",
    "{}",
    "null",
    "c" * 44,
    "rc1$00$00",
    "----------------------------",
)
"""What is no right answer of any factor, and must not make one fail in another way."""


class Entropy:
    """Bytes that differ at each call, and are the same in each run; for many threads."""

    def __init__(self) -> None:
        self._calls = count()
        self._lock = Lock()

    def __call__(self, size: int) -> bytes:
        with self._lock:
            number = next(self._calls)
        return shake_256(b"%d" % number).digest(size)


class Desk:
    """Proves factors of people.

    Args:
        store: Keeps the enrolments.
        secrets: The site's secrets, newest first.
        clock: Its clock.
        entropy: Its bytes.
    """

    def __init__(
        self,
        store: FactorStore | None = None,
        *,
        secrets: Sequence[str] = (OLD,),
        clock: FakeClock | None = None,
        entropy: Entropy | None = None,
    ) -> None:
        self.store = MemoryStore() if store is None else store
        self.clock = clock or FakeClock()
        self.entropy = entropy or Entropy()
        keyring = Keyring(secrets)
        self.tools = FactorTools(
            store=self.store,
            pending=MemoryStore(),
            keyring=keyring,
            secrets=FactorSecrets(keyring, entropy=self.entropy),
            handles=UserHandles(keyring),
            clock=self.clock,
            entropy=self.entropy,
            site="Example",
        )

    def known(self, factor: Factor, user: User = ADA, provider: str = "credentials") -> Any:  # noqa: ANN401
        """Answer a person's confirmed enrolments of a factor."""
        found = step(self.store.enrolments(provider, user.id or "", now=self.clock()))
        return tuple(each for each in found if each.confirmed and each.method == factor.method)

    def step(
        self,
        factor: Factor,
        user: User = ADA,
        provider: str = "credentials",
        enrolments: Sequence[Enrolment] | None = None,
    ) -> Step:
        """Answer a step of a person, as a sign-in makes one."""
        origin = Origin.parse("https://example.com")
        assert origin is not None
        known = self.known(factor, user, provider) if enrolments is None else tuple(enrolments)
        request = Request("POST", "/")
        return Step(self.tools, provider, user, known, request, origin, self.clock())

    def enrol(self, enrolment: Enrolment) -> Enrolment:
        assert step(self.store.enrol(enrolment, now=self.clock()))
        return enrolment

    def verify(self, factor: Factor, user: User = ADA, **answer: str) -> Proven | Unproven:
        """Submit an answer of a person."""
        where = self.step(factor, user)
        return step(factor.verify(where, SubmittedCredentials(answer), None))


@contextmanager
def _hurry() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def all_at_once(verify: Callable[[], Proven | Unproven]) -> int:
    """Answer how many of a hundred verifications in parallel threads have proven it."""
    barrier = Barrier(THREADS)

    def some(thread: int) -> int:
        barrier.wait(PATIENCE)
        answers = [verify() for _ in range(thread, CROWD, THREADS)]
        return sum(isinstance(each, Proven) for each in answers)

    with _hurry(), ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(some, range(THREADS)))
