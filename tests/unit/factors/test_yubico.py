"""A validation server's word: asked over HTTP on loopback, and believed only with its signature."""

import asyncio
import hmac
import traceback
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.errors import NextauthError
from nextauth.factors import YUBICO_CLOUD, ValidationError, YubicoValidation

API_KEY = "mG5be6ZJU1qBGz24yPh/ESM3UdU="
KEY_ID = "cccccckdvvul"
OTP = f"{KEY_ID}ethkhtvkrtbeukiettvfceekurncllcj"
OTHERS = "vvvvvvkdvvulethkhtvkrtbeukiettvfceekurncllcj"
KEYS = frozenset({KEY_ID})
PATIENCE = 60


def signature(values: dict[str, str], key: str = API_KEY) -> str:
    line = "&".join(f"{name}={value}" for name, value in sorted(values.items()))
    return b64encode(hmac.digest(b64decode(key), line.encode(), "sha1")).decode()


class Handler(BaseHTTPRequestHandler):
    """Validates as Yubico's server does: one client, one key, no password twice."""

    server: "Server"

    def do_GET(self) -> None:
        asked = dict(parse_qsl(urlsplit(self.path).query, strict_parsing=True))
        self.server.asked.append(asked)
        given = asked.pop("h")
        answer = {"t": "2026-01-01T00:00:00Z0001", "otp": asked["otp"], "nonce": asked["nonce"]}
        answer |= {"sl": "100", "status": self.server.status_of(asked, given)}
        answer = self.server.forge(answer)
        answer.setdefault("h", signature(answer))
        body = "".join(f"{name}={value}\r\n" for name, value in answer.items()).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: tests print what matters."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, str]] = []
        self.seen: set[str] = set()
        self.status = "OK"
        self.forge: Callable[[dict[str, str]], dict[str, str]] = dict

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/wsapi/2.0/verify"

    def status_of(self, asked: dict[str, str], given: str) -> str:
        if given != signature(asked):
            return "BAD_SIGNATURE"
        if asked["otp"] in self.seen:
            return "REPLAYED_OTP"
        self.seen.add(asked["otp"])
        return self.status


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(PATIENCE)


@pytest.fixture
def service(server: Server) -> YubicoValidation:
    return YubicoValidation("1", API_KEY, entropy=entropy, url=server.url)


def entropy(size: int) -> bytes:
    return bytes(range(size))


def get(url: str) -> str:
    return httpx2.get(url, timeout=PATIENCE, trust_env=False).text


def test_a_right_password_is_right_once(server: Server, service: YubicoValidation) -> None:
    assert service.verify(OTP.upper(), public_ids=KEYS, get=get) is True
    assert service.verify(OTP, public_ids=KEYS, get=get) is False
    [first, _] = server.asked
    assert first == {"id": "1", "otp": OTP, "nonce": bytes(range(16)).hex()}


def test_an_asynchronous_client_does_as_well(service: YubicoValidation) -> None:
    async def ask() -> list[bool]:
        async with httpx2.AsyncClient(timeout=PATIENCE, trust_env=False) as client:

            async def fetch(url: str) -> str:
                return (await client.get(url)).text

            return [
                await service.verify_async(typed, public_ids=KEYS, get=fetch)
                for typed in (OTP, OTP, OTHERS, None)
            ]

    assert asyncio.run(ask()) == [True, False, False, False]


@pytest.mark.parametrize("typed", [OTHERS, "", None, "123456", "c" * 44, f"{OTP}c", "\ud800"])
def test_what_is_not_of_the_person_s_keys_is_not_asked(
    server: Server, service: YubicoValidation, typed: str | None
) -> None:
    """The server says OK to anybody's key: whose it is, is ours to look at."""
    assert service.verify(typed, public_ids=KEYS, get=get) is False
    assert service.verify(OTP, public_ids=(), get=get) is False
    assert server.asked == []


@pytest.mark.parametrize("status", ["BAD_OTP", "REPLAYED_OTP", "REPLAYED_REQUEST"])
def test_a_refusal(server: Server, service: YubicoValidation, status: str) -> None:
    server.status = status
    assert service.verify(OTP, public_ids=KEYS, get=get) is False


