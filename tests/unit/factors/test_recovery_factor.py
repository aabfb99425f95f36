"""Recovery codes as a second factor: whose they are, and that each is good once."""

from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.errors import StoreUnavailable
from nextauth.events import RecoveryCodeUsed
from nextauth.events.circumstances import Circumstances
from nextauth.factors import Enrolled, Proven, RecoveryFactor, Unproven, is_enrollable
from nextauth.models import SubmittedCredentials, User
from nextauth.stores import MemoryStore
from nextauth.web.request import step
from tests.unit.factors.proving import ADA, HOSTILE, NEW, Desk, all_at_once

GRACE = User(id="2", name="Grace")
FACTOR = RecoveryFactor()
NOTHING = SubmittedCredentials({})


def renew(desk: Desk, user: User = ADA) -> tuple[Enrolled, tuple[str, ...]]:
    """Make a set of codes for a person, and keep it."""
    enrolled = step(FACTOR.enrol(desk.step(FACTOR, user), NOTHING, None, name="Codes"))
    assert enrolled is not None
    desk.enrol(enrolled.enrolment)
    codes = enrolled.shown["codes"]
    assert isinstance(codes, list)
    return enrolled, tuple(codes)


def left_after(answer: Proven | Unproven) -> int | None:
    """Answer how many codes are left, as the audit stream is told."""
    if not isinstance(answer, Proven):
        return None
    [incident] = answer.incidents
    event = incident(Circumstances(0.0))
    assert isinstance(event, RecoveryCodeUsed)
    assert (event.provider, event.user_id) == ("credentials", "1")
    return event.left


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_it_is_for_whoever_has_codes_left(desk: Desk) -> None:
    _, codes = renew(desk)
    assert not FACTOR.is_for(ADA, ())
    for code in codes:
        assert FACTOR.is_for(ADA, desk.known(FACTOR))
        assert isinstance(desk.verify(FACTOR, code=code), Proven)
    assert not FACTOR.is_for(ADA, desk.known(FACTOR))
    assert is_enrollable(FACTOR)


def test_each_is_good_once_in_any_order_and_told(desk: Desk) -> None:
    _, codes = renew(desk)
    for number, code in enumerate(reversed(codes)):
        answer = desk.verify(FACTOR, code=code)
        assert left_after(answer) == 9 - number
        assert isinstance(answer, Proven)
        assert answer.amr == ("otp",)
        assert desk.verify(FACTOR, code=code) == Unproven()


@pytest.mark.parametrize("write", [str.upper, lambda code: f" {code.replace('-', ' ')}\n"])
def test_it_may_be_typed_as_it_is_read(desk: Desk, write: object) -> None:
    assert callable(write)
    _, codes = renew(desk)
    assert isinstance(desk.verify(FACTOR, code=write(codes[0])), Proven)
    assert desk.verify(FACTOR, code=codes[0]) == Unproven(), "however it is written"


@pytest.mark.parametrize("code", HOSTILE)
def test_what_is_no_code_is_wrong_and_no_more(desk: Desk, code: str) -> None:
    renew(desk)
    assert desk.verify(FACTOR, code=code) == Unproven()
    assert desk.verify(FACTOR, otp=code) == Unproven()
    assert desk.verify(FACTOR) == Unproven()
    assert len(desk.known(FACTOR)[0].digests) == 10


@given(st.text(max_size=140) | st.text("0123456789abcdefghjkmnpqrstvwxyz-", max_size=40))
def test_nothing_that_is_submitted_raises(code: str) -> None:
    desk = Desk()
    renew(desk)
    assert desk.verify(FACTOR, code=code) == Unproven()


def test_what_is_kept_is_no_code(desk: Desk) -> None:
    """Whoever reads the store cannot go on: a digest is right for nothing."""
    enrolled, codes = renew(desk)
    [kept] = desk.known(FACTOR)
    assert enrolled.replaces
    assert not any(code in f"{kept.digests}{kept.data}" for code in codes)
    assert not any(code.replace("-", "") in f"{kept.digests}" for code in codes)
    for digest in kept.digests:
        assert desk.verify(FACTOR, code=digest) == Unproven()


