"""While the store of sessions fails: who is signed in, and what a process remembers of its own."""

import pytest

from nextauth import Auth, Revocation
from nextauth.events import SignedOut, StoreFailed
from nextauth.testing import FakeClock, RecordingSink
from tests.unit.protocol.ending import NOBODY, FailingStore, copy_of, read, revoking
from tests.unit.protocol.guesses import ONCE, Guesser, Site
from tests.unit.protocol.wire import SESSION, Browser, claims_of, signed_in


def test_while_the_store_fails_nobody_is_signed_in_and_the_cookie_stays() -> None:
    store, clock, sink = FailingStore(), FakeClock(), RecordingSink()
    auth = revoking(revocation=Revocation(store), clock=clock, events=[sink])
    browser = signed_in(auth)
    store.is_down = True
    clock.advance(5)
    assert read(browser) == (None, False)
    assert SESSION in browser.jar
    [event] = sink.of(StoreFailed)
    assert (event.store, event.purpose, event.answered) == ("FailingStore", "sessions", "closed")
    store.is_down = False
    clock.advance(1)
    assert browser.session()["user"]["name"] == "Ada"


def test_a_store_that_failed_is_left_alone_for_a_second_and_told_of_once() -> None:
    store, clock, sink = FailingStore(), FakeClock(), RecordingSink()
    browser = signed_in(revoking(revocation=Revocation(store), clock=clock, events=[sink]))
    store.is_down = True
    clock.advance(5)
    before = store.asked
    for _ in range(10):
        browser.session()
    assert store.asked == before + 1
    assert len(sink.of(StoreFailed)) == 1


def test_nobody_signs_in_while_the_store_fails_and_later_everybody_can(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = FailingStore()
    browser = Browser(revoking(revocation=Revocation(store)))
    store.is_down = True
    reply = browser.sign_in()
    assert (reply.status, reply.query["error"]) == (503, "Busy")
    assert not reply.signs_in()
    (line,) = [record for record in caplog.records if record.name == "nextauth.signin"]
    assert line.exc_info is None
    assert line.getMessage().count("\n") == 0
    store.is_down = False
    assert browser.sign_in().signs_in()


def test_signing_out_works_while_the_store_fails() -> None:
    store, sink = FailingStore(), RecordingSink()
    browser = signed_in(revoking(revocation=Revocation(store), events=[sink]))
    store.is_down = True
    assert browser.post("signout").deletes()
    assert len(sink.of(SignedOut)) == 1


def test_open_on_failure_serves_whoever_was_not_seen_to_be_ended() -> None:
    store, clock, sink = FailingStore(), FakeClock(), RecordingSink()
    auth = revoking(revocation=Revocation(store, on_failure="open"), clock=clock, events=[sink])
    good, ended = signed_in(auth), signed_in(auth)
    thief = copy_of(ended)
    auth.revoke_sync(claims_of(ended)["sid"])
    store.is_down = True
    clock.advance(5)
    assert good.session()["user"]["name"] == "Ada"
    assert read(thief) == NOBODY
    assert signed_in(auth).session()["user"]["name"] == "Ada"
    assert {event.answered for event in sink.of(StoreFailed)} == {"open"}


# --- what a process remembers


def outage() -> tuple[FailingStore, FakeClock, Auth]:
    store, clock = FailingStore(), FakeClock()
    revocation = Revocation(store, on_failure="open")
    return store, clock, revoking(clock=clock, revocation=revocation)


def test_open_on_failure_remembers_whose_sessions_it_ended_itself() -> None:
    store, clock, auth = outage()
    ended, other = signed_in(auth), signed_in(auth)
    auth.revoke_user_sync("credentials", "1")
    later = signed_in(auth)
    for each in (ended, other):
        assert read(copy_of(each)) == NOBODY
    clock.advance(60)
    store.is_down = True
    assert read(copy_of(ended)) == read(other) == NOBODY
    assert later.session()["user"]["name"] == "Ada"


@pytest.mark.parametrize("is_by_id", [True, False])
def test_open_on_failure_remembers_what_it_ended_and_never_read(*, is_by_id: bool) -> None:
    store, clock, auth = outage()
    browser = signed_in(revoking(clock=clock, revocation=Revocation(store)))
    if is_by_id:
        auth.revoke_sync(claims_of(browser)["sid"])
    else:
        auth.revoke_user_sync("credentials", "1")
    store.is_down = True
    browser.auth = auth
    assert read(browser) == NOBODY


def test_the_memory_of_what_was_ended_is_bounded() -> None:
    store, clock, auth = outage()
    browser = signed_in(revoking(clock=clock, revocation=Revocation(store)))
    auth.revoke_sync(claims_of(browser)["sid"])
    for number in range(10_000):
        auth.revoke_sync(f"another-{number}")
    store.is_down = True
    browser.auth = auth
    assert browser.session()["user"]["name"] == "Ada", "it is as if nobody here had ended it"


@pytest.mark.parametrize("behind", [0, 3, 50])
def test_who_signed_in_during_an_outage_is_reached_by_a_clock_that_is_behind(behind: float) -> None:
    store, clock, auth = outage()
    there = FakeClock(clock.now - behind)
    elsewhere = revoking(clock=there, revocation=Revocation(store))
    store.is_down = True
    browser = signed_in(auth)
    store.is_down = False
    elsewhere.revoke_user_sync("credentials", "1")
    clock.advance(3600)
    assert read(browser) == NOBODY


def test_who_signs_in_during_an_outage_after_all_were_ended_here_is_signed_in() -> None:
    store, clock, auth = outage()
    auth.revoke_user_sync("credentials", "1")
    clock.advance(10)
    store.is_down = True
    browser = signed_in(auth)
    store.is_down = False
    clock.advance(10)
    assert browser.session()["user"]["name"] == "Ada"


def test_a_browser_that_is_known_is_a_stranger_s_while_nobody_can_tell() -> None:
    store = FailingStore()
    site = Site(ONCE, revocation=Revocation(store, on_failure="open"))
    person = Guesser(site)
    person.sign_in()
    for number in range(9):
        Guesser(site, f"198.51.100.{number}").guess()
    store.is_down = True
    assert person.guess().status == 429
    store.is_down = False
    assert person.guess().status == 401
