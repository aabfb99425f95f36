"""Owns what a site asks of security keys, and which configurations of it are refused.

The id of the relying party and the origins come from here only, never from a request: who could
choose them could use a key on a site that only looks like ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from nextauth.web.origin import Origin

__all__ = ["ALGORITHMS", "FORMATS", "UserVerification", "WebAuthnPolicy"]

UserVerification = Literal["required", "preferred", "discouraged"]
"""Whether a key asks for a PIN or a finger (WebAuthn Level 3, 5.8.6)."""

ALGORITHMS: tuple[int, ...] = (-8, -7, -257)
"""Ed25519, ES256 and RS256, in this order: what WebAuthn Level 3, 5.4 recommends."""

# By COSE's numbers. The library verifies RSASSA-PSS (-37 to -39) with a salt that RFC 8230, 2 does
# not have, and SHA-1 (-65535) is broken.
_SUPPORTED_ALGORITHMS = frozenset({-7, -8, -36, -257, -258, -259})

FORMATS: frozenset[str] = frozenset({"android-key", "apple", "fido-u2f", "packed", "tpm"})
"""Attestation statements that are verified. SafetyNet is not: Google has turned it off."""

_USER_VERIFICATION = ("required", "preferred", "discouraged")
_TIMEOUTS = range(30, 601)
_LONGEST_NAME = 64  # bytes that an authenticator must be able to keep; WebAuthn Level 3, 6.4.1
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+\Z){_LABEL}\Z")
_LONGEST_HOST = 253
_NO_MODEL = str(UUID(int=0))


@dataclass(frozen=True, slots=True)
class WebAuthnPolicy:
    """What a site asks of security keys and passkeys. Validates itself.

    Args:
        rp_id: The site's host name, or a domain above it whose sub-domains share keys, such as
            ``"example.com"``. Keys belong to it for ever: another one makes all of them useless.
        rp_name: The site's name; some browsers show it. At most 64 bytes.
        origins: Where ceremonies may run, as browsers write origins:
            ``("https://login.example.com",)``.
        user_verification: Whether a key asks for a PIN or a finger where a ceremony does not say.
            What is ``"required"`` here, no ceremony can do without; U2F keys cannot do it at all.
        attestation: ``"none"``, or ``"direct"`` to ask of which model a key is. Browsers warn
            people about the latter.
        aaguids: Models that are allowed, by their ids; None allows all. It needs ``"direct"`` and
            `roots`, since otherwise any program can claim to be any model.
        roots: By format (`FORMATS`), PEM certificates that models are vouched for by. With any
            given, a key that none of them vouches for is refused. For ``"apple"`` and
            ``"android-key"``, the library trusts Apple's and Google's own besides.
        timeout: Seconds that a person has, 30 to 600 (WebAuthn Level 3, 15.1: 300 to 600).
        algorithms: COSE's numbers for signatures, the preferred first. U2F keys, and many others,
            have -7 only.
        on_regression: What happens where a key's signature counter does not grow, which is a sign
            that it was copied: ``"refuse"``, or ``"report"`` it in `Assertion`.

    Raises:
        ValueError: Something is wrong with them; the message has all of it.
        ImportError: The library is not installed.
    """

    rp_id: str
    rp_name: str
    origins: tuple[str, ...]
    user_verification: UserVerification = "preferred"
    attestation: Literal["none", "direct"] = "none"
    aaguids: tuple[str, ...] | None = None
    roots: Mapping[str, Sequence[bytes]] = field(default_factory=dict, hash=False, repr=False)
    timeout: int = 300
    algorithms: tuple[int, ...] = ALGORITHMS
    on_regression: Literal["refuse", "report"] = "refuse"

    def __post_init__(self) -> None:
        found = tuple(_problems(self))
        if found:
            lines = "".join(f"\n  {number}. {each}" for number, each in enumerate(found, 1))
            msg = f"WebAuthnPolicy(...) has {len(found)} problem{'s'[: len(found) - 1]}:{lines}"
            raise ValueError(msg)
        # Here and not at the first ceremony: a site without the library does not start.
        from nextauth.factors.webauthn import library  # noqa: F401, PLC0415 - an extra
        from nextauth.factors.webauthn.attestation import pem_certificates  # noqa: PLC0415

        roots = {name: pem_certificates(name, listed) for name, listed in self.roots.items()}
        object.__setattr__(self, "roots", MappingProxyType(roots))
        if self.aaguids is not None:
            object.__setattr__(self, "aaguids", tuple(each.lower() for each in self.aaguids))

    def strictest(self, asked: UserVerification | None) -> UserVerification:
        """Answer what a ceremony asks of a key: what it says itself, and no less than required.

        Args:
            asked: What the ceremony says; None takes the policy's.
        """
        if asked is None or self.user_verification == "required":
            return self.user_verification
        return asked


def _problems(policy: WebAuthnPolicy) -> Iterator[str]:
    yield from _rp_problems(policy)
    yield from _origin_problems(policy)
    yield from _choice_problems(policy)
    yield from _algorithm_problems(policy)
    yield from _roots_problems(policy)
    yield from _model_problems(policy)


def _rp_problems(policy: WebAuthnPolicy) -> Iterator[str]:
    rp_id, name = policy.rp_id, policy.rp_name
    is_host = isinstance(rp_id, str) and len(rp_id) <= _LONGEST_HOST and _HOST.match(rp_id)
    if not is_host and rp_id != "localhost":
        yield (
            f"rp_id={rp_id!r} is no domain; use a host name in lower case without scheme and "
            "port, such as 'example.com' (in punycode where it is not ASCII), or 'localhost'. "
            "Browsers take no IP address"
        )
    is_name = isinstance(name, str) and name.strip() and name.isprintable()
    if not is_name or len(name.encode()) > _LONGEST_NAME:
        yield f"rp_name={name!r}: use 1 to {_LONGEST_NAME} bytes that can be shown"


def _origin_problems(policy: WebAuthnPolicy) -> Iterator[str]:
    origins = policy.origins
    if not isinstance(origins, tuple) or not origins:
        yield f"origins={origins!r}: use a tuple with one at least, ('https://example.com',)"
        return
    for each in origins:
        origin = Origin.parse(each) if isinstance(each, str) else None
        if origin is None or str(origin) != each:
            yield (
                f"origins: {each!r} is not what a browser writes; use scheme, host in lower case, "
                "and a port other than the scheme's own, such as 'https://example.com:8443'"
            )
        elif not origin.is_secure and not _is_local(origin.host):
            yield f"origins: {each!r} is not https; browsers have security keys on https only"
        elif origin.host != policy.rp_id and not origin.host.endswith(f".{policy.rp_id}"):
            yield (
                f"origins: {each!r} is neither rp_id={policy.rp_id!r} nor below it; its browsers "
                "would refuse. Use an rp_id that all origins end with"
            )


def _is_local(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")


def _choice_problems(policy: WebAuthnPolicy) -> Iterator[str]:
    choices: tuple[tuple[str, object, tuple[str, ...]], ...] = (
        ("user_verification", policy.user_verification, _USER_VERIFICATION),
        ("attestation", policy.attestation, ("none", "direct")),
        ("on_regression", policy.on_regression, ("refuse", "report")),
    )
    for name, value, allowed in choices:
        if value not in allowed:
            yield f"{name}={value!r}: use one of {', '.join(map(repr, allowed))}"
    timeout = policy.timeout
    if not isinstance(timeout, int) or isinstance(timeout, bool) or timeout not in _TIMEOUTS:
        yield f"timeout={timeout!r}: use {_TIMEOUTS[0]} to {_TIMEOUTS[-1]} seconds"


def _algorithm_problems(policy: WebAuthnPolicy) -> Iterator[str]:
    algorithms = policy.algorithms
    is_listed = isinstance(algorithms, tuple) and bool(algorithms)
    if not is_listed or not _SUPPORTED_ALGORITHMS.issuperset(algorithms):
        supported = ", ".join(map(str, sorted(_SUPPORTED_ALGORITHMS, reverse=True)))
        yield f"algorithms={algorithms!r}: use a tuple of COSE's numbers, some of {supported}"


def _roots_problems(policy: WebAuthnPolicy) -> Iterator[str]:
    roots = policy.roots
    if not isinstance(roots, Mapping):
        yield "roots: use a mapping of formats to lists of PEM certificates"
        return
    for name, listed in roots.items():
        if name not in FORMATS:
            yield f"roots: no format {name!r}; use some of {', '.join(sorted(FORMATS))}"
        if not isinstance(listed, (tuple, list)) or not listed:
            yield f"roots[{name!r}]: use a list with one PEM certificate at least, as bytes"
    if roots and policy.attestation != "direct":
        yield "roots without attestation='direct': keys would not be asked who vouches for them"


def _model_problems(policy: WebAuthnPolicy) -> Iterator[str]:
    aaguids = policy.aaguids
    if aaguids is None:
        return
    if policy.attestation != "direct" or not policy.roots:
        yield (
            "aaguids without attestation='direct' and roots: any program can claim to be any "
            "model. Add both, or leave aaguids out"
        )
    if not isinstance(aaguids, tuple) or not aaguids:
        yield f"aaguids={aaguids!r}: use a tuple with one at least, or None to allow all models"
        return
    for each in aaguids:
        if not _is_model(each):
            yield (
                f"aaguids: {each!r} is no model; use its AAGUID, such as "
                "'2fc0579f-8113-47ea-b116-bb5a8db9202a'. U2F keys have none"
            )


def _is_model(aaguid: object) -> bool:
    try:
        return isinstance(aaguid, str) and str(UUID(aaguid)) == aaguid.lower() != _NO_MODEL
    except ValueError:
        return False
