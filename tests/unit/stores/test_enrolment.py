"""An enrolment that cannot be meant is refused, and its repr holds no secret."""

from typing import Any

import pytest

from nextauth.stores import Enrolment
from nextauth.stores.factors import (
    LARGEST_COUNTER,
    check_counter,
    check_data,
    check_name,
    oldest_first,
)


def enrolment(enrolment_id: str = "f1", **changes: Any) -> Enrolment:  # noqa: ANN401
    given: dict[str, Any] = {
        "id": enrolment_id,
        "provider": "credentials",
        "user_id": "1",
        "method": "totp",
        "name": "Phone",
        "data": "sealed-secret",
        "created": 1.0,
        "confirmed": True,
    }
    return Enrolment(**{**given, **changes})


def test_its_repr_holds_neither_data_nor_digests() -> None:
    shown = repr(enrolment(digests=("rc1$secret-digest",)))
    assert "secret" not in shown
    assert "'totp'" in shown


def test_what_is_confirmed_stays_and_what_is_not_expires() -> None:
    assert enrolment().expires is None
    assert enrolment(confirmed=False, expires=2.0).expires == 2.0
    for options in ({"expires": 2.0}, {"confirmed": False}):
        with pytest.raises(ValueError, match="one that is not confirmed expires") as caught:
            enrolment(**options)
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize("counter", [-2, LARGEST_COUNTER + 1, True, 1.5, "1", None])
def test_what_is_no_counter_is_refused(counter: Any) -> None:  # noqa: ANN401
    with pytest.raises(ValueError, match="is no counter"):
        enrolment(counter=counter)
    with pytest.raises(ValueError, match="is no counter"):
        check_counter(counter)


def test_a_counter_that_was_never_used_is_none_to_be_taken() -> None:
    assert enrolment().counter == -1
    with pytest.raises(ValueError, match="is no counter"):
        check_counter(-1)
    for counter in (0, LARGEST_COUNTER):
        check_counter(counter)
        assert enrolment(counter=counter).counter == counter


def test_the_oldest_is_the_first_and_those_of_one_moment_go_by_their_ids() -> None:
    young, one, other = enrolment("a", created=2.0), enrolment("b"), enrolment("c")
    assert oldest_first([young, other, one]) == (one, other, young)


# --- how large it may be


@pytest.mark.parametrize("member", ["id", "provider", "user_id", "method"])
def test_what_must_be_said_is_not_empty(member: str) -> None:
    with pytest.raises(ValueError, match=f"^{member} of an enrolment is empty"):
        enrolment(**{member: ""})
    assert getattr(enrolment(**{member: " "}), member) == " "


@pytest.mark.parametrize(("member", "most"), [("method", 32), ("name", 100), ("data", 16_384)])
def test_a_text_is_so_long_and_no_longer(member: str, most: int) -> None:
    for longest in ("secret" * most, "🦉" * most):
        assert getattr(enrolment(**{member: longest[:most]}), member) == longest[:most]
        with pytest.raises(
            ValueError, match=f"^{member} of an enrolment has .* most {most}$"
        ) as caught:
            enrolment(**{member: longest + "x"})
        assert "secret" not in str(caught.value)
        assert "🦉" not in str(caught.value)


def test_what_may_be_empty_is() -> None:
    assert enrolment(name="", data="", digests=("",)).digests == ("",)


def test_digests_are_so_many_and_so_long_and_no_more() -> None:
    most = tuple(f"{number:03}" + "s" * 253 for number in range(100))
    assert enrolment(digests=most).digests == most
    with pytest.raises(ValueError, match=r"^digests of an enrolment are 101; use at most 100$"):
        enrolment(digests=(*most, "d"))
    with pytest.raises(ValueError, match=r"^digests of an enrolment has 264 char.* 256$") as caught:
        enrolment(digests=("d", "a secret" * 33))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("member", ["id", "provider", "user_id", "method", "name", "data"])
@pytest.mark.parametrize("wrong", [None, 1, b"secret", ("secret",)])
def test_what_is_no_text_is_refused_without_being_told(
    member: str,
    wrong: Any,  # noqa: ANN401
) -> None:
    with pytest.raises(ValueError, match=f"^{member} of an enrolment is no text") as caught:
        enrolment(**{member: wrong})
    assert "secret" not in str(caught.value)
    with pytest.raises(ValueError, match=r"^digests of an enrolment is no text"):
        enrolment(digests=(wrong,))


def test_a_new_name_or_data_is_held_to_the_same() -> None:
    check_name("n" * 100)
    check_data("d" * 16_384)
    with pytest.raises(ValueError, match=r"^name of an enrolment has 101"):
        check_name("n" * 101)
    with pytest.raises(ValueError, match=r"^data of an enrolment has 16385"):
        check_data("d" * 16_385)
