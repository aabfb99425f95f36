"""Which configurations of security keys are refused, and what each is told."""

from __future__ import annotations

from typing import Any

import pytest

from nextauth.factors.webauthn import ALGORITHMS, WebAuthnPolicy
from tests.software_authenticator import Authority

MODEL = "2fc0579f-8113-47ea-b116-bb5a8db9202a"
AUTHORITY = Authority()


def policy(**changes: Any) -> WebAuthnPolicy:  # noqa: ANN401 - any wrong thing
    right: dict[str, Any] = {
        "rp_id": "example.org",
        "rp_name": "Example",
        "origins": ("https://example.org",),
    }
    return WebAuthnPolicy(**{**right, **changes})


def test_what_is_taken_where_nobody_says_otherwise() -> None:
    usual = policy()
    assert usual.attestation == "none"
    assert usual.user_verification == "preferred"
    assert usual.on_regression == "refuse"
    assert usual.algorithms == ALGORITHMS == (-8, -7, -257)
    assert usual.timeout == 300
    assert usual.aaguids is None
    assert usual == policy()
    assert hash(usual) == hash(policy())


@pytest.mark.parametrize(
    ("rp_id", "origins"),
    [
        ("example.org", ("https://example.org", "https://a.b.example.org:8443")),
        ("login.example.org", ("https://login.example.org",)),
        ("xn--bcher-kva.example", ("https://xn--bcher-kva.example",)),
        ("localhost", ("http://localhost:3000", "https://localhost", "http://app.localhost")),
        ("app.localhost", ("http://app.localhost:3000",)),
    ],
)
def test_addresses_that_browsers_take(rp_id: str, origins: tuple[str, ...]) -> None:
    assert policy(rp_id=rp_id, origins=origins).origins == origins


@pytest.mark.parametrize(
    "rp_id",
    [
        "",
        "com",
        "https://example.org",
        "example.org:443",
        "example.org.",
        "example.org\n",
        ".example.org",
        "Example.org",
        "b\u00fccher.example",
        "exam_ple.org",
        "127.0.0.1",
        "[::1]",
        "::1",
        "a." * 126 + "org",
        "*.example.org",
        None,
        b"example.org",
    ],
)
def test_no_domain(rp_id: object) -> None:
    with pytest.raises(ValueError, match="is no domain"):
        policy(rp_id=rp_id)


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        ("https://example.org/", "is not what a browser writes"),
        ("https://example.org:443", "is not what a browser writes"),
        ("https://EXAMPLE.org", "is not what a browser writes"),
        ("https://example.org.", "is not what a browser writes"),
        ("https://u@example.org", "is not what a browser writes"),
        ("example.org", "is not what a browser writes"),
        ("https://*.example.org", "is not what a browser writes"),
        ("android:apk-key-hash:abc", "is not what a browser writes"),
        ("null", "is not what a browser writes"),
        (None, "is not what a browser writes"),
        ("http://example.org", "is not https"),
        ("http://127.0.0.1:3000", "is not https"),
        ("http://localhost.example.org", "is not https"),
        ("https://example.com", "is neither rp_id"),
        ("https://evilexample.org", "is neither rp_id"),
        ("https://example.org.evil.com", "is neither rp_id"),
        ("https://org", "is neither rp_id"),
        ("http://localhost", "is neither rp_id"),
    ],
)
def test_wrong_origins(origin: object, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        policy(origins=("https://example.org", origin))


@pytest.mark.parametrize("origins", [(), "https://example.org", ["https://example.org"], None])
def test_origins_are_a_tuple(origins: object) -> None:
    with pytest.raises(ValueError, match="use a tuple with one at least"):
        policy(origins=origins)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"rp_name": " "}, "use 1 to 64 bytes"),
        ({"rp_name": "\u00fc" * 33}, "use 1 to 64 bytes"),
        ({"rp_name": "a\nb"}, "use 1 to 64 bytes"),
        ({"rp_name": None}, "use 1 to 64 bytes"),
        ({"user_verification": "always"}, "'required', 'preferred', 'discouraged'"),
        ({"attestation": "enterprise"}, "'none', 'direct'"),
        ({"on_regression": "ignore"}, "'refuse', 'report'"),
        ({"timeout": 29}, "use 30 to 600 seconds"),
        ({"timeout": 300_000}, "use 30 to 600 seconds"),
        ({"timeout": True}, "use 30 to 600 seconds"),
        ({"timeout": 60.0}, "use 30 to 600 seconds"),
        ({"algorithms": ()}, "COSE's numbers"),
        ({"algorithms": [-7]}, "COSE's numbers"),
        ({"algorithms": (-7, -37)}, "COSE's numbers"),
        ({"algorithms": (-7, -65535)}, "COSE's numbers"),
        ({"roots": {"packed": [AUTHORITY.pem]}}, "roots without attestation='direct'"),
        ({"attestation": "direct", "roots": {"none": [AUTHORITY.pem]}}, "no format 'none'"),
        ({"attestation": "direct", "roots": {"android-safetynet": [b""]}}, "no format"),
        ({"attestation": "direct", "roots": {"packed": []}}, "one PEM certificate at least"),
        ({"attestation": "direct", "roots": {"packed": AUTHORITY.pem}}, "one PEM certificate"),
        ({"attestation": "direct", "roots": {"packed": [b"nonsense"]}}, "is no PEM file"),
        ({"attestation": "direct", "roots": {"packed": ["text"]}}, "is no PEM file"),
        ({"attestation": "direct", "roots": [AUTHORITY.pem]}, "use a mapping"),
    ],
)
def test_wrong_choices(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        policy(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"attestation": "direct"},
        {"roots": {"packed": [AUTHORITY.pem]}},
    ],
)
def test_an_allow_list_that_anybody_can_claim_to_be_on(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="any program can claim to be any model"):
        policy(aaguids=(MODEL,), **changes)


@pytest.mark.parametrize(
    ("aaguids", "told"),
    [
        ((), "use a tuple with one at least"),
        ([MODEL], "use a tuple with one at least"),
        (MODEL, "use a tuple with one at least"),
        (("YubiKey 5",), "is no model"),
        ((MODEL.replace("-", ""),), "is no model"),
        (("00000000-0000-0000-0000-000000000000",), "U2F keys have none"),
        ((7,), "is no model"),
    ],
)
def test_wrong_allow_lists(aaguids: object, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        policy(aaguids=aaguids, attestation="direct", roots={"packed": [AUTHORITY.pem]})


def test_an_allow_list() -> None:
    other = Authority("Another")
    bundle = AUTHORITY.pem + other.pem
    listed = policy(
        aaguids=(MODEL.upper(),), attestation="direct", roots={"packed": [bundle, other.pem]}
    )
    assert listed.aaguids == (MODEL,)
    assert listed.roots == {"packed": (AUTHORITY.pem, other.pem, other.pem)}
    with pytest.raises(TypeError):
        listed.roots["tpm"] = (other.pem,)  # type: ignore[index]


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ValueError, match="has 3 problems") as told:
        policy(attestation="always", rp_name="", timeout=1)
    assert [line[:4] for line in str(told.value).splitlines()[1:4]] == ["  1.", "  2.", "  3."]


def test_a_ceremony_asks_for_no_less_than_is_required() -> None:
    assert policy().strictest(None) == "preferred"
    assert policy().strictest("discouraged") == "discouraged"
    assert policy().strictest("required") == "required"
    assert policy(user_verification="required").strictest("discouraged") == "required"
    assert policy(user_verification="discouraged").strictest("required") == "required"
