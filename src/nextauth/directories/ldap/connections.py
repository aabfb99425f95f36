"""Owns one connection to an LDAP server: what is asked on it, and how long that may take."""

from __future__ import annotations

import select
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from time import monotonic  # noqa: TID251 - directories talk to the world
from typing import Any, Literal, TypeVar

import ldap  # type: ignore[import-untyped]
from ldap.controls.libldap import SimplePagedResultsControl  # type: ignore[import-untyped]
from ldap.controls.ppolicy import PasswordPolicyControl  # type: ignore[import-untyped]

from nextauth.directories.ldap.answers import (
    REFUSALS,
    BindAnswer,
    accepted,
    refused,
    result_of,
    trouble,
)
from nextauth.directories.ldap.entries import Entry
from nextauth.directories.ldap.options import ServerOptions
from nextauth.directories.ldap.patience import Patience
from nextauth.errors import SystemUnavailable

__all__ = ["Connection"]

T = TypeVar("T")
Scope = Literal["base", "subtree"]

_SCOPES = {"base": ldap.SCOPE_BASE, "subtree": ldap.SCOPE_SUBTREE}
_STILL_CONNECTING = -18  # LDAP_X_CONNECTING, for which the library has no name
_PAGE = 500
# Seconds beyond the limits of the library, which closes in order what it ends itself.
_GRACE = 0.5


class Connection:
    """One connection. Used by one thread at a time.

    Args:
        options: How the servers are reached.
        url: Which of them.
        patience: How questions are asked.

    Raises:
        SystemUnavailable: TLS cannot be started.
    """

    def __init__(self, options: ServerOptions, url: str, patience: Patience) -> None:
        self._url = url
        self._options = options
        self._patience = patience
        self._is_left = False
        # A connection is made with the first question: its TCP and its TLS take their time each.
        self._first = 2 * options.connect_timeout + options.timeout + _GRACE
        self._ldap = _opened(options, url)
        if options.start_tls:
            try:
                self._ask("StartTLS", lambda: self._connecting(self._ldap.start_tls_s), self._first)
            except SystemUnavailable:
                self.close()
                raise

    def close(self) -> None:
        """Say goodbye; it does not wait for an answer."""
        # A question that was left behind has the connection still, and closes it.
        if not self._is_left:
            self._goodbye()

    def bind_service(self, dn: str, password: str) -> None:
        """Become the service account.

        Args:
            dn: Its DN; empty for anonymous.
            password: Its password.

        Raises:
            SystemUnavailable: The server cannot be asked, or refuses the account.
        """

        def bound() -> None:
            self._answer(self._connecting(lambda: self._ldap.simple_bind(dn, password)))

        self._ask("the service account's bind", bound, self._first, has_password=True)

    def bind_person(self, dn: str, password: str) -> BindAnswer:
        """Try a person's password. The connection is theirs then: close it.

        Args:
            dn: Their DN. Neither may be empty, since that would be an anonymous bind, to which
                servers say yes (RFC 4513, 5.1.2).
            password: Their password.

        Raises:
            SystemUnavailable: The server cannot be asked.
        """
        if not dn or not password:
            return BindAnswer(is_right=False)
        policy = [PasswordPolicyControl()]

        def tried() -> BindAnswer:
            try:
                sent = self._connecting(lambda: self._ldap.simple_bind(dn, password, policy))
                *_, controls, _, _ = self._answer(sent)
            except REFUSALS as refusal:
                return refused(refusal)
            return accepted(controls)

        return self._ask("a bind", tried, self._first, has_password=True)

    def search(
        self, base: str, scope: Scope, text: str, attributes: Sequence[str], *, most: int = 0
    ) -> list[Entry]:
        """Find entries; referrals are left alone.

        Args:
            base: The DN to search from.
            scope: Whether what is below it is meant too.
            text: A filter.
            attributes: What is asked for.
            most: How many entries are answered at most; 0: as many as the server likes.

        Raises:
            TooManyEntries: There are more.
            SystemUnavailable: The server cannot be asked.
        """

        def found() -> list[Entry]:
            try:
                sent = self._searching(base, scope, text, attributes, most=most)
                return _entries(self._answer(sent)[1])
            except ldap.NO_SUCH_OBJECT:
                if scope == "base":
                    return []
                raise

        return self._ask(f"a search from {base!r}", found)

    def pages(self, base: str, text: str, attributes: Sequence[str]) -> Iterator[list[Entry]]:
        """Find entries page by page (RFC 2696), since servers answer a limited number at once.

        Args:
            base: The DN to search from.
            text: A filter.
            attributes: What is asked for.

        Raises:
            SystemUnavailable: The server cannot be asked.
        """
        paging = SimplePagedResultsControl(criticality=True, size=_PAGE, cookie="")

        def page() -> list[Entry]:
            sent = self._searching(base, "subtree", text, attributes, controls=[paging])
            _, data, _, controls, _, _ = self._answer(sent)
            kind = SimplePagedResultsControl.controlType
            paging.cookie = next((each.cookie for each in controls if each.controlType == kind), "")
            return _entries(data)

        yield self._ask(f"a search from {base!r}", page)
        while paging.cookie:
            yield self._ask(f"a search from {base!r}", page)

    def _searching(  # noqa: PLR0913 - what a search says
        self,
        base: str,
        scope: Scope,
        text: str,
        attributes: Sequence[str],
        *,
        most: int = 0,
        controls: Sequence[object] = (),
    ) -> int:
        sent: int = self._ldap.search_ext(
            base,
            _SCOPES[scope],
            text,
            list(attributes),
            serverctrls=list(controls),
            timeout=self._options.timeout,
            sizelimit=most,
        )
        return sent

    def _answer(self, sent: int) -> tuple[Any, ...]:
        answer: tuple[Any, ...] = self._ldap.result4(sent, 1, self._options.timeout)
        return answer

    def _connecting(self, asks: Callable[[], T]) -> T:
        """Ask what comes first on a connection, which is made meanwhile."""
        end = monotonic() + self._options.connect_timeout
        while True:
            try:
                return asks()
            except ldap.LDAPError as error:
                if result_of(error) != _STILL_CONNECTING:
                    raise
            left = end - monotonic()
            if left <= 0:
                raise ldap.TIMEOUT
            _wait_until_writable(self._ldap.fileno(), left)

    def _ask(
        self,
        what: str,
        question: Callable[[], T],
        seconds: float | None = None,
        *,
        has_password: bool = False,
    ) -> T:
        """Tell every trouble of the library as one of the system, without what was asked."""
        limit = self._options.timeout + _GRACE if seconds is None else seconds
        where = f"{self._url}: {what}"
        try:
            return self._patience.ask(question, limit, self._goodbye)
        except TimeoutError:
            self._is_left = True
            message = f"{where} was not answered in time"
            raise SystemUnavailable(message) from None
        except ldap.LDAPError as error:
            raise trouble(error, where, has_password=has_password) from None
        except (ValueError, TypeError, IndexError, UnicodeError, RuntimeError):
            message = f"{where} was answered with what cannot be read"
            raise SystemUnavailable(message) from None

    def _goodbye(self) -> None:
        with suppress(ldap.LDAPError):
            self._ldap.unbind_ext()


