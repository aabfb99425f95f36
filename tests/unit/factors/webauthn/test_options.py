"""What the browser is handed, to the letter of ``parseCreationOptionsFromJSON`` and its sister."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from webauthn.helpers import parse_authentication_options_json, parse_registration_options_json

from nextauth.factors.webauthn import StoredKey, creation_options, request_options
from tests.unit.factors.webauthn.ceremonies import CHALLENGE, HANDLE, POLICY

CHALLENGE_TEXT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
HANDLE_TEXT = "dGhlIGhhbmRsZSBvZiBhZGE"
KEY = StoredKey(
    credential_id=b"\xff\xfe",
    public_key=b"key",
    user_handle=HANDLE,
    aaguid="00000000-0000-0000-0000-000000000000",
    attestation_format="none",
    is_backup_eligible=False,
    is_backed_up=False,
    transports=("nfc", "usb"),
)


def creation(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any wrong thing
    right: dict[str, Any] = {
        "challenge": CHALLENGE,
        "user_handle": HANDLE,
        "user_name": "ada@example.org",
        "display_name": "Ada",
    }
    return creation_options(POLICY, **{**right, **changes})


def test_creation() -> None:
    assert creation() == {
        "rp": {"id": "example.org", "name": "Example"},
        "user": {"id": HANDLE_TEXT, "name": "ada@example.org", "displayName": "Ada"},
        "challenge": CHALLENGE_TEXT,
        "pubKeyCredParams": [
            {"type": "public-key", "alg": -8},
            {"type": "public-key", "alg": -7},
            {"type": "public-key", "alg": -257},
            {"type": "public-key", "alg": -36},
        ],
        "timeout": 300_000,
        "excludeCredentials": [],
        "authenticatorSelection": {
            "residentKey": "preferred",
            "requireResidentKey": False,
            "userVerification": "preferred",
        },
        "attestation": "none",
        "extensions": {"credProps": True},
    }


def test_creation_with_all_that_can_be_asked_for() -> None:
    asked = creation(
        exclude=[KEY, b"\x00"],
        resident="required",
        attachment="cross-platform",
        user_verification="required",
    )
    assert asked["excludeCredentials"] == [
        {"type": "public-key", "id": "__4", "transports": ["nfc", "usb"]},
        {"type": "public-key", "id": "AA"},
    ]
    assert asked["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
        "authenticatorAttachment": "cross-platform",
    }


def test_request() -> None:
    assert request_options(POLICY, challenge=CHALLENGE, allow=[replace(KEY, transports=())]) == {
        "challenge": CHALLENGE_TEXT,
        "timeout": 300_000,
        "rpId": "example.org",
        "allowCredentials": [{"type": "public-key", "id": "__4"}],
        "userVerification": "preferred",
    }
    assert request_options(POLICY, challenge=CHALLENGE)["allowCredentials"] == []


def test_another_reader_takes_them() -> None:
    read = parse_registration_options_json(json.dumps(creation(exclude=[KEY])))
    assert (read.challenge, read.user.id, read.rp.id) == (CHALLENGE, HANDLE, "example.org")
    asked = request_options(POLICY, challenge=CHALLENGE, allow=[KEY])
    assert parse_authentication_options_json(json.dumps(asked)).challenge == CHALLENGE


def test_required_verification_is_not_lowered() -> None:
    strict = replace(POLICY, user_verification="required")
    asked = request_options(strict, challenge=CHALLENGE, user_verification="discouraged")
    assert asked["userVerification"] == "required"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"challenge": bytes(15)}, "16 random bytes"),
        ({"challenge": "a" * 32}, "16 random bytes"),
        ({"user_handle": b""}, "1 to 64 bytes"),
        ({"user_handle": bytes(65)}, "1 to 64 bytes"),
        ({"user_handle": "ada"}, "1 to 64 bytes"),
        ({"user_name": ""}, "user_name"),
        ({"display_name": "a" * 1_025}, "display_name"),
        ({"resident": "yes"}, "resident='yes'"),
        ({"attachment": "usb"}, "attachment='usb'"),
        ({"user_verification": "yes"}, "user_verification='yes'"),
    ],
)
def test_wrong_arguments(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        creation(**changes)


def test_wrong_arguments_of_a_request() -> None:
    with pytest.raises(ValueError, match="16 random bytes"):
        request_options(POLICY, challenge=b"")
    with pytest.raises(ValueError, match="user_verification"):
        request_options(POLICY, challenge=CHALLENGE, user_verification="no")  # type: ignore[arg-type]
