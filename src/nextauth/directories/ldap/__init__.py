"""Directories that speak LDAP, such as OpenLDAP and Active Directory; needs the extra ``ldap``."""

from __future__ import annotations

from nextauth.directories.ldap.directory import LdapDirectory
from nextauth.directories.ldap.groups import ACTIVE_DIRECTORY_GROUPS, LdapGroups

__all__ = ["ACTIVE_DIRECTORY_GROUPS", "LdapDirectory", "LdapGroups"]
