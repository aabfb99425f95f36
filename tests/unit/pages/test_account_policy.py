"""What a browser may do with the factor and account pages, how they are built, what they weigh."""

import base64
import gzip
import hashlib

import pytest

from nextauth.config import Theme
from nextauth.pages import FactorRow, FactorSection, Texts
from nextauth.web import Response
from tests.unit.pages.account_samples import (
    SCRIPT,
    account,
    every_account_page,
    factor,
    overview,
)
from tests.unit.pages.dom import Element, read
from tests.unit.pages.samples import renderer, signin
from tests.unit.pages.test_policy import THEMES, policy_of

UNSEEN = {"hidden"}
LIGHT = 14_000  # bytes; what a server may send before it is answered (RFC 6928)
ROW = 1_100  # bytes; of each thing that a person has


@pytest.fixture(params=THEMES, ids=["plain", "yellow", "logos", "dark"])
def pages(request: pytest.FixtureRequest) -> list[Response]:
    theme: Theme = request.param
    return every_account_page(renderer(theme))


def source_of(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def test_the_policy_permits_the_style_and_the_one_script_of_the_page_and_nothing_else(
    pages: list[Response],
) -> None:
    scripted = 0
    for response in pages:
        page = read(response)
        expected = {
            "default-src": ["'none'"],
            "style-src": [source_of(page.one("style").text)],
            "img-src": ["'self'", "data:"],
            "form-action": ["'self'"],
            "frame-ancestors": ["'none'"],
            "base-uri": ["'none'"],
        }
        if page.all("script"):
            scripted += 1
            expected["script-src"] = [source_of(page.one("script").text)]
            expected["connect-src"] = ["'self'"]
        assert policy_of(response) == expected
    assert 0 < scripted < len(pages)


def test_a_script_reaches_the_page_byte_for_byte(pages: list[Response]) -> None:
    found = [script.text for page in pages for script in read(page).all("script")]
    assert SCRIPT in found


def test_no_page_has_a_style_or_a_handler_in_an_attribute(pages: list[Response]) -> None:
    for page in pages:
        for element in read(page).walk():
            assert element.tag not in {"link", "iframe", "object", "base"}
            assert not element.attributes.keys() & {"style", "srcdoc"}
            assert "src" not in element or element.tag == "img"
            assert not [name for name in element.attributes if name.startswith("on")]
        assert b"javascript:" not in page.body


def test_every_page_has_the_headers_that_protect_it(pages: list[Response]) -> None:
    for page in pages:
        assert page.header(b"x-frame-options") == b"DENY"
        assert page.header(b"referrer-policy") == b"same-origin"
        assert page.header(b"cache-control") == b"private, no-store"
        assert page.header(b"content-length") == b"%d" % len(page.body)


def test_every_page_has_one_heading_of_the_first_rank_and_none_is_left_out(
    pages: list[Response],
) -> None:
    for response in pages:
        page = read(response)
        assert page.one("h1").text in page.one("title").text
        assert page.all("h3") == []


def test_the_ids_of_a_page_are_distinct_and_every_reference_has_its_target(
    pages: list[Response],
) -> None:
    for response in pages:
        elements = list(read(response).walk())
        ids = [element["id"] for element in elements if "id" in element]
        assert len(ids) == len(set(ids))
        for element in elements:
            for name in ("for", "form", "aria-labelledby", "aria-describedby"):
                assert set((element.get(name) or "").split()) <= set(ids)


def test_every_field_has_a_label_and_every_button_a_name(pages: list[Response]) -> None:
    for response in pages:
        page = read(response)
        for field in page.all("input"):
            if field["type"] in UNSEEN:
                continue
            assert page.one("label", **{"for": field["id"] or ""}).text.strip()
        assert all(name_of(each) for each in [*page.all("button"), *page.all("a")])
        # The visible words are part of the name that is spoken (WCAG 2.2, 2.5.3).
        assert all(each.text.strip() in name_of(each) for each in page.all("button"))


def name_of(control: Element) -> str:
    return control.get("aria-label") or control.text.strip()


def test_at_most_one_place_has_the_keyboard(pages: list[Response]) -> None:
    for page in pages:
        assert len([each for each in read(page).walk() if "autofocus" in each]) <= 1


def test_every_form_carries_the_token(pages: list[Response]) -> None:
    for page in pages:
        for form in read(page).all("form"):
            assert form["method"] == "post"
            assert len(form.all("input", name="csrfToken")) == 1


def test_every_button_that_stands_outside_its_form_names_it(pages: list[Response]) -> None:
    for response in pages:
        page = read(response)
        inside = {id(each) for form in page.all("form") for each in form.walk()}
        for button in page.all("button"):
            if id(button) not in inside and button.get("type") != "button":
                assert page.one("form", id=button["form"] or "")


def test_a_page_is_light_enough_for_a_slow_connection() -> None:
    for response in every_account_page(renderer(Theme(name="Example"))):
        page = read(response)
        scripts = sum(len(each.text) for each in page.all("script"))
        rows = 0 if page.all("input", name="code") else len(page.all("bdi", **{"class": "name"}))
        assert len(response.body) - scripts < LIGHT + ROW * rows
        assert len(gzip.compress(response.body)) < 5_000


def test_each_further_factor_weighs_little() -> None:
    def weight(count: int) -> int:
        rows = [FactorRow(str(each), "My phone", "2025-03-02", None) for each in range(count)]
        section = FactorSection("totp", "App", "/account/factor/totp", rows)
        return len(account(overview([section])).body)

    assert weight(20) - weight(10) < 10 * ROW


def test_the_form_of_a_factor_may_lead_to_trusted_origins() -> None:
    response = factor(form_action=["https://app.example.org"])
    assert policy_of(response)["form-action"] == ["'self'", "https://app.example.org"]


def test_the_sign_in_page_runs_a_script_only_where_a_form_needs_it() -> None:
    assert "script-src" not in policy_of(signin())
    asked = renderer().signin(forms=(), csrf_token="t", callback_url="/", script=SCRIPT)
    assert read(asked).one("script").text == SCRIPT
    assert policy_of(asked)["script-src"] == [source_of(SCRIPT)]


def test_what_only_some_pages_need_is_not_on_the_others() -> None:
    def style(response: Response) -> str:
        return read(response).one("style").text

    assert style(factor()).startswith(style(signin()))
    assert "summary" in style(account())
    assert "summary" not in style(factor())
    assert len(style(signin())) < len(style(factor())) < len(style(account()))


def test_the_styles_mirror_themselves(pages: list[Response]) -> None:
    for page in pages:
        for side in ("left", "right"):
            for part in ("margin", "padding", "border"):
                assert f"{part}-{side}" not in read(page).one("style").text


def test_the_catalogue_of_the_site_is_used() -> None:
    texts = Texts(factor_heading="Noch ein Schritt", lang="de")
    assert read(factor(pages=renderer(texts=texts))).one("h1").text == "Noch ein Schritt"
