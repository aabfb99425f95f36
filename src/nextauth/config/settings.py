"""Owns the step from arguments to settings: everything is checked, then nothing changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from nextauth.callbacks import Callbacks
from nextauth.config import checks
from nextauth.config.acceptance import Accept, acceptance_problems, older_names
from nextauth.config.addresses import Addresses
from nextauth.config.cookie_checks import cookie_problems
from nextauth.config.factor_checks import factor_problems
from nextauth.config.forward_checks import forward_problems
from nextauth.config.options import (
    CookieOptions,
    ForwardAuth,
    Pages,
    Revocation,
    SessionOptions,
    Theme,
    TimePadding,
)
from nextauth.config.secrets import secret_problems
from nextauth.config.session_checks import (
    padding_problems,
    revocation_problems,
    session_problems,
)
from nextauth.config.throttle_checks import throttle_problems
from nextauth.errors import ConfigurationError, Problem
from nextauth.events import Sink
from nextauth.providers import Provider
from nextauth.throttle import Throttle
from nextauth.tokens import DIALECTS, Dialect
from nextauth.web import AddressPolicy, CookieAttributes, Origin

if TYPE_CHECKING:
    from nextauth.factors import SecondFactor

__all__ = ["CookiePlan", "Settings", "settle"]


@dataclass(eq=False, frozen=True, slots=True)
class CookiePlan:
    """Names and attributes of the cookies on one kind of address.

    Args:
        session: Full name of the session cookie, written.
        callback_url: Full name of the callback-url cookie.
        csrf: Full name of the CSRF cookie.
        device: Full name of the device cookie, in every dialect the same.
        pending: Full name of the cookie of a sign-in that waits for its second factor.
        trusted: Full name of the cookie of a browser that is not asked for one.
        readable: Session cookies that are read, by dialect name; the written one first.
        attributes: Of the session and callback-url cookies.
        csrf_attributes: Of all others, which are never widened to other hosts.
        older: Session cookies of older releases, where those are read.
    """

    session: str
    callback_url: str
    csrf: str
    device: str
    pending: str
    trusted: str
    readable: Mapping[str, str]
    attributes: CookieAttributes
    csrf_attributes: CookieAttributes
    older: tuple[str, ...] = ()


@dataclass(eq=False, frozen=True, slots=True)
class Settings:
    """What an `Auth` runs on, checked. Secrets are not in the repr.

    Args:
        providers: The providers by id, in their order.
        secrets: Newest first.
        address: Answers our origin and the client's address.
        base_path: Where the routes are mounted.
        trusted_origins: Other origins that may post to us and be redirected to.
        callbacks: The application's callbacks.
        sinks: The event sinks.
        pages: The application's own pages.
        theme: How our pages look.
        session: Lifetimes.
        dialect: What is written.
        insecure: The cookies on http.
        secure: The cookies on https.
        cookies: What the cookies were made from, and their budget.
        revocation: How sessions are ended before their time; None if they are not.
        throttle: How often somebody may try to sign in; None if nothing is counted.
        padding: How long refusals are held back; None if they are not.
        second_factor: Which second factors there are; None if none is asked for.
        forward_auth: What a proxy is told of who is signed in; None if none asks.
        accept: Which older releases' sessions are read. Secrets are not in the repr.
    """

    providers: Mapping[str, Provider]
    secrets: tuple[str, ...] = field(repr=False)
    address: AddressPolicy
    base_path: str
    trusted_origins: frozenset[Origin]
    callbacks: Callbacks
    sinks: tuple[Sink, ...]
    pages: Pages
    theme: Theme
    session: SessionOptions
    dialect: Dialect
    insecure: CookiePlan
    secure: CookiePlan
    cookies: CookieOptions
    revocation: Revocation | None
    throttle: Throttle | None
    padding: TimePadding | None
    second_factor: SecondFactor | None
    forward_auth: ForwardAuth | None
    accept: tuple[Accept, ...]

    @property
    def only_reads(self) -> bool:
        """Whether another site signs people in, and writes the sessions that are read here."""
        return not self.providers

    def cookies_on(self, origin: Origin) -> CookiePlan:
        """Answer the cookies for an address.

        Args:
            origin: Our origin.
        """
        return self.secure if origin.is_secure else self.insecure


def settle(  # noqa: PLR0913 - these are the arguments of Auth
    *,
    providers: Sequence[Provider],
    secrets: Sequence[object],
    base_url: str | None,
    trust_host: bool,
    trusted_proxies: Sequence[str] | int,
    trusted_origins: Sequence[str],
    base_path: str,
    callbacks: Callbacks,
    sinks: Sequence[Sink],
    pages: Pages,
    theme: Theme,
    session: SessionOptions,
    cookies: CookieOptions,
    dialect: str,
    revocation: Revocation | None,
    throttle: Throttle | None,
    padding: TimePadding | None,
    second_factor: SecondFactor | None,
    forward_auth: ForwardAuth | None,
    accept: Sequence[Accept],
    now: float,
) -> Settings:
    """Check everything and answer the settings.

    Raises:
        ConfigurationError: With every problem that there is.
    """
    problems: list[Problem] = []
    providers = checks.listed("providers", "Credentials(authorize=...)", providers, problems)
    sinks = checks.listed("events", "LoggingSink()", sinks, problems)
    address = Addresses(problems, base_path)
    origin = address.base_url(base_url)
    origins = address.origins(trusted_origins)
    networks = address.proxies(trusted_proxies)
    if not isinstance(trust_host, bool):
        problems.append(
            Problem("trust-host", f"trust_host={trust_host!r} is not a bool.", "Use True or False.")
        )
    spoken = DIALECTS.get(dialect) if isinstance(dialect, str) else None
    options = cookies if isinstance(cookies, CookieOptions) else CookieOptions()
    plans = [
        _plan(spoken or DIALECTS["authjs"], options, accept, on_https=flag)
        for flag in (False, True)
    ]
    problems += [
        *checks.provider_problems(providers),
        *secret_problems(secrets),
        *checks.path_problems(base_path),
        *checks.dialect_problems(dialect),
        *session_problems(session, providers=providers),
        *revocation_problems(revocation),
        *throttle_problems(throttle, providers=providers),
        *padding_problems(padding),
        *factor_problems(second_factor, base_url=origin, providers=providers),
        *forward_problems(forward_auth),
        *acceptance_problems(accept, providers=providers, revocation=revocation, now=now),
        *checks.callback_problems(callbacks),
        *checks.sink_problems(sinks),
        *checks.page_problems(pages, trusted=origins),
        *checks.theme_problems(theme),
        *cookie_problems(cookies, names=_names(plans[1]), base_url=origin),
    ]
    if problems or spoken is None:
        raise ConfigurationError(problems)
    return Settings(
        providers=MappingProxyType({provider.id: provider for provider in providers}),
        secrets=tuple(str(secret) for secret in secrets),
        address=AddressPolicy(origin, trust_host, networks),
        base_path=base_path,
        trusted_origins=frozenset(origins),
        callbacks=callbacks,
        sinks=tuple(sinks),
        pages=pages,
        theme=theme,
        session=session,
        dialect=spoken,
        insecure=plans[0],
        secure=plans[1],
        cookies=options,
        revocation=revocation,
        throttle=throttle,
        padding=padding,
        second_factor=second_factor,
        forward_auth=forward_auth,
        accept=tuple(accept),
    )


def _names(plan: CookiePlan) -> list[str]:
    sessions = dict.fromkeys((*plan.readable.values(), *plan.older))
    others = plan.pending, plan.trusted
    return [*sessions, plan.callback_url, plan.csrf, plan.device, *others]


def _plan(
    dialect: Dialect, options: CookieOptions, accept: Sequence[Accept], *, on_https: bool
) -> CookiePlan:
    secure = on_https if options.secure is None else options.secure
    prefix = "__Secure-" if secure else ""
    host = "__Host-" if secure else ""
    reach = host if options.host_prefix else prefix
    session = options.session_token or f"{reach}{dialect.cookie_prefix}.session-token"
    readable = {dialect.name: session}
    for other in DIALECTS.values():
        readable.setdefault(other.name, f"{reach}{other.cookie_prefix}.session-token")
    domain = options.domain.lstrip(".").lower() if isinstance(options.domain, str) else None
    return CookiePlan(
        session=session,
        callback_url=options.callback_url or f"{reach}{dialect.cookie_prefix}.callback-url",
        csrf=options.csrf_token or f"{host}{dialect.cookie_prefix}.csrf-token",
        device=f"{host}authjs.device",
        pending=f"{host}authjs.pending",
        trusted=f"{host}authjs.trusted-device",
        readable=MappingProxyType(readable),
        attributes=CookieAttributes(secure, options.same_site, domain),
        # A form on another site needs it only where that site may carry the session as well.
        csrf_attributes=CookieAttributes(secure, "none" if options.same_site == "none" else "lax"),
        older=older_names(accept, prefix=prefix),
    )
