"""Sessions of older releases are named by their shape, and opened where an `Auth` accepts them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nextauth import Auth
from nextauth.cli.inspecting import as_json
from nextauth.cli.inspecting.causes import Cause
from nextauth.config import Accept
from tests.unit.cli.inspecting.asking import CLAIMS, auth_of, cause_of, inspect
from tests.unit.cli.inspecting.planting import NOW, OTHER, seal

V4 = "next-auth.session-token"
VECTORS = Path(__file__).parents[3] / "vectors"


def recorded(version: str) -> list[tuple[str, str]]:
    """Secret and token of each recorded session whose key comes from the secret."""
    found = json.loads((VECTORS / f"{version}.json").read_text("utf-8"))["tokens"]
    assert found
    return [(each["secret"], each["token"]) for each in found if not {*each} & {"keys", "options"}]


@pytest.mark.parametrize("version", ["next-auth-v2", "next-auth-v3"])
@pytest.mark.parametrize("is_bare", [True, False])
def test_an_older_session_is_named_by_its_shape(version: str, *, is_bare: bool) -> None:
    for _, token in recorded(version):
        report = inspect(token if is_bare else f"{V4}={token}")
        assert report.decisive.cause is Cause.OLDER_RELEASE
        assert version in report.decisive.detail
        assert "accept=[Accept(" in report.decisive.detail
    assert cause_of(f"custom={recorded(version)[0][1]}") is Cause.OLDER_RELEASE


def accepting(version: str, secret: str, *, days: int = 30, **options: Any) -> Auth:  # noqa: ANN401
    until = datetime.fromtimestamp(NOW, UTC) + timedelta(days=days)
    return auth_of(accept=[Accept(version, secret=secret, until=until, **options)])


@pytest.mark.parametrize("version", ["next-auth-v2", "next-auth-v3"])
def test_an_auth_that_accepts_an_older_release_opens_it(version: str) -> None:
    secret, token = recorded(version)[0]
    name = f"__Secure-{V4}"
    report = inspect(f"{name}={token}", accepting(version, secret))
    assert report.is_good, report
    told = json.loads(as_json(report))
    assert told["dialect"].startswith(version)
    assert told["secret"] == "of Accept(...)"
    assert "exp" in told["claims"]
    assert inspect(token, accepting(version, secret)).is_good
    over = inspect(token, accepting(version, secret, days=-1))
    assert over.decisive.cause is Cause.OLDER_RELEASE
    assert "until=" in over.decisive.detail
    wrong = inspect(token, accepting(version, OTHER))
    assert wrong.decisive.cause is Cause.WRONG_SECRET
    assert "No Accept(...)" in wrong.decisive.detail
    elsewhere = inspect(f"{name}={token}", accepting(version, secret, cookie="own"))
    assert elsewhere.decisive.cause is Cause.OTHER_COOKIE_NAME
    assert "read from own" in elsewhere.decisive.detail
    assert inspect(f"own={token}", accepting(version, secret, cookie="own")).is_good


def test_v4_under_an_older_secret_is_opened_where_it_is_accepted() -> None:
    token = seal("next-auth-v4", V4, CLAIMS, OTHER)
    text = f"__Secure-{V4}={token}"
    assert inspect(text, accepting("next-auth-v4", OTHER)).is_good
    assert cause_of(text, auth_of()) is Cause.WRONG_SECRET
