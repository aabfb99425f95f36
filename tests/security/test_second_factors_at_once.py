"""Many posts at once of one right answer, or of guesses: one sign-in, and no guess too many.

That of a code that is redeemed at once: GHSA-hc7v-rggr-4hvx.
"""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import pytest

from nextauth import SubmittedCredentials
from nextauth.events import SecondFactorPassed, SecondFactorRefused, SignedIn
from nextauth.factors import (
    Proven,
    RecoveryFactor,
    SecondFactorStore,
    Step,
    TotpFactor,
    Unproven,
    enrolment_of,
    new_totp_secret,
)
from nextauth.models import User
from nextauth.stores import Limit, MemoryStore
from nextauth.stores.backends.redis import RedisStore
from nextauth.stores.backends.sqlalchemy import SQLAlchemyStore
from nextauth.testing import FakeClock, RecordingSink
from tests.contract.stores.services import REDIS, own_prefix
from tests.security.answers import gives_a_session
from tests.security.second_factors import ENDLESS, besieged
from tests.unit.protocol.enrolments import (
    App,
    enrol_codes,
    enter,
    make_two_steps,
    step_of,
    two_steps_of,
    wrong,
)
from tests.unit.protocol.wire import FORM, SAME_ORIGIN, Browser, Reply

CROWD = 100
THREADS = 20
PATIENCE = 120


