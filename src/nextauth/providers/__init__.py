"""Ways to prove who one is. A new one is one new file with a class that is a `Provider`."""

from typing import TYPE_CHECKING

from nextauth.providers.base import (
    Authenticated,
    BegunProvider,
    Challenged,
    Denied,
    FactorProvider,
    Failed,
    FormField,
    Outcome,
    Provider,
    Refused,
    RevalidationPlan,
    Vouched,
    Voucher,
)
from nextauth.providers.credentials import Credentials

if TYPE_CHECKING:
    from nextauth.providers.passkey import Passkey

__all__ = [
    "Authenticated",
    "BegunProvider",
    "Challenged",
    "Credentials",
    "Denied",
    "FactorProvider",
    "Failed",
    "FormField",
    "Outcome",
    "Passkey",
    "Provider",
    "Refused",
    "RevalidationPlan",
    "Vouched",
    "Voucher",
]


def __getattr__(name: str) -> object:
    """Load what most sites do not use when it is asked for (PEP 562)."""
    if name == "Passkey":
        from nextauth.providers.passkey import Passkey  # noqa: PLC0415

        return Passkey
    message = f"module 'nextauth.providers' has no attribute {name!r}"
    raise AttributeError(message)
