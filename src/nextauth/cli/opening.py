"""Owns how a directory is opened by its address and options, as a file or a command names it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from nextauth.directories import Directory, UserMap

__all__ = ["NotOpenedError", "open_directory"]

Options = dict[str, Any]

_DRIVERS = {
    "mariadb": "mysql+asyncmy",
    "mysql": "mysql+asyncmy",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
}
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}\Z")
_PERSON = UserMap("id", name="name", email="email")
_ENTRY = UserMap("entryUUID", name="cn", email="mail")


class NotOpenedError(ValueError):
    """A directory cannot be opened as it is described. The message holds no secret."""


def open_directory(
    address: str, options: Mapping[str, Any], environ: Mapping[str, str]
) -> Directory:
    """Open a directory.

    Args:
        address: Such as ``"ldaps://ldap.example.com/dc=example,dc=com"`` or ``"htpasswd:FILE"``.
        options: Arguments of the directory's class by name; ``users`` is a table of `UserMap`'s. A
            text ``"env:NAME"``, here or as the address, stands for an environment variable, so that
            no secret is in a file.
        environ: The environment.

    Raises:
        NotOpenedError: The address or an option is unknown or wrong, or a library is missing.
    """
    address = _settled({"url": address}, environ)["url"]
    scheme, colon, _ = address.partition(":")
    scheme = scheme.lower()
    opener = _OPENERS.get(scheme)
    if not colon or opener is None:
        known = ", ".join(sorted(f"{each}:" for each in _OPENERS))
        begins = f"begins with {scheme!r}" if colon else "is no address"
        msg = f"--directory {begins}; use one of {known}"
        raise NotOpenedError(msg)
    settled: Options = _settled(dict(options), environ)
    users = settled.get("users", {})
    if not isinstance(users, dict):
        msg = "users is no table; write [directory.users]"
        raise NotOpenedError(msg)
    try:
        if users:
            settled["users"] = UserMap(**users)
        return opener(address, settled)
    except ImportError as error:
        raise NotOpenedError(str(error)) from None
    except (TypeError, ValueError) as error:
        msg = f"the directory {scheme}: cannot be opened: {error}"
        raise NotOpenedError(msg) from None


def _settled(options: Options, environ: Mapping[str, str]) -> Options:
    settled: Options = {}
    for name, value in options.items():
        if isinstance(value, dict):
            settled[name] = _settled(value, environ)
        elif isinstance(value, str) and value.startswith("env:"):
            variable = value.removeprefix("env:")
            if variable not in environ:
                msg = f"{name} = {value!r}: the environment has no {variable}; set it"
                raise NotOpenedError(msg)
            settled[name] = environ[variable]
        else:
            settled[name] = value
    return settled


def _htpasswd(address: str, options: Options) -> Directory:
    from nextauth.directories import HtpasswdDirectory  # noqa: PLC0415 - each brings a library

    return HtpasswdDirectory(address.partition(":")[2], **options)


def _pam(address: str, options: Options) -> Directory:
    from nextauth.directories import PamDirectory  # noqa: PLC0415 - the same

    return PamDirectory(address.partition(":")[2] or "login", **options)


def _sql(address: str, options: Options) -> Directory:
    from nextauth.directories import SqlDirectory  # noqa: PLC0415 - the same

    scheme, _, rest = address.partition(":")
    options.setdefault("users", _PERSON)
    if "statement" not in options:
        options.setdefault("table", "users")
    return SqlDirectory(f"{_DRIVERS[scheme.lower()]}:{rest}", **options)


def _ldap(address: str, options: Options) -> Directory:
    """Open an LDAP URL (RFC 4516): ``ldaps://HOST/BASE?ATTRIBUTE``."""
    from nextauth.directories.ldap import LdapDirectory  # noqa: PLC0415 - the same

    parts = urlsplit(address)
    attribute = parts.query.partition("?")[0] or "uid"
    if not _ATTRIBUTE.match(attribute):
        msg = f"{attribute!r} after the question mark is no attribute; write one, such as uid"
        raise ValueError(msg)
    if "direct" not in options:
        options.setdefault("search", f"({attribute}={{username}})")
    options.setdefault("base", unquote(parts.path.lstrip("/")))
    options.setdefault("users", _ENTRY)
    options.setdefault("anonymous", "bind_dn" not in options)
    return LdapDirectory(f"{parts.scheme}://{parts.netloc}", **options)


def _http(address: str, options: Options) -> Directory:
    from nextauth.directories import HttpDirectory  # noqa: PLC0415 - the same

    options.setdefault("send", {"username": "username", "password": "password"})
    options.setdefault("users", _PERSON)
    success = options.get("success")
    if isinstance(success, dict):
        options["success"] = _success(success)
    return HttpDirectory(address, **options)


def _success(said: Mapping[str, Any]) -> object:
    """Answer what tells that a sign-in has succeeded: ``status``, ``path`` or ``cookie``."""
    from nextauth.directories import HasCookie, JsonPath, Status  # noqa: PLC0415 - the same

    match said:
        case {"path": str(path), **rest}:
            return JsonPath(path, **rest)
        case {"cookie": str(name)}:
            return HasCookie(name)
        case {"status": [*codes]}:
            return Status(*codes)
    msg = "success takes status = [200], path = '$.ok' with equals, or cookie = 'sid'"
    raise ValueError(msg)


_OPENERS: Mapping[str, Callable[[str, Options], Directory]] = {
    "htpasswd": _htpasswd,
    "pam": _pam,
    **dict.fromkeys(_DRIVERS, _sql),
    **dict.fromkeys(("ldap", "ldaps", "ldapi"), _ldap),
    **dict.fromkeys(("http", "https"), _http),
}
