"""Owns the directory in a SQL database: any table that holds names and password hashes.

The rows are found by `sql_people`; hashes are computed in threads of their own, so that whoever
signs in holds nobody else up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from nextauth.directories.base import FIELDS, plain_text, submitted
from nextauth.directories.breaker import Breaker
from nextauth.directories.mapping import UserMap
from nextauth.directories.sql_hashing import HashWorkers
from nextauth.directories.sql_rows import Row, hash_of, is_named, is_set, one_of
from nextauth.errors import CallbackError, CredentialsSignin
from nextauth.fields import FormField
from nextauth.models import SubmittedCredentials, User
from nextauth.passwords import FoundPasswords

try:
    from nextauth.directories.sql_connections import Connections, Source
    from nextauth.directories.sql_people import People
    from nextauth.directories.sql_statements import Statements, given_statements, table_statements
except ImportError as _error:  # pragma: no cover - the packaging test runs without SQLAlchemy
    message = (
        "nextauth.directories.SqlDirectory needs SQLAlchemy: pip install 'nextauth[sqlalchemy]'"
    )
    raise ImportError(message) from _error

__all__ = ["SqlDirectory"]

_KEY_TYPES = (int, str, UUID)


class SqlDirectory:
    """Checks passwords against a table: ``Credentials(SqlDirectory(url, table="users", …))``.

    SQLite, PostgreSQL and MariaDB. It connects when it is first asked, once for each event loop,
    and only reads unless `upgrade` is given.

    Args:
        database: A URL, such as ``"postgresql+asyncpg://localhost/site"``; or a function without
            arguments that makes an `AsyncEngine`, for one event loop each time; or the engine of
            an application that has one event loop only, which stays the application's to close.
        users: Which column becomes which member of a `User`; its `id` is the table's key.
        table: The table, ``"users"`` or ``"schema.users"``.
        identifiers: The columns of which one has the name that is typed, as text. If a name is in
            two rows, it is nobody's.
        identifiers_fold_case: Whether ``Ada`` and ``ada`` are the same name. It holds whatever the
            database itself takes for the same.
        password_column: The column of the hash.
        disabled: A column that is set, be it a flag or a date, where an account may not be used.
        active: A column that is set where it may. Whose account is not in use gets the public
            code ``disabled``, after the right password.
        statement: Instead of `table`: SQL that answers the rows of a name, ``:account``. Other
            parameters are fields of the form.
        by_key: With `statement`: SQL that answers the same columns of the key ``:key``.
        key_type: The type of the key's column: int, str or UUID. None: as the table's, or str for
            a statement.
        upgrade: Whether a hash that is outdated is replaced by Argon2id when its password was
            right: True for a table, for a statement the SQL, with ``:new``, ``:key`` and
            ``:old``. Whatever else reads the table must understand Argon2id.
        hashes: How hashes are checked; every salted format by default.
        fields: The fields of the form.
        account: The one of the name.
        password: The one of the password.
        timeout: Seconds that the database may take. After that it counts as down.
        workers: Threads that hash; None for one fewer than the cores.
        breaker: Leaves the database alone for a while when it has failed.

    Raises:
        TypeError: `database` is nothing that can be used.
        ValueError: An argument makes no sense, or two of them together.
    """

    def __init__(  # noqa: PLR0913 - each is a fact about somebody's table
        self,
        database: Source,
        *,
        users: UserMap,
        table: str | None = None,
        identifiers: Sequence[str] = ("username", "email"),
        identifiers_fold_case: bool = False,
        password_column: str = "password",  # noqa: S107 - a column's name
        disabled: str | None = None,
        active: str | None = None,
        statement: str | None = None,
        by_key: str | None = None,
        key_type: type | None = None,
        upgrade: bool | str = False,
        hashes: FoundPasswords | None = None,
        fields: Mapping[str, FormField] = FIELDS,
        account: str = "username",
        password: str = "password",  # noqa: S107 - a field's name
        timeout: float = 5.0,
        workers: int | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        _check_fields(fields, account, password)
        _check_key_type(key_type)
        self._users = users
        self._password_column = password_column
        self._flags = disabled, active
        self._identifiers: tuple[str, ...] = ()
        self._fold_case = identifiers_fold_case
        if table is not None and statement is None and by_key is None:
            self._identifiers = _checked_identifiers(identifiers)
            statements = self._of_table(table, upgrade=upgrade)
        elif table is None and statement is not None and by_key is not None:
            key_type = key_type or str
            statements = given_statements(
                statement, by_key, _sql_of(upgrade), fields=fields, password=password
            )
        else:
            msg = "SqlDirectory needs either table=..., or statement=... together with by_key=..."
            raise ValueError(msg)
        self._upgrades = bool(upgrade)
        connections = Connections(database, timeout=timeout)
        self._people = People(
            connections,
            statements,
            breaker or Breaker(f"the database {connections.place}"),
            key=users.id,
            key_type=key_type,
            password=password_column,
        )
        self._hashes = hashes or FoundPasswords()
        self._workers = HashWorkers(workers)
        self._form = fields, account, password

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._people.connections.place!r})"

    @property
    def fields(self) -> Mapping[str, FormField]:
        """The fields of its sign-in form by name."""
        return self._form[0]

    @property
    def account(self) -> str:
        """The field that names the account."""
        return self._form[1]

    async def aclose(self) -> None:
        """Close the running event loop's connections."""
        await self._people.connections.aclose()

    async def check(self, credentials: SubmittedCredentials) -> User | None:
        """Check a name and a password.

        Args:
            credentials: All parameters of the form.

        Returns:
            Who it is; None if the name or the password is wrong.

        Raises:
            CredentialsSignin: The password is right, and the account is disabled.
            SystemUnavailable: The database cannot be asked.
            Busy: Every thread that hashes is taken, and the queue before them is full.
            CallbackError: The rows lack a column that was named.
        """
        _, account, password = self._form
        given = submitted(credentials, account, password)
        others = {
            each: plain_text(credentials.get(each)) for each in self._people.statements.others
        }
        if given is None or None in others.values():
            return None
        name, secret = given
        row = await self._found(name, {each: value or "" for each, value in others.items()})
        known = None if row is None else hash_of(one_of(row, self._password_column))
        right, renewed = await self._workers.run(self._compared, secret, known)
        if row is None or not right:
            return None
        if not self._is_in_use(row):
            raise CredentialsSignin(code="disabled")
        user = self._user(row)
        if renewed is not None:
            await self._people.renew(row, renewed)
        return user

    async def revalidate(self, user: User) -> bool:
        """Tell whether an account is still there and in use.

        Args:
            user: Who.

        Raises:
            SystemUnavailable: The database cannot be asked.
            CallbackError: The rows lack a column that was named.
        """
        rows = await self._people.keyed(user.id or "")
        # The database may take another key for the same: "1x" for 1, or "ADA" for "ada".
        same = [each for each in rows if self._user(each).id == user.id]
        return len(same) == 1 and self._is_in_use(same[0])

    def _of_table(self, table: str, *, upgrade: bool | str) -> Statements:
        if isinstance(upgrade, str):
            msg = "upgrade is a statement, which goes with statement=...; for a table write True"
            raise ValueError(msg)  # noqa: TRY004 - the two do not go together
        named = (table, self._password_column, *self._flags)
        if not all(each is None or (isinstance(each, str) and each) for each in named):
            msg = f"SqlDirectory(table={table!r}, ...): a table or column has an empty name"
            raise ValueError(msg)
        flags = [each for each in self._flags if each is not None]
        return table_statements(
            table,
            [*self._users.attributes, *self._identifiers, self._password_column, *flags],
            identifiers=self._identifiers,
            fold_case=self._fold_case,
            key=self._users.id,
            password=self._password_column,
        )

    async def _found(self, name: str, others: Mapping[str, str]) -> Row | None:
        def is_theirs(row: Row) -> bool:
            identifiers = self._identifiers
            return not identifiers or is_named(row, identifiers, name, fold_case=self._fold_case)

        return await self._people.named(name, others, is_theirs=is_theirs)

    def _user(self, row: Row) -> User:
        key = one_of(row, self._users.id)
        if isinstance(key, (bytes, bytearray, memoryview)):
            message = (
                f"the key column {self._users.id!r} is binary, and as text two people could have "
                "the same; pass a statement that answers it as text, such as with hex(...)"
            )
            raise CallbackError(message)
        return self._users.user(row)

    def _compared(self, secret: str, known: str | None) -> tuple[bool, str | None]:
        if self._upgrades:
            return self._hashes.verify_and_upgrade(secret, known)
        return self._hashes.verify(secret, known), None

    def _is_in_use(self, row: Row) -> bool:
        disabled, active = self._flags
        if disabled is not None and is_set(one_of(row, disabled), otherwise=True):
            return False
        return active is None or is_set(one_of(row, active), otherwise=False)


def _check_fields(fields: Mapping[str, FormField], account: str, password: str) -> None:
    for argument, name in (("account", account), ("password", password)):
        if name not in fields:
            msg = f"{argument}={name!r} is none of the fields {', '.join(fields)}"
            raise ValueError(msg)


def _check_key_type(key_type: type | None) -> None:
    if key_type is not None and key_type not in _KEY_TYPES:
        msg = f"key_type={key_type!r} is not known; use int, str or UUID"
        raise ValueError(msg)


def _checked_identifiers(identifiers: Sequence[str]) -> tuple[str, ...]:
    if isinstance(identifiers, str) or not identifiers or not all(identifiers):
        msg = f"identifiers={identifiers!r} names no columns; write such as ('username', 'email')"
        raise ValueError(msg)
    return tuple(identifiers)


def _sql_of(upgrade: bool | str) -> str | None:  # noqa: FBT001 - as the argument is
    if upgrade is True:
        msg = (
            "upgrade=True goes with table=...; for a statement write its SQL, such as 'UPDATE "
            "users SET password = :new WHERE id = :key AND password = :old'"
        )
        raise ValueError(msg)
    return upgrade or None
