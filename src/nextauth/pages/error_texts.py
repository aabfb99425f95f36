"""Owns what is said about each error, in plain English, and the status of its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

__all__ = ["ERRORS", "ErrorText"]

_LOWEST_STATUS, _HIGHEST_STATUS = 200, 599


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


ERRORS: Mapping[str, ErrorText] = MappingProxyType(
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
        "SecondFactorExpired": ErrorText(
            "Please sign in again",
            "It took too long, or the sign-in was ended meanwhile. Sign in again from the start.",
            401,
        ),
        "SecondFactorMissing": ErrorText(
            "Something is missing",
            "This site asks for a second proof that it is you, and none is set up for your "
            "account. Ask the people who run this site for help.",
            403,
            offers="home",
        ),
        "SecondFactorRefused": ErrorText(
            "That did not work",
            "It was not accepted. Try again, or use another way. A code works only once, and only "
            "for a short time.",
            401,
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
        "SystemUnavailable": ErrorText(
            "Sign-in is not possible right now",
            "The system that knows the accounts cannot be reached. Nothing is wrong with what you "
            "entered. Wait a few minutes, and then try again.",
            503,
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
"""What is said about each error of the protocol, by its code."""
