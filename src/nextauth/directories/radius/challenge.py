"""Owns what is kept of a server's challenge while the person looks for their code."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from nextauth.directories.radius.packets import Answer
from nextauth.errors import CallbackError
from nextauth.models import User

__all__ = ["KeptChallenge"]


@dataclass(frozen=True, slots=True)
class KeptChallenge:
    """A challenge (RFC 2865, 5.44) as it is kept, sealed, with the sign-in that waits.

    Args:
        server: Which server made it.
        name: The user's name, as it was typed.
        user_id: Whose sign-in it is.
        state: What the server wants to get back. Not in the repr.
        message: What it wants the person to read.
    """

    server: str
    name: str
    user_id: str
    state: bytes = field(repr=False)
    message: str = ""

    @classmethod
    def of(cls, answer: Answer, *, server: str, name: str, user: User) -> KeptChallenge:
        """Make it of an Access-Challenge.

        Args:
            answer: The challenge.
            server: Which server made it.
            name: The user's name, as it was typed.
            user: Whose sign-in it is.

        Raises:
            CallbackError: There is no State, so that the code would go for a password.
        """
        if answer.state is None:
            message = (
                f"{server} made a challenge without a State (RFC 2865, 5.24), so that the answer "
                "would be taken for a password; mend its configuration"
            )
            raise CallbackError(message)
        return cls(server, name, user.id or "", answer.state, answer.message)

    def claims(self) -> dict[str, str]:
        """Answer it as JSON's types."""
        return {
            "server": self.server,
            "name": self.name,
            "user": self.user_id,
            "state": b64encode(self.state).decode("ascii"),
            "message": self.message,
        }

    @classmethod
    def of_claims(cls, claims: object) -> KeptChallenge | None:
        """Read what `claims` answered; None if it is anything else.

        Args:
            claims: Whatever was kept.
        """
        if not isinstance(claims, Mapping):
            return None
        members = [claims.get(name) for name in ("server", "name", "user", "state", "message")]
        if not all(isinstance(each, str) for each in members):
            return None
        server, name, user_id, state, message = map(str, members)
        try:
            return cls(server, name, user_id, b64decode(state, validate=True), message)
        except (binascii.Error, ValueError):
            return None
