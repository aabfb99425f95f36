"""The Credentials provider: how `authorize` is called, and what is never taken for a user."""

import logging

import pytest

from nextauth import SubmittedCredentials, User
from nextauth.providers import Authenticated, Credentials, Failed
from nextauth.web import Request
from nextauth.web.request import step


def test_returning_the_submitted_credentials_signs_nobody_in(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    provider = Credentials(authorize=lambda credentials: credentials)
    credentials = SubmittedCredentials({"email": "ada@example.com", "password": "hunter2hunter2"})
    outcome = step(provider.authenticate(credentials, Request("POST", "/")))
    assert isinstance(outcome, Failed)
    assert "SubmittedCredentials" in str(outcome.error)
    assert "hunter2" not in str(outcome.error)
    assert "hunter2" not in caplog.text


def test_an_authorize_that_may_take_the_request_gets_it() -> None:
    def authorize(_credentials: SubmittedCredentials, request: Request | None = None) -> User:
        return User(id=None if request is None else request.path)

    outcome = step(
        Credentials(authorize=authorize).authenticate(
            SubmittedCredentials({}), Request("POST", "/asked")
        )
    )
    assert isinstance(outcome, Authenticated)
    assert outcome.user.id == "/asked"
