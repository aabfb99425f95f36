"""What else is tried against two steps: other people, other sites, other configurations, clocks.

That of a passkey of another user, used, renamed or removed: GHSA-4vcf-q4xf-f48m.
"""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from nextauth import Credentials, User
from nextauth.events import SecondFactorRefused
from nextauth.factors import RecoveryFactor, TotpFactor
from nextauth.stores import Enrolment, Limit
from nextauth.testing import FakeClock
from nextauth.web.request import step
from tests.security.answers import gives_a_session
from tests.security.second_factors import Siege, besieged, guess, person, sign_in_as
from tests.software_authenticator import SoftwareAuthenticator
from tests.unit.protocol.enrolments import enrol_app, enrol_codes, enter, wrong
from tests.unit.protocol.keys import enrol_key, enter_by_passkey, make_site, prove
from tests.unit.protocol.wire import (
    CALLBACK,
    OTHER_SECRET,
    PASSWORD,
    SECRET,
    Browser,
    claims_of,
)

ADA = ("credentials", "1")


def restarted(site: Siege, **options: Any) -> Siege:  # noqa: ANN401
    """Answer the same site, with the same store, in another process of another configuration."""
    other = besieged(store=site.store, **options)
    other.clock.now = site.clock()
    step(other.store.remove(*ADA, other.app.enrolment_id, now=site.clock()))
    return replace(other, app=replace(site.app, clock=other.clock))


# --- other people


def test_a_sign_in_that_waits_is_finished_as_whose_it_is_and_nobody_elses() -> None:
    """Two people, one browser: whoever's password was last is whose factor counts."""
    site = besieged()
    other = enrol_app(site.auth, site.clock, ("credentials", "grace"))
    for first, last in permutations(("ada", "grace")):
        site.clock.advance(60)
        apps = {"ada": site.app, "grace": other}
        browser = site.browser()
        sign_in_as(site, first, browser)
        assert sign_in_as(site, last, browser).path == "/api/auth/factor"
        site.gives_nobody(browser, enter(browser, apps[first].code()))
        assert gives_a_session(enter(browser, apps[last].code()))
        assert claims_of(browser)["name"] == last.title()


