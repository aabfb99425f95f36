"""With a factor enrolled there is no way to a session without it: every route, every disguise.

That of a session cached before the second factor: GHSA-xg6x-h9c9-2m83.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from nextauth import Callbacks, Credentials, JWTParams, SubmittedCredentials
from nextauth.callbacks import SignInParams
from nextauth.events import SignedIn
from nextauth.models import Challenge
from nextauth.sessions import Freshness
from nextauth.web.request import step
from tests.security.answers import gives_a_session
from tests.security.second_factors import (
    NAMES_OF_SESSIONS,
    Siege,
    besieged,
    disguises,
    guess,
    person,
    sealed_things,
    sign_in_as,
    trust,
    walk,
)
from tests.unit.protocol.ending import from_node
from tests.unit.protocol.enrolments import enter, wrong
from tests.unit.protocol.wire import OTHER_SECRET, WAYS, Browser, claims_of

DIALECTS = ("authjs", "next-auth-v4")
SCHEMES = ("http", "https")

in_each_dialect = pytest.mark.parametrize("dialect", DIALECTS)
on_each_scheme = pytest.mark.parametrize("scheme", SCHEMES)
in_each_way = pytest.mark.parametrize("way", WAYS)


def ticket_of(site: Siege, browser: Browser) -> str:
    """Answer what the sign-in page carries while it asks this browser's person again."""
    session = site.auth.session_sync(browser.request("GET", "/"))
    assert session is not None
    ticket = site.auth.services.step_up.write(session, now=site.clock())
    assert ticket is not None
    return ticket


# --- every route, with the cookie of the sign-in that waits


@in_each_dialect
@on_each_scheme
@in_each_way
def test_the_cookie_of_a_waiting_sign_in_is_a_session_on_no_route(
    dialect: str, scheme: str, way: str
) -> None:
    """Half an authentication taken for all of it."""
    site = besieged(dialect=dialect, scheme=scheme, way=way)
    held = site.held()
    for asked, browser, reply in walk(site, held, wrong(site.app.code())):
        assert not gives_a_session(reply), asked
        site.gives_nobody(browser)
        ends = asked in {"POST signout", "POST signout/"}
        assert site.is_waiting(held) is not ends, asked
        if ends:
            held.jar = site.held().jar
    enrolled = step(site.store.enrolments("credentials", "1", now=site.clock()))
    assert [each.id for each in enrolled] == [site.app.enrolment_id]
    assert site.sink.of(SignedIn) == []
    last = site.held()
    assert gives_a_session(enter(last, site.code())), "with the factor there is a way"


@in_each_dialect
@on_each_scheme
def test_under_no_other_name_is_it_anything(dialect: str, scheme: str) -> None:
    """Token purpose confusion: CVE-2023-48309 (NextAuth)."""
    site = besieged(dialect=dialect, scheme=scheme)
    held = site.held()
    for name, jar in disguises(held.jar, site.plan):
        browser = site.browser(jar)
        site.gives_nobody(browser)
        updated = browser.post("session", {"data": "x"})
        assert not gives_a_session(updated), name
        site.gives_nobody(browser, guess(site, browser))
        if site.plan.pending not in jar:
            reply = enter(site.browser(jar), site.code())
            assert not gives_a_session(reply), f"{name}: not even with the right code"
    assert site.is_waiting(held)


@in_each_dialect
@in_each_way
def test_in_a_disguise_it_leads_through_no_route(dialect: str, way: str) -> None:
    site = besieged(dialect=dialect, way=way)
    held = site.held()
    pending = held.jar[site.plan.pending]
    for jar in (dict.fromkeys(NAMES_OF_SESSIONS, pending), {site.plan.trusted: pending}):
        site.clock.advance(30)
        for asked, browser, reply in walk(site, site.browser(jar), site.app.code()):
            assert not gives_a_session(reply), asked
            site.gives_nobody(browser)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_that_is_sealed_stands_for_another(scheme: str) -> None:
    """Token purpose confusion: CVE-2023-48309 (NextAuth), each purpose in each other's place."""
    site = besieged(scheme=scheme)
    things = sealed_things(site)
    places = {"pending": site.plan.pending, "trusted": site.plan.trusted}
    places |= {"device": site.plan.device, "csrf": site.plan.csrf, "session": site.plan.session}
    for (name, value), place in ((thing, place) for thing in things.items() for place in places):
        if name == place:
            continue
        browser = site.browser({places[place]: value})
        site.gives_nobody(browser, enter(browser, site.code()))
        reply = browser.sign_in()
        assert reply.path == "/api/auth/factor", (name, place)
        site.gives_nobody(browser, reply)
    for name, value in things.items():
        reply = site.browser().sign_in(stepUp=value)
        assert reply.path == "/api/auth/factor", name


def test_a_site_of_another_secret_takes_nothing_of_this_one() -> None:
    site = besieged()
    trusting, held = trust(site), site.held()
    other = besieged(secret=OTHER_SECRET, store=site.store)
    browser = other.browser(held.jar)
    other.gives_nobody(browser, enter(browser, other.code()))
    browser = other.browser({site.plan.trusted: trusting.jar[site.plan.trusted]})
    assert browser.sign_in().path == "/api/auth/factor"


# --- what a session is given by, and what goes on with it


def test_what_the_last_form_says_moves_nothing_that_was_settled_before() -> None:
    """Parameters that a later step believes again (mass assignment)."""
    site = besieged()
    browser = site.held(callbackUrl="/inside", remember="")
    claimed = {"callbackUrl": "/elsewhere", "email": "mallory@example.com", "sub": "mallory"}
    claimed |= {"remember": "on", "provider": "staff", "methods": "x", "amr": "hwk", "id": "2"}
    reply = enter(browser, site.code(), **claimed)
    assert reply.url == "http://localhost:3000/inside"
    claims = claims_of(browser)
    assert (claims["sub"], claims["provider"]) == ("1", "credentials")
    assert claims["amr"] == ["pwd", "otp", "mfa"]
    assert reply.set[site.plan.session].expires is None


