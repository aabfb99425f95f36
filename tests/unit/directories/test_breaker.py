"""A system that fails is left alone for a while, and tried by one before all come back."""

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from nextauth.directories import Breaker
from nextauth.errors import SystemUnavailable


class Timer:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def timer() -> Timer:
    return Timer()


@pytest.fixture
def breaker(timer: Timer) -> Breaker:
    return Breaker("staff", failures=3, pause=5.0, timer=timer)


def fail(breaker: Breaker) -> str:
    """Ask a system that is down; answer what was said."""
    with pytest.raises(SystemUnavailable) as caught, breaker.trying():
        raise SystemUnavailable("not reached")  # noqa: EM101, TRY003 - the message is what is looked for
    return str(caught.value)


def ask(breaker: Breaker) -> None:
    with breaker.trying():
        pass


def test_after_so_many_failures_in_a_row_nobody_is_asked(breaker: Breaker) -> None:
    assert [fail(breaker) for _ in range(3)] == ["not reached"] * 3
    assert fail(breaker) == "staff has failed, and is left alone for a while"
    assert "open" in repr(breaker)


def test_one_success_forgets_the_failures(breaker: Breaker) -> None:
    for _ in range(5):
        fail(breaker)
        fail(breaker)
        ask(breaker)
    assert fail(breaker) == "not reached"


def test_after_the_pause_one_is_let_through(breaker: Breaker, timer: Timer) -> None:
    for _ in range(3):
        fail(breaker)
    timer.now = 4.9
    assert "left alone" in fail(breaker)
    timer.now = 5.0
    with breaker.trying():
        assert "left alone" in fail(breaker)
    ask(breaker)
    assert "closed" in repr(breaker)


def test_if_that_one_fails_the_pause_begins_anew(breaker: Breaker, timer: Timer) -> None:
    for _ in range(3):
        fail(breaker)
    timer.now = 5.0
    assert fail(breaker) == "not reached"
    timer.now = 9.9
    assert "left alone" in fail(breaker)
    timer.now = 10.0
    ask(breaker)


def test_what_else_is_raised_is_no_failure_of_the_system(breaker: Breaker, timer: Timer) -> None:
    for _ in range(3):
        fail(breaker)
    timer.now = 5.0
    with pytest.raises(KeyError), breaker.trying():
        raise KeyError
    with pytest.raises(KeyError), breaker.trying():
        raise KeyError
    ask(breaker)


def test_of_many_threads_one_tries(breaker: Breaker, timer: Timer) -> None:
    for _ in range(3):
        fail(breaker)
    timer.now = 5.0
    together, tried, goes = Barrier(8), Event(), Event()

    def attempt(_: int) -> bool:
        together.wait(timeout=60)
        try:
            with breaker.trying():
                tried.set()
                assert goes.wait(timeout=60)
        except SystemUnavailable:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        answers = [threads.submit(attempt, number) for number in range(8)]
        assert tried.wait(timeout=60)
        refused = [each for each in answers if each.done() or not goes.is_set()]
        assert refused
        while sum(each.done() for each in answers) < 7:
            tried.wait(timeout=0.01)
        goes.set()
    assert sorted(each.result() for each in answers) == [False] * 7 + [True]


def test_it_says_once_that_it_opens_and_that_it_closes(
    breaker: Breaker, timer: Timer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="nextauth.directories")
    for _ in range(6):
        fail(breaker)
    timer.now = 5.0
    ask(breaker)
    levels = [each.levelname for each in caplog.records]
    assert levels == ["WARNING", "WARNING", "ERROR", "INFO"]


@pytest.mark.parametrize(("failures", "pause"), [(0, 1.0), (1, 0.0), (1, -1.0)])
def test_numbers_that_make_no_sense_are_refused(failures: int, pause: float) -> None:
    with pytest.raises(ValueError, match="use 1 or more"):
        Breaker("staff", failures=failures, pause=pause)
