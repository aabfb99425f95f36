"""What a YubiKey types as a second factor, checked with its secrets: whose key it is, and once."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.errors import CallbackError, StoreUnavailable
from nextauth.factors import (
    Enrolled,
    Proven,
    Step,
    Unproven,
    YubikeyFactor,
    YubikeySecrets,
    is_enrollable,
)
from nextauth.models import SubmittedCredentials, User
from nextauth.stores import MemoryStore
from nextauth.web.request import step
from tests.unit.factors.proving import ADA, HOSTILE, NEW, Desk, all_at_once
from tests.unit.factors.test_yubikey import AES_KEY, KEY, PRIVATE_ID, PUBLIC_ID, press

GRACE = User(id="2", name="Grace")
OTHER_ID = "cccccckdvvul"
KEYS = {PUBLIC_ID: KEY, OTHER_ID: YubikeySecrets(OTHER_ID, PRIVATE_ID, AES_KEY)}
FACTOR = YubikeyFactor(KEYS.get)


def typed_by_other(usage: int, session: int) -> str:
    """Type what the other key would: both have one secret here, so only the id tells them apart."""
    return OTHER_ID + press(usage, session)[12:]


def enrol(desk: Desk, typed: str, user: User = ADA) -> Enrolled:
    answer = SubmittedCredentials({"otp": typed})
    enrolled = step(FACTOR.enrol(desk.step(FACTOR, user), answer, None, name="Key"))
    assert enrolled is not None
    desk.enrol(enrolled.enrolment)
    return enrolled


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    enrol(desk, press(1, 0))
    return desk


def test_it_is_for_whoever_has_enrolled_a_key(desk: Desk) -> None:
    assert not FACTOR.is_for(GRACE, desk.known(FACTOR, GRACE))
    assert FACTOR.is_for(ADA, desk.known(FACTOR))
    assert is_enrollable(FACTOR)


def test_what_enrolled_it_is_used_up_and_what_comes_later_is_good_once(desk: Desk) -> None:
    assert desk.verify(FACTOR, otp=press(1, 0)) == Unproven()
    for usage, session in ((1, 1), (1, 200), (2, 0), (9, 9)):
        assert desk.verify(FACTOR, otp=press(usage, session)) == Proven(("otp", "hwk"))
        assert desk.verify(FACTOR, otp=press(usage, session)) == Unproven()
    assert desk.verify(FACTOR, otp=press(2, 1)) == Unproven(), "none from before it"


def test_of_a_hundred_verifications_of_one_password_one_proves_it(desk: Desk) -> None:
    assert all_at_once(lambda: desk.verify(FACTOR, otp=press(2, 0))) == 1


def test_of_a_hundred_that_have_read_the_same_one_proves_it(desk: Desk) -> None:
    where, answer = desk.step(FACTOR), SubmittedCredentials({"otp": press(2, 0)})
    assert all_at_once(lambda: step(FACTOR.verify(where, answer, None))) == 1


@pytest.mark.parametrize(
    "typed", [*HOSTILE, press(2, 0)[:-1], press(2, 0) + "c", press(2, 0, crc=1), PUBLIC_ID * 4]
)
def test_what_is_no_password_is_wrong_and_no_more(desk: Desk, typed: str) -> None:
    assert desk.verify(FACTOR, otp=typed) == Unproven()
    assert desk.verify(FACTOR, code=press(2, 0)) == Unproven()
    assert desk.verify(FACTOR) == Unproven()
    assert desk.known(FACTOR)[0].counter == 256


@given(st.text(max_size=60) | st.text("cbdefghijklnrtuv", min_size=32, max_size=32))
def test_nothing_that_is_submitted_raises(typed: str) -> None:
    desk = Desk()
    enrol(desk, press(1, 0))
    assert desk.verify(FACTOR, otp=typed) == Unproven()
    assert desk.verify(FACTOR, otp=PUBLIC_ID + typed) == Unproven()


# --- whose it is


def test_anothers_key_is_wrong_and_stays_good_for_them(desk: Desk) -> None:
    enrol(desk, typed_by_other(1, 0), GRACE)
    assert desk.verify(FACTOR, otp=typed_by_other(2, 0)) == Unproven()
    assert isinstance(desk.verify(FACTOR, GRACE, otp=typed_by_other(2, 0)), Proven)


def test_one_key_is_one_persons(desk: Desk) -> None:
    """With two, what it typed for one would be good once more for the other."""
    answer = SubmittedCredentials({"otp": press(3, 0)})
    enrolled = step(FACTOR.enrol(desk.step(FACTOR, GRACE), answer, None, name="Key"))
    assert enrolled is not None
    assert not step(desk.store.enrol(enrolled.enrolment, now=desk.clock()))


def test_a_step_that_holds_anothers_enrolment_proves_nothing(desk: Desk) -> None:
    made = enrol(desk, typed_by_other(1, 0), GRACE).enrolment
    where = desk.step(FACTOR, ADA, enrolments=[made])
    answer = SubmittedCredentials({"otp": typed_by_other(2, 0)})
    assert step(FACTOR.verify(where, answer, None)) == Unproven()


def test_a_key_that_is_moved_to_another_row_answers_to_its_own_id_only(desk: Desk) -> None:
    [own] = desk.known(FACTOR)
    step(desk.store.remove("credentials", "1", own.id, now=desk.clock()))
    desk.enrol(replace(own, data=OTHER_ID))
    assert desk.verify(FACTOR, otp=press(2, 0)) == Unproven()
    assert isinstance(desk.verify(FACTOR, otp=typed_by_other(2, 0)), Proven)


def test_one_that_was_removed_in_between_proves_nothing(desk: Desk) -> None:
    where, answer = desk.step(FACTOR), SubmittedCredentials({"otp": press(2, 0)})
    [own] = desk.known(FACTOR)
    step(desk.store.remove("credentials", "1", own.id, now=desk.clock()))
    assert step(FACTOR.verify(where, answer, None)) == Unproven()


def test_after_a_removal_only_what_is_newer_than_the_enrolment_is_right(desk: Desk) -> None:
    assert isinstance(desk.verify(FACTOR, otp=press(5, 0)), Proven)
    [own] = desk.known(FACTOR)
    step(desk.store.remove("credentials", "1", own.id, now=desk.clock()))
    answer = SubmittedCredentials({"otp": press(5, 0)})
    enrolled = step(FACTOR.enrol(desk.step(FACTOR), answer, None, name="Key"))
    assert enrolled is not None
    assert step(desk.store.enrol(enrolled.enrolment, now=desk.clock()))
    assert desk.verify(FACTOR, otp=press(4, 0)) == Unproven()
    assert desk.verify(FACTOR, otp=press(5, 0)) == Unproven()
    assert isinstance(desk.verify(FACTOR, otp=press(6, 0)), Proven)


# --- what can go wrong


def test_no_secret_of_the_site_is_needed_to_check_it(desk: Desk) -> None:
    rotated = Desk(desk.store, secrets=(NEW,), clock=desk.clock)
    assert isinstance(rotated.verify(FACTOR, otp=press(2, 0)), Proven)


@pytest.mark.parametrize("data", ["", "x", PUBLIC_ID.upper(), PUBLIC_ID + "c", "\0"])
def test_a_damaged_enrolment_is_right_for_nothing_and_stops_no_other(desk: Desk, data: str) -> None:
    [own] = desk.known(FACTOR)
    step(desk.store.remove("credentials", "1", own.id, now=desk.clock()))
    desk.enrol(replace(own, data=data))
    enrol(desk, typed_by_other(1, 0))
    assert desk.verify(FACTOR, otp=press(2, 0)) == Unproven()
    assert isinstance(desk.verify(FACTOR, otp=typed_by_other(2, 0)), Proven)


def test_a_key_of_which_nothing_is_known_any_more_is_right_for_nothing(desk: Desk) -> None:
    assert desk.verify(YubikeyFactor(lambda _: None), otp=press(2, 0)) == Unproven()


def test_the_secrets_of_another_key_are_of_no_use(desk: Desk) -> None:
    factor = YubikeyFactor(lambda _: KEYS[OTHER_ID])
    assert desk.verify(factor, otp=press(2, 0)) == Unproven()


@pytest.mark.parametrize("answer", [True, "secret", PRIVATE_ID, (PUBLIC_ID, PRIVATE_ID, AES_KEY)])
def test_a_function_that_answers_something_else_proves_nothing_and_tells_nothing(
    desk: Desk, answer: object
) -> None:
    factor = YubikeyFactor(lambda _: answer)  # type: ignore[arg-type, return-value]
    with pytest.raises(CallbackError) as caught:
        desk.verify(factor, otp=press(2, 0))
    assert type(answer).__name__ in str(caught.value)
    assert repr(PRIVATE_ID) not in str(caught.value)
    assert isinstance(desk.verify(FACTOR, otp=press(2, 0)), Proven), "it was not used up"


def test_the_function_may_be_a_coroutine_and_is_asked_about_own_keys_only(desk: Desk) -> None:
    asked: list[str] = []

    async def find(public_id: str) -> YubikeySecrets | None:
        asked.append(public_id)
        return KEYS.get(public_id)

    factor = YubikeyFactor(find)
    assert desk.verify(factor, otp=typed_by_other(2, 0)) == Unproven()
    assert asked == []
    assert isinstance(desk.verify(factor, otp=press(2, 0)), Proven)
    assert asked == [PUBLIC_ID]


class _Down(MemoryStore):
    async def advance(self, *_: object, **__: object) -> bool:
        message = "switched off"
        raise StoreUnavailable(message)


def test_a_store_that_fails_proves_nothing() -> None:
    desk = Desk(_Down())
    enrol(desk, press(1, 0))
    with pytest.raises(StoreUnavailable):
        desk.verify(FACTOR, otp=press(2, 0))


def test_no_repr_shows_a_secret_or_what_was_typed(desk: Desk) -> None:
    where: Step = desk.step(FACTOR)
    shown = repr((FACTOR, where, desk.known(FACTOR), KEY, SubmittedCredentials({"o": press(2, 0)})))
    assert not any(each in shown for each in (repr(AES_KEY), AES_KEY.hex(), press(2, 0)))
    assert [each.code for each in YubikeyFactor(None).problems(None)] == ["yubikey-secrets"]  # type: ignore[arg-type]