@pytest.mark.parametrize(
    "status",
    [
        "BAD_SIGNATURE",
        "MISSING_PARAMETER",
        "NO_SUCH_CLIENT",
        "OPERATION_NOT_ALLOWED",
        "BACKEND_ERROR",
        "NOT_ENOUGH_ANSWERS",
    ],
)
def test_no_verdict(server: Server, service: YubicoValidation, status: str) -> None:
    server.status = status
    with pytest.raises(ValidationError, match=status):
        service.verify(OTP, public_ids=KEYS, get=get)


@pytest.mark.parametrize("status", ["", "ok", "OK ", "OKAY", "YES"])
def test_an_unknown_status_is_no_verdict(
    server: Server, service: YubicoValidation, status: str
) -> None:
    server.status = status
    with pytest.raises(ValidationError):
        service.verify(OTP, public_ids=KEYS, get=get)


@pytest.mark.parametrize(
    "forge",
    [
        lambda answer: {**answer, "h": ""},
        lambda answer: {**answer, "h": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="},
        lambda answer: {**answer, "h": "\u00e4"},
        lambda answer: {**answer, "h": signature(answer, "AAAA")},
        lambda answer: {"h": signature({**answer, "status": "BAD_OTP"}), **answer},
        lambda answer: {**answer, "otp": OTHERS},
        lambda answer: {**answer, "nonce": "0" * 32},
        lambda answer: {name: answer[name] for name in ("status", "t")},
        lambda answer: {**answer, "sl": "1\r\nstatus=OK"},
        lambda answer: {**answer, "sl": "1\r\nno pair"},
        lambda answer: {**answer, "sl": "1" * 5_000},
        lambda _: {},
    ],
    ids=range(12),
)
def test_an_answer_that_is_not_the_server_s_to_this_request(
    server: Server,
    service: YubicoValidation,
    forge: Callable[[dict[str, str]], dict[str, str]],
) -> None:
    """Cut and paste, a forged OK, an answer to another request: nobody is signed in."""
    server.forge = forge
    with pytest.raises(ValidationError):
        service.verify(OTP, public_ids=KEYS, get=get)


def test_a_server_that_does_not_know_us_is_told_in_the_error(
    server: Server, service: YubicoValidation
) -> None:
    server.forge = lambda answer: {**answer, "status": "NO_SUCH_CLIENT", "h": ""}
    with pytest.raises(ValidationError, match="NO_SUCH_CLIENT") as caught:
        service.verify(OTP, public_ids=KEYS, get=get)
    assert isinstance(caught.value, NextauthError)
    assert caught.value.reason == "its signature is wrong (it says NO_SUCH_CLIENT)"


@given(st.text(max_size=200) | st.binary(max_size=50))
def test_no_other_body_is_a_yes(body: str) -> None:
    service = YubicoValidation("1", API_KEY, entropy=entropy)
    with pytest.raises(ValidationError):
        service.verify(OTP, public_ids=KEYS, get=lambda _: body)


def test_a_server_that_is_not_reached_shows_no_password(service: YubicoValidation) -> None:
    def fail(url: str) -> str:
        message = f"no route to {url}"
        raise ConnectionError(message)

    async def fail_later(url: str) -> str:
        return fail(url)

    def ask_now() -> None:
        service.verify(OTP, public_ids=KEYS, get=fail)

    def ask_later() -> None:
        asyncio.run(service.verify_async(OTP, public_ids=KEYS, get=fail_later))

    for ask in (ask_now, ask_later):
        with pytest.raises(ValidationError, match="ConnectionError") as caught:
            ask()
        shown = "".join(traceback.format_exception(caught.value))
        assert OTP not in shown
        assert API_KEY not in shown


@pytest.mark.parametrize("ids", [KEY_ID, f"vv{KEY_ID}cc", "", KEY_ID.encode()], ids=range(4))
@pytest.mark.parametrize("typed", [OTP, None])
def test_the_keys_of_a_person_are_not_one_str(
    server: Server,
    service: YubicoValidation,
    ids: Any,  # noqa: ANN401
    typed: str | None,
) -> None:
    """A key whose id is a part of it would be taken for the person's."""
    with pytest.raises(TypeError, match="public_ids"):
        service.verify(typed, public_ids=ids, get=get)
    assert server.asked == []


def test_no_key_and_no_password_is_in_a_repr() -> None:
    service = YubicoValidation("1", API_KEY, entropy=entropy)
    request = service.request(OTP, public_ids=KEYS)
    assert request is not None
    assert repr(service) == "YubicoValidation('api.yubico.com')"
    assert OTP not in repr(request)
    assert request.url.startswith(f"{YUBICO_CLOUD}?id=1&nonce=")
