"""Shows what the factor and account pages are to keyboard, touch and paper, without script too."""

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from collections.abc import Callable, Generator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.account_gallery import CODES
from tests.browser.conftest import Watch
from tests.browser.gallery import Gallery, State, running_gallery
from tests.browser.measures import boxes, contrast, outside, shown_texts

pytestmark = pytest.mark.browser
NO_SCRIPT = pytest.mark.parametrize("context_options", [{"java_script_enabled": False}])
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
SMALLEST_TARGET = 44  # pixels; WCAG 2.2, 2.5.5
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
FAILED = "That did not work. Try again, or use another way."


@pytest.fixture(scope="module")
def gallery() -> Generator[Gallery]:
    with running_gallery() as gallery:
        yield gallery


@pytest.fixture
def watch(gallery: Gallery) -> Watch:
    return Watch([gallery.origin])


def show(page: Page, gallery: Gallery, name: str, site: str = "named") -> None:
    gallery.open(page, State(site, f"shown/{name}"))


def posted(page: Page, act: Callable[[], None]) -> tuple[str, dict[str, list[str]]]:
    """Answer where a form is sent to, and what it says beside its token."""
    with page.expect_request(lambda request: request.method == "POST") as caught:
        act()
    request = caught.value
    said = parse_qs(request.post_data or "", keep_blank_values=True)
    assert said.pop("csrfToken") == ["c" * 64]
    return urlsplit(request.url).path, said


@pytest.mark.parametrize(
    "context_options", [{}, {"java_script_enabled": False}], ids=["script", "no script"]
)
def test_by_keyboard_alone_a_factor_gets_another_name(page: Page, gallery: Gallery) -> None:
    show(page, gallery, "account-full")
    change = page.get_by_role("group").filter(has_text="My phone")
    field = change.get_by_label("Name", exact=True)
    expect(field).to_be_hidden()
    change.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(field).to_be_visible()
    page.keyboard.press("Tab")
    expect(field).to_be_focused()
    field.fill("My old phone")
    said = {"id": ["3"], "name": ["My old phone"]}
    assert posted(page, lambda: page.keyboard.press("Enter")) == ("/account/rename", said)


@NO_SCRIPT
def test_nothing_is_removed_by_one_touch(page: Page, gallery: Gallery) -> None:
    show(page, gallery, "account-full")
    remove = page.get_by_role("button", name="Remove: My phone")
    expect(remove).to_be_hidden()
    page.get_by_role("group").filter(has_text="My phone").locator("summary").click()
    expect(remove).to_have_accessible_description(
        "Once it is removed, you cannot sign in with it any more."
    )
    assert posted(page, remove.click) == ("/account/remove", {"id": ["3"]})


@NO_SCRIPT
def test_the_old_codes_end_only_after_one_was_told(page: Page, gallery: Gallery) -> None:
    show(page, gallery, "account-full")
    renew = page.get_by_role("button", name="Make new codes")
    expect(renew).to_be_hidden()
    page.get_by_role("group").filter(has_text="Codes left: 2").locator("summary").click()
    expect(renew).to_have_accessible_description("The old codes stop working at once.")
    assert posted(page, renew.click) == ("/account/factor/recovery", {})


def test_each_other_session_can_be_ended_and_all_of_them(page: Page, gallery: Gallery) -> None:
    show(page, gallery, "account-full")
    sessions = page.get_by_role("region", name="Where you are signed in")
    first = sessions.get_by_role("listitem").first
    expect(first).to_contain_text("This browser")
    expect(first.get_by_role("button")).to_have_count(0)
    one = sessions.get_by_role("button", name="Sign out there: Safari on iPhone")
    assert posted(page, one.click) == ("/account/end-session", {"sid": ["c"]})
    others = sessions.get_by_role("button", name="Sign out everywhere else")
    assert posted(page, others.click) == ("/account/end-session", {})


def test_a_trusted_browser_is_removed_by_its_own_button(page: Page, gallery: Gallery) -> None:
    show(page, gallery, "account-full")
    button = page.get_by_role("button", name="Remove: Firefox on Linux")
    assert posted(page, button.click) == ("/account/remove", {"id": ["6"]})


def test_what_ends_something_looks_like_it(page: Page, gallery: Gallery) -> None:
    gallery.open(page, State("named", "shown/account-full", "AccountChange", is_unfolded=True))
    warning = page.locator("[role=alert] strong").evaluate("e => getComputedStyle(e).color")
    for button in page.locator("main button").all():
        ends = (button.text_content() or "").startswith(("Remove", "Sign out"))
        color = button.evaluate("e => getComputedStyle(e).color")
        assert (color == warning) is ends, button.text_content()


def test_codes_stand_in_two_columns_and_on_a_phone_in_one(page: Page, gallery: Gallery) -> None:
    show(page, gallery, "codes")
    for width, columns in ((1280, 2), (320, 1)):
        page.set_viewport_size({"width": width, "height": 640})
        assert len({box.x for box in boxes(page, "#codes li")}) == columns
        # None of them is broken into two lines.
        assert len({box.height for box in boxes(page, "#codes code")}) == 1


