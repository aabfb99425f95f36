"""Shows what a page looks like and asks for: phone width, both schemes, nothing from elsewhere."""

import re

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.demo_site import DemoSite
from tests.browser.elsewhere import Elsewhere
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


# The colours of an element's text and of what is painted behind it, its own or an ancestor's.
COLORS = """element => {
  let behind = element;
  while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)")
    behind = behind.parentElement;
  return [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
}"""
TEXTS = "h1, .message, label, .button, .alert strong, .alert p"


SCHEMES = pytest.mark.parametrize(
    ("context_options", "is_dark"),
    [({"color_scheme": "dark"}, True), ({"color_scheme": "light"}, False)],
    ids=["dark", "light"],
)


def luminance(color: str) -> float:
    assert color.startswith("rgb("), color
    channels = [int(part) / 255 for part in re.findall(r"\d+", color)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def widest(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width


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
        for target in page.locator("a.button, button, input:visible").all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= SMALLEST_TARGET, path
            assert box["x"] >= 0, path
            assert box["x"] + box["width"] <= viewport["width"], path
    sign_in(page, demo)
    assert widest(page) == viewport["width"]


@pytest.mark.parametrize("path", OURS)
@SCHEMES
def test_each_page_follows_the_scheme_and_stays_readable(
    page: Page, demo: DemoSite, path: str, *, is_dark: bool
) -> None:
    page.goto(demo.url(path))
    for painted in ("body", ".card"):
        _, behind = page.locator(painted).evaluate(COLORS)
        assert (luminance(behind) < 0.1) is is_dark, painted
    texts = page.locator(TEXTS).all()
    assert texts
    for text in texts:
        front, behind = map(luminance, text.evaluate(COLORS))
        assert contrast(front, behind) >= LEAST_CONTRAST, text.inner_text()


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
