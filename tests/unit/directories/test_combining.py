"""Several directories are asked as one: in turn, or by the name's domain."""

import asyncio
import inspect
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from nextauth import FormField, User
from nextauth.directories import FIELDS, ByDomain, Chain
from nextauth.errors import CredentialsSignin, SystemUnavailable
from nextauth.hooks import is_async_callable
from nextauth.models import Challenge, SubmittedCredentials


class People:
    """A directory of a few people, by name and password."""

    def __init__(self, **people: str) -> None:
        self.people = people
        self.fields: Mapping[str, FormField] = FIELDS
        self.account = "username"
        self.is_down = False
        self.asked = 0

    def check(self, credentials: SubmittedCredentials) -> User | Challenge | None:
        self.asked += 1
        self._reach()
        name, password = credentials.get("username", ""), credentials.get("password", "")
        if password == "expired":
            raise CredentialsSignin(code="expired")
        if self.people.get(name.partition("@")[0]) != password:
            return None
        user = User(id="1", name=name)
        return Challenge(user, ("totp",)) if name.startswith("two") else user

    def revalidate(self, user: User) -> bool:
        self._reach()
        return user.id == "1"

    def _reach(self) -> None:
        if self.is_down:
            message = "down"
            raise SystemUnavailable(message)


class Waiting(People):
    """The same, to be awaited."""

    async def check(self, credentials: SubmittedCredentials) -> User | Challenge | None:  # type: ignore[override]
        return super().check(credentials)

    async def revalidate(self, user: User) -> bool:  # type: ignore[override]
        return super().revalidate(user)


def check(directory: Chain, name: str, password: str) -> User | Challenge | None:
    credentials = SubmittedCredentials({"username": name, "password": password})
    answer: User | Challenge | None = finished(directory.check(credentials))
    return answer


def finished(answer: Any) -> Any:  # noqa: ANN401 - as the directory says
    async def awaited() -> Any:  # noqa: ANN401
        return await answer

    return asyncio.run(awaited()) if inspect.isawaitable(answer) else answer


def test_the_first_that_knows_the_person_answers() -> None:
    staff, guests = People(ada="a"), Waiting(ada="b", eve="e")
    chain = Chain({"staff": staff, "guests": guests})
    assert check(chain, "ada", "a") == User(id="staff:1", name="ada")
    assert check(chain, "ada", "b") == User(id="guests:1", name="ada")
    assert check(chain, "eve", "wrong") is None
    assert chain.fields == FIELDS
    assert chain.account == "username"
    assert repr(chain) == "Chain(['staff', 'guests'])"


def test_a_challenge_stays_one() -> None:
    answer = check(Chain({"staff": People(two="2")}), "two", "2")
    assert isinstance(answer, Challenge)
    assert answer.user.id == "staff:1"
    assert answer.methods == ("totp",)


def test_a_public_code_ends_the_search() -> None:
    guests = People()
    with pytest.raises(CredentialsSignin):
        check(Chain({"staff": People(), "guests": guests}), "ada", "expired")
    assert guests.asked == 0


def test_one_that_is_down_is_passed_over_and_hides_nobody() -> None:
    staff, guests = People(ada="a"), People(eve="e")
    chain = Chain({"staff": staff, "guests": guests})
    staff.is_down = True
    assert check(chain, "eve", "e") == User(id="guests:1", name="eve")
    with pytest.raises(SystemUnavailable):
        check(chain, "ada", "a")


def test_who_is_signed_in_is_asked_for_where_they_came_from() -> None:
    staff, guests = People(ada="a"), Waiting(ada="b")
    chain = Chain({"staff": staff, "guests": guests})
    assert finished(chain.revalidate(User(id="staff:1")))
    assert finished(chain.revalidate(User(id="guests:1")))
    for unknown in ("staff:2", "other:1", "1", "staff", ":1"):
        assert not finished(chain.revalidate(User(id=unknown)))
    guests.is_down = True
    assert finished(chain.revalidate(User(id="staff:1")))
    with pytest.raises(SystemUnavailable):
        finished(chain.revalidate(User(id="guests:1")))


def test_by_domain_one_is_asked() -> None:
    staff, others, local = People(ada="a"), People(ada="a"), People(ada="a")
    directory = ByDomain({"staff.example.com": staff, "*": others, "": local})
    assert check(directory, "ada@Staff.example.com ", "a") is not None
    assert (staff.asked, others.asked, local.asked) == (1, 0, 0)
    assert check(directory, "ada@example.com", "a") is not None
    assert (staff.asked, others.asked, local.asked) == (1, 1, 0)
    assert check(directory, "ada", "a") is not None
    assert (staff.asked, others.asked, local.asked) == (1, 1, 1)
    assert check(ByDomain({"a.example": staff}), "ada@b.example", "a") is None
    assert check(ByDomain({"a.example": staff}), "ada", "a") is None
    assert staff.asked == 1


@pytest.mark.parametrize(
    ("directories", "error"),
    [
        ({}, ValueError),
        ({"a:b": People()}, ValueError),
        ({"a": People}, TypeError),
        ({"a": None}, TypeError),
    ],
)
def test_what_cannot_be_combined_is_refused(
    directories: dict[str, People], error: type[Exception]
) -> None:
    with pytest.raises(error):
        Chain(directories)


def test_directories_with_other_fields_are_refused() -> None:
    other = People()
    other.account = "email"
    with pytest.raises(ValueError, match="different fields"):
        Chain({"a": People(), "b": other})


def test_what_blocks_runs_in_a_thread_beside_what_is_awaited() -> None:
    threads: list[int] = []

    class Blocking(People):
        def check(self, credentials: SubmittedCredentials) -> User | Challenge | None:
            threads.append(threading.get_ident())
            return super().check(credentials)

    mixed = Chain({"staff": Blocking(), "guests": Waiting(eve="e")})
    assert check(mixed, "eve", "e") is not None
    assert threads != [threading.get_ident()]
    plain = Chain({"staff": Blocking(ada="a")})
    assert check(plain, "ada", "a") is not None
    assert threads[-1] == threading.get_ident()
    assert not is_async_callable(plain.check)
    assert is_async_callable(mixed.check)


def test_all_connections_are_let_go() -> None:
    closed: list[str] = []

    class Closing(People):
        async def aclose(self) -> None:
            closed.append("closed")

    asyncio.run(Chain({"a": Closing(), "b": People()}).aclose())
    assert closed == ["closed"]
