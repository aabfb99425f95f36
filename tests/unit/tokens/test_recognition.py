"""A damaged token is known again by the key that sealed it, and by no other."""

import os

import pytest

from nextauth.tokens import DIALECTS, Keyring
from nextauth.tokens.recognition import resembles_ours

NAME = "authjs.session-token"
OURS = Keyring(["kV3q-of-the-recognition-tests-9Zx7LwTe"])
OTHER = Keyring(["kV3q-of-another-site-altogether-9Zx7Lw"])
CLAIMS = {"sub": "1", "name": "Ада Лавлейс 🦊", "iat": 1_800_000_000, "exp": 1_800_003_600}


def token_of(dialect: str, keyring: Keyring = OURS, **more: object) -> str:
    codec = DIALECTS[dialect].codec(keyring, cookie_name=NAME, entropy=os.urandom)
    return codec.seal({**CLAIMS, **more})


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
@pytest.mark.parametrize("pad", [0, 5, 40, 9_000])
def test_it_is_known_whole_cut_and_without_its_tag(dialect: str, pad: int) -> None:
    token = token_of(dialect, pad="x" * pad)
    whole, _, tag = token.rpartition(".")
    spoilt = f"{token[: -len(tag) - 9]}!{token[-len(tag) - 8 :]}"
    for each in (token, whole, f"{whole}.AAAA", f"AAAA{token[4:]}", spoilt):
        assert resembles_ours(each, OURS, [NAME])
        assert not resembles_ours(each, OTHER, [NAME])


def test_the_name_that_an_authjs_token_was_sealed_for_decides() -> None:
    token = token_of("authjs")
    assert not resembles_ours(token, OURS, [f"__Secure-{NAME}"])
    assert resembles_ours(token, OURS, [f"__Secure-{NAME}", NAME])
    assert resembles_ours(token_of("next-auth-v4"), OURS, [])


def test_any_of_several_secrets_is_known() -> None:
    both = Keyring(
        ["kV3q-of-the-newest-recognition-9Zx7LwTe", "kV3q-of-the-recognition-tests-9Zx7LwTe"]
    )
    assert all(resembles_ours(token_of(dialect), both, [NAME]) for dialect in DIALECTS)


@pytest.mark.parametrize(
    "text", ["", "....", "a.b.c", "a..b.c.d", "eyJ..AAAAAAAAAAAAAAAA..x", "\udcff..\udcff.\udcff.x"]
)
def test_what_is_no_token_resembles_none(text: str) -> None:
    assert not resembles_ours(text, OURS, [NAME])


def test_noise_resembles_none() -> None:
    """As of 200 tokens of another key, of every size: two letters in five of noise are letters."""
    sizes = range(0, 4_000, 20)
    assert not any(
        resembles_ours(token_of(dialect, OTHER, pad="x" * size), OURS, [NAME])
        for dialect in DIALECTS
        for size in sizes
    )