def _opened(options: ServerOptions, url: str) -> Any:  # noqa: ANN401 - the library has no types
    connection = ldap.initialize(url)
    for option, value in (
        (ldap.OPT_PROTOCOL_VERSION, ldap.VERSION3),
        (ldap.OPT_REFERRALS, ldap.OPT_OFF),  # another server would be given the service password
        (ldap.OPT_DEREF, ldap.DEREF_NEVER),
        # Without it, libldap has no limit in a TLS handshake; with it, it has one at the beginning.
        (ldap.OPT_CONNECT_ASYNC, 1),
        (ldap.OPT_NETWORK_TIMEOUT, options.connect_timeout),
        (ldap.OPT_TIMEOUT, options.timeout),
        # What was left behind ends a minute after its server is out of reach.
        (ldap.OPT_X_KEEPALIVE_IDLE, 30),
        (ldap.OPT_X_KEEPALIVE_PROBES, 3),
        (ldap.OPT_X_KEEPALIVE_INTERVAL, 10),
        (ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND),
        (ldap.OPT_X_TLS_PROTOCOL_MIN, ldap.OPT_X_TLS_PROTOCOL_TLS1_2),
    ):
        connection.set_option(option, value)
    if options.ca_file is not None:
        connection.set_option(ldap.OPT_X_TLS_CACERTFILE, str(options.ca_file))
    connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)  # what was set for TLS counts from here on
    return connection


def _wait_until_writable(descriptor: int, seconds: float) -> None:
    waiting = select.poll()
    waiting.register(descriptor, select.POLLOUT)
    waiting.poll(seconds * 1_000)


def _entries(data: Sequence[tuple[str | None, Any]]) -> list[Entry]:
    return [Entry.of(dn, attributes) for dn, attributes in data if dn is not None]
