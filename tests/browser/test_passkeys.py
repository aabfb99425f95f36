"""Shows in Chromium that a passkey alone signs in: from the field, and by the button."""

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from collections.abc import Generator
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.factor_site import FactorSite, running_factor_site
from tests.browser.factor_steps import (
    TEXTS,
    alter_options,
    enrol_key,
    enter_password,
    expect_asked,
    expect_signed_in,
    fill_in_password,
    given_up,
    note_questions,
)
from tests.browser.virtual_keys import PASSKEY, VirtualKey

pytestmark = pytest.mark.browser
FAILED = TEXTS.factor_script_failed
ALONE = "Ada: swk user mfa"
BEGIN = "**/signin/passkey"
# Browsers have had the function for some years only; without it a page has its button.
NO_OFFER = "delete PublicKeyCredential.isConditionalMediationAvailable"


@pytest.fixture
def site_options() -> dict[str, Any]:
    """Override with `pytest.mark.parametrize` for another policy."""
    return {}


@pytest.fixture
def site(site_options: dict[str, Any]) -> Generator[FactorSite]:
    with running_factor_site(**site_options) as site:
        yield site


@pytest.fixture
def watch(site: FactorSite) -> Watch:
    return Watch([site.origin, site.second])


def enrolled(page: Page, site: FactorSite) -> VirtualKey:
    """Give Ada a passkey, and sign her out."""
    enter_password(page, site)
    expect(page).to_have_url(site.url("/"))
    key = VirtualKey.plugged_into(page, PASSKEY)
    enrol_key(page, site)
    page.context.clear_cookies()
    return key


def open_sign_in(page: Page, site: FactorSite, *, to: str = "/") -> None:
    page.goto(site.url(f"/api/auth/signin?callbackUrl={to}"))


def button(page: Page) -> Locator:
    return page.get_by_role("button", name="Sign in with a passkey")


def hide_offer(page: Page) -> None:
    page.add_init_script(NO_OFFER)


def expect_failed(page: Page) -> None:
    expect(page.locator("#form-passkey").get_by_role("status")).to_have_text(FAILED)
    expect(button(page)).to_be_enabled()


def test_a_passkey_signs_in_from_the_field_of_the_name(page: Page, site: FactorSite) -> None:
    enrolled(page, site)
    open_sign_in(page, site, to="/api/auth/account")
    expect(page).to_have_url(site.url("/api/auth/account"))
    page.goto(site.url("/"))
    expect_signed_in(page, site, ALONE)


def test_a_passkey_signs_in_by_the_button(page: Page, site: FactorSite) -> None:
    enrolled(page, site)
    hide_offer(page)
    open_sign_in(page, site)
    button(page).click()
    expect_signed_in(page, site, ALONE)


def test_the_field_offers_and_the_button_asks_at_once(page: Page, site: FactorSite) -> None:
    key = enrolled(page, site)
    key.touched(by_itself=False)
    note_questions(page)
    open_sign_in(page, site)
    expect_asked(page, "conditional")
    expect(page.get_by_label("Email")).to_have_attribute("autocomplete", "username webauthn")
    button(page).click()
    expect_asked(page, "conditional", "at once")
    key.touched(by_itself=True)
    button(page).click()
    expect_signed_in(page, site, ALONE)


def test_whoever_is_quicker_than_the_offer_is_served_first(page: Page, site: FactorSite) -> None:
    key = enrolled(page, site)
    key.touched(by_itself=False)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(BEGIN, hold, times=1)
    note_questions(page)
    with page.expect_request(BEGIN):
        open_sign_in(page, site)
    with page.expect_event("requestfailed"):
        button(page).click()
    expect_asked(page, "at once")
    key.touched(by_itself=True)
    button(page).click()
    expect_signed_in(page, site, ALONE)


@pytest.mark.parametrize("how", ["cancelled", "not on this key"])
def test_who_has_no_passkey_here_enters_in_another_way(
    page: Page, site: FactorSite, how: str
) -> None:
    if how == "cancelled":
        VirtualKey.plugged_into(page, PASSKEY, automaticPresenceSimulation=False)
        alter_options(page, given_up)
    else:
        VirtualKey.plugged_into(page, PASSKEY)
    open_sign_in(page, site)
    button(page).click()
    expect_failed(page)
    fill_in_password(page)
    expect_signed_in(page, site, "Ada: pwd")


def test_after_a_try_that_was_given_up_the_field_offers_passkeys_again(
    page: Page, site: FactorSite
) -> None:
    enrolled(page, site).touched(by_itself=False)
    note_questions(page)
    open_sign_in(page, site)
    expect_asked(page, "conditional")
    alter_options(page, given_up)
    button(page).click()
    expect_failed(page)
    expect_asked(page, "conditional", "at once", "conditional")


def test_a_page_that_is_open_for_long_still_takes_a_passkey(page: Page, site: FactorSite) -> None:
    key = enrolled(page, site)
    key.touched(by_itself=False)
    note_questions(page)
    page.clock.install()
    open_sign_in(page, site)
    for number in range(1, 4):
        expect_asked(page, *["conditional"] * number)
        site.clock.advance(240)
        if number == 3:
            key.touched(by_itself=True)
        page.clock.fast_forward("04:00")
    expect_signed_in(page, site, ALONE)


@pytest.mark.parametrize("status", [403, 503])
def test_an_offer_that_fails_does_not_lead_people_away(
    page: Page, site: FactorSite, watch: Watch, status: int
) -> None:
    url = site.url("/api/auth/error?error=Busy")
    page.route(BEGIN, lambda route: route.fulfill(status=status, json={"url": url}))
    with page.expect_response(BEGIN):
        open_sign_in(page, site)
    fill_in_password(page)
    expect_signed_in(page, site, "Ada: pwd")
    assert all(str(status) in each for each in watch.complaints), "Chromium's own words"
    watch.complaints.clear()


def test_a_button_that_fails_says_why(page: Page, site: FactorSite, watch: Watch) -> None:
    hide_offer(page)
    open_sign_in(page, site)
    url = site.url("/api/auth/error?error=Busy")
    page.route(BEGIN, lambda route: route.fulfill(status=503, json={"url": url}))
    button(page).click()
    expect(page.get_by_role("heading", name=TEXTS.errors["Busy"].title)).to_be_visible()
    assert all("503" in each for each in watch.complaints), "Chromium's own words"
    watch.complaints.clear()
