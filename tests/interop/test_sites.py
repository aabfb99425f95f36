"""One browser goes to and fro between our site and whole sites of the npm packages."""

import shutil
from collections.abc import Iterator

import pytest

from tests.interop.conftest import HERE
from tests.interop.sites import PASSWORD, SECRET, Browser, NpmServers, our_site

pytestmark = pytest.mark.interop

OLD = "the secret of the sites before they rotated it"
SIGN_IN = "callback/credentials"
LARGE = {"groups": [f"group-{n:05}" for n in range(480)]}  # 9 kB once sealed

each_dialect = pytest.mark.parametrize("dialect", ["authjs", "next-auth-v4"])


@pytest.fixture(scope="module")
def servers() -> Iterator[NpmServers]:
    if shutil.which("node") is None:
        pytest.skip("Node is not on PATH; it runs the npm packages")
    if not all((HERE / "node_modules" / name).is_dir() for name in ("@auth/core", "next-auth")):
        pytest.skip("@auth/core and next-auth are not installed; run `npm ci` in tests/interop")
    started = NpmServers()
    yield started
    started.close()


@pytest.fixture(params=["http://localhost:3000", "https://app.example.com"], ids=["http", "https"])
def browser(request: pytest.FixtureRequest, servers: NpmServers) -> Browser:
    return Browser(servers, request.param)


def sign_in_with_npm(browser: Browser, dialect: str, **options: object) -> None:
    token = browser.ask_npm(dialect, "csrf").json["csrfToken"]
    form = {"password": PASSWORD, "csrfToken": token}
    visit = browser.ask_npm(dialect, SIGN_IN, form, **options)  # type: ignore[arg-type]
    assert session_names(browser), visit


def session_names(browser: Browser) -> list[str]:
    return sorted(name for name in browser.jar if "session-token" in name)


# Sessions ---------------------------------------------------------------------------------------


@each_dialect
@pytest.mark.parametrize("claims", [{}, LARGE], ids=["small", "large"])
def test_we_know_who_signed_in_there(
    browser: Browser, dialect: str, claims: dict[str, object]
) -> None:
    sign_in_with_npm(browser, dialect, claims=claims)
    assert len(session_names(browser)) == (3 if claims else 1)
    # Whatever our site writes, it reads both generations.
    for writes in ("authjs", "next-auth-v4"):
        session = browser.our_session(our_site(browser.origin, writes))
        assert session is not None
        user = session.user
        assert (user.id, user.name, user.email) == ("7", "Grace", "grace@example.com")
        assert (session.sid, session.auth_time, session.provider) == (None, None, None)
        assert session.token.items() >= claims.items()


@each_dialect
@pytest.mark.parametrize("extra", [{}, LARGE], ids=["small", "large"])
def test_they_know_who_signed_in_here(
    browser: Browser, dialect: str, extra: dict[str, object]
) -> None:
    auth = our_site(browser.origin, dialect, extra=extra)
    token = browser.ask_us(auth, "csrf").json["csrfToken"]
    browser.ask_us(auth, SIGN_IN, {"password": PASSWORD, "csrfToken": token})
    assert len(session_names(browser)) == (3 if extra else 1)
    before, cookies = browser.our_session(auth), browser.cookie_header
    assert before is not None

    seen = browser.ask_npm(dialect, "session").json["user"]
    assert (seen["name"], seen["email"]) == ("Ζωή", "z@example.com")
    # They wrote the token anew. What our decisions rest on came back as it was.
    assert browser.cookie_header != cookies
    after = browser.our_session(auth)
    assert after is not None
    assert after.token["jti"] != before.token["jti"]
    assert after.user == before.user
    assert after.user.extra == extra
    assert (after.sid, after.auth_time, after.amr, after.provider) == (
        before.sid,
        before.auth_time,
        before.amr,
        "credentials",
    )
    assert after.sid


def test_chunks_of_v5_are_cut_at_the_same_places(browser: Browser) -> None:
    auth = our_site(browser.origin, "authjs", extra=LARGE)
    token = browser.ask_us(auth, "csrf").json["csrfToken"]
    browser.ask_us(auth, SIGN_IN, {"password": PASSWORD, "csrfToken": token})
    ours = [len(browser.jar[name]) for name in session_names(browser)]
    browser.ask_npm("authjs", "session")
    theirs = [len(browser.jar[name]) for name in session_names(browser)]
    assert len(ours) == len(theirs) == 3
    assert ours[:-1] == theirs[:-1]


