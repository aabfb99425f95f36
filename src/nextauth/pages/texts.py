"""Owns every text that a page shows: one catalogue, in plain English, replaceable field by field.

Nothing that a query carries is ever shown: it only chooses among these texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from nextauth.pages.account_texts import AccountTexts
from nextauth.pages.error_texts import ERRORS, ErrorText
from nextauth.pages.factor_texts import FACTOR_TEXTS, FactorText

__all__ = ["ErrorText", "Texts"]

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*\Z")
_DEFAULT_ERROR = "Default"
_DEFAULT_CODE = "credentials"
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"


_CODES: Mapping[str, str] = MappingProxyType(
    {
        _DEFAULT_CODE: ERRORS["CredentialsSignin"].message,
        "disabled": (
            "The password is right, but this account is switched off. Ask the people who run this "
            "site."
        ),
        "expired": (
            "The password is right, but the account or its password has expired. Ask the people "
            "who run this site, or renew it where you usually do."
        ),
        "must_change": (
            "The password is right, but it has to be changed first. Change it where you usually "
            "do, and then sign in."
        ),
        "not_a_member": (
            "The password is right, but this account is not among those that may sign in here. "
            "Ask the people who run this site for access."
        ),
        "restricted": (
            "The password is right, but this account may not sign in here at this time, or from "
            "this place."
        ),
        "passkey": "The passkey was not accepted. Try it again, or sign in another way.",
    }
)


@dataclass(frozen=True, slots=True)
class Texts:
    """Every text of the pages. Replace one by its keyword, or all of them for another language.

    All are plain text; markup in them is shown as it is written. ``{name}`` stands for the site's
    name, ``{provider}`` for a provider's, ``{host}`` for the site's host, ``{page}`` for the
    page's heading.

    Args:
        lang: The language of the texts (BCP 47), such as ``"de"`` or ``"pt-BR"``.
        dir: Their direction; ``"rtl"`` mirrors the pages.
        page_title: The browser tab's title where the site has a name.
        error_page_title: The same for a page that shows an error. It is read out first.
        signin_heading: Heading of the sign-in page.
        signin_heading_named: The same where the site has a name.
        signin_button: The button of the only form.
        signin_with_button: The button of each of several forms.
        divider: Stands between two forms.
        optional: Stands beside the label of a field that may stay empty.
        no_forms: Said where no provider has a form.
        signout_heading: Heading of the sign-out page.
        signout_heading_named: The same where the site has a name.
        signout_message: What signing out does.
        signout_button: The button that signs out.
        signout_cancel: The link that does not.
        verify_heading: Heading of the page that follows a sign-in e-mail.
        verify_message: What to do now.
        verify_hint: What to do if nothing comes.
        verify_home: The link back to the site.
        factor_heading: Heading of the page that asks for a second factor.
        factor_others: Names the list of other factors, to screen readers.
        factor_trust: The checkbox that asks not to be asked again; ``{days}`` is a number.
        factor_trust_one: The same for one day.
        factor_again: The button that begins a factor anew, such as another message.
        factor_cancel: The link back to the sign-in page.
        factor_needs_script: Said where JavaScript is off and the factor needs it.
        factor_script_failed: Said where the browser gave up on a security key.
        factors: What is said about each factor, by its method. Those left out keep their English
            text, or are called as the factor says.
        account: What the account pages say.
        error_signin: The error page's way to the sign-in page.
        error_home: The error page's way to the home page.
        errors: What is said about an error, by its code. Codes that are left out keep their
            English text; ``"Default"`` is for the unknown.
        codes: What the sign-in page says when credentials were refused, by the public code of
            `CredentialsSignin`; ``"credentials"`` is for the unknown.

    Raises:
        ValueError: `lang` is not a language tag, or `dir` is neither ``"ltr"`` nor ``"rtl"``.
        TypeError: A member of `errors` is not an `ErrorText`.
    """

    lang: str = "en"
    dir: Literal["ltr", "rtl"] = "ltr"
    page_title: str = "{page} – {name}"  # noqa: RUF001 - a dash between the two
    error_page_title: str = "Error: {page}"
    signin_heading: str = "Sign in"
    signin_heading_named: str = "Sign in to {name}"
    signin_button: str = "Sign in"
    signin_with_button: str = "Sign in with {provider}"
    divider: str = "or"
    optional: str = "optional"
    no_forms: str = (
        "This application signs people in on a page of its own. Go back to it, and sign in there."
    )
    signout_heading: str = "Sign out?"
    signout_heading_named: str = "Sign out of {name}?"
    signout_message: str = "You will need to sign in again to come back."
    signout_button: str = "Sign out"
    signout_cancel: str = "Stay signed in"
    verify_heading: str = "Check your e-mail"
    verify_message: str = (
        "A sign-in link is on its way to your e-mail address. Open the message and follow the link."
    )
    verify_hint: str = "Nothing there after a few minutes? Look in your spam folder."
    verify_home: str = "Back to {host}"
    factor_heading: str = "One more step"
    factor_others: str = "Other ways"
    factor_trust: str = "Do not ask again in this browser for {days} days"
    factor_trust_one: str = "Do not ask again in this browser for one day"
    factor_again: str = "Send another code"
    factor_cancel: str = "Cancel and sign in again"
    factor_needs_script: str = (
        "This way needs JavaScript, which is switched off. Switch it on, or use another way."
    )
    factor_script_failed: str = "That did not work. Try again, or use another way."
    factors: Mapping[str, FactorText] = field(default_factory=dict, hash=False)
    account: AccountTexts = field(default_factory=AccountTexts)
    error_signin: str = "Go to sign-in"
    error_home: str = "Go to the home page"
    errors: Mapping[str, ErrorText] = field(default_factory=dict, hash=False)
    codes: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not _LANGUAGE.match(self.lang):
            msg = f"Texts.lang is {self.lang!r}; use a language tag, such as 'en' or 'pt-BR'."
            raise ValueError(msg)
        if self.dir not in {"ltr", "rtl"}:
            msg = f"Texts.dir is {self.dir!r}; use 'ltr' or 'rtl'."
            raise ValueError(msg)
        for code, text in self.errors.items():
            if not isinstance(text, ErrorText):
                msg = f"Texts.errors[{code!r}] is a {type(text).__name__}; use an ErrorText."
                raise TypeError(msg)
        object.__setattr__(self, "errors", MappingProxyType({**ERRORS, **self.errors}))
        object.__setattr__(self, "factors", MappingProxyType({**FACTOR_TEXTS, **self.factors}))
        object.__setattr__(self, "codes", MappingProxyType({**_CODES, **self.codes}))

    def filled(self, text: str, placeholder: str, value: str) -> str:
        """Answer a text with a value in place of its placeholder.

        From right to left the value is isolated (Unicode Standard Annex 9, 2.4): a name in Latin
        letters then keeps its own order and punctuation.

        Args:
            text: A text of the catalogue.
            placeholder: What to replace, such as ``"{name}"``.
            value: What stands there.
        """
        if self.dir == "rtl":
            value = f"{_ISOLATE}{value}{_END_OF_ISOLATE}"
        return text.replace(placeholder, value)

    def error(self, error: str | None) -> ErrorText:
        """Answer what is said about an error; the default text if the code is unknown.

        Args:
            error: The error's code, as a query may carry it.
        """
        return self.errors.get(error or _DEFAULT_ERROR) or self.errors[_DEFAULT_ERROR]

    def refusal(self, code: str | None) -> str:
        """Answer what is said when credentials were refused.

        Args:
            code: The public code of `CredentialsSignin`, as a query may carry it.
        """
        return self.codes.get(code or _DEFAULT_CODE) or self.codes[_DEFAULT_CODE]
