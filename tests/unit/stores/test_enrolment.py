"""An enrolment that cannot be meant is refused, and its repr holds no secret."""

from typing import Any

import pytest

from nextauth.stores import Enrolment
from nextauth.stores.factors import LARGEST_COUNTER, check_counter, oldest_first


def enrolment(enrolment_id: str = "f1", **changes: Any) -> Enrolment:  # noqa: ANN401
    given: dict[str, Any] = {"created": 1.0, "confirmed": True, **changes}
    return Enrolment(enrolment_id, "credentials", "1", "totp", "Phone", "sealed-secret", **given)


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
