"""A session that is ended before its time is over for every copy of its cookie."""

from datetime import UTC, datetime
from typing import Any

import pytest

from nextauth import Auth, Revocation, User
from nextauth.errors import StoreUnavailable
from nextauth.events import SessionEnded, SessionsRevoked, SignedOut, StoreFailed
from nextauth.stores import MemoryStore, Standing
from nextauth.testing import FakeClock, RecordingSink, mint_session
from tests.unit.protocol.wire import SESSION, Browser, claims_of, make_auth, signed_in

ADA = User(id="1", name="Ada")
NOBODY: tuple[object, bool] = (None, True)


class FailingStore(MemoryStore):
    """A store that can be switched off."""

    is_down = False
    asked = 0

    async def standing(self, sid: str, provider: str, user_id: str, *, now: float) -> Standing:
        self.asked += 1
        self._check()
        return await super().standing(sid, provider, user_id, now=now)

    async def epoch(self, provider: str, user_id: str, *, now: float) -> int:
        self._check()
        return await super().epoch(provider, user_id, now=now)

    async def end(self, sid: str, *, until: float, now: float) -> None:
        self._check()
        await super().end(sid, until=until, now=now)

    async def begin(self, record: Any, *, now: float) -> None:  # noqa: ANN401
        self._check()
        await super().begin(record, now=now)

    def _check(self) -> None:
        if self.is_down:
            message = "FailingStore is switched off"
            raise StoreUnavailable(message)


def copy_of(browser: Browser) -> Browser:
    """Answer somebody who has a copy of a browser's cookies."""
    thief = Browser(browser.auth)
    thief.jar = dict(browser.jar)
    return thief


def read(browser: Browser) -> tuple[object, bool]:
    reply = browser.get("session")
    return reply.json, reply.deletes()


def revoking(**options: Any) -> Auth:  # noqa: ANN401
    options.setdefault("revocation", Revocation(MemoryStore()))
    return make_auth(**options)


# --- signing out


def test_a_copy_of_the_cookie_is_worth_nothing_after_the_sign_out() -> None:
    browser = signed_in(revoking())
    thief = copy_of(browser)
    assert thief.session()["user"]["name"] == "Ada"
    browser.post("signout")
    assert read(thief) == NOBODY


def test_without_revocation_a_copy_lives_on_as_the_documentation_says() -> None:
    browser = signed_in(make_auth())
    thief = copy_of(browser)
    browser.post("signout")
    assert thief.session()["user"]["name"] == "Ada"


def test_only_the_session_that_signs_out_ends() -> None:
    auth = revoking()
    phone, laptop = signed_in(auth), signed_in(auth)
    phone.post("signout")
    assert laptop.session()["user"]["name"] == "Ada"


def test_signing_in_anew_ends_the_session_before_and_says_so() -> None:
    sink = RecordingSink()
    browser = signed_in(revoking(events=[sink]))
    thief, old = copy_of(browser), claims_of(browser)
    browser.sign_in()
    assert claims_of(browser)["sid"] != old["sid"]
    assert read(thief) == NOBODY
    reasons = [(event.reason, event.sid) for event in sink.of(SessionEnded)]
    assert reasons == [("replaced", old["sid"]), ("revoked", old["sid"])]


# --- by the application


def test_one_session_is_ended_by_its_id() -> None:
    sink = RecordingSink()
    auth = revoking(events=[sink])
    phone, laptop = signed_in(auth), signed_in(auth)
    sid = claims_of(phone)["sid"]
    auth.revoke_sync(sid)
    assert read(phone) == NOBODY
    assert laptop.session()["user"]["name"] == "Ada"
    [event] = sink.of(SessionsRevoked)
    assert (event.sid, event.user_id) == (sid, None)


def test_all_sessions_of_a_user_are_ended_and_a_new_sign_in_is_good() -> None:
    sink = RecordingSink()
    auth = revoking(events=[sink])
    phone, laptop = signed_in(auth), signed_in(auth)
    auth.revoke_user_sync("credentials", "1")
    assert read(phone) == read(laptop) == NOBODY
    assert signed_in(auth).session()["user"]["name"] == "Ada"
    [event] = sink.of(SessionsRevoked)
    assert (event.provider, event.user_id, event.sid) == ("credentials", "1", None)


@pytest.mark.parametrize("user", [("credentials", "2"), ("other", "1")])
def test_users_are_told_apart_by_provider_and_id(user: tuple[str, str]) -> None:
    auth = revoking()
    browser = signed_in(auth)
    auth.revoke_user_sync(*user)
    assert browser.session()["user"]["name"] == "Ada"


def test_twice_in_one_second_is_twice() -> None:
    auth = revoking(clock=FakeClock())
    for _ in range(3):
        browser = signed_in(auth)
        auth.revoke_user_sync("credentials", "1")
        assert read(browser) == NOBODY


