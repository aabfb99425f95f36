"""Owns every text that a page shows: one catalogue, in plain English, replaceable field by field.

Nothing that a query carries is ever shown: it only chooses among these texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

__all__ = ["ErrorText", "Texts"]

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*\Z")
_LOWEST_STATUS, _HIGHEST_STATUS = 200, 599
_DEFAULT_ERROR = "Default"
_DEFAULT_CODE = "credentials"
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What is said about one error.

    Args:
        title: What happened, in a few words: the heading.
        message: What happened and what to do next.
        status: The status of the error page, 200 to 599.
        offers: Where the error page's main button leads: ``"signin"``, or ``"home"`` where another
            try at signing in would not help.
        tone: ``"note"`` where nothing went wrong, and the sign-in page should not look as if.

    Raises:
        ValueError: `status` is out of range.
    """

    title: str
    message: str
    status: int
    offers: Literal["signin", "home"] = "signin"
    tone: Literal["error", "note"] = "error"

    def __post_init__(self) -> None:
        if not _LOWEST_STATUS <= self.status <= _HIGHEST_STATUS:
            msg = f"ErrorText.status is {self.status}; use an HTTP status from 200 to 599."
            raise ValueError(msg)


_ERRORS: Mapping[str, ErrorText] = MappingProxyType(
    {
        "AccessDenied": ErrorText(
            "Access Denied",
            "You do not have permission to sign in. Sign in with another account, or ask the "
            "people who run this site for access.",
            403,
        ),
        "BadRequest": ErrorText(
            "The request could not be read",
            "Something was missing or not in the form that was expected. Go back to the sign-in "
            "page and try again.",
            400,
        ),
        "Busy": ErrorText(
            "Too busy right now",
            "Many people are signing in at this moment. Wait a few seconds, and then try again.",
            503,
        ),
        "Configuration": ErrorText(
            "Something is wrong on our side",
            "Sign-in failed because of a problem on the server, not because of anything you "
            "entered. Try again later. If you run this site, the server's log says more.",
            500,
        ),
        "CredentialsSignin": ErrorText(
            "Sign-in failed",
            "The details you entered are not correct. Check them, and try again.",
            401,
        ),
        "Default": ErrorText(
            "Sign-in did not work",
            "Something went wrong while you were signing in. Try again from the sign-in page.",
            200,
        ),
        "MethodNotAllowed": ErrorText(
            "This address cannot be opened like that",
            "The page exists, but not for this kind of request. Start again from the sign-in page.",
            405,
        ),
        "MissingCSRF": ErrorText(
            "The form could not be confirmed",
            "The page may have been open for too long, or cookies may be switched off. Allow "
            "cookies for this site, and send this form again.",
            403,
        ),
        "PayloadTooLarge": ErrorText(
            "Too much was sent",
            "What was entered is longer than this site accepts. Shorten it, and try again.",
            413,
        ),
        "SessionRequired": ErrorText(
            "Please sign in",
            "You need to be signed in to see that page. Sign in, and you will be taken there.",
            401,
            tone="note",
        ),
        "StepUpMismatch": ErrorText(
            "That was another account",
            "To go on, sign in with the account that you are signed in with. To use another one, "
            "sign out first.",
            403,
        ),
        "StepUpRequired": ErrorText(
            "Please confirm that it is you",
            "What you are about to do needs a recent sign-in. Sign in again, and you will be taken "
            "there.",
            401,
            tone="note",
        ),
        "TooManyRequests": ErrorText(
            "Too many attempts",
            "There were too many attempts to sign in. Wait a few minutes, and then try again.",
            429,
        ),
        "UnknownAction": ErrorText(
            "Page not found",
            "There is no page at this address. Check the address, or go to the home page.",
            400,
            offers="home",
        ),
        "UnsupportedMediaType": ErrorText(
            "The request could not be read",
            "What was sent is neither a web form nor JSON. Go back to the sign-in page and try "
            "again.",
            415,
        ),
        "UntrustedHost": ErrorText(
            "This site does not know its own address",
            "Nobody can sign in until that is mended. If you run this site, set base_url to the "
            "address that people open it at. Otherwise, please tell the people who run it.",
            500,
            offers="home",
        ),
        "Verification": ErrorText(
            "This link no longer works",
            "It has expired, or it was used before. Sign in again to get a new one.",
            403,
        ),
        "WrongAddress": ErrorText(
            "This site is set up for another address",
            "The form came from an address that the site does not know as its own, so it was "
            "refused. If you run this site, set base_url to the address that people open it at. "
            "Otherwise, please tell the people who run it.",
            403,
            offers="home",
        ),
    }
)

_CODES: Mapping[str, str] = MappingProxyType({_DEFAULT_CODE: _ERRORS["CredentialsSignin"].message})


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
        object.__setattr__(self, "errors", MappingProxyType({**_ERRORS, **self.errors}))
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
