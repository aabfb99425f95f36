"""Shows what a page looks like and asks for: phone width, both schemes, nothing from elsewhere."""

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from collections.abc import Generator

from playwright.sync_api import Page, expect

from tests.browser.account_gallery import SHOWN
from tests.browser.conftest import Watch
from tests.browser.demo_site import DemoSite
from tests.browser.elsewhere import Elsewhere
from tests.browser.gallery import Gallery, State, running_gallery
from tests.browser.measures import boxes, luminance, shown_texts, widest
from tests.browser.steps import expect_private, fill_in, sign_in

pytestmark = pytest.mark.browser
PAGES = (
    "/",
    "/bare",
    "/api/auth/signin",
    "/api/auth/signin?error=CredentialsSignin",
    "/api/auth/signin?error=SessionRequired",
    "/api/auth/signout",
    "/api/auth/error?error=Verification",
    "/api/auth/verify-request",
)
OURS = PAGES[2:]
PHONE = {"viewport": {"width": 360, "height": 640}, "device_scale_factor": 3, "has_touch": True}
NARROWEST = {"viewport": {"width": 320, "height": 640}}
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
SMALLEST_TARGET = 44  # pixels; WCAG 2.2, 2.5.5
SCHEMES = pytest.mark.parametrize(
    ("context_options", "is_dark"),
    [({"color_scheme": "dark"}, True), ({"color_scheme": "light"}, False)],
    ids=["dark", "light"],
)


@pytest.fixture(scope="module")
def gallery() -> Generator[Gallery]:
    with running_gallery() as gallery:
        yield gallery


def test_a_whole_visit_asks_nothing_of_another_origin_and_leaves_the_console_empty(
    page: Page, watch: Watch, demo: DemoSite
) -> None:
    for path in PAGES:
        page.goto(demo.url(path))
    page.goto(demo.url("/private"))
    fill_in(page, password="wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    fill_in(page)
    expect_private(page, demo)
    assert {demo.url(path) for path in PAGES} < set(watch.requested)
    assert watch.strays == []
    assert watch.complaints == []


@pytest.mark.parametrize("path", OURS)
def test_the_policy_lets_nothing_in_from_elsewhere(
    page: Page, watch: Watch, demo: DemoSite, elsewhere: Elsewhere, path: str
) -> None:
    """The control of every empty console here: a page that did ask for more would be heard."""
    page.goto(demo.url(path))
    watch.complaints.clear()
    watch.origins.append(elsewhere.origin("127.0.0.1"))
    with page.expect_event("console", lambda said: "Content Security Policy" in said.text):
        page.evaluate(
            "url => document.body.append(Object.assign(new Image(), {src: url}))",
            elsewhere.origin("127.0.0.1") + "/pixel.png",
        )
    with page.expect_event("console", lambda said: "Content Security Policy" in said.text):
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'),"
            "{textContent: 'window.ran = true'}))"
        )
    assert page.evaluate("window.ran") is None
    assert elsewhere.paths == []
    assert len(watch.complaints) >= 2
    watch.complaints.clear()


@pytest.mark.parametrize("name", ["factor-totp", "factor-webauthn", "account-full", "codes"])
def test_a_page_with_a_script_of_ours_lets_no_other_in(
    page: Page, watch: Watch, gallery: Gallery, elsewhere: Elsewhere, name: str
) -> None:
    watch.origins += [gallery.origin, elsewhere.origin("127.0.0.1")]
    gallery.open(page, State("named", f"shown/{name}"))
    has_script = page.locator("script").count() == 1
    assert has_script is (name in {"factor-webauthn", "codes"})
    for harm in (
        "Object.assign(document.createElement('script'), {textContent: 'window.ran = true'})",
        "Object.assign(document.createElement('style'), {textContent: 'main {opacity: 0}'})",
        f"Object.assign(new Image(), {{src: '{elsewhere.origin('127.0.0.1')}/pixel.png'}})",
    ):
        with page.expect_event("console", lambda said: "Content Security Policy" in said.text):
            page.evaluate(f"document.body.append({harm})")
    with page.expect_event("console", lambda said: "Content Security Policy" in said.text):
        page.evaluate("url => fetch(url).catch(() => null)", elsewhere.origin("127.0.0.1") + "/x")
    assert page.evaluate("window.ran") is None
    expect(page.locator("main")).to_have_css("opacity", "1")
    assert elsewhere.paths == []
    watch.complaints.clear()


@pytest.mark.parametrize("name", sorted(SHOWN))
@SCHEMES
def test_each_page_behind_a_password_follows_the_scheme_too(
    page: Page, watch: Watch, gallery: Gallery, name: str, *, is_dark: bool
) -> None:
    watch.origins.append(gallery.origin)
    gallery.open(page, State("named", f"shown/{name}"))
    for painted in ("body", ".card"):
        behind = page.locator(painted).evaluate("e => getComputedStyle(e).backgroundColor")
        assert (luminance(behind) < 0.1) is is_dark, painted


@pytest.mark.parametrize("context_options", [PHONE, NARROWEST], ids=["360 px", "320 px"])
def test_at_phone_width_no_page_scrolls_sideways_and_every_button_can_be_hit(
    page: Page, demo: DemoSite
) -> None:
    viewport = page.viewport_size
    assert viewport is not None
    for path in PAGES:
        page.goto(demo.url(path))
        assert widest(page) == viewport["width"], path
    for path in OURS:
        page.goto(demo.url(path))
        targets = boxes(page, "a, button, input:not([type=hidden])")
        assert targets
        assert [box for box in targets if box.height < SMALLEST_TARGET] == []
    sign_in(page, demo)
    assert widest(page) == viewport["width"]


@pytest.mark.parametrize("path", OURS)
@SCHEMES
def test_each_page_follows_the_scheme_and_stays_readable(
    page: Page, demo: DemoSite, path: str, *, is_dark: bool
) -> None:
    page.goto(demo.url(path))
    for painted in ("body", ".card"):
        behind = page.locator(painted).evaluate("e => getComputedStyle(e).backgroundColor")
        assert (luminance(behind) < 0.1) is is_dark, painted
    texts = shown_texts(page)
    assert texts
    assert [text for text in texts if text.contrast < LEAST_CONTRAST] == []


@SCHEMES
def test_the_demos_own_pages_follow_the_scheme_too(
    page: Page, demo: DemoSite, *, is_dark: bool
) -> None:
    for path in ("/", "/bare"):
        page.goto(demo.url(path))
        # The canvas has no colour of its own to read: what the scheme's default text colour is
        # painted with tells which canvas is behind it.
        text = luminance(page.locator("h1").evaluate("element => getComputedStyle(element).color"))
        assert (text > 0.5) is is_dark, path
        scheme = page.evaluate("getComputedStyle(document.documentElement).colorScheme")
        assert scheme == "light dark", path
