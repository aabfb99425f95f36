"""A field that is ticked instead of filled in."""

from nextauth.pages import ProviderForm
from nextauth.providers.base import FormField
from tests.unit.pages.dom import Element, read
from tests.unit.pages.samples import signin


def page_with(**fields: FormField) -> Element:
    return read(signin((ProviderForm(id="x", name="x", action="/x", fields=fields),)))


def test_it_stands_before_its_label_and_takes_no_focus() -> None:
    page = page_with(
        remember=FormField("Stay signed in", type="checkbox", required=False, help="Here."),
        pin=FormField("PIN"),
    )
    box, pin = page.one("input", name="remember"), page.one("input", name="pin")
    assert (box["type"], box["value"]) == ("checkbox", "on")
    assert "required" not in box
    assert "autofocus" not in box
    assert "autofocus" in pin
    assert page.one(id=box["aria-describedby"] or "").text == "Here."
    assert [label.text for label in page.all("label")] == ["Stay signed in", "PIN"]
    assert [label["for"] for label in page.all("label")] == [box["id"], pin["id"]]


def test_one_that_must_be_ticked_says_so() -> None:
    page = page_with(terms=FormField("I accept the terms", type="checkbox"))
    assert "required" in page.one("input", name="terms")
