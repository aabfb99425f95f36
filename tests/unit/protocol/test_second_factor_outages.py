"""While a store fails, between any two of its calls: nobody is let in, and as little is lost."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from nextauth import Credentials, Revocation, Throttle
from nextauth.errors import StoreUnavailable
from nextauth.events import SecondFactorRefused, SignedIn, StoreFailed
from nextauth.stores import Limit, MemoryStore
from nextauth.web.request import step
from tests.security.answers import gives_a_session
from tests.security.second_factors import ENDLESS, Siege, besieged, person, trust
from tests.unit.protocol.ending import FailingStore
from tests.unit.protocol.enrolments import enrol_codes, enter, wrong
from tests.unit.protocol.wire import OTHER_SECRET, SECRET, WAYS, Browser, claims_of

ADA = ("credentials", "1")
MOST_CALLS = 40


class Faulty:
    """A store of which one call fails: before it does anything, or after all of it was done.

    Attributes:
        real: What keeps everything.
        calls: What was asked since it was last armed.
        fails_at: Which call of them fails; None: none does.
        is_late: Whether the call that fails has done its work.
    """

    waits = False

    def __init__(self, *, counts: bool = False) -> None:
        self.counts = counts  # else guesses are counted elsewhere
        self.real = MemoryStore()
        self.calls: list[str] = []
        self.fails_at: int | None = None
        self.is_late = False

    def arm(self, at: int | None, *, is_late: bool = False) -> None:
        self.calls, self.fails_at, self.is_late = [], at, is_late

    def __getattr__(self, name: str) -> Callable[..., Awaitable[object]]:
        if name in {"take", "give_back", "link"} and not self.counts:
            raise AttributeError(name)
        return partial(self._ask, name)

    async def _ask(self, name: str, *args: Any, **named: Any) -> object:  # noqa: ANN401
        self.calls.append(name)
        fails = len(self.calls) - 1 == self.fails_at
        message = f"{name} failed"
        if fails and not self.is_late:
            raise StoreUnavailable(message)
        answer: object = await getattr(self.real, name)(*args, **named)
        if fails:
            raise StoreUnavailable(message)
        return answer


def failing(**options: Any) -> tuple[Siege, Faulty]:  # noqa: ANN401
    """Make a site whose factors, waiting sign-ins and sessions are in one store that may fail."""
    store = Faulty()
    options.setdefault("revocation", Revocation(store))  # type: ignore[arg-type]
    return besieged(store=store, **options), store


def refuses(site: Siege, browser: Browser, act: Callable[[], Any]) -> bool:
    """Tell whether something was refused for now; whatever it was, nobody is let in by it."""
    reply = act()
    if gives_a_session(reply):
        return False
    assert reply.status == 503, reply
    assert reply.header("retry-after") == "1"
    assert site.auth.session_sync(browser.request("GET", "/")) is None
    return True


late = pytest.mark.parametrize("is_late", [False, True], ids=["before", "after"])


@late
@pytest.mark.parametrize("way", WAYS)
def test_at_each_call_of_the_first_step(*, is_late: bool, way: str) -> None:
    site, store = failing(way=way)
    for at in range(MOST_CALLS):
        browser = site.browser()
        store.arm(at, is_late=is_late)
        reply = browser.sign_in()
        store.arm(None)
        assert not gives_a_session(reply)
        if reply.status != 503:
            break
        assert site.plan.pending not in browser.jar
        site.gives_nobody(browser)
        assert browser.sign_in().path == "/api/auth/factor", "nothing stands in the way afterwards"
    assert at > 2, "each of several calls has failed"
    assert gives_a_session(enter(browser, site.code()))


@late
@pytest.mark.parametrize("method", ["totp", "recovery"])
def test_at_each_call_of_the_last_step(*, is_late: bool, method: str) -> None:
    site, store = failing()
    codes = iter(enrol_codes(site.auth, site.clock))
    for at in range(MOST_CALLS):
        held = site.held()
        code = next(codes) if method == "recovery" else site.code()
        store.arm(at, is_late=is_late)
        refused = refuses(site, held, partial(enter, held, code, method, trustDevice="on"))
        failed = store.calls[at] if at < len(store.calls) else None
        store.arm(None)
        site.clock.advance(2)  # the list of sessions is asked again
        if failed is None:
            break
        if refused and site.is_waiting(held):
            assert gives_a_session(enter(held, site.code()))
        elif refused:
            assert failed in {"redeem", "begin"}, "only what comes last ends it"
    assert at > 4, "each of several calls has failed"
    assert not refused


@pytest.mark.parametrize("name", ["peek", "enrolments", "advance", "epoch", "redeem"])
def test_before_it_is_redeemed_the_sign_in_waits_on(name: str) -> None:
    site, store = failing()
    held, code = site.held(), site.code()
    store.arm(None)
    copy = site.browser(held.jar)
    assert gives_a_session(enter(copy, code))
    at = store.calls.index(name)
    held, code = site.held(), site.code()
    store.arm(at)
    assert refuses(site, held, partial(enter, held, code))
    assert store.calls[at] == name
    store.arm(None)
    assert site.is_waiting(held)
    site.clock.advance(2)
    assert gives_a_session(enter(held, site.code()))


def test_a_recovery_code_is_not_used_up_by_an_outage_of_the_list_of_sessions() -> None:
    sessions = FailingStore()
    site = besieged(revocation=Revocation(sessions))
    codes = enrol_codes(site.auth, site.clock)
    held = site.held()
    sessions.is_down = True
    assert refuses(site, held, partial(enter, held, codes[0], "recovery"))
    sessions.is_down = False
    site.clock.advance(2)
    assert gives_a_session(enter(held, codes[0], "recovery"))


def test_open_on_failure_lets_a_sign_in_end_that_began_before_the_outage() -> None:
    sessions = FailingStore()
    site = besieged(revocation=Revocation(sessions, on_failure="open"))
    held = site.held()
    sessions.is_down = True
    assert gives_a_session(enter(held, site.code()))


def test_a_secret_that_cannot_be_sealed_anew_keeps_nobody_out() -> None:
    old, store = failing(secret=SECRET)
    site = besieged(store=store, secret=[OTHER_SECRET, SECRET])
    app = replace(old.app, clock=site.clock)
    step(store.real.remove(*ADA, site.app.enrolment_id, now=site.clock()))
    held = site.held()
    site.clock.advance(30)
    copy, code = site.browser(held.jar), app.code()
    store.arm(None)
    assert not gives_a_session(enter(copy, wrong(code)))
    at = [*store.calls, "advance"].index("advance") + 1
    store.arm(at)
    assert gives_a_session(enter(held, code))
    assert "replace_data" in store.calls


def test_a_browser_that_cannot_be_listed_is_not_trusted_and_its_person_is_in() -> None:
    site, store = failing()
    trust(site)  # so that the process knows which calls there are
    held, code = site.held(), site.code()
    store.arm(None)
    assert gives_a_session(enter(held, code, trustDevice="on"))
    at = store.calls.index("enrol")
    held, code = site.held(), site.code()
    store.arm(at)
    reply = enter(held, code, trustDevice="on")
    assert gives_a_session(reply)
    assert site.plan.trusted not in reply.set
    assert claims_of(held)["amr"] == ["pwd", "otp", "mfa"]


def test_while_all_of_it_fails_a_trusted_browser_is_not_let_in_either() -> None:
    site, store = failing()
    browser = trust(site)
    knocking = site.browser({site.plan.trusted: browser.jar[site.plan.trusted]})
    for at in range(2):
        store.arm(at)
        assert refuses(site, knocking, knocking.sign_in)
    store.arm(None)
    assert gives_a_session(knocking.sign_in())


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_the_page_says_that_it_is_busy_and_ends_nothing(accept: str) -> None:
    site, store = failing()
    held = site.held()
    store.arm(0)
    assert held.get("factor", [("accept", accept)]).status == 503
    store.arm(None)
    assert site.is_waiting(held)


def test_whoever_signs_out_meanwhile_has_no_cookie_left() -> None:
    site, store = failing()
    held = site.held()
    store.arm(0)
    reply = held.post("signout")
    assert reply.status == 302
    assert site.plan.pending not in held.jar


def test_an_outage_costs_no_guess() -> None:
    site, store = failing(factor_limits=(Limit(2, 36_000),))
    held = site.held()
    for _ in range(20):
        store.arm(1)
        assert refuses(site, held, partial(enter, held, wrong(site.app.code())))
    store.arm(None)
    assert gives_a_session(enter(held, site.code()))


# --- where the guesses are counted


@pytest.mark.parametrize("throttle", ["failing", "none"])
def test_where_no_store_counts_guesses_the_process_does(throttle: str) -> None:
    limits = Faulty(counts=True)
    endless = Throttle.for_tests(store=limits)  # type: ignore[arg-type]
    site = besieged(
        factor_limits=(Limit(3, 36_000),), throttle=endless if throttle == "failing" else None
    )
    held = site.held()
    for _ in range(10):
        limits.arm(0)
        enter(held, wrong(site.app.code()))
    assert len(site.sink.of(SecondFactorRefused)) == 3
    limits.arm(0)
    assert not gives_a_session(enter(held, site.code()))
    assert bool(site.sink.of(StoreFailed)) is (throttle == "failing")


def test_a_guess_that_cannot_be_given_back_is_no_reason_to_refuse() -> None:
    limits = Faulty(counts=True)
    site = besieged(
        factor_limits=ENDLESS,
        throttle=Throttle.for_tests(store=limits),  # type: ignore[arg-type]
    )
    held, code = site.held(), site.code()
    limits.arm(1)
    assert gives_a_session(enter(held, code))
    assert limits.calls[1] == "give_back"


# --- what is answered when the person is asked about once more


def test_a_system_that_is_down_at_the_last_step_lets_nobody_in() -> None:
    def down(_: object) -> bool:
        message = "the directory is down"
        raise ConnectionError(message)

    provider = Credentials(person, account="email", revalidate=down)
    site = besieged(providers=[provider])
    held = site.held()
    reply = enter(held, site.code())
    assert reply.query["error"] == "Configuration"
    site.gives_nobody(held, reply)
    assert site.sink.of(SignedIn) == []
