"""Recorded tokens of the npm packages open, and ours are theirs byte for byte; needs no Node."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nextauth.errors import TokenError
from nextauth.tokens import DIALECTS, Keyring, SessionCodec

VECTORS = Path(__file__).parents[2] / "vectors"
NOW = 1_800_000_000
TOLERANCE = 15
ANOTHER = "another secret than the recorded ones"


@dataclass(frozen=True)
class Vector:
    """One recorded token, and what the package that made it reads in it."""

    dialect: str
    name: str
    secret: str
    cookie: str
    token: str
    claims: dict[str, Any]

    @property
    def codec(self) -> SessionCodec:
        return self.codec_of(self.secret)

    def codec_of(self, *secrets: str, cookie: str | None = None) -> SessionCodec:
        return DIALECTS[self.dialect].codec(
            Keyring(secrets),
            cookie_name=self.cookie if cookie is None else cookie,
            entropy=no_bytes,
        )

    @property
    def is_early(self) -> bool:
        return self.dialect == "authjs" and b'"A256GCM"' in decoded(self.token.split(".")[0])


def no_bytes(size: int) -> bytes:
    message = f"opening a token took {size} random bytes"
    raise AssertionError(message)


def decoded(segment: str) -> bytes:
    return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def recorded(dialect: str) -> list[Vector]:
    file = json.loads((VECTORS / f"{dialect}.json").read_text(encoding="utf-8"))
    return [Vector(dialect, **each) for each in file["tokens"]]


ALL = [vector for dialect in DIALECTS for vector in recorded(dialect)]


def vectors(which: Callable[[Vector], bool] = lambda _: True) -> pytest.MarkDecorator:
    chosen = [vector for vector in ALL if which(vector)]
    ids = [f"{vector.dialect}: {vector.name}" for vector in chosen]
    return pytest.mark.parametrize("vector", chosen, ids=ids)


def refuses(codec: SessionCodec, token: str, *, now: float = NOW) -> str:
    """Answer why a codec refuses a token, which it must."""
    with pytest.raises(TokenError) as refusal:
        codec.open(token, now=now)
    return str(refusal.value)


def test_each_dialect_is_recorded_with_its_peculiar_cases() -> None:
    for dialect in DIALECTS:
        names = {vector.name for vector in ALL if vector.dialect == dialect}
        assert names >= {"profile", "unicode", "nested", "large", "https", "unicode secret"}
    assert sum(vector.is_early for vector in ALL) == 2
    assert all(len(vector.token) > 9_000 for vector in ALL if vector.name == "large")


@vectors()
def test_a_recorded_token_opens(vector: Vector) -> None:
    opened = vector.codec.open(vector.token, now=NOW)
    assert opened.claims == vector.claims
    assert opened.fresh_claims() == vector.claims


@vectors()
def test_a_recorded_token_opens_after_a_rotation(vector: Vector) -> None:
    codec = vector.codec_of(ANOTHER, vector.secret)
    assert codec.open(vector.token, now=NOW).claims == vector.claims


@vectors(lambda vector: not vector.is_early)
def test_we_seal_the_same_bytes(vector: Vector) -> None:
    # Equal bytes from equal iv: key, key id, header, padding, tag and JSON are all those of npm.
    iv = decoded(vector.token.split(".")[2])
    asked: list[int] = []

    def same_iv(size: int) -> bytes:
        asked.append(size)
        return iv

    codec = DIALECTS[vector.dialect].codec(
        Keyring([vector.secret]), cookie_name=vector.cookie, entropy=same_iv
    )
    assert codec.seal(vector.claims) == vector.token
    assert asked == [len(iv)]


@vectors()
def test_a_recorded_token_ends(vector: Vector) -> None:
    end = vector.claims["exp"] + TOLERANCE
    assert vector.codec.open(vector.token, now=end - 0.001).claims == vector.claims
    assert refuses(vector.codec, vector.token, now=end).endswith("expired")


@vectors()
def test_another_secret_opens_nothing(vector: Vector) -> None:
    refuses(vector.codec_of(ANOTHER), vector.token)
    refuses(vector.codec_of(vector.secret + " "), vector.token)


@vectors(lambda vector: vector.dialect == "authjs")
def test_another_cookie_name_opens_nothing(vector: Vector) -> None:
    refuses(vector.codec_of(vector.secret, cookie=f"{vector.cookie}.0"), vector.token)


@vectors(lambda vector: vector.dialect == "next-auth-v4")
def test_the_key_of_v4_does_not_depend_on_the_cookie_name(vector: Vector) -> None:
    codec = vector.codec_of(vector.secret, cookie="another")
    assert codec.open(vector.token, now=NOW).claims == vector.claims


@vectors()
def test_no_dialect_opens_the_other(vector: Vector) -> None:
    for dialect in DIALECTS.keys() - {vector.dialect}:
        codec = DIALECTS[dialect].codec(
            Keyring([vector.secret]), cookie_name=vector.cookie, entropy=no_bytes
        )
        refuses(codec, vector.token)


@vectors()
@pytest.mark.parametrize("segment", [0, 2, 3, 4], ids=["header", "iv", "ciphertext", "tag"])
def test_no_byte_may_change(vector: Vector, segment: int) -> None:
    segments = vector.token.split(".")
    raw = decoded(segments[segment])
    # Every byte of the short segments; of a large ciphertext its first and last ones.
    for place in [*range(min(len(raw), 128)), len(raw) - 1]:
        changed = raw[:place] + bytes([raw[place] ^ 0x80]) + raw[place + 1 :]
        refuses(
            vector.codec,
            ".".join([*segments[:segment], encoded(changed), *segments[segment + 1 :]]),
        )


@vectors()
def test_no_segment_may_be_shorter_or_missing(vector: Vector) -> None:
    segments = vector.token.split(".")
    for segment in (0, 2, 3, 4):
        for instead in ("", encoded(decoded(segments[segment])[:-1])):
            changed = [*segments[:segment], instead, *segments[segment + 1 :]]
            refuses(vector.codec, ".".join(changed))
