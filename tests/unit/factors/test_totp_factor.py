"""TOTP as a second factor: whose app it is, and that each step is accepted once."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyotp import TOTP

from nextauth.errors import StoreUnavailable
from nextauth.factors import (
    Proven,
    SecondFactor,
    TotpFactor,
    TotpOptions,
    Unproven,
    is_enrollable,
    new_totp_secret,
)
from nextauth.models import SubmittedCredentials, User
from nextauth.stores import Enrolment, MemoryStore
from nextauth.web.request import step
from tests.unit.factors.proving import ADA, HOSTILE, NEW, OLD, Desk, all_at_once

GRACE = User(id="2", name="Grace")
FACTOR = TotpFactor()


def give_app(desk: Desk, user: User = ADA, name: str = "App") -> tuple[str, Enrolment]:
    """Enrol an app for a person; answer its secret."""
    assert user.id is not None
    secret = new_totp_secret(desk.entropy)
    sealed = desk.tools.secrets.seal(secret, provider="credentials", user_id=user.id)
    now = desk.clock()
    made = Enrolment(
        desk.entropy(16).hex(),
        "credentials",
        user.id,
        "totp",
        name,
        sealed,
        created=now,
        confirmed=True,
    )
    return secret, desk.enrol(made)


def code_of(desk: Desk, secret: str, ahead: int = 0) -> str:
    return TOTP(secret).at(int(desk.clock()) + 30 * ahead)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_it_is_for_whoever_has_enrolled_an_app(desk: Desk) -> None:
    assert not FACTOR.is_for(ADA, ())
    give_app(desk)
    assert FACTOR.is_for(ADA, desk.known(FACTOR))
    assert is_enrollable(FACTOR)


@pytest.mark.parametrize(("ahead", "is_right"), [(-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0)])
def test_a_code_is_right_one_step_around(desk: Desk, ahead: int, is_right: int) -> None:
    secret, _ = give_app(desk)
    code = code_of(desk, secret, ahead)
    answer = desk.verify(FACTOR, code=code)
    assert answer == (Proven(("otp",)) if is_right else Unproven())


def test_a_code_is_good_once_and_none_from_before_it_is(desk: Desk) -> None:
    secret, _ = give_app(desk)
    before, now, later = (code_of(desk, secret, each) for each in (-1, 0, 1))
    assert isinstance(desk.verify(FACTOR, code=now), Proven)
    assert [desk.verify(FACTOR, code=each) for each in (now, before)] == [Unproven()] * 2
    assert isinstance(desk.verify(FACTOR, code=later), Proven)
    assert desk.verify(FACTOR, code=later) == Unproven()


@pytest.mark.parametrize("back", [30, 60, 3600, 86_400])
def test_a_clock_that_goes_back_makes_no_code_good_again(desk: Desk, back: int) -> None:
    secret, _ = give_app(desk)
    used = code_of(desk, secret)
    assert isinstance(desk.verify(FACTOR, code=used), Proven)
    desk.clock.advance(-back)
    assert desk.verify(FACTOR, code=used) == Unproven()
    assert desk.verify(FACTOR, code=code_of(desk, secret)) == Unproven(), "until it catches up"
    desk.clock.advance(back + 60)
    assert isinstance(desk.verify(FACTOR, code=code_of(desk, secret)), Proven)


def test_of_a_hundred_verifications_of_one_code_one_proves_it(desk: Desk) -> None:
    secret, _ = give_app(desk)
    code = code_of(desk, secret)
    assert all_at_once(lambda: desk.verify(FACTOR, code=code)) == 1


def test_of_a_hundred_that_have_read_the_same_one_proves_it(desk: Desk) -> None:
    """The counter that counts is the store's, not the one that was read before."""
    secret, _ = give_app(desk)
    where, answer = desk.step(FACTOR), SubmittedCredentials({"code": code_of(desk, secret)})
    assert all_at_once(lambda: step(FACTOR.verify(where, answer, None))) == 1


