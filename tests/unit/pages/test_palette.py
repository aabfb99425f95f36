import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.config import Theme
from nextauth.pages.palette import (
    Scheme,
    contrast_ratio,
    luminance,
    scheme_colors,
    schemes_of,
    text_color_on,
)

SCHEMES: tuple[Scheme, ...] = ("light", "dark")
colors = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("color", "value"),
    [("#000", 0.0), ("#ffffff", 1.0), ("#808080", 0.2159), ("#f00", 0.2126), ("#0000FF", 0.0722)],
)
def test_luminance_is_that_of_wcag(color: str, value: float) -> None:
    assert luminance(color) == pytest.approx(value, abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#fff", 4.0),
        ("#336699", "#336699", 1.0),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast_ratio(one, other) == pytest.approx(ratio, abs=5e-3)
    assert contrast_ratio(other, one) == contrast_ratio(one, other)


@pytest.mark.parametrize(
    ("background", "text"),
    [("#fff2a8", "#000000"), ("#0a1440", "#ffffff"), ("#ff0000", "#000000"), ("#d00", "#ffffff")],
)
def test_text_on_a_colour_is_white_where_white_can_be_read(background: str, text: str) -> None:
    assert text_color_on(background) == text


@pytest.mark.parametrize("scheme", SCHEMES)
@given(brand=colors)
def test_every_text_can_be_read_with_any_brand_colour(scheme: Scheme, brand: str) -> None:
    shown = scheme_colors(Theme(brand_color=brand), scheme)
    assert shown["brand"] == brand
    for text, back in [
        ("on-brand", "brand"),
        ("on-brand", "brand-hover"),
        ("accent", "card"),
        ("accent", "page"),
        ("accent", "accent-back"),
        ("text", "accent-back"),
        ("text", "error-back"),
        ("text", "field"),
        ("muted", "card"),
        ("muted", "field"),
        ("muted", "page"),
        ("error", "error-back"),
    ]:
        assert contrast_ratio(shown[text], shown[back]) >= 4.5, (text, back)


@pytest.mark.parametrize("scheme", SCHEMES)
@given(brand=colors)
def test_every_control_stands_out_with_any_brand_colour(scheme: Scheme, brand: str) -> None:
    shown = scheme_colors(Theme(brand_color=brand), scheme)
    for edge, back in [
        ("brand-line", "card"),
        ("field-line", "card"),
        ("field-line", "field"),
        ("error", "card"),
        ("accent", "field"),
    ]:
        assert contrast_ratio(shown[edge], shown[back]) >= 3.0, (edge, back)


@given(brand=colors)
def test_a_button_changes_under_the_pointer(brand: str) -> None:
    shown = scheme_colors(Theme(brand_color=brand), "light")
    assert shown["brand-hover"] != shown["brand"]


def test_a_brand_colour_that_stands_out_is_kept() -> None:
    shown = scheme_colors(Theme(brand_color="#b00020"), "light")
    assert shown["accent"] == shown["brand-line"] == "#b00020"


def test_the_button_text_of_the_theme_is_taken_as_it_is() -> None:
    shown = scheme_colors(Theme(brand_color="#f00", button_text="#FFF"), "light")
    assert shown["on-brand"] == "#ffffff"


@pytest.mark.parametrize("color", ["red", "#12345", "#1234567", "#12g", "#fff\n", "#fff;}", ""])
def test_what_is_no_colour_is_refused_and_named(color: str) -> None:
    with pytest.raises(ValueError, match="is not a colour; write #rgb or #rrggbb") as caught:
        luminance(color)
    assert repr(color) in str(caught.value)


@pytest.mark.parametrize(
    ("theme", "schemes"),
    [
        (Theme(), ("light", "dark")),
        (Theme(color_scheme="light"), ("light",)),
        (Theme(color_scheme="dark"), ("dark",)),
    ],
)
def test_a_theme_has_both_schemes_or_its_own(theme: Theme, schemes: tuple[str, ...]) -> None:
    assert schemes_of(theme) == schemes
