"""Shows that axe-core finds nothing wrong with any page, in both schemes, on a desk and a phone."""

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from collections.abc import Generator

from playwright.sync_api import Page

from tests.browser.axe import Axe
from tests.browser.conftest import Watch
from tests.browser.demo_site import DemoSite
from tests.browser.gallery import STATES, Gallery, State, running_gallery
from tests.browser.steps import sign_in

pytestmark = pytest.mark.browser
DESK, PHONE = (1280, 800), (360, 640)
VIEWS = [("light", DESK), ("dark", PHONE)]
ANY = State("named", "signin", "CredentialsSignin")


@pytest.fixture(scope="module")
def axe() -> Axe:
    return Axe()


@pytest.fixture(scope="module")
def gallery() -> Generator[Gallery]:
    with running_gallery() as gallery:
        yield gallery


@pytest.fixture
def watch(gallery: Gallery, demo: DemoSite) -> Watch:
    return Watch([gallery.origin, demo.origin])


def faults(axe: Axe, page: Page) -> list[str]:
    found = []
    for scheme, (width, height) in VIEWS:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{scheme}, {width} px: {fault}" for fault in axe.faults(page)]
    return found


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.address)
def test_no_fault_is_found(same_page: Page, gallery: Gallery, axe: Axe, state: State) -> None:
    gallery.open(same_page, state)
    assert faults(axe, same_page) == []


@pytest.mark.parametrize("path", ["/", "/bare", "/private"])
def test_the_demos_own_pages_pass_too(page: Page, demo: DemoSite, axe: Axe, path: str) -> None:
    if path == "/private":
        sign_in(page, demo)
    else:
        page.goto(demo.url(path))
    assert faults(axe, page) == []


@pytest.mark.parametrize(
    ("harm", "rule"),
    [
        ("document.querySelector('label').remove()", "label"),
        ("document.querySelector('h1').style.color = '#aaa'", "color-contrast"),
        ("document.documentElement.removeAttribute('lang')", "html-has-lang"),
        (
            "document.querySelector('main').outerHTML = document.querySelector('main').innerHTML",
            "landmark-one-main",
        ),
        (
            "document.querySelector('input:focus').setAttribute('aria-describedby', 'nothing')",
            "aria-valid-attr-value",
        ),
    ],
)
def test_a_page_with_a_fault_is_found_out(
    page: Page, gallery: Gallery, axe: Axe, harm: str, rule: str
) -> None:
    """The control of every other test here."""
    gallery.open(page, ANY)
    page.evaluate(harm)
    assert {fault.removeprefix("undecided: ").split()[0] for fault in axe.faults(page)} >= {rule}
