"""Owns which pages signing in and out has, and what each shows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nextauth.pages.account import AccountRendering
from nextauth.pages.factor_forms import (
    FactorForm,
    is_ready,
    message_of,
    shown_factor,
    text_of,
)
from nextauth.pages.forms import ProviderForm, shown_forms
from nextauth.pages.rendering import tab_title
from nextauth.web import Response

__all__ = ["PageRenderer"]

_REFUSED = "CredentialsSignin"
_ERROR_ID = "error"
_WEB_ADDRESS = re.compile(r"(?:https?://[^/\\]|/(?![/\\]))", re.IGNORECASE)


class PageRenderer(AccountRendering):
    """Renders the pages of one site; see `Rendering`.

    Args:
        theme: Name, logo and colours of the site.
        texts: What the pages say.

    Raises:
        ValueError: A colour of the theme is not a colour.
    """

    __slots__ = ()

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
        script: str | None = None,
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
            script: The JavaScript that forms with `ProviderForm.begins_at` need.
        """
        texts = self._texts
        said = texts.error(error) if error else None
        # A passkey is none of the fields that could be marked.
        is_refused = error == _REFUSED and code != "passkey"
        labels = [texts.signin_button]
        if len(forms) != 1:
            named = texts.signin_with_button
            labels = [texts.filled(named, "{provider}", form.name) for form in forms]
        heading = self._named(texts.signin_heading, texts.signin_heading_named)
        return self._page(
            "signin.html",
            status=status,
            form_action=form_action,
            tab_title=tab_title(texts, said, heading),
            heading=heading,
            said=said,
            message=texts.refusal(code) if error == _REFUSED else said and said.message,
            forms=shown_forms(
                forms, labels, described_by=_ERROR_ID if said else None, is_refused=is_refused
            ),
            csrf_token=csrf_token,
            callback_url=callback_url,
            step_up=step_up,
            script=script,
        )

    def factor(  # noqa: PLR0913 - named, and each is something that the page shows or allows
        self,
        *,
        form: FactorForm,
        others: Sequence[tuple[str, str, str]],
        csrf_token: str,
        trust_days: int,
        cancel_url: str,
        error: str | None = None,
        form_action: Sequence[str] = (),
    ) -> Response:
        """Render the page that asks for a second factor.

        Args:
            form: The factor that is asked for.
            others: The others: address, method, and what each calls itself.
            csrf_token: The token that the form carries.
            trust_days: For how long the browser may be trusted; 0: it may not.
            cancel_url: The sign-in page.
            error: An error's code, as the query carries it.
            form_action: Origins, beside our own, that the form may redirect to.
        """
        texts = self._texts
        said = texts.error(error) if error else None
        text = text_of(texts.factors, form.method, form.name)
        is_begun = form.is_started and form.can_start
        return self._page(
            "factor.html",
            sheets=("factor",),
            form_action=form_action,
            script=form.script,
            tab_title=tab_title(texts, said, self._titled(texts.factor_heading)),
            said=said,
            how=message_of(form, text),
            shown=shown_factor(form, text, error_id=_ERROR_ID if said else None),
            # What is begun first asks again, so that its form may say so in the end.
            trust=self._trust(trust_days) if is_ready(form) else None,
            again=texts.factor_again if is_begun else None,
            others=[(url, text_of(texts.factors, *each).name) for url, *each in others],
            csrf_token=csrf_token,
            cancel_url=cancel_url,
        )

    def _trust(self, days: int) -> str | None:
        if days == 1:
            return self._texts.factor_trust_one
        return self._texts.filled(self._texts.factor_trust, "{days}", str(days)) if days else None

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
            tab_title=tab_title(texts, said, self._titled(said.title)),
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
