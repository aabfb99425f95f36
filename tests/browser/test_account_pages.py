"""Shows in Chromium that people change their account, with JavaScript on and off."""

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

import re
from collections.abc import Generator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, expect
from pyotp import TOTP

from nextauth.events import FactorRemoved, SessionsRevoked
from tests.browser.conftest import Watch
from tests.browser.factor_site import FactorSite, running_factor_site
from tests.browser.factor_steps import (
    TEXTS,
    begin,
    change,
    enter_code,
    enter_password,
    expect_signed_in,
    fill_in_password,
    make_codes,
    open_account,
    section,
    session_of,
    set_up_app,
    sign_out,
)

pytestmark = pytest.mark.browser
ACCOUNT = TEXTS.account
BY_CODE, BY_PASSWORD = "Ada: pwd otp mfa", "Ada: pwd"
NO_JAVASCRIPT = {"java_script_enabled": False}
WITHOUT = pytest.mark.parametrize("context_options", [NO_JAVASCRIPT], ids=["no JavaScript"])
BOTH = pytest.mark.parametrize(
    "context_options", [{}, NO_JAVASCRIPT], ids=["JavaScript", "no JavaScript"]
)
PRINTED = "window.print = () => { document.documentElement.dataset.printed = 'yes'; }"


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


@BOTH
def test_the_picture_and_the_link_hold_the_same_key(page: Page, site: FactorSite) -> None:
    enter_password(page, site)
    begin(page, site, "totp")
    expect(page.get_by_role("img", name=ACCOUNT.picture).first).to_be_visible()
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    address = page.locator("a[href^='otpauth:']").get_attribute("href") or ""
    told = parse_qs(urlsplit(address).query)
    assert (told["secret"], told["issuer"]) == ([secret], ["Example"])
    page.reload()
    expect(page.locator("code.secret")).to_have_text(re.compile(r"(\w{4} ?)+"))
    assert page.locator("code.secret").inner_text().replace(" ", "") == secret


@BOTH
def test_a_wrong_code_does_not_set_an_app_up_and_the_key_stays(
    page: Page, site: FactorSite
) -> None:
    enter_password(page, site)
    begin(page, site, "totp")
    app = TOTP(page.locator("code.secret").inner_text().replace(" ", ""))
    right = app.at(int(site.clock()))
    enter_code(page, "000000" if right != "000000" else "111111")
    expect(page.get_by_role("alert")).to_be_visible()
    assert site.enrolments("totp") == []
    enter_code(page, right)
    expect(page).to_have_url(site.url("/api/auth/account?done=factor"))
    assert len(site.enrolments("totp")) == 1


@BOTH
def test_few_codes_are_warned_of_and_new_ones_end_them(page: Page, site: FactorSite) -> None:
    enter_password(page, site)
    set_up_app(page, site)
    codes = make_codes(page, site)
    for code in codes[:7]:
        page.context.clear_cookies()
        enter_password(page, site)
        page.get_by_role("link", name=TEXTS.factors["recovery"].name).click()
        enter_code(page, code)
        expect(page).to_have_url(site.url("/"))
    open_account(page, site)
    warning = section(page, "recovery").get_by_text(ACCOUNT.few_left.replace("{count}", "3"))
    expect(warning).to_be_visible()
    site.clock.advance(1)
    section(page, "recovery").locator("summary").click()
    page.get_by_role("button", name=ACCOUNT.renew).click()
    new = page.locator("#codes code").all_inner_texts()
    assert len(set(new) - set(codes)) == 10
    (kept,) = site.enrolments("recovery")
    assert len(kept.digests) == 10


@BOTH
def test_codes_are_saved_as_a_file(page: Page, site: FactorSite) -> None:
    enter_password(page, site)
    set_up_app(page, site)
    codes = make_codes(page, site)
    with page.expect_download() as download:
        page.get_by_role("link", name=ACCOUNT.codes_download).click()
    assert download.value.suggested_filename == "localhost-codes.txt"
    lines = Path(download.value.path()).read_text(encoding="utf-8").split("\n")
    assert [line for line in lines if line in codes] == codes


def test_codes_are_copied_and_printed(page: Page, site: FactorSite) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.origin)
    page.add_init_script(PRINTED)
    enter_password(page, site)
    set_up_app(page, site)
    codes = make_codes(page, site)
    page.get_by_role("button", name=ACCOUNT.codes_copy).click()
    expect(page.get_by_role("status")).to_have_text(ACCOUNT.codes_copied)
    assert page.evaluate("navigator.clipboard.readText()").split() == codes
    page.get_by_role("button", name=ACCOUNT.codes_print).click()
    expect(page.locator("html[data-printed]")).to_be_attached()


