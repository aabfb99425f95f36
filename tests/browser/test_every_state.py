"""Shows that every state of the pages can be read, hit and reached, however it is looked at."""

import re

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from collections.abc import Generator
from itertools import pairwise

from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.gallery import BRANDS, SHAPES, STATES, Gallery, State, running_gallery
from tests.browser.measures import Box, boxes, contrast, outside, shown_texts, widest

pytestmark = pytest.mark.browser
SMALLEST_TEXT_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
SMALLEST_EDGE_CONTRAST = 3.0  # WCAG 2.2, 1.4.11
SMALLEST_TARGET = 44  # pixels; WCAG 2.2, 2.5.5
TARGETS = "a, button, summary, input:not([type=hidden])"
DRAWN = "main *:not(svg *)"  # a picture is the same in every language
SCHEMES = ("light", "dark")
EACH_SHAPE = pytest.mark.parametrize("state", SHAPES, ids=lambda state: state.address)
EACH_LAYOUT = pytest.mark.parametrize(
    "state",
    [state for state in SHAPES if not state.site.startswith("brand-")],
    ids=lambda state: state.address,
)
EACH_STATE = pytest.mark.parametrize("state", STATES, ids=lambda state: state.address)
NOTHING_IS_TYPED = {
    *("shown/factor-webauthn", "shown/factor-email", "shown/factor-other-begun"),
    "shown/enrolment-webauthn",
}
WITH_FIELDS = [
    state
    for state in STATES
    if state.path.startswith(("signin", "shown/factor", "shown/enrolment"))
    and state.error
    and state.site != "no-form"
    and state.path not in NOTHING_IS_TYPED
]
# The least that a reader may set without losing anything (WCAG 2.2, 1.4.12).
SPACING = """() => {
  for (const {style} of document.querySelectorAll("*")) {
    style.letterSpacing = ".12em"; style.wordSpacing = ".16em"; style.lineHeight = "1.5";
  }
}"""
FOCUSED = "getComputedStyle(document.activeElement)"


@pytest.fixture(scope="module")
def gallery() -> Generator[Gallery]:
    with running_gallery() as gallery:
        yield gallery


@pytest.fixture
def watch(gallery: Gallery) -> Watch:
    return Watch([gallery.origin])


def resize(page: Page, width: int, height: int = 640) -> None:
    page.set_viewport_size({"width": width, "height": height})


@EACH_SHAPE
def test_every_text_can_be_read_in_both_schemes(
    same_page: Page, gallery: Gallery, state: State
) -> None:
    gallery.open(same_page, state)
    for scheme in SCHEMES:
        same_page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in (1280, 360):
            resize(same_page, width)
            texts = shown_texts(same_page)
            assert texts
            assert [each for each in texts if each.contrast < SMALLEST_TEXT_CONTRAST] == []


@EACH_STATE
def test_on_a_narrow_screen_everything_is_there_and_can_be_hit(
    same_page: Page, watch: Watch, gallery: Gallery, state: State
) -> None:
    resize(same_page, 320)
    gallery.open(same_page, state)
    assert widest(same_page) == 320
    assert outside(same_page) == []
    # A checkbox is hit by its label, which reaches over it.
    hit = f"{TARGETS}:not([type=checkbox]), .check label"
    small = [box for box in boxes(same_page, hit) if box.height < SMALLEST_TARGET]
    assert small == []
    assert watch.requested
    assert watch.strays == []


@EACH_LAYOUT
def test_at_twice_the_size_and_with_wide_spacing_nothing_is_lost(
    same_page: Page, gallery: Gallery, state: State
) -> None:
    resize(same_page, 640)
    gallery.open(same_page, state)
    same_page.evaluate(SPACING)
    assert outside(same_page) == []
    same_page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert widest(same_page) == 640
    assert outside(same_page) == []


