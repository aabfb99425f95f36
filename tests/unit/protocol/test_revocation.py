"""A session that is ended before its time is over for every copy of its cookie."""

from typing import Any
from uuid import UUID

import pytest

from nextauth import Credentials, Revocation, User
from nextauth.events import SessionEnded, SessionsRevoked
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock, RecordingSink, mint_session
from tests.unit.protocol.ending import NOBODY, FailingStore, copy_of, read, revoking
from tests.unit.protocol.wire import (
    ORIGIN,
    Browser,
    ada,
    claims_of,
    make_auth,
    signed_in,
)

ADA = User(id="1", name="Ada")


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


@pytest.mark.parametrize("user", [("credentials", "2"), ("staff", "1")])
def test_users_are_told_apart_by_provider_and_id(user: tuple[str, str]) -> None:
    providers = [Credentials(ada, account="email"), Credentials(ada, id="staff", account="email")]
    auth = revoking(providers=providers)
    browser = signed_in(auth)
    auth.revoke_user_sync(*user)
    assert browser.session()["user"]["name"] == "Ada"


@pytest.mark.parametrize("user_id", [1, "1"], ids=["int", "str"])
def test_a_users_id_may_be_what_a_user_takes(user_id: int | str) -> None:
    auth = revoking(authorize=lambda _: User(id=1))
    browser = signed_in(auth)
    assert len(auth.sessions_of_sync("credentials", user_id)) == 1
    auth.revoke_user_sync("credentials", user_id)
    assert read(browser) == NOBODY
    assert auth.sessions_of_sync("credentials", user_id) == ()


def test_a_uuid_is_a_users_id() -> None:
    key = UUID(int=7)
    auth = revoking(authorize=lambda _: User(id=key))
    browser = signed_in(auth)
    assert len(auth.sessions_of_sync("credentials", key)) == 1
    auth.revoke_user_sync("credentials", key)
    assert read(browser) == NOBODY


@pytest.mark.parametrize("user_id", [None, True, 1.5, b"1"])
def test_what_is_no_users_id_is_refused(user_id: Any) -> None:  # noqa: ANN401
    with pytest.raises(TypeError):
        revoking().revoke_user_sync("credentials", user_id)
    with pytest.raises(TypeError):
        revoking().sessions_of_sync("credentials", user_id)


def test_a_provider_that_nobody_signs_in_with_is_refused() -> None:
    for act in ("revoke_user_sync", "sessions_of_sync"):
        with pytest.raises(ValueError, match="the providers are 'credentials'"):
            getattr(revoking(), act)("credential", "1")


def test_a_site_that_only_reads_ends_the_sessions_of_another() -> None:
    store = MemoryStore()
    browser = signed_in(revoking(revocation=Revocation(store)))
    reads = revoking(providers=[], revocation=Revocation(store), base_url=ORIGIN)
    reads.revoke_user_sync("credentials", "1")
    reader = Browser(reads)
    reader.jar = dict(browser.jar)
    assert reads.session_sync(reader.request("GET", "/")) is None


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


# --- tokens of other programs


def test_a_token_without_an_id_is_refused_since_it_could_not_be_ended() -> None:
    sink = RecordingSink()
    auth = revoking(events=[sink])
    browser = Browser(auth)
    browser.jar = mint_session(auth, ADA, sid=None, provider=None, auth_time=None)
    assert read(browser) == NOBODY
    assert [event.reason for event in sink.of(SessionEnded)] == ["unknown"]


@pytest.mark.parametrize("sid", ["", "a" * 129, 7])
def test_an_id_that_no_store_keeps_is_none(sid: object) -> None:
    auth = revoking()
    browser = Browser(auth)
    browser.jar = mint_session(auth, ADA, sid=sid)
    assert read(browser) == NOBODY


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
