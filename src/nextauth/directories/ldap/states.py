"""Owns which accounts may not be used although the password is right, and the public word for each.

Nothing here is told to anybody who did not prove the password first. Words: ``disabled``,
``expired`` (the account), ``must_change`` (the password has to be changed, or has expired),
``restricted`` (not at this time, or not from here).
"""

from __future__ import annotations

import re

from nextauth.directories.ldap.entries import Entry

__all__ = ["STATE_ATTRIBUTES", "code_of_refusal", "state_of"]

STATE_ATTRIBUTES = (
    "userAccountControl",
    "accountExpires",
    "pwdLastSet",
    "pwdAccountLockedTime",
    "pwdReset",
    "nsAccountLock",
    "loginDisabled",
    "shadowExpire",
)
"""What is asked for beside the user's own; a server leaves out what it does not know."""

# MS-ADTS, 2.2.16: bits of userAccountControl.
_ACCOUNT_DISABLED = 0x0000_0002
_PASSWORD_STAYS = 0x0001_0000  # "password never expires"
_SMARTCARD_REQUIRED = 0x0004_0000
_PASSWORD_EXPIRED = 0x0080_0000

# MS-ADA1, 2.2: 0 and the highest number mean "never"; ticks of 100 ns since 1601-01-01.
_NEVER = (0, 0x7FFF_FFFF_FFFF_FFFF)
_TICKS = 10_000_000
_UNIX_EPOCH = 11_644_473_600
_DAY = 86_400

# draft-behera-ldap-password-policy-10, 5.3.3: locked until an administrator unlocks it. Any other
# time is a lock that guessing caused; it must not end the sessions of its victim.
_LOCKED_FOR_GOOD = "000001010000Z"

# The Windows error in the diagnostic message of a refused bind, in hexadecimal. Active Directory
# sends these only if name and password are right: "Returns only when presented with valid username
# and password/credential", say the tables that LDAP products keep of them. Not listed, since it
# sends them whatever the password is: 525 (no such user), 52e (wrong), 775 (locked by guessing).
_AFTER_THE_RIGHT_PASSWORD = {
    "530": "restricted",  # ERROR_INVALID_LOGON_HOURS
    "531": "restricted",  # ERROR_INVALID_WORKSTATION
    "532": "must_change",  # ERROR_PASSWORD_EXPIRED
    "533": "disabled",  # ERROR_ACCOUNT_DISABLED
    "701": "expired",  # ERROR_ACCOUNT_EXPIRED
    "773": "must_change",  # ERROR_PASSWORD_MUST_CHANGE
}
_DIAGNOSIS = re.compile(r"AcceptSecurityContext error, data ([0-9a-fA-F]{1,8})\b")

# draft-behera-ldap-password-policy-10, 6.2 and 7: checked after the password. Not listed: 1
# (accountLocked), which is checked before it.
_POLICY = {0: "must_change", 2: "must_change"}  # passwordExpired, changeAfterReset


def code_of_refusal(diagnosis: str, policy_error: int | None) -> str | None:
    """Answer the public word of a bind that was refused although the password was right.

    Args:
        diagnosis: What the server wrote beside its answer.
        policy_error: The error of a password policy control, if there was one.

    Returns:
        The word; None if the password was wrong, or nobody can tell.
    """
    if policy_error is not None:
        return _POLICY.get(policy_error)
    match = _DIAGNOSIS.search(diagnosis)
    return _AFTER_THE_RIGHT_PASSWORD.get(match[1].lower()) if match else None


def state_of(entry: Entry, now: float) -> str | None:
    """Answer the public word for why an account may not be used; None if it may.

    Args:
        entry: The account.
        now: Seconds since 1970.
    """
    if _is_disabled(entry):
        return "disabled"
    if _is_expired(entry, now):
        return "expired"
    return "must_change" if _must_change(entry) else None


def _is_disabled(entry: Entry) -> bool:
    return (
        bool((entry.number("userAccountControl") or 0) & _ACCOUNT_DISABLED)
        or _LOCKED_FOR_GOOD in entry.texts("pwdAccountLockedTime")
        or entry.is_true("nsAccountLock")
        or entry.is_true("loginDisabled")
    )


def _is_expired(entry: Entry, now: float) -> bool:
    ticks = entry.number("accountExpires")
    if ticks is not None and ticks not in _NEVER:
        return ticks / _TICKS - _UNIX_EPOCH <= now
    # shadow(5): days since 1970; below zero, or nothing, means "never", and zero is not to be used.
    days = entry.number("shadowExpire")
    return days is not None and days > 0 and days * _DAY <= now


def _must_change(entry: Entry) -> bool:
    control = entry.number("userAccountControl") or 0
    # MS-ADTS, 3.1.1.4.5.17: accounts whose passwords never expire are asked for no other either.
    is_asked = not control & (_PASSWORD_STAYS | _SMARTCARD_REQUIRED)
    is_due = bool(control & _PASSWORD_EXPIRED) or entry.number("pwdLastSet") == 0
    return (is_asked and is_due) or entry.is_true("pwdReset")
