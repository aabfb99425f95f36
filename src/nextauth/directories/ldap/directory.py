"""Owns a directory that speaks LDAP: who may sign in, and whether they may stay.

A person's password is tried on a connection of its own, which is closed then: a connection that was
somebody's is never the service account's again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from os import PathLike
from pathlib import Path
from time import monotonic, time  # noqa: TID251 - directories talk to the world
from typing import TypeVar

from nextauth.directories.base import FIELDS, submitted
from nextauth.directories.breaker import Breaker
from nextauth.directories.ldap.answers import BindAnswer, dn_key
from nextauth.directories.ldap.connections import Connection
from nextauth.directories.ldap.groups import LdapGroups
from nextauth.directories.ldap.options import ServerOptions, as_urls
from nextauth.directories.ldap.patience import Patience
from nextauth.directories.ldap.people import People
from nextauth.directories.ldap.pool import Pool
from nextauth.directories.ldap.templates import DirectTemplate, SearchTemplate
from nextauth.directories.mapping import UserMap
from nextauth.errors import CredentialsSignin, SystemUnavailable
from nextauth.fields import FormField
from nextauth.models import SubmittedCredentials, User

__all__ = ["LdapDirectory"]

T = TypeVar("T")


class LdapDirectory:
    """People in OpenLDAP, 389 Directory Server, Active Directory or any other that speaks LDAP.

    It is blocking, and thread-safe.

    Args:
        url: ``ldaps://HOST``, ``ldap://HOST`` with `start_tls`, or ``ldapi://PATH``; several are
            tried in this order. ``ldap://`` without TLS is for loopback only.
        base: The DN from which people are searched.
        users: Which attribute becomes which member of the user. Its `id` never changes and is never
            given again: ``entryUUID``, or ``objectGUID`` of Active Directory.
        bind_dn: The DN of a service account that may read people and groups.
        bind_password: Its password.
        anonymous: Whether there is no service account, and people are searched without one.
        search: A filter that finds the one entry of a name; ``(uid={username})`` if neither it nor
            `direct` is given. The account must be able to read the attributes in it.
        direct: The DN of a name, such as ``uid={username},ou=people,dc=example,dc=com``, instead
            of a search. Without a service account, nobody can be asked later whether people may
            stay: sessions end when that would be.
        groups: Who may enter, and which roles they have.
        start_tls: Whether TLS is started on ``ldap://``. If the server cannot, nobody signs in.
        ca_file: Certificates that are trusted, PEM; None: those of the system.
        connect_timeout: Seconds for a connection, and for its TLS handshake.
        timeout: Seconds for one question.
        pool_size: How many connections of the service account are kept.
        longest_idle: Seconds after which a kept connection is not used again.
        fields: The fields of the sign-in form by name.
        account: The field that names the account.
        password: The field of the password.
        breaker: Leaves the system alone for a while once it failed; None: a `Breaker` as it is.
        clock: Answers seconds since 1970.
        timer: Answers seconds of a clock that never goes back.

    Raises:
        ValueError: An argument is impossible, or would send a password in clear.
        ImportError: python-ldap is missing.
    """

    def __init__(  # noqa: PLR0913 - each is a setting of its own
        self,
        url: str | Sequence[str],
        *,
        base: str,
        users: UserMap,
        bind_dn: str | None = None,
        bind_password: str | None = None,
        anonymous: bool = False,
        search: str | None = None,
        direct: str | None = None,
        groups: LdapGroups | None = None,
        start_tls: bool = False,
        ca_file: str | PathLike[str] | None = None,
        connect_timeout: float = 3.0,
        timeout: float = 5.0,
        pool_size: int = 4,
        longest_idle: float = 60.0,
        fields: Mapping[str, FormField] = FIELDS,
        account: str = "username",
        password: str = "password",  # noqa: S107 - the name of a field
        breaker: Breaker | None = None,
        clock: Callable[[], float] = time,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        trusted = None if ca_file is None else Path(ca_file)
        self._options = ServerOptions(as_urls(url), start_tls, trusted, connect_timeout, timeout)
        dn_key(base)
        by = _template(search, direct)
        self._people = People(base, by, users, groups or LdapGroups(), clock)
        self._direct = by if isinstance(by, DirectTemplate) else None
        self._service = _service(bind_dn, bind_password, anonymous=anonymous, direct=direct)
        self._nobody = f"cn=nextauth-nobody,{base}"
        _check_fields(fields, account, password)
        self.fields: Mapping[str, FormField] = fields
        self.account: str = account
        self._password = password
        self._pool = Pool(
            self._open_service, size=pool_size, longest_idle=longest_idle, timer=timer
        )
        self._patience = Patience()
        self._breaker = breaker or Breaker(self._options.name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self._options.urls)}, base={self._people.base!r})"

    def check(self, credentials: SubmittedCredentials) -> User | None:
        """Check a name and a password.

        Args:
            credentials: All parameters of the form.

        Returns:
            Who it is; None if the name or the password is wrong.

        Raises:
            CredentialsSignin: The password is right, and the account is ``disabled``, ``expired``,
                ``restricted``, ``not_a_member``, or its password ``must_change``.
            SystemUnavailable: The server cannot be asked.
        """
        given = submitted(credentials, self.account, self._password)
        if given is None:
            return None
        with self._breaker.trying():
            found = self._checked(*given)
        if isinstance(found, str):
            raise CredentialsSignin(code=found)
        return found

    def revalidate(self, user: User) -> bool:
        """Tell whether somebody who signed in may still be, with the roles that they have.

        Args:
            user: Who, as `check` answered them.

        Raises:
            SystemUnavailable: The server cannot be asked.
        """
        if self._service is None:
            return False
        with self._breaker.trying():
            return self._pool.ask(lambda connection: self._people.stays(connection, user))

    async def aclose(self) -> None:
        """Close the connections that are kept. The directory can be used on."""
        self._pool.close()

    def _checked(self, name: str, password: str) -> User | str | None:
        if self._direct is not None:
            return self._checked_directly(self._direct.of(name), name, password)
        entry = self._pool.ask(lambda connection: self._people.find(connection, name))
        # Nobody's name is tried too, so that it takes as long as somebody's.
        answer = self._tried(self._nobody if entry is None else entry.dn, password)
        if entry is None or not answer.is_right:
            return None
        if answer.code is not None:
            return answer.code
        return self._pool.ask(lambda connection: self._people.admitted(entry, connection))

    def _checked_directly(self, dn: str, name: str, password: str) -> User | str | None:
        theirs, answer = self._reach(lambda connection: connection.bind_person(dn, password))
        with closing(theirs):
            if not answer.is_right:
                return None
            if answer.code is not None:
                return answer.code

            def settled(connection: Connection) -> User | str | None:
                entry = self._people.read(connection, dn, name)
                return None if entry is None else self._people.admitted(entry, connection)

            return settled(theirs) if self._service is None else self._pool.ask(settled)

    def _tried(self, dn: str, password: str) -> BindAnswer:
        theirs, answer = self._reach(lambda connection: connection.bind_person(dn, password))
        theirs.close()
        return answer

    def _open_service(self) -> Connection:
        dn, password = self._service or ("", "")
        opened, _ = self._reach(lambda connection: connection.bind_service(dn, password))
        return opened

    def _reach(self, begins: Callable[[Connection], T]) -> tuple[Connection, T]:
        """Open a connection to the first server that can be asked, and begin with a bind."""
        failed: SystemUnavailable | None = None
        for url in self._options.urls:
            try:
                connection = Connection(self._options, url, self._patience)
                try:
                    return connection, begins(connection)
                except BaseException:
                    connection.close()
                    raise
            except SystemUnavailable as error:
                failed = error
        assert failed is not None  # noqa: S101 - there is a URL at least
        raise failed


def _template(search: str | None, direct: str | None) -> SearchTemplate | DirectTemplate:
    if direct is None:
        return SearchTemplate("(uid={username})" if search is None else search)
    if search is not None:
        msg = "search=… and direct=… are both given: use one."
        raise ValueError(msg)
    return DirectTemplate(direct)


def _service(
    dn: str | None, password: str | None, *, anonymous: bool, direct: str | None
) -> tuple[str, str] | None:
    """Answer how connections of the service account begin; None if there is none."""
    if dn is None and password is None:
        if not anonymous and direct is None:
            msg = "bind_dn=None: name a service account that may read people, or anonymous=True."
            raise ValueError(msg)
        return ("", "") if anonymous else None
    if anonymous:
        msg = f"bind_dn={dn!r} and anonymous=True are both given: use one."
        raise ValueError(msg)
    if not dn or not password:
        # With one of them empty, the server would take it for anonymous (RFC 4513, 5.1.2).
        msg = f"bind_dn={dn!r} and bind_password=… go together, and neither may be empty."
        raise ValueError(msg)
    return dn, password


def _check_fields(fields: Mapping[str, FormField], account: str, password: str) -> None:
    for argument, name in (("account", account), ("password", password)):
        if name not in fields:
            msg = f"{argument}={name!r} is no field of {list(fields)}; name one of them."
            raise ValueError(msg)
