"""Second factors, to check in ``authorize``: codes from a telephone, recovery codes, YubiKeys.

Nothing here knows of a request or of a session. ``pyotp`` and ``segno`` (the extra ``factors``) are
imported with the first code and the first picture.
"""

from nextauth.factors.qr import totp_qr
from nextauth.factors.recovery import (
    RecoveryCodes,
    SpentCode,
    new_recovery_codes,
    spend_recovery_code,
)
from nextauth.factors.sealing import FactorSecrets
from nextauth.factors.steps import MemorySteps, StepStore
from nextauth.factors.totp import TotpOptions, new_totp_secret, totp_uri, verify_totp
from nextauth.factors.yubico import YUBICO_CLOUD, ValidationError, YubicoValidation
from nextauth.factors.yubikey import (
    YubikeyOtp,
    YubikeySecrets,
    modhex_decode,
    parse_otp,
    verify_yubikey_otp,
)

__all__ = [
    "YUBICO_CLOUD",
    "FactorSecrets",
    "MemorySteps",
    "RecoveryCodes",
    "SpentCode",
    "StepStore",
    "TotpOptions",
    "ValidationError",
    "YubicoValidation",
    "YubikeyOtp",
    "YubikeySecrets",
    "modhex_decode",
    "new_recovery_codes",
    "new_totp_secret",
    "parse_otp",
    "spend_recovery_code",
    "totp_qr",
    "totp_uri",
    "verify_totp",
    "verify_yubikey_otp",
]
