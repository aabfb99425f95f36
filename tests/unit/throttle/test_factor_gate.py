"""How often a second factor may be guessed: by person and method, and by nothing else."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from nextauth.errors import TooManyRequests
from nextauth.events import Circumstances, EventStream, SignInThrottled, StoreFailed
from nextauth.stores import Limit, LimitStore, MemoryStore
from nextauth.testing import FakeClock, RecordingSink
from nextauth.throttle import FactorGate, FactorTry
from nextauth.tokens import Keyring
from nextauth.web.request import step
from tests.unit.throttle.test_counting import Breakable

SECRET = "kV3q-of-the-factor-gate-tests-9Zx7Lw"
OTHER_SECRET = "pT8n-another-of-the-factor-gate-4Qm2"
CROWD = 100
PATIENCE = 120


def circumstances() -> Circumstances:
    return Circumstances(0.0)


def a_try(provider: str = "credentials", user_id: str = "1", method: str = "totp") -> FactorTry:
    return FactorTry(provider, user_id, method, circumstances)


class Booth:
    """A gate, and how often it let somebody pass."""

    def __init__(
        self,
        guesses: tuple[Limit, ...] = (Limit(3, 300),),
        starts: tuple[Limit, ...] = (Limit(2, 200),),
        store: LimitStore | None = None,
        *,
        secret: str = SECRET,
        clock: FakeClock | None = None,
    ) -> None:
        self.clock, self.sink = clock or FakeClock(), RecordingSink()
        self.gate = FactorGate(
            guesses=guesses,
            starts=starts,
            store=store,
            keyring=Keyring([secret]),
            events=EventStream([self.sink]),
            clock=self.clock,
        )

    def guess(self, tried: FactorTry | None = None, *, is_right: bool = False) -> bool:
        try:
            ticket = step(self.gate.enter(tried or a_try()))
        except TooManyRequests:
            return False
        if is_right:
            step(self.gate.undo(ticket))
        return True

    def begin(self, tried: FactorTry | None = None) -> bool:
        try:
            step(self.gate.begin(tried or a_try()))
        except TooManyRequests:
            return False
        return True

    def many(self, count: int = 10, tried: FactorTry | None = None) -> int:
        return sum(self.guess(tried) for _ in range(count))


@pytest.fixture
def booth() -> Booth:
    return Booth()


def test_there_are_as_many_guesses_as_the_limit_says_and_they_come_back(booth: Booth) -> None:
    assert booth.many() == 3
    booth.clock.advance(100)
    assert booth.many() == 1
    booth.clock.advance(10_000)
    assert booth.many() == 3, "those of a long time do not add up"


def test_the_strictest_of_several_limits_decides() -> None:
    booth = Booth((Limit(5, 60), Limit(10, 3600), Limit(20, 86_400)))
    made = 0
    for _ in range(24 * 60):
        made += booth.many(6)
        booth.clock.advance(60)
    assert made <= 2 * 20, "a day's, and what came back during it"
    assert made >= 20


def test_who_waits_as_long_as_they_are_told_may_try_again(booth: Booth) -> None:
    booth.many()
    with pytest.raises(TooManyRequests) as caught:
        step(booth.gate.enter(a_try()))
    wait = caught.value.retry_after
    assert 1 <= wait <= 300
    booth.clock.advance(wait - 1)
    assert not booth.guess()
    booth.clock.advance(1)
    assert booth.guess()


def test_a_right_guess_gives_back_itself_and_none_of_the_others(booth: Booth) -> None:
    for _ in range(50):
        assert booth.guess(is_right=True)
    assert booth.many(2) == 2
    assert booth.guess(is_right=True)
    assert booth.many() == 1


def test_what_is_given_back_late_makes_no_guess_of_its_own(booth: Booth) -> None:
    tickets = [step(booth.gate.enter(a_try())) for _ in range(3)]
    booth.clock.advance(10_000)
    for ticket in tickets:
        step(booth.gate.undo(ticket))
        step(booth.gate.undo(ticket))
    assert booth.many() == 3


@pytest.mark.parametrize(
    "other",
    [
        a_try(method="recovery"),
        a_try(user_id="2"),
        a_try(provider="staff"),
        a_try(user_id="1\0totp"),
        a_try(provider="credentials\x001", user_id="totp"),
        a_try(user_id=""),
        a_try(user_id="\ud800"),
    ],
)
def test_each_method_of_each_person_has_guesses_of_its_own(booth: Booth, other: FactorTry) -> None:
    assert booth.many() == 3
    assert booth.many(tried=other) == 3


def test_ids_are_compared_as_they_are() -> None:
    """An account's name has many spellings, an id has one."""
    booth = Booth()
    for user_id in ("Ada", "ada", "ada ", "\u00e4da", "a\u0308da"):
        assert booth.many(tried=a_try(user_id=user_id)) == 3