@pytest.mark.parametrize("code", HOSTILE)
def test_what_is_no_code_is_wrong_and_no_more(desk: Desk, code: str) -> None:
    give_app(desk)
    assert desk.verify(FACTOR, code=code) == Unproven()
    assert desk.verify(FACTOR, otp=code) == Unproven()
    assert desk.verify(FACTOR) == Unproven()


@given(code=st.text(max_size=70))
def test_nothing_that_is_submitted_raises(code: str) -> None:
    desk = Desk()
    secret, _ = give_app(desk)
    right = {code_of(desk, secret, each) for each in (-1, 0, 1)}
    if "".join(code.split()) not in right:
        assert desk.verify(FACTOR, code=code) == Unproven()


def test_a_code_may_have_blanks(desk: Desk) -> None:
    secret, _ = give_app(desk)
    code = code_of(desk, secret)
    assert isinstance(desk.verify(FACTOR, code=f" {code[:3]} {code[3:]}\n"), Proven)


# --- whose it is


def test_anothers_code_is_wrong_and_stays_good_for_them(desk: Desk) -> None:
    mine, theirs = give_app(desk)[0], give_app(desk, GRACE)[0]
    assert desk.verify(FACTOR, code=code_of(desk, theirs)) == Unproven()
    assert isinstance(desk.verify(FACTOR, GRACE, code=code_of(desk, theirs)), Proven)
    assert isinstance(desk.verify(FACTOR, code=code_of(desk, mine)), Proven)


def test_a_sealed_secret_that_is_moved_to_another_person_opens_nothing(desk: Desk) -> None:
    """Whoever can write to the database cannot give their own app to somebody else."""
    secret, own = give_app(desk, GRACE)
    moved = desk.enrol(replace(own, id="moved", user_id="1"))
    assert desk.verify(FACTOR, code=code_of(desk, secret)) == Unproven()
    assert desk.known(FACTOR) == (moved,)


def test_a_step_that_holds_anothers_enrolment_proves_nothing(desk: Desk) -> None:
    secret, own = give_app(desk, GRACE)
    where = desk.step(FACTOR, ADA, enrolments=[own])
    answer = SubmittedCredentials({"code": code_of(desk, secret)})
    assert step(FACTOR.verify(where, answer, None)) == Unproven()


def test_each_of_several_apps_will_do(desk: Desk) -> None:
    secrets = [give_app(desk, name=f"App {number}")[0] for number in range(3)]
    for secret in secrets:
        assert isinstance(desk.verify(FACTOR, code=code_of(desk, secret)), Proven)
        assert desk.verify(FACTOR, code=code_of(desk, secret)) == Unproven()


def test_one_that_was_removed_in_between_proves_nothing(desk: Desk) -> None:
    secret, enrolment = give_app(desk)
    where, answer = desk.step(FACTOR), SubmittedCredentials({"code": code_of(desk, secret)})
    assert step(desk.store.remove("credentials", "1", enrolment.id, now=desk.clock()))
    assert step(FACTOR.verify(where, answer, None)) == Unproven()


# --- what it is sealed by


def test_it_is_sealed_anew_when_it_is_used_under_a_newer_secret(desk: Desk) -> None:
    secret, before = give_app(desk)
    both = Desk(desk.store, secrets=(NEW, OLD), clock=desk.clock, entropy=desk.entropy)
    assert both.verify(FACTOR, code=" ") == Unproven()
    assert both.known(FACTOR)[0].data == before.data, "a wrong code changes nothing"
    assert isinstance(both.verify(FACTOR, code=code_of(both, secret)), Proven)
    [after] = both.known(FACTOR)
    assert after.data != before.data
    newest = Desk(desk.store, secrets=(NEW,), clock=desk.clock, entropy=desk.entropy)
    newest.clock.advance(30)
    assert isinstance(newest.verify(FACTOR, code=code_of(newest, secret)), Proven)
    assert newest.known(FACTOR)[0].data == after.data


