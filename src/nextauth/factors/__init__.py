"""Second factors: codes from a telephone, recovery codes, YubiKeys, security keys, e-mail.

In one step, ``authorize`` checks a further field (`verify_totp`). In two steps a class that is a
`Factor` is given to `SecondFactor`. Each is imported when it is asked for (PEP 562), since most
sites have no second factor, and the libraries behind it with the first code, picture or key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nextauth.deferred import Get, Names, deferred

if TYPE_CHECKING:
    from nextauth.factors.base import Factor, FactorTools, Proven, Role, Started, Step, Unproven
    from nextauth.factors.enrolling import (
        EnrollableFactor,
        Enrolled,
        enrolment_of,
        is_enrollable,
        new_enrolment_id,
    )
    from nextauth.factors.handles import UserHandles
    from nextauth.factors.mail import Mailer, MailTexts, SmtpMailer
    from nextauth.factors.mail_factor import MailFactor
    from nextauth.factors.qr import totp_qr
    from nextauth.factors.recovery import (
        RecoveryCodes,
        SpentCode,
        new_recovery_codes,
        spend_recovery_code,
    )
    from nextauth.factors.recovery_factor import FEW_CODES, RecoveryFactor
    from nextauth.factors.sealing import FactorSecrets
    from nextauth.factors.second_factor import FactorPolicyParams, SecondFactor, SecondFactorStore
    from nextauth.factors.steps import MemorySteps, StepStore
    from nextauth.factors.totp import TotpOptions, new_totp_secret, totp_uri, verify_totp
    from nextauth.factors.totp_factor import TotpFactor
    from nextauth.factors.webauthn import StoredKey, WebAuthnError, WebAuthnPolicy
    from nextauth.factors.webauthn_factor import WebAuthnFactor
    from nextauth.factors.yubico import YUBICO_CLOUD, ValidationError, YubicoValidation
    from nextauth.factors.yubikey import (
        YubikeyOtp,
        YubikeySecrets,
        modhex_decode,
        parse_otp,
        verify_yubikey_otp,
    )
    from nextauth.factors.yubikey_factor import YubicoFactor, YubikeyFactor

__all__ = [
    "FEW_CODES",
    "YUBICO_CLOUD",
    "EnrollableFactor",
    "Enrolled",
    "Factor",
    "FactorPolicyParams",
    "FactorSecrets",
    "FactorTools",
    "MailFactor",
    "MailTexts",
    "Mailer",
    "MemorySteps",
    "Proven",
    "RecoveryCodes",
    "RecoveryFactor",
    "Role",
    "SecondFactor",
    "SecondFactorStore",
    "SmtpMailer",
    "SpentCode",
    "Started",
    "Step",
    "StepStore",
    "StoredKey",
    "TotpFactor",
    "TotpOptions",
    "Unproven",
    "UserHandles",
    "ValidationError",
    "WebAuthnError",
    "WebAuthnFactor",
    "WebAuthnPolicy",
    "YubicoFactor",
    "YubicoValidation",
    "YubikeyFactor",
    "YubikeyOtp",
    "YubikeySecrets",
    "enrolment_of",
    "is_enrollable",
    "modhex_decode",
    "new_enrolment_id",
    "new_recovery_codes",
    "new_totp_secret",
    "parse_otp",
    "spend_recovery_code",
    "totp_qr",
    "totp_uri",
    "verify_totp",
    "verify_yubikey_otp",
]

_ELSEWHERE = {
    "FEW_CODES": "recovery_factor",
    "YUBICO_CLOUD": "yubico",
    "EnrollableFactor": "enrolling",
    "Enrolled": "enrolling",
    "Factor": "base",
    "FactorPolicyParams": "second_factor",
    "FactorSecrets": "sealing",
    "FactorTools": "base",
    "MailFactor": "mail_factor",
    "MailTexts": "mail",
    "Mailer": "mail",
    "MemorySteps": "steps",
    "Proven": "base",
    "RecoveryCodes": "recovery",
    "RecoveryFactor": "recovery_factor",
    "Role": "base",
    "SecondFactor": "second_factor",
    "SecondFactorStore": "second_factor",
    "SmtpMailer": "mail",
    "SpentCode": "recovery",
    "Started": "base",
    "Step": "base",
    "StepStore": "steps",
    "StoredKey": "webauthn",
    "TotpFactor": "totp_factor",
    "TotpOptions": "totp",
    "Unproven": "base",
    "UserHandles": "handles",
    "ValidationError": "yubico",
    "WebAuthnError": "webauthn",
    "WebAuthnFactor": "webauthn_factor",
    "WebAuthnPolicy": "webauthn",
    "YubicoFactor": "yubikey_factor",
    "YubicoValidation": "yubico",
    "YubikeyFactor": "yubikey_factor",
    "YubikeyOtp": "yubikey",
    "YubikeySecrets": "yubikey",
    "enrolment_of": "enrolling",
    "is_enrollable": "enrolling",
    "modhex_decode": "yubikey",
    "new_enrolment_id": "enrolling",
    "new_recovery_codes": "recovery",
    "new_totp_secret": "totp",
    "parse_otp": "yubikey",
    "spend_recovery_code": "recovery",
    "totp_qr": "qr",
    "totp_uri": "totp",
    "verify_totp": "totp",
    "verify_yubikey_otp": "yubikey",
}

__getattr__: Get
__dir__: Names
__getattr__, __dir__ = deferred(__name__, _ELSEWHERE)
