"""Owns how a person's entry is found, whether it may be used, and which user it makes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from nextauth.directories.ldap.answers import TooManyEntries
from nextauth.directories.ldap.connections import Connection
from nextauth.directories.ldap.entries import Entry, identifier_octets
from nextauth.directories.ldap.groups import LdapGroups
from nextauth.directories.ldap.states import STATE_ATTRIBUTES, state_of
from nextauth.directories.ldap.templates import DirectTemplate, SearchTemplate, escaped_octets
from nextauth.directories.mapping import UserMap
from nextauth.errors import CallbackError, SystemUnavailable
from nextauth.models import User

__all__ = ["People"]

_log = logging.getLogger("nextauth.directories")

_ROLES = "roles"
_NOT_A_MEMBER = "not_a_member"
_ANYTHING = "(objectClass=*)"
_TWO = 2  # enough to see that a name is not one person's


@dataclass(frozen=True, slots=True)
class People:
    """The entries of the people in a directory.

    Args:
        base: The DN from which they are searched.
        by: How a name becomes a filter, or a DN.
        users: Which attribute becomes which member of a user.
        groups: Which groups count.
        clock: Answers seconds since 1970.

    Raises:
        ValueError: The roles have no place to be in.
    """

    base: str
    by: SearchTemplate | DirectTemplate
    users: UserMap
    groups: LdapGroups
    clock: Callable[[], float]

    def __post_init__(self) -> None:
        if self.groups.gives_roles and _ROLES in self.users.extra:
            msg = "UserMap(extra={'roles': …}) and LdapGroups(roles=…) are both given: use one."
            raise ValueError(msg)

    @property
    def attributes(self) -> list[str]:
        """What is asked for."""
        wanted = (*self.users.attributes, *self.by.attributes, *self.groups.attributes)
        return list(dict.fromkeys((*wanted, *STATE_ATTRIBUTES)))

    def find(self, connection: Connection, name: str) -> Entry | None:
        """Answer the one entry of a name; None if there is none, or several.

        Args:
            connection: The service account's.
            name: What was typed.
        """
        if not isinstance(self.by, SearchTemplate):
            return None
        found = self._one(connection, self.by.of(name))
        return found if found is not None and self.by.names(found, name) else None

    def read(self, connection: Connection, dn: str, name: str) -> Entry | None:
        """Answer the entry of somebody whose DN is known; None if it has another name.

        Args:
            connection: One that may read it.
            dn: Its DN.
            name: What was typed.

        Raises:
            SystemUnavailable: It may not be read.
        """
        found = connection.search(dn, "base", _ANYTHING, self.attributes, most=_TWO)
        if not found:
            message = "the entry of who signed in may not be read; give the service account access"
            raise SystemUnavailable(message)
        return found[0] if self.by.names(found[0], name) else None

    def admitted(self, entry: Entry, connection: Connection) -> User | str:
        """Answer the user whose password was right; or the public word for why they may not enter.

        Args:
            entry: Theirs.
            connection: On which groups are searched.

        Raises:
            CallbackError: The attribute that is the user's key is missing, or has several values.
        """
        state = state_of(entry, self.clock())
        if state is not None:
            return state
        groups = self.groups.of(entry, connection, self.base)
        if not self.groups.admits(groups):
            return _NOT_A_MEMBER
        if len(entry.texts(self.users.id)) > 1:
            message = (
                f"the attribute {self.users.id!r}, which UserMap(id=...) names, has several "
                "values. Name one that has one, such as entryUUID or objectGUID."
            )
            raise CallbackError(message)
        user = self.users.user(entry.mapping(self.users.attributes))
        if not self.groups.gives_roles:
            return user
        return replace(user, extra={**user.extra, _ROLES: self.groups.roles_of(groups)})

    def stays(self, connection: Connection, user: User) -> bool:
        """Tell whether somebody who signed in may stay, with the roles that they have.

        Args:
            connection: The service account's.
            user: Who, as `admitted` answered them.
        """
        octets = identifier_octets(self.users.id, user.id or "")
        if not octets:
            return False
        text = f"(&{self.by.of_anybody}({self.users.id}={escaped_octets(octets)}))"
        entry = self._one(connection, text)
        if entry is None or state_of(entry, self.clock()) is not None:
            return False
        groups = self.groups.of(entry, connection, self.base)
        if not self.groups.admits(groups):
            return False
        had = user.extra.get(_ROLES, ()) if self.groups.gives_roles else ()
        has = self.groups.roles_of(groups)
        return not isinstance(had, (list, tuple)) or all(role in has for role in had)

    def _one(self, connection: Connection, text: str) -> Entry | None:
        try:
            found = connection.search(self.base, "subtree", text, self.attributes, most=_TWO)
        except TooManyEntries:
            found = []
            several = True
        else:
            several = len(found) > 1
        if several:
            told = "A name is that of several entries below %r: nobody is signed in by it."
            _log.warning(told, self.base, extra={"code": "ldap-name-of-several"})
        return found[0] if len(found) == 1 else None
