"""Which models are kept where a site has a list: those only that somebody it trusts vouches for."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from nextauth.factors.webauthn import WebAuthnError, WebAuthnPolicy
from tests.software_authenticator import MODEL, Authority, Forgery, SoftwareAuthenticator
from tests.unit.factors.webauthn.ceremonies import ORIGIN, POLICY, enrol

AUTHORITY = Authority()
STRANGER = Authority("A stranger")
ALLOWED = "2fc0579f-8113-47ea-b116-bb5a8db9202a"
OTHER_MODEL = bytes.fromhex("ee882879721c491397753dfcce97072a")


def policy(**changes: Any) -> WebAuthnPolicy:  # noqa: ANN401 - those of the policy
    return WebAuthnPolicy(
        rp_id="example.org",
        rp_name="Example",
        origins=(ORIGIN,),
        attestation="direct",
        **changes,
    )


TRUSTING = policy(roots={"packed": [AUTHORITY.pem], "fido-u2f": [AUTHORITY.pem]})
LISTING = policy(roots={"packed": [AUTHORITY.pem]}, aaguids=(ALLOWED,))
ASKING = policy()


def packed(authority: Authority = AUTHORITY, aaguid: bytes = MODEL) -> SoftwareAuthenticator:
    return SoftwareAuthenticator(attestation="packed", authority=authority, aaguid=aaguid)


def refusal(key: SoftwareAuthenticator, **arguments: Any) -> str:  # noqa: ANN401 - of `enrol`
    with pytest.raises(WebAuthnError) as refused:
        enrol(key, **arguments)
    assert refused.value.__context__ is None
    return refused.value.reason


@pytest.mark.parametrize("asked", [TRUSTING, LISTING], ids=["trusting", "listing"])
def test_a_model_that_is_vouched_for(asked: WebAuthnPolicy) -> None:
    key = enrol(packed(), policy=asked).key
    assert (key.aaguid, key.attestation_format, key.is_attested) == (ALLOWED, "packed", True)


def test_u2f_keys_are_vouched_for_without_a_model() -> None:
    key = enrol(SoftwareAuthenticator.u2f(AUTHORITY), policy=TRUSTING).key
    assert key.is_attested
    stranger = SoftwareAuthenticator.u2f(STRANGER)
    assert refusal(stranger, policy=TRUSTING) == "attestation-invalid"


def test_a_model_that_is_not_on_the_list() -> None:
    assert refusal(packed(aaguid=OTHER_MODEL), policy=LISTING) == "model-not-allowed"


@pytest.mark.parametrize("asked", [TRUSTING, LISTING], ids=["trusting", "listing"])
@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (packed(STRANGER), "attestation-invalid"),
        (SoftwareAuthenticator(attestation="self"), "attestation-untrusted"),
        (SoftwareAuthenticator(attestation="none"), "attestation-untrusted"),
    ],
    ids=["a-stranger", "itself", "nobody"],
)
def test_nobody_who_is_trusted_vouches(
    key: SoftwareAuthenticator, reason: str, asked: WebAuthnPolicy
) -> None:
    assert refusal(key, policy=asked) == reason


def test_a_format_without_roots_is_not_trusted() -> None:
    """The library verifies no chain for a format that it has no certificates for."""
    assert refusal(SoftwareAuthenticator.u2f(AUTHORITY), policy=LISTING) == "attestation-untrusted"
    assert refusal(SoftwareAuthenticator.u2f(STRANGER), policy=LISTING) == "attestation-untrusted"


def test_an_empty_chain_is_self_attestation() -> None:
    key = SoftwareAuthenticator(attestation="self")
    forgery = Forgery(statement={"x5c": []})
    assert refusal(key, policy=LISTING, forgery=forgery) == "attestation-untrusted"


def test_asking_without_roots_trusts_nobody() -> None:
    for key in (packed(STRANGER), SoftwareAuthenticator(attestation="self")):
        stored = enrol(key, policy=ASKING).key
        assert (stored.attestation_format, stored.is_attested) == ("packed", False)
        assert stored.aaguid == ALLOWED


@pytest.mark.parametrize("asked", [ASKING, TRUSTING], ids=["asking", "trusting"])
@pytest.mark.parametrize(
    "issued",
    [
        {"aaguid": OTHER_MODEL},
        {"aaguid": MODEL, "critical": True},
        {"aaguid": MODEL[:-1]},
        {"aaguid": MODEL, "unit": "Another unit"},
        {"aaguid": MODEL, "ca": True},
        {"aaguid": MODEL, "ca": None},
    ],
    ids=["another-model", "critical", "short", "unit", "ca", "perhaps-ca"],
)
def test_certificates_that_are_not_of_a_model(
    issued: dict[str, Any], asked: WebAuthnPolicy
) -> None:
    key = packed()
    certificate = AUTHORITY.issue(key.model_key, **issued)
    forgery = Forgery(certificate=certificate)
    assert refusal(key, policy=asked, forgery=forgery) == "attestation-invalid"


def test_a_certificate_may_leave_the_model_out() -> None:
    key = packed()
    forgery = Forgery(certificate=AUTHORITY.issue(key.model_key, aaguid=None))
    assert enrol(key, policy=LISTING, forgery=forgery).key.is_attested


@pytest.mark.parametrize(
    "statement",
    [
        {"sig": b""},
        {"sig": b"\x30\x06\x02\x01\x01\x02\x01\x01"},
        {"sig": "text"},
        {"sig": None},
        {"alg": -8},
        {"alg": -65535},
        {"alg": "ES256"},
        {"alg": None},
        {"x5c": [b"nonsense"]},
        {"x5c": ["text"]},
        {"x5c": [None]},
        {"x5c": {"0": 1}},
        {"x5c": "text"},
        {"x5c": 7},
    ],
    ids=range(14),
)
@pytest.mark.parametrize("asked", [ASKING, TRUSTING], ids=["asking", "trusting"])
def test_statements(statement: dict[str, Any], asked: WebAuthnPolicy) -> None:
    forgery = Forgery(statement=statement)
    assert refusal(packed(), policy=asked, forgery=forgery) == "attestation-invalid"


def test_a_statement_is_verified_where_none_was_asked_for() -> None:
    key = SoftwareAuthenticator(attestation="self", always_attests=True)
    assert enrol(key, policy=POLICY).key.attestation_format == "packed"
    forgery = Forgery(statement={"sig": b"0"})
    assert refusal(key, policy=POLICY, forgery=forgery) == "attestation-invalid"


def test_a_certificate_of_another_key() -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    forgery = Forgery(certificate=AUTHORITY.issue(other, aaguid=MODEL))
    assert refusal(packed(), policy=TRUSTING, forgery=forgery) == "attestation-invalid"
