"""Owns what the application's ``jwt`` callback may make of a token."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from nextauth.callbacks import JWTParams
from nextauth.config import Settings
from nextauth.errors import CallbackError
from nextauth.hooks import Hook
from nextauth.sessions.claims import keep_own_claims, withheld_texts
from nextauth.tracebacks import describe_exception
from nextauth.web import Request

__all__ = ["TokenCallback"]

_log = logging.getLogger("nextauth.sessions")


class TokenCallback:
    """Runs the ``jwt`` callback.

    Args:
        hook: The application's function.
    """

    __slots__ = ("hook",)

    def __init__(self, hook: Hook) -> None:
        self.hook: Hook = hook

    @classmethod
    def of(cls, settings: Settings) -> TokenCallback | None:
        """Answer the callback of a configuration, or None.

        Args:
            settings: The checked configuration.
        """
        fn = settings.callbacks.jwt
        return None if fn is None else cls(Hook("callbacks.jwt", fn))

    async def ask(
        self, request: Request, params: JWTParams, before: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Answer the claims that a token gets: the callback's, and our own as they were.

        Args:
            request: The request.
            params: What the callback is given.
            before: The claims before; the callback has a copy.

        Returns:
            None if the callback signs the person out.

        Raises:
            CallbackError: The callback answered what is no token.
            Exception: Whatever the callback raised.
        """
        answer = await self.hook(request.runtime, params)
        if answer is None:
            return None
        if isinstance(answer, Mapping):
            return keep_own_claims(answer, before)
        message = (
            f"callbacks.jwt answered a {type(answer).__name__}. "
            "Return the token (a dict), or None to sign the person out."
        )
        raise CallbackError(message)

    @staticmethod
    def log_failure(error: Exception, claims: Mapping[str, Any], posted: object) -> None:
        """Say in the log that the callback failed while a session was read.

        Args:
            error: What it raised.
            claims: The session's claims; what they hold is kept out of the log.
            posted: What the client posted with an update; so is that.
        """
        _log.error(
            "callbacks.jwt failed while a session was read; nobody is signed in:\n%s",
            describe_exception(error, withhold=withheld_texts(claims, posted=posted)),
            extra={"code": "callback-failed"},
        )
