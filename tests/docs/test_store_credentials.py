"""Credentials kept in the token: checked at every read, and seen by nobody but the server."""

import logging

import pytest
from starlette.testclient import TestClient

from examples.store_credentials import ADDRESS, ExistingSystem, make_app, make_auth
from nextauth import Request, User
from nextauth.passwords import CHEAPEST
from nextauth.testing import signed_in

ADA = "ada@example.com"
PASSWORD = "analytical engine no. 1"
SECRET = "q3V7mZ0cK9sW1xT5bN8dR2fH6jL4pY-uE_aGiOoQ"
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


class Unplugged(ExistingSystem):
    """A directory that can be out of reach, with the password in its complaint."""

    is_plugged = True

    def is_right(self, email: str, password: str) -> bool:
        if not self.is_plugged:
            message = f"no answer for {email} / {password}"
            raise ConnectionError(message)
        return super().is_right(email, password)


@pytest.fixture
def directory() -> Unplugged:
    directory = Unplugged(CHEAPEST)
    directory.set_password(ADA, PASSWORD)
    return directory


@pytest.fixture
def browser(directory: Unplugged) -> TestClient:
    """Somebody who has signed in."""
    app = make_app(make_auth(directory, SECRET))
    browser = TestClient(app, base_url=ADDRESS, headers=SAME_ORIGIN, follow_redirects=False)
    form = {"email": ADA, "password": PASSWORD, "another": "field"}
    answer = browser.post("/api/auth/callback/credentials", data=form)
    assert answer.headers["location"] == ADDRESS
    assert browser.get("/").json() == {"signed in as": ADA}
    return browser


def session_cookies(browser: TestClient) -> list[str]:
    return [name for name in browser.cookies if "session-token" in name]


def test_a_changed_password_ends_the_session(browser: TestClient, directory: Unplugged) -> None:
    directory.set_password(ADA, "another one")
    assert browser.get("/api/auth/session").json() is None
    assert session_cookies(browser) == []


def test_a_closed_account_ends_the_session_on_the_application_s_own_pages(
    browser: TestClient, directory: Unplugged
) -> None:
    directory.close_account(ADA)
    assert browser.get("/").status_code == 401
    assert session_cookies(browser) == []


def test_neither_client_nor_cookie_shows_the_password(browser: TestClient) -> None:
    shown = browser.get("/api/auth/session")
    assert sorted(shown.json()) == ["expires", "user"]
    assert shown.json()["user"] == {"email": ADA}
    assert len(session_cookies(browser)) == 1
    assert all(PASSWORD not in value for value in browser.cookies.values())


def test_while_the_directory_is_out_of_reach_nobody_is_signed_in(
    browser: TestClient, directory: Unplugged, caplog: pytest.LogCaptureFixture
) -> None:
    directory.is_plugged = False
    with caplog.at_level(logging.DEBUG):
        assert browser.get("/").status_code == 401
    assert "ConnectionError" in caplog.text
    assert PASSWORD not in caplog.text
    directory.is_plugged = True
    assert browser.get("/").json() == {"signed in as": ADA}


def test_a_token_without_credentials_is_nobody_s(directory: Unplugged) -> None:
    auth = make_auth(directory, SECRET)
    stranger = signed_in(TestClient(make_app(auth), base_url=ADDRESS), User(id=ADA), auth=auth)
    assert stranger.get("/").status_code == 401


def test_the_token_keeps_only_what_is_checked_again(
    browser: TestClient, directory: Unplugged
) -> None:
    auth = make_auth(directory, SECRET)
    header = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    request = Request("GET", "/", headers=[(b"cookie", header.encode())])
    session = auth.session_sync(request)
    assert session is not None
    assert session.token["credentials"] == {"email": ADA, "password": PASSWORD}
    assert PASSWORD not in repr(session)
