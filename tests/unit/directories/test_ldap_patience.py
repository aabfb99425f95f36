"""A question that hangs is left behind, and ends by itself; there are never many of them."""

import threading
from collections.abc import Callable, Generator

import pytest

from nextauth.directories.ldap.patience import Patience
from nextauth.errors import SystemUnavailable


@pytest.fixture
def end() -> Generator[threading.Event]:
    """Set it, and what hangs ends."""
    event = threading.Event()
    yield event
    event.set()


def hanging(end: threading.Event) -> Callable[[], object]:
    return lambda: end.wait(120)


def test_an_answer_is_answered_and_an_error_raised() -> None:
    patience, left = Patience(), threading.Event()
    assert patience.ask(lambda: 7, 60, left.set) == 7

    def fails() -> None:
        message = "as the library says"
        raise KeyError(message)

    with pytest.raises(KeyError, match="as the library says"):
        patience.ask(fails, 60, left.set)
    assert not left.is_set()


def test_what_hangs_is_left_behind_and_told_when_it_ends(end: threading.Event) -> None:
    patience, left = Patience(), threading.Event()
    with pytest.raises(TimeoutError):
        patience.ask(hanging(end), 0.01, left.set)
    assert not left.is_set()
    assert patience.ask(lambda: 7, 60, left.set) == 7
    end.set()
    assert left.wait(60)


def test_no_more_are_left_behind_than_said(end: threading.Event) -> None:
    patience, gone = Patience(2), threading.Semaphore(0)

    def leave() -> None:
        gone.release()

    for _ in range(2):
        with pytest.raises(TimeoutError):
            patience.ask(hanging(end), 0.01, leave)
    with pytest.raises(SystemUnavailable, match="2 questions hang"):
        patience.ask(lambda: 7, 60, leave)
    end.set()
    assert gone.acquire(timeout=60)
    assert gone.acquire(timeout=60)
    for _ in range(1_000):
        try:
            assert patience.ask(lambda: 7, 60, leave) == 7
        except SystemUnavailable:
            threading.Event().wait(0.01)
        else:
            return
    pytest.fail("what ended still counts")
