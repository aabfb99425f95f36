"""What was submitted is never taken for a user: the password would end up in the token."""

import logging

import pytest

from nextauth import SubmittedCredentials
from nextauth.providers import Credentials, Failed
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
