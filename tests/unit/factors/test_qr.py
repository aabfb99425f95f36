"""The picture of an address: an SVG element that any content security policy lets stand."""

import re
from xml.etree import ElementTree as ET

import pytest

from nextauth.factors import totp_qr, totp_uri

SECRET = "MRSWMZ3INFVGW3DNNZXXA4LSON2HK5TX"
URI = totp_uri(SECRET, account="ada@example.com", issuer="Example")
SVG = "{http://www.w3.org/2000/svg}"


def test_it_is_one_svg_element_with_a_name() -> None:
    root = ET.fromstring(totp_qr(URI))  # noqa: S314 - our own
    assert root.tag.removeprefix(SVG) == "svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == "QR code to scan with an authenticator app"
    [title] = [each for each in root if each.tag.removeprefix(SVG) == "title"]
    assert title.text == root.get("aria-label")


def test_it_has_nothing_that_a_policy_would_stop() -> None:
    drawn = totp_qr(URI)
    assert not re.search(r"style|script|href|url\(|\son\w+=|<image|<foreign|<!|<\?", drawn)
    assert SECRET not in drawn
    tags = {each.tag.removeprefix(SVG) for each in ET.fromstring(drawn).iter()}  # noqa: S314
    assert tags <= {"svg", "title", "g", "path"}


def test_it_is_dark_on_white_whatever_stands_around_it() -> None:
    drawn = totp_qr(URI)
    assert 'fill="#fff"' in drawn
    assert 'stroke="#000"' in drawn


def test_its_name_is_escaped() -> None:
    name = "<b onclick='x'>\"&"
    drawn = totp_qr(URI, alt=name)
    assert "<b" not in drawn
    assert ET.fromstring(drawn).get("aria-label") == name  # noqa: S314


def test_it_grows_with_its_scale() -> None:
    widths = [
        int(ET.fromstring(totp_qr(URI, scale=scale)).get("width", "0"))  # noqa: S314
        for scale in (1, 2, 8)
    ]
    assert widths[1:] == [2 * widths[0], 8 * widths[0]]


@pytest.mark.parametrize("scale", [0, -1, 33])
def test_a_scale_that_is_none(scale: int) -> None:
    with pytest.raises(ValueError, match="scale"):
        totp_qr(URI, scale=scale)


@pytest.mark.parametrize("uri", ["", "https://example.com", "javascript:alert(1)"])
def test_it_draws_no_other_address(uri: str) -> None:
    with pytest.raises(ValueError, match="totp_uri"):
        totp_qr(uri)


def test_an_address_that_is_too_long_is_not_shown() -> None:
    with pytest.raises(ValueError, match="too long") as caught:
        totp_qr(f"otpauth://totp/{'x' * 3000}?secret={SECRET}")
    assert SECRET not in str(caught.value)
