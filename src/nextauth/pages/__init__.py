"""The pages that nextauth brings: sign-in, second factor, account, sign-out, errors.

What stands on the account's is imported when it is asked for: most sites have no such page.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from nextauth.pages.account_texts import AccountTexts
from nextauth.pages.factor_forms import FactorForm
from nextauth.pages.factor_texts import FactorText
from nextauth.pages.forms import ProviderForm
from nextauth.pages.render import PageRenderer
from nextauth.pages.texts import ErrorText, Texts

if TYPE_CHECKING:
    from nextauth.pages.account_page import AccountPage, FactorRow, FactorSection, SessionRow

__all__ = [
    "AccountPage",
    "AccountTexts",
    "ErrorText",
    "FactorForm",
    "FactorRow",
    "FactorSection",
    "FactorText",
    "PageRenderer",
    "ProviderForm",
    "SessionRow",
    "Texts",
]

_OF_THE_ACCOUNT = frozenset({"AccountPage", "FactorRow", "FactorSection", "SessionRow"})


def __getattr__(name: str) -> object:
    """Load what is asked for (PEP 562)."""
    if name in _OF_THE_ACCOUNT:
        return getattr(import_module("nextauth.pages.account_page"), name)
    message = f"module 'nextauth.pages' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    """List what can be asked for, too."""
    return sorted({*globals(), *__all__})
