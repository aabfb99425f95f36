"""Owns the events of second factors. None holds a code, a key or a secret."""

from __future__ import annotations

from dataclasses import dataclass

from nextauth.events.circumstances import Circumstances

__all__ = [
    "DeviceTrusted",
    "FactorEnrolled",
    "FactorRemoved",
    "FactorsReset",
    "RecoveryCodeUsed",
    "RecoveryCodesRenewed",
    "SecondFactorAsked",
    "SecondFactorPassed",
    "SecondFactorRefused",
    "SignCountRegressed",
]


@dataclass(frozen=True, slots=True)
class SecondFactorAsked:
    """Somebody proved the first factor, and is asked for a second one.

    Args:
        at: When and from where.
        provider: The provider's id.
        user_id: Who.
        methods: The factors of which one must be proven.
    """

    at: Circumstances
    provider: str
    user_id: str
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecondFactorRefused:
    """A second factor was wrong. Whoever tried knew the first one: tell the person.

    Args:
        at: When and from where.
        provider: The provider's id.
        user_id: Whose account it was tried on.
        method: Which factor.
    """

    at: Circumstances
    provider: str
    user_id: str
    method: str


@dataclass(frozen=True, slots=True)
class SecondFactorPassed:
    """A second factor was right; whether a session begins is still to be decided.

    Args:
        at: When and from where.
        provider: The provider's id.
        user_id: Who.
        method: Which factor.
    """

    at: Circumstances
    provider: str
    user_id: str
    method: str


@dataclass(frozen=True, slots=True)
class RecoveryCodeUsed:
    """A recovery code was used up.

    Args:
        at: When and from where.
        provider: The provider's id.
        user_id: Who.
        left: How many there still are.
    """

    at: Circumstances
    provider: str
    user_id: str
    left: int


@dataclass(frozen=True, slots=True)
class SignCountRegressed:
    """A security key counted backwards: there may be a copy of it (WebAuthn, 6.1.1).

    Args:
        at: When and from where.
        provider: The provider's id.
        user_id: Whose key it is.
        factor_id: The enrolment's id.
        is_refused: Whether the sign-in was refused for it.
    """

    at: Circumstances
    provider: str
    user_id: str
    factor_id: str
    is_refused: bool


@dataclass(frozen=True, slots=True)
class DeviceTrusted:
    """A browser is not asked for a second factor for a while.

    Args:
        at: When and from where.
        provider: The provider's id.
        user_id: Who.
        factor_id: The id under which it is listed and can be removed.
        days: For how long.
    """

    at: Circumstances
    provider: str
    user_id: str
    factor_id: str
    days: int


@dataclass(frozen=True, slots=True)
class FactorEnrolled:
    """A second factor counts from now on: tell the person, who may not have done it.

    Args:
        at: When and from where.
        provider: The provider's id.
        user_id: Whose it is.
        method: Which factor.
        factor_id: The enrolment's id.
    """

    at: Circumstances
    provider: str
    user_id: str
    method: str
    factor_id: str


@dataclass(frozen=True, slots=True)
class FactorRemoved:
    """A second factor counts no more: tell the person, who may not have done it.

    Args:
        at: When and from where.
        provider: The provider's id.
        user_id: Whose it was.
        method: Which factor; ``"trusted-device"`` for a browser.
        factor_id: The enrolment's id.
    """

    at: Circumstances
    provider: str
    user_id: str
    method: str
    factor_id: str


@dataclass(frozen=True, slots=True)
class RecoveryCodesRenewed:
    """A person has new recovery codes, and the older ones are over.

    Args:
        at: When and from where.
        provider: The provider's id.
        user_id: Who.
        count: How many there are.
    """

    at: Circumstances
    provider: str
    user_id: str
    count: int


@dataclass(frozen=True, slots=True)
class FactorsReset:
    """The application removed all factors of a person, such as one who lost them.

    Args:
        at: When.
        provider: The provider's id.
        user_id: Whose.
        count: How many there were.
    """

    at: Circumstances
    provider: str
    user_id: str
    count: int
