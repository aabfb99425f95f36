"""Owns when, and from where, an event happened."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nextauth.web import AddressPolicy, Request

__all__ = ["Circumstances"]

_REQUEST_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}\Z")
_LONGEST_USER_AGENT = 256


@dataclass(frozen=True, slots=True)
class Circumstances:
    """When, and from where, something happened.

    Args:
        time: Unix seconds.
        request_id: The request's ``x-request-id``, as far as it is a plain token, or None.
        address: The person's address, as far as trusted proxies vouch for it.
        user_agent: The browser's name for itself, cut at 256 characters.
    """

    time: float
    request_id: str | None = None
    address: str | None = None
    user_agent: str | None = None

    @classmethod
    def of(cls, request: Request, policy: AddressPolicy, *, now: float) -> Circumstances:
        """Answer when and from where a request came.

        Args:
            request: The request.
            policy: Whom to believe about the client's address.
            now: Unix seconds.
        """
        request_id = request.header(b"x-request-id")
        user_agent = request.header(b"user-agent")
        return cls(
            time=now,
            request_id=request_id if request_id and _REQUEST_ID.match(request_id) else None,
            address=policy.client_address(request),
            user_agent=user_agent[:_LONGEST_USER_AGENT] if user_agent else None,
        )
