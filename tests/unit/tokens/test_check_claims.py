"""Check cookies that have the session's key are told from sessions by what they hold."""

from typing import Any

import pytest

from nextauth.errors import TokenError
from nextauth.tokens.check_claims import session_only
from nextauth.tokens.jwe import OpenedToken

TIMES = {"iat": 1, "exp": 2, "jti": "3"}


@pytest.mark.parametrize(
    "claims",
    [{"value": "x", **TIMES}, {"code_verifier": "x", "exp": 2}, {"state": "x", "nonce": "y"}],
)
def test_no_more_than_a_check_is_none(claims: dict[str, Any]) -> None:
    with pytest.raises(TokenError, match="not-claims"):
        session_only(OpenedToken(claims, b""))


@pytest.mark.parametrize("claims", [TIMES, {"value": "x", "email": "a@b.example", **TIMES}])
def test_whatever_else_a_token_holds_is_a_session(claims: dict[str, Any]) -> None:
    opened = OpenedToken(claims, b"")
    assert session_only(opened) is opened
