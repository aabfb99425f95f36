"""Owns RADIUS as a directory: which server is asked, and what its answer makes of a person."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from os import urandom  # noqa: TID251 - directories talk to the world; tests hand in another
from pathlib import Path
from time import monotonic  # noqa: TID251 - the same
from types import MappingProxyType
from typing import Any, Literal

from nextauth.directories.base import FIELDS, plain_text, submitted
from nextauth.directories.mapping import UserMap
from nextauth.directories.radius.attributes import encoded, read_dictionary, refuse_unknown
from nextauth.directories.radius.challenge import KeptChallenge
from nextauth.directories.radius.checks import check_options, check_revalidation
from nextauth.directories.radius.exchange import Exchange
from nextauth.directories.radius.packets import (
    LONGEST_NAME,
    LONGEST_PASSWORD,
    Answer,
    Asked,
    Packets,
)
from nextauth.directories.radius.server import RadiusServer
from nextauth.errors import SystemUnavailable
from nextauth.fields import FormField
from nextauth.models import Challenge, SubmittedCredentials, User

__all__ = ["RadiusDirectory"]

_log = logging.getLogger("nextauth.directories")
_NAME = "User-Name"
_NOTHING: Mapping[str, str | int] = MappingProxyType({})


class RadiusDirectory:
    """Checks names and passwords with RADIUS servers, by PAP. Give it to `Credentials`.

    The servers are asked in their order, until one answers. Each answer must have a valid
    Message-Authenticator; one without it counts as none. What it protects is the answers and the
    password, with the shared secret and MD5: let the packets travel in a network of your own.

    Args:
        servers: Who is asked, the first one first.
        nas_identifier: What this application is called there (NAS-Identifier).
        revalidate: How somebody is asked about who is signed in, which RADIUS has no usual way for.
            ``"authorize-only"``: by an Access-Request without a password (Service-Type
            Authorize-Only), which the server has to be set up for. A ``def`` that takes the `User`
            and answers whether they may stay. **None: nobody is asked, and whoever you disable
            stays signed in until their session ends by itself.**
        users: Which attributes of an answer become the user. ``User-Name`` is what the server says
            it is, else what was typed. In ``extra``, each attribute is a list.
        method: What its second step is called where the server asks for one: see `RadiusFactor`.
        attributes: What each request says beside, by attribute, such as ``{"NAS-Port-Type": 5}``.
        dictionaries: Files in FreeRADIUS's format that define further attributes.
        timeout: Seconds for which an answer is waited for, each time that a request is sent.
        retries: How often a request is sent again to a server, before the next one is asked.
        fields: The fields of the sign-in form by name.
        account: The field of the name.
        password: The field of the password.
        entropy: Answers that many random bytes.
        timer: Answers seconds of a clock that never goes back.

    Raises:
        TypeError: An argument is of another type.
        ValueError: An argument cannot be right; the message says what to write.
    """

    def __init__(  # noqa: PLR0913 - what there is to say about it
        self,
        servers: Iterable[RadiusServer],
        *,
        nas_identifier: str,
        revalidate: Literal["authorize-only"] | Callable[[User], bool] | None,
        users: UserMap = UserMap(id=_NAME, name=_NAME),  # noqa: B008 - a frozen value
        method: str = "radius",
        attributes: Mapping[str, str | int] = _NOTHING,
        dictionaries: Iterable[str | Path] = (),
        timeout: float = 3.0,
        retries: int = 1,
        fields: Mapping[str, FormField] = FIELDS,
        account: str = "username",
        password: str = "password",  # noqa: S107 - a field's name
        entropy: Callable[[int], bytes] = urandom,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self._servers = tuple(servers)
        check_options(
            servers=self._servers,
            nas_identifier=nas_identifier,
            users=users,
            method=method,
            timeout=timeout,
            retries=retries,
            fields=fields,
            needed=(account, password),
        )
        check_revalidation(revalidate, users, _NAME)
        known = read_dictionary(dictionaries)
        refuse_unknown(known, users.attributes)
        said = encoded(known, nas_identifier, attributes)
        packets = Packets(known, said, entropy=entropy)
        self._exchange = Exchange(packets, timeout=timeout, retries=retries, timer=timer)
        self._users = users
        self._revalidation = revalidate
        self._password = password
        self.method: str = method
        self.account: str = account
        self.fields: Mapping[str, FormField] = MappingProxyType(dict(fields))

    def __repr__(self) -> str:
        return f"RadiusDirectory({[each.label for each in self._servers]})"

    def check(self, credentials: SubmittedCredentials) -> User | Challenge | None:
        """Check a name and a password. It blocks.

        Args:
            credentials: All parameters of the form.

        Returns:
            Who it is; a `Challenge` if the server wants to know more (Access-Challenge); None if it
            refuses.

        Raises:
            CallbackError: The server's answer lacks what makes a user, or a challenge.
            SystemUnavailable: No server has answered.
        """
        given = submitted(credentials, self.account, self._password)
        if given is None or not _fits(*given):
            return None
        name, password = given
        server, answer = self._ask(Asked(name, password), self._servers)
        if answer.verdict == "reject":
            return None
        user = self._user(name, answer)
        if answer.verdict == "accept":
            return user
        kept = KeptChallenge.of(answer, server=server.label, name=name, user=user)
        return Challenge(user, (self.method,), state={self.method: kept.claims()})

    def answer_challenge(self, state: Mapping[str, Any], code: str) -> bool:
        """Answer a server's challenge, for `RadiusFactor`. It blocks.

        Args:
            state: What `check` said in ``Challenge.state``.
            code: What the person has typed.

        Returns:
            Whether the server accepts it, and for the same person.

        Raises:
            CallbackError: The server's answer lacks what makes a user.
            SystemUnavailable: The server that made the challenge has not answered.
        """
        kept = KeptChallenge.of_claims(state.get(self.method))
        if kept is None or not _is_writable(code) or not _fits(kept.name, code):
            return False
        # Nobody but who made the challenge knows what it was about.
        own = [each for each in self._servers if each.label == kept.server]
        if not own:
            return False
        _, answer = self._ask(Asked(kept.name, code, kept.state), own)
        if answer.verdict == "challenge":
            _log.warning(
                "%s asks once more after a challenge was answered; one step is all that is "
                "supported, so nobody is signed in.",
                kept.server,
                extra={"code": "radius-second-challenge"},
            )
        if answer.verdict != "accept":
            return False
        is_same = self._user(kept.name, answer).id == kept.user_id
        if not is_same:
            _log.warning(
                "%s accepts a challenge's answer for another user than it was made for, so nobody "
                "is signed in. Let it send the same User-Name in the challenge.",
                kept.server,
                extra={"code": "radius-another-user"},
            )
        return is_same

    def revalidate(self, user: User) -> bool:
        """Tell whether somebody may stay signed in. It blocks.

        **True without asking, if the directory was made with ``revalidate=None``.**

        Args:
            user: Who, as `check` answered them.

        Raises:
            SystemUnavailable: No server has answered.
        """
        if self._revalidation is None:
            return True
        if callable(self._revalidation):
            return bool(self._revalidation(user))
        name = self._name_of(user)
        if name is None or not _fits(name):
            return False
        _, answer = self._ask(Asked(name), self._servers)
        return answer.verdict == "accept"

    def _ask(self, asked: Asked, servers: Sequence[RadiusServer]) -> tuple[RadiusServer, Answer]:
        failures: list[str] = []
        for server in servers:
            try:
                with server.watch.trying():
                    return server, self._exchange.ask(server, asked)
            except SystemUnavailable as error:
                failures.append(str(error))
        message = "; ".join(failures)
        raise SystemUnavailable(message)

    def _user(self, name: str, answer: Answer) -> User:
        found = answer.values(self._users.attributes)
        # RFC 2865, 5.1: the name that an answer has is the one to use from then on.
        return self._users.user({_NAME: [name], **found})

    def _name_of(self, user: User) -> str | None:
        """Answer by which name the server knows somebody who is signed in."""
        if self._users.id == _NAME:
            return plain_text(user.id)
        kept = next(key for key, value in self._users.extra.items() if value == _NAME)
        names = user.extra.get(kept)
        name = names[0] if isinstance(names, (list, tuple)) and names else None
        return plain_text(name) if isinstance(name, str) else None


def _fits(name: str, password: str = "") -> bool:
    return len(name.encode()) <= LONGEST_NAME and len(password.encode()) <= LONGEST_PASSWORD


def _is_writable(code: str) -> bool:
    """Tell whether a code can be sent: with a NUL, a server would compare its start."""
    return bool(code.strip()) and "\0" not in code and code.isprintable()
