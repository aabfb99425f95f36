"""Recorded tokens of next-auth 2.2.0 and 3.29.10 open, and nothing that resembles them; no Node."""

import base64
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest

from nextauth.errors import TokenError
from nextauth.tokens import OLDER_VERSIONS, OlderShape, shape_of
from nextauth.tokens.next_auth_v3 import LONGEST_INFLATED, key_of_jwk
from nextauth.tokens.older import TokenOpener, openers_of
from tests.unit.tokens.older_tokens import (
    CLAIMS,
    EXPIRES,
    HEADERS,
    MADE,
    NOW,
    SECRET,
    deflate,
    deflated,
    encoded,
    encryption_key,
    inner_of_v2,
    jws,
    salted,
    signed,
    signing_key,
)

VECTORS = Path(__file__).parents[2] / "vectors"


@dataclass(frozen=True)
class Vector:
    """One recorded token, and what the package that made it reads in it."""

    version: str
    name: str
    secret: str
    token: str
    claims: dict[str, Any]
    keys: dict[str, bytes] = field(default_factory=dict)

    @property
    def opener(self) -> TokenOpener:
        shape = shape_of(self.token)
        assert shape is not None
        return openers_of(self.version, self.secret, **self.keys)[shape]


def recorded(version: str) -> list[Vector]:
    file = json.loads((VECTORS / f"{version}.json").read_text(encoding="utf-8"))
    found = []
    for each in file["tokens"]:
        named = {"signing_key": "signingKey", "encryption_key": "encryptionKey"}
        keys = {ours: key_of_jwk(each[name]) for ours, name in named.items() if name in each}
        members = (each["name"], each["secret"], each["token"], each["claims"])
        found.append(Vector(version, *members, keys))
    return found


ALL = [vector for version in OLDER_VERSIONS for vector in recorded(version)]


def vectors(which: Callable[[Vector], bool] = lambda _: True) -> pytest.MarkDecorator:
    chosen = [vector for vector in ALL if which(vector)]
    ids = [f"{vector.version}: {vector.name}" for vector in chosen]
    return pytest.mark.parametrize("vector", chosen, ids=ids)


def refusal(opener: TokenOpener, token: str, *, now: float = NOW) -> str:
    with pytest.raises(TokenError) as caught:
        opener.open(token, now=now)
    return caught.value.reason


def opener_for(shape: OlderShape) -> TokenOpener:
    version = "next-auth-v2" if shape is OlderShape.SALTED else "next-auth-v3"
    return openers_of(version, SECRET)[shape]


each_shape = pytest.mark.parametrize("shape", MADE, ids=lambda shape: shape.name.lower())


# --- recorded ones


def test_each_shape_is_recorded() -> None:
    assert {shape_of(vector.token) for vector in ALL} == set(OlderShape)


@vectors()
def test_a_recorded_token_opens(vector: Vector) -> None:
    opened = vector.opener.open(vector.token, now=NOW)
    assert opened.claims == vector.claims
    assert opened.fresh_claims() == vector.claims


@vectors()
def test_a_recorded_token_ends(vector: Vector) -> None:
    end = vector.claims["exp"] + 15
    assert vector.opener.open(vector.token, now=end - 0.001).claims == vector.claims
    assert refusal(vector.opener, vector.token, now=end) == "expired"


@vectors(lambda vector: not vector.keys)
def test_another_secret_opens_nothing(vector: Vector) -> None:
    shape = shape_of(vector.token)
    assert shape is not None
    for secret in (f"{vector.secret} ", vector.secret[:-1], "another"):
        refusal(openers_of(vector.version, secret)[shape], vector.token)


@vectors(lambda vector: bool(vector.keys))
def test_without_its_own_key_nothing_opens(vector: Vector) -> None:
    shape = shape_of(vector.token)
    assert shape is not None
    for missing in vector.keys:
        keys = {name: key for name, key in vector.keys.items() if name != missing}
        refusal(openers_of(vector.version, vector.secret, **keys)[shape], vector.token)


@vectors()
def test_each_shape_opens_with_its_own_keys_alone(vector: Vector) -> None:
    own = shape_of(vector.token)
    for version in OLDER_VERSIONS:
        for shape, opener in openers_of(version, vector.secret, **vector.keys).items():
            if shape is not own:
                refusal(opener, vector.token)


@vectors(lambda vector: len(vector.token) < 700)
def test_no_letter_may_change(vector: Vector) -> None:
    token, opener = vector.token, vector.opener
    for place, letter in enumerate(token):
        for other in {"A", "B", "-", "+", ".", "=", " ", "é"} - {letter}:
            refusal(opener, f"{token[:place]}{other}{token[place + 1 :]}")


