"""Each problem of the options on second factors has its code and its fix."""

import re
from pathlib import Path
from typing import Any

import pytest

import nextauth.config.factor_checks
import nextauth.factors
from nextauth.errors import ConfigurationError
from nextauth.factors import (
    MailFactor,
    RecoveryFactor,
    SecondFactor,
    SmtpMailer,
    TotpFactor,
    WebAuthnFactor,
    WebAuthnPolicy,
    YubicoFactor,
    YubikeyFactor,
)
from nextauth.providers import Passkey
from nextauth.stores import Limit, MemoryStore
from tests.unit.config.arguments import make_credentials, nobody, settle_with


def _factor(**members: Any) -> SecondFactor:  # noqa: ANN401 - wrong ones too
    return SecondFactor(**{"store": MemoryStore(), "methods": (TotpFactor(),), **members})


def _rows(code: str, member: str, *values: Any) -> list[tuple[str, object]]:  # noqa: ANN401
    return [(code, _factor(**{member: value})) for value in values]


class _Named(TotpFactor):
    __slots__ = ()
    method = "a/b"


class _Reserved(TotpFactor):
    __slots__ = ()
    method = "trusted-device"


async def policy_of_two(_one: object, _two: object) -> bool:
    return True


WRONG: Any = None
OF_ONE: Any = nobody
BOOLS = (True,)
ELSEWHERE = {"webauthn-origin", "factor-provider", "passkey-revalidation"}
KEYS = WebAuthnPolicy("example.com", "Example", ("https://example.com",))
MAILER = SmtpMailer("localhost", sender="login@example.com", security="none")
BOTH = (TotpFactor(), TotpFactor(issuer="Other"))
PROBLEMS: list[tuple[str, object]] = [
    ("factor-type", TotpFactor()),
    ("factor-type", SecondFactor),
    *_rows("factor-store", "store", None, MemoryStore, "redis://"),
    *_rows("factor-methods", "methods", (), [TotpFactor()], None, (TotpFactor,), ("totp",)),
    *_rows("factor-name", "methods", (_Named(),), (_Reserved(),)),
    *_rows("factor-twice", "methods", BOTH),
    *_rows("factor-only-backup", "methods", (RecoveryFactor(),)),
    *_rows("factor-policy", "policy", "never", None, policy_of_two),
    *_rows("factor-number", "pending_for", 0, 59, 3601, "600", *BOOLS),
    *_rows("factor-number", "trust_days", -1, 401, None),
    *_rows("factor-number", "step_up_for", 0, 86_401),
    *_rows("factor-limits", "limits", (), Limit(5, 60), [Limit(5, 60)], (5,), None),
    *_rows("factor-limits", "start_limits", (), (5,)),
    *_rows("factor-account-pages", "account_pages", 1, None),
    *_rows("totp-issuer", "methods", (TotpFactor(issuer=" "),), (TotpFactor(issuer="A:B"),)),
    *_rows("recovery-count", "methods", (TotpFactor(), RecoveryFactor(count=4))),
    *_rows("webauthn-policy", "methods", (WebAuthnFactor(policy=WRONG),)),
    *_rows("webauthn-resident", "methods", (WebAuthnFactor(KEYS, resident=WRONG),)),
    *_rows("mail-mailer", "methods", (MailFactor(WRONG),), (MailFactor(SmtpMailer),)),  # type: ignore[arg-type]
    *_rows("mail-role", "methods", (MailFactor(MAILER, role="enrolled"),)),
    *_rows(
        "mail-number", "methods", (MailFactor(MAILER, digits=5),), (MailFactor(MAILER, minutes=1),)
    ),
    *_rows("yubikey-secrets", "methods", (YubikeyFactor(find_secrets=WRONG),)),
    *_rows("yubikey-validation", "methods", (YubicoFactor(validation=WRONG, get=WRONG),)),
]


def test_every_code_of_the_factors_has_a_row() -> None:
    checks = Path(nextauth.config.factor_checks.__file__)
    factors = Path(nextauth.factors.__file__).parent
    written = {
        code
        for file in [checks, *factors.rglob("*.py")]
        for code in re.findall(r'Problem\(\s*"([a-z-]+)"', file.read_text(encoding="utf-8"))
    }
    assert len(written) > 10
    assert {code for code, _ in PROBLEMS} | ELSEWHERE == written


@pytest.mark.parametrize(("code", "second_factor"), PROBLEMS)
def test_a_problem(code: str, second_factor: object) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settle_with(second_factor=second_factor)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert all(problem.message and problem.fix for problem in caught.value.problems)


@pytest.mark.parametrize("policy", ["enrolled", "always", nobody])
def test_what_is_fine_is_kept(policy: Any) -> None:  # noqa: ANN401
    second_factor = _factor(policy=policy)
    assert settle_with(second_factor=second_factor).second_factor is second_factor


@pytest.mark.parametrize(
    ("base_url", "codes"),
    [("https://example.com", []), ("https://www.example.com", ["webauthn-origin"]), (None, [])],
)
def test_the_sites_own_origin_must_be_among_those_of_its_keys(
    base_url: str | None, codes: list[str]
) -> None:
    found: list[str] = []
    try:
        settle_with(second_factor=_factor(methods=(WebAuthnFactor(KEYS),)), base_url=base_url)
    except ConfigurationError as error:
        found = [problem.code for problem in error.problems]
    assert found == codes


def find_user(_provider: str, _user_id: str) -> None:
    return None


@pytest.mark.parametrize(
    ("passkey", "codes"),
    [
        (Passkey(WebAuthnFactor(KEYS), find_user), ["factor-provider"]),
        (Passkey(WRONG, find_user), ["passkey-keys", "factor-provider"]),
        (Passkey(WebAuthnFactor(KEYS), OF_ONE), ["passkey-find-user", "factor-provider"]),
        (Passkey(WebAuthnFactor(KEYS), WRONG), ["passkey-find-user", "factor-provider"]),
    ],
)
def test_passkeys_need_second_factors_and_know_whom_to_ask(
    passkey: Passkey, codes: list[str]
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settle_with(providers=[passkey])
    assert [problem.code for problem in caught.value.problems] == codes


def test_whoever_comes_by_passkey_can_be_asked_about_again() -> None:
    keys = WebAuthnFactor(KEYS)
    typed = make_credentials(revalidate_fields=("email",))
    providers = [typed, Passkey(keys, find_user)]
    with pytest.raises(ConfigurationError) as caught:
        settle_with(providers=providers, second_factor=_factor(methods=(keys,)))
    assert [problem.code for problem in caught.value.problems] == ["passkey-revalidation"]
    providers[0] = make_credentials(revalidate=nobody)
    assert settle_with(providers=providers, second_factor=_factor(methods=(keys,)))
