"""Sessions of another program: let in for a while, and given what it takes to end them."""

import pytest

from nextauth import (
    Callbacks,
    Credentials,
    SessionOptions,
    SubmittedCredentials,
    User,
)
from nextauth.events import SessionEnded
from nextauth.sessions import Freshness
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock, RecordingSink
from tests.unit.protocol.ending import ADA, NOBODY, FailingStore, adopting, copy_of, from_node, read
from tests.unit.protocol.wire import SESSION, ada, claims_of

DAY = 24 * 60 * 60


def test_until_a_date_a_session_is_given_an_id_and_can_be_ended() -> None:
    clock = FakeClock()
    auth = adopting(clock)
    browser = from_node(auth)
    late = copy_of(browser)
    reply = browser.get("session")
    assert reply.json["user"]["name"] == "Ada"
    assert reply.signs_in()
    auth.revoke_sync(claims_of(browser)["sid"])
    assert read(browser) == NOBODY
    clock.advance(30 * DAY)
    assert read(late) == NOBODY


def test_a_look_adopts_nothing() -> None:
    browser = from_node(adopting(FakeClock()))
    before = dict(browser.jar)
    assert browser.get("session", method="HEAD").set == {}
    assert browser.jar == before


@pytest.mark.parametrize("claims", [{"sub": None}, {"sub": ""}, {"sub": 7}])
def test_a_session_of_nobody_is_not_adopted(claims: dict[str, object]) -> None:
    assert read(from_node(adopting(FakeClock()), **claims)) == NOBODY


# --- nobody knows when its user proved who they are


def test_an_adopted_session_is_never_fresh() -> None:
    clock = FakeClock()
    auth = adopting(clock)
    browser = from_node(auth)
    for _ in range(2):
        browser.session()
        session = auth.session_sync(browser.request("GET", "/"))
        assert session is not None
        assert session.auth_time is None
        assert not Freshness(max_age=10**9).holds(session, clock.now)


def test_when_it_began_is_kept_for_its_longest_life() -> None:
    clock = FakeClock()
    auth = adopting(clock, session=SessionOptions(absolute_max_age=20 * DAY, max_age=15 * DAY))
    began = int(clock.now) - 10 * DAY
    browser = from_node(auth, iat=began)
    browser.session()
    assert claims_of(browser)["nextauth_adopted"] == began
    clock.advance(10 * DAY - 1)
    assert browser.session()["user"]["name"] == "Ada"
    clock.advance(1)
    assert read(browser) == NOBODY


def test_a_callback_cannot_say_that_it_began_later() -> None:
    clock = FakeClock()
    callbacks = Callbacks(
        jwt=lambda params: {**params.token, "nextauth_adopted": 2**40, "auth_time": 2**40}
    )
    browser = from_node(adopting(clock, callbacks=callbacks))
    browser.session()
    claims = claims_of(browser)
    assert (claims["nextauth_adopted"], claims["auth_time"]) == (int(clock.now), None)


# --- it ends with its user's other sessions


def test_it_ends_with_all_of_its_user() -> None:
    clock = FakeClock()
    auth = adopting(clock)
    browser = from_node(auth)
    browser.session()
    assert claims_of(browser)["provider"] == "credentials"
    [record] = auth.sessions_of_sync("credentials", "1")
    assert record.sid == claims_of(browser)["sid"]
    auth.revoke_user_sync("credentials", "1")
    assert read(browser) == NOBODY


@pytest.mark.parametrize("provider", ["credentials", "staff"])
@pytest.mark.parametrize("told", [None, "github", 7, ["staff"]])
def test_where_it_could_be_of_several_providers_it_ends_with_each(
    provider: str, told: object
) -> None:
    clock = FakeClock()
    auth = adopting(
        clock,
        providers=[
            Credentials(ada, account="email"),
            Credentials(ada, id="staff", account="email"),
        ],
    )
    browser = from_node(auth, provider=told)
    browser.session()
    assert claims_of(browser)["provider"] is None
    assert read(browser)[0] is not None
    auth.revoke_user_sync(provider, "2")
    assert read(browser)[0] is not None
    auth.revoke_user_sync(provider, "1")
    assert read(browser) == NOBODY


def test_a_provider_that_it_names_and_we_have_is_its_provider() -> None:
    auth = adopting(
        FakeClock(),
        providers=[
            Credentials(ada, account="email"),
            Credentials(ada, id="staff", account="email"),
        ],
    )
    browser = from_node(auth, provider="staff")
    browser.session()
    assert claims_of(browser)["provider"] == "staff"
    auth.revoke_user_sync("credentials", "1")
    assert read(browser)[0] is not None
    auth.revoke_user_sync("staff", "1")
    assert read(browser) == NOBODY


# --- the cookie from before it was adopted


def test_the_cookie_from_before_is_the_same_session() -> None:
    clock = FakeClock()
    store = MemoryStore()
    auth = adopting(clock, store=store)
    browser = from_node(auth)
    before = copy_of(browser)
    browser.session()
    clock.advance(DAY)
    for _ in range(3):
        again = copy_of(before)
        again.session()
        assert claims_of(again)["sid"] == claims_of(browser)["sid"]
    assert len(auth.sessions_of_sync("credentials", "1")) == 1


