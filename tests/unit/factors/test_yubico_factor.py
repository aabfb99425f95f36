"""What a YubiKey types as a second factor, checked by a validation server, and good once."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable
from threading import Lock
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.errors import StoreUnavailable
from nextauth.factors import (
    Enrolled,
    Proven,
    Unproven,
    YubicoFactor,
    YubicoValidation,
    is_enrollable,
)
from nextauth.models import SubmittedCredentials, User
from nextauth.web.request import step
from tests.unit.factors.proving import ADA, HOSTILE, NEW, Desk, Entropy, all_at_once

API_KEY = "mG5be6ZJU1qBGz24yPh/ESM3UdU="
GRACE = User(id="2", name="Grace")
KEY_ID, OTHER_ID = "cccccckdvvul", "vvvvvvkdvvul"


def press(number: int, key: str = KEY_ID) -> str:
    """Type what a key would; the server alone knows whether it is right."""
    return key + f"{number:032x}".translate(str.maketrans("0123456789abcdef", "cbdefghijklnrtuv"))


def signature(values: dict[str, str]) -> str:
    line = "&".join(f"{name}={value}" for name, value in sorted(values.items()))
    return b64encode(hmac.digest(b64decode(API_KEY), line.encode(), "sha1")).decode()


class Server:
    """Validates as Yubico's server does, no password twice; without a network."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status = "OK"
        self.forge: Callable[[dict[str, str]], dict[str, str]] = dict
        self.is_down = False
        self._seen: set[str] = set()
        self._lock = Lock()

    def get(self, url: str) -> str:
        asked = dict(parse_qsl(urlsplit(url).query))
        with self._lock:
            self.asked.append(asked["otp"])
            if self.is_down:
                message = f"no route to {url}"
                raise ConnectionError(message)
            status = "REPLAYED_OTP" if asked["otp"] in self._seen else self.status
            self._seen.add(asked["otp"])
        answer = {"status": status, "otp": asked["otp"], "nonce": asked["nonce"], "t": "x"}
        answer = self.forge(answer)
        answer.setdefault("h", signature(answer))
        return "\r\n".join(f"{name}={value}" for name, value in answer.items())

    def factor(self) -> YubicoFactor:
        validation = YubicoValidation(
            client_id="1", api_key=API_KEY, url="https://validation.example/v", entropy=Entropy()
        )
        return YubicoFactor(validation, self.get)


class Booth:
    """A server, its factor and a desk at which one key was enrolled."""

    def __init__(self) -> None:
        self.server = Server()
        self.factor = self.server.factor()
        self.desk = Desk()
        self.enrol(press(0))

    def enrol(self, typed: str, user: User = ADA) -> Enrolled:
        answer = SubmittedCredentials({"otp": typed})
        where = self.desk.step(self.factor, user)
        enrolled = step(self.factor.enrol(where, answer, None, name="Key"))
        assert enrolled is not None
        self.desk.enrol(enrolled.enrolment)
        return enrolled

    def verify(self, typed: str, user: User = ADA) -> Proven | Unproven:
        return self.desk.verify(self.factor, user, otp=typed)


@pytest.fixture
def booth() -> Booth:
    return Booth()


def test_it_is_for_whoever_has_enrolled_a_key(booth: Booth) -> None:
    assert not booth.factor.is_for(GRACE, ())
    assert booth.factor.is_for(ADA, booth.desk.known(booth.factor))
    assert is_enrollable(booth.factor)


def test_what_the_server_says_yes_to_is_good_once(booth: Booth) -> None:
    booth.desk.clock.advance(60)
    assert booth.verify(press(1)) == Proven(("otp", "hwk"))
    assert booth.verify(press(1)) == Unproven()
    assert booth.verify(press(0)) == Unproven(), "what enrolled it is used up"
    [own] = booth.desk.known(booth.factor)
    assert own.used == booth.desk.clock()


def test_of_a_hundred_verifications_of_one_password_one_proves_it(booth: Booth) -> None:
    assert all_at_once(lambda: booth.verify(press(1))) == 1


