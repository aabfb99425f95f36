"""Who signed in at an older release's site, in Node, stays signed in when ours takes its place."""

import http.client
from collections.abc import Generator, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

import pytest

from nextauth import Accept, Auth, Credentials, Revocation, User
from nextauth.stores import MemoryStore
from tests.interop.older.running import OLD_SECRET, VERSIONS, needed, running_old_site
from tests.interop.sites import SECRET, Browser, Visit
from tests.servers import free_port

pytestmark = pytest.mark.interop

GRACE = {
    "name": "Grace Hopper",
    "email": "grace@example.com",
    "image": "https://example.com/grace.png",
}
NAMES = {"authjs": "authjs.session-token", "next-auth-v4": "next-auth.session-token"}
each_dialect = pytest.mark.parametrize("dialect", NAMES)


class OldSite(Browser):
    """One browser, and the old site that it visits first.

    Args:
        version: The old site's.
        port: Where it listens.
        origin: The address of both sites.
    """

    def __init__(self, version: str, port: int, origin: str) -> None:
        self.version = version
        self.port = port
        self.origin = origin
        self.jar: dict[str, str] = {}

    def ask_old(self, action: str, form: Mapping[str, str] | None = None) -> Visit:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=20)
        headers = {"host": urlsplit(self.origin).netloc, "cookie": self.cookie_header}
        body = None if form is None else urlencode(form)
        if body is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        method = "GET" if form is None else "POST"
        connection.request(method, f"/api/auth/{action}", body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for each in answer.headers.get_all("set-cookie") or ():
            self.keep(each)
        connection.close()
        return Visit(answer.status, answer.headers["location"], text)

    def sign_in(self) -> None:
        token = self.ask_old("csrf").json["csrfToken"]
        form = {"csrfToken": token, "email": "grace@example.com", "password": "correct horse"}
        assert self.ask_old("callback/credentials", form).status == 302
        assert self.ask_old("session").json["user"] == GRACE

    @property
    def sessions(self) -> list[str]:
        return [name for name in self.jar if "session-token" in name]


@pytest.fixture(scope="module", params=["http", "https"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=VERSIONS)
def site(request: pytest.FixtureRequest, scheme: str) -> Generator[tuple[str, int, str]]:
    needed()
    port = free_port()
    origin = f"http://localhost:{port}" if scheme == "http" else "https://old.example.com"
    with running_old_site(request.param, port, origin):
        yield request.param, port, origin


@pytest.fixture
def browser(site: tuple[str, int, str]) -> OldSite:
    browser = OldSite(*site)
    browser.sign_in()
    return browser


def new_site(
    browser: OldSite, *, days: int = 30, dialect: str = "authjs", ends_sessions: bool = False
) -> Auth:
    until = datetime.now(UTC) + timedelta(days=days)
    return Auth(
        providers=[Credentials(authorize=lambda _: User(id=7, name="Grace Hopper"), account="x")],
        secret=SECRET,
        base_url=browser.origin,
        dialect=dialect,
        accept=[Accept(VERSIONS[browser.version], secret=OLD_SECRET, until=until)],
        revocation=Revocation(MemoryStore(), adopt_until=until) if ends_sessions else None,
        environ={},
    )


@each_dialect
def test_who_is_signed_in_stays_signed_in(browser: OldSite, scheme: str, dialect: str) -> None:
    before = dict(browser.jar)
    auth = new_site(browser, dialect=dialect)
    session = browser.our_session(auth)  # any page of the application
    assert session is not None
    assert (session.user.id, session.user.name) == ("7", "Grace Hopper")
    assert (session.auth_time, session.amr) == (None, ())
    assert browser.ask_us(auth, "session").json["user"] == GRACE
    prefix = "__Secure-" if scheme == "https" else ""
    assert browser.sessions == [prefix + NAMES[dialect]]
    [name] = browser.sessions
    assert browser.jar[name] != before.get(name)


@each_dialect
def test_from_then_on_the_session_is_ours(browser: OldSite, dialect: str) -> None:
    browser.ask_us(new_site(browser, dialect=dialect), "session")
    later = new_site(browser, dialect=dialect, days=-1)
    session = browser.our_session(later)
    assert session is not None
    assert session.user.id == "7"
    assert browser.ask_us(later, "session").json["user"] == GRACE


@each_dialect
def test_after_the_date_nobody_is_signed_in(browser: OldSite, dialect: str) -> None:
    auth = new_site(browser, dialect=dialect, days=-1)
    assert browser.our_session(auth) is None
    assert not browser.ask_us(auth, "session").json
    assert browser.sessions == []


def test_the_roles_of_v2_come_along(browser: OldSite) -> None:
    session = browser.our_session(new_site(browser))
    assert session is not None
    # From v3 on, the token holds what a `jwt` callback puts there, and this one has none.
    expected = {"role": "admin"} if browser.version == "v2" else {}
    assert session.user.extra == expected


def test_the_session_can_be_ended_with_every_copy_of_the_old_cookie(browser: OldSite) -> None:
    copy = dict(browser.jar)
    auth = new_site(browser, ends_sessions=True)
    assert browser.ask_us(auth, "session").json["user"] == GRACE
    auth.revoke_user_sync("credentials", 7)
    assert browser.our_session(auth) is None
    browser.jar = copy
    assert browser.our_session(auth) is None
