"""Owns which pages there are, what each shows, and the response it goes out in.

The templates are compiled with the first page, and so is jinja2 imported: a site that brings its
own pages pays for neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from nextauth.config import Theme
from nextauth.pages.brand import Brand
from nextauth.pages.forms import ProviderForm, shown_forms
from nextauth.pages.headers import page_headers
from nextauth.pages.palette import scheme_colors, schemes_of
from nextauth.pages.stylesheet import Stylesheet
from nextauth.pages.texts import ErrorText, Texts
from nextauth.web import Response

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["PageRenderer"]

_REFUSED = "CredentialsSignin"
_ERROR_ID = "error"
_WEB_ADDRESS = re.compile(r"(?:https?://[^/\\]|/(?![/\\]))", re.IGNORECASE)


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


class PageRenderer:
    """Renders the pages of one site. It holds nothing that changes, so threads may share it.

    Args:
        theme: Name, logo and colours of the site.
        texts: What the pages say.

    Raises:
        ValueError: A colour of the theme is not a colour.
    """

    __slots__ = ("_always", "_style_source", "_texts")

    def __init__(self, *, theme: Theme, texts: Texts) -> None:
        style = Stylesheet.of(theme)
        self._texts = texts
        self._style_source = style.source
        self._always: dict[str, Any] = {
            "brand": Brand.of(theme),
            "texts": texts,
            "style": style.text,
            # What is behind a page on a phone, where a browser paints its own bars like it.
            "schemes": {
                scheme: scheme_colors(theme, scheme)["card"] for scheme in schemes_of(theme)
            },
        }

    def signin(  # noqa: PLR0913 - named, and each is something that the page shows or allows
        self,
        *,
        forms: Sequence[ProviderForm],
        csrf_token: str,
        callback_url: str,
        error: str | None = None,
        code: str | None = None,
        form_action: Sequence[str] = (),
        status: int = 200,
        step_up: str | None = None,
    ) -> Response:
        """Render the sign-in page: one form for each provider.

        Args:
            forms: The providers' forms, in order; empty where the application has its own.
            csrf_token: The token that each form carries.
            callback_url: Where the sign-in leads; it has passed the redirect rule.
            error: An error's code, as the query carries it; unknown ones get the default text.
            code: The public code of `CredentialsSignin`, as the query carries it.
            form_action: Origins, beside our own, that a sign-in may redirect to.
            status: The response's status.
            step_up: What each form carries so that only the same person may sign in again.
        """
        texts = self._texts
        said = texts.error(error) if error else None
        is_refused = error == _REFUSED
        labels = [texts.signin_button]
        if len(forms) != 1:
            named = texts.signin_with_button
            labels = [texts.filled(named, "{provider}", form.name) for form in forms]
        heading = self._named(texts.signin_heading, texts.signin_heading_named)
        return self._page(
            "signin.html",
            status=status,
            form_action=form_action,
            tab_title=_tab_title(texts, said, heading),
            heading=heading,
            said=said,
            message=texts.refusal(code) if is_refused else said and said.message,
            forms=shown_forms(
                forms, labels, error_id=_ERROR_ID if said else None, is_refused=is_refused
            ),
            csrf_token=csrf_token,
            callback_url=callback_url,
            step_up=step_up,
        )

    def signout(
        self, *, action: str, csrf_token: str, callback_url: str, form_action: Sequence[str] = ()
    ) -> Response:
        """Render the page that asks before it signs out.

        Args:
            action: The absolute path that the form is sent to.
            csrf_token: The token that the form carries.
            callback_url: Where both ways lead; it has passed the redirect rule.
            form_action: Origins, beside our own, that signing out may redirect to.
        """
        texts = self._texts
        heading = self._named(texts.signout_heading, texts.signout_heading_named)
        return self._page(
            "signout.html",
            form_action=form_action,
            tab_title=heading,
            heading=heading,
            action=action,
            csrf_token=csrf_token,
            callback_url=callback_url,
            # The rule has been applied already; a link that runs script must not depend on it.
            stay_url=callback_url if _WEB_ADDRESS.match(callback_url) else None,
        )

    def error(
        self, *, error: str | None, signin_url: str, home_url: str, status: int | None = None
    ) -> Response:
        """Render the page of an error that ends the sign-in.

        Args:
            error: An error's code, as the query carries it; unknown ones get the default text.
            signin_url: The sign-in page.
            home_url: The site's home page.
            status: The response's status; None takes the catalogue's.
        """
        texts = self._texts
        said = texts.error(error)
        ways = [(signin_url, texts.error_signin), (home_url, texts.error_home)]
        return self._page(
            "error.html",
            status=said.status if status is None else status,
            tab_title=_tab_title(texts, said, self._titled(said.title)),
            said=said,
            ways=ways if said.offers == "signin" else ways[::-1],
        )

    def verify_request(self, *, home_url: str, host: str) -> Response:
        """Render the page that follows a sign-in e-mail.

        Args:
            home_url: The site's home page.
            host: The site's host, as people know it.
        """
        texts = self._texts
        return self._page(
            "verify_request.html",
            tab_title=self._titled(texts.verify_heading),
            home_url=home_url,
            home=texts.filled(texts.verify_home, "{host}", host),
        )

    def _page(
        self,
        template: str,
        *,
        status: int = 200,
        form_action: Sequence[str] = (),
        **shown: Any,  # noqa: ANN401 - each template names what it shows, and an unknown name fails
    ) -> Response:
        text = _templates().get_template(template).render(self._always, **shown)
        body = text.encode()
        headers = page_headers(
            style_source=self._style_source, form_action=form_action, length=len(body)
        )
        return Response(status, headers, body)

    def _named(self, plain: str, named: str) -> str:
        name = self._always["brand"].name
        return self._texts.filled(named, "{name}", name) if name else plain

    def _titled(self, heading: str) -> str:
        named = self._texts.page_title.replace("{page}", heading)
        return self._named(heading, named)


def _tab_title(texts: Texts, said: ErrorText | None, title: str) -> str:
    if said is None or said.tone == "note":
        return title
    return texts.error_page_title.replace("{page}", title)
