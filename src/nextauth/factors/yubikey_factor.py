"""Owns what a YubiKey types as a second factor, checked here or by a validation server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from nextauth.errors import CallbackError, Problem, StoreUnavailable
from nextauth.factors.base import Proven, Role, Started, Step, Unproven
from nextauth.factors.enrolling import Enrolled, enrolment_of
from nextauth.factors.yubico import ValidationError, YubicoValidation
from nextauth.factors.yubikey import YubikeySecrets, parse_otp, verify_yubikey_otp
from nextauth.fields import NO_FIELDS, NO_SCRIPT, FormField
from nextauth.hooks import Hook
from nextauth.models import SubmittedCredentials, User
from nextauth.stores import Enrolment
from nextauth.web import Origin, Request

__all__ = ["YubicoFactor", "YubikeyFactor"]

_METHOD = "yubikey"
_AMR = ("otp", "hwk")
_FIELDS = MappingProxyType({"otp": FormField("YubiKey", type="password", autocomplete="off")})

FindSecrets = Callable[[str], YubikeySecrets | Awaitable[YubikeySecrets | None] | None]
Get = Callable[[str], str | Awaitable[str]]


class _YubikeyFactor:
    """What both ways to check a YubiKey have in common."""

    __slots__ = ()

    method = _METHOD
    fields = _FIELDS
    enrol_fields = _FIELDS
    starts = False
    offers = False
    is_single_use = False
    script = NO_SCRIPT
    long_fields = NO_FIELDS
    waits = False

    @property
    def role(self) -> Role:
        """Who has it, and what it is to have it."""
        return "enrolled"

    def is_for(self, user: User, enrolments: Sequence[Enrolment]) -> bool:
        """Tell whether a person has enrolled a key.

        Args:
            user: Who.
            enrolments: Their confirmed ones.
        """
        return bool(enrolments)

    async def start(self, step: Step) -> Started:
        """Do nothing: the key types when it is touched.

        Args:
            step: Who, and with what.
        """
        return Started({}, "")

    async def offer(self, step: Step) -> Started:
        """Do nothing: the key types when it is touched.

        Args:
            step: Who, and with what.
        """
        return Started({}, "")


@dataclass(frozen=True, slots=True)
class YubikeyFactor(_YubikeyFactor):
    """One-time passwords of YubiKeys whose secrets are ours: no server is asked.

    A key's counter goes with its enrolment. Who enrols a removed key anew can do so with anything
    that it ever typed, and from then on only with what it typed after that: let `find_secrets`
    answer None for keys that were given up.

    Args:
        find_secrets: Answers what is known of a key by its public id, or None; ``def`` or ``async
            def``. Whose key it is, the enrolment says.
        name: What people read.
    """

    find_secrets: FindSecrets = field(repr=False)
    name: str = "YubiKey"

    def problems(self, base_url: Origin | None) -> Iterable[Problem]:
        """Answer what is wrong with its configuration.

        Args:
            base_url: The site's public origin, where that is configured.
        """
        if not callable(self.find_secrets):
            yield Problem(
                "yubikey-secrets",
                "YubikeyFactor(find_secrets=...) is no function.",
                "Pass a function that takes a public id and answers YubikeySecrets, or None.",
            )

    def hooks(self) -> Iterable[Hook]:
        """Answer the application's functions that it calls."""
        yield self._hook

    @property
    def _hook(self) -> Hook:
        return Hook("find_secrets of YubikeyFactor", self.find_secrets)

    async def _counter(self, request: Request, typed: str | None, after: int | None) -> int | None:
        parsed = parse_otp(typed)
        if parsed is None:
            return None
        secrets = await self._hook(request.runtime, parsed.public_id)
        if secrets is None:
            return None
        if not isinstance(secrets, YubikeySecrets):
            msg = f"find_secrets answered a {type(secrets).__name__}. Return YubikeySecrets or None"
            raise CallbackError(msg)
        return verify_yubikey_otp(secrets, typed, after=after)

    async def verify(
        self, step: Step, answer: SubmittedCredentials, kept: str | None
    ) -> Proven | Unproven:
        """Check a password of one of the person's keys; its counter only grows.

        Args:
            step: Who, and with what.
            answer: Has ``otp``.
            kept: Nothing.
        """
        enrolment = _own_key(step, answer.get("otp"))
        if enrolment is None:
            return Unproven()
        counter = await self._counter(step.request, answer.get("otp"), enrolment.counter)
        if counter is None:
            return Unproven()
        taken = await step.tools.store.advance(
            step.provider, step.user_id, enrolment.id, counter, now=step.now
        )
        return Proven(_AMR) if taken else Unproven()

    async def enrol(
        self, step: Step, answer: SubmittedCredentials, kept: str | None, *, name: str
    ) -> Enrolled | None:
        """Check a password of the key, and keep its public id and counter.

        Args:
            step: Who, and with what.
            answer: Has ``otp``.
            kept: Nothing.
            name: What the person calls it.
        """
        parsed = parse_otp(answer.get("otp"))
        counter = await self._counter(step.request, answer.get("otp"), None)
        if parsed is None or counter is None:
            return None
        return Enrolled(_enrolment(step, parsed.public_id, name, counter), {})


