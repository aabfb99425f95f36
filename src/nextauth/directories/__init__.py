"""Systems that hold the users already, ready for ``Credentials(authorize=directory)``.

A new one is one new file with a class that is a `Directory`. Each is imported when it is asked for
(PEP 562), since each brings a library of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nextauth.deferred import Get, deferred
from nextauth.directories.base import FIELDS, Directory, plain_text, submitted

if TYPE_CHECKING:
    from nextauth.directories.breaker import Breaker
    from nextauth.directories.combining import ByDomain, Chain
    from nextauth.directories.django import DjangoDirectory
    from nextauth.directories.htpasswd import HtpasswdDirectory
    from nextauth.directories.http import (
        AccountStatus,
        HasCookie,
        HttpDirectory,
        JsonPath,
        RedirectTo,
        Status,
        Tokens,
    )
    from nextauth.directories.ldap import ACTIVE_DIRECTORY_GROUPS, LdapDirectory, LdapGroups
    from nextauth.directories.mapping import UserMap
    from nextauth.directories.pam import PamDirectory
    from nextauth.directories.radius import RadiusDirectory, RadiusFactor, RadiusServer
    from nextauth.directories.sql import SqlDirectory

__all__ = [
    "ACTIVE_DIRECTORY_GROUPS",
    "FIELDS",
    "AccountStatus",
    "Breaker",
    "ByDomain",
    "Chain",
    "Directory",
    "DjangoDirectory",
    "HasCookie",
    "HtpasswdDirectory",
    "HttpDirectory",
    "JsonPath",
    "LdapDirectory",
    "LdapGroups",
    "PamDirectory",
    "RadiusDirectory",
    "RadiusFactor",
    "RadiusServer",
    "RedirectTo",
    "SqlDirectory",
    "Status",
    "Tokens",
    "UserMap",
    "plain_text",
    "submitted",
]

_ELSEWHERE = {
    "ACTIVE_DIRECTORY_GROUPS": "ldap",
    "AccountStatus": "http",
    "Breaker": "breaker",
    "ByDomain": "combining",
    "Chain": "combining",
    "DjangoDirectory": "django",
    "HasCookie": "http",
    "HtpasswdDirectory": "htpasswd",
    "HttpDirectory": "http",
    "JsonPath": "http",
    "LdapDirectory": "ldap",
    "LdapGroups": "ldap",
    "PamDirectory": "pam",
    "RadiusDirectory": "radius",
    "RadiusFactor": "radius",
    "RadiusServer": "radius",
    "RedirectTo": "http",
    "SqlDirectory": "sql",
    "Status": "http",
    "Tokens": "http",
    "UserMap": "mapping",
}

# No `__dir__`: what looks at each name that it lists would load every library.
__getattr__: Get = deferred(__name__, _ELSEWHERE)[0]
