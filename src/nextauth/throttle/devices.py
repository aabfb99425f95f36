"""Owns the device cookie: what tells a person's own browser from a stranger's, and no more.

See OWASP, "Slow Down Online Guessing Attacks with Device Cookies". It opens nothing: its only use
is that tries from this browser, on this account, are counted apart from everybody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple

from nextauth.errors import TokenError
from nextauth.tokens import Keyring, PurposeBox

__all__ = ["DEVICE_LIFETIME", "Device", "Devices", "Sealed"]

DEVICE_LIFETIME = 400 * 86_400
"""Seconds that a device cookie lasts: browsers keep none longer (RFC 6265bis, 5.5)."""

_PURPOSE = "device"
_ID_BYTES = 12


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that has signed in before.

    Args:
        id: Random, new at each sign-in.
        account: The key of the account that was signed in to.
        provider: Id of the provider that vouched for it.
        user_id: Who signed in.
        epoch: The user's epoch then; every device of an earlier one is a stranger's.
    """

    id: str
    account: str
    provider: str
    user_id: str
    epoch: int


class Sealed(NamedTuple):
    """A device cookie to be set.

    Args:
        value: Its value.
        expires: Unix seconds.
    """

    value: str
    expires: int


class Devices:
    """Makes and reads device cookies.

    Args:
        keyring: The site's secrets.
        entropy: Answers that many random bytes.
    """

    __slots__ = ("_box", "_entropy")

    def __init__(self, keyring: Keyring, *, entropy: Callable[[int], bytes]) -> None:
        self._box = PurposeBox(keyring, purpose=_PURPOSE, entropy=entropy)
        self._entropy = entropy

    def seal(self, account: str, provider: str, user_id: str, epoch: int, *, now: float) -> Sealed:
        """Answer the cookie of a browser that has just signed in.

        Args:
            account: The key of the account.
            provider: Id of the provider that vouched for it.
            user_id: Who signed in.
            epoch: The user's epoch.
            now: Unix seconds.
        """
        claims = {
            "dev": self._entropy(_ID_BYTES).hex(),
            "acc": account,
            "prv": provider,
            "sub": user_id,
            "epo": epoch,
        }
        expires = int(now) + DEVICE_LIFETIME
        return Sealed(self._box.seal(claims, expires=expires), expires)

    def open(
        self, cookie: str, *, accounts: Collection[str], provider: str, now: float
    ) -> Device | None:
        """Read a cookie; None unless we made it for this account, at this provider.

        Args:
            cookie: Anything that a client sent.
            accounts: The keys that the account has, by each of the secrets.
            provider: Id of the provider that is asked.
            now: Unix seconds.
        """
        try:
            claims = self._box.open(cookie, now=now).claims
        except TokenError:
            return None
        match claims:
            case {
                "dev": str(device),
                "acc": str(account),
                "prv": str(vouched),
                "sub": str(user_id),
                "epo": int(epoch),
            } if account in accounts and vouched == provider:
                return Device(device, account, provider, user_id, epoch)
        return None
