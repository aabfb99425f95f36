"""Owns how much work one hash may ask for: whoever can write a hash must not stop the server."""

from __future__ import annotations

from dataclasses import dataclass, fields

__all__ = ["CostLimits"]


@dataclass(frozen=True, slots=True)
class CostLimits:
    """What a hash may cost; one that asks for more is refused, unread.

    Args:
        memory: KiB that Argon2 or scrypt may fill.
        traffic: KiB that they may go over in all: memory times passes (times lanes for scrypt).
        bcrypt: The base-2 logarithm of bcrypt's rounds.
        pbkdf2: Rounds of PBKDF2.
        sha_crypt: Rounds of ``$5$`` and ``$6$``, which Python computes itself, and so slowly.
        phpass: The base-2 logarithm of phpass's rounds.

    Raises:
        ValueError: One of them is no positive int.
    """

    memory: int = 512 * 1024
    traffic: int = 2 * 1024 * 1024
    bcrypt: int = 16
    pbkdf2: int = 10_000_000
    sha_crypt: int = 1_000_000
    phpass: int = 20

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                msg = f"CostLimits({each.name}={value!r}): use an int of 1 or more"
                raise ValueError(msg)
