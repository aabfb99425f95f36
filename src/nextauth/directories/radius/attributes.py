"""Owns which RADIUS attributes are known by name, and how their values are told as JSON's types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from pyrad.dictionary import Dictionary, ParseError  # type: ignore[import-untyped]
from pyrad.packet import Packet  # type: ignore[import-untyped]

from nextauth.errors import CallbackError

__all__ = ["encoded", "read_dictionary", "readable", "refuse_unknown", "values_of"]

# Of RFC 2865, 2868, 2869, 4372 and 5607: what says something about a person, or about us.
_STANDARD = """
ATTRIBUTE User-Name 1 string
ATTRIBUTE NAS-IP-Address 4 ipaddr
ATTRIBUTE NAS-Port 5 integer
ATTRIBUTE Service-Type 6 integer
ATTRIBUTE Framed-IP-Address 8 ipaddr
ATTRIBUTE Filter-Id 11 string
ATTRIBUTE Reply-Message 18 string
ATTRIBUTE Class 25 octets
ATTRIBUTE Session-Timeout 27 integer
ATTRIBUTE Idle-Timeout 28 integer
ATTRIBUTE Called-Station-Id 30 string
ATTRIBUTE Calling-Station-Id 31 string
ATTRIBUTE NAS-Identifier 32 string
ATTRIBUTE Login-LAT-Group 36 octets
ATTRIBUTE NAS-Port-Type 61 integer
ATTRIBUTE Connect-Info 77 string
ATTRIBUTE Configuration-Token 78 string
ATTRIBUTE Tunnel-Private-Group-Id 81 string has_tag
ATTRIBUTE NAS-Port-Id 87 string
ATTRIBUTE Chargeable-User-Identity 89 octets
ATTRIBUTE NAS-IPv6-Address 95 ipv6addr
ATTRIBUTE Management-Policy-Id 135 string
ATTRIBUTE Management-Privilege-Level 136 integer
"""

_NAS_IDENTIFIER = 32
# What a question has from us, and from nobody else: among them names, passwords and signatures.
_OURS = frozenset({1, 2, 3, 24, _NAS_IDENTIFIER, 33, 60, 79, 80})


def read_dictionary(paths: Iterable[str | Path]) -> Dictionary:
    """Read what is known of attributes: the standard's, and those of files.

    Args:
        paths: Files in FreeRADIUS's format, such as a vendor's.

    Raises:
        ValueError: One of them cannot be read; the message names it.
    """
    known = Dictionary(StringIO(_STANDARD))
    for path in paths:
        try:
            known.ReadDictionary(str(path))
        except (OSError, ParseError, LookupError, ValueError) as error:
            msg = f"RadiusDirectory(dictionaries=...): {str(path)!r} cannot be read: {error}"
            raise ValueError(msg) from None
    return known


def refuse_unknown(known: Dictionary, names: Iterable[str]) -> None:
    """Refuse attributes that no dictionary has.

    Args:
        known: The dictionary.
        names: Names of attributes.

    Raises:
        ValueError: One of them is unknown, or cannot be read.
    """
    for name in names:
        if name not in known:
            msg = (
                f"RadiusDirectory(users=...) names the attribute {name!r}, which is unknown. Name "
                "one of RFC 2865, such as 'Filter-Id', or pass dictionaries=(...) with the "
                "vendor's file, such as '/usr/share/freeradius/dictionary.cisco'"
            )
            raise ValueError(msg)
        if known[name].encrypt or known[name].type == "tlv" or known[name].is_sub_attribute:
            msg = f"RadiusDirectory(users=...) names {name!r}, which is encrypted or no plain value"
            raise ValueError(msg)


def encoded(
    known: Dictionary, nas_identifier: str, attributes: Mapping[str, str | int]
) -> Mapping[Any, list[bytes]]:
    """Answer what every question says beside, by code, as it is sent.

    Args:
        known: The dictionary.
        nas_identifier: What we call ourselves.
        attributes: Further ones, by name.

    Raises:
        ValueError: One of them is unknown, does not take its value, or is ours to send.
    """
    packet = Packet(dict=known)
    for name, value in attributes.items():
        try:
            packet.AddAttribute(name, value)
        except (LookupError, TypeError, ValueError) as error:
            msg = f"RadiusDirectory(attributes=...): {name!r} does not take {value!r}: {error}"
            raise ValueError(msg) from None
        if not known[name].vendor and known[name].code in _OURS:
            msg = f"RadiusDirectory(attributes=...) sets {name!r}, which is not yours; leave it out"
            raise ValueError(msg)
    return {**dict(packet.items()), _NAS_IDENTIFIER: [nas_identifier.encode()]}


def values_of(reply: Packet, names: Sequence[str]) -> dict[str, list[str | int]]:
    """Answer the values of attributes, each in a list, since RADIUS may repeat all of them.

    Args:
        reply: An answer that is the server's.
        names: The attributes' names; those that it lacks are left out.

    Raises:
        CallbackError: A value is none of its attribute's type.
    """
    found: dict[str, list[str | int]] = {}
    for name in names:
        try:
            values = reply.get(name)
        except (LookupError, TypeError, ValueError):
            message = f"the RADIUS server sent a {name} that is none; mend its configuration"
            raise CallbackError(message) from None
        if values:
            found[name] = [readable(each) for each in values]
    return found


def readable(value: str | bytes | int) -> str | int:
    """Answer a value as text or a number; what is no text in hexadecimal, so that none get lost.

    Args:
        value: As it was decoded.
    """
    if not isinstance(value, bytes):
        return value
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return f"0x{value.hex()}"
    return text if text.isprintable() else f"0x{value.hex()}"
