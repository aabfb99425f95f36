"""Shows in Chromium that security keys are enrolled and used as the second factor."""

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

import json
from collections.abc import Generator
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Watch
from tests.browser.factor_site import ADA, FactorSite, running_factor_site
from tests.browser.factor_steps import (
    TEXTS,
    alter_options,
    begin,
    change,
    enrol_key,
    enter_password,
    expect_asked,
    expect_signed_in,
    fill_in_password,
    finish_enrolling_key,
    given_up,
    key_button,
    note_questions,
    open_account,
    session_of,
    use_key,
)
from tests.browser.virtual_keys import PASSKEY, SECURITY_KEY, U2F_KEY, VirtualKey

pytestmark = pytest.mark.browser
FAILED = TEXTS.factor_script_failed
BY_KEY, BY_PASSKEY = "Ada: pwd hwk user mfa", "Ada: pwd swk user mfa"


@pytest.fixture
def site_options() -> dict[str, Any]:
    """Override with `pytest.mark.parametrize` for another policy."""
    return {}


@pytest.fixture
def site(site_options: dict[str, Any]) -> Generator[FactorSite]:
    with running_factor_site(passkeys=False, **site_options) as site:
        yield site


@pytest.fixture
def watch(site: FactorSite) -> Watch:
    return Watch([site.origin, site.second])


def enrolled(page: Page, site: FactorSite, kind: dict[str, object] = SECURITY_KEY) -> VirtualKey:
    """Give Ada a key, and leave her at the page that asks for it."""
    enter_password(page, site)
    key = VirtualKey.plugged_into(page, kind)
    enrol_key(page, site)
    page.context.clear_cookies()
    enter_password(page, site)
    return key


def expect_failed(page: Page, *, error: str = FAILED) -> None:
    expect(page.get_by_role("status")).to_have_text(error)
    expect(key_button(page)).to_be_enabled()


@pytest.mark.parametrize(
    ("kind", "told"),
    [(SECURITY_KEY, BY_KEY), (U2F_KEY, BY_KEY), (PASSKEY, BY_PASSKEY)],
    ids=["ctap2", "u2f", "passkey"],
)
def test_a_key_is_enrolled_and_asked_for_from_then_on(
    page: Page, site: FactorSite, kind: dict[str, object], told: str
) -> None:
    enter_password(page, site)
    expect_signed_in(page, site, "Ada: pwd")
    key = VirtualKey.plugged_into(page, kind)
    enrol_key(page, site, "Blue key")
    (kept,) = site.enrolments("webauthn")
    assert kept.name == "Blue key"
    page.context.clear_cookies()
    enter_password(page, site, to="/")
    assert session_of(page, site) is None
    use_key(page)
    expect_signed_in(page, site, told)
    (used,) = site.enrolments("webauthn")
    (credential,) = key.credentials()
    assert kept.counter < used.counter == credential["signCount"]


def test_a_second_key_works_as_the_first(page: Page, site: FactorSite) -> None:
    enter_password(page, site)
    contents = []
    for name in ("Blue key", "Red key"):
        key = VirtualKey.plugged_into(page, SECURITY_KEY)
        enrol_key(page, site, name)
        contents.append(key.credentials()[0])
        key.pull_out()
    assert {each.name for each in site.enrolments("webauthn")} == {"Blue key", "Red key"}
    for credential in contents:
        page.context.clear_cookies()
        key = VirtualKey.plugged_into(page, SECURITY_KEY)
        key.copy(credential)
        enter_password(page, site)
        use_key(page)
        expect_signed_in(page, site, BY_KEY)
        key.pull_out()


def test_one_key_is_not_enrolled_twice(page: Page, site: FactorSite) -> None:
    enter_password(page, site)
    VirtualKey.plugged_into(page, SECURITY_KEY)
    enrol_key(page, site)
    begin(page, site, "webauthn")
    finish_enrolling_key(page)
    expect(page.get_by_role("status")).to_have_text(FAILED)
    assert len(site.enrolments("webauthn")) == 1