@WITHOUT
def test_what_needs_javascript_is_not_there_without(page: Page, site: FactorSite) -> None:
    enter_password(page, site)
    set_up_app(page, site)
    make_codes(page, site)
    for name in (ACCOUNT.codes_copy, ACCOUNT.codes_print):
        expect(page.get_by_role("button", name=name)).to_have_count(0)


def test_codes_are_shown_once(page: Page, site: FactorSite) -> None:
    enter_password(page, site)
    set_up_app(page, site)
    codes = make_codes(page, site)
    page.get_by_role("link", name=ACCOUNT.codes_done).click()
    assert codes[0] not in page.content()
    page.goto(site.url("/api/auth/account/factor/recovery"))
    assert codes[0] not in page.content()


@BOTH
def test_trust_is_taken_back_on_the_account_page(page: Page, site: FactorSite) -> None:
    enter_password(page, site)
    app = set_up_app(page, site)
    site.clock.advance(30)
    enter_password(page, site)
    page.locator("#trust").check()
    enter_code(page, app.at(int(site.clock())))
    expect_signed_in(page, site, BY_CODE)
    open_account(page, site)
    browsers = page.get_by_role("region", name=ACCOUNT.devices)
    browsers.get_by_role("button", name=ACCOUNT.remove).click()
    expect(browsers).to_have_count(0)
    sign_out(page, site)
    enter_password(page, site)
    expect(page).to_have_url(site.url("/api/auth/factor"))


@BOTH
def test_a_factor_is_renamed_and_removed(page: Page, site: FactorSite) -> None:
    enter_password(page, site)
    set_up_app(page, site)
    open_account(page, site)
    row = change(page, "My phone")
    row.get_by_label(ACCOUNT.name).fill("Old <b>phone</b>")
    row.get_by_role("button", name=ACCOUNT.rename).click()
    expect(page).to_have_url(site.url("/api/auth/account?done=rename"))
    expect(section(page, "totp").get_by_text("Old <b>phone</b>").first).to_be_visible()
    change(page, "Old <b>phone").get_by_role("button", name=ACCOUNT.remove).click()
    expect(page).to_have_url(site.url("/api/auth/account?done=remove"))
    assert len(site.sink.of(FactorRemoved)) == 1
    sign_out(page, site)
    enter_password(page, site)
    expect_signed_in(page, site, BY_PASSWORD)


@BOTH
def test_a_change_asks_for_a_recent_sign_in_and_leads_back(page: Page, site: FactorSite) -> None:
    enter_password(page, site)
    app = set_up_app(page, site)
    site.clock.advance(601)
    open_account(page, site)
    change(page, "My phone").get_by_role("button", name=ACCOUNT.remove).click()
    expect(page.get_by_role("alert")).to_contain_text(TEXTS.errors["StepUpRequired"].title)
    fill_in_password(page)
    enter_code(page, app.at(int(site.clock())))
    expect(page).to_have_url(site.url("/api/auth/account"))
    assert len(site.enrolments("totp")) == 1
    change(page, "My phone").get_by_role("button", name=ACCOUNT.remove).click()
    expect(page).to_have_url(site.url("/api/auth/account?done=remove"))


@BOTH
def test_sessions_elsewhere_are_ended_one_by_one_and_all_at_once(
    browser: Browser, page: Page, site: FactorSite
) -> None:
    others = [browser.new_context().new_page() for _ in range(3)]
    for each in (page, *others):
        enter_password(each, site)
        expect_signed_in(each, site, BY_PASSWORD)
    open_account(page, site)
    sessions = page.get_by_role("region", name=ACCOUNT.sessions)
    expect(sessions.get_by_role("listitem")).to_have_count(4)
    expect(sessions.get_by_text(ACCOUNT.this_session)).to_have_count(1)
    sessions.get_by_role("button", name=ACCOUNT.end).first.click()
    expect(page).to_have_url(site.url("/api/auth/account?done=end-session"))
    expect(sessions.get_by_role("listitem")).to_have_count(3)
    assert [session_of(each, site) for each in others].count(None) == 1
    sessions.get_by_role("button", name=ACCOUNT.end_others).click()
    expect(sessions.get_by_role("listitem")).to_have_count(1)
    assert [session_of(each, site) for each in others] == [None] * 3
    assert session_of(page, site) is not None
    assert len(site.sink.of(SessionsRevoked)) == 3
    for each in others:
        each.context.close()