def test_to_begin_is_counted_apart_and_never_given_back(booth: Booth) -> None:
    assert [booth.begin() for _ in range(4)] == [True, True, False, False]
    assert booth.many() == 3
    booth.clock.advance(100)
    assert booth.begin()
    assert not booth.begin()


def test_a_refusal_is_told_without_saying_who(booth: Booth) -> None:
    who = a_try(user_id="ada-whom-nobody-knows")
    booth.many(tried=who)
    told = booth.sink.of(SignInThrottled)
    assert len(told) == 7
    assert {(each.provider, each.limit) for each in told} == {("credentials", "factor")}
    assert "ada-whom-nobody-knows" not in repr(told)
    with pytest.raises(TooManyRequests, match=r"totp has no try left; .* in \d+ s") as caught:
        step(booth.gate.enter(who))
    assert "ada-whom-nobody-knows" not in str(caught.value)


def test_the_store_learns_no_name() -> None:
    store = MemoryStore()
    Booth(store=store).many(tried=a_try(user_id="ada-whom-nobody-knows"))
    keys = list(store._counts._entries)
    assert keys
    assert "ada-whom-nobody-knows" not in repr(keys)


# --- where they are counted


def test_processes_that_share_a_store_share_the_guesses() -> None:
    store, clock = MemoryStore(), FakeClock()
    one, two = (Booth(store=store, clock=clock) for _ in range(2))
    made = sum(each.guess() for _ in range(5) for each in (one, two))
    assert made == 3


def test_sites_of_other_secrets_in_one_store_do_not() -> None:
    """Nobody uses up another site's guesses by an account of their own there."""
    store, clock = MemoryStore(), FakeClock()
    assert Booth(store=store, clock=clock).many() == 3
    assert Booth(store=store, clock=clock, secret=OTHER_SECRET).many() == 3


def test_without_a_store_each_process_counts_for_itself() -> None:
    assert [Booth().many() for _ in range(2)] == [3, 3]
    assert not Booth().gate.waits


def test_while_the_store_fails_there_is_a_limit_all_the_same() -> None:
    store = Breakable()
    booth = Booth(store=store)
    assert booth.guess()
    store.is_down = True
    assert booth.many() == 3
    [told] = booth.sink.of(StoreFailed)
    assert (told.store, told.purpose, told.answered) == ("Breakable", "limits", "open")
    store.is_down = False
    booth.clock.advance(2)
    assert booth.many() == 2, "what the store had counted before counts on"


def test_a_store_that_fails_while_a_guess_is_given_back_keeps_it() -> None:
    store = Breakable()
    booth = Booth(store=store)
    ticket = step(booth.gate.enter(a_try()))
    store.is_down = True
    step(booth.gate.undo(ticket))
    store.is_down = False
    booth.clock.advance(2)
    assert booth.many() == 2


def test_a_clock_that_goes_back_gives_no_guess(booth: Booth) -> None:
    assert booth.many() == 3
    for back in (1, 100, 86_400):
        booth.clock.advance(-back)
        assert booth.many() == 0


@pytest.fixture
def hurry() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hurry")
def test_threads_that_race_get_what_the_limit_says() -> None:
    booth = Booth((Limit(37, 3600),))
    barrier = Barrier(10)

    def some(_: int) -> int:
        barrier.wait(PATIENCE)
        return booth.many(CROWD // 10)

    with ThreadPoolExecutor(10) as threads:
        assert sum(threads.map(some, range(10))) == 37
