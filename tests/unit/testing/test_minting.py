"""The cookies of `mint_session`, and the token of `mint_token`, are those of a sign-in."""

import pytest

from nextauth import CookieOptions, Revocation, SessionOptions, User
from nextauth.errors import CallbackError, StoreUnavailable
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock, mint_session, mint_token
from tests.unit.protocol.programs import Program
from tests.unit.testing.samples import ADA, LARGE_GRACE, make_auth, read


def test_a_minted_session_is_the_one_that_a_sign_in_gives() -> None:
    clock = FakeClock()
    auth = make_auth(clock=clock)
    minted = mint_session(auth, ADA)
    assert list(minted) == ["authjs.session-token"]
    session = read(auth, minted, host="localhost")
    assert session is not None
    assert session.user == ADA
    assert session.provider == "credentials"
    assert session.auth_time == int(clock())
    assert session.amr == ("pwd",)
    assert session.expires.timestamp() == clock() + 30 * 24 * 60 * 60
    assert session.sid


def test_two_minted_sessions_are_two() -> None:
    auth = make_auth()
    sessions = [read(auth, mint_session(auth, ADA), host="localhost") for _ in range(2)]
    assert all(sessions)
    assert len({session.sid for session in sessions if session}) == 2


def test_claims_of_the_tests_choice_replace_our_own() -> None:
    clock = FakeClock()
    auth = make_auth(clock=clock)
    signed_in_at = int(clock()) - 60
    minted = mint_session(auth, ADA, auth_time=signed_in_at, theme="dark")
    session = read(auth, minted, host="localhost")
    assert session is not None
    assert session.auth_time == signed_in_at
    assert session.token["theme"] == "dark"


def test_a_minted_session_ends_when_its_time_is_over() -> None:
    clock = FakeClock()
    auth = make_auth(clock=clock, session=SessionOptions(max_age=120, update_age=60))
    minted = mint_session(auth, ADA)
    clock.advance(119)
    assert read(auth, minted, host="localhost") is not None
    clock.advance(120)
    assert read(auth, minted, host="localhost") is None


def test_a_minted_session_that_is_not_remembered_ends_earlier() -> None:
    clock = FakeClock()
    auth = make_auth(clock=clock, session=SessionOptions(browser_max_age=120))
    minted = mint_session(auth, ADA, nextauth_remember=False)
    clock.advance(119)
    assert read(auth, minted, host="localhost") is not None
    clock.advance(120)
    assert read(auth, minted, host="localhost") is None


def test_a_minted_session_lasts_no_longer_than_any_may() -> None:
    clock = FakeClock()
    options = SessionOptions(max_age=600, update_age=60, absolute_max_age=900)
    auth = make_auth(clock=clock, session=options)
    session = read(auth, mint_session(auth, ADA, auth_time=int(clock()) - 800), host="localhost")
    assert session is not None
    assert session.expires.timestamp() == clock() + 100


class WaitingStore(MemoryStore):
    """Stands for one on another machine, which cannot be asked without an event loop."""

    waits = True


@pytest.mark.parametrize("store", [MemoryStore, WaitingStore])
def test_a_minted_session_ends_with_all_of_its_user_and_the_next_is_good(
    store: type[MemoryStore],
) -> None:
    clock = FakeClock()
    auth = make_auth(clock=clock, revocation=Revocation(store(), staleness=0))
    for _ in range(3):
        minted = mint_session(auth, ADA)
        assert read(auth, minted, host="localhost") is not None
        auth.revoke_user_sync("credentials", "1")
        assert read(auth, minted, host="localhost") is None


class AbsentStore(WaitingStore):
    """One that does not answer while a session is minted."""

    is_down = True

    async def epoch(self, provider: str, user_id: str, *, now: float) -> int:
        if self.is_down:
            message = "AbsentStore is switched off"
            raise StoreUnavailable(message)
        return await super().epoch(provider, user_id, now=now)


def test_a_session_can_be_minted_while_the_store_cannot_be_asked() -> None:
    clock = FakeClock()
    auth = make_auth(clock=clock, revocation=Revocation(AbsentStore(), staleness=0))
    minted = mint_session(auth, ADA)
    assert read(auth, minted, host="localhost") is not None
    auth.revoke_user_sync("credentials", "1")
    assert read(auth, minted, host="localhost") is None


@pytest.mark.parametrize(
    ("options", "base_url", "name"),
    [
        ({}, "https://shop.example/", "__Secure-authjs.session-token"),
        ({"base_url": "https://shop.example"}, "http://other", "__Secure-authjs.session-token"),
        ({"dialect": "next-auth-v4"}, "http://localhost", "next-auth.session-token"),
        ({"cookies": CookieOptions(session_token="sid")}, "http://localhost", "sid"),
    ],
)
def test_the_cookie_is_the_one_of_the_clients_address(
    options: dict[str, object], base_url: str, name: str
) -> None:
    auth = make_auth(trust_host=True, **options)
    minted = mint_session(auth, ADA, base_url=base_url)
    assert list(minted) == [name]
    scheme = "https" if name.startswith("__Secure-") else "http"
    assert read(auth, minted, host="shop.example", scheme=scheme) is not None


def test_a_large_user_comes_in_chunks() -> None:
    auth = make_auth()
    minted = mint_session(auth, LARGE_GRACE)
    assert list(minted) == [f"authjs.session-token.{index}" for index in range(len(minted))]
    assert len(minted) > 1
    assert read(auth, minted, host="localhost") is not None


@pytest.mark.parametrize("base_url", ["localhost", "", "ftp://localhost", "http://a b"])
def test_a_base_url_that_is_no_address_is_named(base_url: str) -> None:
    with pytest.raises(ValueError, match=r"is no address; write it as 'http://localhost'"):
        mint_session(make_auth(), ADA, base_url=base_url)


def test_a_user_without_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match="the user has no id"):
        mint_session(make_auth(), User(name="Ada"))


def test_a_user_that_no_token_can_hold_is_refused() -> None:
    with pytest.raises(CallbackError, match="a value that JSON cannot"):
        mint_session(make_auth(), User(id="1", extra={"when": object()}))


def test_a_password_in_a_base_url_is_not_told() -> None:
    with pytest.raises(ValueError, match=r"hidden.*is no address") as refused:
        mint_session(make_auth(), ADA, base_url="http://ada:analytical@localhost")
    assert "analytical" not in str(refused.value)


def test_a_minted_token_is_the_one_that_a_client_without_a_browser_gets() -> None:
    clock = FakeClock()
    auth = make_auth(clock=clock, session=SessionOptions(bearer=True))
    program = Program(auth)
    program.borne = mint_token(auth, ADA, theme="dark")
    session = program.session()
    assert session is not None
    assert (session.user, session.token["theme"]) == (ADA, "dark")
    assert session.expires.timestamp() == clock() + 30 * 24 * 60 * 60
    assert program.refresh().text == program.borne
    assert read(auth, {"authjs.session-token": program.borne}, host="localhost") is None


def test_no_token_is_minted_that_nobody_would_take() -> None:
    with pytest.raises(ValueError, match=r"SessionOptions\(bearer=True\)"):
        mint_token(make_auth(), ADA)
    with pytest.raises(ValueError, match="no id"):
        mint_token(make_auth(session=SessionOptions(bearer=True)), User(name="Ada"))
