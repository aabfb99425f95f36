"""Owns how the parts of one `Auth` are built from its settings, once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING

from nextauth.actions import Services
from nextauth.config import Settings, Theme
from nextauth.events import EventStream
from nextauth.hooks import Hook
from nextauth.padding import Padding
from nextauth.sessions import Sessions, StepUpTickets
from nextauth.signin import SignInPolicy
from nextauth.throttle import Gate
from nextauth.tokens import Keyring
from nextauth.web.csrf import CsrfTokens

if TYPE_CHECKING:
    from nextauth.pages import PageRenderer, Texts

__all__ = ["compose", "secrets_of", "warn_of_plain_http"]

_log = logging.getLogger("nextauth.auth")


def compose(
    settings: Settings,
    *,
    texts: Texts | None,
    clock: Callable[[], float],
    timer: Callable[[], float],
    entropy: Callable[[int], bytes],
) -> Services:
    """Build every part that serves requests.

    Args:
        settings: The checked configuration.
        texts: What our pages say; None for the defaults.
        clock: Answers Unix seconds.
        timer: Answers seconds of a clock that never goes back.
        entropy: Answers that many random bytes.
    """
    keyring = Keyring(settings.secrets)
    sessions = Sessions(settings, keyring, clock=clock, entropy=entropy)
    events = EventStream(settings.sinks)
    throttle, revocation = settings.throttle, sessions.revocation
    epoch = None if revocation is None else revocation.epoch
    gate = (
        None
        if throttle is None
        else Gate(
            throttle, keyring, settings.address, events, epoch=epoch, clock=clock, entropy=entropy
        )
    )
    padding = (
        None
        if settings.padding is None
        else Padding(settings.padding, timer=timer, entropy=entropy)
    )
    callbacks = settings.callbacks
    return Services(
        settings=settings,
        sessions=sessions,
        policy=SignInPolicy(
            settings, sessions, events, gate=gate, padding=padding, entropy=entropy
        ),
        events=events,
        renderer=cache(partial(_load_pages, settings.theme, texts)),
        csrf=CsrfTokens(settings.secrets),
        step_up=StepUpTickets(keyring, entropy=entropy),
        redirect=Hook("callbacks.redirect", callbacks.redirect) if callbacks.redirect else None,
        session=Hook("callbacks.session", callbacks.session) if callbacks.session else None,
        clock=clock,
        entropy=entropy,
    )


def _load_pages(theme: Theme, texts: Texts | None) -> PageRenderer:
    from nextauth.pages import PageRenderer, Texts  # noqa: PLC0415 - loaded with the first page

    return PageRenderer(theme=theme, texts=Texts() if texts is None else texts)


def secrets_of(secret: object, environment: Mapping[str, str]) -> tuple[object, ...]:
    """Answer the secrets, newest first: the argument's, else the environment's.

    Args:
        secret: One, or several.
        environment: The environment.
    """
    if secret is None:
        secret = environment.get("AUTH_SECRET") or environment.get("NEXTAUTH_SECRET")
    if secret is None:
        return ()
    return tuple(secret) if isinstance(secret, (list, tuple)) else (secret,)


def warn_of_plain_http(settings: Settings) -> None:
    """Say in the log that a site on plain http can be listened to.

    Args:
        settings: The checked configuration.
    """
    origin = settings.address.base_url
    if origin is not None and not origin.is_secure and not origin.is_loopback:
        _log.warning(
            "base_url=%r is plain http: passwords and sessions can be read on the way. "
            "Serve the site over https.",
            str(origin),
            extra={"code": "plain-http"},
        )
