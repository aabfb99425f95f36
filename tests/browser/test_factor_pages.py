"""Shows in Chromium that codes are a second factor, with JavaScript on and off."""

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from collections.abc import Generator
from typing import Any

from playwright.sync_api import Browser, Page, expect

from nextauth.events import DeviceTrusted
from tests.browser.conftest import Watch
from tests.browser.factor_site import FactorSite, running_factor_site
from tests.browser.factor_steps import (
    TEXTS,
    begin,
    enrol_key,
    enter_code,
    enter_password,
    expect_signed_in,
    fill_in_password,
    key_button,
    make_codes,
    section,
    session_of,
    set_up_app,
    sign_out,
)
from tests.browser.virtual_keys import SECURITY_KEY, VirtualKey

pytestmark = pytest.mark.browser
ACCOUNT = TEXTS.account
BY_CODE, BY_PASSWORD = "Ada: pwd otp mfa", "Ada: pwd"
NO_JAVASCRIPT = {"java_script_enabled": False}
WITHOUT = pytest.mark.parametrize("context_options", [NO_JAVASCRIPT], ids=["no JavaScript"])
BOTH = pytest.mark.parametrize(
    "context_options", [{}, NO_JAVASCRIPT], ids=["JavaScript", "no JavaScript"]
)


@pytest.fixture
def site_options() -> dict[str, Any]:
    """Override with `pytest.mark.parametrize` for other options."""
    return {}


@pytest.fixture
def site(site_options: dict[str, Any]) -> Generator[FactorSite]:
    with running_factor_site(**site_options) as site:
        yield site


@pytest.fixture
def watch(site: FactorSite) -> Watch:
    return Watch([site.origin])


def expect_told_of_javascript(page: Page) -> None:
    told = page.locator("noscript p")
    expect(told).to_be_visible()
    expect(told).to_have_text(TEXTS.factor_needs_script)


@BOTH
def test_an_app_is_set_up_and_asked_for_from_then_on(page: Page, site: FactorSite) -> None:
    enter_password(page, site)
    expect_signed_in(page, site, BY_PASSWORD)
    app = set_up_app(page, site, "Ada's phone")
    expect(page.get_by_role("status").filter(has_text=ACCOUNT.done_title)).to_be_visible()
    expect(section(page, "totp").get_by_text("Ada's phone").first).to_be_visible()
    sign_out(page, site)
    enter_password(page, site)
    assert session_of(page, site) is None
    enter_code(page, "000000" if app.at(int(site.clock())) != "000000" else "111111")
    expect(page.get_by_role("alert")).to_contain_text(TEXTS.errors["SecondFactorRefused"].title)
    site.clock.advance(30)
    enter_code(page, app.at(int(site.clock())))
    expect_signed_in(page, site, BY_CODE)


@BOTH
def test_a_recovery_code_signs_in_once(page: Page, site: FactorSite) -> None:
    enter_password(page, site)
    set_up_app(page, site)
    codes = make_codes(page, site)
    assert len(set(codes)) == 10
    page.get_by_role("link", name=ACCOUNT.codes_done).click()
    left = section(page, "recovery").get_by_text(ACCOUNT.left.replace("{count}", "10"))
    expect(left).to_be_visible()
    sign_out(page, site)
    enter_password(page, site)
    page.get_by_role("link", name=TEXTS.factors["recovery"].name).click()
    enter_code(page, codes[0])
    expect_signed_in(page, site, BY_CODE)
    sign_out(page, site)
    enter_password(page, site)
    page.get_by_role("link", name=TEXTS.factors["recovery"].name).click()
    enter_code(page, codes[0])
    expect(page.get_by_role("alert")).to_be_visible()
    assert session_of(page, site) is None
    enter_code(page, codes[1].lower().replace("-", " "))
    expect_signed_in(page, site, BY_CODE)


@BOTH
def test_a_trusted_browser_is_not_asked_until_that_is_taken_back(
    page: Page, site: FactorSite
) -> None:
    enter_password(page, site)
    app = set_up_app(page, site)
    sign_out(page, site)
    site.clock.advance(30)
    enter_password(page, site)
    page.locator("#trust").check()
    enter_code(page, app.at(int(site.clock())))
    expect_signed_in(page, site, BY_CODE)
    assert [each.days for each in site.sink.of(DeviceTrusted)] == [30]
    sign_out(page, site)
    enter_password(page, site)
    expect_signed_in(page, site, BY_PASSWORD)
    sign_out(page, site)
    site.clock.advance(30 * 86_400)
    enter_password(page, site)
    expect(page).to_have_url(site.url("/api/auth/factor"))


def test_where_javascript_is_off_a_key_says_so_and_other_ways_are_there(
    browser: Browser, page: Page, site: FactorSite, watch: Watch
) -> None:
    enter_password(page, site)
    VirtualKey.plugged_into(page, SECURITY_KEY)
    enrol_key(page, site)
    app = set_up_app(page, site)
    site.clock.advance(30)
    context = browser.new_context(java_script_enabled=False)
    watch.over(context)
    plain = context.new_page()
    enter_password(plain, site)
    expect(key_button(plain)).to_be_visible()
    expect_told_of_javascript(plain)
    key_button(plain).click()
    expect(plain).to_have_url(site.url("/api/auth/factor?method=webauthn"))
    expect_told_of_javascript(plain)
    plain.get_by_role("link", name=TEXTS.factors["totp"].name).click()
    enter_code(plain, app.at(int(site.clock())))
    expect_signed_in(plain, site, BY_CODE)
    begin(plain, site, "webauthn")
    expect_told_of_javascript(plain)
    plain.get_by_role("button", name=ACCOUNT.enrol_start).click()
    expect(plain.get_by_role("alert")).to_be_visible()
    plain.get_by_role("link", name=ACCOUNT.enrol_cancel).click()
    expect(plain).to_have_url(site.url("/api/auth/account"))
    context.close()


@WITHOUT
def test_where_javascript_is_off_the_sign_in_page_says_so_of_passkeys(
    page: Page, site: FactorSite
) -> None:
    page.goto(site.url("/api/auth/signin"))
    expect_told_of_javascript(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_be_visible()
    fill_in_password(page)
    expect_signed_in(page, site, BY_PASSWORD)