def test_another_cookie_is_another_session() -> None:
    clock = FakeClock()
    auth = adopting(clock)
    one, two = from_node(auth), from_node(auth)
    for each in (one, two):
        each.session()
    assert claims_of(one)["sid"] != claims_of(two)["sid"]


@pytest.mark.parametrize("is_read_first", [True, False])
def test_after_the_sign_out_the_cookie_from_before_is_worth_nothing(*, is_read_first: bool) -> None:
    clock = FakeClock()
    browser = from_node(adopting(clock))
    before = copy_of(browser)
    if is_read_first:
        browser.session()
    browser.post("signout")
    assert SESSION not in browser.jar
    clock.advance(60)
    assert read(before) == NOBODY


def test_after_a_new_sign_in_the_cookie_from_before_is_worth_nothing() -> None:
    clock = FakeClock()
    browser = from_node(adopting(clock))
    before = copy_of(browser)
    assert browser.sign_in().signs_in()
    assert read(before) == NOBODY
    assert browser.session()["user"]["name"] == "Ada"


def test_after_a_new_secret_it_is_still_the_same() -> None:
    clock, store, sink = FakeClock(), MemoryStore(), RecordingSink()
    old, new = "kV3q-of-the-adoption-tests-9Zx7Lw4", "pT8n-another-of-the-adoption-4Qm2"
    browser = from_node(adopting(clock, store=store, secret=old))
    before = copy_of(browser)
    browser.post("signout")
    before.auth = adopting(clock, store=store, secret=[new, old], events=[sink])
    assert read(before) == NOBODY
    assert [event.reason for event in sink.of(SessionEnded)] == ["revoked"]


@pytest.mark.parametrize(("later", "is_in"), [(-60, False), (0, False), (60, True)])
def test_what_was_written_before_all_were_ended_is_not_adopted(*, later: int, is_in: bool) -> None:
    clock = FakeClock()
    auth = adopting(clock)
    auth.revoke_user_sync("credentials", "1")
    ended_at = int(clock.now)
    clock.advance(3600)
    browser = from_node(auth, iat=ended_at + later)
    assert (browser.session() is not None) is is_in


def test_what_does_not_say_when_it_was_written_is_adopted_unless_all_were_ended() -> None:
    clock = FakeClock()
    auth = adopting(clock)
    browser = from_node(auth, iat=None)
    before = copy_of(browser)
    assert browser.session()["user"]["name"] == "Ada"
    auth.revoke_user_sync("credentials", "1")
    assert read(browser) == read(before) == NOBODY


# --- with others who are asked


def test_while_the_store_fails_nothing_is_adopted_and_the_cookie_stays() -> None:
    clock, store = FakeClock(), FailingStore()
    browser = from_node(adopting(clock, store=store))
    store.is_down = True
    assert read(browser) == (None, False)
    store.is_down = False
    clock.advance(1)
    assert browser.session()["user"]["name"] == "Ada"


def test_open_on_failure_adopts_what_ends_with_the_next_revocation() -> None:
    clock, store = FakeClock(), FailingStore()
    auth = adopting(clock, store=store, on_failure="open")
    browser = from_node(auth)
    store.is_down = True
    assert browser.session()["user"]["name"] == "Ada"
    store.is_down = False
    adopting(clock, store=store).revoke_user_sync("credentials", "1")
    clock.advance(5)
    assert read(browser) == NOBODY


@pytest.mark.parametrize("is_vouched", [True, False])
def test_where_providers_are_asked_again_they_are_asked_about_it(*, is_vouched: bool) -> None:
    asked: list[str | None] = []

    def revalidate(user: User) -> bool:
        asked.append(user.id)
        return is_vouched

    auth = adopting(
        FakeClock(), providers=[Credentials(ada, account="email", revalidate=revalidate)]
    )
    browser = from_node(auth)
    before = copy_of(browser)
    assert (browser.session() is not None) is is_vouched
    assert asked == ["1"]
    if is_vouched:
        assert browser.session()["user"]["name"] == "Ada"
    else:
        assert read(before) == NOBODY, "it is ended for every copy"
    assert asked == ["1"]


def test_where_authorize_is_asked_again_it_is_not_asked_with_nothing() -> None:
    asked: list[object] = []

    def authorize(credentials: SubmittedCredentials) -> User:
        asked.append(credentials)
        return ADA

    provider = Credentials(authorize, account="email", revalidate_fields=("email", "password"))
    assert read(from_node(adopting(FakeClock(), providers=[provider]))) == NOBODY
    assert asked == []


def test_where_several_could_be_asked_again_nobody_vouches_for_it() -> None:
    providers = [
        Credentials(ada, account="email", revalidate=lambda _: True),
        Credentials(ada, id="staff", account="email"),
    ]
    assert read(from_node(adopting(FakeClock(), providers=providers))) == NOBODY
