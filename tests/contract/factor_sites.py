"""Owns what the tests of second factors share: the options, and what a person has enrolled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pyotp import TOTP

from nextauth import Auth, Request, SessionParams, SubmittedCredentials, User
from nextauth.factors import (
    Enrolled,
    FactorTools,
    RecoveryFactor,
    SecondFactor,
    Step,
    TotpFactor,
    new_totp_secret,
)
from nextauth.factors.second_factor import SecondFactorStore
from nextauth.stores import Enrolment, MemoryStore
from nextauth.web import Origin

PENDING = "authjs.pending"
PROVEN = ["pwd", "otp", "mfa"]
HTML = {"accept": "text/html"}
PROGRAM = {"accept": "application/json", "x-auth-return-redirect": "1"}
ADA = ("credentials", "1")


def two_factors(store: SecondFactorStore | None = None, **options: Any) -> SecondFactor:  # noqa: ANN401
    """Answer the options of a site that takes apps and recovery codes."""
    methods = (TotpFactor(), RecoveryFactor())
    return SecondFactor(MemoryStore() if store is None else store, methods, **options)


def showing_amr(params: SessionParams) -> Mapping[str, Any]:
    """Show in `GET session` how it was proven who somebody is, as a ``session`` callback."""
    return {**params.session, "amr": params.token["amr"]}


@dataclass(frozen=True)
class App:
    """An authenticator app that somebody has enrolled."""

    secret: str
    clock: Callable[[], float]

    def code(self) -> str:
        """Answer what it shows now."""
        return TOTP(self.secret).at(int(self.clock()))

    def wrong(self) -> str:
        """Answer a code that it does not show."""
        return "000000" if self.code() != "000000" else "111111"


def tools_of(auth: Auth) -> FactorTools:
    two_steps = auth.services.two_steps
    assert two_steps is not None
    return two_steps.tools


async def enrol_app(auth: Auth, *, who: tuple[str, str] = ADA, secret: str | None = None) -> App:
    """Enrol an authenticator app, as the account page does it in the end."""
    tools, clock = tools_of(auth), auth.services.clock
    secret, now = secret or new_totp_secret(tools.entropy), clock()
    sealed = tools.secrets.seal(secret, provider=who[0], user_id=who[1])
    enrolment = Enrolment(
        "app", *who, "totp", "Telephone", sealed, created=now, confirmed=True, used=now
    )
    assert await tools.store.enrol(enrolment, now=now)
    return App(secret, clock)


async def enrol_codes(auth: Auth) -> list[str]:
    """Give Ada recovery codes."""
    tools, now, origin = (
        tools_of(auth),
        auth.services.clock(),
        Origin.parse("http://localhost:3000"),
    )
    assert origin is not None
    provider, user_id = ADA
    step = Step(tools, provider, User(id=user_id), (), Request("GET", "/"), origin, now)
    made = await RecoveryFactor().enrol(step, SubmittedCredentials({}), None, name="Codes")
    assert isinstance(made, Enrolled)
    assert await tools.store.enrol(made.enrolment, now=now)
    codes = made.shown["codes"]
    assert isinstance(codes, list)
    return codes
