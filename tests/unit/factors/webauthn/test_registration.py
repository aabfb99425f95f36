"""A new key is kept only if each step of WebAuthn Level 3, 7.1 holds."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import cbor2
import pytest

from nextauth.factors.webauthn import (
    StoredKey,
    WebAuthnError,
    creation_options,
    verify_registration,
)
from nextauth.factors.webauthn.authenticator_data import AuthenticatorData
from tests.software_authenticator import (
    BE,
    BS,
    ED25519,
    ES256,
    ES512,
    RS256,
    UP,
    UV,
    Authority,
    Forgery,
    InvalidStateError,
    NotAllowedError,
    SoftwareAuthenticator,
)
from tests.software_keys import encoded, generate
from tests.unit.factors.webauthn.ceremonies import (
    ANOTHER_CHALLENGE,
    CHALLENGE,
    HANDLE,
    ORIGIN,
    POLICY,
    changed,
    enrol,
    registration_of,
)

NO_MODEL = "00000000-0000-0000-0000-000000000000"
POINT = hashlib.sha256(b"no point of the curve").digest()


def refusal(**arguments: Any) -> str:  # noqa: ANN401 - those of `enrol`
    key = arguments.pop("key", None) or SoftwareAuthenticator()
    with pytest.raises(WebAuthnError) as refused:
        enrol(key, **arguments)
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None
    return refused.value.reason


@pytest.mark.parametrize("algorithm", [ES256, ED25519, RS256, ES512])
def test_every_algorithm(algorithm: int) -> None:
    registered = enrol(SoftwareAuthenticator(algorithm=algorithm))
    assert registered.counter == 1
    assert registered.is_user_verified
    key = registered.key
    assert key.user_handle == HANDLE
    assert key.aaguid == NO_MODEL
    assert key.attestation_format == "none"
    assert key.transports == ("usb",)
    assert (key.is_backup_eligible, key.is_backed_up, key.is_attested) == (False, False, False)
    assert key.is_discoverable is True
    assert StoredKey.from_text(key.to_text()) == key


def test_a_passkey() -> None:
    key = enrol(SoftwareAuthenticator.passkey()).key
    assert (key.is_backup_eligible, key.is_backed_up) == (True, True)
    assert key.transports == ("hybrid", "internal")


@pytest.mark.parametrize("always_attests", [True, False])
def test_a_u2f_key(always_attests: bool) -> None:  # noqa: FBT001 - a case
    key = SoftwareAuthenticator.u2f(Authority(), always_attests=always_attests)
    registered = enrol(key)
    assert registered.key.attestation_format == ("fido-u2f" if always_attests else "none")
    assert registered.key.aaguid == NO_MODEL
    assert registered.key.is_discoverable is False
    assert registered.key.transports == ("nfc", "usb")
    assert not registered.is_user_verified
    assert refusal(key=key, expected_user_verification=True) == "user-not-verified"


def test_a_u2f_key_cannot_be_what_it_is_not() -> None:
    arguments: dict[str, Any] = {
        "challenge": CHALLENGE,
        "user_handle": HANDLE,
        "user_name": "ada",
        "display_name": "Ada",
    }
    verified = creation_options(POLICY, user_verification="required", **arguments)
    resident = creation_options(POLICY, resident="required", **arguments)
    for options in (verified, resident):
        with pytest.raises(NotAllowedError):
            SoftwareAuthenticator.u2f().create(options, origin=ORIGIN)


def test_no_key_is_enrolled_twice() -> None:
    key = SoftwareAuthenticator()
    first = enrol(key).key
    options = creation_options(
        POLICY,
        challenge=CHALLENGE,
        user_handle=HANDLE,
        user_name="ada",
        display_name="Ada",
        exclude=[first],
    )
    with pytest.raises(InvalidStateError):
        key.create(options, origin=ORIGIN)


def test_each_origin_of_the_policy() -> None:
    for origin in POLICY.origins:
        assert enrol(SoftwareAuthenticator(), origin=origin).counter == 1


@pytest.mark.parametrize(
    "origin",
    [
        "https://example.com",
        "https://login.example.org:8443",
        "http://login.example.org",
        "https://login.example.org/",
        "https://LOGIN.example.org",
        "https://other.example.org",
        "null",
        "",
    ],
)
def test_another_origin(origin: str) -> None:
    assert refusal(origin=origin) == "origin-mismatch"


@pytest.mark.parametrize(
    ("client_data", "reason"),
    [
        ({"type": "webauthn.get"}, "type-mismatch"),
        ({"type": "payment.get"}, "type-mismatch"),
        ({"type": None}, "malformed"),
        ({"challenge": ""}, "challenge-mismatch"),
        ({"challenge": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}, "challenge-mismatch"),
        ({"challenge": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9"}, "challenge-mismatch"),
        ({"challenge": "\u00e9"}, "challenge-mismatch"),
        ({"challenge": 7}, "malformed"),
        ({"origin": ["https://example.org"]}, "malformed"),
        ({"crossOrigin": True}, "cross-origin"),
        ({"crossOrigin": "false"}, "malformed"),
        ({"crossOrigin": None}, "malformed"),
        ({"topOrigin": "https://example.org"}, "cross-origin"),
        ({"topOrigin": None}, "cross-origin"),
    ],
)
def test_client_data(client_data: dict[str, Any], reason: str) -> None:
    assert refusal(forgery=Forgery(client_data=client_data)) == reason


def test_client_data_may_grow() -> None:
    """WebAuthn Level 3, 5.8.1: more members may come, and browsers send some to make sure."""
    more = {"other_keys_can_be_added_here": "do not compare", "tokenBinding": {"status": "present"}}
    assert enrol(SoftwareAuthenticator(), forgery=Forgery(client_data=more)).counter == 1


@pytest.mark.parametrize(
    ("forgery", "reason"),
    [
        (Forgery(rp_id="example.com"), "rp-mismatch"),
        (Forgery(rp_id="login.example.org"), "rp-mismatch"),
        (Forgery(flags_off=UP), "user-not-present"),
        (Forgery(flags_on=BS), "backup-invalid"),
        (Forgery(credential_id=b"another"), "credential-mismatch"),
        (Forgery(extensions=b"\xc0\x60"), "malformed"),
        (Forgery(extensions=b"\xa0\x00"), "malformed"),
        (Forgery(flags_on=0x80), "malformed"),
        (Forgery(flags_off=0x40), "malformed"),
        (Forgery(format="android-safetynet"), "attestation-unsupported"),
        (Forgery(format="compound"), "attestation-unsupported"),
        (Forgery(format="None"), "attestation-unsupported"),
        (Forgery(statement={"sig": b"0"}), "attestation-invalid"),
        (Forgery(format="packed"), "attestation-invalid"),
        (Forgery(format="tpm"), "attestation-invalid"),
        (Forgery(format="apple"), "attestation-invalid"),
        (Forgery(format="android-key"), "attestation-invalid"),
    ],
    ids=range(17),
)
def test_authenticator_data_and_statement(forgery: Forgery, reason: str) -> None:
    assert refusal(forgery=forgery) == reason


def test_flags_and_extensions_that_are_allowed() -> None:
    extensions = cbor2.dumps({"credProtect": 2, "hmac-secret": True})
    assert enrol(SoftwareAuthenticator(), forgery=Forgery(extensions=extensions)).counter == 1
    reserved = Forgery(flags_on=0x22)
    assert enrol(SoftwareAuthenticator(), forgery=reserved).counter == 1
    eligible = enrol(SoftwareAuthenticator(), forgery=Forgery(flags_on=BE)).key
    assert (eligible.is_backup_eligible, eligible.is_backed_up) == (True, False)


def test_user_verification() -> None:
    unverified = Forgery(flags_off=UV)
    assert not enrol(SoftwareAuthenticator(), forgery=unverified).is_user_verified
    wanted = refusal(forgery=unverified, expected_user_verification=True)
    assert wanted == "user-not-verified"
    strict = replace(POLICY, user_verification="required")
    assert enrol(SoftwareAuthenticator(), policy=strict).is_user_verified
    response = registration_of(SoftwareAuthenticator(), forgery=unverified)
    with pytest.raises(WebAuthnError, match="user-not-verified"):
        verify_registration(
            strict,
            response,
            user_handle=HANDLE,
            expected_challenge=CHALLENGE,
            expected_user_verification=False,
        )


def ec2(**changes: Any) -> bytes:  # noqa: ANN401 - any wrong thing
    right = cbor2.loads(encoded(generate(ES256), ES256))
    named = {"kty": 1, "alg": 3, "crv": -1, "x": -2, "y": -3, "kid": 2}
    read = {**right, **{named[name]: value for name, value in changes.items()}}
    return cbor2.dumps({name: value for name, value in read.items() if value is not ...})


def rsa(*, modulus: bytes, exponent: bytes = b"\x01\x00\x01") -> bytes:
    return cbor2.dumps({1: 3, 3: RS256, -1: modulus, -2: exponent})


@pytest.mark.parametrize(
    ("public_key", "reason"),
    [
        (b"\x04", "key-invalid"),  # which the library reads as a point without prefix
        (b"\x80", "key-invalid"),
        (b"\xa0", "unsupported-algorithm"),
        (cbor2.dumps({"1": 2, "3": -7}), "key-invalid"),
        (ec2(alg=-47), "unsupported-algorithm"),
        (ec2(alg=-35), "unsupported-algorithm"),
        (ec2(alg=-65535), "unsupported-algorithm"),
        (ec2(alg=...), "unsupported-algorithm"),
        (ec2(alg=b"\x00"), "unsupported-algorithm"),
        (ec2(alg=RS256), "key-invalid"),
        (ec2(alg=ED25519), "key-invalid"),
        (ec2(alg=ES512), "key-invalid"),
        (ec2(kty=1), "key-invalid"),
        (ec2(kty=True), "key-invalid"),
        (ec2(crv=3), "key-invalid"),
        (ec2(crv=True), "key-invalid"),
        (ec2(x=POINT), "key-invalid"),
        (ec2(x=b""), "key-invalid"),
        (ec2(x=bytes(32), y=bytes(32)), "key-invalid"),
        (ec2(x="a" * 32), "key-invalid"),
        (ec2(y=True), "key-invalid"),  # a compressed point
        (ec2(y=...), "key-invalid"),
        (ec2(kid=b"1"), "key-invalid"),
        (cbor2.dumps({1: 1, 3: ED25519, -1: 6, -2: bytes(31)}), "key-invalid"),
        (cbor2.dumps({1: 1, 3: ED25519, -1: 7, -2: bytes(32)}), "key-invalid"),
        (rsa(modulus=b"\xff" * 128), "key-invalid"),
        (rsa(modulus=b"\x00" * 129 + b"\xff" * 127), "key-invalid"),
        (rsa(modulus=b"\xff" * 513), "key-invalid"),
        (rsa(modulus=b"\xff" * 256, exponent=b"\x01"), "key-invalid"),
        (rsa(modulus=b"\xff" * 256, exponent=b"\x02"), "key-invalid"),
        (rsa(modulus=b"\xff" * 256, exponent=b"\xff" * 256), "key-invalid"),
        (cbor2.dumps({1: 3, 3: RS256, -1: 7, -2: 3}), "key-invalid"),
        (cbor2.dumps({1: 2, 3: RS256, -1: b"\xff" * 256, -2: b"\x03"}), "key-invalid"),
        (b"\xa1\x18\x01\x02", "unsupported-algorithm"),
    ],
    ids=range(34),
)
def test_public_keys(public_key: bytes, reason: str) -> None:
    assert refusal(forgery=Forgery(public_key=public_key)) == reason


def test_a_key_that_is_not_in_the_canonical_form() -> None:
    long_form = ec2().replace(b"\x01\x02\x03\x26", b"\x01\x02\x03\x38\x06", 1)
    assert len(long_form) == len(ec2()) + 1
    twice = b"\xa6" + ec2()[1:] + b"\x03\x26"  # which some decoders take, and others do not
    for public_key in (long_form, twice):
        reason = refusal(forgery=Forgery(public_key=public_key))
        assert reason in {"malformed", "attestation-invalid"}


def test_a_key_that_the_library_ends_elsewhere() -> None:
    """It encodes the key anew to find its end: one byte short here, where a list seems to begin."""
    while not (public_key := ec2()).endswith(b"\x81"):
        pass
    long_form = public_key.replace(b"\x01\x02\x03\x26", b"\x01\x02\x03\x38\x06", 1)
    forgery = Forgery(public_key=long_form, extensions=b"\xa0")
    assert refusal(forgery=forgery) == "malformed"
    right = Forgery(public_key=public_key, extensions=b"\xa0")
    assert enrol(SoftwareAuthenticator(), forgery=right).key.public_key == public_key


@pytest.mark.parametrize(
    ("length", "is_right"), [(0, False), (1, True), (1_023, True), (1_024, False)]
)
def test_how_long_an_id_may_be(length: int, is_right: object) -> None:
    named = length.to_bytes(2, "big") + bytes(length)
    raw = bytes(32) + b"\x41" + bytes(4) + bytes(16) + named + b"\xa0"
    if is_right:
        read = AuthenticatorData.parse(raw).credential
        assert read is not None
        assert read.credential_id == bytes(length)
    else:
        with pytest.raises(WebAuthnError, match="malformed"):
            AuthenticatorData.parse(raw)


def test_an_algorithm_that_was_not_offered() -> None:
    fewer = replace(POLICY, algorithms=(ES256,))
    response = registration_of(SoftwareAuthenticator(algorithm=ED25519))
    with pytest.raises(WebAuthnError, match="unsupported-algorithm"):
        verify_registration(
            fewer,
            response,
            user_handle=HANDLE,
            expected_challenge=CHALLENGE,
            expected_user_verification=False,
        )


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("response", "transports"), ["usb", "usb", "nfc", "telepathy", 7, None], ("nfc", "usb")),
        (("response", "transports"), ["<script>"], ()),
        (("response", "transports"), "usb", ()),
        (("response", "transports"), ..., ()),
    ],
    ids=range(4),
)
def test_transports(path: tuple[str, ...], value: object, expected: tuple[str, ...]) -> None:
    response = changed(registration_of(SoftwareAuthenticator()), path, value)
    assert verified(response).transports == expected


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        ({"credProps": {"rk": True}}, True),
        ({"credProps": {"rk": False}}, False),
        ({"credProps": {"rk": "true"}}, None),
        ({"credProps": {}}, None),
        ({"credProps": True}, None),
        ({"appid": True, "unknown": {"a": [1]}}, None),
        ({}, None),
        (None, None),
        ([], None),
        (..., None),
    ],
    ids=range(10),
)
def test_whether_it_is_discoverable(extensions: object, expected: object) -> None:
    path = ("clientExtensionResults",)
    response = changed(registration_of(SoftwareAuthenticator()), path, extensions)
    assert verified(response).is_discoverable is expected


def verified(response: str) -> StoredKey:
    return verify_registration(
        POLICY,
        response,
        user_handle=HANDLE,
        expected_challenge=CHALLENGE,
        expected_user_verification=False,
    ).key


def test_another_challenge() -> None:
    with pytest.raises(WebAuthnError, match="challenge-mismatch"):
        verify_registration(
            POLICY,
            registration_of(SoftwareAuthenticator()),
            user_handle=HANDLE,
            expected_challenge=ANOTHER_CHALLENGE,
            expected_user_verification=False,
        )


@pytest.mark.parametrize(
    "wrong", [{"expected_challenge": b"short"}, {"user_handle": b""}, {"user_handle": bytes(65)}]
)
def test_wrong_arguments(wrong: dict[str, bytes]) -> None:
    right: dict[str, Any] = {"user_handle": HANDLE, "expected_challenge": CHALLENGE}
    response = registration_of(SoftwareAuthenticator())
    with pytest.raises(ValueError, match="bytes"):
        verify_registration(
            POLICY, response, expected_user_verification=False, **{**right, **wrong}
        )
