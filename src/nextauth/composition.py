"""Owns how the parts of one `Auth` are built from its settings, once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from nextauth.actions import Services
from nextauth.config import Settings, Theme
from nextauth.events import EventStream
from nextauth.hooks import Hook
from nextauth.padding import Padding
from nextauth.providers import FactorProvider
from nextauth.sessions import Sessions, StepUpTickets
from nextauth.signin import Completion, SignInPolicy
from nextauth.throttle import Gate
from nextauth.tokens import Keyring
from nextauth.web.csrf import CsrfTokens

if TYPE_CHECKING:
    from nextauth.account import FactorAccount
    from nextauth.factors import FactorTools
    from nextauth.pages import PageRenderer, Texts
    from nextauth.signin import TwoSteps

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
    options = settings.second_factor
    tools = None
    if options is not None:
        from nextauth.signin import factor_tools  # noqa: PLC0415 - most sites have none

        tools = factor_tools(options, settings, keyring=keyring, clock=clock, entropy=entropy)
        settings = _with_bound_providers(settings, tools)
    sessions = Sessions(settings, keyring, clock=clock, entropy=entropy)
    events = EventStream(settings.sinks)
    gate = _gate(settings, keyring, sessions, events, clock=clock, entropy=entropy)
    padding = (
        None
        if settings.padding is None
        else Padding(settings.padding, timer=timer, entropy=entropy)
    )
    completion = Completion(settings, sessions, events)
    two_steps: TwoSteps | None = None
    account: FactorAccount | None = None
    if options is not None and tools is not None:
        from nextauth.account import FactorAccount  # noqa: PLC0415 - most sites have none
        from nextauth.signin import TwoSteps  # noqa: PLC0415 - likewise

        two_steps = TwoSteps.build(
            options,
            settings,
            tools=tools,
            keyring=keyring,
            sessions=sessions,
            completion=completion,
            gate=gate,
            events=events,
            clock=clock,
            entropy=entropy,
        )
        account = FactorAccount(two_steps, keyring, events, clock=clock)
    callbacks = settings.callbacks
    return Services(
        settings=settings,
        sessions=sessions,
        policy=SignInPolicy(
            settings,
            sessions,
            events,
            completion,
            gate=gate,
            padding=padding,
            second=None if two_steps is None else two_steps.second,
            entropy=entropy,
        ),
        two_steps=two_steps,
        account=account,
        events=events,
        renderer=cache(partial(_load_pages, settings.theme, texts)),
        csrf=CsrfTokens(settings.secrets),
        step_up=StepUpTickets(keyring, entropy=entropy),
        redirect=Hook("callbacks.redirect", callbacks.redirect) if callbacks.redirect else None,
        session=Hook("callbacks.session", callbacks.session) if callbacks.session else None,
        clock=clock,
        entropy=entropy,
    )


def _gate(  # noqa: PLR0913 - what it weighs, each once
    settings: Settings,
    keyring: Keyring,
    sessions: Sessions,
    events: EventStream,
    *,
    clock: Callable[[], float],
    entropy: Callable[[int], bytes],
) -> Gate | None:
    throttle, revocation = settings.throttle, sessions.revocation
    if throttle is None:
        return None
    epoch = None if revocation is None else revocation.epoch
    return Gate(
        throttle, keyring, settings.address, events, epoch=epoch, clock=clock, entropy=entropy
    )


def _with_bound_providers(settings: Settings, tools: FactorTools) -> Settings:
    """Give those providers that work with second factors what they work with."""
    bound = {
        name: each.bound(tools) if isinstance(each, FactorProvider) else each
        for name, each in settings.providers.items()
    }
    return replace(settings, providers=MappingProxyType(bound))


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