@pytest.mark.parametrize("data", ["", "x", "a.b.c.d.e", "\0", "null", "e30.e30.e30.e30.e30"])
def test_a_damaged_enrolment_is_right_for_nothing_and_stops_no_other(
    desk: Desk, data: str, caplog: pytest.LogCaptureFixture
) -> None:
    broken = give_app(desk)[1]
    damaged = replace(broken, data=data, created=broken.created - 1)
    step(desk.store.remove("credentials", "1", broken.id, now=desk.clock()))
    desk.enrol(damaged)
    good = give_app(desk)[0]
    assert isinstance(desk.verify(FACTOR, code=code_of(desk, good)), Proven)
    assert "cannot be checked" in caplog.text
    assert code_of(desk, good) not in caplog.text


def test_without_the_secret_that_sealed_it_nobody_is_let_in(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    secret, _ = give_app(desk)
    lost = Desk(desk.store, secrets=(NEW,), clock=desk.clock)
    assert lost.verify(FACTOR, code=code_of(desk, secret)) == Unproven()
    assert [record.code for record in caplog.records] == ["factor-unreadable"]  # type: ignore[attr-defined]


def test_other_options_leave_those_out_who_enrolled_before(desk: Desk) -> None:
    secret, _ = give_app(desk)
    eight = TotpFactor(options=TotpOptions.eight_digits())
    assert desk.verify(eight, code=code_of(desk, secret)) == Unproven()
    assert isinstance(desk.verify(eight, code=TOTP(secret, digits=8).at(int(desk.clock()))), Proven)


def test_a_secret_that_is_enrolled_twice_is_good_once(desk: Desk) -> None:
    secret, own = give_app(desk)
    desk.enrol(replace(own, id="again"))
    code = code_of(desk, secret)
    answers = [desk.verify(FACTOR, code=code) for _ in range(3)]
    assert sum(isinstance(each, Proven) for each in answers) == 1


class _Down(MemoryStore):
    async def advance(self, *_: object, **__: object) -> bool:
        message = "switched off"
        raise StoreUnavailable(message)


def test_a_store_that_fails_proves_nothing() -> None:
    desk = Desk(_Down())
    secret, _ = give_app(desk)
    with pytest.raises(StoreUnavailable):
        desk.verify(FACTOR, code=code_of(desk, secret))


# --- how it is set up


def test_what_is_offered_is_enrolled_with_its_first_code_which_is_used_up_by_it(desk: Desk) -> None:
    where = desk.step(FACTOR)
    started = step(FACTOR.offer(where))
    for wrong in (*HOSTILE, "000000" if code_of(desk, started.kept) != "000000" else "111111"):
        answer = SubmittedCredentials({"code": wrong})
        assert step(FACTOR.enrol(where, answer, started.kept, name="App")) is None
    answer = SubmittedCredentials({"code": code_of(desk, started.kept)})
    assert step(FACTOR.enrol(where, answer, None, name="App")) is None
    enrolled = step(FACTOR.enrol(where, answer, started.kept, name="App"))
    assert enrolled is not None
    assert started.kept not in enrolled.enrolment.data
    desk.enrol(enrolled.enrolment)
    assert desk.verify(FACTOR, code=answer["code"]) == Unproven()
    desk.clock.advance(30)
    assert isinstance(desk.verify(FACTOR, code=code_of(desk, started.kept)), Proven)


def test_no_repr_of_an_offer_shows_the_secret(desk: Desk) -> None:
    started = step(FACTOR.offer(desk.step(FACTOR)))
    assert started.kept not in repr(started)
    assert str(started.shown["secret"]) not in repr(started)


@pytest.mark.parametrize("name", ["a:b", "\u202e" + "x" * 300, "", "Ada\n<svg>"])
def test_whatever_people_are_called_there_is_a_picture(desk: Desk, name: str) -> None:
    who = User(id="1:2", name=name)
    started = step(FACTOR.offer(desk.step(FACTOR, who)))
    assert str(started.shown["qr"]).startswith("<svg")
    assert "\n<svg>" not in str(started.shown["qr"])


@pytest.mark.parametrize("issuer", ["", " ", "a:b"])
def test_an_issuer_that_no_app_takes_is_refused(issuer: str) -> None:
    assert [each.code for each in TotpFactor(issuer=issuer).problems(None)] == ["totp-issuer"]
    assert SecondFactor(MemoryStore(), (TotpFactor(),)).method("totp") == TotpFactor()
