"""The pages that nextauth brings: sign-in, sign-out, errors, check-your-e-mail."""

from nextauth.pages.forms import ProviderForm
from nextauth.pages.render import PageRenderer
from nextauth.pages.texts import ErrorText, Texts

__all__ = ["ErrorText", "PageRenderer", "ProviderForm", "Texts"]
