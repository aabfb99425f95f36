"""For the tests of applications: signed-in clients and browsers, a clock to turn, a sink."""

from nextauth.testing.browsers import playwright_cookies, storage_state
from nextauth.testing.clock import FakeClock
from nextauth.testing.sessions import mint_session, mint_token
from nextauth.testing.signing import SignInAs, signed_in, signed_out
from nextauth.testing.sinks import RecordingSink

__all__ = [
    "FakeClock",
    "RecordingSink",
    "SignInAs",
    "mint_session",
    "mint_token",
    "playwright_cookies",
    "signed_in",
    "signed_out",
    "storage_state",
]