@vectors(lambda vector: len(vector.token) < 700)
def test_no_letter_may_be_missing_or_added(vector: Vector) -> None:
    token, opener = vector.token, vector.opener
    for place in range(len(token) + 1):
        refusal(opener, token[:place] + "A" + token[place:])
        if place < len(token):
            refusal(opener, token[:place] + token[place + 1 :])


# --- what may be inside


@each_shape
def test_what_we_make_here_opens(shape: OlderShape) -> None:
    token = MADE[shape](CLAIMS)
    assert shape_of(token) is shape
    assert opener_for(shape).open(token, now=NOW).claims == CLAIMS


@each_shape
@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"sub": "7"}, "no-expiry"),
        ({"sub": "7", "exp": None}, "no-expiry"),
        ({"sub": "7", "exp": "4102444800"}, "no-expiry"),
        ({"sub": "7", "exp": True}, "no-expiry"),
        ({"sub": "7", "exp": NOW - 15}, "expired"),
        ({"sub": "7", "exp": EXPIRES, "nbf": NOW + 16}, "not-yet-valid"),
        (b'"exp"', "not-claims"),
        (b"[4102444800]", "not-claims"),
        (b"", "not-claims"),
        (b"[" * 9_000, "not-claims"),
        (b'{"exp":4102444800', "not-claims"),
    ],
    ids=range(11),
)
def test_claims_without_a_time_that_holds_are_nobodys(
    shape: OlderShape, claims: object, reason: str
) -> None:
    assert refusal(opener_for(shape), MADE[shape](claims)) == reason


@each_shape
def test_clocks_may_differ_by_fifteen_seconds(shape: OlderShape) -> None:
    token = MADE[shape](CLAIMS)
    opener_for(shape).open(token, now=EXPIRES + 14.9)
    assert refusal(opener_for(shape), token, now=EXPIRES + 15) == "expired"


@each_shape
def test_what_is_too_long_is_not_looked_at(shape: OlderShape) -> None:
    token = MADE[shape](
        {
            **CLAIMS,
            "x": [md5(n.to_bytes(4), usedforsecurity=False).hexdigest() for n in range(2_000)],
        }
    )
    assert len(token) > 32_768
    assert refusal(opener_for(shape), token) == "malformed"


@each_shape
@pytest.mark.parametrize("text", ["", ".", "..", "....", "é", "A" * 100, "\0", "U2FsdGVkX1"])
def test_other_texts_are_none(shape: OlderShape, text: str) -> None:
    refusal(opener_for(shape), text)


HEADERS_OF_NOBODY = [
    b'{"alg":"none"}',
    b'{"alg":"HS256"}',
    b'{"alg":"HS384"}',
    b'{"alg":"HS512","crit":["exp"]}',
    b'{"alg":"HS512","jwk":{"kty":"oct","k":"AAAA"}}',
    b'{"alg": "HS512"}',
    b'{"alg":"RS256","typ":"JWT"}',
    b'{"typ":"JWT","alg":"HS256"}',
    b"",
]


@pytest.mark.parametrize("header", HEADERS_OF_NOBODY)
def test_a_signature_counts_under_the_one_header_alone(header: bytes) -> None:
    opener = opener_for(OlderShape.SIGNED)
    assert refusal(opener, signed(header=header)) == "unsupported-header"
    refusal(opener, signed(header=header, digest="sha256"))
    inner = signed(header=header).encode()
    assert refusal(opener_for(OlderShape.DEFLATED), deflated(deflate(inner))) == (
        "unsupported-header"
    )
    v2 = salted(inner_of_v2(header=header))
    assert refusal(opener_for(OlderShape.SALTED), v2) == "unsupported-header"


@pytest.mark.parametrize("shape", [OlderShape.SIGNED, OlderShape.SALTED])
def test_an_unsigned_token_is_nobodys(shape: OlderShape) -> None:
    payload = encoded(json.dumps(CLAIMS).encode())
    for header in (b'{"alg":"none"}', HEADERS[shape]):
        for signature in ("", encoded(bytes(64)), encoded(bytes(32))):
            token = f"{encoded(header)}.{payload}.{signature}"
            if shape is OlderShape.SALTED:
                token = salted(token.encode())
            assert refusal(opener_for(shape), token) == "damaged"


def test_a_signature_with_another_key_of_the_same_secret_is_none() -> None:
    payload = json.dumps(CLAIMS).encode()
    header = HEADERS[OlderShape.SIGNED]
    for key in (SECRET.encode(), encryption_key(), signing_key()[:32], b""):
        token = jws(payload, header=header, key=key, digest="sha512")
        assert refusal(opener_for(OlderShape.SIGNED), token) == "damaged"


# --- compression


