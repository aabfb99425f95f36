"""Construction of `Auth`: what it warns of, and where that is read."""

import subprocess
import sys

import pytest

from nextauth import Auth, Credentials
from nextauth.errors import ConfigurationError
from nextauth.providers import FormField
from tests.unit.protocol.wire import make_auth


@pytest.mark.parametrize(
    ("base_url", "codes"),
    [
        ("http://example.com", ["plain-http"]),
        ("https://example.com", []),
        ("http://localhost:3000", []),
        ("http://127.0.0.1:3000", []),
        (None, []),
    ],
)
def test_plain_http_is_warned_of(
    caplog: pytest.LogCaptureFixture, base_url: str | None, codes: list[str]
) -> None:
    make_auth(base_url=base_url)
    assert [getattr(record, "code", None) for record in caplog.records] == codes


UNCONFIGURED = """
from nextauth import Auth, Credentials
Auth(
    providers=[Credentials(lambda form: None, account="email")],
    secret="k3Jx9QmZ7vT2bLw8RfYc5NhPd4GsUa6E",
    base_url="http://example.com",
)
"""


def test_warnings_are_read_where_nobody_configured_logging() -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNCONFIGURED], capture_output=True, text=True, check=True
    )
    assert "base_url" in done.stderr


def test_events_that_are_no_list_are_a_problem_with_a_fix() -> None:
    with pytest.raises(ConfigurationError, match=r"Write events=\[LoggingSink\(\)\]") as caught:
        Auth(providers=[Credentials(lambda _: None, account="email")], events=print)  # type: ignore[arg-type]
    assert "list-type" in [problem.code for problem in caught.value.problems]


def test_fields_that_are_no_dict_are_refused_with_the_fix() -> None:
    with pytest.raises(TypeError, match="Pass a dict of the fields by name"):
        Credentials(lambda _: None, [FormField("PIN")])  # type: ignore[arg-type]
