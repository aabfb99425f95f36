"""Owns what is refused of the options on second factors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nextauth.errors import Problem
from nextauth.hooks import arity_of
from nextauth.protocols import lacking
from nextauth.providers import RevalidationPlan
from nextauth.stores import Limit
from nextauth.web import Origin

if TYPE_CHECKING:
    from nextauth.factors import SecondFactor

__all__ = ["factor_problems"]

_DAY = 86_400
_METHOD = re.compile(r"[a-z0-9-]{1,32}\Z")
_RESERVED = frozenset({"trusted-device"})


def factor_problems(
    second_factor: object, *, base_url: Origin | None, providers: Sequence[object] = ()
) -> Iterator[Problem]:
    """Check the factors, the store, the policy and the limits.

    Args:
        second_factor: The options; None where no second factor is asked for.
        base_url: The site's public origin, where that is configured.
        providers: The providers, some of which may work with what is enrolled.
    """
    if second_factor is None:
        for each in providers:
            if hasattr(each, "bound") and not isinstance(each, type):
                yield Problem(
                    "factor-provider",
                    f"The provider {type(each).__name__} signs in with what people enrolled, and "
                    "nobody can enrol anything here.",
                    "Pass second_factor=SecondFactor(store, methods=(keys,)) too.",
                )
        return
    from nextauth.factors import SecondFactor  # noqa: PLC0415 - most sites have no second factor
    from nextauth.stores import FactorStore, PendingStore  # noqa: PLC0415 - likewise

    if not isinstance(second_factor, SecondFactor):
        yield Problem(
            "factor-type",
            f"second_factor= is a {type(second_factor).__name__}.",
            "Pass SecondFactor(store, methods=(TotpFactor(), RecoveryFactor())).",
        )
        return
    store = second_factor.store
    lack = lacking(store, FactorStore, PendingStore)
    if lack is not None:
        yield Problem(
            "factor-store",
            f"SecondFactor(store=...) got a {type(store).__name__}, which keeps no factors: "
            f"{lack}.",
            "Pass MemoryStore(), a store of nextauth.stores.backends, or one that is a FactorStore "
            "and a PendingStore.",
        )
    yield from _method_problems(second_factor, base_url)
    yield from _policy_problems(second_factor.policy)
    yield from _number_problems(second_factor)
    yield from _passkey_problems(providers)


def _passkey_problems(providers: Sequence[object]) -> Iterator[Problem]:
    """Check that whoever comes by passkey can be asked about again: nothing was typed to keep."""
    if not any(getattr(each, "vouches_for_others", False) for each in providers):
        return
    for each in providers:
        plan = getattr(each, "revalidation", None)
        if isinstance(plan, RevalidationPlan) and plan.fields:
            yield Problem(
                "passkey-revalidation",
                f"The provider {getattr(each, 'id', '?')!r} has revalidate_fields, and whoever "
                "signs in by passkey types none of them, so that their sessions would end at the "
                "first time that it is asked.",
                "Pass it revalidate=... instead, which needs the user alone.",
            )


def _method_problems(options: SecondFactor, base_url: Origin | None) -> Iterator[Problem]:
    from nextauth.factors import Factor  # noqa: PLC0415 - loaded with the options

    methods = options.methods
    if not isinstance(methods, tuple) or not methods:
        yield Problem(
            "factor-methods",
            f"SecondFactor(methods={methods!r}) is no tuple of factors.",
            "Write methods=(TotpFactor(), RecoveryFactor()).",
        )
        return
    known: set[str] = set()
    for each in methods:
        lack = lacking(each, Factor)
        if lack is not None:
            yield Problem(
                "factor-methods",
                f"SecondFactor(methods=...) holds {each!r}, which is no factor: {lack}.",
                "Write methods=(TotpFactor(), RecoveryFactor()), or an object that is a Factor.",
            )
            continue
        method: object = each.method
        if not isinstance(method, str) or not _METHOD.match(method) or method in _RESERVED:
            yield Problem(
                "factor-name",
                f"The factor {type(each).__name__} calls its method {method!r}.",
                "Use 1 to 32 small letters, digits and dashes: it is a part of URLs.",
            )
        elif method in known:
            yield Problem(
                "factor-twice",
                f"Two factors are called {method!r}, so that nobody could tell them apart.",
                "Keep one of them.",
            )
        else:
            known.add(method)
        yield from each.problems(base_url)
    if all(getattr(each, "role", None) == "backup" for each in methods):
        yield Problem(
            "factor-only-backup",
            "SecondFactor(methods=...) has nothing but recovery codes, which nobody is asked for "
            "who has no other factor.",
            "Add one that people use, such as TotpFactor().",
        )


def _policy_problems(policy: object) -> Iterator[Problem]:
    is_function = callable(policy) and arity_of(policy) == 1
    if policy not in ("enrolled", "always") and not is_function:
        yield Problem(
            "factor-policy",
            f"SecondFactor(policy={policy!r}) is unknown.",
            "Use 'enrolled', 'always' or a function of FactorPolicyParams.",
        )


def _number_problems(options: SecondFactor) -> Iterator[Problem]:
    for name, least, most in (
        ("pending_for", 60, 3600),
        ("trust_days", 0, 400),
        ("step_up_for", 30, _DAY),
    ):
        value = getattr(options, name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield Problem(
                "factor-number",
                f"SecondFactor({name}={value!r}) is out of its range.",
                f"Use an int from {least} to {most}.",
            )
    for name in ("limits", "start_limits"):
        limits = getattr(options, name)
        is_right = isinstance(limits, tuple) and limits
        if not is_right or not all(isinstance(each, Limit) for each in limits):
            yield Problem(
                "factor-limits",
                f"SecondFactor({name}={limits!r}) is no tuple of limits: a code of six digits "
                "would be guessed in a day.",
                f"Pass {name}=(Limit(5, 60), Limit(20, 86_400)).",
            )
    if not isinstance(options.account_pages, bool):
        yield Problem(
            "factor-account-pages",
            f"SecondFactor(account_pages={options.account_pages!r}) is not a bool.",
            "Use True, or leave it out.",
        )
