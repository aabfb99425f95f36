import re
from urllib.parse import unquote

import pytest

from nextauth.pages import Texts
from tests.unit.pages.account_samples import CODES, codes
from tests.unit.pages.dom import read

START = "data:text/plain;charset=utf-8,"


def test_the_codes_are_a_list_in_order() -> None:
    page = read(codes())
    assert page.one("h1").text == page.one("title").text == "Your recovery codes"
    assert [each.text for each in page.one("ol").all("code")] == list(CODES)
    assert "For example.org" in [each.text for each in page.all("p")]


def test_the_link_that_saves_them_is_quoted_and_holds_them_all() -> None:
    link = read(codes()).one("a", download="example.org-codes.txt")
    address = link["href"] or ""
    assert re.fullmatch(r"data:text/plain;charset=utf-8,[A-Za-z0-9%._~-]+", address)
    text = unquote(address.removeprefix(START))
    assert text == "Recovery codes: example.org\r\n\r\n" + "".join(f"{each}\r\n" for each in CODES)


@pytest.mark.parametrize("site", ['a"><script>', "a#b", "a?b&c", "a b\r\nc", "<b>", "é"])
def test_no_site_breaks_out_of_the_link(site: str) -> None:
    page = read(codes(site=site))
    assert page.shape == read(codes()).shape
    link = page.one("a", download=f"{site}-codes.txt")
    assert re.fullmatch(r"data:text/plain;charset=utf-8,[A-Za-z0-9%._~-]+", link["href"] or "")
    assert unquote((link["href"] or "").removeprefix(START)).startswith(
        f"Recovery codes: {site}\r\n"
    )


def test_the_codes_are_in_no_other_attribute_and_in_no_header() -> None:
    response = codes()
    page = read(response)
    for code in CODES:
        places = [
            (each.tag, name)
            for each in page.walk()
            for name, value in each.attributes.items()
            if code in (value or "")
        ]
        assert places == [("a", "href")]
        assert code not in page.one("script").text
        assert all(code.encode() not in value for _, value in response.headers)
    assert response.header(b"cache-control") == b"private, no-store"


def test_what_needs_script_is_shown_by_script() -> None:
    page = read(codes())
    copy, print_ = page.all("button")
    assert (copy.text, print_.text) == ("Copy", "Print")
    assert "hidden" in copy
    assert "hidden" in print_
    said = page.one(role="status")
    assert said.text == ""
    assert said["data-done"] == Texts().account.codes_copied
    assert said["data-failed"] == Texts().account.codes_not_copied
    assert page.all("a")[-1]["href"] == "/account"