def test_codes_that_the_browser_does_not_copy_are_selected(page: Page, gallery: Gallery) -> None:
    show(page, gallery, "codes")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(Error()); }")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status")).to_contain_text("did not copy them")
    assert page.evaluate("String(getSelection())").split() == list(CODES)


@NO_SCRIPT
def test_without_script_codes_are_saved_by_a_link(
    page: Page, gallery: Gallery, tmp_path: Path
) -> None:
    show(page, gallery, "codes")
    expect(page.locator("#codes")).to_contain_text(CODES[-1])
    expect(page.get_by_role("button")).to_have_count(0)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a file").click()
    assert saved.value.suggested_filename == "localhost-codes.txt"
    saved.value.save_as(tmp_path / "codes.txt")
    lines = (tmp_path / "codes.txt").read_text(encoding="utf-8").splitlines()
    assert lines == ["Recovery codes: localhost", "", *CODES]


@pytest.mark.parametrize("site", ["named", "always-dark", "arabic"])
def test_codes_are_printed_on_one_sheet_black_on_white(
    page: Page, gallery: Gallery, site: str
) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 700, "height": 900})
    show(page, gallery, "codes", site)
    told = shown_texts(page)
    assert {text.text for text in told} >= set(CODES)
    assert [text for text in told if text.contrast < 20] == []
    assert boxes(page, "a, button, [role=status]") == []
    assert outside(page) == []
    page.emulate_media(media="screen")
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1


@pytest.mark.parametrize("context_options", [{}, PHONE], ids=["desk", "phone"])
def test_where_the_app_may_be_on_the_same_device_it_can_be_opened(
    page: Page, gallery: Gallery, context_options: dict[str, object]
) -> None:
    show(page, gallery, "enrolment-totp")
    link = page.get_by_role("link", name="Open an app on this device")
    if not context_options:
        expect(link).to_be_hidden()
        return
    expect(link).to_be_visible()
    (box,) = boxes(page, ".here")
    assert box.height >= SMALLEST_TARGET
    (picture,) = boxes(page, ".qr svg")
    assert 180 <= picture.width <= 320
    assert picture.width == pytest.approx(picture.height, abs=1)


def test_a_code_is_typed_large_and_in_the_middle(page: Page, gallery: Gallery) -> None:
    for name in ("factor-totp", "factor-email-started", "enrolment-totp"):
        show(page, gallery, name)
        field = page.locator("input[autocomplete=one-time-code]")
        expect(field).to_be_focused()
        expect(field).to_have_attribute("inputmode", "numeric")
        expect(field).to_have_css("text-align", "center")
        assert field.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 22
    show(page, gallery, "factor-recovery")
    field = page.get_by_label("Recovery code")
    expect(field).to_be_focused()
    assert field.get_attribute("inputmode") is None


@pytest.mark.parametrize("name", ["factor-webauthn", "factor-email", "factor-other-begun"])
def test_where_nothing_is_typed_the_keyboard_begins_at_the_button(
    page: Page, gallery: Gallery, name: str
) -> None:
    show(page, gallery, name)
    expect(page.locator("main button").first).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["factor-webauthn", "enrolment-webauthn"])
def test_what_is_said_of_a_key_can_be_read_and_takes_no_room_before(
    page: Page, gallery: Gallery, name: str, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    show(page, gallery, name)
    button, below = page.locator("form button"), page.locator("form ~ .button, .divider").first
    bottom = button.evaluate("e => e.getBoundingClientRect().bottom")
    assert 10 <= below.evaluate("e => e.getBoundingClientRect().y") - bottom <= 25
    button.click()
    status = page.get_by_role("status")
    expect(status).to_have_text(FAILED)
    text, back = status.evaluate("e => (s => [s.color, s.backgroundColor])(getComputedStyle(e))")
    assert contrast(text, back) >= LEAST_CONTRAST
    assert outside(page) == []


@NO_SCRIPT
@pytest.mark.parametrize(
    ("site", "path"),
    [
        ("named", "shown/factor-webauthn"),
        ("named", "shown/enrolment-webauthn"),
        ("passkey", "signin"),
    ],
)
def test_without_script_a_page_says_that_keys_need_it(
    page: Page, gallery: Gallery, site: str, path: str
) -> None:
    gallery.open(page, State(site, path))
    told = page.locator("noscript p")  # of which Playwright's other ways know nothing
    expect(told).to_be_visible()
    expect(told).to_contain_text("needs JavaScript, which is switched off")


@NO_SCRIPT
@pytest.mark.parametrize("name", ["factor-totp", "factor-recovery", "enrolment-totp"])
def test_without_script_a_code_is_entered(page: Page, gallery: Gallery, name: str) -> None:
    show(page, gallery, name)
    page.locator("input[name=code]").fill("123456")
    where, said = posted(page, page.locator("form button").click)
    assert where.split("/")[-1] == name.split("-")[1]
    assert said["code"] == ["123456"]
