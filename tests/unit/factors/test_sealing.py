"""Secrets at rest: for one account and one method, and under a key that is no other's."""

import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.errors import TokenError
from nextauth.factors import FactorSecrets
from nextauth.tokens import Keyring, PurposeBox

SECRET = "MRSWMZ3INFVGW3DNNZXXA4LSON2HK5TX"
SITE = "kV3q-of-the-sealing-tests-alone-9Zx7Lw"
OLD = "pT8n-another-of-the-sealing-tests-4Qm2"


def entropy(size: int) -> bytes:
    return bytes(range(size))


def factors(*secrets: str) -> FactorSecrets:
    return FactorSecrets(Keyring(secrets or [SITE]), entropy=entropy)


SEALED = factors().seal(SECRET, provider="credentials", user_id="1")


def reason(sealed: str, *secrets: str, **other: str) -> str:
    owner = {"provider": "credentials", "user_id": "1", **other}
    with pytest.raises(TokenError) as caught:
        factors(*secrets).open(sealed, **owner)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    return caught.value.reason


def test_there_and_back() -> None:
    assert factors().open(SEALED, provider="credentials", user_id="1") == SECRET
    assert SECRET not in SEALED
    assert len(SEALED) < 300


@pytest.mark.parametrize(
    "other", [{"user_id": "2"}, {"provider": "ldap"}, {"method": "yubikey"}, {"user_id": "1 "}]
)
def test_one_account_s_secret_is_no_other_s(other: dict[str, str]) -> None:
    assert reason(SEALED, **other) == "another-account"


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_no_two_owners_are_one(
    provider: str, user_id: str, other_provider: str, other_id: str
) -> None:
    if any("\ud800" <= each <= "\udfff" for each in provider + user_id):
        return
    sealed = factors().seal(SECRET, provider=provider, user_id=user_id)
    is_same = (provider, user_id) == (other_provider, other_id)
    try:
        opened = factors().open(sealed, provider=other_provider, user_id=other_id)
    except TokenError:
        assert not is_same
    else:
        assert is_same
        assert opened == SECRET


def test_an_older_secret_opens_until_it_is_taken_out() -> None:
    sealed = factors(OLD).seal(SECRET, provider="credentials", user_id="1")
    rotated = factors(SITE, OLD)
    assert rotated.open(sealed, provider="credentials", user_id="1") == SECRET
    assert reason(sealed, SITE) == "unknown-key"
    anew = rotated.seal(SECRET, provider="credentials", user_id="1")
    assert factors(SITE).open(anew, provider="credentials", user_id="1") == SECRET


@given(at=st.integers(0, len(SEALED) - 1), other=st.sampled_from("Az09-_.~"))
def test_a_changed_character_does_not_open(at: int, other: str) -> None:
    changed = SEALED[:at] + other + SEALED[at + 1 :]
    if changed != SEALED:
        try:
            opened = factors().open(changed, provider="credentials", user_id="1")
        except TokenError:
            return
        # The last character of a base64url segment has bits that nobody reads.
        assert opened == SECRET


@pytest.mark.parametrize("purpose", ["pending", "device", "factor-secret-2"])
def test_another_purpose_s_token_is_no_secret(purpose: str) -> None:
    box = PurposeBox(Keyring([SITE]), purpose=purpose, entropy=entropy)
    claims = {"own": ["credentials", "1", "totp"], "sec": SECRET}
    assert reason(box.seal(claims, expires=4_000_000_000)) == "unknown-key"


@pytest.mark.parametrize("claims", [{}, {"own": ["credentials", "1", "totp"]}, {"sec": SECRET}])
def test_what_holds_no_secret(claims: dict[str, object]) -> None:
    box = PurposeBox(Keyring([SITE]), purpose="factor-secret", entropy=entropy)
    assert reason(box.seal(claims, expires=4_000_000_000)) == "another-account"


@pytest.mark.parametrize("missing", ["secret", "provider", "user_id", "method"])
def test_nothing_is_sealed_for_nobody(missing: str) -> None:
    given = {"secret": SECRET, "provider": "p", "user_id": "1", "method": "totp", missing: ""}
    secret = given.pop("secret")
    with pytest.raises(ValueError, match="seal takes") as caught:
        factors().seal(secret, **given)
    assert SECRET not in str(caught.value)
    with pytest.raises(ValueError, match="seal takes"):
        factors().seal("x" * 1025, provider="p", user_id="1")


def test_nothing_is_in_the_repr() -> None:
    assert repr(factors()) == "FactorSecrets()"


@pytest.mark.parametrize(
    "kept", [None, b"", SEALED.encode(), 5, "", "\ud800....", SEALED + "\n"], ids=range(7)
)
def test_what_is_no_sealed_text_does_not_open(kept: Any) -> None:  # noqa: ANN401
    assert reason(kept) in {"malformed", "damaged", "unknown-key"}