@dataclass(frozen=True, slots=True)
class YubicoFactor(_YubikeyFactor):
    """One-time passwords of YubiKeys that a validation server knows, such as Yubico's own.

    Args:
        validation: The server, and our account there.
        get: Fetches an address and answers the body; ``def`` or ``async def``. Give it a timeout.
        name: What people read.
    """

    validation: YubicoValidation
    get: Get = field(repr=False)
    name: str = "YubiKey"

    def problems(self, base_url: Origin | None) -> Iterable[Problem]:
        """Answer what is wrong with its configuration.

        Args:
            base_url: The site's public origin, where that is configured.
        """
        if not isinstance(self.validation, YubicoValidation) or not callable(self.get):
            yield Problem(
                "yubikey-validation",
                "YubicoFactor(validation=..., get=...) lacks the server, or what asks it.",
                "Pass YubicoValidation(...) and a function that fetches a URL and answers a str.",
            )

    def hooks(self) -> Iterable[Hook]:
        """Answer the application's functions that it calls."""
        yield self._hook

    @property
    def _hook(self) -> Hook:
        return Hook("get of YubicoFactor", self.get)

    async def _is_right(self, request: Request, typed: str | None, public_id: str) -> bool:
        async def get(url: str) -> Any:  # noqa: ANN401 - the server's answer is checked there
            return await self._hook(request.runtime, url)

        try:
            return await self.validation.verify_async(typed, public_ids={public_id}, get=get)
        except ValidationError as error:
            raise StoreUnavailable(str(error)) from None

    async def verify(
        self, step: Step, answer: SubmittedCredentials, kept: str | None
    ) -> Proven | Unproven:
        """Ask the server about a password of one of the person's keys; it says yes only once.

        Args:
            step: Who, and with what.
            answer: Has ``otp``.
            kept: Nothing.

        Raises:
            StoreUnavailable: The server did not say.
        """
        typed = answer.get("otp")
        enrolment = _own_key(step, typed)
        if enrolment is None or not await self._is_right(step.request, typed, enrolment.data):
            return Unproven()
        is_theirs = await step.tools.store.note_use(
            step.provider, step.user_id, enrolment.id, now=step.now
        )
        return Proven(_AMR) if is_theirs else Unproven()

    async def enrol(
        self, step: Step, answer: SubmittedCredentials, kept: str | None, *, name: str
    ) -> Enrolled | None:
        """Ask the server about a password of the key, and keep its public id.

        Args:
            step: Who, and with what.
            answer: Has ``otp``.
            kept: Nothing.
            name: What the person calls it.

        Raises:
            StoreUnavailable: The server did not say.
        """
        typed = answer.get("otp")
        parsed = parse_otp(typed)
        if parsed is None or not await self._is_right(step.request, typed, parsed.public_id):
            return None
        return Enrolled(_enrolment(step, parsed.public_id, name, -1), {})


def _own_key(step: Step, typed: str | None) -> Enrolment | None:
    """Answer which of the person's keys has typed this, as far as it says itself."""
    parsed = parse_otp(typed)
    if parsed is None:
        return None
    return next((each for each in step.enrolments if each.data == parsed.public_id), None)


def _enrolment(step: Step, public_id: str, name: str, counter: int) -> Enrolment:
    # One key, one person: with two, what it typed for one would be good once more for the other.
    enrolment_id = f"yubikey-{public_id}"
    return enrolment_of(
        step, _METHOD, name=name, data=public_id, counter=counter, enrolment_id=enrolment_id
    )
