"""Connections are kept for a while, given to one at a time, and made anew when they are lost."""

from typing import Any

import pytest

from nextauth.directories.ldap.answers import ConnectionLost
from nextauth.directories.ldap.connections import Connection
from nextauth.directories.ldap.pool import Pool
from nextauth.errors import SystemUnavailable


class FakeConnection:
    """A connection that is there or lost."""

    def __init__(self) -> None:
        self.is_lost = self.is_closed = False

    def close(self) -> None:
        self.is_closed = True

    def ask(self) -> str:
        if self.is_lost:
            message = "lost"
            raise ConnectionLost(message)
        return "answer"


class Times:
    """A timer that a test turns."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def timer() -> Times:
    return Times()


@pytest.fixture
def opened() -> list[FakeConnection]:
    return []


@pytest.fixture
def pool(opened: list[FakeConnection], timer: Times) -> Pool:
    def opens() -> Connection:
        opened.append(FakeConnection())
        return opened[-1]  # type: ignore[return-value]

    return Pool(opens, size=2, longest_idle=60.0, timer=timer)


def ask(pool: Pool) -> str:
    return pool.ask(lambda connection: connection.ask())  # type: ignore[attr-defined, no-any-return]


def test_a_connection_is_kept_for_a_while(
    pool: Pool, opened: list[FakeConnection], timer: Times
) -> None:
    ask(pool)
    timer.now = 59.0
    ask(pool)
    assert len(opened) == 1
    timer.now = 59.0 + 60.0
    ask(pool)
    assert [each.is_closed for each in opened] == [True, False]


def test_a_lost_connection_is_replaced_and_the_others_with_it(
    pool: Pool, opened: list[FakeConnection]
) -> None:
    pool.ask(lambda _: pool.ask(lambda _: "two at once"))
    for each in opened:
        each.is_lost = True
    assert ask(pool) == "answer"
    assert [each.is_closed for each in opened] == [True, True, False]


def test_what_is_lost_anew_is_told(pool: Pool, opened: list[FakeConnection]) -> None:
    def loses(connection: Any) -> str:  # noqa: ANN401
        connection.is_lost = True
        return str(connection.ask())

    with pytest.raises(ConnectionLost):
        pool.ask(loses)
    assert opened[0].is_closed


def test_no_more_are_kept_than_said_and_none_after_trouble(
    pool: Pool, opened: list[FakeConnection]
) -> None:
    pool.ask(lambda _: pool.ask(lambda _: pool.ask(lambda _: "three at once")))
    assert sorted(each.is_closed for each in opened) == [False, False, True]

    def fails(_: object) -> str:
        message = "trouble"
        raise SystemUnavailable(message)

    with pytest.raises(SystemUnavailable):
        pool.ask(fails)
    pool.close()
    assert all(each.is_closed for each in opened)
