"""A client without a browser ends its session, has it ended, and is asked to prove it once more."""

from typing import Any

import pytest

from nextauth import Auth, Credentials, Revocation, User
from nextauth.events import SessionEnded, SignedOut
from nextauth.sessions import Freshness
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock, RecordingSink
from tests.unit.protocol.ending import FailingStore
from tests.unit.protocol.programs import Program, signed_in_program, site_of, token_in
from tests.unit.protocol.wire import PASSWORD, ada


def revoking(**options: Any) -> Auth:  # noqa: ANN401
    options.setdefault("revocation", Revocation(MemoryStore(), staleness=0))
    return site_of(**options)


def test_signing_out_ends_the_token_and_every_copy_of_it() -> None:
    sink = RecordingSink()
    auth = revoking(events=[sink])
    program = signed_in_program(auth)
    reply = program.post("signout", accept=None)
    assert (reply.status, reply.json) == (200, {"url": "http://localhost:3000"})
    assert token_in(reply) is None
    assert program.session() is None
    assert program.refresh().status == 401
    assert len(sink.of(SignedOut)) == 1
    assert program.post("signout").status == 200, "twice is no mistake (RFC 7009, 2.2)"


def test_where_nothing_can_be_ended_it_is_told_so() -> None:
    sink = RecordingSink()
    program = signed_in_program(site_of(events=[sink]))
    reply = program.post("signout")
    assert (reply.status, reply.json["error"]) == (400, "RevocationMissing")
    assert reply.query["error"] == "RevocationMissing"
    assert program.session() is not None
    assert sink.of(SignedOut) == []


def test_while_the_store_cannot_be_asked_it_is_told_to_try_again() -> None:
    store, sink = FailingStore(), RecordingSink()
    program = signed_in_program(revoking(revocation=Revocation(store), events=[sink]))
    store.is_down = True
    reply = program.post("signout")
    assert (reply.status, reply.json["error"]) == (503, "Busy")
    assert reply.header("retry-after") == "1"
    assert sink.of(SignedOut) == []
    store.is_down = False
    assert program.post("signout").status == 200
    assert program.session() is None


def test_ending_all_sessions_of_a_person_ends_it_too() -> None:
    clock = FakeClock()
    auth = revoking(clock=clock)
    program = signed_in_program(auth)
    session = program.session()
    assert session is not None
    assert [each.sid for each in auth.sessions_of_sync("credentials", "1")] == [session.sid]
    clock.advance(60)
    auth.revoke_user_sync("credentials", "1")
    assert program.session() is None
    assert program.refresh().status == 401
    clock.advance(60)
    assert token_in(program.sign_in()) is not None
    assert program.session() is not None


def test_signing_in_anew_with_the_old_token_takes_its_place() -> None:
    sink = RecordingSink()
    auth = revoking(events=[sink])
    program = signed_in_program(auth)
    before, old = program.session(), program.borne
    program.sign_in()
    after = program.session()
    assert before is not None
    assert after is not None
    assert before.sid != after.sid
    program.borne = old
    assert program.session() is None
    assert [each.reason for each in sink.of(SessionEnded)] == ["replaced", "revoked"]


def test_its_provider_is_asked_again() -> None:
    clock, disabled = FakeClock(), set[str | None]()

    def revalidate(user: User) -> User | None:
        return None if user.id in disabled else User(id=user.id, name="Ada Lovelace")

    provider = Credentials(ada, account="email", revalidate=revalidate, revalidate_after=50)
    program = signed_in_program(revoking(clock=clock, providers=[provider]))
    clock.advance(60)
    assert token_in(program.refresh()) is not None
    session = program.session()
    assert session is not None
    assert session.user.name == "Ada Lovelace"
    disabled.add("1")
    clock.advance(60)
    assert program.ask("HEAD", "session").status == 200, "HEAD asks nobody, within the grace"
    assert program.session() is None
    assert program.refresh().status == 401


@pytest.mark.parametrize("methods", [(), ("otp",)])
def test_it_is_asked_for_a_recent_sign_in(methods: tuple[str, ...]) -> None:
    clock = FakeClock()
    auth = site_of(clock=clock)
    program = signed_in_program(auth)
    freshness = Freshness(300, methods)
    clock.advance(301)
    program.refresh()
    session = program.session()
    refusal = auth.refusal_sync(program.request(), session, freshness)
    assert refusal is not None
    assert refusal.url is None
    assert refusal.challenge.startswith('Bearer error="insufficient_user_authentication"')
    program.sign_in()
    refusal = auth.refusal_sync(program.request(), program.session(), freshness)
    assert (refusal is None) is not bool(methods)


def test_a_ticket_of_step_up_lets_only_the_same_person_in() -> None:
    auth = site_of()
    program = signed_in_program(auth)
    session = program.session()
    assert session is not None
    ticket = auth.services.step_up.write(session, now=auth.services.clock())
    assert token_in(program.sign_in(PASSWORD, stepUp=ticket)) is not None
    other = auth.services.step_up.write(
        session.__class__(User(id="2"), session.expires, {"provider": "credentials"}),
        now=auth.services.clock(),
    )
    reply = Program(auth).sign_in(PASSWORD, stepUp=other)
    assert (reply.status, reply.json["error"]) == (403, "StepUpMismatch")
