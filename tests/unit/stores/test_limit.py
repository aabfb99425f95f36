"""A limit that cannot be meant is refused when it is written."""

from typing import Any

import pytest

from nextauth.stores import Limit


@pytest.mark.parametrize("tries", [0, -1, 1.5, True, "5", None])
def test_what_is_no_number_of_tries_is_refused(tries: Any) -> None:  # noqa: ANN401
    with pytest.raises(ValueError, match="is not a number of tries"):
        Limit(tries, 60.0)


@pytest.mark.parametrize("per", [0, -1.0, "60", None, float("nan"), float("inf"), 401 * 86_400])
def test_what_is_no_time_is_refused(per: Any) -> None:  # noqa: ANN401
    with pytest.raises(ValueError, match="is no time"):
        Limit(5, per)


def test_a_second_and_four_hundred_days_are_times() -> None:
    assert Limit(1, 1).per == 1
    assert Limit(1, 400 * 86_400).per == 400 * 86_400
