"""Owns the directory that is an existing login endpoint: it is sent the form, and says who it is.

Only the fields that are named are sent, in the body, to the one address that was configured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from os import urandom  # noqa: TID251 - directories talk to the world; tests hand in another
from time import time  # noqa: TID251 - the same
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx2

from nextauth.callbacks import JWTParams
from nextauth.directories.base import FIELDS
from nextauth.directories.breaker import Breaker
from nextauth.directories.http.checks import checked_headers, is_sendable
from nextauth.directories.http.cookies import cookie_header
from nextauth.directories.http.keeper import TokenKeeper, with_own_claim
from nextauth.directories.http.login import LoginForm
from nextauth.directories.http.options import (
    check_limits,
    check_names,
    check_refused,
    check_urls,
    conditions_of,
)
from nextauth.directories.http.paths import JsonPath, NotJsonError
from nextauth.directories.http.people import People
from nextauth.directories.http.sending import Format, Sending
from nextauth.directories.http.standing import AccountStatus
from nextauth.directories.http.successors import Successors
from nextauth.directories.http.tokens import Held, Tokens
from nextauth.directories.http.verdicts import Answer, Condition, Status, Verdict, Verdicts
from nextauth.directories.http.wire import Call, Wire, tls_context
from nextauth.directories.mapping import UserMap
from nextauth.errors import CredentialsSignin
from nextauth.fields import FormField
from nextauth.models import Session, SubmittedCredentials, User
from nextauth.stores import PendingStore
from nextauth.web import Request

__all__ = ["HttpDirectory"]

_SUCCESS: Condition = Status(200)
_OK = 200


class HttpDirectory:
    """Signs in at an endpoint that exists: ``Credentials(HttpDirectory(...))``.

    Headers, constants and addresses are not in the repr, but for the host.

    Args:
        url: The endpoint, https; http on this machine only.
        send: What it calls each field of ours, and nothing else is sent: ``{"username": "login"}``.
            In JSON ``"$.user.login"`` lies deeper.
        users: Which member of its answer becomes which of the user. One that begins with ``$`` is a
            path, such as ``"$.contact.email"``.
        users_at: Path of the object that has these members.
        constants: What is always sent, such as ``{"grant_type": "password"}``.
        format: ``"json"`` or ``"form"``.
        method: ``"POST"`` or ``"PUT"``.
        headers: What is always sent with it, such as a key of ours.
        success: What holds for who is signed in; all of them, if there are several.
        refused_statuses: Statuses that say that name or password is wrong. An answer that is
            neither this nor success says nothing: the system counts as unavailable.
        states: Why an account may not be used, by its public code: ``{"disabled":
            JsonPath("$.error", equals="disabled")}``. Only for what the system says to nobody but
            who knows the password.
        user_url: Where the user is, if not in the answer: asked with the access token, or with the
            cookies of the answer.
        account_status: How the system is asked later whether the account may still be used.
        tokens: Where the answer has tokens that are kept in the session; needs
            ``callbacks=Callbacks(jwt=directory.jwt)``.
        store: Where several processes share refreshed tokens, such as a ``RedisStore``.
        fields: The form.
        account: Its field that names the account.
        password: Its field of the password.
        address_header: A header that tells the system the person's address, as the server sees it.
        timeout: Seconds that a request may take, to the last byte of its answer.
        longest_answer: Bytes that an answer may have.
        connections: How many there may be at once, for each event loop.
        ca_file: A PEM file with the only authorities that are trusted; None: the machine's.
        allow_http: Whether another machine may be asked without TLS, where everybody on the way
            can read the passwords.
        breaker: Leaves the system alone while it fails.
        transport: Makes what sends, such as one through a proxy, for one event loop each time.
        clock: Answers Unix seconds.
        entropy: Answers that many random bytes.

    Raises:
        ValueError: An argument may not be so.

    Attributes:
        fields: The fields of its sign-in form by name.
        account: The field that names the account.
    """

    def __init__(  # noqa: PLR0913 - a system that exists has many ways to be asked
        self,
        url: str,
        *,
        send: Mapping[str, str],
        users: UserMap,
        users_at: str = "$",
        constants: Mapping[str, Any] = MappingProxyType({}),
        format: Format = "json",  # noqa: A002 - what it is called everywhere
        method: Literal["POST", "PUT"] = "POST",
        headers: Mapping[str, str] = MappingProxyType({}),
        success: Condition | Sequence[Condition] = _SUCCESS,
        refused_statuses: Sequence[int] = (400, 401, 403, 422),
        states: Mapping[str, JsonPath] = MappingProxyType({}),
        user_url: str | None = None,
        account_status: AccountStatus | None = None,
        tokens: Tokens | None = None,
        store: PendingStore | None = None,
        fields: Mapping[str, FormField] = FIELDS,
        account: str = "username",
        password: str = "password",  # noqa: S107 - the name of a field
        address_header: str | None = None,
        timeout: float = 5.0,
        longest_answer: int = 256 * 1024,
        connections: int = 20,
        ca_file: str | None = None,
        allow_http: bool = False,
        breaker: Breaker | None = None,
        transport: Callable[[], httpx2.AsyncBaseTransport] | None = None,
        clock: Callable[[], float] = time,
        entropy: Callable[[int], bytes] = urandom,
    ) -> None:
        check_urls(url, user_url, tokens, allow_http=allow_http)
        check_limits(method, timeout, longest_answer, connections)
        check_names(send, fields, account, password, users, tokens)
        conditions = conditions_of(success)
        check_refused(refused_statuses, conditions, states)
        self.fields: Mapping[str, FormField] = MappingProxyType(dict(fields))
        self.account: str = account
        self._form = LoginForm(
            Call(method, url, checked_headers(headers, where="HttpDirectory(headers=...)")),
            Sending(send, constants, format, where="HttpDirectory(send=...)"),
            self.fields,
            account=account,
            password=password,
            address_header=address_header,
        )
        self._verdicts = Verdicts(conditions, tuple(refused_statuses))
        self._states = dict(states)
        self._people = People(users, users_at)
        self._user_url = user_url
        self._tokens = tokens
        self._clock = clock
        self._account_status = account_status
        self._status_headers = (
            () if account_status is None else account_status.checked(allow_http=allow_http)
        )
        self._wire = Wire(
            breaker or Breaker(urlsplit(url).netloc),
            timeout=timeout,
            longest=longest_answer,
            connections=connections,
            tls=tls_context(ca_file),
            transport=transport,
            clock=clock,
        )
        self._keeper: TokenKeeper | None = None
        if tokens is not None:
            successors = Successors(store, clock=clock, entropy=entropy)
            self._keeper = TokenKeeper(tokens, self._wire, successors, clock=clock)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._wire.system!r})"

    async def check(
        self, credentials: SubmittedCredentials, request: Request | None = None
    ) -> User | None:
        """Sign in at the endpoint.

        Args:
            credentials: All parameters of the form.
            request: The request, whose address may be told.

        Returns:
            Who it is; None if the system refuses.

        Raises:
            CredentialsSignin: The account may not be used, and the system said why.
            SystemUnavailable: The system cannot be asked, or its answer says nothing.
        """
        call = self._form.call(credentials, request)
        if call is None:
            return None
        answer = await self._wire.ask(call)
        try:
            verdict = self._verdicts.of(answer)
        except NotJsonError as error:
            self._wire.fail(f"its answer to a sign-in: {error}")
        if verdict is Verdict.SIGNED_IN:
            return await self._user(answer)
        for code, path in self._states.items():
            if answer.says(path):
                raise CredentialsSignin(code)
        if verdict is Verdict.UNKNOWN:
            self._wire.fail(
                f"it answered {answer.status}, which is neither success nor in refused_statuses"
            )
        return None

    async def revalidate(self, user: User) -> bool:
        """Tell whether an account may still be used; True where no `account_status` is configured.

        Args:
            user: Who, as `check` answered them.

        Raises:
            SystemUnavailable: The system cannot be asked.
        """
        if self._account_status is None:
            return True
        return await self._account_status.is_active(self._wire, self._status_headers, user.id)

    async def jwt(self, params: JWTParams) -> Mapping[str, Any] | None:
        """Keep the system's tokens in the session: ``callbacks=Callbacks(jwt=directory.jwt)``.

        A callback of your own calls it first, and answers None where it does.

        Args:
            params: What the ``jwt`` callback is given.

        Returns:
            The claims; None if the system refuses to refresh: the person is signed out.

        Raises:
            CallbackError: The tokens are over, and the system is down for longer than the grace:
                nobody is signed in for the time being.
        """
        if self._keeper is None or self._tokens is None:
            return params.token
        claim = self._tokens.claim
        if params.user is not None:
            return with_own_claim(params.token, claim)
        held = params.token.get(claim)
        if not isinstance(held, dict):
            return params.token
        current = await self._keeper.current(held)
        return None if current is None else {**params.token, claim: dict(current)}

    def access_token(self, session: Session) -> str | None:
        """Answer the system's access token of a session; None if there is none that is good.

        Args:
            session: The session, as ``auth.session(request)`` answers it.
        """
        held = session.token.get(self._tokens.claim) if self._tokens is not None else None
        if not isinstance(held, dict):
            return None
        access, expires = held.get("access"), held.get("expires")
        is_good = isinstance(expires, int) and self._clock() < expires
        return access if is_good and isinstance(access, str) else None

    async def aclose(self) -> None:
        """Close the running event loop's connections; they close with the loop, too."""
        await self._wire.aclose()

    async def _user(self, answer: Answer) -> User:
        """Answer who signed in, with the tokens where they are kept."""
        try:
            held = None
            if self._tokens is not None:
                held = self._tokens.read(answer.document, now=self._clock())
            document = answer.document if self._user_url is None else None
            if self._user_url is not None:
                document = (await self._profile(self._user_url, answer, held)).document
            user = self._people.user(document)
        except (NotJsonError, ValueError) as error:
            self._wire.fail(f"its answer to a sign-in: {error}")
        if held is None or self._tokens is None:
            return user
        return replace(user, extra={**user.extra, self._tokens.claim: dict(held)})

    async def _profile(self, url: str, answer: Answer, held: Held | None) -> Answer:
        if held is not None:
            own = ("authorization", f"Bearer {held['access']}")
        else:
            own = ("cookie", cookie_header(answer.cookies))
        if not is_sendable(own[1]):
            self._wire.fail("it gave nothing to ask for the profile with")
        profile = await self._wire.ask(Call("GET", url, (own,)))
        if profile.status != _OK:
            self._wire.fail(f"it answered {profile.status} about who signed in")
        return profile
