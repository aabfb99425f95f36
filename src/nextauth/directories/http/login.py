"""Owns how what a person submitted becomes the request that signs them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address

from nextauth.directories.base import plain_text, submitted
from nextauth.directories.http.checks import checked_headers
from nextauth.directories.http.sending import Sending
from nextauth.directories.http.wire import Call
from nextauth.fields import FormField
from nextauth.models import SubmittedCredentials
from nextauth.web import Request

__all__ = ["LoginForm"]

_CONTENT_TYPE = "content-type"


class LoginForm:
    """Makes requests of submitted forms.

    Args:
        blank: The request, without what a person submits.
        sending: Writes its body.
        fields: The form's fields.
        account: The one that names the account.
        password: The one of the password.
        address_header: A header that tells the person's address; None: it is not told.

    Raises:
        ValueError: `address_header` is no header that can be chosen.
    """

    def __init__(  # noqa: PLR0913 - what a form consists of
        self,
        blank: Call,
        sending: Sending,
        fields: Mapping[str, FormField],
        *,
        account: str,
        password: str,
        address_header: str | None,
    ) -> None:
        is_told = any(name == _CONTENT_TYPE for name, _ in blank.headers)
        kind = () if is_told else ((_CONTENT_TYPE, sending.kind),)
        self._blank = replace(blank, headers=(*blank.headers, *kind))
        self._sending = sending
        self._fields = fields
        self._account = account
        self._password = password
        self._address_header = address_header
        if address_header is not None:
            where = "HttpDirectory(address_header=...)"
            self._address_header = checked_headers({address_header: "0"}, where=where)[0][0]

    def call(self, credentials: SubmittedCredentials, request: Request | None) -> Call | None:
        """Answer the request that signs a person in; None if it can be nobody's.

        Args:
            credentials: All parameters of the form.
            request: Where they came from.
        """
        values = self._values(credentials)
        if values is None:
            return None
        headers = self._blank.headers
        client = None if request is None else request.client
        if self._address_header is not None and client and _is_address(client):
            headers = (*headers, (self._address_header, client))
        return replace(self._blank, headers=headers, body=self._sending.body(values))

    def _values(self, credentials: SubmittedCredentials) -> Mapping[str, str] | None:
        pair = submitted(credentials, self._account, self._password)
        if pair is None:
            return None
        values = dict(zip((self._account, self._password), pair, strict=True))
        for name in self._sending.names:
            if name in values or self._is_left_out(credentials, name):
                continue
            value = self._value(credentials, name)
            if value is None:
                return None
            values[name] = value
        return values

    def _is_left_out(self, credentials: SubmittedCredentials, name: str) -> bool:
        return not self._fields[name].required and not credentials.get(name, "").strip()

    def _value(self, credentials: SubmittedCredentials, name: str) -> str | None:
        if self._fields[name].type != "password":
            return plain_text(credentials.get(name))
        pair = submitted(credentials, self._account, name)
        return None if pair is None else pair[1]


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text  # a zone is this machine's own