def test_of_a_hundred_verifications_of_one_code_one_proves_it(desk: Desk) -> None:
    _, codes = renew(desk)
    assert all_at_once(lambda: desk.verify(FACTOR, code=codes[0])) == 1
    assert len(desk.known(FACTOR)[0].digests) == 9


def test_of_a_hundred_that_have_read_the_same_one_proves_it(desk: Desk) -> None:
    _, codes = renew(desk)
    where, answer = desk.step(FACTOR), SubmittedCredentials({"code": codes[0]})
    assert all_at_once(lambda: step(FACTOR.verify(where, answer, None))) == 1


# --- whose they are


def test_anothers_code_is_wrong_and_stays_good_for_them(desk: Desk) -> None:
    renew(desk)
    _, theirs = renew(desk, GRACE)
    assert desk.verify(FACTOR, code=theirs[0]) == Unproven()
    assert isinstance(desk.verify(FACTOR, GRACE, code=theirs[0]), Proven)


def test_a_step_that_holds_anothers_enrolment_proves_nothing(desk: Desk) -> None:
    enrolled, codes = renew(desk, GRACE)
    where = desk.step(FACTOR, ADA, enrolments=[enrolled.enrolment])
    answer = SubmittedCredentials({"code": codes[0]})
    assert step(FACTOR.verify(where, answer, None)) == Unproven()


def test_codes_of_a_set_that_was_replaced_are_wrong(desk: Desk) -> None:
    enrolled, old = renew(desk)
    where, answer = desk.step(FACTOR), SubmittedCredentials({"code": old[0]})
    step(desk.store.remove("credentials", "1", enrolled.enrolment.id, now=desk.clock()))
    _, new = renew(desk)
    assert step(FACTOR.verify(where, answer, None)) == Unproven(), "also where it was read before"
    assert desk.verify(FACTOR, code=old[0]) == Unproven()
    assert isinstance(desk.verify(FACTOR, code=new[0]), Proven)


# --- what can go wrong


def test_no_secret_of_the_site_is_needed_to_check_them(desk: Desk) -> None:
    _, codes = renew(desk)
    rotated = Desk(desk.store, secrets=(NEW,), clock=desk.clock)
    assert isinstance(rotated.verify(FACTOR, code=codes[0]), Proven)


@pytest.mark.parametrize("digest", ["", "rc1", "rc1$$", "rc1$zz$00", "rc2$00$00", "\ud800", "$"])
def test_a_damaged_digest_is_right_for_nothing_and_stops_no_other(desk: Desk, digest: str) -> None:
    enrolled, codes = renew(desk)
    made = enrolled.enrolment
    step(desk.store.remove("credentials", "1", made.id, now=desk.clock()))
    desk.enrol(replace(made, digests=(digest, *made.digests[1:])))
    assert desk.verify(FACTOR, code=codes[0]) == Unproven()
    assert left_after(desk.verify(FACTOR, code=codes[1])) == 9


class _Down(MemoryStore):
    async def spend(self, *_: object, **__: object) -> int | None:
        message = "switched off"
        raise StoreUnavailable(message)


def test_a_store_that_fails_proves_nothing() -> None:
    desk = Desk(_Down())
    _, codes = renew(desk)
    with pytest.raises(StoreUnavailable):
        desk.verify(FACTOR, code=codes[0])


def test_no_repr_of_a_new_set_shows_a_code(desk: Desk) -> None:
    enrolled, codes = renew(desk)
    assert not any(code in repr(enrolled) for code in codes)


@pytest.mark.parametrize("count", [-1, 0, 4, 51, "10"])
def test_a_set_that_is_too_small_or_too_large_is_refused(count: int) -> None:
    found = RecoveryFactor(count=count).problems(None)
    assert [each.code for each in found] == ["recovery-count"]


def test_every_set_has_other_codes_and_another_salt(desk: Desk) -> None:
    sets = [renew(desk) for _ in range(5)]
    codes = [code for _, each in sets for code in each]
    salts = {each.enrolment.digests[0].split("$")[1] for each, _ in sets}
    assert (len(set(codes)), len(salts)) == (50, 5)
    assert partial(FACTOR.is_for, ADA)(desk.known(FACTOR))
