"""The pytest fixtures: as an application's tests use them, and in a project of their own."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from nextauth import Auth
from nextauth.events import SignedOut
from nextauth.testing import FakeClock, RecordingSink, SignInAs
from tests.contract.applications import BUILDERS
from tests.contract.site import SAME_ORIGIN
from tests.unit.testing.samples import ADA, GRACE, make_auth

pytest_plugins = ["nextauth.testing.pytest_plugin", "pytester"]


@pytest.fixture
def auth(auth_clock: FakeClock, auth_events: RecordingSink) -> Auth:
    return make_auth(clock=auth_clock, events=[auth_events])


@pytest.fixture
def client(auth: Auth) -> Iterator[TestClient]:
    with TestClient(BUILDERS["starlette"](auth), base_url="http://localhost") as client:
        yield client


def test_sign_in_as_answers_the_client(client: TestClient, sign_in_as: SignInAs) -> None:
    assert client.get("/whoami").text == "nobody"
    assert sign_in_as(client, ADA) is client
    assert client.get("/whoami").text == "Ada"
    sign_in_as(client, GRACE, base_url="http://app.localhost", theme="dark")
    assert client.get("http://app.localhost/whoami").text == "Grace"
    assert client.get("/whoami").text == "Ada"


def test_the_clock_turns_for_the_site(
    client: TestClient, sign_in_as: SignInAs, auth_clock: FakeClock
) -> None:
    sign_in_as(client, ADA)
    auth_clock.advance(31 * 24 * 60 * 60)
    assert client.get("/whoami").text == "nobody"


def test_the_sink_is_told_what_happened(
    client: TestClient, sign_in_as: SignInAs, auth_events: RecordingSink
) -> None:
    sign_in_as(client, ADA)
    client.post("/api/auth/signout", headers=SAME_ORIGIN)
    [event] = auth_events.of(SignedOut)
    assert event.user_id == ADA.id


CONFTEST = """
import pytest

pytest_plugins = ["nextauth.testing.pytest_plugin"]
"""

PROJECT = """
import httpx2

from nextauth import Auth, Credentials, User
from nextauth.integrations.wsgi import AuthMiddleware, session_of

login = Credentials(authorize=lambda credentials: None, account="email")
auth = Auth(providers=[login], secret="kV3q-of-a-project-of-its-own-9Zx7Lw", environ={})


def pages(environ, start_response):
    session = session_of(environ, auth)
    start_response("200 OK", [])
    return [session.user.name.encode() if session else b"nobody"]


transport = httpx2.WSGITransport(app=AuthMiddleware(pages, auth))
client = httpx2.Client(transport=transport, base_url="http://localhost")
ADA = User(id="1", name="Ada")
"""


def run(pytester: pytest.Pytester, tests: str, conftest: str = CONFTEST) -> pytest.RunResult:
    """Run tests in a project of their own, whose site and client are those of its `project.py`."""
    pytester.makeconftest(conftest)
    pytester.makepyfile(project=PROJECT, test_project=tests)
    return pytester.runpytest_inprocess("-W", "error", "-p", "no:cacheprovider", "-p", "no:cov")


OVERRIDE = """
@pytest.fixture
def auth():
    import project

    return project.auth
"""


def test_the_end_of_a_test_signs_its_clients_out(pytester: pytest.Pytester) -> None:
    tests = """
        from project import ADA, client

        def test_first(sign_in_as):
            sign_in_as(client, ADA)
            assert client.get("/").text == "Ada"

        def test_second():
            assert client.get("/").text == "nobody"
    """
    run(pytester, tests, CONFTEST + OVERRIDE).assert_outcomes(passed=2)


USES_IT = """
    from project import ADA, client

    def test_it(sign_in_as):
        sign_in_as(client, ADA)
"""


def test_without_a_fixture_auth_the_error_shows_how_to_write_one(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, USES_IT)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*Write a fixture in conftest.py*", "*def auth():*"])
    assert "Traceback" not in result.stdout.str()


def test_a_fixture_auth_of_another_kind_is_named(pytester: pytest.Pytester) -> None:
    conftest = f"{CONFTEST}\n@pytest.fixture\ndef auth():\n    return ('ada', 'analytical')\n"
    result = run(pytester, USES_IT, conftest)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*The fixture auth answered a tuple.*", "*def auth():*"])


def test_a_client_that_cannot_be_signed_in_is_not_signed_out_either(
    pytester: pytest.Pytester,
) -> None:
    tests = """
        import pytest
        from project import ADA

        def test_it(sign_in_as):
            with pytest.raises(TypeError, match="keeps no cookies"):
                sign_in_as(object(), ADA)
    """
    run(pytester, tests, CONFTEST + OVERRIDE).assert_outcomes(passed=1)