@pytest.mark.parametrize("state", WITH_FIELDS, ids=lambda state: state.address)
def test_on_the_smallest_screen_the_error_is_in_sight_where_typing_starts(
    same_page: Page, gallery: Gallery, state: State
) -> None:
    resize(same_page, 320, 480)
    gallery.open(same_page, state)
    expect(same_page.locator("input:focus")).to_have_count(1)
    (field,) = boxes(same_page, "input:focus")
    (alert,) = boxes(same_page, "[role=alert]")
    assert 0 <= field.y <= 480 - field.height
    assert alert.y + alert.height > SMALLEST_TARGET
    assert alert.y + alert.height <= field.y


@pytest.mark.parametrize(
    ("path", "error"),
    [
        *(("signin", None), ("signin", "CredentialsSignin"), ("signout", None), ("error", "Busy")),
        *(("shown/factor-email-started", "SecondFactorRefused"), ("shown/account-full", None)),
        *(("shown/enrolment-totp", None), ("shown/enrolment-webauthn", None)),
        ("shown/codes", None),
    ],
)
def test_from_right_to_left_a_page_is_its_own_mirror_image(
    page: Page, gallery: Gallery, path: str, error: str | None
) -> None:
    gallery.open(page, State("three", path, error))
    straight = boxes(page, DRAWN)
    gallery.open(page, State("mirrored", path, error))
    mirrored = boxes(page, DRAWN)
    width = page.evaluate("innerWidth")
    assert len(straight) == len(mirrored) > 5
    pairs = zip(straight, mirrored, strict=True)
    assert [(one, other) for one, other in pairs if not is_mirrored(one, other, width)] == []


def test_a_page_is_no_mirror_image_of_itself(page: Page, gallery: Gallery) -> None:
    """The control of the test before."""
    gallery.open(page, State("three", "signin", "CredentialsSignin"))
    width = page.evaluate("innerWidth")
    assert not all(is_mirrored(box, box, width) for box in boxes(page, "main *"))


def is_mirrored(one: Box, other: Box, width: float) -> bool:
    return abs(one.x + one.width + other.x - width) < 1 and abs(one.y - other.y) < 1


def test_from_right_to_left_what_is_typed_keeps_its_direction(page: Page, gallery: Gallery) -> None:
    gallery.open(page, State("arabic", "signin"))
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    for name in ("email", "name", "password"):
        field = page.locator(f"input[name={name}]")
        expect(field).to_have_css("text-align", "right")
        expect(field).to_have_css("unicode-bidi", "plaintext")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("color", BRANDS)
def test_where_the_keyboard_is_can_be_seen_with_any_brand_colour(
    page: Page, gallery: Gallery, color: str, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    gallery.open(page, State(f"brand-{color[1:]}", "signin", "CredentialsSignin"))
    card = page.locator("main").evaluate("element => getComputedStyle(element).backgroundColor")
    stops = len(boxes(page, TARGETS))
    expect(page.locator("input[name=email]")).to_be_focused()
    for _ in range(stops):
        assert page.evaluate(f"{FOCUSED}.outlineStyle") == "solid"
        assert page.evaluate(f"{FOCUSED}.outlineWidth") == "2px"
        ring = page.evaluate(f"{FOCUSED}.outlineColor")
        assert contrast(ring, card) >= SMALLEST_EDGE_CONTRAST
        page.keyboard.press("Tab")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["account-full", "factor-email-started", "codes"])
