"""Owns which browsers are not asked for a second factor for a while, because their person said so.

A cookie with a key of its own names an entry among the person's factors, where it can be removed.
It stands for no factor: the session says what was proven, and to renew a sign-in it does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nextauth.config import CookiePlan
from nextauth.errors import TokenError
from nextauth.models import Account
from nextauth.stores import Enrolment, FactorStore
from nextauth.tokens import Keyring, PurposeBox
from nextauth.web import Cookies, SetCookie

__all__ = ["TRUSTED_DEVICE", "TrustedDevices"]

TRUSTED_DEVICE = "trusted-device"
"""The method under which a browser is listed among a person's factors."""

_DAY = 86_400
_ID_BYTES = 16
_MOST = 20
_LONGEST_NAME = 100
_LONGEST_AGENT = 256


class TrustedDevices:
    """Makes and reads the cookies of trusted browsers.

    Args:
        store: Lists them.
        keyring: The site's secrets.
        days: For how long one is trusted; 0: none ever is.
        entropy: Answers that many random bytes.
    """

    __slots__ = ("_box", "_entropy", "_store", "days")

    def __init__(
        self,
        store: FactorStore,
        keyring: Keyring,
        *,
        days: int,
        entropy: Callable[[int], bytes],
    ) -> None:
        self._store = store
        self._box = PurposeBox(keyring, purpose="trusted-device", entropy=entropy)
        self._entropy = entropy
        self.days: int = days

    def knows(  # noqa: PLR0913 - named, and each is a part of the question
        self,
        cookies: Cookies,
        plan: CookiePlan,
        *,
        account: Account,
        epoch: int | None,
        enrolments: Iterable[Enrolment],
        now: float,
    ) -> bool:
        """Tell whether a browser is one that this person trusts.

        Args:
            cookies: The request's cookies.
            plan: Names of the cookies.
            account: Who has proven the first factor.
            epoch: Their epoch; a browser of an earlier one is a stranger.
            enrolments: Theirs, confirmed ones.
            now: Unix seconds.
        """
        value = cookies.get(plan.trusted)
        if not value or not self.days:
            return False
        try:
            claims = self._box.open(value, now=now).claims
        except TokenError:
            return False
        mine = [account.provider, account.provider_account_id]
        since = claims.get("epo")
        if claims.get("own") != mine or not isinstance(since, int) or since < (epoch or 0):
            return False
        return any(each.id == claims.get("id") and self._is_live(each, now) for each in enrolments)

    def _is_live(self, enrolment: Enrolment, now: float) -> bool:
        is_device = enrolment.method == TRUSTED_DEVICE
        return is_device and now < enrolment.created + self.days * _DAY

    async def trust(
        self,
        plan: CookiePlan,
        *,
        account: Account,
        epoch: int | None,
        user_agent: str | None,
        now: float,
    ) -> tuple[str, SetCookie] | None:
        """Trust a browser, whose person has just proven a second factor.

        Args:
            plan: Names and attributes of the cookies.
            account: Whose browser it is.
            epoch: Their epoch, from before the first proof.
            user_agent: What the browser calls itself.
            now: Unix seconds.

        Returns:
            Its id and its cookie; None where none is trusted.

        Raises:
            StoreUnavailable: It could not be listed.
        """
        if not self.days:
            return None
        user = account.provider, account.provider_account_id
        await self._make_room(user, now)
        device = self._entropy(_ID_BYTES).hex()
        name, whole = (user_agent or "")[:_LONGEST_NAME] or "?", (user_agent or "")[:_LONGEST_AGENT]
        entry = Enrolment(
            device, *user, TRUSTED_DEVICE, name, whole, created=now, confirmed=True, used=now
        )
        if not await self._store.enrol(entry, now=now):
            return None
        expires = int(now) + self.days * _DAY
        claims = {"id": device, "own": list(user), "epo": epoch or 0}
        cookie = SetCookie(
            plan.trusted, self._box.seal(claims, expires=expires), plan.csrf_attributes, expires
        )
        return device, cookie

    async def _make_room(self, user: tuple[str, str], now: float) -> None:
        """Forget those that are over, and of the others the oldest where there are too many."""
        known = await self._store.enrolments(*user, now=now)
        devices = [each for each in known if each.method == TRUSTED_DEVICE]
        live = [each for each in devices if self._is_live(each, now)][-(_MOST - 1) :]
        for each in devices:
            if each not in live:
                await self._store.remove(*user, each.id, now=now)
