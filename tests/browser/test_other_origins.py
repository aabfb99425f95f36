"""Shows that a form on another origin signs nobody in and nobody out, in Chromium."""

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.demo_site import ADA, ADAS_PASSWORD, DemoSite
from tests.browser.elsewhere import Elsewhere
from tests.browser.steps import expect_nobody, expect_sign_in_page, session_of, sign_in

pytestmark = pytest.mark.browser
CREDENTIALS = {"email": ADA, "password": ADAS_PASSWORD, "callbackUrl": "/private"}
# The demo is at localhost, so 127.0.0.1 is another site, and localhost at another port is another
# origin of the same site, to which the browser sends even SameSite cookies.
HOSTS = pytest.mark.parametrize("host", ["127.0.0.1", "localhost"], ids=["cross-site", "same-site"])
HEADS = pytest.mark.parametrize(
    "head",
    ["", '<meta name="referrer" content="no-referrer">'],
    ids=["an Origin", "Origin: null"],
)


def submit_elsewhere(page: Page, watch: Watch, elsewhere: Elsewhere, host: str) -> None:
    watch.origins.append(elsewhere.origin(host))
    page.goto(elsewhere.origin(host) + "/")
    page.get_by_role("button", name="You have won").click()


@HEADS
@HOSTS
def test_a_form_on_another_origin_is_refused_and_nobody_is_signed_in(
    page: Page, watch: Watch, demo: DemoSite, elsewhere: Elsewhere, host: str, head: str
) -> None:
    page.goto(demo.url("/api/auth/signin"))  # so that this browser has the cookies of a visitor
    elsewhere.show_form(demo.url("/api/auth/callback/credentials"), CREDENTIALS, head=head)
    submit_elsewhere(page, watch, elsewhere, host)
    expect(page.get_by_role("alert")).to_contain_text("The form could not be confirmed")
    expect_sign_in_page(page, error="MissingCSRF")
    expect_nobody(page, demo)


def test_the_same_form_on_the_demos_own_origin_signs_in(
    page: Page, demo: DemoSite, elsewhere: Elsewhere
) -> None:
    """The control: what is refused above is where the form stands, and nothing else of it."""
    elsewhere.show_form(demo.url("/api/auth/callback/credentials"), CREDENTIALS)
    page.route(
        demo.url("/at-home"),
        lambda route: route.fulfill(body=elsewhere.page, content_type="text/html"),
    )
    page.goto(demo.url("/at-home"))
    page.get_by_role("button", name="You have won").click()
    expect(page.get_by_role("heading", name="Signed in as Ada Lovelace")).to_be_visible()


@HEADS
@HOSTS
def test_a_token_that_another_visitor_was_given_does_not_help_the_form(
    page: Page, watch: Watch, demo: DemoSite, elsewhere: Elsewhere, host: str, head: str
) -> None:
    browser = page.context.browser
    assert browser is not None
    other = browser.new_context()
    token = other.request.get(demo.url("/api/auth/csrf")).json()["csrfToken"]
    other.close()
    page.goto(demo.url("/api/auth/signin"))
    fields = {**CREDENTIALS, "csrfToken": token}
    elsewhere.show_form(demo.url("/api/auth/callback/credentials"), fields, head=head)
    submit_elsewhere(page, watch, elsewhere, host)
    expect(page.get_by_role("alert")).to_contain_text("The form could not be confirmed")
    expect_nobody(page, demo)


@HOSTS
def test_a_form_on_another_origin_signs_nobody_out(
    page: Page, watch: Watch, demo: DemoSite, elsewhere: Elsewhere, host: str
) -> None:
    sign_in(page, demo)
    elsewhere.show_form(demo.url("/api/auth/signout"), {"callbackUrl": "/"})
    submit_elsewhere(page, watch, elsewhere, host)
    expect(page.get_by_role("alert")).to_contain_text("The form could not be confirmed")
    assert session_of(page, demo)["user"]["email"] == ADA


@HOSTS
def test_no_other_origin_can_show_the_sign_in_page_in_a_frame(
    page: Page, watch: Watch, demo: DemoSite, elsewhere: Elsewhere, host: str
) -> None:
    watch.origins.append(elsewhere.origin(host))
    elsewhere.page = f'<iframe src="{demo.url("/api/auth/signin")}"></iframe>'
    with page.expect_event("console", lambda said: "frame-ancestors" in said.text):
        page.goto(elsewhere.origin(host) + "/")
    assert page.frame_locator("iframe").get_by_label("Email").count() == 0
    page.goto("about:blank")  # by then all is told of the page that was refused its frame
    watch.complaints.clear()
