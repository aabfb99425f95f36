"""Owns how a theme becomes the one inline stylesheet of a page, and that stylesheet's CSP hash."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from nextauth.config import Theme
from nextauth.pages.palette import Scheme, scheme_colors, schemes_of

__all__ = ["Sheet", "Stylesheet", "source_of"]

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
# A space before a colon is a descendant in a selector; after it, and around these, it is nothing.
_NEEDLESS_SPACE = re.compile(r"(?<=[:{};,]) | (?=[{};,])")
_ALWAYS = "page.css"

Sheet = Literal["factor", "setup", "codes", "account"]
"""What some pages need beside what all of them do: a file's name."""


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """The style of pages of one site.

    Args:
        text: The CSS, byte for byte as it stands between ``<style>`` and ``</style>``.
        source: The CSP source that permits it, ``'sha256-…'`` (CSP level 3, 6.7.3.3).
    """

    text: str
    source: str

    @classmethod
    def of(cls, theme: Theme, *more: Sheet) -> Stylesheet:
        """Make the stylesheet of a theme.

        Args:
            theme: Its colours and scheme.
            more: What the pages need beside what all of them do, in that order.

        Raises:
            ValueError: A colour of the theme is not a colour.
        """
        folder = files("nextauth.pages") / "templates"
        names = (_ALWAYS, *(f"{each}.css" for each in more))
        sheet = "\n".join((folder / name).read_text(encoding="utf-8") for name in names)
        spaced = _SPACE.sub(" ", _COMMENT.sub("", sheet)).strip()
        text = _variables(theme) + _NEEDLESS_SPACE.sub("", spaced)
        return cls(text, source_of(text))


def source_of(text: str) -> str:
    """Answer the CSP source that permits one inline text (CSP level 3, 6.7.3.3).

    Args:
        text: A style or a script, byte for byte as it stands in the page.
    """
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def _variables(theme: Theme) -> str:
    first, *others = schemes_of(theme)
    schemes = " ".join((first, *others))
    text = _root(theme, first, schemes)
    for scheme in others:
        text += f"@media (prefers-color-scheme:{scheme}){{{_root(theme, scheme, schemes)}}}"
    return text


def _root(theme: Theme, scheme: Scheme, schemes: str) -> str:
    colors = scheme_colors(theme, scheme)
    declarations = "".join(f"--{name}:{color};" for name, color in colors.items())
    return f":root{{color-scheme:{schemes};{declarations}}}"
