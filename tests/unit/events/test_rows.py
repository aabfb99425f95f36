"""An event as a flat row: stable names, plain values, bounded, and a person by id alone."""

import json
import re
from dataclasses import dataclass, fields

import pytest

from nextauth.events import EVENT_VERSION, Circumstances, Event, SignedIn, event_name, event_row
from nextauth.models import Account, User
from tests.unit.events.samples import KINDS, NOW, sample

AT = ["time", "request_id", "address", "user_agent"]

# What dashboards and alerts are written with: a change here is one of `EVENT_VERSION`.
NAMES = {
    "ConfigurationRefused": "configuration_refused",
    "DeviceTrusted": "device_trusted",
    "FactorEnrolled": "factor_enrolled",
    "FactorRemoved": "factor_removed",
    "FactorsReset": "factors_reset",
    "GuessingAlarm": "guessing_alarm",
    "OlderSessionAccepted": "older_session_accepted",
    "RecoveryCodeUsed": "recovery_code_used",
    "RecoveryCodesRenewed": "recovery_codes_renewed",
    "RequestRefused": "request_refused",
    "RevalidationFailed": "revalidation_failed",
    "SecondFactorAsked": "second_factor_asked",
    "SecondFactorPassed": "second_factor_passed",
    "SecondFactorRefused": "second_factor_refused",
    "SessionEnded": "session_ended",
    "SessionUpdated": "session_updated",
    "SessionsRevoked": "sessions_revoked",
    "SignCountRegressed": "sign_count_regressed",
    "SignInFailed": "sign_in_failed",
    "SignInThrottled": "sign_in_throttled",
    "SignedIn": "signed_in",
    "SignedOut": "signed_out",
    "StepUpAsked": "step_up_asked",
    "StepUpPassed": "step_up_passed",
    "StoreFailed": "store_failed",
}


def test_the_names_of_events_stay() -> None:
    found = {kind.__name__: event_name(kind) for kind in KINDS}
    assert NAMES.items() <= found.items()
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in found.values())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_row_has_the_common_members_first_and_then_the_events_own(kind: type[Event]) -> None:
    row = event_row(sample(kind))
    assert (row["event"], row["version"]) == (event_name(kind), EVENT_VERSION)
    own = [each.name for each in fields(kind) if each.name not in {"at", "user", "account"}]
    person = ["user_id", "provider", "provider_type", "provider_account_id"]
    has_person = any(each.name == "user" for each in fields(kind))
    assert list(row) == ["event", "version", *AT, *(person if has_person else []), *own]
    assert json.loads(json.dumps(row)) == row


def test_a_sign_in() -> None:
    user = User("1", "Ada", "ada@example.com", "https://example.com/ada.png", {"role": "admin"})
    at = Circumstances(NOW, "r-1", "203.0.113.9")
    assert event_row(SignedIn(at, user, Account("staff", "credentials", "1"), "s-1")) == {
        "event": "signed_in",
        "version": 1,
        "time": "2027-01-15T08:00:00.250Z",
        "request_id": "r-1",
        "address": "203.0.113.9",
        "user_agent": None,
        "user_id": "1",
        "provider": "staff",
        "provider_type": "credentials",
        "provider_account_id": "1",
        "sid": "s-1",
    }


@pytest.mark.parametrize(
    ("time", "written"),
    [
        (0.0, "1970-01-01T00:00:00.000Z"),
        (1_800_000_000.9999, "2027-01-15T08:00:00.999Z"),
        (1_800_000_000, "2027-01-15T08:00:00.000Z"),
    ],
)
def test_the_time_is_rfc_3339_in_utc(time: float, written: str) -> None:
    assert event_row(sample(KINDS[0], time=time))["time"] == written


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_text_is_bounded(kind: type[Event]) -> None:
    row = event_row(sample(kind, "é" * 5_000))
    cut = "é" * 255 + "…"
    texts = [
        each for value in row.values() for each in (value if isinstance(value, list) else [value])
    ]
    long = [each for each in texts if isinstance(each, str) and len(each) > 50]
    assert set(long) == {cut}
    assert len(long) >= 3


def test_a_text_of_just_that_length_is_not_cut() -> None:
    assert event_row(sample(KINDS[0], "x" * 256))["address"] == "x" * 256


def test_a_list_is_bounded() -> None:
    kind = next(each for each in KINDS if each.__name__ == "ConfigurationRefused")
    event = kind(Circumstances(NOW), tuple(map(str, range(100))))  # type: ignore[call-arg, arg-type]
    assert event_row(event)["problems"] == [str(number) for number in range(32)]


def test_a_member_that_no_row_can_hold_is_an_error_and_not_its_repr() -> None:
    @dataclass
    class Odd:
        credentials: object

    with pytest.raises(TypeError, match="member 'credentials' is a object: no row has such"):
        event_row(Odd(object()))  # type: ignore[arg-type]
