"""Owns people with second factors: what they enrolled, and the codes that their devices show."""

from dataclasses import dataclass
from typing import Any

from pyotp import TOTP

from nextauth import Auth, SubmittedCredentials
from nextauth.factors import (
    RecoveryFactor,
    SecondFactor,
    Step,
    TotpFactor,
    new_enrolment_id,
    new_totp_secret,
)
from nextauth.models import User
from nextauth.signin import PendingSignIn, TwoSteps
from nextauth.stores import Enrolment, MemoryStore
from nextauth.testing import FakeClock
from nextauth.web import Origin, Request
from nextauth.web.request import step
from tests.unit.protocol.wire import ORIGIN, Browser, Reply, make_auth

ADA = ("credentials", "1")


def make_two_steps(clock: FakeClock, **options: Any) -> Auth:  # noqa: ANN401
    """Make an Auth that asks for a second factor; ``factor_x`` is ``SecondFactor(x=…)``."""
    factor = {
        name.removeprefix("factor_"): options.pop(name)
        for name in [*options]
        if name.startswith("factor_")
    }
    factor.setdefault("store", MemoryStore())
    factor.setdefault("methods", (TotpFactor(), RecoveryFactor()))
    return make_auth(clock=clock, second_factor=SecondFactor(**factor), **options)


def two_steps_of(auth: Auth) -> TwoSteps:
    two_steps = auth.services.two_steps
    assert two_steps is not None
    return two_steps


def step_of(auth: Auth, provider: str, user_id: str, now: float) -> Step:
    """Answer a step of a person, as the account page makes one."""
    origin = Origin.parse(ORIGIN)
    assert origin is not None
    tools = two_steps_of(auth).tools
    return Step(tools, provider, User(id=user_id), (), Request("GET", "/"), origin, now)


@dataclass
class App:
    """An authenticator app that a person has enrolled."""

    auth: Auth
    clock: FakeClock
    secret: str
    enrolment_id: str

    def code(self, ahead: int = 0) -> str:
        """Answer what it shows now, or so many steps later."""
        return TOTP(self.secret).at(int(self.clock()) + 30 * ahead)


def enrol_app(auth: Auth, clock: FakeClock, user: tuple[str, str] = ADA) -> App:
    """Enrol an authenticator app for a person."""
    now, tools = clock(), two_steps_of(auth).tools
    secret = new_totp_secret(tools.entropy)
    enrolment_id = new_enrolment_id(step_of(auth, *user, now))
    sealed = tools.secrets.seal(secret, provider=user[0], user_id=user[1])
    enrolment = Enrolment(
        enrolment_id, *user, "totp", "App", sealed, created=now, confirmed=True, used=now
    )
    assert step(tools.store.enrol(enrolment, now=now))
    return App(auth, clock, secret, enrolment_id)


def enrol_codes(auth: Auth, clock: FakeClock, user: tuple[str, str] = ADA) -> tuple[str, ...]:
    """Give a person recovery codes."""
    where = step_of(auth, *user, clock())
    enrolled = step(RecoveryFactor().enrol(where, SubmittedCredentials({}), None, name="Codes"))
    assert enrolled is not None
    assert step(where.tools.store.enrol(enrolled.enrolment, now=clock()))
    codes = enrolled.shown["codes"]
    assert isinstance(codes, list)
    return tuple(codes)


def enter(browser: Browser, code: str, method: str = "totp", **fields: str) -> Reply:
    """Submit a code."""
    return browser.post(f"factor/{method}", {"code": code, **fields})


def wrong(code: str) -> str:
    """Answer a code that is not this one."""
    return "000000" if code != "000000" else "111111"


def pending_of(browser: Browser) -> PendingSignIn:
    """Answer the sign-in that waits in a browser."""
    plan = browser.auth.settings.insecure
    pending = step(two_steps_of(browser.auth).pendings.find(browser.jar[plan.pending]))
    assert pending is not None
    return pending
