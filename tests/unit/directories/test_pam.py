"""What PAM's codes mean, and that a module that hangs holds nobody up for ever."""

from collections.abc import Callable
from threading import Event

import pytest

from nextauth.errors import SystemUnavailable

try:
    from nextauth.directories.pam import PamDirectory, meaning_of
    from nextauth.directories.pam_library import Verdict
except ImportError as error:
    pytest.skip(str(error), allow_module_level=True)

RIGHT = Verdict(0, is_authenticated=True, was_asked=True, wants_more=False, name="ada")


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        *((code, "wrong") for code in (6, 7, 10, 11, 12, 13, 16, 17, 19, 20, 27, 99)),
        *((code, "unavailable") for code in (1, 2, 3, 4, 5, 8, 9, 15, 18, 24, 25, 26, 28, 29)),
    ],
)
def test_before_the_password_is_right_no_state_is_told(code: int, meaning: str) -> None:
    assert meaning_of(code, is_authenticated=False) == meaning


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (0, "right"),
        (6, "disabled"),
        (7, "disabled"),
        (9, "unavailable"),
        (10, "wrong"),
        (12, "must_change"),
        (13, "expired"),
        (27, "expired"),
        (99, "disabled"),
    ],
)
def test_afterwards_the_account_s_state_is_told(code: int, meaning: str) -> None:
    assert meaning_of(code, is_authenticated=True) == meaning


@pytest.mark.parametrize("service", ["", "../login", "a/b", "a b", ".hidden", "x" * 65, None])
def test_a_service_is_the_name_of_a_file(service: str) -> None:
    with pytest.raises(ValueError, match=r"/etc/pam\.d"):
        PamDirectory(service)


@pytest.mark.parametrize("options", [{"timeout": 0}, {"timeout": -1}, {"at_once": 0}])
def test_limits_are_limits(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="use seconds above 0, and 1 or more"):
        PamDirectory(**options)  # type: ignore[arg-type]


def test_a_module_that_hangs_is_an_outage_and_takes_one_place() -> None:
    directory, goes_on = PamDirectory(timeout=0.05, at_once=1), Event()

    def hangs() -> Verdict:
        goes_on.wait()
        return RIGHT

    with pytest.raises(SystemUnavailable, match=r"did not answer in 0\.05 s"):
        directory._within_time(hangs)
    with pytest.raises(SystemUnavailable, match="too many questions"):
        directory._within_time(lambda: RIGHT)
    goes_on.set()
    assert answered(directory, lambda: RIGHT) is RIGHT


def test_what_a_question_raises_is_raised() -> None:
    directory = PamDirectory()

    def fails() -> Verdict:
        raise MemoryError

    with pytest.raises(MemoryError):
        directory._within_time(fails)
    assert directory._within_time(lambda: RIGHT) is RIGHT


def answered(directory: PamDirectory, question: Callable[[], Verdict]) -> Verdict | None:
    """Ask until there is a place again: the one that hung has to see that it may go on."""
    for _ in range(400):
        try:
            return directory._within_time(question)
        except SystemUnavailable:
            continue
    return None