def test_a_sign_in_that_was_planted_in_a_victims_browser_waits_for_its_own_factor() -> None:
    """Login CSRF and fixation: another's waiting sign-in in one's own browser."""
    site = besieged()
    other = enrol_app(site.auth, site.clock, ("credentials", "mallory"))
    mallory = site.browser()
    sign_in_as(site, "mallory", mallory)
    victim = site.browser({site.plan.pending: mallory.jar[site.plan.pending]})
    site.gives_nobody(victim, enter(victim, site.code()))
    cross = [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")]
    reply = victim.post("factor/totp", {"code": other.code()}, headers=cross)
    site.gives_nobody(victim, reply)
    form = {"email": "ada@example.com", "password": PASSWORD}
    assert victim.post(CALLBACK, form).path == "/api/auth/factor"
    assert not site.is_waiting(mallory), "the victim's own sign-in takes its place"


def test_who_uses_up_anothers_guesses_leaves_their_other_methods_alone() -> None:
    """A lock-out: whoever has the password can keep its person from one method, not from all."""
    site = besieged(factor_limits=(Limit(3, 3600),))
    codes = enrol_codes(site.auth, site.clock)
    attacker, ada = site.held(), site.held()
    for _ in range(10):
        guess(site, attacker)
    assert enter(ada, site.code()).status == 429
    assert gives_a_session(enter(ada, codes[0], "recovery"))


def test_without_the_password_nobody_uses_up_a_guess() -> None:
    site = besieged(factor_limits=(Limit(1, 3600),))
    for jar in ({}, {site.plan.pending: "x"}, {site.plan.pending: "a.b.c.d.e"}):
        browser = site.browser(jar)
        browser.sign_in("wrong")
        assert enter(browser, "000000").query["error"] == "SecondFactorExpired"
    assert gives_a_session(enter(site.held(), site.code()))
    assert site.sink.of(SecondFactorRefused) == []


def test_a_wrong_password_tells_nothing_of_factors() -> None:
    """Enumeration: who has enrolled one, and who is there at all."""
    site = besieged()
    replies = []
    for name in ("ada", "mallory", "nobody"):
        browser = site.browser()
        form = {"email": f"{name}@example.com", "password": "wrong"}
        reply = browser.post(CALLBACK, form)
        page = browser.get("factor", [("accept", "text/html")])
        replies.append((reply.status, reply.url, sorted(reply.set), page.status, page.url))
    assert len(set(map(repr, replies))) == 1


@pytest.mark.parametrize("method", ["TOTP", "totp%00", "totp ", "trusted-device", "recovery", ""])
def test_no_method_but_one_that_was_asked_for_finishes_it(method: str) -> None:
    """Method confusion: a factor that the person has not, or that is none."""
    site = besieged()
    held = site.held()
    reply = held.post(f"factor/{method}", {"code": site.code()})
    assert reply.status == 400
    site.gives_nobody(held, reply)
    assert site.is_waiting(held)


def test_an_enrolment_that_was_never_confirmed_is_no_factor() -> None:
    site = besieged()
    now = site.clock()
    [own] = step(site.store.enrolments(*ADA, now=now))
    step(site.store.remove(*ADA, own.id, now=now))
    waiting = replace(own, confirmed=False, expires=now + 3600)
    assert step(site.store.enrol(waiting, now=now))
    browser = site.browser()
    assert gives_a_session(browser.sign_in()), "nobody is locked out by half an enrolment"
    confirmed = enrol_app(site.auth, site.clock)
    held = site.held()
    site.gives_nobody(held, enter(held, site.code()))
    site.clock.advance(30)
    assert gives_a_session(enter(held, replace(confirmed).code()))


def test_a_factor_that_is_taken_away_meanwhile_finishes_nothing() -> None:
    site = besieged()
    held = site.held()
    step(site.store.remove_all(*ADA, now=site.clock()))
    reply = enter(held, site.code())
    assert reply.query["error"] == "SecondFactorRefused"
    site.gives_nobody(held, reply)


def test_a_factor_that_is_added_meanwhile_is_not_one_of_those_that_were_asked_for() -> None:
    site = besieged()
    held = site.held()
    codes = enrol_codes(site.auth, site.clock)
    assert held.post("factor/recovery", {"code": codes[0]}).status == 400
    site.gives_nobody(held)


# --- other sites, other configurations


@pytest.mark.parametrize("secret", [OTHER_SECRET, [OTHER_SECRET, SECRET]])
def test_what_waits_outlives_a_restart_as_long_as_its_secret_does(secret: Any) -> None:  # noqa: ANN401
    site = besieged()
    held = site.held()
    later = restarted(site, secret=secret)
    browser = later.browser(held.jar)
    assert gives_a_session(enter(browser, later.code())) is (SECRET in secret)


def test_two_sites_of_one_secret_and_stores_of_their_own_share_no_waiting_sign_in() -> None:
    site, other = besieged(), besieged()
    held = site.held()
    for code in (site.code(), other.code()):
        browser = other.browser(held.jar)
        reply = enter(browser, code)
        assert reply.query["error"] == "SecondFactorExpired"
        other.gives_nobody(browser, reply)


@pytest.mark.parametrize("way", ["json", "form"])
def test_a_method_that_is_not_configured_any_more_finishes_nothing(way: str) -> None:
    site = besieged(way=way)
    enrol_codes(site.auth, site.clock)
    held = site.held()
    fewer = restarted(site, factor_methods=(_Renamed(), RecoveryFactor()))
    browser = fewer.browser(held.jar)
    assert enter(browser, fewer.code()).status == 400
    fewer.gives_nobody(browser)


class _Renamed(TotpFactor):
    __slots__ = ()
    method = "app"


def test_a_provider_that_is_not_configured_any_more_signs_nobody_in() -> None:
    site = besieged()
    held = site.held()
    other = restarted(site, providers=[Credentials(person, account="email", id="staff")])
    browser = other.browser(held.jar)
    reply = enter(browser, other.code())
    assert reply.query["error"] == "SecondFactorExpired"
    other.gives_nobody(browser, reply)


# --- clocks


@pytest.mark.parametrize("back", [1, 60, 599, 86_400])
def test_a_clock_that_goes_back_lets_nobody_in_twice(back: int) -> None:
    site = besieged()
    held, again = site.held(), site.held()
    code = site.code()
    assert gives_a_session(enter(site.browser(held.jar), code))
    site.clock.advance(-back)
    for browser in (held, again):
        reply = enter(browser, code)
        assert not gives_a_session(reply)


def test_the_second_factors_of_two_spellings_of_one_id_are_two_peoples() -> None:
    """A hazard to be told of: an id that follows what was typed has no factor under another name.

    `authorize` must answer the id that the system knows, never what the form says.
    """
    provider = Credentials(lambda given: User(id=given["email"]), account="email")
    site = besieged(providers=[provider])
    enrol_app(site.auth, site.clock, ("credentials", "ada@example.com"))
    assert sign_in_as(site, "ada").path == "/api/auth/factor"
    form = {"email": "ADA@example.com", "password": PASSWORD}
    assert gives_a_session(site.browser().post(CALLBACK, form))


def test_an_enrolment_tells_its_person_alone() -> None:
    site = besieged()
    [own] = step(site.store.enrolments(*ADA, now=site.clock()))
    assert isinstance(own, Enrolment)
    stolen = replace(own, id="stolen", user_id="mallory")
    assert step(site.store.enrol(stolen, now=site.clock()))
    mallory = site.browser()
    assert sign_in_as(site, "mallory", mallory).path == "/api/auth/factor"
    reply = enter(mallory, site.code())
    site.gives_nobody(mallory, reply)
    assert gives_a_session(enter(site.held(), site.app.code())), "Ada's is as it was"
    assert wrong(site.app.code()) != site.app.code()


# --- keys of another


@pytest.mark.parametrize("action", ["account/rename", "account/remove"])
def test_nobody_changes_or_uses_the_key_of_another(action: str) -> None:
    clock, grace = FakeClock(), ("credentials", "2")
    auth = make_site(clock, factor_account_pages=True)
    hers = SoftwareAuthenticator.passkey()
    key = enrol_key(auth, clock, hers, grace)
    ada = Browser(auth)
    assert ada.sign_in().signs_in()
    reply = ada.post(action, {"id": key, "name": "Mine now"})
    assert reply.query == {"error": "AccountChange"}
    [kept] = auth.factors_of_sync(*grace)
    assert (kept.id, kept.name) == (key, "Key")
    enrol_key(auth, clock, SoftwareAuthenticator())
    ada.sign_in()
    assert not prove(ada, hers, allowCredentials=[]).signs_in()
    other = Browser(auth)
    assert enter_by_passkey(other, hers).signs_in()
    assert claims_of(other)["sub"] == "2"
