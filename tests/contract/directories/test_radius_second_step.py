"""What FreeRADIUS asks for after the password is the second step of a sign-in."""

from collections.abc import Generator
from typing import Any

import pytest

from nextauth import Auth, Credentials, SecondFactor
from nextauth.directories.radius import RadiusDirectory, RadiusFactor
from nextauth.errors import SystemUnavailable
from nextauth.models import Challenge
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock
from tests.contract.directories.contract import NAME, PASSWORD
from tests.contract.directories.radius_desk import CODE, WITH_TOKEN, at, peopled, radius, typed
from tests.freeradius import FreeRadius, running_freeradius
from tests.unit.protocol.wire import CALLBACK, Browser, Reply, make_auth

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Generator[FreeRadius]:
    with running_freeradius(tmp_path_factory.mktemp("freeradius")) as server:
        yield server


@pytest.fixture
def server(running: FreeRadius) -> FreeRadius:
    return peopled(running)


def test_a_challenge_is_no_sign_in_and_keeps_what_the_server_wants_back(
    server: FreeRadius,
) -> None:
    directory = radius(at(server.port))
    challenge = directory.check(typed(WITH_TOKEN, PASSWORD))
    assert isinstance(challenge, Challenge)
    assert challenge.methods == ("radius",)
    assert challenge.user.id == WITH_TOKEN
    assert challenge.state["radius"]["message"] == "Enter the code of your token"
    assert challenge.state["radius"]["state"] not in repr(challenge)
    assert directory.check(typed(WITH_TOKEN, "wrong")) is None
    assert directory.check(typed(WITH_TOKEN, CODE)) is None


@pytest.mark.parametrize(
    "code", ["135791", "", "  ", "\0", "1357\x00", "\ud800", "1" * 129, "é" * 65]
)
def test_another_code_is_refused(server: FreeRadius, code: str) -> None:
    directory = radius(at(server.port))
    challenge = directory.check(typed(WITH_TOKEN, PASSWORD))
    assert isinstance(challenge, Challenge)
    assert not directory.answer_challenge(challenge.state, code)


def test_a_code_is_good_once_and_for_its_own_challenge(server: FreeRadius) -> None:
    server.add("mallory", PASSWORD, code="246800")
    directory = radius(at(server.port))
    challenge, others = (directory.check(typed(name, PASSWORD)) for name in (WITH_TOKEN, "mallory"))
    assert isinstance(challenge, Challenge)
    assert isinstance(others, Challenge)
    mixed = {"radius": {**challenge.state["radius"], "state": others.state["radius"]["state"]}}
    assert not directory.answer_challenge(mixed, CODE)
    assert directory.answer_challenge(challenge.state, CODE)
    assert not directory.answer_challenge(challenge.state, CODE)


def test_only_the_server_that_asked_is_answered(server: FreeRadius) -> None:
    directory = radius(at(server.port))
    challenge = directory.check(typed(WITH_TOKEN, PASSWORD))
    assert isinstance(challenge, Challenge)
    assert not radius(at(9)).answer_challenge(challenge.state, CODE)
    with server.stopped(), pytest.raises(SystemUnavailable):
        directory.answer_challenge(challenge.state, CODE)


def site(directory: RadiusDirectory, **options: Any) -> Auth:  # noqa: ANN401
    second = SecondFactor(MemoryStore(), methods=(RadiusFactor(directory),))
    provider = Credentials(directory, revalidate_after=60)
    return make_auth(providers=[provider], second_factor=second, **options)


def enter(browser: Browser, name: str) -> Reply:
    return browser.post(CALLBACK, {"username": name, "password": PASSWORD})


def test_a_sign_in_by_two_steps(server: FreeRadius) -> None:
    clock = FakeClock()
    browser = Browser(site(radius(at(server.port)), clock=clock), way="json")
    reply = enter(browser, WITH_TOKEN)
    assert not reply.signs_in()
    assert "factor" in reply.url
    assert browser.session() is None
    assert not browser.post("factor/radius", {"code": "000000"}).signs_in()
    assert not browser.post("factor/radius", {"code": ""}).signs_in()
    enter(browser, WITH_TOKEN)
    assert browser.post("factor/radius", {"code": CODE}).signs_in()
    assert browser.session() is not None
    server.disable(WITH_TOKEN)
    clock.advance(61)
    assert browser.session() is None


def test_who_has_no_token_is_asked_for_nothing_more(server: FreeRadius) -> None:
    browser = Browser(site(radius(at(server.port))), way="json")
    assert enter(browser, NAME).signs_in()


def test_an_outage_between_the_steps_is_told(server: FreeRadius) -> None:
    browser = Browser(site(radius(at(server.port), revalidate=None)), way="json")
    enter(browser, WITH_TOKEN)
    with server.stopped():
        reply = browser.post("factor/radius", {"code": CODE})
        assert reply.status == 503
        assert not reply.signs_in()
