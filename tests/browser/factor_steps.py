"""Owns the steps that people take with second factors, and what those do who want to get around."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from playwright.sync_api import APIResponse, Cookie, Locator, Page, Request, Route, expect
from pyotp import TOTP

from nextauth.pages import Texts
from tests.browser.factor_site import ADA, PASSWORD, FactorSite

__all__ = [
    "TEXTS",
    "Options",
    "alter_options",
    "assertion_in",
    "begin",
    "begun",
    "captured_answer",
    "change",
    "enrol_key",
    "enter_code",
    "enter_password",
    "expect_asked",
    "expect_signed_in",
    "fill_in_password",
    "finish_enrolling_key",
    "given_up",
    "key_button",
    "make_codes",
    "note_questions",
    "open_account",
    "post",
    "restore",
    "section",
    "session_of",
    "set_up_app",
    "sign_out",
    "use_key",
]

Options = dict[str, Any]
BY_SCRIPT = {"X-Auth-Return-Redirect": "1"}
TEXTS = Texts()
expect.set_options(timeout=15_000)  # as everything else in these tests
_BEGINS = re.compile(r"/(?:factor/webauthn|signin/passkey)$")
_COUNTED = """{
  const get = navigator.credentials.get.bind(navigator.credentials);
  const asked = [];
  navigator.credentials.get = (options) => {
    asked.push(options.mediation || "at once");
    document.documentElement.dataset.asked = asked.join(", ");
    return get(options);
  };
}"""
# What our own script does, for pages of others.
_ASK = """async (options) => {
  const bytes = (text) => Uint8Array.fromBase64(text, { alphabet: "base64url" });
  options.challenge = bytes(options.challenge);
  for (const key of options.allowCredentials) key.id = bytes(key.id);
  const credential = await navigator.credentials.get({ publicKey: options });
  return JSON.stringify(credential.toJSON());
}"""


def enter_password(page: Page, site: FactorSite, email: str = ADA, *, to: str = "/") -> None:
    """Open the sign-in page, and prove the first factor."""
    page.goto(site.url(f"/api/auth/signin?callbackUrl={to}"))
    fill_in_password(page, email)


def fill_in_password(page: Page, email: str = ADA) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("#form-credentials").get_by_role("button").click()


def expect_signed_in(page: Page, site: FactorSite, told: str, *, path: str = "/") -> None:
    """Expect the site's page, which says who is signed in and how they proved it."""
    expect(page).to_have_url(site.url(path))
    expect(page.get_by_role("heading", name=told, exact=True)).to_be_visible()


def session_of(page: Page, site: FactorSite) -> Any:  # noqa: ANN401 - JSON
    return page.context.request.get(site.url("/api/auth/session")).json()


def open_account(page: Page, site: FactorSite) -> None:
    page.goto(site.url("/api/auth/account"))
    expect(page.get_by_role("heading", name=TEXTS.account.heading)).to_be_visible()


def section(page: Page, method: str) -> Locator:
    """Answer the part of the account page that is about one method."""
    text = TEXTS.factors[method]
    return page.get_by_role("region", name=text.heading or text.name, exact=True)


def change(page: Page, name: str) -> Locator:
    """Open what can be changed about something that a person has enrolled."""
    row = page.get_by_role("listitem").filter(has_text=name)
    row.locator("summary").click()
    return row


def begin(page: Page, site: FactorSite, method: str) -> None:
    """Open the page on which something is enrolled."""
    open_account(page, site)
    add = section(page, method).locator(f"form[action$='/account/factor/{method}']").first
    add.get_by_role("button").first.click()


def enrol_key(page: Page, site: FactorSite, name: str = "My key") -> None:
    """Enrol the key that is plugged in."""
    begin(page, site, "webauthn")
    page.get_by_label("Name").fill(name)
    finish_enrolling_key(page)
    expect(page).to_have_url(site.url("/api/auth/account?done=factor"))
    expect(section(page, "webauthn").get_by_text(name).first).to_be_visible()


