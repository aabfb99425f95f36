"""Owns what is asked of a RADIUS server as bytes, and when an answer is one to believe.

An answer counts only if it has our identifier, a Response Authenticator over our request (RFC 2865,
3) and a Message-Authenticator (RFC 3579, 3.2). pyrad checks them; that each is there, we insist.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pyrad.dictionary import Dictionary  # type: ignore[import-untyped]
from pyrad.packet import (  # type: ignore[import-untyped]
    AccessAccept,
    AccessChallenge,
    AccessReject,
    AccessRequest,
    AuthPacket,
    Packet,
    PacketError,
)

from nextauth.directories.radius.attributes import values_of

__all__ = ["LONGEST_NAME", "LONGEST_PASSWORD", "Answer", "Asked", "Packets", "Question"]

LONGEST_NAME = 253
LONGEST_PASSWORD = 128
"""Octets (RFC 2865, 5.1 and 5.2)."""

_USER_NAME, _USER_PASSWORD, _SERVICE_TYPE, _STATE = 1, 2, 6, 24
_MESSAGE_AUTHENTICATOR = 80
_AUTHORIZE_ONLY = 17  # RFC 5176, 3.2
_LONGEST_MESSAGE = 1_000

Verdict = Literal["accept", "reject", "challenge"]
_VERDICTS: Mapping[int, Verdict] = {
    AccessAccept: "accept",
    AccessReject: "reject",
    AccessChallenge: "challenge",
}
_Doubt = Literal["damaged", "unsigned", "another's"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a server.

    Args:
        name: The user's name.
        password: The password, or the code; None asks whether the name may still be used. Not in
            the repr.
        state: What the server's challenge has said. Not in the repr.
    """

    name: str
    password: str | None = field(default=None, repr=False)
    state: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server has answered, and has signed.

    Args:
        verdict: What it says.
        packet: All of it. Not in the repr.
    """

    verdict: Verdict
    packet: Packet = field(repr=False)

    def values(self, names: tuple[str, ...]) -> dict[str, list[str | int]]:
        """Answer the values of attributes by name; those that it lacks are left out.

        Args:
            names: The attributes' names.

        Raises:
            CallbackError: A value is none of its attribute's type.
        """
        return values_of(self.packet, names)

    @property
    def state(self) -> bytes | None:
        """What has to go with the answer to a challenge; None if there is not exactly one."""
        found: list[bytes] = self.packet.get(_STATE, [])
        return found[0] if len(found) == 1 else None

    @property
    def message(self) -> str:
        """What the server wants the person to read; empty if nothing."""
        lines = self.values(("Reply-Message",)).get("Reply-Message", [])
        return "\n".join(map(str, lines))[:_LONGEST_MESSAGE]


class Question:
    """One request, and how its answer is known.

    Args:
        packet: The request.
    """

    __slots__ = ("_packet", "raw")

    def __init__(self, packet: AuthPacket) -> None:
        self._packet = packet
        self.raw: bytes = packet.RequestPacket()

    def __repr__(self) -> str:
        return "Question()"

    def read(self, raw: bytes) -> Answer | _Doubt:
        """Answer what a datagram says, if it is the server's; else why it is not believed.

        Args:
            raw: What came, whatever it is.
        """
        try:
            reply = self._packet.CreateReply(packet=raw)
            is_ours = self._packet.VerifyReply(reply, raw, enforce_ma=True)
        except (PacketError, LookupError, TypeError, ValueError, struct.error):
            return "damaged"
        if not is_ours:
            return "another's" if _MESSAGE_AUTHENTICATOR in reply else "unsigned"
        verdict = _VERDICTS.get(reply.code)
        is_whole = _is_whole(reply.raw_packet)
        return Answer(verdict, reply) if verdict is not None and is_whole else "damaged"


def _is_whole(raw: bytes) -> bool:
    """Tell whether the last attribute ends where the packet does; pyrad would cut it short."""
    at = 20
    while at < len(raw):
        at += raw[at + 1]
    return at == len(raw)


class Packets:
    """Makes requests.

    Args:
        known: The attributes by name.
        fixed: What each request says beside, by code.
        entropy: Answers that many random bytes.
    """

    __slots__ = ("_entropy", "_fixed", "_known")

    def __init__(
        self,
        known: Dictionary,
        fixed: Mapping[Any, list[bytes]],
        *,
        entropy: Callable[[int], bytes],
    ) -> None:
        self._known = known
        self._fixed = fixed
        self._entropy = entropy

    def question(self, asked: Asked, secret: bytes) -> Question:
        """Make a request, with an identifier and an authenticator that nobody can foresee.

        Args:
            asked: What is asked.
            secret: What the server knows us by.
        """
        packet = AuthPacket(
            code=AccessRequest,
            id=self._entropy(1)[0],
            secret=secret,
            authenticator=self._entropy(16),
            dict=self._known,
            message_authenticator=True,
        )
        # By code: by name, pyrad would take "0x41" for the hexadecimal form of something else.
        for code, values in self._fixed.items():
            packet[code] = list(values)
        packet[_USER_NAME] = [asked.name.encode()]
        if asked.password is None:
            packet[_SERVICE_TYPE] = [struct.pack("!I", _AUTHORIZE_ONLY)]
        else:
            packet[_USER_PASSWORD] = [packet.PwCrypt(asked.password.encode())]
        if asked.state is not None:
            packet[_STATE] = [asked.state]
        return Question(packet)
