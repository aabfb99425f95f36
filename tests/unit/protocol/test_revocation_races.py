"""What is ended stays ended: while it is being read, and while a sign-in is under way."""

from collections.abc import Callable

import pytest

from nextauth import Auth, Callbacks, Revocation, SessionOptions, SubmittedCredentials, User
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock
from tests.unit.protocol.ending import NOBODY, FailingStore, copy_of, read
from tests.unit.protocol.guesses import ELSEWHERE, HOME, ONCE, RIGHT, Guesser, Site
from tests.unit.protocol.wire import Browser, claims_of, make_auth, signed_in

DAY = 24 * 60 * 60
Act = Callable[[], object]


# --- while a session is being read


@pytest.mark.parametrize("how", ["sid", "user", "signout"])
def test_what_is_ended_while_the_store_is_asked_is_over_at_once(how: str) -> None:
    store, clock = FailingStore(), FakeClock()
    auth = make_auth(clock=clock, revocation=Revocation(store, staleness=60))
    browser = signed_in(auth)
    sid = claims_of(browser)["sid"]
    copy = copy_of(browser)
    ends: dict[str, Act] = {
        "sid": lambda: auth.revoke_sync(sid),
        "user": lambda: auth.revoke_user_sync("credentials", "1"),
        "signout": lambda: copy_of(copy).post("signout"),
    }
    clock.advance(60)
    store.meanwhile = ends[how]
    assert read(copy) == NOBODY
    clock.advance(50)
    assert read(browser) == NOBODY


def test_who_signs_in_after_the_store_lost_everything_is_signed_in() -> None:
    """What this process remembers of its own must not speak against what the store says later."""
    store, clock = MemoryStore(), FakeClock()
    auth = make_auth(clock=clock, revocation=Revocation(store))
    signed_in(auth)
    auth.revoke_user_sync("credentials", "1")
    store.__init__()  # type: ignore[misc]
    assert signed_in(auth).session()["user"]["name"] == "Ada"


# --- while a sign-in is under way


class Directory:
    """Holds one password; whatever it is told to do happens after it has compared."""

    def __init__(self) -> None:
        self.password = "correct horse"
        self.asked = 0
        self.meanwhile: list[Act] = []

    def authorize(self, credentials: SubmittedCredentials) -> User | None:
        is_right = credentials["password"] == self.password
        self.asked += 1
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return User(id="1", name="Ada") if is_right else None

    def change_password(self, auth: Auth) -> None:
        self.password = "battery staple"
        auth.revoke_user_sync("credentials", "1")


@pytest.mark.parametrize("lasts", [0, 0.4, 3, 100])
def test_a_yes_to_the_old_password_begins_no_session_after_it_was_changed(lasts: float) -> None:
    directory, clock = Directory(), FakeClock()
    auth = make_auth(directory.authorize, clock=clock, revocation=Revocation(MemoryStore()))

    def change() -> None:
        clock.advance(lasts)
        directory.change_password(auth)
        clock.advance(lasts)

    directory.meanwhile = [change]
    browser = Browser(auth)
    reply = browser.sign_in()
    assert reply.query["error"] == "CredentialsSignin"
    assert not reply.signs_in()
    assert browser.sign_in("battery staple").signs_in()
    assert browser.session()["user"]["name"] == "Ada"


@pytest.mark.parametrize("step", [0, 1])
def test_a_session_that_begins_while_all_are_ended_is_born_ended(step: float) -> None:
    directory, clock = Directory(), FakeClock()
    auth = make_auth(directory.authorize, clock=clock, revocation=Revocation(MemoryStore()))

    def end() -> None:
        clock.advance(step)
        auth.revoke_user_sync("credentials", "1")

    directory.meanwhile = [end, end]
    browser = Browser(auth)
    browser.sign_in()
    assert read(browser) == NOBODY
    assert directory.asked == 2
    browser.sign_in()
    assert browser.session()["user"]["name"] == "Ada"


def test_all_may_be_ended_in_the_callback_that_looks_at_the_sign_in() -> None:
    auths: list[Auth] = []

    def sign_in(_: object) -> bool:
        auths[0].revoke_user_sync("credentials", "1")
        return True

    auth = make_auth(revocation=Revocation(MemoryStore()), callbacks=Callbacks(sign_in=sign_in))
    auths.append(auth)
    browser = Browser(auth)
    browser.sign_in()
    assert read(browser) == NOBODY


def test_long_after_all_were_ended_nobody_is_asked_twice() -> None:
    directory, clock = Directory(), FakeClock()
    auth = make_auth(directory.authorize, clock=clock, revocation=Revocation(MemoryStore()))
    auth.revoke_user_sync("credentials", "1")
    clock.advance(10)
    signed_in(auth)
    assert directory.asked == 1


def test_two_answers_to_one_question_sign_nobody_in(caplog: pytest.LogCaptureFixture) -> None:
    ids = iter("12")
    auth = make_auth(lambda _: User(id=next(ids)), revocation=Revocation(MemoryStore()))
    auth.revoke_user_sync("credentials", "1")
    reply = Browser(auth).sign_in()
    assert reply.query["error"] == "Configuration"
    assert "two different users" in caplog.text


def test_nor_is_its_browser_known_afterwards() -> None:
    sites: list[Site] = []

    def sign_in(_: object) -> bool:
        if not sites[0].clock() % 2:
            sites[0].auth.revoke_user_sync("credentials", "1")
        return True

    site = Site(ONCE, revocation=Revocation(MemoryStore()), callbacks=Callbacks(sign_in=sign_in))
    sites.append(site)
    raced, person = Guesser(site), Guesser(site)
    assert raced.sign_in().signs_in()
    site.clock.advance(401)
    assert person.sign_in().signs_in()
    for number in range(9):
        Guesser(site, f"198.51.100.{number}").guess()
    assert raced.guess("ada@example.com", RIGHT).status == 429
    assert person.guess("ada@example.com", RIGHT).signs_in()


# --- long afterwards


def test_a_browser_whose_sessions_were_ended_stays_a_stranger_s() -> None:
    """A device cookie lasts longer than any session, where sessions are short."""
    site = Site(
        ONCE,
        revocation=Revocation(MemoryStore()),
        session=SessionOptions(max_age=600, update_age=60, absolute_max_age=3600),
    )
    thief = Guesser(site, ELSEWHERE)
    thief.sign_in()
    site.auth.revoke_user_sync("credentials", "1")
    for later in (3601, 100 * DAY, 299 * DAY):
        site.clock.advance(later)
        for number in range(9):
            Guesser(site, f"198.51.101.{number}").guess()
        assert thief.guess().status == 429
    assert thief.address != HOME