def test_a_users_sessions_are_listed_the_last_used_one_first() -> None:
    clock = FakeClock()
    auth = revoking(clock=clock)
    phone = signed_in(auth)
    clock.advance(10)
    laptop = signed_in(auth)
    clock.advance(1000)
    phone.get("session", headers=[("user-agent", "Telephone/1")])
    [first, second] = auth.sessions_of_sync("credentials", "1")
    assert (first.sid, second.sid) == (claims_of(phone)["sid"], claims_of(laptop)["sid"])
    assert (first.user_agent, first.address) == ("Telephone/1", "203.0.113.9")
    assert (first.began, first.seen) == (clock.now - 1010, clock.now)
    auth.revoke_sync(first.sid)
    assert [each.sid for each in auth.sessions_of_sync("credentials", "1")] == [second.sid]


def test_what_was_never_turned_on_says_how_to() -> None:
    with pytest.raises(RuntimeError, match=r"pass Auth\(revocation=Revocation\(store\)\)"):
        make_auth().revoke_sync("any")


# --- several processes


def test_another_process_sees_it_within_the_staleness() -> None:
    store, clock = MemoryStore(), FakeClock()
    here, there = (
        revoking(revocation=Revocation(store, staleness=5), clock=clock) for _ in range(2)
    )
    browser = signed_in(here)
    elsewhere = Browser(there)
    elsewhere.jar = browser.jar
    assert elsewhere.session()["user"]["name"] == "Ada"
    here.revoke_sync(claims_of(browser)["sid"])
    clock.advance(4.9)
    assert elsewhere.session()["user"]["name"] == "Ada"
    clock.advance(0.1)
    assert read(elsewhere) == NOBODY


def test_without_staleness_the_store_is_asked_each_time() -> None:
    store = FailingStore()
    browser = signed_in(revoking(revocation=Revocation(store, staleness=0)))
    before = store.asked
    for _ in range(3):
        browser.session()
    assert store.asked == before + 3


def test_a_warm_answer_spares_the_store() -> None:
    store, clock = FailingStore(), FakeClock()
    browser = signed_in(revoking(revocation=Revocation(store), clock=clock))
    before = store.asked
    for _ in range(3):
        browser.session()
    assert store.asked == before
    clock.advance(-1)
    browser.session()
    assert store.asked == before + 1


# --- a store that fails


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


def test_nobody_signs_in_while_the_store_fails() -> None:
    store = FailingStore()
    browser = Browser(revoking(revocation=Revocation(store)))
    store.is_down = True
    reply = browser.sign_in()
    assert reply.query["error"] == "Configuration"
    assert not reply.signs_in()


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


# --- tokens of other programs


def from_node(auth: Auth) -> Browser:
    browser = Browser(auth)
    browser.jar = mint_session(auth, ADA, sid=None, provider=None, auth_time=None)
    return browser


def test_a_token_without_an_id_is_refused_since_it_could_not_be_ended() -> None:
    sink = RecordingSink()
    browser = from_node(revoking(events=[sink]))
    assert read(browser) == NOBODY
    assert [event.reason for event in sink.of(SessionEnded)] == ["unknown"]


@pytest.mark.parametrize("sid", ["", "a" * 129, 7])
def test_an_id_that_no_store_keeps_is_none(sid: object) -> None:
    auth = revoking()
    browser = Browser(auth)
    browser.jar = mint_session(auth, ADA, sid=sid)
    assert read(browser) == NOBODY


def test_until_a_date_it_is_given_an_id_and_can_be_ended() -> None:
    clock = FakeClock()
    until = datetime.fromtimestamp(clock.now + 60, UTC)
    auth = revoking(revocation=Revocation(MemoryStore(), adopt_until=until), clock=clock)
    browser = from_node(auth)
    late = copy_of(browser)
    reply = browser.get("session")
    assert reply.json["user"]["name"] == "Ada"
    assert reply.signs_in()
    claims = claims_of(browser)
    assert claims["auth_time"] == int(clock.now)
    auth.revoke_sync(claims["sid"])
    assert read(browser) == NOBODY
    clock.advance(60)
    assert read(late) == NOBODY


def test_a_look_adopts_nothing() -> None:
    clock = FakeClock()
    until = datetime.fromtimestamp(clock.now + 60, UTC)
    auth = revoking(revocation=Revocation(MemoryStore(), adopt_until=until), clock=clock)
    browser = from_node(auth)
    before = dict(browser.jar)
    assert browser.get("session", method="HEAD").set == {}
    assert browser.jar == before


# --- users


@pytest.mark.parametrize("answer", [User(name="Ada"), {"name": "Ada"}])
def test_a_user_without_an_id_signs_in_nowhere_where_sessions_can_be_ended(
    answer: object, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Browser(revoking(authorize=lambda _: answer))
    reply = browser.sign_in()
    assert reply.query["error"] == "Configuration"
    assert not reply.signs_in()
    assert "a user without an id" in caplog.text
    assert signed_in(make_auth(lambda _: answer)).session()["user"]["name"] == "Ada"
