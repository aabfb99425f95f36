"""A step is accepted once, however many come at once."""

import base64
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth import Credentials, FormField, SubmittedCredentials, User
from nextauth.errors import StoreUnavailable
from nextauth.factors import MemorySteps, StepStore, verify_totp
from nextauth.factors.hotp import Generator
from nextauth.testing import FakeClock
from tests.unit.protocol.wire import CALLBACK, PASSWORD, Browser, make_auth

CROWD = 100
PATIENCE = 120
SECRET = base64.b32encode(bytes(range(20))).decode()
GENERATOR = Generator(SECRET, digits=6, period=30, algorithm="SHA1", least_bits=128)


def together(count: int) -> tuple[ThreadPoolExecutor, Barrier]:
    return ThreadPoolExecutor(count), Barrier(count)


def test_a_hundred_threads_with_one_step() -> None:
    steps: StepStore = MemorySteps(FakeClock())
    threads, barrier = together(CROWD)

    def take(_: int) -> bool:
        barrier.wait(PATIENCE)
        return steps.accept_once("ada", 7)

    with threads:
        assert sum(threads.map(take, range(CROWD))) == 1


def test_a_hundred_posts_of_one_right_code_sign_in_once() -> None:
    """One code redeemed by two requests (class: a code used twice, GHSA-hc7v-rggr-4hvx)."""
    clock = FakeClock()
    steps = MemorySteps(clock)

    def authorize(credentials: SubmittedCredentials) -> User | None:
        if credentials["password"] != PASSWORD:
            return None
        step = verify_totp(SECRET, credentials["totp"], at=clock())
        if step is None or not steps.accept_once("credentials/1", step):
            return None
        return User(id="1", email=credentials["email"])

    fields = {
        "email": FormField("E-mail", type="email"),
        "password": FormField("Password", type="password"),
        "totp": FormField("Code"),
    }
    auth = make_auth(providers=[Credentials(authorize=authorize, fields=fields)])
    form = {
        "email": "ada@example.com",
        "password": PASSWORD,
        "totp": GENERATOR.code(int(clock() // 30)),
    }
    threads, barrier = together(CROWD)

    def post(_: int) -> bool:
        browser = Browser(auth)
        barrier.wait(PATIENCE)
        return browser.post(CALLBACK, form).signs_in()

    with threads:
        assert sum(threads.map(post, range(CROWD))) == 1

    clock.advance(30)  # the next code is another step
    assert Browser(auth).post(CALLBACK, {**form, "totp": "000000"}).signs_in() is False
    form["totp"] = GENERATOR.code(int(clock() // 30))
    assert Browser(auth).post(CALLBACK, form).signs_in() is True


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9)), max_size=40))
def test_an_account_s_steps_only_grow(tries: list[tuple[str, int]]) -> None:
    steps = MemorySteps(FakeClock())
    last: dict[str, int] = {}
    for account, step in tries:
        assert steps.accept_once(account, step) is (step > last.get(account, -1))
        last[account] = max(step, last.get(account, -1))


def test_a_step_is_forgotten_when_no_code_of_it_could_be_accepted_any_more() -> None:
    clock = FakeClock()
    steps = MemorySteps(clock)
    assert steps.accept_once("ada", 7)
    clock.advance(3_599)
    assert not steps.accept_once("ada", 7)
    clock.advance(2)
    assert steps.accept_once("grace", 7)
    assert repr(steps) == "MemorySteps(1 accounts)"


def test_a_full_memory_lets_nobody_in_rather_than_a_code_twice() -> None:
    clock = FakeClock()
    steps = MemorySteps(clock, most=2)
    assert steps.accept_once("ada", 1)
    assert steps.accept_once("grace", 1)
    with pytest.raises(StoreUnavailable, match="full"):
        steps.accept_once("alan", 1)
    assert not steps.accept_once("ada", 1)
    assert steps.accept_once("ada", 2)
    clock.advance(3_601)
    assert steps.accept_once("alan", 1)


def test_it_must_remember_somebody() -> None:
    with pytest.raises(ValueError, match="most"):
        MemorySteps(FakeClock(), most=0)


def test_no_account_is_in_the_repr() -> None:
    steps = MemorySteps(FakeClock())
    steps.accept_once("ada@example.com", 1)
    assert "ada" not in repr(steps)
