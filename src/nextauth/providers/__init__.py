"""Ways to prove who one is. A new one is one new file with a class that is a `Provider`."""

from nextauth.providers.base import (
    Authenticated,
    Denied,
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

__all__ = [
    "Authenticated",
    "Credentials",
    "Denied",
    "Failed",
    "FormField",
    "Outcome",
    "Provider",
    "Refused",
    "RevalidationPlan",
    "Vouched",
    "Voucher",
]
