"""Owns the step from arguments to settings: everything is checked, then nothing changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from types import MappingProxyType

from nextauth.callbacks import Callbacks
from nextauth.config import checks
from nextauth.config.cookie_checks import cookie_problems
from nextauth.config.options import (
    CookieOptions,
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
from nextauth.web.origin import Network

__all__ = ["CookiePlan", "Settings", "settle"]


@dataclass(frozen=True, slots=True)
class CookiePlan:
    """Names and attributes of the cookies on one kind of address.

    Args:
        session: Full name of the session cookie, written.
        callback_url: Full name of the callback-url cookie.
        csrf: Full name of the CSRF cookie.
        device: Full name of the device cookie, in every dialect the same.
        readable: Session cookies that are read, by dialect name; the written one first.
        attributes: Of the session and callback-url cookies.
        csrf_attributes: Of the CSRF cookie and the device cookie.
    """

    session: str
    callback_url: str
    csrf: str
    device: str
    readable: Mapping[str, str]
    attributes: CookieAttributes
    csrf_attributes: CookieAttributes


@dataclass(frozen=True, slots=True)
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
) -> Settings:
    """Check everything and answer the settings.

    Raises:
        ConfigurationError: With every problem that there is.
    """
    problems: list[Problem] = []
    address = _Addresses(problems, base_path)
    origin = address.base_url(base_url)
    origins = address.origins(trusted_origins)
    networks = address.proxies(trusted_proxies)
    if not isinstance(trust_host, bool):
        problems.append(
            Problem("trust-host", f"trust_host={trust_host!r} is not a bool.", "Use True or False.")
        )
    spoken = DIALECTS.get(dialect) if isinstance(dialect, str) else None
    options = cookies if isinstance(cookies, CookieOptions) else CookieOptions()
    plans = [_plan(spoken or DIALECTS["authjs"], options, on_https=flag) for flag in (False, True)]
    problems += [
        *checks.provider_problems(providers),
        *secret_problems(secrets),
        *checks.path_problems(base_path),
        *checks.dialect_problems(dialect),
        *session_problems(session, providers=providers),
        *revocation_problems(revocation),
        *throttle_problems(throttle, providers=providers),
        *padding_problems(padding),
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
    )


def _names(plan: CookiePlan) -> list[str]:
    return [*plan.readable.values(), plan.callback_url, plan.csrf, plan.device]


def _plan(dialect: Dialect, options: CookieOptions, *, on_https: bool) -> CookiePlan:
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
        readable=MappingProxyType(readable),
        attributes=CookieAttributes(secure, options.same_site, domain),
        # A form on another site needs it only where that site may carry the session as well.
        csrf_attributes=CookieAttributes(secure, "none" if options.same_site == "none" else "lax"),
    )


class _Addresses:
    """Parses what names an address, and notes what does not parse."""

    def __init__(self, problems: list[Problem], base_path: str) -> None:
        self._problems = problems
        self._base_path = base_path

    def base_url(self, text: str | None) -> Origin | None:
        if text is None:
            return None
        trimmed = text.rstrip("/") if isinstance(text, str) else ""
        for suffix in (str(self._base_path), ""):
            origin = Origin.parse(trimmed.removesuffix(suffix))
            if origin is not None:
                return origin
        self._problems.append(
            Problem(
                "base-url",
                f"base_url={_without_userinfo(text)!r} is no public address of the site.",
                "Write scheme and host, such as 'https://example.com'; a path may only be "
                f"{self._base_path!r}.",
            )
        )
        return None

    def origins(self, texts: Sequence[str]) -> list[Origin]:
        if isinstance(texts, str):
            texts = [texts]
        return list(self._origins(texts))

    def _origins(self, texts: Sequence[str]) -> Iterator[Origin]:
        for text in texts:
            origin = Origin.parse(text.rstrip("/")) if isinstance(text, str) else None
            if origin is not None:
                yield origin
                continue
            self._problems.append(
                Problem(
                    "trusted-origin",
                    f"trusted_origins holds {text!r}, which is no origin.",
                    "Name each one whole, such as 'https://app.example.com'; patterns are not "
                    "supported.",
                )
            )

    def proxies(self, given: Sequence[str] | int) -> tuple[Network, ...] | int:
        if isinstance(given, int) and not isinstance(given, bool):
            if given >= 0:
                return given
            given = (str(given),)
        if isinstance(given, (str, bool)):
            given = (str(given),)
        return tuple(self._networks(given))

    def _networks(self, given: Sequence[str]) -> Iterator[Network]:
        for text in given:
            try:
                network = ip_network(text, strict=False)
            except ValueError:
                self._problems.append(
                    Problem(
                        "trusted-proxy",
                        f"trusted_proxies holds {text!r}, which is no network.",
                        "Write networks such as '10.0.0.0/8', or the number of proxies.",
                    )
                )
                continue
            if network.prefixlen:
                yield network
                continue
            self._problems.append(
                Problem(
                    "trusted-proxy-anybody",
                    f"trusted_proxies holds {text!r}, so that anybody could choose the address "
                    "that they come from.",
                    "Name your own proxies' networks, or write the number of proxies.",
                )
            )


def _without_userinfo(text: object) -> object:
    """Leave a user name and password out of an address that is quoted in an error."""
    if not isinstance(text, str) or "@" not in text:
        return text
    scheme, found, _ = text.partition("://")
    return f"{scheme if found else ''}{found}[hidden]@{text.rpartition('@')[2]}"
