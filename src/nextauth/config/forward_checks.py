"""Owns what is refused of the headers that a proxy is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nextauth.config.options import ForwardAuth
from nextauth.errors import Problem

__all__ = ["forward_problems"]

# RFC 9110, 5.6.2, without the underscore: many servers take ``X_Auth_User`` for ``X-Auth-User``.
_NAME = re.compile(r"[Xx]-[A-Za-z0-9-]{1,62}\Z")


def forward_problems(forward: object) -> Iterator[Problem]:
    """Check the names of the headers, and what they hold.

    Args:
        forward: The options; None where no proxy asks.
    """
    if forward is None:
        return
    if not isinstance(forward, ForwardAuth):
        yield Problem(
            "forward-type",
            f"forward_auth= is a {type(forward).__name__}.",
            "Pass ForwardAuth(), or ForwardAuth(headers={'X-Auth-User': 'id'}).",
        )
        return
    headers = forward.headers
    if not isinstance(headers, Mapping) or not headers:
        yield Problem(
            "forward-headers",
            f"ForwardAuth(headers={headers!r}) names no header.",
            "Pass a dict, such as {'X-Auth-User': 'id', 'X-Auth-Role': 'role'}.",
        )
        return
    for name, member in headers.items():
        if not isinstance(name, str) or not _NAME.match(name):
            yield Problem(
                "forward-header-name",
                f"ForwardAuth(headers=...) has {name!r}, which is no name for such a header.",
                "Begin it with 'X-', and use letters, digits and dashes: some servers take an "
                "underscore for a dash.",
            )
        if not isinstance(member, str) or not member:
            yield Problem(
                "forward-header-value",
                f"ForwardAuth(headers=...) fills {name!r} with {member!r}.",
                "Name a member of the user, 'provider', 'amr', or a key of the user's extra.",
            )
    if len({str(name).lower() for name in headers}) != len(headers):
        yield Problem(
            "forward-header-twice",
            "ForwardAuth(headers=...) has one header in two spellings.",
            "Names of headers have no case: keep one of them.",
        )