@pytest.mark.parametrize(("field", "is_remembered"), [("on", True), ("", False)])
def test_a_session_is_remembered_after_the_factor_only(*, field: str, is_remembered: bool) -> None:
    site = besieged()
    browser = site.browser()
    first = browser.sign_in(remember=field)
    assert not gives_a_session(first)
    assert first.set[site.plan.pending].expires == int(site.clock()) + 600
    last = enter(browser, site.code())
    assert (last.set[site.plan.session].expires is not None) is is_remembered


def test_no_browser_is_known_before_the_last_factor() -> None:
    """Device cookies give tries of their own: a password alone is not worth one."""
    site = besieged()
    browser = site.browser()
    first = browser.sign_in()
    assert set(first.set) == {site.plan.pending, site.plan.callback_url}
    assert set(guess(site, browser).set) <= {site.plan.callback_url}
    assert site.plan.device in enter(browser, site.code()).set


def test_no_callback_of_a_session_runs_before_the_last_factor() -> None:
    ran: list[str] = []

    def sign_in(_: SignInParams) -> bool:
        ran.append("sign_in")
        return True

    def jwt(params: JWTParams) -> Mapping[str, Any]:
        ran.append("jwt")
        return params.token

    callbacks = Callbacks(sign_in=sign_in, jwt=jwt)
    site = besieged(callbacks=callbacks)
    browser = site.held()
    guess(site, browser)
    browser.post("session", {"data": "x"})
    assert ran == []
    assert gives_a_session(enter(browser, site.code()))
    assert ran == ["sign_in", "jwt"]


def test_an_authorize_that_is_asked_again_ends_nothing_and_begins_nothing() -> None:
    """Where it answers a Challenge: who is signed in has proven it, who is not has not."""

    def authorize(credentials: SubmittedCredentials) -> Challenge | None:
        user = person(credentials)
        return None if user is None else Challenge(user)

    fields = ("email", "password")
    provider = Credentials(authorize, account="email", revalidate_fields=fields, revalidate_after=1)
    site = besieged(providers=[provider])
    held = site.held()
    browser = site.held()
    assert gives_a_session(enter(browser, site.code()))
    site.clock.advance(60)
    assert claims_of(browser)["amr"] == ["pwd", "otp", "mfa"]
    assert browser.session()["user"]["name"] == "Ada"
    site.gives_nobody(held)


def test_a_waiting_sign_in_is_adopted_by_nobody() -> None:
    site = besieged()
    held = site.held()
    pending = held.jar[site.plan.pending]
    for name in NAMES_OF_SESSIONS:
        browser = site.browser({**held.jar, name: pending})
        site.gives_nobody(browser, browser.get("session"))
    # What another program of the same secret signs in by itself is adopted as what it says.
    node = from_node(site.auth)
    assert node.session()["user"]["name"] == "Ada"
    assert claims_of(node).get("amr") is None


def test_ending_all_sessions_ends_what_waits_in_the_same_second_too() -> None:
    site = besieged()
    held = site.held()
    site.auth.revoke_user_sync("credentials", "1")
    reply = enter(held, site.code())
    assert reply.query["error"] == "SecondFactorExpired"
    site.gives_nobody(held, reply)


# --- proving anew


def test_to_prove_anew_who_one_is_a_trusted_browser_does_not_count() -> None:
    site = besieged()
    browser = trust(site)
    site.clock.advance(400)
    reply = browser.sign_in(stepUp=ticket_of(site, browser))
    assert reply.path == "/api/auth/factor"
    before = claims_of(browser)["sid"]
    assert gives_a_session(enter(browser, site.code()))
    assert claims_of(browser)["sid"] != before
    assert claims_of(browser)["amr"] == ["pwd", "otp", "mfa"]


def test_on_a_trusted_browser_a_password_changes_nothing_of_the_account() -> None:
    site = besieged()
    browser = trust(site)
    site.clock.advance(400)
    assert gives_a_session(browser.sign_in())
    form = {"id": site.app.enrolment_id, "name": "mine"}
    for change in ("remove", "rename", "end-session", "factor/totp", "factor/recovery"):
        reply = browser.post(f"account/{change}", form)
        assert reply.path == "/api/auth/signin", change
    enrolled = step(site.store.enrolments("credentials", "1", now=site.clock()))
    assert [each.name for each in enrolled if each.method != "trusted-device"] == ["App"]


def test_who_leaves_the_ticket_out_is_not_fresh_by_a_password_on_a_trusted_browser() -> None:
    site = besieged()
    browser = trust(site)
    site.clock.advance(400)
    assert gives_a_session(browser.sign_in())
    request = browser.request("GET", "/money")
    session = site.auth.session_sync(request)
    assert session is not None
    assert session.amr == ("pwd",)
    assert site.auth.step_up_sync(request, session, Freshness(300)) is not None


def test_the_ticket_of_another_is_worth_nothing_with_either_password() -> None:
    site = besieged()
    mallory = site.browser()
    assert gives_a_session(sign_in_as(site, "mallory", mallory))
    browser = site.browser()
    reply = browser.sign_in(stepUp=ticket_of(site, mallory))
    assert reply.query["error"] == "StepUpMismatch"
    assert site.plan.pending not in browser.jar
    site.gives_nobody(browser, reply)
