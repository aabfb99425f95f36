"""What an exception of the application's function means to whoever signs in."""

import pytest

from nextauth.errors import AccessDenied, Busy, CredentialsSignin, SystemUnavailable
from nextauth.providers import Denied, Failed, Outcome, Refused
from nextauth.providers.base import outcome_of


class Locked(CredentialsSignin):
    """An application's own."""


class Banned(AccessDenied):
    """Another."""


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (CredentialsSignin(), Refused("credentials")),
        (CredentialsSignin("locked"), Refused("locked")),
        (Locked("locked"), Refused("locked")),
        (AccessDenied(), Denied()),
        (Banned("not you"), Denied()),
    ],
)
def test_what_it_may_raise_is_its_answer(error: Exception, outcome: Outcome) -> None:
    assert outcome_of(error) == outcome


@pytest.mark.parametrize("error", [ValueError("1234"), NotImplementedError(), KeyError("a")])
def test_whatever_else_it_raises_signs_nobody_in(error: Exception) -> None:
    outcome = outcome_of(error)
    assert isinstance(outcome, Failed)
    assert outcome.error is error


@pytest.mark.parametrize("error", [Busy("no worker"), SystemUnavailable("the system is down")])
def test_what_could_not_be_asked_is_no_answer(error: Busy) -> None:
    with pytest.raises(Busy) as raised:
        outcome_of(error)
    assert raised.value is error
