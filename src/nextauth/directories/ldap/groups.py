"""Owns who is in which group, who may enter because of it, and which roles a group gives.

Groups are named by their whole DN: whoever may make groups in some other branch could make one of
the same short name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nextauth.directories.ldap.answers import dn_key
from nextauth.directories.ldap.connections import Connection
from nextauth.directories.ldap.entries import Entry
from nextauth.directories.ldap.templates import filled, placeholders
from nextauth.errors import SystemUnavailable

__all__ = ["ACTIVE_DIRECTORY_GROUPS", "LdapGroups"]

ACTIVE_DIRECTORY_GROUPS = "(member:1.2.840.113556.1.4.1941:={dn})"
"""Finds a person's groups and the groups that hold those (LDAP_MATCHING_RULE_IN_CHAIN of MS-ADTS,
3.1.1.3.4.4.3), for ``LdapGroups(search=…)``. Only Active Directory knows it."""

_NO_ATTRIBUTES = ["1.1"]  # RFC 4511, 4.5.1.8
_DN = "dn"


@dataclass(frozen=True, slots=True)
class LdapGroups:
    """How a person's groups are found, and what they mean.

    Args:
        required: DNs of groups of which a person must be in one at least; empty: anybody enters.
        roles: The role or roles that a group gives, by the group's DN. They are in
            ``User.extra["roles"]``.
        attribute: The attribute of a person's entry that has the DNs of their groups. Not used if
            there is a `search`.
        search: A filter that finds a person's groups, such as ``(member={dn})`` or
            ``(memberUid={uid})``; the names in braces are attributes of the person's entry.
        base: The DN from which groups are searched; None: that of the directory.
        nested: Whether groups that hold a person's groups count too; for this, `search` is asked
            for each group. Active Directory answers at once: `ACTIVE_DIRECTORY_GROUPS`.
        most: How many groups one person may be in.

    Raises:
        ValueError: A DN or a filter is none, or `nested` cannot be.
    """

    required: Sequence[str] = ()
    roles: Mapping[str, str | Sequence[str]] = field(default_factory=dict, hash=False)
    attribute: str = "memberOf"
    search: str | None = None
    base: str | None = None
    nested: bool = False
    most: int = 5_000
    _required: frozenset[str] = field(init=False, repr=False, compare=False)
    _roles: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    _named: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if isinstance(self.required, str):
            msg = f"required={self.required!r}: write a list of DNs."
            raise ValueError(msg)  # noqa: TRY004 - all that is wrong here is a ValueError
        roles = {dn_key(dn): _several(given) for dn, given in self.roles.items()}
        object.__setattr__(self, "required", tuple(self.required))
        object.__setattr__(self, "_required", frozenset(map(dn_key, self.required)))
        object.__setattr__(self, "_roles", roles)
        named = () if self.search is None else placeholders(self.search, "search")
        object.__setattr__(self, "_named", named)
        self._check(named)

    def _check(self, named: Sequence[str]) -> None:
        if self.search is not None and not named:
            msg = f"search={self.search!r} is the same for everybody; write {{dn}} in it."
            raise ValueError(msg)
        if self.nested and tuple(named) != (_DN,):
            msg = "nested=True: write search='(member={dn})', which is asked for each group."
            raise ValueError(msg)
        if self.base is not None:
            dn_key(self.base)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes of a person's entry that are needed."""
        if self.search is None:
            return (self.attribute,)
        return tuple(name for name in self._named if name.lower() != _DN)

    @property
    def gives_roles(self) -> bool:
        """Whether it says anything about roles."""
        return bool(self.roles)

    def of(self, person: Entry, connection: Connection, base: str) -> frozenset[str]:
        """Answer a person's groups, each as `dn_key` writes it.

        Args:
            person: Their entry.
            connection: On which groups are searched.
            base: The DN from which they are, unless there is another.

        Raises:
            SystemUnavailable: The server cannot be asked, or there are too many groups.
        """
        if not self._required and not self._roles:
            return frozenset()
        if self.search is None:
            return _keys(person.texts(self.attribute))
        found: dict[str, str] = {}
        names = {name.lower(): person.text(name) for name in self._named}
        values = {name: text for name, text in names.items() if text is not None}
        asked = [{**values, _DN: person.dn}]
        while asked:
            new = self._search(asked.pop(), connection, self.base or base, found)
            asked.extend({_DN: dn} for dn in new if self.nested)
        return frozenset(found)

    def admits(self, groups: frozenset[str]) -> bool:
        """Tell whether somebody in these groups may enter.

        Args:
            groups: As `of` answers them.
        """
        return not self._required or not self._required.isdisjoint(groups)

    def roles_of(self, groups: Iterable[str]) -> list[str]:
        """Answer the roles of somebody in these groups, each once, in order.

        Args:
            groups: As `of` answers them.
        """
        return sorted({role for group in groups for role in self._roles.get(group, ())})

    def _search(
        self, values: Mapping[str, str], connection: Connection, base: str, found: dict[str, str]
    ) -> list[str]:
        """Search the groups of a person or of a group; answer those that are new."""
        text = filled(self.search or "", values)
        new: list[str] = []
        for page in connection.pages(base, text, _NO_ATTRIBUTES) if text is not None else ():
            for dn in (each.dn for each in page):
                for key in _keys([dn]) - found.keys():
                    found[key] = dn
                    new.append(dn)
            if len(found) > self.most:
                message = f"somebody is in more than LdapGroups(most={self.most}) groups"
                raise SystemUnavailable(message)
        return new


def _several(given: str | Sequence[str]) -> tuple[str, ...]:
    roles = (given,) if isinstance(given, str) else tuple(given)
    if not roles or not all(isinstance(role, str) and role for role in roles):
        msg = f"roles: {given!r} is neither a role nor a list of roles."
        raise ValueError(msg)
    return roles


def _keys(dns: Iterable[str]) -> frozenset[str]:
    keys = set()
    for dn in dns:
        try:
            keys.add(dn_key(dn))
        except ValueError:  # an attribute of another meaning: it names no group
            continue
    return frozenset(keys)
