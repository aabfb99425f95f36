"""The application's own parts of two steps, with mistakes in them: nobody is let in by one."""

from typing import Any, ClassVar

import pytest

from nextauth import Callbacks, Credentials, Request, SubmittedCredentials, User
from nextauth.events import SignedIn
from nextauth.factors import Proven, Started, Step, TotpFactor, Unproven
from nextauth.providers import Authenticated, Outcome
from nextauth.stores import Limit
from tests.security.answers import gives_a_session
from tests.security.second_factors import besieged, person
from tests.unit.protocol.enrolments import enter
from tests.unit.protocol.wire import claims_of


class _Own(TotpFactor):
    """A factor of the application's own, with a mistake in it."""

    __slots__ = ()
    answer: ClassVar[Any] = None
    starts = True

    async def start(self, step: Step) -> Started:  # noqa: ARG002 - as the Protocol has it
        if isinstance(self.answer, Exception):
            raise self.answer
        return Started({}, "kept")

    async def verify(
        self,
        step: Step,  # noqa: ARG002
        answer: SubmittedCredentials,  # noqa: ARG002
        kept: str | None,  # noqa: ARG002
    ) -> Proven | Unproven:
        if isinstance(self.answer, Exception):
            raise self.answer
        answered: Proven | Unproven = self.answer
        return answered


def answering(answer: object) -> type[_Own]:
    return type("_Answering", (_Own,), {"__slots__": (), "answer": answer})


mistakes = pytest.mark.parametrize("answer", [None, True, ("otp",), {"amr": ["otp"]}], ids=repr)


@mistakes
def test_a_factor_that_answers_something_else_is_a_mistake_that_signs_nobody_in(
    answer: object,
) -> None:
    site = besieged(factor_methods=(answering(answer)(),), way="json")
    held = site.held()
    reply = enter(held, "1")
    assert reply.status == 500
    site.gives_nobody(held, reply)


def test_a_factor_that_fails_signs_nobody_in_and_gives_the_guess_back() -> None:
    factor = answering(LookupError("the code was 123456"))()
    site = besieged(factor_methods=(factor,), factor_limits=(Limit(1, 3600),), way="json")
    for _ in range(3):
        held = site.held()
        reply = enter(held, "123456")
        assert (reply.status, reply.query["error"]) == (500, "Configuration")
        site.gives_nobody(held, reply)


def test_a_factor_that_fails_to_begin_is_told_as_a_mistake_of_the_configuration() -> None:
    site = besieged(factor_methods=(answering(LookupError("no"))(),), way="json")
    held = site.held()
    assert enter(held, "").status == 500


def test_a_user_without_an_id_that_is_vouched_for_is_still_the_same() -> None:
    provider = Credentials(person, account="email", revalidate=lambda _: User(name="Ada Lovelace"))
    site = besieged(providers=[provider])
    held = site.held()
    assert gives_a_session(enter(held, site.code()))
    [event] = site.sink.of(SignedIn)
    assert event.user.id == "1"
    assert claims_of(held)["sub"] == "1"
    assert claims_of(held)["name"] == "Ada Lovelace"


def test_another_person_that_is_vouched_for_is_nobody() -> None:
    provider = Credentials(person, account="email", revalidate=lambda _: User(id="2", name="Eve"))
    site = besieged(providers=[provider])
    held = site.held()
    reply = enter(held, site.code())
    assert reply.query["error"] == "AccessDenied"
    site.gives_nobody(held, reply)


def test_a_large_user_can_finish_what_could_be_begun() -> None:
    def small(params: Any) -> dict[str, Any]:  # noqa: ANN401
        return {name: value for name, value in params.token.items() if name != "user"}

    provider = Credentials(lambda _: User(id="1", extra={"pad": "x" * 30_000}), account="email")
    site = besieged(providers=[provider], callbacks=Callbacks(jwt=small))
    assert gives_a_session(enter(site.held(), site.code()))


# --- a provider that vouches for users of another, as passkeys do


class _Key(Credentials):
    """Lets Ada in, as a user of whichever provider."""

    __slots__ = ()
    whose: ClassVar[str] = "credentials"

    async def authenticate(
        self,
        credentials: SubmittedCredentials,  # noqa: ARG002 - as the Protocol has it
        request: Request,  # noqa: ARG002
    ) -> Outcome:
        return Authenticated(User(id="1", name="Ada"), ("hwk", "mfa"), provider=self.whose)


class _StrangeKey(_Key):
    __slots__ = ()
    whose = "removed"


def test_a_key_of_a_provider_that_is_not_configured_any_more_signs_nobody_in() -> None:
    site = besieged(providers=[_StrangeKey(person, account="email", id="key")], way="json")
    browser = site.browser()
    reply = browser.post("callback/key", {"email": "ada@example.com"})
    assert reply.status >= 400
    site.gives_nobody(browser, reply)


def test_authorize_is_never_asked_again_with_less_than_its_fields() -> None:
    asked: list[dict[str, str]] = []

    def authorize(credentials: SubmittedCredentials) -> User:
        asked.append(dict(credentials))
        return User(id="1")

    fields = ("email", "password")
    users = Credentials(authorize, account="email", revalidate_fields=fields, revalidate_after=60)
    site = besieged(providers=[users, _Key(authorize, account="email", id="key")])
    browser = site.browser()
    assert gives_a_session(browser.post("callback/key", {"email": "grace@example.com"}))
    site.clock.advance(100)
    browser.session()
    assert all(set(each) == set(fields) for each in asked), asked