@pytest.fixture
def hurry() -> Iterator[None]:
    """Let threads take turns as often as they can, in the middle of whatever they do."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def all_at_once(ask: Callable[[int], Reply]) -> list[Reply]:
    """Ask a hundred times, in threads that begin together."""
    barrier = threading.Barrier(THREADS)

    def some(thread: int) -> list[Reply]:
        barrier.wait(PATIENCE)
        return [ask(number) for number in range(thread, CROWD, THREADS)]

    with ThreadPoolExecutor(THREADS) as threads:
        return [reply for replies in threads.map(some, range(THREADS)) for reply in replies]


def count(replies: list[Reply]) -> int:
    return sum(map(gives_a_session, replies))


@pytest.mark.usefixtures("hurry")
def test_of_a_hundred_posts_of_one_code_in_one_browser_one_signs_in() -> None:
    """One code, or one waiting sign-in, redeemed twice (class: GHSA-hc7v-rggr-4hvx)."""
    site = besieged()
    held, code = site.held(), site.code()
    replies = all_at_once(lambda _: enter(site.browser(held.jar), code))
    assert count(replies) == 1
    assert len(site.sink.of(SignedIn)) == 1


@pytest.mark.usefixtures("hurry")
def test_of_a_hundred_sign_ins_that_wait_for_one_code_one_gets_in() -> None:
    site = besieged()
    held, code = [site.held() for _ in range(CROWD)], site.code()
    assert count(all_at_once(lambda number: enter(held[number], code))) == 1
    assert len(site.sink.of(SecondFactorPassed)) == 1
    assert len(site.sink.of(SecondFactorRefused)) == CROWD - 1


@pytest.mark.usefixtures("hurry")
def test_of_all_right_answers_to_one_sign_in_one_is_taken() -> None:
    """Two methods prove one sign-in at once: it is redeemed once all the same."""
    site = besieged()
    codes = enrol_codes(site.auth, site.clock)
    held, code = site.held(), site.code()

    def answer(number: int) -> Reply:
        browser = site.browser(held.jar)
        if number % 2:
            return enter(browser, codes[number % 10], "recovery")
        return enter(browser, code)

    assert count(all_at_once(answer)) == 1


@pytest.mark.usefixtures("hurry")
def test_a_code_of_one_set_opens_one_sign_in_of_a_hundred() -> None:
    site = besieged()
    codes = enrol_codes(site.auth, site.clock)
    held = [site.held() for _ in range(CROWD)]
    replies = all_at_once(lambda number: enter(held[number], codes[0], "recovery"))
    assert count(replies) == 1
    last = [each for each in held if site.is_waiting(each)]
    assert count([enter(browser, codes[1], "recovery") for browser in last[:1]]) == 1


@pytest.mark.usefixtures("hurry")
def test_of_a_hundred_guesses_at_once_as_many_are_looked_at_as_the_limit_says() -> None:
    """A race between counting and checking gives guesses away (class: GHSA-hc7v-rggr-4hvx)."""
    site = besieged(factor_limits=(Limit(7, 3600),))
    held = [site.held() for _ in range(CROWD)]
    guess = wrong(site.app.code())
    replies = all_at_once(lambda number: enter(held[number], guess))
    assert len(site.sink.of(SecondFactorRefused)) == 7
    assert sum(reply.status == 429 for reply in replies) == CROWD - 7
    assert count([enter(held[0], site.code())]) == 0


@pytest.mark.usefixtures("hurry")
def test_right_answers_at_once_give_no_guess_too_many_back() -> None:
    """Each gives back its own try: a hundred right ones do not pay for guesses after them."""
    site = besieged(factor_limits=(Limit(CROWD + 3, 36_000),))
    held, code = site.held(), site.code()
    all_at_once(lambda _: enter(site.browser(held.jar), code))
    again = site.held()
    for _ in range(2 * CROWD):
        enter(again, wrong(site.app.code()))
    assert len(site.sink.of(SecondFactorRefused)) == CROWD + 3
    assert len(site.sink.of(SignedIn)) == 1


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize("ends", ["sign-out", "sign-in", "revoked"])
def test_what_is_ended_at_the_same_time_is_finished_before_or_not_at_all(ends: str) -> None:
    site = besieged()
    for _ in range(10):
        held, code = site.held(), site.code()
        barrier = threading.Barrier(2)

        def end(held: Browser = held, barrier: threading.Barrier = barrier) -> Reply | None:
            copy = site.browser(held.jar)
            barrier.wait(PATIENCE)
            if ends == "revoked":
                site.auth.revoke_user_sync("credentials", "1")
                return None
            return copy.post("signout") if ends == "sign-out" else copy.sign_in()

        def finish(
            held: Browser = held, code: str = code, barrier: threading.Barrier = barrier
        ) -> Reply:
            barrier.wait(PATIENCE)
            return enter(held, code)

        kept = dict(held.jar)
        with ThreadPoolExecutor(2) as threads:
            ended, finished = threads.submit(end), threads.submit(finish)
            ended.result(PATIENCE)
            reply = finished.result(PATIENCE)
        if gives_a_session(reply):
            who = site.auth.session_sync(held.request("GET", "/"))
            assert (who is None) is (ends == "revoked")
        elif ends != "revoked":
            late = site.browser(kept)
            assert not gives_a_session(enter(late, site.code()))


# --- the stores of several processes


async def _enrolled(auth_store: SecondFactorStore, clock: FakeClock, sink: RecordingSink) -> App:
    methods = (TotpFactor(), RecoveryFactor())
    auth = make_two_steps(
        clock,
        factor_store=auth_store,
        factor_methods=methods,
        factor_limits=ENDLESS,
        events=[sink],
    )
    tools, where = two_steps_of(auth).tools, step_of(auth, "credentials", "1", clock())
    secret = new_totp_secret(tools.entropy)
    sealed = tools.secrets.seal(secret, provider="credentials", user_id="1")
    enrolment = enrolment_of(where, "totp", name="App", data=sealed)
    assert where.user == User(id="1")
    assert await tools.store.enrol(enrolment, now=clock())
    return App(auth, clock, secret, enrolment.id)


async def _post(browser: Browser, path: str, body: str) -> Reply:
    headers = [*SAME_ORIGIN, ("content-type", FORM)]
    request = browser.request("POST", f"/api/auth/{path}", headers=headers, body=body.encode())
    reply = Reply(await browser.auth.handle(request))
    browser.jar |= {name: each.value for name, each in reply.set.items() if each.value}
    return reply


async def _signed_in(store: SecondFactorStore) -> tuple[int, int, int]:
    """Answer how many of a hundred got in: by one sign-in, and by one each; and who is told so."""
    clock, sink = FakeClock(), RecordingSink()
    app = await _enrolled(store, clock, sink)
    password = "email=ada%40example.com&password=correct+horse"
    one = Browser(app.auth)
    await _post(one, "callback/credentials", password)
    form = f"code={app.code()}"
    copies = [Browser(app.auth) for _ in range(CROWD)]
    for each in copies:
        each.jar = dict(one.jar)
    first = await asyncio.gather(*(_post(each, "factor/totp", form) for each in copies))
    clock.advance(30)
    many = [Browser(app.auth) for _ in range(CROWD)]
    for each in many:
        await _post(each, "callback/credentials", password)
    form = f"code={app.code()}"
    second = await asyncio.gather(*(_post(each, "factor/totp", form) for each in many))
    await store.aclose()
    return count(first), count(second), len(sink.of(SignedIn))


@pytest.mark.service
@pytest.mark.parametrize("kind", ["redis", "sqlite"])
def test_behind_a_shared_store_one_of_a_hundred_signs_in(kind: str, tmp_path: Path) -> None:
    async def over_sql() -> tuple[int, int, int]:
        store = SQLAlchemyStore(f"sqlite+aiosqlite:///{tmp_path / 'stores.db'}", timeout=60)
        await store.upgrade()
        return await _signed_in(store)

    if kind == "sqlite":
        assert asyncio.run(over_sql()) == (1, 1, 2)
        return
    with own_prefix() as prefix:
        store = RedisStore(REDIS, prefix=prefix, timeout=60)
        assert asyncio.run(_signed_in(store)) == (1, 1, 2)


class _Meeting(MemoryStore):
    """Holds back whoever would end a sign-in until all have come to its end."""

    def __init__(self, parties: int) -> None:
        super().__init__()
        self._barrier = asyncio.Barrier(parties)

    async def redeem(self, key: str, *, now: float) -> str | None:
        await self._barrier.wait()
        return await super().redeem(key, now=now)


def test_of_right_answers_that_meet_at_the_end_one_is_taken() -> None:
    """Each was checked before any was redeemed, by whatever luck (class: GHSA-hc7v-rggr-4hvx)."""
    site = besieged(store=_Meeting(parties=4))
    codes = enrol_codes(site.auth, site.clock)
    held, code = site.held(), site.code()
    forms = [f"totp?code={code}", *(f"recovery?code={each}" for each in codes[:3])]

    async def answer(form: str) -> Reply:
        method, _, body = form.partition("?")
        return await _post(site.browser(held.jar), f"factor/{method}", body)

    async def all_of_them() -> list[Reply]:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.gather(*map(answer, forms))

    assert count(asyncio.run(all_of_them())) == 1
    assert len(site.sink.of(SecondFactorPassed)) == 4


class _Endless(TotpFactor):
    """A factor that is asked, and never answers."""

    __slots__ = ()
    asked: ClassVar[list[str | None]] = []

    async def verify(
        self,
        step: Step,  # noqa: ARG002 - as the Protocol has it
        answer: SubmittedCredentials,
        kept: str | None,  # noqa: ARG002
    ) -> Proven | Unproven:
        self.asked.append(answer.get("code"))
        await asyncio.Event().wait()
        return Unproven()


def test_a_request_that_is_given_up_has_had_its_guess() -> None:
    """Whoever hangs up before the answer gets no guess back (class: GHSA-hc7v-rggr-4hvx)."""
    site = besieged(factor_limits=(Limit(3, 3600),), factor_methods=(_Endless(),))
    held = site.held()

    async def give_up() -> None:
        task = asyncio.ensure_future(_post(site.browser(held.jar), "factor/totp", "code=1"))
        for _ in range(20):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def attack() -> None:
        for _ in range(10):
            await give_up()

    asyncio.run(attack())
    assert _Endless.asked == ["1"] * 3
