"""Owns what is known of the site that a cookie belongs to: secrets, names, clock, lifetimes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nextauth.auth import Auth
from nextauth.cli.inspecting.causes import Cause
from nextauth.cli.inspecting.older import Older
from nextauth.config import CookiePlan
from nextauth.sessions.lifetimes import Lifetimes
from nextauth.tokens import DIALECTS

__all__ = ["CHECK_COOKIES", "NamedSecret", "SessionName", "Site"]

_PREFIXES = ("__Secure-", "", "__Host-")

CHECK_COOKIES = ("pkce.code_verifier", "state", "nonce", "challenge")
"""What Auth.js calls the cookies of a sign-in that is under way, without their prefix."""

_OWN = ("pending", "device", "trusted-device")


@dataclass(frozen=True, slots=True)
class SessionName:
    """A session cookie's name, and the dialect that goes with it."""

    name: str
    dialect: str


_KNOWN = tuple(
    SessionName(f"{prefix}{dialect.cookie_prefix}.session-token", dialect.name)
    for dialect in DIALECTS.values()
    for prefix in _PREFIXES
)


@dataclass(frozen=True, slots=True)
class NamedSecret:
    """A secret, and how it is called where it came from. The secret is not in the repr."""

    label: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Site:
    """What a session is judged by.

    Args:
        secrets: Newest first.
        now: Unix seconds.
        names: Session cookies that are read, the first that came decides.
        is_known: Whether these are the site's own, rather than all that are usual.
        unused: Secrets that are there, and that the site does not look at.
        others: What its cookies are that are no session, by name.
        lifetimes: How long sessions last; None if nobody said.
        older: What is read of older releases.
        reads_bearer: Whether clients without a browser may have sessions; yes if nobody said.
    """

    secrets: tuple[NamedSecret, ...]
    now: float
    names: tuple[SessionName, ...] = _KNOWN
    is_known: bool = False
    unused: tuple[NamedSecret, ...] = ()
    others: Mapping[str, Cause] = field(default_factory=dict)
    lifetimes: Lifetimes | None = None
    older: Older = field(default_factory=Older)
    reads_bearer: bool = True

    @classmethod
    def with_secrets(
        cls,
        secrets: Sequence[NamedSecret],
        *,
        now: float,
        cookie: str | None = None,
        unused: Sequence[NamedSecret] = (),
    ) -> Site:
        """Answer a site of which only the secrets are known.

        Args:
            secrets: Newest first.
            now: Unix seconds.
            cookie: Its session cookie's name, if it is not a usual one.
            unused: Secrets that are there, and that the site does not look at.
        """
        own = [] if cookie is None else [SessionName(cookie, each) for each in DIALECTS]
        return cls(tuple(secrets), now, names=(*own, *_KNOWN), unused=tuple(unused))

    @classmethod
    def of(cls, auth: Auth) -> Site:
        """Answer what an `Auth` knows of its site, by its own clock.

        Args:
            auth: It.
        """
        settings = auth.settings
        origin = settings.address.base_url
        plans = (
            (settings.secure, settings.insecure)
            if origin is None
            else (settings.cookies_on(origin),)
        )
        names = dict.fromkeys(
            SessionName(name, dialect) for plan in plans for dialect, name in plan.readable.items()
        )
        count = len(settings.secrets)
        return cls(
            tuple(
                NamedSecret("its secret" if count == 1 else f"secret {number} of {count}", each)
                for number, each in enumerate(settings.secrets, 1)
            ),
            auth.services.clock(),
            names=tuple(names),
            is_known=True,
            others={name: cause for plan in plans for name, cause in _others(plan)},
            lifetimes=Lifetimes(settings.session),
            older=Older.of(auth, plans),
            reads_bearer=settings.session.bearer,
        )

    def named(self, cookie: str) -> tuple[SessionName, ...]:
        """Answer as what a cookie of this name is read; nothing if it is not.

        Args:
            cookie: Its full name, without a chunk's number.
        """
        return tuple(each for each in self.names if each.name == cookie)

    def elsewhere(self, cookie: str | None) -> tuple[SessionName, ...]:
        """Answer for which names else a token may have been sealed.

        Args:
            cookie: The name of the cookie that it came in, or None.
        """
        known = dict.fromkeys((*self.names, *_KNOWN))
        if cookie is not None:
            known.update((SessionName(cookie, each), None) for each in DIALECTS)
        return tuple(known)

    def other_than_session(self, cookie: str) -> Cause | None:
        """Answer what a cookie is by its name alone, if it is one of the protocol's others.

        Args:
            cookie: Its full name.
        """
        return self.others.get(cookie) or _USUAL.get(cookie)


def _others(plan: CookiePlan) -> Iterator[tuple[str, Cause]]:
    yield plan.csrf, Cause.CSRF_COOKIE
    yield plan.callback_url, Cause.CALLBACK_COOKIE
    for name in (plan.pending, plan.device, plan.trusted):
        yield name, Cause.OTHER_PURPOSE


def _usual() -> Iterator[tuple[str, Cause]]:
    for prefix in _PREFIXES:
        for dialect in DIALECTS.values():
            begins = f"{prefix}{dialect.cookie_prefix}"
            yield f"{begins}.csrf-token", Cause.CSRF_COOKIE
            yield f"{begins}.callback-url", Cause.CALLBACK_COOKIE
            for name in CHECK_COOKIES:
                yield f"{begins}.{name}", Cause.CHECK_COOKIE
        for name in _OWN:
            yield f"{prefix}authjs.{name}", Cause.OTHER_PURPOSE


_USUAL: Mapping[str, Cause] = dict(_usual())
