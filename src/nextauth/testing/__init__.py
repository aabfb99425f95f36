"""For the tests of applications: a clock to turn, a sink that remembers, signed-in clients."""

from nextauth.testing.clock import FakeClock
from nextauth.testing.sessions import mint_session, signed_in
from nextauth.testing.sinks import RecordingSink

__all__ = ["FakeClock", "RecordingSink", "mint_session", "signed_in"]
