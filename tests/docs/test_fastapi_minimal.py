"""The smallest FastAPI example: whom it lets in, and whom it sends away."""

import pytest
from starlette.testclient import TestClient

from examples.fastapi_minimal import ADDRESS, app

SAME_ORIGIN = {"sec-fetch-site": "same-origin"}
NAVIGATES = {"sec-fetch-mode": "navigate"}


@pytest.fixture
def browser() -> TestClient:
    return TestClient(app, base_url=ADDRESS, headers=SAME_ORIGIN, follow_redirects=False)


def sign_in(browser: TestClient, password: str, email: str = "ada@example.com") -> str:
    form = {"email": email, "password": password, "callbackUrl": "/"}
    answer = browser.post("/api/auth/callback/credentials", data=form)
    assert answer.status_code == 302
    return str(answer.headers["location"])


def test_a_signed_in_person_gets_the_page(browser: TestClient) -> None:
    assert sign_in(browser, "analytical", email=" Ada@Example.com") == f"{ADDRESS}/"
    assert browser.get("/").json() == {"signed in as": "Ada Lovelace"}


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_account_look_the_same(
    browser: TestClient, email: str
) -> None:
    asked = f"{ADDRESS}/api/auth/signin?error=CredentialsSignin&code=credentials"
    assert sign_in(browser, "wrong", email=email) == asked
    assert browser.get("/").status_code == 401


def test_a_browser_that_navigates_is_sent_to_the_sign_in_page(browser: TestClient) -> None:
    answer = browser.get("/", headers=NAVIGATES)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{ADDRESS}/api/auth/signin?callbackUrl=")
    page = browser.get(answer.headers["location"])
    assert 'name="email"' in page.text
    assert 'name="password"' in page.text
