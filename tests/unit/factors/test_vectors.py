"""What the RFCs and Yubico have published comes out of ours."""

import base64
import json
from pathlib import Path
from typing import Any, Literal

import pytest

from nextauth.factors import (
    TotpOptions,
    YubicoValidation,
    YubikeySecrets,
    modhex_decode,
    verify_totp,
    verify_yubikey_otp,
)
from nextauth.factors.hotp import Generator
from nextauth.factors.yubico import ValidationRequest

VECTORS = Path(__file__).parents[2] / "vectors"
PUBLIC_ID = "cccccccccccb"


def cases(name: str) -> list[dict[str, Any]]:
    known = json.loads((VECTORS / name).read_text(encoding="utf-8"))["cases"]
    assert known
    return list(known)


def base32(secret: str) -> str:
    return base64.b32encode(secret.encode()).decode()


@pytest.mark.parametrize("case", cases("rfc-4226.json"), ids=lambda case: case["counter"])
def test_hotp(case: dict[str, Any]) -> None:
    generator = Generator(
        base32(case["secret"]), digits=6, period=30, algorithm="SHA1", least_bits=128
    )
    assert generator.code(case["counter"]) == case["code"]


@pytest.mark.parametrize(
    "case", cases("rfc-6238.json"), ids=lambda case: f"{case['algorithm']}-{case['time']}"
)
def test_totp(case: dict[str, Any]) -> None:
    algorithm: Literal["SHA1", "SHA256", "SHA512"] = case["algorithm"]
    options = TotpOptions(digits=8, algorithm=algorithm, tolerance=0)
    secret = base32(case["secret"])
    assert verify_totp(secret, case["code"], at=case["time"], options=options) == case["step"]
    for other in (case["time"] - 30, case["time"] + 30):
        assert verify_totp(secret, case["code"], at=other, options=options) is None


@pytest.mark.parametrize("case", cases("yubikey-otp.json"), ids=lambda case: case["block"])
def test_yubikey(case: dict[str, Any]) -> None:
    secrets = YubikeySecrets(
        PUBLIC_ID, bytes.fromhex(case["private_id"]), bytes.fromhex(case["key"])
    )
    usage = case["usage_counter"] & 0x7FFF  # the bit above tells of caps lock
    expected = usage * 256 + case["session_counter"]
    assert verify_yubikey_otp(secrets, PUBLIC_ID + case["block"], after=None) == expected


@pytest.mark.parametrize(
    ("modhex", "decoded"),
    [
        ("dteffuje", "2d344e83"),
        ("hknhfjbrjnlnldnhcujvddbikngjrtgh", "69b6481c8baba2b60e8f22179b58cd56"),
        ("urtubjtnuihvntcreeeecvbregfjibtn", "ecde18dbe76fbd0c33330f1c354871db"),
        ("ifhgieif", b"test".hex()),
        ("", ""),
    ],
)
def test_modhex(modhex: str, decoded: str) -> None:
    assert modhex_decode(modhex).hex() == decoded


@pytest.mark.parametrize("text", ["c", "a", "cc ", "CC", "\u212a\u212a", "ccc\n"])
def test_what_is_no_modhex(text: str) -> None:
    with pytest.raises(ValueError, match="no"):
        modhex_decode(text)


@pytest.mark.parametrize("case", cases("yubico-validation.json"), ids=["request", "answer"])
def test_the_signatures_of_the_validation_protocol(case: dict[str, Any]) -> None:
    service = YubicoValidation("1", case["api_key"], entropy=bytes)
    assert service._signature(case["values"]) == case["signature"]


def test_the_published_answer_is_believed() -> None:
    case = cases("yubico-validation.json")[1]
    service = YubicoValidation("1", case["api_key"], entropy=bytes)
    request = ValidationRequest("", case["values"]["otp"], case["values"]["nonce"])
    lines = [f"{name}={value}" for name, value in case["values"].items()]
    body = "\r\n".join([f"h={case['signature']}", *lines, "", ""])
    assert service.verdict(request, body) is True
