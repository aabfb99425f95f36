"""The device cookie: a person's own browser has tries of its own, and nobody else's has."""

from dataclasses import replace

import pytest

from nextauth import Limit, Revocation
from nextauth.events import (
    SignInThrottled,
)
from nextauth.stores import MemoryStore
from tests.unit.protocol.guesses import ELSEWHERE, ONCE, Guesser, Site
from tests.unit.protocol.wire import SESSION

DAY = 24 * 60 * 60


def test_strangers_keep_nobody_out_of_a_browser_that_was_here_before() -> None:
    site = Site(ONCE)
    person = Guesser(site)
    assert person.sign_in().signs_in()
    for number in range(9):
        Guesser(site, f"198.51.100.{number}").guess()
    assert Guesser(site).sign_in().status == 429
    assert person.guess().status == 401
    assert person.sign_in().signs_in()


def test_others_at_one_s_address_keep_nobody_out_of_it_either() -> None:
    site = Site(ONCE)
    person = Guesser(site)
    person.sign_in()
    for number in range(9):
        Guesser(site).guess(f"person-{number}")
    assert Guesser(site).sign_in().status == 429
    assert person.sign_in().signs_in()


def test_a_look_alike_s_browser_is_a_stranger_s() -> None:
    """Who may choose a name that counts as the victim's own must not pass for the victim."""
    site = Site(ONCE)
    site.people["\u00e1da@example.com"] = "9"
    look_alike = Guesser(site, "192.0.2.1")
    assert look_alike.sign_in("\u00e1da@example.com").signs_in()
    person = Guesser(site)
    person.sign_in()
    for number in range(9):
        Guesser(site, f"198.51.100.{number}").guess()
    assert look_alike.guess().status == 429
    assert look_alike.guess("\u00e1da@example.com").status == 401
    assert person.sign_in().signs_in()


def test_such_a_browser_has_few_tries_of_its_own_and_then_those_of_strangers() -> None:
    site = Site(replace(ONCE, address=(Limit(100, 60),)))
    person = Guesser(site)
    person.sign_in()
    assert [person.guess().status for _ in range(6)] == [401] * 4 + [429] * 2
    # It is told the shorter of both waits.
    assert person.guess().header("retry-after") == "50"
    throttled = site.sink.of(SignInThrottled)[-1]
    assert (throttled.limit, throttled.retry_after) == ("device", 50)


def test_a_browser_is_known_by_the_account_that_it_signed_in_to_and_no_other() -> None:
    site = Site(ONCE)
    person = Guesser(site)
    person.sign_in("grace@example.com")
    for number in range(9):
        Guesser(site, f"198.51.100.{number}").guess()
    assert person.guess().status == 429
    assert person.sign_in("grace@example.com").signs_in()


@pytest.mark.parametrize("name", ["", " ", "\u200b"])
def test_no_browser_is_known_by_a_name_of_which_nothing_shows(name: str) -> None:
    site = Site(ONCE)
    site.people[name.strip()] = "9"  # as if the system went by another field
    reply = Guesser(site).sign_in(name)
    assert reply.signs_in()
    assert "authjs.device" not in reply.set


@pytest.mark.parametrize("device", ["x", "e30.e30.e30.e30.e30", "", "%00", "a" * 4000])
def test_a_forged_device_cookie_is_a_stranger_s(device: str) -> None:
    site = Site(ONCE)
    Guesser(site, device=device).use_up()
    assert Guesser(site, device=device).guess().status == 429
    assert len(site.reached) == 2


def test_a_session_is_no_device_and_a_device_is_no_session() -> None:
    site = Site(ONCE)
    person = Guesser(site)
    cookies = person.sign_in().set
    token, device = cookies[SESSION].value, cookies["authjs.device"].value
    thief = Guesser(site, ELSEWHERE, device=token)
    assert thief.use_up() == 2
    request = thief.request("", "")
    request.headers = [(b"host", b"localhost:3000"), (b"cookie", f"{SESSION}={device}".encode())]
    assert site.auth.session_sync(request) is None


def test_many_sign_ins_gather_no_more_tries_than_one_account_has() -> None:
    """Two sites' people share a name: each sign-in of one gives a cookie for the name of both."""
    throttle = replace(ONCE, address=(Limit(1000, 60),), pair=(Limit(1000, 60),))
    site = Site(throttle)
    cookies = []
    for _ in range(5):
        person = Guesser(site)
        person.sign_in()
        cookies.append(person.device)
    tries = [Guesser(site, device=each).guess().status for each in cookies for _ in range(3)]
    assert tries.count(401) == 4 + 4  # of known browsers, and of strangers


def test_the_cookie_is_set_at_each_sign_in_and_never_read_by_scripts() -> None:
    site = Site(ONCE)
    person = Guesser(site)
    first = person.sign_in().set["authjs.device"]
    second = person.sign_in().set["authjs.device"]
    assert first.value != second.value
    assert first.expires == int(site.clock()) + 400 * DAY
    assert (first.attributes.http_only, first.attributes.same_site) == (True, "lax")
    assert "authjs.device" not in person.guess().set
    on_https = Site(ONCE, base_url="https://example.com")
    headers = [("sec-fetch-site", "same-origin")]
    cookie = Guesser(on_https, headers=headers[:0]).sign_in().set["__Host-authjs.device"]
    assert (cookie.attributes.secure, cookie.attributes.domain) == (True, None)


def test_it_is_called_the_same_in_every_dialect() -> None:
    site = Site(ONCE, dialect="next-auth-v4")
    assert "authjs.device" in Guesser(site).sign_in().set


def test_it_ends_with_the_user_s_sessions() -> None:
    site = Site(ONCE, revocation=Revocation(MemoryStore()))
    person, other = Guesser(site), Guesser(site)
    person.sign_in()
    other.sign_in("grace@example.com")
    site.auth.revoke_user_sync("credentials", "1")
    for number in range(9):
        for name in ("ada@example.com", "grace@example.com"):
            Guesser(site, f"198.51.{number}.7").guess(name)
    assert person.sign_in().status == 429
    assert other.sign_in("grace@example.com").signs_in()
    site.clock.advance(400)
    assert person.sign_in().signs_in()  # as a stranger; and is known again
    for number in range(9):
        Guesser(site, f"198.51.{number}.7").guess()
    assert person.sign_in().signs_in()


def test_it_outlives_a_new_secret() -> None:
    new, old = "kV3q-of-the-throttle-tests-9Zx7Lw", "pT8n-another-of-the-throttle-4Qm2"
    before, after = Site(ONCE, secret=old), Site(ONCE, secret=[new, old])
    person = Guesser(before)
    person.sign_in()
    person.site = after
    for number in range(9):
        Guesser(after, f"198.51.100.{number}").guess()
    assert person.sign_in().signs_in()
