"""Owns how a factor's secret is kept: encrypted under a key of its own, for one account only."""

from __future__ import annotations

from collections.abc import Callable

from nextauth.errors import TokenError
from nextauth.tokens import Keyring, PurposeBox

__all__ = ["FactorSecrets"]

_PURPOSE = "factor-secret"
_NEVER = 253_402_300_799  # the year 9999: what is kept has no end of its own
_LONGEST = 1_024


class FactorSecrets:
    """Seals the secrets of factors before they are stored (A256GCM, RFC 7518, 5.3).

    The key comes from the site's secrets and opens nothing else of theirs. Whoever reads the
    database without the secrets learns nothing; whoever can write to it cannot give one account's
    secret to another.

    **A secret that you take out of the list takes the factors with it** that were sealed under it:
    before, open each and seal it anew (`renewed`). `TotpFactor` does so whenever one is used.

    Args:
        keyring: The site's secrets, newest first: ``Keyring([AUTH_SECRET])``.
        entropy: Answers that many random bytes, as ``secrets.token_bytes`` does.
    """

    __slots__ = ("_box",)

    def __init__(self, keyring: Keyring, *, entropy: Callable[[int], bytes]) -> None:
        self._box = PurposeBox(keyring, purpose=_PURPOSE, entropy=entropy)

    def __repr__(self) -> str:
        return "FactorSecrets()"

    def seal(self, secret: str, *, provider: str, user_id: str, method: str = "totp") -> str:
        """Encrypt a secret for one account; some 300 characters of ASCII.

        Args:
            secret: Such as `new_totp_secret` made.
            provider: The provider's id, such as ``"credentials"``.
            user_id: The user's id there.
            method: Which factor it is of: one method's secret is not another's.

        Raises:
            ValueError: One of them is empty, or the secret is too long. The message does not
                hold it.
        """
        if not all((secret, provider, user_id, method)) or len(secret) > _LONGEST:
            msg = f"seal takes a secret (at most {_LONGEST} characters), a provider and a user_id"
            raise ValueError(msg)
        claims = {"own": [provider, user_id, method], "sec": secret}
        return self._box.seal(claims, expires=_NEVER)

    def open(self, sealed: str, *, provider: str, user_id: str, method: str = "totp") -> str:
        """Decrypt a secret for the account that it was sealed for.

        Args:
            sealed: What was kept, whatever it is.
            provider: The provider's id.
            user_id: The user's id there.
            method: Which factor it is of.

        Raises:
            TokenError: It does not open, or belongs to another account or method.
        """
        if not isinstance(sealed, str):  # an account without a secret has NULL there
            reason = "malformed"
            raise TokenError(reason)
        claims = self._box.open(sealed, now=0).claims
        secret = claims.get("sec")
        if claims.get("own") != [provider, user_id, method] or not isinstance(secret, str):
            reason = "another-account"
            raise TokenError(reason)
        return secret

    def renewed(
        self, sealed: str, *, provider: str, user_id: str, method: str = "totp"
    ) -> str | None:
        """Seal anew what an older secret of the site sealed, so that it can be taken out one day.

        Args:
            sealed: What was kept, and opened.
            provider: The provider's id.
            user_id: The user's id there.
            method: Which factor it is of.

        Returns:
            What to keep instead; None where the newest secret sealed it.

        Raises:
            TokenError: It does not open.
        """
        if self._box.is_newest(sealed):
            return None
        secret = self.open(sealed, provider=provider, user_id=user_id, method=method)
        return self.seal(secret, provider=provider, user_id=user_id, method=method)
