"""What a process remembers: an answer that was under way does not undo what was ended meanwhile."""

import pytest

from nextauth.sessions.recollection import Answer, Recollection

KEY = ("s1", "credentials", "1")
OTHER = ("s2", "credentials", "2")


def good(read_at: float = 0.0, epoch: int = 0) -> Answer:
    return Answer(read_at, is_ended=False, epoch=epoch)


def test_an_answer_is_recalled() -> None:
    known = Recollection()
    assert known.recall(KEY) is None
    answer = known.learn(KEY, good(7.0, 3), mark=known.mark)
    assert known.recall(KEY) is answer
    assert (answer.read_at, answer.is_ended, answer.epoch) == (7.0, False, 3)


def test_what_is_ended_here_ends_what_is_recalled_and_what_is_under_way() -> None:
    known = Recollection()
    mark = known.mark
    known.learn(KEY, good(), mark=mark)
    known.learn(OTHER, good(), mark=mark)
    known.note_ended("s1")
    known.note_epoch("credentials", "2", 9)
    for key, is_ended, epoch in ((KEY, True, 0), (OTHER, False, 9)):
        recalled = known.recall(key)
        assert recalled is not None
        assert (recalled.is_ended, recalled.epoch) == (is_ended, epoch)
        late = known.learn(key, good(1.0), mark=mark)
        assert (late.is_ended, late.epoch) == (is_ended, epoch)


def test_an_answer_that_comes_late_does_not_undo_a_later_one() -> None:
    known = Recollection()
    known.learn(KEY, Answer(2.0, is_ended=True, epoch=5), mark=0)
    late = known.learn(KEY, good(1.0, 4), mark=0)
    assert (late.read_at, late.is_ended, late.epoch) == (1.0, True, 5)


def test_of_a_user_s_other_sessions_the_store_speaks_last() -> None:
    known = Recollection()
    known.note_epoch("credentials", "1", 9)
    assert known.learn(KEY, good(), mark=known.mark).epoch == 0


def test_without_a_store_all_that_was_ended_here_counts() -> None:
    known = Recollection()
    assert known.without_store(KEY) is None
    known.note_epoch("credentials", "1", 9)
    known.note_epoch("credentials", "1", 8)
    alone = known.without_store(KEY)
    assert alone is not None
    assert (alone.is_ended, alone.epoch) == (False, 9)
    known.learn(KEY, good(epoch=11), mark=known.mark)
    known.note_ended("s1")
    both = known.without_store(KEY)
    assert both is not None
    assert (both.is_ended, both.epoch) == (True, 11)
    assert known.epoch_of("credentials", "1") == 9
    assert known.epoch_of("credentials", "2") == 0


@pytest.mark.parametrize("is_used", [True, False])
def test_only_the_latest_answers_are_remembered(*, is_used: bool) -> None:
    known = Recollection()
    known.learn(KEY, good(), mark=0)
    for number in range(10_000):
        if is_used and number == 5_000:
            known.learn(KEY, good(), mark=0)
        known.learn((f"s-{number}", "credentials", "3"), good(), mark=0)
    assert (known.recall(KEY) is not None) is is_used


def test_only_the_latest_that_were_ended_are_remembered() -> None:
    known = Recollection()
    known.note_ended("s1")
    known.note_epoch("credentials", "1", 9)
    for number in range(10_000):
        assert known.without_store(KEY) is not None
        known.note_ended(f"s-{number}")
        known.note_epoch("credentials", f"u-{number}", 1)
    assert known.without_store(KEY) is None
