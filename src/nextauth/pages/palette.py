"""Owns every colour of the pages, and that each can be read: WCAG 2.2 AA for any brand colour.

The brand colour fills buttons as it is. Whatever stands on it or is derived from it (the button's
text and edge, links, focus rings) is computed, so that a pale yellow works like a dark blue.
Contrast is WCAG 2.2's: 4.5:1 for text (1.4.3), 3:1 for what marks a control (1.4.11).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Literal

from nextauth.config import Theme

__all__ = [
    "TEXT",
    "Scheme",
    "contrast_ratio",
    "luminance",
    "scheme_colors",
    "schemes_of",
    "text_color_on",
]

Scheme = Literal["light", "dark"]
RGB = tuple[int, int, int]

TEXT = 4.5
"""Least contrast of text against what is behind it."""

_CONTROL = 3.0
_DEFAULT_BRAND = "#2b59d6"
_WHITE = "#ffffff"
_BLACK = "#000000"
_HEX = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})\Z")
_STEPS = 50

# Colours that do not depend on the brand: of page, card and fields, of text, and of errors.
_NEUTRALS: Mapping[Scheme, Mapping[str, str]] = MappingProxyType(
    {
        "light": {
            "page": "#f3f4f7",
            "card": "#ffffff",
            "line": "#dfe2e8",
            "field": "#ffffff",
            "field-line": "#858c99",
            "text": "#15181e",
            "muted": "#565d6a",
            "error": "#9c1c13",
            "error-back": "#fdf1f0",
            "error-line": "#efc4c0",
        },
        "dark": {
            "page": "#0e1014",
            "card": "#171a20",
            "line": "#2b3039",
            "field": "#101318",
            "field-line": "#707886",
            "text": "#eceef2",
            "muted": "#a7aebb",
            "error": "#ffb3ab",
            "error-back": "#2c1816",
            "error-line": "#6d332d",
        },
    }
)


def schemes_of(theme: Theme) -> tuple[Scheme, ...]:
    """Answer the schemes that a theme's pages have: its fixed one, or both, light first.

    Args:
        theme: The site's theme.
    """
    return ("light", "dark") if theme.color_scheme == "auto" else (theme.color_scheme,)


def scheme_colors(theme: Theme, scheme: Scheme) -> dict[str, str]:
    """Answer the colours of one scheme, by the name of their CSS variable.

    Args:
        theme: The site's theme; without a brand colour it is a blue.
        scheme: ``"light"`` or ``"dark"``.

    Returns:
        Names without the leading dashes, and colours as ``#rrggbb``.

    Raises:
        ValueError: A colour of the theme is neither ``#rgb`` nor ``#rrggbb``.
    """
    neutral = _NEUTRALS[scheme]
    card, page, text = neutral["card"], neutral["page"], neutral["text"]
    brand = _normal(theme.brand_color or _DEFAULT_BRAND)
    on_brand = _normal(theme.button_text) if theme.button_text else text_color_on(brand)
    tint = _mix(card, brand, 0.1)
    return {
        **neutral,
        "brand": brand,
        "brand-hover": _hover(brand, on_brand),
        "brand-line": _toward(text, brand, _contrasts(_CONTROL, (card,))),
        "on-brand": on_brand,
        "accent": _toward(text, brand, _contrasts(TEXT, (card, page, tint))),
        "accent-back": tint,
    }


def luminance(color: str) -> float:
    """Answer a colour's relative luminance, as WCAG 2.2 defines it.

    Args:
        color: ``#rgb`` or ``#rrggbb``.

    Returns:
        From 0 for black to 1 for white.

    Raises:
        ValueError: `color` is not of that form.
    """
    red, green, blue = (_linear(channel / 255) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(one: str, other: str) -> float:
    """Answer the contrast of two colours, as WCAG 2.2 defines it; their order is indifferent.

    Args:
        one: ``#rgb`` or ``#rrggbb``.
        other: The same.

    Returns:
        From 1 for equal colours to 21 for black and white.

    Raises:
        ValueError: A colour is not of that form.
    """
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def text_color_on(background: str) -> str:
    """Answer white where white can be read on `background`, else black, which then can.

    Args:
        background: ``#rgb`` or ``#rrggbb``.

    Raises:
        ValueError: `background` is not of that form.
    """
    return _WHITE if contrast_ratio(_WHITE, background) >= TEXT else _BLACK


def _linear(channel: float) -> float:
    # The sRGB transfer function; 0.04045 is the standard's own threshold.
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004


def _channels(color: str) -> RGB:
    if not _HEX.match(color):
        msg = f"{color!r} is not a colour; write #rgb or #rrggbb, such as '#2b59d6'."
        raise ValueError(msg)
    digits = color[1:] if len(color) > len("#rgb") else "".join(digit * 2 for digit in color[1:])
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _normal(color: str) -> str:
    return _written(_channels(color))


def _written(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(channel):02x}" for channel in channels)


def _mix(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return _written(a + (b - a) * share for a, b in pairs)


def _contrasts(ratio: float, backgrounds: Iterable[str]) -> Callable[[str], bool]:
    against = tuple(backgrounds)
    return lambda color: all(contrast_ratio(color, each) >= ratio for each in against)


def _toward(goal: str, color: str, is_readable: Callable[[str], bool]) -> str:
    mixes = (_mix(color, goal, step / _STEPS) for step in range(_STEPS))
    return next((each for each in mixes if is_readable(each)), goal)


def _hover(brand: str, on_brand: str) -> str:
    # A little darker, unless that would cost the text its contrast.
    darker, lighter = _mix(brand, _BLACK, 0.14), _mix(brand, _WHITE, 0.18)
    enough = min(TEXT, contrast_ratio(brand, on_brand))
    return darker if contrast_ratio(darker, on_brand) >= enough and darker != brand else lighter
