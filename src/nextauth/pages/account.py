"""Owns the account pages: the overview, setting a factor up, new recovery codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import quote

from nextauth.fields import FormField
from nextauth.pages.browsers import browser_of
from nextauth.pages.factor_forms import labelled, text_of
from nextauth.pages.forms import ProviderForm, shown_forms
from nextauth.pages.rendering import Rendering, tab_title
from nextauth.web import Response

if TYPE_CHECKING:
    from nextauth.pages.account_page import AccountPage

__all__ = ["AccountRendering"]

_FEW = 3
_ERROR_ID, _HOW_ID, _FORM_ID = "error", "how", "factor"
_APP_ADDRESS = "otpauth://"


class AccountRendering(Rendering):
    """Renders the account pages of one site; see `Rendering`."""

    __slots__ = ()

    def account(
        self, *, page: AccountPage, csrf_token: str, done: str | None, error: str | None
    ) -> Response:
        """Render the overview.

        Args:
            page: What stands on it.
            csrf_token: The token that each form carries.
            done: What was changed just now, or None.
            error: What went wrong just now, or None.
        """
        texts = self._texts
        said = None
        if error:
            said = ("error", texts.account.failed_title, texts.account.failed)
        elif done:
            said = ("note", texts.account.done_title, self._done(done))
        title = self._titled(texts.account.heading)
        return self._page(
            "account.html",
            sheets=("account",),
            tab_title=texts.error_page_title.replace("{page}", title) if error else title,
            page=page,
            said=said,
            few=_FEW,
            factor_texts=[text_of(texts.factors, each.method, each.name) for each in page.sections],
            # The browser that is looking comes first, so that nobody ends it in its stead.
            sessions=sorted(page.sessions, key=lambda each: not each.is_this),
            called=self._called,
            csrf_token=csrf_token,
        )

    def _done(self, change: str) -> str:
        account = self._texts.account
        known = {
            "factor": account.done_added,
            "rename": account.done_renamed,
            "remove": account.done_removed,
            "end-session": account.done_ended,
        }
        return known.get(change, account.done)

    def _called(self, user_agent: str | None) -> str:
        """Answer what people call the browser that calls itself so."""
        texts = self._texts
        browser = browser_of(user_agent)
        if browser.system is None:
            return browser.name or browser.said or texts.account.unknown_browser
        name = browser.name or texts.account.unknown_browser
        text = texts.filled(texts.account.browser_on, "{browser}", name)
        return texts.filled(text, "{system}", browser.system)

    def enrolment(  # noqa: PLR0913 - named, and each is something that the page shows
        self,
        *,
        method: str,
        name: str,
        action: str,
        fields: Mapping[str, FormField],
        shown: Mapping[str, object],
        script: str | None,
        csrf_token: str,
        back_url: str,
        error: str | None = None,
    ) -> Response:
        """Render the page on which a factor is set up.

        Args:
            method: The factor's method.
            name: What it calls itself.
            action: The absolute path that the form is sent to.
            fields: The fields of its form by name.
            shown: What its person is shown: ``secret``, ``qr`` and ``uri``, or nothing.
            script: The JavaScript that the form needs, or None.
            csrf_token: The token that the form carries.
            back_url: The overview.
            error: An error's code, as the query carries it.
        """
        texts = self._texts
        said = texts.error(error) if error else None
        text = text_of(texts.factors, method, name)
        heading = texts.filled(texts.account.enrol_heading, "{name}", text.name)
        label = texts.account.enrol_button if script is None else texts.account.enrol_start
        qr, uri = (_text(shown.get(each)) for each in ("qr", "uri"))
        ids = [_ERROR_ID] if said else []
        if qr or text.setup:
            ids.append(_HOW_ID)
        return self._page(
            "enrolment.html",
            sheets=("factor", "setup"),
            script=script,
            tab_title=tab_title(texts, said, self._titled(heading)),
            heading=heading,
            said=said,
            setup=text.setup,
            form=shown_forms(
                [ProviderForm(_FORM_ID, name, action, labelled(fields, text))],
                [label],
                described_by=" ".join(ids),
                is_refused=said is not None,
            )[0],
            secret=_text(shown.get("secret")),
            qr=qr,
            uri=uri if uri and uri.startswith(_APP_ADDRESS) else None,
            csrf_token=csrf_token,
            back_url=back_url,
        )

    def codes(
        self, *, codes: Sequence[str], method: str, name: str, site: str, back_url: str
    ) -> Response:
        """Render the page of recovery codes that were made just now.

        Args:
            codes: The codes.
            method: The factor's method.
            name: What it calls itself.
            site: The site's host, as people know it.
            back_url: The overview.
        """
        texts = self._texts
        text = text_of(texts.factors, method, name)
        lines = "".join(f"{each}\r\n" for each in codes)
        file = f"{text.heading or text.name}: {site}\r\n\r\n{lines}"
        return self._page(
            "codes.html",
            sheets=("codes",),
            script=_codes_script(),
            tab_title=self._titled(texts.account.codes_heading),
            codes=codes,
            codes_for=texts.filled(texts.account.codes_for, "{host}", site),
            file=f"data:text/plain;charset=utf-8,{quote(file, safe='')}",
            file_name=f"{site}-codes.txt",
            back_url=back_url,
        )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


@cache
def _codes_script() -> str:
    script = files("nextauth.pages") / "templates" / "codes.js"
    return script.read_text(encoding="utf-8").strip()
