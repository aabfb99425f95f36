"""What a client without a browser bears has a key of its own, and a size that headers carry."""

import os
from typing import Any

import pytest

from nextauth.errors import CallbackError
from nextauth.sessions.bearer_tokens import BearerCarrier, BearerTokens
from nextauth.tokens import Keyring, PurposeBox
from nextauth.web.bearer import LONGEST_BEARER

KEYRING = Keyring(["kV3q-of-these-tests-alone-9Zx7LwTe"])
TOKENS = BearerTokens(KEYRING, entropy=os.urandom)
NOW = 1_800_000_000.0
CLAIMS = {"sub": "1", "exp": int(NOW) + 60}


def test_what_is_written_opens_until_its_end() -> None:
    handed = BearerCarrier(TOKENS, None).write(CLAIMS)
    assert handed.cookies == ()
    carrier = BearerCarrier(TOKENS, handed.token)
    opened = carrier.open(NOW)
    assert opened is not None
    assert opened.claims == CLAIMS
    assert carrier.open(NOW + 60 + 16) is None
    assert carrier.delete() == ()
    assert handed.token is not None
    assert handed.token not in f"{carrier!r}{TOKENS!r}{handed!r}"


def test_its_key_is_that_of_its_purpose() -> None:
    token = TOKENS.seal(CLAIMS)
    assert PurposeBox(KEYRING, purpose="bearer", entropy=os.urandom).open(token, now=NOW).claims
    other = PurposeBox(KEYRING, purpose="pending", entropy=os.urandom).seal(CLAIMS, expires=9**10)
    assert TOKENS.open(other, now=NOW) is None


@pytest.mark.parametrize("sent", [None, "", "x", "a.b.c.d.e"])
def test_anything_else_is_nobodys(sent: str | None) -> None:
    assert BearerCarrier(TOKENS, sent).open(NOW) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [(object(), "JSON cannot"), ("x" * LONGEST_BEARER, f"no client .* more than {LONGEST_BEARER}")],
    ids=["no-json", "too-large"],
)
def test_what_cannot_be_borne_is_not_sealed(value: Any, said: str) -> None:  # noqa: ANN401
    with pytest.raises(CallbackError, match=said):
        TOKENS.seal({**CLAIMS, "value": value})