def test_every_stop_of_the_keyboard_can_be_seen_on_the_pages_of_an_account(
    page: Page, gallery: Gallery, name: str, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    gallery.open(page, State("named", f"shown/{name}", is_unfolded=True))
    card = page.locator("main").evaluate("element => getComputedStyle(element).backgroundColor")
    page.locator(TARGETS).first.focus()
    reached = []
    for _ in boxes(page, TARGETS):
        assert page.evaluate(f"{FOCUSED}.outlineStyle") == "solid"
        assert page.evaluate(f"{FOCUSED}.outlineWidth") == "2px"
        assert contrast(page.evaluate(f"{FOCUSED}.outlineColor"), card) >= SMALLEST_EDGE_CONTRAST
        reached.append(page.evaluate("document.activeElement.outerHTML").partition(">")[0][:80])
        page.keyboard.press("Tab")
    # In the order in which they stand, and none is left out.
    assert sorted(reached) == sorted(box.name.partition(">")[0] for box in boxes(page, TARGETS))
    tops = [box.y for box in boxes(page, TARGETS)]
    assert all(after > before - SMALLEST_TARGET for before, after in pairwise(tops))


def test_a_refused_field_looks_refused_with_the_keyboard_in_it_too(
    page: Page, gallery: Gallery
) -> None:
    gallery.open(page, State("named", "signin", "CredentialsSignin"))
    refused = page.locator("[role=alert] strong").evaluate("e => getComputedStyle(e).color")
    email, password = page.locator("input[name=email]"), page.locator("input[name=password]")
    expect(email).to_be_focused()
    expect(email).to_have_css("outline-color", refused)
    for field in (email, password):
        expect(field).to_have_css("border-color", refused)
    gallery.open(page, State("named", "signin"))
    expect(email).to_be_focused()
    expect(email).not_to_have_css("outline-color", refused)


def expect_edges(page: Page, selector: str) -> None:
    card = page.locator("main").evaluate("e => getComputedStyle(e).backgroundColor")
    for target in page.locator(selector).all():
        edge, back = target.evaluate(
            "e => (s => [s.borderTopColor, s.backgroundColor])(getComputedStyle(e))"
        )
        expect(target).to_have_css("border-top-style", "solid")
        # A link's own background is none: the card's is behind it.
        assert contrast(edge, back if back.startswith("rgb(") else card) >= SMALLEST_EDGE_CONTRAST


@pytest.mark.parametrize("scheme", SCHEMES)
def test_with_the_systems_own_colours_every_control_keeps_its_edge(
    page: Page, gallery: Gallery, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme, forced_colors="active")  # type: ignore[arg-type]
    for state in (State("three", "signin", "CredentialsSignin"), State("named", "error")):
        gallery.open(page, state)
        page.evaluate("document.activeElement.blur()")
        expect_edges(page, f"main, [role=alert], {TARGETS}")
    gallery.open(page, State("named", "shown/account-full", is_unfolded=True))
    expect_edges(page, "main button, main input:not([type=hidden])")
    gallery.open(page, State("named", "error"))
    main, other = page.locator("a.button").all()
    expect(main).to_have_css("border-top-width", "2px")
    expect(other).to_have_css("border-top-width", "1px")
    main.focus()
    expect(main).to_have_css("outline-width", "3px")


def test_nothing_moves_where_the_reader_wants_no_motion(page: Page, gallery: Gallery) -> None:
    gallery.open(page, State("named", "signin"))
    button = page.get_by_role("button")
    moving = re.compile(r"0\.12s")
    expect(button).to_have_css("transition-duration", moving)
    page.emulate_media(reduced_motion="reduce")
    expect(button).not_to_have_css("transition-duration", moving)
    still = page.evaluate(
        "[...document.querySelectorAll('*')].every(element => document.getAnimations().length == 0"
        " && /^0s(, 0s)*$/.test(getComputedStyle(element).transitionDuration))"
    )
    assert still


def test_with_more_contrast_asked_for_edges_and_quiet_texts_are_stronger(
    page: Page, gallery: Gallery
) -> None:
    gallery.open(page, State("three", "signin"))
    colors = "e => (s => [s.borderTopColor, s.color])(getComputedStyle(e))"
    field, quiet = page.locator("input[name=number]"), page.locator(".help")
    usual = [field.evaluate(colors)[0], quiet.evaluate(colors)[1]]
    page.emulate_media(contrast="more")
    strong = [field.evaluate(colors)[0], quiet.evaluate(colors)[1]]
    card = "rgb(255, 255, 255)"
    for before, after in zip(usual, strong, strict=True):
        assert contrast(after, card) >= 7 > contrast(before, card)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_phones_bars_have_the_colour_of_the_page(
    page: Page, gallery: Gallery, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    resize(page, 360)
    gallery.open(page, State("named", "signin"))
    bar = page.locator(f"meta[name=theme-color][media*={scheme}]").get_attribute("content")
    assert bar is not None
    red, green, blue = bytes.fromhex(bar[1:])
    expect(page.locator("body")).to_have_css("background-color", f"rgb({red}, {green}, {blue})")