def test_who_gives_up_can_try_again(page: Page, site: FactorSite) -> None:
    key = enrolled(page, site)
    key.touched(by_itself=False)
    alter_options(page, given_up)
    use_key(page)
    expect_failed(page)
    page.unroute_all()
    key.touched(by_itself=True)
    key_button(page).click()
    expect_signed_in(page, site, BY_KEY)


def test_who_is_impatient_is_asked_anew(page: Page, site: FactorSite) -> None:
    key = enrolled(page, site)
    key.touched(by_itself=False)
    note_questions(page)
    page.reload()
    for number in range(1, 4):
        key_button(page).click()
        expect_asked(page, *["at once"] * number)
    key.touched(by_itself=True)
    key_button(page).click()
    expect_signed_in(page, site, BY_KEY)


def test_who_gives_up_enrolling_can_try_again(page: Page, site: FactorSite) -> None:
    enter_password(page, site)
    key = VirtualKey.plugged_into(page, PASSKEY, automaticPresenceSimulation=False)
    begin(page, site, "webauthn")
    alter_options(page, given_up)
    page.get_by_label("Name").fill("Mine")
    finish_enrolling_key(page)
    expect(page.get_by_role("status")).to_have_text(FAILED)
    expect(page.get_by_label("Name")).to_have_value("Mine")
    page.unroute_all()
    key.touched(by_itself=True)
    finish_enrolling_key(page)
    expect(page).to_have_url(site.url("/api/auth/account?done=factor"))
    assert [each.name for each in site.enrolments("webauthn")] == ["Mine"]


def test_it_is_kept_whether_a_passkey_is_backed_up(page: Page, site: FactorSite) -> None:
    key = enrolled(page, site, PASSKEY)
    assert json.loads(site.enrolments("webauthn")[0].data)["bs"] is True
    key.set_backup(key.credentials()[0], state=False)
    use_key(page)
    expect_signed_in(page, site, BY_PASSKEY)
    assert json.loads(site.enrolments("webauthn")[0].data)["bs"] is False


def remove_key(page: Page) -> None:
    change(page, "My key").get_by_role("button", name=TEXTS.account.remove).click()


def test_a_key_lets_its_person_change_their_account_later(page: Page, site: FactorSite) -> None:
    enrolled(page, site)
    use_key(page)
    expect_signed_in(page, site, BY_KEY)
    site.clock.advance(601)
    open_account(page, site)
    remove_key(page)
    expect(page.get_by_role("alert")).to_contain_text(TEXTS.errors["StepUpRequired"].title)
    assert len(site.enrolments("webauthn")) == 1
    fill_in_password(page)
    use_key(page)
    expect(page).to_have_url(site.url("/api/auth/account"))
    remove_key(page)
    expect(page).to_have_url(site.url("/api/auth/account?done=remove"))
    assert site.enrolments("webauthn") == []


def test_a_browser_is_trusted_by_key_too(page: Page, site: FactorSite) -> None:
    enrolled(page, site)
    page.locator("#trust").check()
    use_key(page)
    expect_signed_in(page, site, BY_KEY)
    page.goto(site.url("/api/auth/signout"))
    page.get_by_role("button", name="Sign out").click()
    enter_password(page, site)
    expect_signed_in(page, site, "Ada: pwd")


def test_a_key_works_in_a_browser_that_has_never_been_here(
    browser: Browser, page: Page, site: FactorSite, watch: Watch
) -> None:
    credential = enrolled(page, site).credentials()[0]
    context = browser.new_context()
    watch.over(context)
    other = context.new_page()
    VirtualKey.plugged_into(other, SECURITY_KEY).copy(credential)
    enter_password(other, site, ADA)
    use_key(other)
    expect_signed_in(other, site, BY_KEY)
    context.close()
