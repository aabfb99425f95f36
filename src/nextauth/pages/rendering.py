"""Owns how a page is rendered, and the response it goes out in.

The templates are compiled with the first page, and so is jinja2 imported: a site that brings its
own pages pays for neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from nextauth.config import Theme
from nextauth.pages.brand import Brand
from nextauth.pages.headers import page_headers
from nextauth.pages.palette import scheme_colors, schemes_of
from nextauth.pages.stylesheet import Sheet, Stylesheet, source_of
from nextauth.pages.texts import ErrorText, Texts
from nextauth.web import Response

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Rendering", "tab_title"]

_SHEETS: tuple[tuple[Sheet, ...], ...] = (
    (),
    ("factor",),
    ("factor", "setup"),
    ("codes",),
    ("account",),
)


@cache
def _templates() -> Environment:
    import jinja2  # noqa: PLC0415 - imported with the first page, as the file's head says

    return jinja2.Environment(
        loader=jinja2.PackageLoader("nextauth.pages", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Rendering:
    """Renders the pages of one site. It holds nothing that changes, so threads may share it.

    Args:
        theme: Name, logo and colours of the site.
        texts: What the pages say.

    Raises:
        ValueError: A colour of the theme is not a colour.
    """

    __slots__ = ("_always", "_styles", "_texts")

    def __init__(self, *, theme: Theme, texts: Texts) -> None:
        self._texts = texts
        self._styles = {sheets: Stylesheet.of(theme, *sheets) for sheets in _SHEETS}
        self._always: dict[str, Any] = {
            "brand": Brand.of(theme),
            "texts": texts,
            # What is behind a page on a phone, where a browser paints its own bars like it.
            "schemes": {
                scheme: scheme_colors(theme, scheme)["card"] for scheme in schemes_of(theme)
            },
        }

    def _page(
        self,
        template: str,
        *,
        status: int = 200,
        form_action: Sequence[str] = (),
        script: str | None = None,
        sheets: tuple[Sheet, ...] = (),
        **shown: Any,  # noqa: ANN401 - each template names what it shows, and an unknown name fails
    ) -> Response:
        style = self._styles[sheets]
        text = (
            _templates()
            .get_template(template)
            .render(self._always, style=style.text, script=script, **shown)
        )
        body = text.encode()
        headers = page_headers(
            style_source=style.source,
            script_source=None if script is None else source_of(script),
            form_action=form_action,
            length=len(body),
        )
        return Response(status, headers, body)

    def _named(self, plain: str, named: str) -> str:
        name = self._always["brand"].name
        return self._texts.filled(named, "{name}", name) if name else plain

    def _titled(self, heading: str) -> str:
        named = self._texts.page_title.replace("{page}", heading)
        return self._named(heading, named)


def tab_title(texts: Texts, said: ErrorText | None, title: str) -> str:
    """Answer the title of a browser's tab, which is read out first.

    Args:
        texts: The catalogue.
        said: The error that the page shows, or None.
        title: The page's own.
    """
    if said is None or said.tone == "note":
        return title
    return texts.error_page_title.replace("{page}", title)