def test_compressed_means_raw_deflate_to_its_end() -> None:
    inner = signed().encode()
    whole = deflate(inner)
    opener = opener_for(OlderShape.DEFLATED)
    assert opener.open(deflated(whole), now=NOW).claims == CLAIMS
    for other in (inner, zlib.compress(inner), whole[:-1], whole + b"x", b"", whole + whole):
        assert refusal(opener, deflated(other)) == "damaged"


def test_as_much_as_is_allowed_is_inflated_and_no_byte_more() -> None:
    opener = opener_for(OlderShape.DEFLATED)
    for size, reason in ((LONGEST_INFLATED, "damaged"), (LONGEST_INFLATED + 1, "damaged")):
        assert refusal(opener, deflated(deflate(bytes(size)))) == reason
    room = LONGEST_INFLATED - len(signed({**CLAIMS, "x": ""}).encode())
    largest = signed({**CLAIMS, "x": "x" * (room // 4 * 3 - 2)}).encode()
    assert LONGEST_INFLATED - 8 < len(largest) <= LONGEST_INFLATED
    opener.open(deflated(deflate(largest)), now=NOW)
    larger = signed({**CLAIMS, "x": "x" * (room // 4 * 3 + 8)}).encode()
    assert len(larger) > LONGEST_INFLATED
    assert refusal(opener, deflated(deflate(larger))) == "damaged"


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"dir","enc":"A256GCM"}',
        b'{"alg":"dir","enc":"A256GCM","zip":"DEF","kid":"x"}',
        b'{"alg":"dir","zip":"DEF","enc":"A256GCM"}',
        b'{"alg":"dir","enc":"A128GCM","zip":"DEF"}',
    ],
)
def test_a_compressed_token_has_one_header(header: bytes) -> None:
    token = deflated(deflate(signed().encode()), header)
    assert refusal(opener_for(OlderShape.DEFLATED), token) == "unsupported-header"


def test_what_is_encrypted_must_be_signed_as_well() -> None:
    claims = json.dumps(CLAIMS).encode()
    assert refusal(opener_for(OlderShape.DEFLATED), deflated(deflate(claims))) == "damaged"
    assert refusal(opener_for(OlderShape.SALTED), salted(claims)) == "damaged"


# --- the passphrase


@pytest.mark.parametrize("length", range(16))
def test_every_padding_that_v2_writes_is_read(length: int) -> None:
    claims = {**CLAIMS, "x": "x" * length}
    token = salted(inner_of_v2(claims))
    assert opener_for(OlderShape.SALTED).open(token, now=NOW).claims == claims


def test_a_wrong_padding_and_a_wrong_signature_are_told_alike() -> None:
    inner = inner_of_v2()
    missing = 16 - len(inner) % 16
    assert missing > 1
    wrong = [bytes(missing), bytes([missing - 1]) * missing, b"\x00" * (missing - 1) + b"\xff"]
    wrong += [bytes([missing + 1]) * missing, b"\x01" * (missing - 1) + bytes([missing])]
    tokens = [salted(inner, padding=each) for each in wrong]
    tokens += [salted(each) for each in (inner[:-1] + b"!", b"x", b"", b"." * 200)]
    reasons = {refusal(opener_for(OlderShape.SALTED), each) for each in tokens}
    assert reasons == {"damaged"}


@pytest.mark.parametrize(
    "raw",
    [
        b"Salted__",
        b"Salted__pepper!!",
        b"Salted__pepper!!" + bytes(15),
        b"Salted__pepper!!" + bytes(17),
        b"salted__pepper!!" + bytes(16),
        bytes(48),
    ],
)
def test_what_is_no_whole_block_is_not_decrypted(raw: bytes) -> None:
    token = base64.b64encode(raw).decode()
    assert refusal(opener_for(OlderShape.SALTED), token) == "malformed"


def test_base64_has_one_spelling() -> None:
    token = salted(inner_of_v2())
    opener = opener_for(OlderShape.SALTED)
    opener.open(token, now=NOW)
    for other in (f"{token}=", f"{token}\n", f" {token}", token.replace("+", "-"), f"{token}A"):
        if other != token:
            assert refusal(opener, other) == "malformed"


# --- shapes


@pytest.mark.parametrize(
    "text", ["", "a.b.c", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA", "eyJhbGciOiJIUzUxMiJ9.e30", "a.b.c.d"]
)
def test_other_texts_have_no_shape(text: str) -> None:
    assert shape_of(text) is None


def test_only_what_is_signed_and_no_more_can_be_read_by_anybody() -> None:
    assert [shape for shape in OlderShape if shape.is_public] == [OlderShape.SIGNED]


def test_the_openers_do_not_show_their_keys() -> None:
    for version in OLDER_VERSIONS:
        shown = repr(list(openers_of(version, "hunter2-of-old").values()))
        assert "hunter2" not in shown
