"""What WebAuthn Level 3 has published, in section 16, is verified, or refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from nextauth.factors.webauthn import (
    Assertion,
    RegisteredKey,
    StoredKey,
    WebAuthnError,
    WebAuthnPolicy,
    verify_assertion,
    verify_registration,
)
from nextauth.factors.webauthn.attestation import Attestation
from tests.software_browser import credential_json, to_text

VECTORS = json.loads((Path(__file__).parents[3] / "vectors/webauthn.json").read_text("utf-8"))
CASES: dict[str, dict[str, Any]] = {each["name"]: each for each in VECTORS["cases"]}
ROOT = x509.load_der_x509_certificate(bytes.fromhex(VECTORS["root"])).public_bytes(Encoding.PEM)
HANDLE = b"the user of the vectors"
ALGORITHMS = (-7, -8, -257, -36)
UNATTESTED = WebAuthnPolicy(
    rp_id=VECTORS["rp_id"],
    rp_name="Vectors",
    origins=(VECTORS["origin"],),
    algorithms=ALGORITHMS,
)
ATTESTED = WebAuthnPolicy(
    rp_id=VECTORS["rp_id"],
    rp_name="Vectors",
    origins=(VECTORS["origin"],),
    algorithms=ALGORITHMS,
    attestation="direct",
    roots={name: [ROOT] for name in ("packed", "fido-u2f", "tpm", "apple", "android-key")},
)
REFUSED = {
    "none-es256-crossOrigin": "cross-origin",
    "none-es256-topOrigin": "cross-origin",
    # The library has neither ES384 nor Ed448.
    "packed-es384": "unsupported-algorithm",
    "packed-ed448": "unsupported-algorithm",
    # Its manufacturer is "id:00000000", which is none.
    "tpm-es256": "attestation-invalid",
    # Its chain is one certificate; the library asks for the root in it, as Android sends it.
    "android-key-es256": "attestation-invalid",
    # Its AAGUID is not zero; the library asks for that, as FIDO does.
    "fido-u2f-es256": "attestation-invalid",
}
UNTRUSTED = ("none-es256", "packed-self-es256", "none-es256-long-credential-id")
TRUSTED = ("packed-es256", "packed-es512", "packed-rs256", "packed-eddsa", "apple-es256")
SIGNED = tuple(name for name in CASES if name not in {"packed-es384", "packed-ed448"})


def part(case: str, ceremony: str, name: str) -> bytes:
    return bytes.fromhex(CASES[case][ceremony][name])


def register(case: str, policy: WebAuthnPolicy) -> RegisteredKey:
    response = {
        "clientDataJSON": to_text(part(case, "registration", "clientDataJSON")),
        "attestationObject": to_text(part(case, "registration", "attestationObject")),
    }
    return verify_registration(
        policy,
        credential_json(part(case, "registration", "credential_id"), response, {}),
        user_handle=HANDLE,
        expected_challenge=part(case, "registration", "challenge"),
        expected_user_verification=False,
    )


def authenticate(case: str, key: StoredKey) -> Assertion:
    response = {
        name: to_text(part(case, "authentication", name))
        for name in ("clientDataJSON", "authenticatorData", "signature")
    }
    return verify_assertion(
        UNATTESTED,
        credential_json(key.credential_id, response, {}),
        key=key,
        last_counter=0,
        expected_challenge=part(case, "authentication", "challenge"),
        expected_user_handle=HANDLE,
        expected_user_verification=False,
    )


def stored_of(case: str) -> StoredKey:
    """Answer the key of a case whatever its statement is worth."""
    data = Attestation.parse(part(case, "registration", "attestationObject")).data
    assert data.credential is not None
    return StoredKey(
        credential_id=data.credential.credential_id,
        public_key=data.credential.public_key,
        user_handle=HANDLE,
        aaguid=data.credential.aaguid,
        attestation_format="none",
        is_backup_eligible=data.is_backup_eligible,
        is_backed_up=data.is_backed_up,
    )


def test_each_vector_has_its_place() -> None:
    assert sorted(CASES) == sorted({*REFUSED, *UNTRUSTED, *TRUSTED})


def test_apple_is_vouched_for_by_its_own_root_where_no_other_is_given() -> None:
    with pytest.raises(WebAuthnError) as refused:
        register("apple-es256", UNATTESTED)
    assert refused.value.reason == "attestation-invalid"


@pytest.mark.parametrize("case", sorted({*UNTRUSTED, *TRUSTED} - {"apple-es256"}))
def test_registration_without_asking_for_the_model(case: str) -> None:
    registered = register(case, UNATTESTED)
    stored = registered.key
    assert stored == StoredKey.from_text(stored.to_text())
    assert stored.credential_id == part(case, "registration", "credential_id")
    assert stored.aaguid.replace("-", "") == CASES[case]["registration"]["aaguid"]
    assert not stored.is_attested
    assert registered.counter == 0


@pytest.mark.parametrize("case", TRUSTED)
def test_registration_of_a_model_that_is_vouched_for(case: str) -> None:
    assert register(case, ATTESTED).key.is_attested


@pytest.mark.parametrize("case", UNTRUSTED)
def test_nobody_vouches_for_these(case: str) -> None:
    with pytest.raises(WebAuthnError) as refused:
        register(case, ATTESTED)
    assert refused.value.reason == "attestation-untrusted"


@pytest.mark.parametrize("policy", [UNATTESTED, ATTESTED], ids=["unattested", "attested"])
@pytest.mark.parametrize("case", REFUSED)
def test_refused_registration(case: str, policy: WebAuthnPolicy) -> None:
    with pytest.raises(WebAuthnError) as refused:
        register(case, policy)
    assert refused.value.reason == REFUSED[case]


@pytest.mark.parametrize("case", SIGNED)
def test_authentication(case: str) -> None:
    stored = stored_of(case)
    if REFUSED.get(case) == "cross-origin":
        with pytest.raises(WebAuthnError) as refused:
            authenticate(case, stored)
        assert refused.value.reason == "cross-origin"
        return
    flags = part(case, "authentication", "authenticatorData")[32]
    assert authenticate(case, stored) == Assertion(
        counter=0,
        is_user_verified=bool(flags & 0x04),
        is_backup_eligible=bool(flags & 0x08),
        is_backed_up=bool(flags & 0x10),
        has_regressed=False,
    )
