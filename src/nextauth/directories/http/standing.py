"""Owns how a system is asked whether an account may still be used, by the user's id alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from nextauth.directories.http.checks import Headers, checked_headers, checked_url
from nextauth.directories.http.paths import JsonPath, NotJsonError
from nextauth.directories.http.wire import Call, Wire

__all__ = ["AccountStatus"]

_ID = "{id}"
_LONGEST = 1_024
# Servers decode what was escaped, and go up a folder.
_UPWARDS = re.compile(r"(?:\A|[/\\])\.{1,2}(?:[/\\]|\Z)")


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """Where a service may ask about an account. Headers are not in the repr.

    Args:
        url: The address, with ``{id}`` where the user's id goes; it is percent-encoded.
        headers: What is sent with it, such as the ``Authorization`` of the service.
        active: What the answer must say; None: an answer of 200 is enough.
        gone_statuses: Statuses that say that there is no such account any more.

    Raises:
        ValueError: `url` has no ``{id}`` in its path or query, or more than one.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    active: JsonPath | None = None
    gone_statuses: tuple[int, ...] = (404, 410)

    def __post_init__(self) -> None:
        if not isinstance(self.url, str) or self.url.count(_ID) != 1:
            msg = "AccountStatus(url=...) needs {id} once, such as 'https://example.com/users/{id}'"
            raise ValueError(msg)
        if set(self.gone_statuses) & {401, 403} or not all(
            400 <= each <= 499  # noqa: PLR2004 - the client errors
            for each in self.gone_statuses
        ):
            msg = (
                f"AccountStatus(gone_statuses={self.gone_statuses!r}): use statuses from 400 to "
                "499, but not 401 and 403, which are about the service's own headers"
            )
            raise ValueError(msg)

    def checked(self, *, allow_http: bool) -> Headers:
        """Answer the headers, once address and headers were checked.

        Args:
            allow_http: Whether another machine may be asked without TLS.

        Raises:
            ValueError: One of them may not be used.
        """
        where = "AccountStatus(url=...)"
        around = self.url.partition(_ID)[0].partition("://")[2]
        if "/" not in around:
            msg = f"{where} has {{id}} in its host; it belongs into the path or the query"
            raise ValueError(msg)
        checked_url(self.url.replace(_ID, "0"), where=where, allow_http=allow_http)
        return checked_headers(self.headers, where="AccountStatus(headers=...)")

    async def is_active(self, wire: Wire, headers: Headers, user_id: str | None) -> bool:
        """Tell whether an account may still be used.

        Args:
            wire: Asks the system.
            headers: What is sent.
            user_id: The user's id.

        Raises:
            SystemUnavailable: The system does not say.
        """
        if not user_id or len(user_id) > _LONGEST or _UPWARDS.search(user_id):
            return False
        try:
            escaped = quote(user_id, safe="")
        except UnicodeEncodeError:
            return False
        answer = await wire.ask(Call("GET", self.url.replace(_ID, escaped), headers))
        if answer.status in self.gone_statuses:
            return False
        if answer.status != 200:  # noqa: PLR2004 - the status itself
            wire.fail(f"it answered {answer.status} about an account")
        try:
            return self.active is None or self.active.matches(answer.document)
        except NotJsonError as error:
            wire.fail(f"its answer about an account: {error}")
