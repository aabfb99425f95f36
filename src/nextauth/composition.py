"""Owns how the parts of one `Auth` are built from its settings, once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

from nextauth.actions import Services
from nextauth.config import Settings, Theme
from nextauth.events import EventStream
from nextauth.hooks import Hook
from nextauth.sessions import Sessions
from nextauth.signin import SignInPolicy
from nextauth.tokens import Keyring
from nextauth.web.csrf import CsrfTokens

if TYPE_CHECKING:
    from nextauth.pages import PageRenderer, Texts

__all__ = ["compose"]


def compose(
    settings: Settings,
    *,
    texts: Texts | None,
    clock: Callable[[], float],
    entropy: Callable[[int], bytes],
) -> Services:
    """Build every part that serves requests.

    Args:
        settings: The checked configuration.
        texts: What our pages say; None for the defaults.
        clock: Answers Unix seconds.
        entropy: Answers that many random bytes.
    """
    keyring = Keyring(settings.secrets)
    sessions = Sessions(settings, keyring, clock=clock, entropy=entropy)
    events = EventStream(settings.sinks)
    callbacks = settings.callbacks
    return Services(
        settings=settings,
        sessions=sessions,
        policy=SignInPolicy(settings, sessions, events, entropy=entropy),
        events=events,
        renderer=cache(partial(_load_pages, settings.theme, texts)),
        csrf=CsrfTokens(settings.secrets),
        redirect=Hook("callbacks.redirect", callbacks.redirect) if callbacks.redirect else None,
        session=Hook("callbacks.session", callbacks.session) if callbacks.session else None,
        clock=clock,
        entropy=entropy,
    )


def _load_pages(theme: Theme, texts: Texts | None) -> PageRenderer:
    from nextauth.pages import PageRenderer, Texts  # noqa: PLC0415 - loaded with the first page

    return PageRenderer(theme=theme, texts=Texts() if texts is None else texts)
