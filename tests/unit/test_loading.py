"""Each `Auth` loads what its settings ask for when it is built, and nothing else of ours."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nextauth.routes import ROUTES

ROOT = Path(__file__).parents[2]

WITHOUT = """
import sys
from datetime import UTC, datetime, timedelta

from nextauth import Accept, Callbacks, ForwardAuth, Revocation, SessionOptions
from tests.unit.protocol.wire import Browser, make_auth

SOON = datetime.now(UTC) + timedelta(days=1)
OPTIONS = {}
auth = make_auth(**OPTIONS)
loaded = [name for name in sys.modules if name.startswith("nextauth")]

browser, json = Browser(auth, way="json"), (("accept", "application/json"),)
browser.jar["next-auth.session-token"] = "eyJhbGciOiJIUzUxMiJ9.e30.c2lnbmVk"
assert browser.session() is None
assert not browser.post("callback/credentials", {"password": "wrong"}).signs_in()
assert browser.sign_in().signs_in()
assert browser.session()
for action in ("csrf", "providers", "session", "signin", "signout", "error", "verify", "factor"):
    assert browser.get(action, json).status < 500
assert browser.post("session", {"data": "{}"}).status < 500
assert browser.post("signout").deletes()
late = [name for name in sys.modules if name.startswith("nextauth") and name not in loaded]
"""

# The helpers of other tests would load what they name, so the person's app is made of plain parts.
WITH = """
import sys

from pyotp import TOTP

from nextauth import SecondFactor
from nextauth.factors import RecoveryFactor, TotpFactor
from nextauth.stores import MemoryStore
from tests.unit.protocol.wire import Browser, make_auth

factors = TotpFactor(), RecoveryFactor()
options = SecondFactor(MemoryStore(), methods=factors, trust_days=30, account_pages=True)
auth = make_auth(second_factor=options)
before = set(sys.modules)

from nextauth.stores import Enrolment
from nextauth.web.request import step

secret, tools = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", auth.services.two_steps.tools
sealed = tools.secrets.seal(secret, provider="credentials", user_id="1")
app = Enrolment("a", "credentials", "1", "totp", "App", sealed, created=1, confirmed=True)
assert step(tools.store.enrol(app, now=2))

browser, json = Browser(auth, way="json"), (("accept", "application/json"),)
assert browser.sign_in().path == "/api/auth/factor"
assert browser.get("factor", json).status == 200
assert not browser.post("factor/totp", {"code": "123"}).signs_in()
entered = {"code": TOTP(secret).now(), "trustDevice": "on"}
assert browser.post("factor/totp", entered).signs_in()
assert browser.get("account", json).status == 200
assert browser.post("account/factor/recovery", {"name": "Codes"}).status == 200
assert step(auth.reset_factors("credentials", "1")) == 3
print(*(name for name in sys.modules if name.startswith("nextauth") and name not in before))
"""

OF_SECOND_FACTORS = (
    "nextauth.account",
    "nextauth.actions.account",
    "nextauth.actions.factor",
    "nextauth.events.factors",
    "nextauth.factors",
    "nextauth.signin.last_step",
    "nextauth.signin.pending",
    "nextauth.signin.second_step",
    "nextauth.signin.trial",
    "nextauth.signin.trust",
    "nextauth.signin.two_steps",
    "nextauth.stores.pending",
    "nextauth.throttle.factor_gate",
)


def printed_by(program: str) -> str:
    # Without the measuring of coverage, which loads some of the modules itself.
    unmeasured = {name: value for name, value in os.environ.items() if "COV" not in name}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=unmeasured,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_without_second_factors_nothing_of_them_is_loaded() -> None:
    loaded = printed_by(f"{WITHOUT}print(*sys.modules)").split()
    assert "nextauth.signin.policy" in loaded
    assert [name for name in loaded if name.startswith(OF_SECOND_FACTORS)] == []


@pytest.mark.parametrize(
    "options",
    [
        "{}",
        "{'revocation': Revocation()}",
        "{'accept': [Accept('next-auth-v3', secret='of the older site', until=SOON)]}",
        "{'session': SessionOptions(bearer=True), 'forward_auth': ForwardAuth()}",
        "{'callbacks': Callbacks(redirect=lambda params: 1 / 0)}",
    ],
)
def test_no_request_waits_for_what_the_first_of_them_would_load_but_pages(options: str) -> None:
    program = WITHOUT.replace("OPTIONS = {}", f"OPTIONS = {options}")
    late = printed_by(f"{program}print(*late)").split()
    assert [name for name in late if not name.startswith("nextauth.pages")] == []


def test_second_factors_are_loaded_when_the_auth_is_built_not_by_the_first_who_has_one() -> None:
    # What computes codes comes with the first of them, since it brings a library of an extra.
    assert printed_by(WITH).split() == ["nextauth.factors.hotp"]


@pytest.mark.parametrize("action", ROUTES)
def test_what_answers_a_route_is_there(action: str) -> None:
    assert all(callable(handler) for handler in ROUTES[action].handlers.values())


def test_a_command_is_loaded_when_it_is_run() -> None:
    show = "print(*(name for name in sys.modules if name.startswith('nextauth.cli.')))"
    loaded = printed_by(f"import sys; from nextauth.cli.commands import app; {show}").split()
    others = ("nextauth.cli.demo", "nextauth.cli.doctor", "nextauth.cli.inspecting")
    assert "nextauth.cli.commands" in loaded
    assert [name for name in loaded if name.startswith((*others, "nextauth.cli.serving"))] == []
