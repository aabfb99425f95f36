"""Secrets that are too weak to keep are refused, and none is ever in a message."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.config.secrets import secret_problems

STRONG = "k3Jx9QmZ7vT2bLw8RfYc5NhPd4GsUa6E"


def _codes(*secrets: object) -> list[str]:
    return [problem.code for problem in secret_problems(secrets)]


@pytest.mark.parametrize(
    ("secret", "code"),
    [
        ("", "secret-too-short"),
        (STRONG[:-1], "secret-too-short"),
        ("secret", "secret-known"),
        ("Change-Me!", "secret-known"),
        ("your-super-secret-key-change-this-in-production", "secret-known"),
        ("09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", "secret-known"),
        ("a" * 64, "secret-repetitive"),
        ("abcdefg" * 9 + "ab", "secret-repetitive"),  # seven letters
        ("abcdefgh" * 4, "secret-repetitive"),
        ("0123456789abcdef" * 2, "secret-repetitive"),
        (STRONG + "\udcff", "secret-encoding"),
        ("\ud800", "secret-encoding"),
        (None, "secret-type"),
        (7, "secret-type"),
        (STRONG.encode(), "secret-type"),
        ([STRONG], "secret-type"),
    ],
)
def test_weak(secret: object, code: str) -> None:
    assert _codes(secret) == [code]
    (problem,) = secret_problems([secret])
    assert problem.message.startswith("The secret ")
    assert problem.fix


@pytest.mark.parametrize(
    "secret",
    [STRONG, STRONG * 8 + "x", "\u00e4\u00f6\u00fc\u00df\u4e2d\u6587\U0001f511" * 2 + "abc"],
)
def test_strong(secret: str) -> None:
    assert _codes(secret) == []


def test_length_counts_in_bytes() -> None:
    assert (
        _codes(
            "\u00e4\u00f6\u00fc\u00df\u00e5\u00e9\u00e8\u00e0\u00f1\u00e7\u00f8\u00e6\u00ee\u00ef\u00ec\u00ed"
        )
        == []
    )


def test_none_at_all() -> None:
    (problem,) = secret_problems([])
    assert problem.code == "secret-missing"
    assert "AUTH_SECRET" in problem.message


def test_each_of_several_is_named_by_its_number() -> None:
    problems = list(secret_problems([STRONG, "short", None, "changeme"]))
    assert [(problem.code, problem.message[:13]) for problem in problems] == [
        ("secret-too-short", "Secret 2 of 4"),
        ("secret-type", "Secret 3 of 4"),
        ("secret-known", "Secret 4 of 4"),
    ]


@given(st.text(string.digits + "XQZ\u00fc", min_size=9, max_size=31))
def test_no_message_holds_a_secret(secret: str) -> None:
    for wrong in (secret, secret.encode(), [secret]):
        said = " ".join(map(str, secret_problems([wrong, "short"])))
        assert "Secret 2 of 2" in said
        assert secret not in said


@given(st.binary(min_size=32, max_size=32).map(bytes.hex))
def test_random_ones_are_strong(secret: str) -> None:
    if len(set(secret)) >= 8 and secret not in (secret + secret)[1:-1]:
        assert _codes(secret) == []
