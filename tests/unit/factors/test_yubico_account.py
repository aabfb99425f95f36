"""An account at a validation server: what is none, and that no message repeats what was given."""

import traceback
from typing import Any

import pytest

from nextauth.factors import YUBICO_CLOUD, YubicoValidation

API_KEY = "mG5be6ZJU1qBGz24yPh/ESM3UdU="


def entropy(size: int) -> bytes:
    return bytes(range(size))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"client_id": ""}, "client_id"),
        ({"client_id": "one"}, "client_id"),
        ({"client_id": "1&otp=x"}, "client_id"),
        ({"client_id": "\u0661"}, "client_id"),
        ({"api_key": ""}, "api_key"),
        ({"api_key": "c2hvcnQ="}, "api_key"),
        ({"api_key": "not base64!"}, "api_key"),
        ({"url": "http://api.yubico.com/wsapi/2.0/verify"}, "url"),
        ({"url": "ftp://127.0.0.1/"}, "url"),
        ({"url": "https:///verify"}, "url"),
        ({"url": "https://example.com/verify?x=1"}, "url"),
        ({"url": "https://example.com/verify#x"}, "url"),
        ({"url": "verify"}, "url"),
        ({"url": "https://example.com/verify?"}, "url"),
        ({"url": "https://example.com/verify#"}, "url"),
        ({"url": "https://me:hunter2@example.com/verify"}, "url"),
        ({"url": "https://@example.com/verify"}, "url"),
        ({"url": "http://127.0.0.1@example.com/verify"}, "url"),
        ({"url": "https://example.com/verify\n"}, "url"),
        ({"url": " https://example.com/verify"}, "url"),
        ({"url": "https://exam\tple.com/verify"}, "url"),
        ({"url": "https://example .com/verify"}, "url"),
        ({"url": "https://example.com\\verify"}, "url"),
        ({"url": "https://ex\u00e4mple.com/verify"}, "url"),
        ({"url": "https://[::1"}, "url"),
        ({"url": "https://example.com:http/verify"}, "url"),
    ],
)
def test_an_account_that_is_none(options: dict[str, str], named: str) -> None:
    known = {"client_id": "1", "api_key": API_KEY, "url": YUBICO_CLOUD, **options}
    client_id, api_key, url = known["client_id"], known["api_key"], known["url"]
    with pytest.raises(ValueError, match=named) as caught:
        YubicoValidation(client_id, api_key, entropy=entropy, url=url)
    shown = "".join(traceback.format_exception(caught.value))
    for secret in (value for value in (client_id, api_key, url) if len(value) > 1):
        assert secret not in str(caught.value)
    assert "hunter2" not in shown


def test_who_mistakes_the_key_for_the_number_does_not_see_it() -> None:
    with pytest.raises(ValueError, match="client_id") as caught:
        YubicoValidation(API_KEY, "1", entropy=entropy)
    assert API_KEY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("name", ["client_id", "api_key", "url", "entropy"])
@pytest.mark.parametrize("value", [None, 1, b"mG5be6ZJU1qBGz24yPh/ESM3UdU="])
def test_an_account_of_another_type(name: str, value: object) -> None:
    known: dict[str, Any] = {"client_id": "1", "api_key": API_KEY, "entropy": entropy, name: value}
    with pytest.raises(TypeError, match=rf"YubicoValidation\({name}=\.\.\.\)") as caught:
        YubicoValidation(**known)
    assert "mG5be6ZJ" not in str(caught.value)
