"""Owns what an e-mail address is, and how much of one a page may show.

Exactly one address without a display name, as a mailbox has it (RFC 5321, 4.1.2), or an
internationalised one (RFC 6531, 3.3). Quoted local parts and address literals, which nobody's
mailbox has, are refused: they are where parsers disagree about who gets the message.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["masked_address", "split_address"]

_LONGEST = 254  # RFC 5321, 4.5.3.1.3: a path of 256 octets, with its angle brackets
_LONGEST_LOCAL = 64  # RFC 5321, 4.5.3.1.1
_LONGEST_LABEL = 63  # RFC 1035, 2.3.4
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]"  # RFC 5322, 3.2.3 and RFC 6531, 3.3
_LOCAL = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9\u0080-\U0010ffff-]+(?<!-)")
_HIDDEN = "…"
_SHOWS_ONE, _SHOWS_TWO = 3, 6  # characters of a local part, from which on so many are shown


def split_address(address: str) -> tuple[str, str]:
    """Answer the local part and the domain of one address.

    Args:
        address: Such as ``ada@example.com``.

    Raises:
        ValueError: It is no address, or not one alone. The message does not hold it.
    """
    problem = _problem(address)
    if problem is not None:
        msg = f"this is not one e-mail address of the form name@domain: {problem}"
        raise ValueError(msg)
    local, _, domain = address.partition("@")
    return local, domain


def masked_address(address: str) -> str:
    """Answer what of an address a page may show to who has not yet proven everything.

    Enough for its person to know which mailbox to open, such as ``a…e@example.com``, and neither
    the name nor how long it is. Of what is no address, nothing is shown.

    Args:
        address: Whatever is kept as one; it never raises.
    """
    if _problem(address) is not None:
        return _HIDDEN
    local, _, domain = address.partition("@")
    first = local[0] if len(local) >= _SHOWS_ONE else ""
    last = local[-1] if len(local) >= _SHOWS_TWO else ""
    return f"{first}{_HIDDEN}{last}@{domain}"


def _problem(address: object) -> str | None:
    if not isinstance(address, str):
        return f"it is of type {type(address).__name__}"
    # What cannot be shown are control and format characters, line ends and surrogates.
    if not address.isprintable() or len(address.encode()) > _LONGEST:
        return f"it has a character that cannot be shown, or more than {_LONGEST} bytes"
    local, is_pair, domain = address.partition("@")
    if not is_pair or "@" in domain:
        return "it has no @, or two"
    if len(local.encode()) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        return "what is before the @ is too long, or has blanks, brackets, quotes or odd dots"
    if not all(_is_label(each) for each in domain.split(".")):
        return "what is after the @ is no domain"
    return None


def _is_label(label: str) -> bool:
    others = (unicodedata.category(each)[0] for each in label if not each.isascii())
    return (
        _LABEL.fullmatch(label) is not None
        and len(label) <= _LONGEST_LABEL
        and all(kind in "LMN" for kind in others)  # letters, marks, digits
    )