def finish_enrolling_key(page: Page) -> None:
    page.get_by_role("button", name=TEXTS.account.enrol_start).click()


def set_up_app(page: Page, site: FactorSite, name: str = "My phone") -> TOTP:
    """Enrol an app by the key that is written beside the picture."""
    begin(page, site, "totp")
    app = TOTP(page.locator("code.secret").inner_text().replace(" ", ""))
    page.get_by_label("Name").fill(name)
    enter_code(page, app.at(int(site.clock())))
    expect(page).to_have_url(site.url("/api/auth/account?done=factor"))
    return app


def enter_code(page: Page, code: str) -> None:
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("main").locator("form").first.get_by_role("button").click()


def make_codes(page: Page, site: FactorSite) -> list[str]:
    """Make recovery codes; answer those that the page shows."""
    begin(page, site, "recovery")
    expect(page.get_by_role("heading", name=TEXTS.account.codes_heading)).to_be_visible()
    return page.locator("#codes code").all_inner_texts()


def sign_out(page: Page, site: FactorSite) -> None:
    page.goto(site.url("/api/auth/signout"))
    page.get_by_role("main").get_by_role("button").click()
    expect_signed_in(page, site, "Nobody")


def use_key(page: Page) -> None:
    """Prove the key that is plugged in as the second factor."""
    expect(page.get_by_role("heading", name=TEXTS.factor_heading)).to_be_visible()
    key_button(page).click()


def key_button(page: Page) -> Locator:
    return page.get_by_role("button", name=TEXTS.factors["webauthn"].start_button)


def note_questions(page: Page) -> None:
    """Let each page tell in which ways the browser was asked for a key; see `expect_asked`."""
    page.add_init_script(_COUNTED)


def expect_asked(page: Page, *ways: str) -> None:
    """Expect that the browser was asked for a key in these ways, and that it did not answer yet."""
    expect(page.locator("html")).to_have_attribute("data-asked", ", ".join(ways))


def alter_options(page: Page, change: Callable[[Options], None]) -> None:
    """Change what our script hands to the browser, as whoever has the page in their hands can."""

    def alter(route: Route) -> None:
        if "x-auth-return-redirect" not in route.request.headers:
            route.fallback()
            return
        answer = route.fetch()
        told = answer.json()
        change(told["options"])
        route.fulfill(response=answer, json=told)

    page.route(_BEGINS, alter)


def given_up(options: Options) -> None:
    """Change options so that the browser gives up on a key that nobody touches."""
    options["timeout"] = 200  # milliseconds; with 1, Chromium sometimes answers never


def captured_answer(page: Page, act: Callable[[], None]) -> dict[str, str]:
    """Answer the form with a key's answer that the page sends because of something."""

    def has_answer(request: Request) -> bool:
        return "credential=%7B" in (request.post_data or "")

    with page.expect_request(has_answer) as caught:
        act()
    return dict(parse_qsl(caught.value.post_data))


def post(page: Page, site: FactorSite, action: str, form: Mapping[str, str]) -> APIResponse:
    """Post a form by hand, with all that the browser of a page has."""
    token = page.context.request.get(site.url("/api/auth/csrf")).json()["csrfToken"]
    url = site.url(f"/api/auth/{action}")
    return page.context.request.post(url, form={**form, "csrfToken": token}, headers=BY_SCRIPT)


def begun(page: Page, site: FactorSite, action: str = "factor/webauthn") -> dict[str, Any]:
    """Ask for a challenge, as the page's script does."""
    answer = post(page, site, action, {})
    assert answer.ok, answer.text()
    told: dict[str, Any] = answer.json()
    return told


def assertion_in(page: Page, options: Options) -> str:
    """Have the key sign what it is asked by a page, whosever page it is."""
    answer: str = page.evaluate(_ASK, options)
    return answer


def restore(page: Page, site: FactorSite, cookies: Sequence[Cookie]) -> None:
    """Give a browser the cookies that it had before, and no others."""
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": each["name"], "value": each["value"], "url": site.origin} for each in cookies]
    )
