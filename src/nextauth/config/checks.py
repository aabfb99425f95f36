"""Owns what is refused at construction: every check of every option, each with its fix."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from nextauth.callbacks import Callbacks
from nextauth.config.options import Pages, Theme
from nextauth.errors import Problem
from nextauth.protocols import lacking
from nextauth.providers import Provider
from nextauth.tokens import DIALECTS
from nextauth.web import Origin
from nextauth.web.urls import permitted_redirect

__all__ = [
    "callback_problems",
    "dialect_problems",
    "listed",
    "page_problems",
    "path_problems",
    "provider_problems",
    "sink_problems",
    "theme_problems",
]

_BASE_PATH = re.compile(r"(?:/[A-Za-z0-9_~.-]+)+\Z")
_COLOR = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})\Z")
_LOGO = re.compile(r"(?:/(?!/)[!-~]*|data:image/[a-z0-9.+-]+[;,][!-~]*)\Z")


def listed(name: str, member: str, given: Iterable[Any], problems: list[Problem]) -> Sequence[Any]:
    """Answer what was given as a list; nothing, and a problem, where it is none.

    Args:
        name: The argument of ``Auth``.
        member: What stands in such a list, for the fix.
        given: What was passed.
        problems: Takes the problem.
    """
    if isinstance(given, Iterable) and not isinstance(given, (str, bytes, Mapping)):
        return tuple(given)
    problems.append(
        Problem(
            "list-type",
            f"{name}= is a {type(given).__name__}, and no list.",
            f"Write {name}=[{member}].",
        )
    )
    return ()


def provider_problems(providers: Sequence[Provider]) -> Iterator[Problem]:
    """Check the providers, each by itself and all beside each other."""
    seen: list[object] = []  # an id that is no str may not be hashable
    for index, provider in enumerate(providers):
        lack = lacking(provider, Provider)
        if lack is not None:
            yield Problem(
                "provider-type",
                f"providers[{index}] is a {type(provider).__name__}, which is no provider: {lack}.",
                "Pass Credentials(authorize=...), or an object that is a Provider.",
            )
            continue
        yield from provider.problems()
        if provider.id in seen:
            yield Problem(
                "provider-duplicate",
                f"Two providers have the id {provider.id!r}.",
                "Give each its own: Credentials(id=..., ...).",
            )
        seen.append(provider.id)


def path_problems(base_path: object) -> Iterator[Problem]:
    """Check where the routes are mounted."""
    is_path = isinstance(base_path, str) and _BASE_PATH.match(base_path) is not None
    if not is_path or {".", ".."} & set(str(base_path).split("/")):
        yield Problem(
            "base-path",
            f"base_path={base_path!r} is not a plain path.",
            "Write it as '/api/auth': a leading slash, none at the end, no query.",
        )


def dialect_problems(dialect: object) -> Iterator[Problem]:
    """Check which dialect is written."""
    if not isinstance(dialect, str) or dialect not in DIALECTS:
        yield Problem(
            "dialect", f"dialect={dialect!r} is unknown.", f"Use one of {', '.join(DIALECTS)}."
        )


def callback_problems(callbacks: object) -> Iterator[Problem]:
    """Check that each callback can be called with its params."""
    if not isinstance(callbacks, Callbacks):
        yield Problem(
            "callbacks-type",
            f"callbacks= is a {type(callbacks).__name__}.",
            "Pass Callbacks(sign_in=..., redirect=..., jwt=..., session=...).",
        )
        return
    for name, fn in callbacks.configured().items():
        if not callable(fn) or not _takes_one(fn):
            yield Problem(
                "callback-arity",
                f"Callbacks({name}=...) cannot be called with one argument.",
                f"Write a function that takes the params object: def {name}(params).",
            )


def _takes_one(fn: Callable[..., Any]) -> bool:
    """Tell whether `fn` can be called with one positional argument."""
    try:
        inspect.signature(fn).bind(None)
    except TypeError:
        return False
    except ValueError:
        return True
    return True


def sink_problems(sinks: Sequence[object]) -> Iterator[Problem]:
    """Check that each event sink is a callable or has ``emit``."""
    for index, sink in enumerate(sinks):
        target = getattr(sink, "emit", sink)
        if not callable(target) or not _takes_one(target):
            yield Problem(
                "event-sink",
                f"events[{index}] is a {type(sink).__name__} that cannot take an event.",
                "Pass a function of one argument, or an object with emit(event).",
            )


def page_problems(pages: object, *, trusted: Sequence[Origin]) -> Iterator[Problem]:
    """Check that the application's own pages are on the site or a trusted origin."""
    if not isinstance(pages, Pages):
        yield Problem("pages-type", f"pages= is a {type(pages).__name__}.", "Pass Pages(...).")
        return
    here = Origin("https", "nextauth.invalid", 443)
    for member in fields(pages):
        url = getattr(pages, member.name)
        if url is not None and permitted_redirect(url, origin=here, trusted=trusted) is None:
            yield Problem(
                "page-url",
                f"Pages({member.name}={url!r}) is neither a path on the site nor a URL on one of "
                "the trusted_origins.",
                "Write a path such as '/login', or add the origin to trusted_origins.",
            )


def theme_problems(theme: object) -> Iterator[Problem]:
    """Check what ends up in the pages' styles and images."""
    if not isinstance(theme, Theme):
        yield Problem("theme-type", f"theme= is a {type(theme).__name__}.", "Pass Theme(...).")
        return
    for name in ("brand_color", "button_text"):
        value = getattr(theme, name)
        if value is not None and not (isinstance(value, str) and _COLOR.match(value)):
            yield Problem(
                "theme-color",
                f"Theme({name}={value!r}) is not a colour.",
                "Write it as '#1a73e8'.",
            )
    for name in ("logo", "logo_dark"):
        value = getattr(theme, name)
        if value is not None and not (isinstance(value, str) and _LOGO.match(value)):
            yield Problem(
                "theme-logo",
                f"Theme({name}=...) is neither a path on the site nor a data:image/ URI; pages "
                "load nothing from elsewhere.",
                "Serve the picture yourself: '/static/logo.svg'.",
            )
    if theme.color_scheme not in ("auto", "light", "dark"):
        yield Problem(
            "theme-scheme",
            f"Theme(color_scheme={theme.color_scheme!r}) is unknown.",
            "Use 'auto', 'light' or 'dark'.",
        )