@each_dialect
@pytest.mark.parametrize("claims", [{}, LARGE], ids=["small", "large"])
def test_signing_out_here_signs_out_there(
    browser: Browser, dialect: str, claims: dict[str, object]
) -> None:
    sign_in_with_npm(browser, dialect, claims=claims)
    auth = our_site(browser.origin, dialect)
    token = browser.ask_us(auth, "csrf").json["csrfToken"]
    browser.ask_us(auth, "signout", {"csrfToken": token})
    assert session_names(browser) == []
    assert browser.ask_npm(dialect, "session").json in (None, {})


@each_dialect
@pytest.mark.parametrize("extra", [{}, LARGE], ids=["small", "large"])
def test_signing_out_there_signs_out_here(
    browser: Browser, dialect: str, extra: dict[str, object]
) -> None:
    auth = our_site(browser.origin, dialect, extra=extra)
    token = browser.ask_us(auth, "csrf").json["csrfToken"]
    browser.ask_us(auth, SIGN_IN, {"password": PASSWORD, "csrfToken": token})
    assert browser.our_session(auth) is not None
    browser.ask_npm(dialect, "signout", {"csrfToken": token})
    assert session_names(browser) == []
    assert browser.our_session(auth) is None


@each_dialect
def test_a_site_with_another_secret_knows_nobody(browser: Browser, dialect: str) -> None:
    sign_in_with_npm(browser, dialect)
    assert browser.our_session(our_site(browser.origin, dialect, secret=OLD)) is None
    assert browser.our_session(our_site(browser.origin, dialect)) is not None


@each_dialect
def test_a_rotated_site_still_knows_who_signed_in_before(browser: Browser, dialect: str) -> None:
    sign_in_with_npm(browser, dialect)
    rotated = our_site(browser.origin, dialect, secret=[OLD, SECRET])
    session = browser.our_session(rotated)
    assert session is not None
    assert session.user.name == "Grace"


# CSRF cookies -----------------------------------------------------------------------------------


@each_dialect
def test_their_csrf_cookie_is_ours(browser: Browser, dialect: str) -> None:
    token = browser.ask_npm(dialect, "csrf").json["csrfToken"]
    cookie, auth = browser.cookie_header, our_site(browser.origin, dialect)
    assert browser.ask_us(auth, "csrf").json["csrfToken"] == token
    assert browser.cookie_header == cookie

    for wrong in ("", token[:-1], "0" * len(token)):
        visit = browser.ask_us(auth, SIGN_IN, {"password": PASSWORD, "csrfToken": wrong})
        assert visit.location is not None
        assert "error=MissingCSRF" in visit.location
        assert session_names(browser) == []
    browser.ask_us(auth, SIGN_IN, {"password": PASSWORD, "csrfToken": token})
    assert browser.our_session(auth) is not None


@each_dialect
def test_our_csrf_cookie_is_theirs(browser: Browser, dialect: str) -> None:
    token = browser.ask_us(our_site(browser.origin, dialect), "csrf").json["csrfToken"]
    assert browser.ask_npm(dialect, "csrf").json["csrfToken"] == token

    for wrong in ("", token[:-1], "0" * len(token)):
        visit = browser.ask_npm(dialect, SIGN_IN, {"password": PASSWORD, "csrfToken": wrong})
        assert visit.location is not None
        # v4 shows its sign-in page again with a mark of its own.
        assert "MissingCSRF" in visit.location or "csrf=true" in visit.location
        assert session_names(browser) == []
    browser.ask_npm(dialect, SIGN_IN, {"password": PASSWORD, "csrfToken": token})
    assert session_names(browser)


@each_dialect
def test_a_csrf_cookie_under_another_secret_is_nobodys(browser: Browser, dialect: str) -> None:
    token = browser.ask_npm(dialect, "csrf", secret=OLD).json["csrfToken"]
    auth = our_site(browser.origin, dialect)
    visit = browser.ask_us(auth, SIGN_IN, {"password": PASSWORD, "csrfToken": token})
    assert visit.location is not None
    assert "error=MissingCSRF" in visit.location
    assert session_names(browser) == []
    rotated = our_site(browser.origin, dialect, secret=[SECRET, OLD])
    token = browser.ask_npm(dialect, "csrf", secret=OLD).json["csrfToken"]
    browser.ask_us(rotated, SIGN_IN, {"password": PASSWORD, "csrfToken": token})
    assert browser.our_session(rotated) is not None