@pytest.mark.parametrize("typed", [*HOSTILE, press(1)[:-1], press(1) + "c", press(1, OTHER_ID)])
def test_what_cannot_be_theirs_is_wrong_and_the_server_is_not_asked(
    booth: Booth, typed: str
) -> None:
    booth.server.asked.clear()
    assert booth.verify(typed) == Unproven()
    assert booth.desk.verify(booth.factor, code=press(1)) == Unproven()
    assert booth.desk.verify(booth.factor) == Unproven()
    assert booth.server.asked == []


@given(st.text(max_size=60))
def test_nothing_that_is_submitted_raises(typed: str) -> None:
    booth = Booth()
    assert booth.verify(typed) == Unproven()
    assert booth.verify(KEY_ID + typed) == Unproven()


@pytest.mark.parametrize("status", ["BAD_OTP", "REPLAYED_OTP"])
def test_what_the_server_says_no_to_is_wrong(booth: Booth, status: str) -> None:
    booth.server.status = status
    assert booth.verify(press(1)) == Unproven()


# --- when the server does not say


def _unsigned(answer: dict[str, str]) -> dict[str, str]:
    return {**answer, "h": ""}


def _of_another(answer: dict[str, str]) -> dict[str, str]:
    return {**answer, "otp": press(7)}


def _of_another_request(answer: dict[str, str]) -> dict[str, str]:
    return {**answer, "nonce": "0" * 32}


@pytest.mark.parametrize("forge", [_unsigned, _of_another, _of_another_request])
def test_an_answer_that_is_not_the_servers_lets_nobody_in(
    booth: Booth, forge: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    booth.server.forge = forge
    with pytest.raises(StoreUnavailable):
        booth.verify(press(1))


@pytest.mark.parametrize("status", ["BACKEND_ERROR", "NOT_ENOUGH_ANSWERS", "NO_SUCH_CLIENT", "?"])
def test_a_server_that_cannot_say_is_an_outage(booth: Booth, status: str) -> None:
    booth.server.status = status
    with pytest.raises(StoreUnavailable):
        booth.verify(press(1))
    answer = SubmittedCredentials({"otp": press(2)})
    with pytest.raises(StoreUnavailable):
        step(booth.factor.enrol(booth.desk.step(booth.factor), answer, None, name="Key"))


def test_a_server_that_is_down_is_an_outage_that_does_not_tell_the_password(booth: Booth) -> None:
    booth.server.is_down = True
    with pytest.raises(StoreUnavailable) as caught:
        booth.verify(press(1))
    error: BaseException | None = caught.value
    assert "ConnectionError" in str(error)
    assert error is not None
    assert error.__cause__ is None
    assert press(1) not in f"{error!r}{error}"
    booth.server.is_down = False
    assert isinstance(booth.verify(press(1)), Proven), "it was not used up"


# --- whose it is


def test_anothers_key_is_wrong_and_stays_good_for_them(booth: Booth) -> None:
    booth.enrol(press(0, OTHER_ID), GRACE)
    assert booth.verify(press(1, OTHER_ID)) == Unproven()
    assert isinstance(booth.verify(press(1, OTHER_ID), GRACE), Proven)


def test_one_key_is_one_persons(booth: Booth) -> None:
    answer = SubmittedCredentials({"otp": press(3)})
    where = booth.desk.step(booth.factor, GRACE)
    enrolled = step(booth.factor.enrol(where, answer, None, name="Key"))
    assert enrolled is not None
    assert not step(booth.desk.store.enrol(enrolled.enrolment, now=booth.desk.clock()))


def test_one_that_was_removed_in_between_proves_nothing(booth: Booth) -> None:
    where, answer = booth.desk.step(booth.factor), SubmittedCredentials({"otp": press(1)})
    [own] = booth.desk.known(booth.factor)
    step(booth.desk.store.remove("credentials", "1", own.id, now=booth.desk.clock()))
    assert step(booth.factor.verify(where, answer, None)) == Unproven()


def test_no_secret_of_the_site_is_needed_to_check_it(booth: Booth) -> None:
    rotated = Desk(booth.desk.store, secrets=(NEW,), clock=booth.desk.clock)
    assert isinstance(rotated.verify(booth.factor, otp=press(1)), Proven)


def test_no_repr_shows_the_key_of_the_account(booth: Booth) -> None:
    assert API_KEY not in repr(booth.factor)
    broken = YubicoFactor(None, booth.server.get)  # type: ignore[arg-type]
    assert [each.code for each in broken.problems(None)] == ["yubikey-validation"]
