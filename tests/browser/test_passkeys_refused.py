"""Shows in Chromium which passkeys sign nobody in."""

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from collections.abc import Generator
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Watch
from tests.browser.factor_site import GRACE, FactorSite, running_factor_site
from tests.browser.factor_steps import (
    TEXTS,
    Options,
    alter_options,
    assertion_in,
    begun,
    captured_answer,
    change,
    enrol_key,
    enter_password,
    expect_signed_in,
    open_account,
    post,
    restore,
    session_of,
)
from tests.browser.virtual_keys import PASSKEY, SECURITY_KEY, VirtualKey

pytestmark = pytest.mark.browser
FAILED = TEXTS.factor_script_failed
ALONE = "Ada: swk user mfa"
REFUSED = "CredentialsSignin&code=passkey"
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


def expect_refused(page: Page, site: FactorSite) -> None:
    expect(page.get_by_role("alert")).to_be_visible()
    assert f"error={REFUSED}" in page.url
    assert session_of(page, site) is None


def without_verification(options: Options) -> None:
    options["userVerification"] = "discouraged"


def test_a_passkey_alone_must_know_its_user(
    page: Page, site: FactorSite, caplog: pytest.LogCaptureFixture
) -> None:
    key = enrolled(page, site)
    key.verifies(user=False)
    hide_offer(page)
    open_sign_in(page, site)
    button(page).click()
    expect_failed(page)
    alter_options(page, without_verification)
    with caplog.at_level("INFO", "nextauth.factors"):
        button(page).click()
        expect_refused(page, site)
    assert caplog.messages == ["A security key is refused: user-not-verified"]
    page.unroute_all()
    key.verifies(user=True)
    button(page).click()
    expect_signed_in(page, site, ALONE)


def test_a_key_that_does_not_know_its_user_is_no_passkey(page: Page, site: FactorSite) -> None:
    enter_password(page, site)
    VirtualKey.plugged_into(page, SECURITY_KEY)
    enrol_key(page, site)
    page.context.clear_cookies()
    hide_offer(page)
    open_sign_in(page, site)
    button(page).click()
    expect_failed(page)


def test_an_answer_is_good_once(browser: Browser, page: Page, site: FactorSite) -> None:
    enrolled(page, site)
    answer = captured_answer(page, lambda: open_sign_in(page, site))
    expect_signed_in(page, site, ALONE)
    page.context.clear_cookies()
    elsewhere = browser.new_page()
    for each in (page, elsewhere):
        again = post(each, site, "callback/passkey", answer)
        assert again.status == 401
        assert REFUSED in again.json()["url"]
        assert session_of(each, site) is None
    elsewhere.close()


@pytest.mark.parametrize(
    ("host", "rp_id", "reason"),
    [
        ("localhost:{port}", "localhost", None),
        ("localhost:{second}", "localhost", "origin-mismatch"),
        ("login.localhost:{port}", "login.localhost", "rp-mismatch"),
    ],
    ids=["ours", "another origin", "another rp id"],
)
@pytest.mark.parametrize(
    "site_options",
    [{"policy": {"origins": ("http://localhost:{port}", "http://login.localhost:{port}")}}],
    ids=["policy"],
)
def test_an_answer_counts_only_where_it_was_asked_for(
    page: Page,
    site: FactorSite,
    watch: Watch,
    caplog: pytest.LogCaptureFixture,
    host: str,
    rp_id: str,
    reason: str | None,
) -> None:
    key = enrolled(page, site)
    credential = key.credentials()[0]
    key.clear()
    key.copy(credential, rpId=rp_id)
    told = begun(page, site, "signin/passkey")
    host = host.format(port=site.port, second=site.second.rpartition(":")[2])
    watch.origins.append(f"http://{host}")
    page.goto(f"http://{host}/")
    response = assertion_in(page, told["options"] | {"rpId": rp_id})
    with caplog.at_level("INFO", "nextauth.factors"):
        sent = {"credential": response, "state": told["state"]}
        answer = post(page, site, "callback/passkey", sent)
    assert answer.ok is (reason is None)
    assert (session_of(page, site) is not None) is (reason is None)
    messages = [] if reason is None else [f"A security key is refused: {reason}"]
    assert caplog.messages == messages


@pytest.mark.parametrize(
    "site_options",
    [{"policy": {"rp_id": "site.example", "origins": ("https://site.example",)}}],
    ids=["policy"],
)
def test_with_anothers_rp_id_the_page_says_that_it_did_not_work(
    page: Page, site: FactorSite
) -> None:
    VirtualKey.plugged_into(page, PASSKEY)
    open_sign_in(page, site)
    button(page).click()
    expect_failed(page)


def test_another_origin_of_the_same_site_is_refused(page: Page, site: FactorSite) -> None:
    enrolled(page, site)
    hide_offer(page)
    page.goto(f"{site.second}/api/auth/signin")
    button(page).click()
    expect_refused(page, site)


def test_a_passkey_that_was_removed_signs_nobody_in(page: Page, site: FactorSite) -> None:
    enrolled(page, site)
    hide_offer(page)
    open_sign_in(page, site)
    button(page).click()
    expect_signed_in(page, site, ALONE)
    open_account(page, site)
    change(page, "My key").get_by_role("button", name=TEXTS.account.remove).click()
    expect(page).to_have_url(site.url("/api/auth/account?done=remove"))
    page.context.clear_cookies()
    open_sign_in(page, site)
    button(page).click()
    expect_refused(page, site)


def test_a_passkey_renews_the_sign_in_of_its_own_person_only(page: Page, site: FactorSite) -> None:
    key = enrolled(page, site)
    hide_offer(page)
    open_sign_in(page, site)
    button(page).click()
    expect_signed_in(page, site, ALONE)
    hers = key.credentials()[0]
    adas = page.context.cookies()
    key.clear()
    page.context.clear_cookies()
    enter_password(page, site, GRACE)
    enrol_key(page, site, "Her key")
    restore(page, site, adas)
    site.clock.advance(601)
    ask_to_remove(page, site)
    button(page).click()
    expect(page.get_by_role("alert")).to_contain_text(TEXTS.errors["StepUpMismatch"].title)
    assert session_of(page, site)["user"]["name"] == "Ada"
    key.clear()
    key.copy(hers)
    button(page).click()
    expect(page).to_have_url(site.url("/api/auth/account"))
    change(page, "My key").get_by_role("button", name=TEXTS.account.remove).click()
    expect(page).to_have_url(site.url("/api/auth/account?done=remove"))


def ask_to_remove(page: Page, site: FactorSite) -> None:
    """Ask for a change that needs a recent sign-in."""
    open_account(page, site)
    change(page, "My key").get_by_role("button", name=TEXTS.account.remove).click()
    expect(page.get_by_role("alert")).to_contain_text(TEXTS.errors["StepUpRequired"].title)
